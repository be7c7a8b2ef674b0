"""A briefing that is edited while the bot runs, and what its claims said each time."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from bot.briefing.fingerprints import fingerprints
from bot.files.briefs import YamlBriefingSource

TODAY = date(2026, 11, 23)
CLAIMS = ("losses", "injured", "outlook", "damage")
CORRECTED = "cranes"
"""The claim of another briefing that is wrong each time, and corrected."""
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
    corrections: int = 0
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
        self._save("port", self._port())
        self.edit()

    def edit(self) -> None:
        """Write other numbers into the file, as a curator's editor would."""
        self.edits += 1
        self._save("harbour", self._harbour())
        result = YamlBriefingSource(self.folder).read(TODAY)
        assert result.library is not None, result.errors
        (harbour,) = [b for b in result.library.briefings if b.id == "harbour"]
        prints = fingerprints(harbour)
        self.edit_of |= {prints[id]: self.edits for id in CLAIMS}

    def correct(self) -> None:
        """Find that the port was miscounted, once more."""
        self.corrections += 1
        self._save("port", self._port())

    @property
    def cranes(self) -> int:
        return _cranes(self.corrections)

    def _save(self, id: str, text: str) -> None:
        path = self.folder / f"{id}.yaml"
        draft = path.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)

    def _port(self) -> str:
        entries = "".join(
            f"          - date: {datetime.now(UTC):%Y-%m-%d}\n"
            "            kind: correction\n"
            f"            was: The port has {_cranes(number)} cranes.\n"
            "            because: Somebody counted again.\n"
            for number in range(self.corrections)
        )
        revisions = f"        revisions:\n{entries}" if entries else ""
        return (
            "id: port\ntitle: What stands in the port\nshort: Port\n"
            "as_of: 2026-11\nhandling: TLP:CLEAR\n"
            "sources:\n  port: {publisher: Port authority}\n"
            "sections:\n  - id: gear\n    title: The port has cranes\n    claims:\n"
            f"      - id: {CORRECTED}\n"
            f"        text: The port has {self.cranes} cranes.\n"
            f"        sources: [port]\n{revisions}"
        )

    def _harbour(self) -> str:
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


def _cranes(corrections: int) -> int:
    return 12 + 7 * corrections
