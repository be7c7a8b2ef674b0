"""A briefing that is edited while the bot runs, and what its claims said each time."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.briefing.fingerprints import fingerprints
from bot.files.briefs import YamlBriefingSource

TODAY = date(2026, 11, 23)
CLAIMS = ("losses", "injured", "outlook", "damage")
EACH_MINUTE, SENT_BY_HAND = "news", "whole"
DIGESTS = """\
digests:
  - id: {news}
    title: News of the storm
    briefings: [harbour]
    when: {{cron: "* * * * *", timezone: Etc/UTC}}
    to: [{some}]
  - id: {whole}
    title: The whole storm
    briefings: [harbour]
    show: full
    when: {{cron: "0 8 1 1 *", timezone: Etc/UTC}}
    to: [{everybody}]
"""


@dataclass
class EditedBriefing:
    """The folder of briefings; each edit is another storm with other numbers."""

    folder: Path
    edits: int = 0
    edit_of: dict[str, int] = field(default_factory=dict)
    """In which edit a claim got each fingerprint that it ever had."""

    def begin(self, *, news_to: list[str], whole_to: list[str]) -> None:
        """Write the first briefing, and the digests of it."""
        self.folder.mkdir()
        digests = DIGESTS.format(
            news=EACH_MINUTE,
            whole=SENT_BY_HAND,
            some=", ".join(news_to),
            everybody=", ".join(whole_to),
        )
        (self.folder / "digests.yaml").write_text(digests, encoding="utf-8")
        self.edit()

    def edit(self) -> None:
        """Write other numbers into the file, as a curator's editor would."""
        self.edits += 1
        path = self.folder / "harbour.yaml"
        draft = path.with_suffix(".draft")
        draft.write_text(self._text(), encoding="utf-8")
        draft.replace(path)
        library = YamlBriefingSource(self.folder).read(TODAY).library
        assert library is not None, "the briefing is valid"
        prints = fingerprints(library.briefings[0])
        self.edit_of |= {prints[id]: self.edits for id in CLAIMS}

    def _text(self) -> str:
        claims = "".join(
            f"      - id: {id}\n"
            f"        text: After storm {self.edits} the port counted "
            f"{self.edits * 10 + n} {id}.\n"
            f"        sources: [port]\n"
            for n, id in enumerate(CLAIMS)
        )
        return (
            "id: harbour\ntitle: What the storm did to the harbour\nshort: Harbour\n"
            "as_of: 2026-11\nhandling: TLP:CLEAR\n"
            "sources:\n  port: {publisher: Port authority}\n"
            "sections:\n  - id: storm\n    title: A storm hit the port\n    claims:\n"
            f"{claims}        handling: TLP:AMBER\n"
        )
