"""Scenes with people of other workspaces, and in a workspace of an organisation.

The outer ids of what Slack sends then are those of whoever acts, not the bot's.
"""

import copy
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.changes import ChangeKind
from bot.simulator.delivery import Envelope, EnvelopeType, Transport
from bot.simulator.messages import Json, Message
from bot.simulator.server import Simulator
from bot.simulator.views import View
from bot.simulator.workspace_file import WorkspaceFile, install, load_workspace
from bot.slack.app import ELSEWHERE
from bot.slack.manifest import manifest
from bot.slack.views.home import SEARCH
from tests.acceptance.office import BRIEFING, CURATORS, DESK, Office
from tests.patience import PATIENCE_S
from tests.subscriptions import make_subscription

SHARED = "partners"
"""The channel that the workspace shares with the company of Erik."""


def in_organisation(file: WorkspaceFile) -> WorkspaceFile:
    """Return the workspace as one of an Enterprise organisation."""
    team = file.team.model_copy(update={"enterprise_id": "E0OURS"})
    users = tuple(
        user.model_copy(update={"enterprise_id": "E0FJORD" if user.team_id else ""})
        for user in file.users
    )
    return file.model_copy(update={"team": team, "users": users})


def on_its_own(file: WorkspaceFile) -> WorkspaceFile:
    return file


@pytest.fixture(params=[on_its_own, in_organisation], ids=["workspace", "organisation"])
async def office(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str
) -> AsyncIterator[Office]:
    """The bot in a workspace that shares a channel with another company."""
    change: Callable[[WorkspaceFile], WorkspaceFile] = request.param
    file = change(install(load_workspace(), manifest()))
    folder = tmp_path / "briefs"
    folder.mkdir()
    async with Simulator(workspace=file, waits_s=PATIENCE_S) as simulator:
        office = Office(simulator, folder, sqlite_url)
        office.write()
        yield office


async def view_after(
    office: Office, since: int, kind: ChangeKind, holding: str = ""
) -> View:
    """Return the view that opens or turns after so many changes, and holds this."""
    found = await office.simulator.wait_for(
        lambda c: c.kind is kind and bool(c.view) and holding in str(c.view),
        since=since,
    )
    assert found.view is not None
    return found.view


def count(office: Office) -> int:
    return len(office.simulator.record.changes)


@pytest.mark.parametrize("where", ["", SHARED], ids=["DM", "mention"])
async def test_somebody_from_a_connected_workspace_is_answered_what_all_may_see(
    office: Office, where: str
) -> None:
    """They are external: what is clear is told, and what is not is not there."""
    async with office.bot():
        clear = await office.ask("erik", "@brief boats", where=where)
        withheld = await office.ask("erik", "@brief was the pier mined?", where=where)

    assert "About 40 boats were lost in the storm." in clear.text
    assert "mined by" not in withheld.text


async def test_a_connected_workspaces_feedback_reaches_the_curators(
    office: Office,
) -> None:
    """A form names its sender's team outside, and ours only inside the view."""
    async with office.bot():
        answer = await office.ask("erik", "@brief boats", where=SHARED)
        since = count(office)
        await office.simulator.press(
            "erik",
            answer.channel,
            answer.ts,
            "menu",
            selected_option="report|claim|harbour|boats",
        )
        form = await view_after(office, since, ChangeKind.VIEW_OPENED)
        comment = {"type": "plain_text_input", "value": "It was 47."}
        since = count(office)
        await office.simulator.submit_view(
            "erik", form.id, {"comment": {"comment": comment}}
        )
        turned = await view_after(office, since, ChangeKind.VIEW_UPDATED)
        (notice,) = await office.wait_for_posts(CURATORS, 1)

    assert turned.content["title"]["text"] == "Passed on"
    assert "Wrong or outdated? <@U0ERIK>" in notice.text
    assert "“It was 47.”" in notice.text


