"""What people do to the app: commands, presses, forms, shortcuts, and what follows."""

from dataclasses import dataclass, field
from typing import Any

from bot.simulator.channels import Channel
from bot.simulator.content import read_view
from bot.simulator.delivery import Delivery, EnvelopeType
from bot.simulator.elements import find_element, read_action
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, Message
from bot.simulator.payloads import Payloads
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.triggers import Triggers
from bot.simulator.typing_text import as_command_text
from bot.simulator.users import User
from bot.simulator.views import View
from bot.simulator.workspace import Workspace
from bot.simulator.workspace_file import Command


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the person sees at once: `error` is empty when all went well.

    `message` is what they said, or the app's first answer to a command. `errors` are
    a form's, by block_id.
    """

    error: str = ""
    message: Message | None = None
    response_action: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.error

    def as_json(self) -> Json:
        answer: Json = {"ok": self.ok}
        if self.error:
            answer["error"] = self.error
        if self.message:
            answer["message"] = self.message.as_slack()
            answer["ts"] = self.message.ts
        if self.response_action:
            answer["response_action"] = self.response_action
        if self.errors:
            answer["errors"] = self.errors
        return answer


class Interactions:
    """Carries out acts; `address` is the server's own, for response URLs."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        *,
        triggers: Triggers,
        response_urls: ResponseUrls,
    ) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self.payloads = Payloads(workspace, triggers)
        self._response_urls = response_urls
        self.address = ""

    # Commands

    async def command(
        self, user: User, room: Channel, line: str, *, in_thread: bool
    ) -> Outcome:
        """Run a slash command; the answer in the acknowledgement is shown at once."""
        word, _, text = line.partition(" ")
        command = self._known(word)
        # People of other companies cannot run the commands of this workspace.
        if command is None or user.is_external:
            return Outcome(f"{word} is not a valid command.")
        if in_thread:
            return Outcome(f"{word} is not supported in threads. Sorry!")

        key = self._response_urls.issue(user.id, room.id)
        payload = self.payloads.command(
            user,
            room,
            command=word,
            text=as_command_text(
                self._workspace, text.strip(), should_escape=command.should_escape
            ),
            response_url=self._response_url(key),
        )
        return await self._run(key, payload)

    def _known(self, word: str) -> Command | None:
        commands = self._workspace.app.commands
        return next((each for each in commands if each.command == word), None)

    def _response_url(self, key: str) -> str:
        return f"{self.address}/response/{self._workspace.team.id}/{key}"

    async def _run(self, key: str, payload: Json) -> Outcome:
        try:
            answer = await self._delivery.ask(EnvelopeType.COMMAND, payload)
            if not answer.get("text") and not answer.get("blocks"):
                return Outcome()
            return Outcome(message=self._response_urls.acknowledge(key, answer))
        except SlackError as silence:
            return Outcome(silence.code)

    # Presses

    async def press_in_message(
        self, user: User, message: Message, act: Json
    ) -> Outcome:
        """Use an element of a message; see `read_action` for what `act` holds."""
        element, block_id = find_element(message.blocks, act)
        key = self._response_urls.issue(user.id, message.channel, message)
        payload = {
            **self.payloads.block_actions(user, read_action(element, block_id, act)),
            **self.payloads.in_message(message, response_url=self._response_url(key)),
            "state": {"values": act.get("state", {})},
        }
        return await self._ask(payload)

    async def press_in_view(self, user: User, view: View, act: Json) -> Outcome:
        """Use an element of a modal or a Home."""
        element, block_id = find_element(view.content["blocks"], act)
        if act.get("state"):
            view = self._workspace.views.remember(view, act["state"])
        action = read_action(element, block_id, act)
        in_modal = view.type == "modal"
        payload = {
            **self.payloads.block_actions(user, action, in_modal=in_modal),
            **self.payloads.in_view(view),
        }
        return await self._ask(payload)

    async def _ask(self, payload: Json) -> Outcome:
        try:
            await self._delivery.ask(EnvelopeType.INTERACTION, payload)
        except SlackError as silence:
            return Outcome(silence.code)
        return Outcome()

    # Forms

    async def submit(self, user: User, view: View, values: Json) -> Outcome:
        """Submit a modal, and do what the acknowledgement says with its stack."""
        view = self._workspace.views.remember(view, values)
        if missing := _left_empty(view):
            # Slack's own client says so, and sends nothing.
            errors = dict.fromkeys(missing, "Please complete this required field.")
            return Outcome(errors=errors)
        payload = self.payloads.view_submission(user, view)
        try:
            answer = await self._delivery.ask(EnvelopeType.INTERACTION, payload)
            return self._respond(view, answer)
        except SlackError as silence:
            return Outcome(silence.code)

    def _respond(self, view: View, answer: Json) -> Outcome:
        views = self._workspace.views
        action = str(answer.get("response_action", ""))
        match action:
            case "":
                views.close(view)
            case "clear":
                views.clear(view.user)
            case "errors":
                return self._form_errors(view, answer.get("errors"))
            case "update":
                views.update(view, read_view(answer.get("view"), type="modal"))
            case "push":
                views.push(view.user, read_view(answer.get("view"), type="modal"))
            case _:
                raise SlackError("invalid_response_action")
        return Outcome(response_action=action)

    def _form_errors(self, view: View, errors: Any) -> Outcome:
        """Errors name blocks of the form; Slack refuses any other."""
        inputs = {
            block["block_id"]
            for block in view.content["blocks"]
            if block["type"] == "input"
        }
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise SlackError("invalid_response_action")
        return Outcome(response_action="errors", errors=errors)

    async def close(self, user: User, view: View, *, is_cleared: bool) -> Outcome:
        """Close a modal, or all; the app hears of those that asked for it."""
        stack = self._workspace.views.stack(user.id) if is_cleared else (view,)
        for each in reversed(stack):
            self._workspace.views.close(each)

        for each in stack:
            if each.content.get("notify_on_close"):
                payload = self.payloads.view_closed(user, each, is_cleared=is_cleared)
                await self._ask(payload)
        return Outcome()

    # Shortcuts

    async def shortcut(
        self, user: User, callback_id: str, message: Message | None
    ) -> Outcome:
        """Choose from a message's menu, or a global shortcut where it is None."""
        wanted = "message" if message else "global"
        shortcuts = self._workspace.app.shortcuts
        if not any(
            s.callback_id == callback_id and s.type == wanted for s in shortcuts
        ):
            return Outcome("no such shortcut")
        if message is None:
            return await self._ask(
                self.payloads.global_shortcut(user, callback_id=callback_id)
            )

        key = self._response_urls.issue(user.id, message.channel)
        payload = self.payloads.message_action(
            user,
            message,
            callback_id=callback_id,
            response_url=self._response_url(key),
        )
        return await self._ask(payload)


def _left_empty(view: View) -> list[str]:
    """Return the text fields that must be filled in and were left empty."""
    return [
        block["block_id"]
        for block in view.content["blocks"]
        if block["type"] == "input"
        and not block.get("optional")
        and block["element"]["type"] == "plain_text_input"
        and not _typed(view.values, block)
    ]


def _typed(values: Json, block: Json) -> str:
    """Return what a text field holds: what it was filled in with, unless touched."""
    field = values.get(block["block_id"], {}).get(block["element"]["action_id"])
    if field is None:
        return str(block["element"].get("initial_value") or "")
    return str(field.get("value") or "")
