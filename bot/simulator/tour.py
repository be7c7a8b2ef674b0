"""A guided path over the page: its steps, and what the page is told of them."""

from pathlib import Path
from typing import Self

import yaml
from pydantic import model_validator

from bot.simulator.messages import Json
from bot.simulator.people import People
from bot.simulator.workspace_file import Strict


class Undo(Strict):
    """A button that takes back what a step did, by a POST to this address."""

    button: str
    post: str


class Step(Strict):
    """One step, which is one click.

    Somebody says something in a channel, or to the app where no channel is named; or
    the page posts to an address that whoever runs the simulator added to it. `text`
    stands there before the click; `look` says afterwards what is to be seen.
    """

    title: str
    text: str
    button: str
    look: str
    user: str
    channel: str = ""
    say: str = ""
    post: str = ""
    undo: Undo | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if bool(self.say) == bool(self.post):
            raise ValueError(f'The step "{self.title}" needs either `say` or `post`.')
        return self


class Folder(Strict):
    """A folder that the page names; without `open_post` its path can be copied."""

    path: str
    open_post: str = ""


class Tour(Strict):
    """The steps in order, what is said after them, and the folder they are about."""

    steps: tuple[Step, ...]
    ending: str
    folder: Folder

    def as_json(self, people: People) -> Json:
        """Describe it with people and channels by their ids."""
        steps = []
        for step in self.steps:
            channel = step.channel or people.dm(step.user)
            ids = {
                "user": people.person(step.user).id,
                "channel": people.channel(channel).id,
            }
            steps.append(step.model_dump() | ids)
        return {
            "steps": steps,
            "ending": self.ending,
            "folder": self.folder.model_dump(),
        }


def load_steps(path: Path) -> tuple[Step, ...]:
    """Read the steps of a tour from a YAML file."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Step.model_validate(entry) for entry in entries)
