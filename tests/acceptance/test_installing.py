"""Workspaces install the app, are served, have it renewed, and remove it again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.errors import BotError, SettingsError
from bot.installation import Installation
from bot.questions.channel_defaults import ChannelDefault
from bot.settings import Mode
from bot.simulator.clock import SteppedClock
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.people import People
from bot.slack.app import ELSEWHERE
from bot.wiring import App, build_app
from tests.acceptance.morning import HARBOUR
from tests.acceptance.tenants import ALPHA, BETA, Tenants, open_tenants, url_of
from tests.installations import KEY, NEW_KEY
from tests.installing import BACK
from tests.patience import PATIENCE_S, until
from tests.subscriptions import make_subscription

# The SDK itself still uses what aiohttp has begun to retire.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")

LOSSES = "About 40 boats"
A, B = Installation(ALPHA, "E0ORG"), Installation(BETA, "E0ORG")


@pytest.fixture
async def tenants(tmp_path: Path) -> AsyncIterator[Tenants]:
    async with open_tenants(tmp_path) as tenants:
        yield tenants


@pytest.fixture
async def shared(tmp_path: Path, postgres_url: str) -> AsyncIterator[Tenants]:
    """The same on PostgreSQL, for several processes."""
    async with open_tenants(tmp_path, postgres_url) as tenants:
        yield tenants


@pytest.mark.parametrize("mode", list(Mode), ids=["socket", "http"])
async def test_a_workspace_that_installs_the_app_is_answered(
    tenants: Tenants, mode: Mode
) -> None:
    """Commands, and what is posted with its own token; the other one is unknown."""
    async with tenants.bot(mode) as app:
        assert await tenants.ask(tenants.sim) == ELSEWHERE

        words = await tenants.install(app)

        assert words == (
            "Installed Brief is in Alpha. Type /brief there to see what it holds. "
            "Open Slack"
        )
        assert LOSSES in await tenants.ask(tenants.sim)
        assert LOSSES in await tenants.told(tenants.sim, "how many boats were lost?")
        assert await tenants.ask(tenants.beta) == ELSEWHERE


async def test_a_workspace_that_nobody_gave_a_briefing_is_told_so(
    tenants: Tenants,
) -> None:
    """Whoever runs the app says what it has, and nothing is everybody's."""
    await asyncio.to_thread(
        (tenants.briefs / "workspaces.yaml").write_text, "workspaces: []\n"
    )
    async with tenants.bot() as app:
        words = await tenants.install(app)

        assert words.startswith(
            "Installed Brief is in Alpha. It has no briefing yet: whoever runs the app "
            "names those of T0ALPHA in briefs/workspaces.yaml."
        )
        assert "boats" not in await tenants.ask(tenants.sim)


async def test_without_a_file_of_workspaces_it_does_not_start(tenants: Tenants) -> None:
    """Else strangers who install it would have every briefing."""
    await asyncio.to_thread((tenants.briefs / "workspaces.yaml").unlink)

    with pytest.raises(BotError, match=r"workspaces\.yaml:1:1: There is no"):
        async with build_app(tenants.settings(Mode.SOCKET)):
            pass


async def test_what_was_installed_is_there_after_a_restart(tenants: Tenants) -> None:
    """Each workspace has its own token, and its own answers."""
    async with tenants.bot() as app:
        await tenants.install(app, ALPHA)
        await tenants.install(app, BETA)

    async with tenants.bot() as app:
        assert app.installed.keys == (A, B)
        for people in (tenants.sim, tenants.beta):
            assert LOSSES in await tenants.told(people, "how many boats were lost?")


async def test_a_reinstallation_takes_the_new_token(tenants: Tenants) -> None:
    """The earlier one is revoked by Slack, and kept nowhere."""
    async with tenants.bot() as app:
        await tenants.install(app)
        first = app.clients_of(A).posting.token

        await tenants.install(app)

        assert app.clients_of(A).posting.token != first
        assert LOSSES in await tenants.told(tenants.sim, "how many boats were lost?")


