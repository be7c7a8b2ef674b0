"""Who may see what: TLP 2.0 labels (FIRST, August 2022) and the audiences we meet.

`LABELS` is the whole rule. What it does not grant is withheld.
"""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict

from bot.briefing.field_types import Model, SlackId
from bot.installation import Installation


class Label(StrEnum):
    """A TLP label, from the widest circle to the narrowest; compare by `rank`."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"

    @property
    def rank(self) -> int:
        """0 for CLEAR, 4 for RED."""
        return _ORDER.index(self)

    @property
    def meaning(self) -> str:
        """Who may see it, in plain words, for the legend."""
        return _MEANINGS[self]

    def is_open_to_all_of(self, other: "Label") -> bool:
        """Say whether everybody who may see `other` may see this too.

        Whoever is named for RED need not be of the organisation.
        """
        if other is Label.RED:
            return self in (Label.CLEAR, Label.RED)
        return self.rank <= other.rank


_ORDER = tuple(Label)
_MEANINGS = {
    Label.CLEAR: "Anyone may see it.",
    Label.GREEN: "For the community; not for public places.",
    Label.AMBER: "For this organisation and its clients, as they need it.",
    Label.AMBER_STRICT: "For this organisation only, as people need it.",
    Label.RED: "For the people named, and nobody else.",
}

Labels = frozenset[Label]


class Reach(StrEnum):
    """How far a reply or a post reaches: one person, or everybody in a room."""

    CURATOR = "curator"
    """Whoever reads the files themselves: the command line, never Slack."""
    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    UNKNOWN = "unknown"
    PRIVATE_ROOM = "private room"
    """A private channel in which all are full members."""
    OPEN_ROOM = "open room"
    """A public channel, or a private one with guests."""
    SHARED_ROOM = "shared room"
    """Shared with another organisation, or with an invitation pending."""
    UNKNOWN_ROOM = "unknown room"

    @property
    def is_room(self) -> bool:
        """Say whether more than one person reads it."""
        return "room" in self.value


_OWN: Labels = frozenset(_ORDER[:4])
LABELS: dict[Reach, Labels] = {
    Reach.CURATOR: frozenset(_ORDER),
    Reach.MEMBER: _OWN,
    Reach.GUEST: frozenset({Label.CLEAR, Label.GREEN}),
    Reach.EXTERNAL: frozenset({Label.CLEAR}),
    Reach.UNKNOWN: frozenset({Label.CLEAR}),
    Reach.PRIVATE_ROOM: _OWN,
    Reach.OPEN_ROOM: frozenset({Label.CLEAR, Label.GREEN}),
    Reach.SHARED_ROOM: frozenset({Label.CLEAR}),
    Reach.UNKNOWN_ROOM: frozenset({Label.CLEAR}),
}
"""Which labels each audience may see before a briefing's own lists are asked."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read a text: how far it reaches and the Slack ids that identify it.

    `ids` holds the user of a reply or a DM, or the channel of a post with the
    organisations it is shared with. `installation` is the workspace it is read in,
    None at the terminal alone: what that workspace has not does not exist there.
    """

    reach: Reach
    ids: frozenset[str] = frozenset()
    installation: Installation | None = None


class Circles(Model):
    """Who the TLP words mean here, as Slack ids; empty means nobody."""

    model_config = ConfigDict(title="audiences")

    red: tuple[SlackId, ...] = ()
    """People who may see TLP:RED."""
    clients: tuple[SlackId, ...] = ()
    """Clients, who may see up to TLP:AMBER."""
    community: tuple[SlackId, ...] = ()
    """The community, which may see up to TLP:GREEN."""


def labels_for(audience: Audience, circles: Circles) -> Labels:
    """Return the labels this audience may see of a briefing with these circles.

    RED goes to named people in replies and DMs, never to a room (TLP 2.0: "no further
    disclosure"). A circle adds its label and the wider ones; unknown audiences get
    nothing from circles, since an id that could not be looked up proves nothing.
    """
    labels = LABELS[audience.reach]
    if audience.reach in (Reach.UNKNOWN, Reach.UNKNOWN_ROOM):
        return labels
    if audience.ids & set(circles.community):
        labels |= _up_to(Label.GREEN)
    if audience.ids & set(circles.clients):
        labels |= _up_to(Label.AMBER)
    if not audience.reach.is_room and audience.ids & set(circles.red):
        labels |= {Label.RED}
    return labels


def _up_to(label: Label) -> Labels:
    return frozenset(_ORDER[: label.rank + 1])


PUBLIC = Audience(Reach.UNKNOWN)
"""What is TLP:CLEAR in all briefings: for preparing answers, never for giving one."""


def public_in(installation: Installation) -> Audience:
    """Return the audience that needs no look-up: it sees TLP:CLEAR and nothing else."""
    return Audience(Reach.UNKNOWN, installation=installation)


CURATOR = Audience(Reach.CURATOR)
"""The terminal of somebody who has the files anyway."""
