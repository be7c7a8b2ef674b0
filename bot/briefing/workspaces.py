"""Which briefings and curators each workspace has: `workspaces.yaml`.

Without that file every workspace has every briefing, as where there is one. With it, a
workspace that it does not name has none.
"""

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from bot.briefing.field_types import Model, Slug, upto, upto_entries
from bot.briefing.models import Briefing, Curators
from bot.briefing.problems import Problem, did_you_mean, listed, warning
from bot.installation import Installation

PlaceId = Annotated[str, StringConstraints(pattern=r"^[TE][A-Z0-9]{2,29}$")]


class WorkspaceEntry(Model):
    """A workspace, or all workspaces of an organisation that have no entry."""

    model_config = ConfigDict(title="workspace")

    id: PlaceId
    """The workspace's id (T…), or the organisation's (E…)."""
    name: Annotated[str, upto(80)] | None = None
    """What you call it; shown to nobody."""
    briefings: Annotated[tuple[Slug, ...], upto_entries(1_000)]
    """The briefings that exist there, by id."""
    curators: Curators = ()
    """Who answers for them there, instead of those that the briefings name."""


class WorkspaceList(Model):
    """The whole of `workspaces.yaml`."""

    model_config = ConfigDict(title="file of workspaces")

    workspaces: Annotated[tuple[WorkspaceEntry, ...], Field(max_length=10_000)]

    @cached_property
    def _by_id(self) -> dict[str, WorkspaceEntry]:
        return {entry.id: entry for entry in self.workspaces}

    def entry_of(self, installation: Installation) -> WorkspaceEntry | None:
        """Return the entry of a workspace, else of its organisation."""
        own = self._by_id.get(installation.team_id)
        return own or self._by_id.get(installation.enterprise_id)


def has_briefing(
    workspaces: WorkspaceList | None,
    installation: Installation | None,
    briefing_id: str,
) -> bool:
    """Say whether a briefing exists in a workspace; in the terminal, None, all do."""
    if workspaces is None or installation is None:
        return True
    entry = workspaces.entry_of(installation)
    return entry is not None and briefing_id in entry.briefings


def curators_there(
    workspaces: WorkspaceList | None, installation: Installation, briefing: Briefing
) -> tuple[str, ...]:
    """Return who answers for a briefing in a workspace; nobody where it has it not.

    Of several workspaces, one without curators of its own has those that the briefing
    names with the workspace in front.
    """
    if workspaces is None:
        return briefing.curators
    entry = workspaces.entry_of(installation)
    if entry is None or briefing.id not in entry.briefings:
        return ()
    if entry.curators:
        return entry.curators
    if len(workspaces.workspaces) == 1:
        return briefing.curators
    own = f"{installation.team_id}/"
    return tuple(name for name in briefing.curators if name.startswith(own))


def check_workspaces(
    listed_there: WorkspaceList, known: Collection[str]
) -> Iterator[Problem]:
    """Find workspaces named twice, briefings that do not exist or are nowhere."""
    seen: set[str] = set()
    for index, entry in enumerate(listed_there.workspaces):
        where = ("workspaces", index)
        if entry.id in seen:
            text = f'The workspace "{entry.id}" has an earlier entry.'
            yield Problem((*where, "id"), text, "Make one entry of the two.")
        seen.add(entry.id)
        for position, id in enumerate(entry.briefings):
            place = (*where, "briefings", position)
            if id not in known:
                text = f'There is no briefing "{id}".'
                near = did_you_mean(id, known)
                yield Problem(
                    place, text, near or f"There is: {listed(sorted(known))}."
                )
            if id in entry.briefings[:position]:
                yield Problem(place, f'"{id}" is named twice.', "Remove one of them.")
    given = {id for entry in listed_there.workspaces for id in entry.briefings}
    for id in sorted(set(known) - given):
        text = f'The briefing "{id}" is in no workspace: nobody can see it.'
        yield warning(("workspaces",), text, "Name it where it belongs.", at_key=True)
