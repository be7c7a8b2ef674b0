"""Briefings with secrets in them, and the same ones in which these were never written.

Every text of a secret holds the canary word. What may be seen says nothing of it, but
conflicts with it, counts the same thing, and shares its other words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import Audience, Circles, Label, labels_for
from tests.factories import claim, make_briefing

CANARY = "zzcanary"
HARBOUR, STORE = "harbour", "store"
CIRCLES = {"red": ["U0NAMED"], "clients": ["C0CLIENT"], "community": ["U0PEER"]}
_PORT = {
    "port": {"publisher": "Port authority", "via": ["paper"]},
    "paper": {"title": "Morning paper"},
}
_TOLD = (
    "About {} boats were lost in the bay.",
    "The port reopened after {} days.",
    "Divers rescued {} people from the boats.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A claim's label now and in the revision before; None where it is not there.

    `against` is the number of the claim that it conflicts with.
    """

    section: int
    now: Label | None
    before: Label | None
    against: int | None = None


@dataclass(frozen=True)
class Scene:
    """Claims of one briefing, the label of another, and whoever is to read them."""

    lines: Sequence[Line]
    handling: Label
    store: Label
    audience: Audience

    def library(self, *, secrets: bool = True, is_before: bool = False) -> Library:
        """Return what curators wrote, with what is withheld or as if it never were."""
        harbour = self._harbour(secrets=secrets, is_before=is_before)
        store = [_store(self.store, is_secret=not self._may_see(self.store))]
        if not (secrets or self._may_see(self.store)):
            store = []
        return Library((*harbour, *store))

    @property
    def has_secrets(self) -> bool:
        """Say whether any claim is withheld from the audience."""
        return any(map(self._is_secret, self.lines))

    def _may_see(self, *labels: Label) -> bool:
        seen = labels_for(self.audience, Circles.model_validate(CIRCLES))
        return set(labels) <= seen

    def _is_secret(self, line: Line) -> bool:
        """What is withheld now is withheld of the past, too."""
        label = line.now or line.before
        return label is not None and not self._may_see(label, self.handling)

    def _is_written(self, line: Line, *, secrets: bool, is_before: bool) -> bool:
        label = line.before if is_before else line.now
        if label is None:
            return False
        is_open = not self._is_secret(line) and self._may_see(label)
        return secrets or is_open

    def _harbour(self, *, secrets: bool, is_before: bool) -> list[Briefing]:
        written = [
            number
            for number, line in enumerate(self.lines)
            if self._is_written(line, secrets=secrets, is_before=is_before)
        ]
        if not written:
            return []
        places = sorted({self.lines[number].section for number in written})
        sections = [self._section(place, written, is_before) for place in places]
        is_secret = all(self._is_secret(self.lines[n]) for n in written)
        has_secrets = any(self._is_secret(self.lines[n]) for n in written)
        return [_briefing(sections, self.handling, has_secrets, is_secret)]

    def _section(
        self, place: int, written: list[int], is_before: bool
    ) -> dict[str, Any]:
        here = [n for n, line in enumerate(self.lines) if line.section == place]
        is_secret = all(self._is_secret(self.lines[n]) for n in here)
        name = f"{CANARY}-{place}" if is_secret else f"part-{place}"
        claims = [self._claim(n, written, is_before) for n in written if n in here]
        return {
            "id": name,
            "title": f"{name} of the storm in the bay",
            "short": name,
            "aliases": [f"{name} alias"],
            "summary": f"{name} summed up.",
            "claims": claims,
        }

    def _claim(
        self, number: int, written: list[int], is_before: bool
    ) -> dict[str, Any]:
        line = self.lines[number]
        made = secret_claim if self._is_secret(line) else _open_claim
        fields = made(number, (line.before if is_before else line.now) or Label.RED)
        if is_before and number % 2:
            fields["text"] = fields["text"].replace(str(number + 3), str(number + 30))
            fields["figures"] = [{"label": "boats lost", "value": number + 30}]
        against = line.against
        if against in written and against != number:
            fields["contradicts"] = [self._id(against)]
            fields["basis"] = [self._id(against)]
        return fields

    def _id(self, number: int) -> str:
        is_secret = self._is_secret(self.lines[number])
        return f"{CANARY}-{number}" if is_secret else f"claim-{number}"


def _open_claim(number: int, label: Label) -> dict[str, Any]:
    return claim(
        f"claim-{number}",
        text=_TOLD[number % 3].format(number + 3),
        sources=["port", "paper"] if number % 2 else ["port"],
        figures=[{"label": "boats lost", "value": number + 3}],
        aliases=["rescued"] if number == 2 else [],
        when=f"2026-1{number % 3}" if number % 2 else None,
        handling=label,
    )


def secret_claim(number: int, label: Label) -> dict[str, Any]:
    """Return a claim with the canary word in every text of it, and in its ids."""
    return claim(
        f"{CANARY}-{number}",
        text=f"{CANARY} says that {number + 3} boats were lost at {CANARY} bay.",
        short=f"{CANARY} short {number + 3}",
        caveat=f"{CANARY} caveat",
        aliases=[f"{CANARY} alias {number}", "rescued"],
        kind="assessment",
        credibility="1",
        confidence="high",
        sources=[
            {"id": f"{CANARY}-source", "quote": f"{CANARY} quote", "locator": CANARY},
            {"id": "port", "quote": f"{CANARY} said", "url": f"https://a.io/{CANARY}"},
        ],
        figures=[{"label": "boats lost", "value": number + 3}],
        when="2026-10",
        as_of="2026-10",
        verified="2026-11-20",
        handling=label,
        revisions=[
            {
                "date": "2026-11-19",
                "kind": "correction",
                "was": f"{CANARY} was {number + 3}",
                "because": f"{CANARY} because",
            }
        ],
    )


def _briefing(
    sections: list[dict[str, Any]], label: Label, has_secrets: bool, is_secret: bool
) -> Briefing:
    name = f"{CANARY} harbour" if is_secret else "Harbour"
    source = {
        f"{CANARY}-source": {
            "publisher": f"{CANARY} press",
            "note": f"{CANARY} note",
            "via": [f"{CANARY}-wire"],
        },
        f"{CANARY}-wire": {"title": f"{CANARY} wire", "unnamed": "true"},
    }
    entity = {f"{CANARY}-bay": {"name": f"{CANARY} bay", "aliases": ["Bay of Z"]}}
    synonyms = [["boats", "vessels"], *([[CANARY, "sabotage"]] if has_secrets else [])]
    return make_briefing(
        id=HARBOUR,
        title=f"{name}: what the storm did to the boats",
        short=name,
        aliases=[f"{name} alias"],
        bottom_line=f"{name} lost boats.",
        handling=label,
        audiences=CIRCLES,
        sources=_PORT | (source if has_secrets else {}),
        entities={"bay": {"name": "bay"}} | (entity if has_secrets else {}),
        synonyms=synonyms,
        sections=sections,
    )


def _store(label: Label, *, is_secret: bool) -> Briefing:
    name = CANARY if is_secret else "warehouse"
    return make_briefing(
        id=f"{CANARY}-{STORE}" if is_secret else STORE,
        title=f"The {name} burned",
        short=name,
        handling=label,
        audiences=CIRCLES,
        sections=[
            {
                "id": f"{name}-fire",
                "title": f"A fire broke out in the {name}",
                "claims": [claim("burned", text=f"The {name} burned for 2 days.")],
            }
        ],
    )
