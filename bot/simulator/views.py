"""Views: each person's stack of modals and their Home."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, name_blocks

STACK = 3
ViewChange = Literal["view_opened", "view_updated", "view_closed", "home"]


@dataclass(frozen=True, slots=True)
class View:
    """One view as it stands; `content` is what the app sent, its blocks named."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str = ""
    values: Json = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def external_id(self) -> str:
        return str(self.content.get("external_id") or "")

    def with_content(self, content: Json) -> "View":
        return replace(self, content=_named(content), hash=_hash())

    def as_slack(
        self, *, team_id: str, app_id: str, bot_id: str, installed_in: str
    ) -> Json:
        """Return the view object of payloads and answers.

        `team_id` is its reader's, which with a connected company is not the one that
        the app is `installed_in`.
        """
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
            **self.content,
            "id": self.id,
            "team_id": team_id,
            "app_id": app_id,
            "bot_id": bot_id,
            "app_installed_team_id": installed_in,
            "hash": self.hash,
            "state": {"values": self.values},
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id or None,
        }


class Views:
    """Everybody's stacks and Homes; `changed` is called after each change."""

    def __init__(self, changed: Callable[[ViewChange, View], None]) -> None:
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._changed = changed

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def stack(self, user: str) -> tuple[View, ...]:
        return tuple(self._stacks.get(user, ()))

    def has(self, view_id: str) -> bool:
        """Say whether somebody has this view."""
        return any(view.id == view_id for view in self._all())

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        """Return an open modal or a Home; `not_found` when its reader closed it."""
        for view in self._all():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def _all(self) -> list[View]:
        modals = [view for stack in self._stacks.values() for view in stack]
        return [*modals, *self._homes.values()]

    def open(self, user: str, content: Json) -> View:
        """Open a modal in place of whatever stack the person had."""
        self._refuse_twin(content)
        view = _new(user, content)
        self._stacks[user] = [view]
        self._changed("view_opened", view)
        return view

    def push(self, user: str, content: Json) -> View:
        """Lay a modal on top of the person's stack, which holds three."""
        stack = self._stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")

        self._refuse_twin(content)
        view = replace(
            _new(user, content), root_id=stack[0].id, previous_id=stack[-1].id
        )
        stack.append(view)
        self._changed("view_opened", view)
        return view

    def update(self, view: View, content: Json, *, hash: str = "") -> View:
        """Replace a view's content; `hash_conflict` if it changed meanwhile."""
        if hash and hash != view.hash:
            raise SlackError("hash_conflict")
        if content.get("external_id") != view.content.get("external_id"):
            self._refuse_twin(content)

        return self._put(view.with_content(content), "view_updated")

    def remember(self, view: View, values: Json) -> View:
        """Keep what the reader has filled in, seen by the next payload."""
        return self._put(replace(view, values=values), None)

    def _put(self, view: View, change: ViewChange | None) -> View:
        if view.type == "home":
            self._homes[view.user] = view
        else:
            stack = self._stacks[view.user]
            index = [each.id for each in stack].index(view.id)
            stack[index] = view
        if change:
            self._changed(change, view)
        return view

    def publish(self, user: str, content: Json, *, hash: str = "") -> View:
        """Set a person's Home."""
        before = self._homes.get(user)
        if hash and (before is None or hash != before.hash):
            raise SlackError("hash_conflict")

        view = before.with_content(content) if before else _new(user, content)
        self._homes[user] = view
        self._changed("home", view)
        return view

    def close(self, view: View) -> None:
        """Take a modal off its stack; what lies beneath shows again."""
        stack = self._stacks[view.user]
        stack[:] = [each for each in stack if each.id != view.id]
        self._changed("view_closed", view)

    def clear(self, user: str) -> None:
        """Close all of a person's modals, the top one first."""
        for view in reversed(self.stack(user)):
            self.close(view)

    def _refuse_twin(self, content: Json) -> None:
        wanted = content.get("external_id")
        if wanted and any(view.external_id == wanted for view in self._all()):
            raise SlackError("duplicate_external_id")


def _new(user: str, content: Json) -> View:
    view_id = f"V{secrets.token_hex(5).upper()}"
    return View(view_id, user, _named(content), _hash(), root_id=view_id)


def _named(content: Json) -> Json:
    blocks: list[Any] = list(name_blocks(content["blocks"]))
    return {**content, "blocks": blocks}


def _hash() -> str:
    return secrets.token_hex(8)