async def test_a_home_opened_from_a_connected_workspace_holds_what_all_may_see(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """It is drawn like anybody's, and its search answers."""
    async with office.bot():
        await office.simulator.open_home("erik")
        home = await view_after(office, 0, ChangeKind.HOME, SEARCH)
        since = count(office)
        await office.simulator.press_in_view("erik", home.id, SEARCH, value="boats")
        found = await view_after(office, since, ChangeKind.VIEW_OPENED)

    assert "What the storm did to the harbour" in str(home.content)
    assert "mined" not in str(home.content)
    assert "About 40 boats were lost" in str(found.content)
    assert not [r for r in caplog.records if r.message == "background.failed"]


async def test_a_press_on_our_own_message_is_ours_whatever_team_it_names(
    office: Office,
) -> None:
    """The bot's id on the message says whose it is where the outer team does not."""
    async with office.bot():
        answer = await office.ask("erik", "@brief boats", where=SHARED)
        since = count(office)
        payload = pressed(office, answer, "detail/0", "claim|harbour|boats")
        await office.simulator.delivery.ask(EnvelopeType.INTERACTION, payload)
        detail = await view_after(office, since, ChangeKind.VIEW_OPENED)

    assert "About 40 boats were lost" in str(detail.content)


async def test_a_press_on_what_they_alone_see_is_ours_whatever_team_it_names(
    office: Office,
) -> None:
    """Slack sends no message with it, and so no bot's id."""
    async with office.bot():
        answer = await office.ask("erik", "@brief boats", where=SHARED)
        since = count(office)
        payload = pressed(office, answer, "detail/0", "claim|harbour|boats")
        del payload["message"]
        payload["container"]["is_ephemeral"] = True
        await office.simulator.delivery.ask(EnvelopeType.INTERACTION, payload)
        detail = await view_after(office, since, ChangeKind.VIEW_OPENED)

    assert "About 40 boats were lost" in str(detail.content)


def pressed(office: Office, message: Message, action_id: str, value: str) -> Json:
    """Return Erik's press on a message, outwardly of his own workspace."""
    simulator = office.simulator
    payloads, erik = simulator.interactions.payloads, simulator.person("erik")
    button = {"type": "button", "action_id": action_id, "value": value}
    return {
        **payloads.block_actions(erik, {**button, "block_id": "b"}),
        **payloads.in_message(message, response_url=""),
        "team": {"id": "T0FJORD", "domain": "fjord"},
        "enterprise": {"id": "E0FJORD", "name": "Fjord"},
    }


FOREIGN: dict[str, dict[str, Any]] = {
    "an event": {"authorizations": [{"team_id": "T0FJORD", "enterprise_id": None}]},
    "an event of an organisation": {
        "authorizations": [{"team_id": "T0FJORD", "enterprise_id": "E0OURS"}]
    },
}


@pytest.mark.parametrize("changes", FOREIGN.values(), ids=FOREIGN.keys())
async def test_what_another_installation_is_told_of_is_not_answered(
    office: Office, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The outer ids may be ours: what counts is for whom Slack sends it."""
    mention = {
        "type": "app_mention",
        "user": "U0ALICE",
        "channel": "C0PARTNERS",
        "text": "<@U0BRIEF> boats",
        "ts": "1.1",
    }
    async with office.bot():
        payload = office.simulator.events.payload(mention) | changes
        office.simulator.delivery.send_event(payload)
        await office.simulator.delivery.idle()
        answer = await office.ask("alice", "boats")

    assert "About 40 boats" in answer.text
    assert office.posts(SHARED) == []
    assert [r for r in caplog.records if r.message == "request.foreign"]


async def test_a_form_of_another_installation_is_refused(office: Office) -> None:
    """The team in the view is the one that the app is installed in."""
    async with office.bot():
        simulator = office.simulator
        alice = simulator.person("alice")
        view = {"type": "modal", "callback_id": "x", "app_installed_team_id": "T0FJORD"}
        payload = {
            "type": "view_submission",
            "team": {"id": "T0MERIDIAN"},
            "user": {"id": alice.id, "team_id": alice.team_id},
            "view": view,
        }
        answer = await simulator.delivery.ask(EnvelopeType.INTERACTION, payload)

    assert ELSEWHERE in str(answer)


@pytest.mark.parametrize("kind", ["home", "form"])
async def test_a_view_that_names_no_installed_team_is_ours_by_its_bot(
    office: Office, kind: str
) -> None:
    """All its teams are then the reader's own; a form would be lost, a Home silent."""
    simulator = office.simulator
    async with office.bot():
        await simulator.open_home("erik")
        home = await view_after(office, 0, ChangeKind.HOME, SEARCH)
        simulator.delivery.transport = Relabelled(simulator.delivery.transport)
        since = count(office)
        if kind == "home":
            await simulator.press_in_view("erik", home.id, SEARCH, value="boats")
            said = await view_after(office, since, ChangeKind.VIEW_OPENED)
        else:
            answer = await office.ask("erik", "@brief boats", where=SHARED)
            await report(office, answer, who="erik")
            said = await view_after(office, since, ChangeKind.VIEW_UPDATED)

    assert ("About 40 boats" if kind == "home" else "Passed on") in str(said.content)


class Relabelled:
    """A way to the app on which views name their reader's team alone."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, envelope: Envelope) -> Json:
        payload = copy.deepcopy(envelope.payload)
        if view := payload.get("view"):
            view.pop("app_installed_team_id")
            view["team_id"] = "T0FJORD"
        return await self._transport.send(replace(envelope, payload=payload))


OUTSIDE = {"team_id": "T0FJORD", "enterprise_id": "E0FJORD"}


async def test_somebody_who_joins_from_a_connected_workspace_is_noticed_at_once(
    office: Office,
) -> None:
    """What was known of the room is dropped, though the event names another team."""
    async with office.bot():
        office.simulator.join("bruno", CURATORS)
        before = await office.ask("bruno", "@brief was the pier mined?", where=CURATORS)
        office.simulator.join("erik", CURATORS)
        await office.simulator.delivery.idle()
        after = await office.ask("bruno", "@brief was the pier mined?", where=CURATORS)

    assert "The pier was mined by saboteurs." in before.text
    assert "mined by" not in after.text


async def test_a_member_who_became_a_guest_is_noticed_whatever_team_the_event_names(
    office: Office,
) -> None:
    """In an organisation the event may come from another of its workspaces."""
    simulator = office.simulator
    async with office.bot():
        before = await office.ask("chiyo", "was the pier mined?")
        events = set(simulator.workspace.app.events)
        assert "user_change" in events
        quiet = tuple(events - {"user_change"})
        app = simulator.workspace.app
        simulator.workspace.app = app.model_copy(update={"events": quiet})
        simulator.change_user("chiyo", is_guest=True)
        user = {"id": "U0CHIYO", "team_id": "T0MERIDIAN"}
        payload = simulator.events.payload({"type": "user_change", "user": user})
        simulator.delivery.send_event(payload | OUTSIDE)
        await simulator.delivery.idle()
        after = await office.ask("chiyo", "was the pier mined?")

    assert "The pier was mined by saboteurs." in before.text
    assert "mined by" not in after.text


async def test_an_event_without_an_organisations_id_is_ours(office: Office) -> None:
    """Some events carry no enterprise id, or an empty one."""
    question = {
        "type": "message",
        "channel_type": "im",
        "user": "U0ALICE",
        "channel": office.simulator.dm("alice"),
        "text": "boats",
        "ts": f"{office.simulator.clock.now().timestamp():.6f}",
    }
    async with office.bot():
        payload = office.simulator.events.payload(question)
        payload.pop("enterprise_id", None)
        payload["authorizations"] = [{"team_id": "T0MERIDIAN", "enterprise_id": None}]
        office.simulator.delivery.send_event(payload)
        (answer,) = await office.wait_for_posts(office.simulator.dm("alice"), 1)

    assert "About 40 boats" in answer.text


async def test_commands_in_an_organisation_are_answered_as_anywhere(
    office: Office,
) -> None:
    """Subscriptions, digests and questions are found under one key."""
    async with office.bot():
        told = await office.command("alice", "was the pier mined?", where=DESK)
        listed = await subscriptions_of_alice(office)

    assert "The pier was mined by saboteurs." in told
    assert "You have no subscriptions." in listed


async def subscriptions_of_alice(office: Office) -> str:
    """Give the command, and return what is said when the database was asked."""
    since = count(office)
    await office.simulator.type("alice", DESK, "/brief subscriptions")
    said = await office.simulator.wait_for(
        lambda change: change.kind is ChangeKind.EPHEMERAL, since=since
    )
    return said.text


async def test_a_workspace_that_moves_into_an_organisation_keeps_what_it_had(
    office: Office,
) -> None:
    """It keeps its team's id; what was stored without an organisation is its own."""
    async with office.bot() as app:
        store = app.capabilities.stores.subscriptions
        before = app.installed.keys[0]
        await store.create(make_subscription(installation=before, owner_id="U0ALICE"))
    workspace = office.simulator.workspace
    workspace.team = workspace.team.model_copy(update={"enterprise_id": "E0NEW"})
    async with office.bot() as app:
        after = app.installed.keys[0]
        listed = await subscriptions_of_alice(office)

    assert after.enterprise_id == "E0NEW"
    assert "The harbour\nEvery day at 08:00" in listed


async def test_a_channel_with_a_new_id_keeps_its_digest_default_and_curators(
    office: Office,
) -> None:
    """Sharing a private channel, or a company's leaving, gives it another id."""
    simulator = office.simulator
    named = BRIEFING.replace('"#korea-curators"', "C0CURATORS")
    office.write(named)
    async with office.bot() as app:
        await office.command("alice", "use harbour", where=DESK)
        store = app.capabilities.stores.subscriptions
        installation = app.installed.keys[0]
        await store.create(
            make_subscription(installation=installation, destination="C0KOREA")
        )
        simulator.change_id(DESK, "C0KOREA2")
        simulator.change_id(CURATORS, "C0CURATORS2")
        simulator.rename(CURATORS, "harbour-curators")
        await simulator.delivery.idle()

        kept = await store.in_channel(installation, "C0KOREA2")
        defaults = app.capabilities.channels.defaults
        await report(office, await office.ask("alice", "boats"))
        (notice,) = await office.wait_for_posts("harbour-curators", 1)

    assert [each.destination for each in kept] == ["C0KOREA2"]
    assert defaults.of(installation, "C0KOREA2") == "harbour"
    assert notice.channel == "C0CURATORS2"


async def test_a_channel_that_is_renamed_keeps_what_was_set_up_by_its_name(
    office: Office,
) -> None:
    """Its name was resolved once, and the id stays."""
    async with office.bot():
        await report(office, await office.ask("alice", "boats"))
        await office.wait_for_posts(CURATORS, 1)
        office.simulator.rename(CURATORS, "harbour-curators")
        await report(office, await office.ask("alice", "boats"))
        await office.wait_for_posts("harbour-curators", 2)


async def report(office: Office, answer: Message, who: str = "alice") -> None:
    """Send somebody's remark on an answer to the curators."""
    since = count(office)
    await office.simulator.press(
        who,
        answer.channel,
        answer.ts,
        "menu",
        selected_option="report|claim|harbour|boats",
    )
    form = await view_after(office, since, ChangeKind.VIEW_OPENED)
    comment = {"type": "plain_text_input", "value": "It was 47."}
    values: Json = {"comment": {"comment": comment}}
    await office.simulator.submit_view(who, form.id, values)