class TestPages:
    """What keeps somebody from installing it is said, with what to do."""

    async def wrong(
        self, tenants: Tenants, app: App, back: dict[str, str], cookie: str
    ) -> str:
        status, words = await tenants.browser.finish(url_of(app), back, cookie)
        assert status in (200, 400, 401, 500)
        assert words.startswith("Not installed ")
        assert words.endswith(" Begin again")
        assert app.installed.keys == ()
        return words.removeprefix("Not installed ").removesuffix(" Begin again")

    async def test_consent_that_was_not_given(self, tenants: Tenants) -> None:
        """Slack sends the browser back all the same."""
        async with tenants.bot() as app:
            asked, cookie = await tenants.browser.begin(url_of(app))
            back = await tenants.browser.decide("cancel", **asked)

            assert await self.wrong(tenants, app, back, cookie) == (
                "You did not allow it, so nothing was installed."
            )

    async def test_a_state_of_somebody_elses(self, tenants: Tenants) -> None:
        """Nobody's browser finishes what another one began."""
        async with tenants.bot() as app:
            asked, _ = await tenants.browser.begin(url_of(app))
            _, cookie = await tenants.browser.begin(url_of(app))
            back = await tenants.browser.decide(**asked)

            words = await self.wrong(tenants, app, back, cookie)
            assert words.startswith("This browser did not begin the installation")

    async def test_strangers_words_do_not_fill_the_log(
        self, tenants: Tenants, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Anybody may open the address: a reason is logged once a minute, cut short."""
        async with tenants.bot() as app:
            for words in ("<script>" * 500, "x\nINFO all is well", "access_denied"):
                for _ in range(3):
                    await self.wrong(tenants, app, {"error": words}, "")

        logged = [r for r in caplog.records if r.message == "install.failed"]
        assert [vars(record)["reason"] for record in logged] == [
            "other",
            "access_denied",
        ]

    async def test_a_state_that_was_used(self, tenants: Tenants) -> None:
        """The page that is loaded again does not install it again."""
        async with tenants.bot() as app:
            asked, cookie = await tenants.browser.begin(url_of(app))
            back = await tenants.browser.decide("cancel", **asked)
            back = {"code": "any", "state": back["state"]}
            await self.wrong(tenants, app, back, cookie)

            assert await self.wrong(tenants, app, back, cookie) == (
                "This installation was begun more than ten minutes ago, or is finished "
                "already."
            )

    async def test_a_code_that_is_not_good(self, tenants: Tenants) -> None:
        """It was used, or is too old."""
        async with tenants.bot() as app:
            asked, cookie = await tenants.browser.begin(url_of(app))
            back = {"code": "guessed", "state": asked["state"]}

            assert await self.wrong(tenants, app, back, cookie) == (
                "Slack's code for this installation was used already, or is more than "
                "ten minutes old."
            )

    async def test_an_address_that_slack_does_not_know(self, tenants: Tenants) -> None:
        """The operator's mistake, which the page names."""
        async with tenants.bot(public_url="https://other.example") as app:
            asked, cookie = await tenants.browser.begin(url_of(app))
            code = tenants.sim.oauth.issue_code(BACK)
            back = {"code": code, "state": asked["state"]}

            assert await self.wrong(tenants, app, back, cookie) == (
                "Slack does not know the address "
                "https://other.example/slack/oauth_redirect. Whoever runs the app adds "
                "it in the app's settings, under OAuth & Permissions, Redirect URLs; "
                "it follows BRIEFING_BOT_PUBLIC_URL."
            )

    async def test_a_permission_that_was_withheld(self, tenants: Tenants) -> None:
        """What it needs is asked for as a whole; what is optional is not missed."""
        async with tenants.bot() as app:
            asked, cookie = await tenants.browser.begin(url_of(app))
            scopes = asked["scope"].split(",")
            granted = [s for s in scopes if s not in ("users:read", "channels:join")]
            back = await tenants.browser.decide(**asked | {"scope": ",".join(granted)})

            assert await self.wrong(tenants, app, back, cookie) == (
                "These permissions are missing: users:read. Nothing was installed. "
                "Whoever runs the app pastes the output of `briefing-bot manifest` "
                "into its settings; an administrator may have withheld them."
            )

    async def test_a_wrong_secret(self, tenants: Tenants) -> None:
        """Slack's own error, in words for the operator."""
        settings = tenants.settings(Mode.SOCKET)
        slack = settings.slack.model_copy(update={"client_secret": SecretStr("old")})
        async with tenants.bot(slack=slack) as app:
            asked, cookie = await tenants.browser.begin(url_of(app))
            back = await tenants.browser.decide(**asked)

            words = await self.wrong(tenants, app, back, cookie)
            assert words.startswith("Slack does not accept the app's secret.")


class TestRemoval:
    """The app goes from a workspace, and nothing is done for it any more."""

    @pytest.mark.parametrize("how", ["uninstall", "revoke_token"])
    async def test_a_workspace_that_removed_the_app_is_not_served(
        self, tenants: Tenants, how: str
    ) -> None:
        """The other one is; what is planned ends with its reason."""
        async with tenants.bot() as app:
            await tenants.install(app, ALPHA)
            await tenants.install(app, BETA)

            getattr(tenants.sim, how)()
            await until(lambda: app.installed.keys == (B,))

            assert await tenants.ask(tenants.sim) == ELSEWHERE
            assert LOSSES in await tenants.told(tenants.beta, "how many boats?")

    async def test_nobody_asks_who_reads_a_room_of_it_any_more(
        self, tenants: Tenants, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What stands there is kept a while, and cannot be withdrawn."""
        green = HARBOUR.replace("TLP:AMBER", "TLP:GREEN")
        (tenants.briefs / "harbour.yaml").write_text(green)
        async with tenants.bot() as app:
            await tenants.install(app)
            rooms, sim = app.capabilities.rooms, tenants.sim
            await sim.type("ana", "desk", "@brief damage")
            answer = await sim.wait_for(lambda c: "damage is secret" in c.text)
            assert answer.message is not None

            sim.uninstall()
            await until(lambda: app.installed.keys == ())
            app.capabilities.workspace.directory.forget_all()
            rooms.changed(A, answer.message.channel)
            await rooms.look_at_all()
            await rooms.look()

        assert not [r for r in caplog.records if r.message == "audience.unknown"]

    async def test_an_end_that_nobody_heard_of_is_noticed_at_a_start(
        self, tenants: Tenants
    ) -> None:
        """Slack gives up repeating an event after an hour."""
        async with tenants.bot() as app:
            await tenants.install(app)
        tenants.sim.uninstall()

        async with tenants.bot() as app:
            await until(lambda: app.installed.keys == ())

    async def test_a_workspace_that_comes_back_is_served_again(
        self, tenants: Tenants
    ) -> None:
        """An event from before, told late, does not remove it."""
        async with tenants.bot() as app:
            await tenants.install(app)
            tenants.sim.uninstall()
            await until(lambda: app.installed.keys == ())

            await tenants.install(app)
            tenants.sim.events.emit({"type": "app_uninstalled"})
            await tenants.sim.delivery.idle()
            await app.capabilities.background.drain(PATIENCE_S)

            assert LOSSES in await tenants.ask(tenants.sim)


class TestOrganisation:
    """One consent for all workspaces of an organisation."""

    async def test_each_workspace_is_served_by_its_token(
        self, tenants: Tenants
    ) -> None:
        """Rows and paces are the workspace's."""
        async with tenants.bot() as app:
            words = await tenants.install(app, "E0ORG")

            assert words.startswith("Installed Brief is in all of E0ORG.")
            assert app.installed.keys == (A, B)
            token = app.clients_of(A).posting.token
            assert app.clients_of(B).posting.token == token
            for people in (tenants.sim, tenants.beta):
                assert LOSSES in await tenants.ask(people)
                assert LOSSES in await tenants.told(people, "how many boats?")
            records = await app.capabilities.stores.history.records()
            assert {record.key.installation for record in records} == {A, B}

    async def test_a_workspace_is_taken_out_of_it(self, tenants: Tenants) -> None:
        """By an administrator; the others stay."""
        async with tenants.bot() as app:
            await tenants.install(app, "E0ORG")

            tenants.sim.oauth.withdraw(BETA)
            await until(lambda: app.installed.keys == (A,))

            assert LOSSES in await tenants.told(tenants.sim, "how many boats?")

    async def test_the_organisation_removes_it_as_a_whole(
        self, tenants: Tenants
    ) -> None:
        """Then it is in none of its workspaces."""
        async with tenants.bot() as app:
            await tenants.install(app, "E0ORG")

            tenants.sim.oauth.uninstall_everywhere("E0ORG")

            await until(lambda: app.installed.keys == ())

    async def test_a_channel_that_gets_another_id_keeps_what_each_set_up_there(
        self, shared: Tenants
    ) -> None:
        """Slack tells one workspace and one process; a company apart keeps its own."""
        elsewhere = Installation("T0APART", "E0APART")
        async with shared.bot() as app, shared.bot() as other:
            await shared.install(app, "E0ORG")
            await until(lambda: other.installed.keys == (A, B))
            capabilities, channel = app.capabilities, shared.sim.channel("desk").id
            for where in (A, B, elsewhere):
                weekly = make_subscription(installation=where, destination=channel)
                await capabilities.stores.subscriptions.create(weekly)
                await capabilities.stores.destinations.pin(where, "#desk", channel)
                await capabilities.channels.save(
                    ChannelDefault(where, channel, "harbour")
                )
            both = [each.capabilities.channels.defaults for each in (app, other)]
            await until(lambda: all(d.of(B, channel) == "harbour" for d in both))

            shared.sim.change_id("desk", "C0MOVED")
            await until(lambda: all(d.of(B, "C0MOVED") == "harbour" for d in both))

            found = {}
            for where in (A, B, elsewhere):
                subscriptions = capabilities.stores.subscriptions
                (weekly,) = await subscriptions.of_installation(where)
                pins = await other.capabilities.stores.destinations.pins(where)
                found[where] = (
                    weekly.destination,
                    pins["#desk"],
                    both[1].of(where, "C0MOVED"),
                )

        moved = ("C0MOVED", "C0MOVED", "harbour")
        assert found == {A: moved, B: moved, elsewhere: (channel, channel, "")}

    async def test_its_people_use_the_home_and_forms(self, tenants: Tenants) -> None:
        """Slack names nothing but the organisation in a view of theirs."""
        async with tenants.bot() as app:
            await tenants.install(app, "E0ORG")

            assert "harbour" in await home_of(tenants.beta)


async def home_of(people: People) -> str:
    """Open Ana's Home; return what stands in it."""
    since = len(people.record.changes)
    await people.open_home("ana")
    change = await people.wait_for(lambda c: c.view is not None, since=since)
    assert change.view is not None
    return str(change.view.content["blocks"])


class TestRenewal:
    """Tokens expire, and are renewed ahead of time."""

    async def test_of_two_processes_one_renews(self, shared: Tenants) -> None:
        """The other one has the new token as soon as it is there."""
        shared.sim.oauth.token_lives_s = 3600
        async with shared.bot() as one, shared.bot() as other:
            await shared.install(one)
            await until(lambda: other.installed.keys == (A,))
            first = one.clients_of(A).posting.token
            shared.sim.oauth.token_lives_s = 43_200

            renewals = [app.renewal for app in (one, other)]
            done = await asyncio.gather(*(r.run_once() for r in renewals if r))

            assert sorted(done) == [0, 1]
            assert shared.sim.oauth.refreshes == 1

            def have_another() -> bool:
                made = [app.clients_of(A).posting.token for app in (one, other)]
                return first not in made

            await until(have_another)
            for app in (one, other):
                assert (await app.clients_of(A).posting.auth_test())["ok"]
            assert [await r.run_once() for r in renewals if r] == [0, 0]

    async def test_a_token_is_renewed_without_any_request(
        self, tenants: Tenants
    ) -> None:
        """What is scheduled finds it fresh."""
        tenants.sim.oauth.token_lives_s = 3600
        async with tenants.bot() as app:
            await tenants.install(app)
            tenants.sim.oauth.token_lives_s = 43_200

        async with tenants.bot() as app:
            await until(lambda: tenants.sim.oauth.refreshes == 1)
            assert isinstance(tenants.sim.clock, SteppedClock)
            await tenants.sim.clock.advance(3600)
            await until(lambda: bool(app.installed.keys))

            assert LOSSES in await tenants.told(tenants.sim, "how many boats?")

    async def test_slack_that_refuses_leaves_the_token_as_it_is(
        self, tenants: Tenants, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It holds for two hours yet; the log says why, and never the token."""
        tenants.sim.oauth.token_lives_s = 3600
        async with tenants.bot() as app:
            await tenants.install(app)
            tenants.sim.faults.add(
                FaultRule(
                    kind=FaultKind.ERROR_BEFORE,
                    method="oauth.v2.access",
                    error="invalid_refresh_token",
                )
            )
            assert app.renewal is not None
            await app.renewal.run_once()

            assert LOSSES in await tenants.told(tenants.sim, "how many boats?")
        lines = [r for r in caplog.records if r.message == "token.not_renewed"]
        assert [vars(line)["why"] for line in lines[:1]] == ["invalid_refresh_token"]
        assert "xox" not in "".join(str(vars(r)) for r in caplog.records)


class TestReplicas:
    """Several processes on one database, told by PostgreSQL."""

    async def test_all_know_of_a_workspace_at_once(self, shared: Tenants) -> None:
        """That came, and that went; whichever process heard of it."""
        async with shared.bot() as one, shared.bot() as other:
            await shared.install(one)
            await until(lambda: other.installed.keys == (A,))
            assert LOSSES in await shared.ask(shared.sim)

            shared.sim.uninstall()

            await until(lambda: one.installed.keys == other.installed.keys == ())


class TestKeys:
    """What encrypts the tokens is exchanged while they are in use."""

    async def test_tokens_are_encrypted_anew_and_the_old_key_goes(
        self, tenants: Tenants
    ) -> None:
        """Three starts: with the old key, with both, with the new one."""
        async with tenants.bot() as app:
            await tenants.install(app)
        async with tenants.bot(token_keys=SecretStr(f"{NEW_KEY},{KEY}")) as app:
            await app.check.run_once()
        async with tenants.bot(token_keys=SecretStr(NEW_KEY)) as app:
            assert LOSSES in await tenants.told(tenants.sim, "how many boats?")

    async def test_without_the_key_a_workspace_is_not_served_and_the_log_says_why(
        self, tenants: Tenants, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Its data and its token stay: the key may come back."""
        async with tenants.bot() as app:
            await tenants.install(app)
        caplog.set_level(logging.ERROR)

        async with tenants.bot(token_keys=SecretStr(NEW_KEY)) as app:
            assert app.installed.keys == ()
        assert "token.unreadable" in [record.message for record in caplog.records]

        async with tenants.bot() as app:
            assert LOSSES in await tenants.ask(tenants.sim)

    async def test_no_token_stands_in_the_database(self, tenants: Tenants) -> None:
        """Nor anything that renews one."""
        async with tenants.bot() as app:
            await tenants.install(app)
            (token,) = tenants.sim.workspace.credentials.tokens
            rows = await app.capabilities.stores.database.read(
                lambda c: c.execute(text("SELECT * FROM slack_installations")).all()
            )

        assert len(rows) == 1
        assert token.value not in str(rows)
        assert token.refresh not in str(rows)

    @pytest.mark.parametrize(
        ("lacking", "said"),
        [
            ({"token_keys": SecretStr("")}, "BRIEFING_BOT_TOKEN_KEYS is not set"),
            ({"public_url": ""}, "BRIEFING_BOT_PUBLIC_URL is not set"),
        ],
    )
    async def test_what_is_missing_keeps_it_from_starting(
        self, tenants: Tenants, lacking: dict[str, object], said: str
    ) -> None:
        """Better now than when somebody installs it."""
        with pytest.raises(SettingsError, match=said):
            async with build_app(tenants.settings(Mode.SOCKET, **lacking)):
                pass
