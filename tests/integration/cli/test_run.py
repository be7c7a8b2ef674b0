"""`briefing-bot run` as a process: what keeps it from running, and how it stops."""

import asyncio
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from tests.frozen import FIRST, INVENTED
from tests.processes import briefing_bot
from tests.unit.simulator.watched_clock import WatchedClock

STARTED = "app.started"
SLOW_S = 0.7
"""How long Slack takes to say who somebody is: less than the bot waits for it."""


NEVER_S = 3600.0
"""So long nobody waits."""


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
async def sim(clock: WatchedClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A working folder with both briefings, one of which is not for everybody."""
    (tmp_path / "briefs").mkdir()
    for path in (FIRST, INVENTED):
        shutil.copy(path, tmp_path / "briefs")
    return tmp_path


def environment(sim: Simulator, **changes: str) -> dict[str, str]:
    """What an operator sets for Socket Mode, with these changes."""
    usual = {
        "SLACK_BOT_TOKEN": sim.bot_token,
        "SLACK_APP_TOKEN": sim.app_token,
        "SLACK_API_URL": sim.api_url,
        "BRIEFING_BOT_PORT": "0",
        "BRIEFING_BOT_HOST": "127.0.0.1",
    }
    return usual | changes


async def refusal(home: Path, env: dict[str, str]) -> tuple[str, int]:
    """Return what the program prints, and how it ends, where it cannot start."""
    async with briefing_bot("run", cwd=home, env=env) as program:
        code = await program.ended()
        return program.output, code


NO_BOT_TOKEN = (
    "SLACK_BOT_TOKEN is not set. It starts with xoxb- and stands under OAuth & "
    "Permissions in the app's settings. (Where workspaces are to install the app by "
    "themselves, set SLACK_CLIENT_ID instead.)\n"
)
SWAPPED = (
    "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot token starts with "
    "xoxb-, the app token with xapp-.\n"
)


async def test_without_a_token_it_says_where_to_find_one(home: Path) -> None:
    """The first start of most people ends here."""
    assert await refusal(home, {}) == (NO_BOT_TOKEN, 1)


async def test_a_misspelt_variable_stands_beside_what_follows_from_it(
    home: Path, sim: Simulator
) -> None:
    """Whoever reads that the token is not set has set it, under another name."""
    env = environment(sim)
    env["SLACK_BOTTOKEN"] = env.pop("SLACK_BOT_TOKEN")

    output, code = await refusal(home, env)

    first, _, rest = output.partition("\n")
    assert first.partition(" ")[2] == (
        "warning settings.not_read what=nothing reads SLACK_BOTTOKEN "
        'advice=Did you mean "SLACK_BOT_TOKEN"?'
    )
    assert (rest, code) == (NO_BOT_TOKEN, 1)


async def test_every_command_takes_the_folder_that_the_file_names(home: Path) -> None:
    """`check` looks at what `run` serves, and the manifest has the same command."""
    (home / "briefs").rename(home / "others")
    (home / ".env").write_text(
        'BRIEFING_BOT_BRIEFS="others"\nBRIEFING_BOT_COMMAND=/intel\n'
    )
    said = {}
    for command in ("check", "show", "digest preview", "manifest"):
        async with briefing_bot(*command.split(), cwd=home, env={}) as program:
            assert await program.ended() == 0, program.output
            said[command] = program.output

    assert '"command": "/intel"' in said["manifest"]


async def test_swapped_tokens_are_told_apart(home: Path, sim: Simulator) -> None:
    """The two are easily pasted the wrong way round; Slack need not be asked."""
    env = environment(sim, SLACK_BOT_TOKEN=sim.app_token, SLACK_APP_TOKEN=sim.bot_token)
    env["SLACK_API_URL"] = "http://127.0.0.1:9/api/"

    assert await refusal(home, env) == (SWAPPED, 1)


async def test_a_slack_that_does_not_answer_is_named(
    home: Path, sim: Simulator
) -> None:
    """It let nobody in and turned nobody away: the network is what to look at."""
    env = environment(sim, SLACK_API_URL="http://127.0.0.1:9/api/")

    assert await refusal(home, env) == (
        "There is no answer from http://127.0.0.1:9/api/. Check the network from here, "
        "a proxy, and SLACK_API_URL if it is set.\n",
        1,
    )


async def test_a_wrong_bot_token_is_refused(home: Path, sim: Simulator) -> None:
    """Slack does not know it, and a restart would not help."""
    said = await refusal(home, environment(sim, SLACK_BOT_TOKEN="xoxb-wrong"))

    assert said == (
        f"{sim.api_url} does not let me in. Slack does not know the bot token: "
        "install the app again.\n",
        1,
    )


async def test_a_wrong_app_token_is_refused(home: Path, sim: Simulator) -> None:
    """The bot token is good, yet nothing would ever reach the bot."""
    said = await refusal(home, environment(sim, SLACK_APP_TOKEN="xapp-wrong"))

    assert said == (
        "Slack does not know SLACK_APP_TOKEN: make a new app-level token.\n",
        1,
    )


async def test_a_folder_that_is_not_there_is_named(home: Path, sim: Simulator) -> None:
    """Nothing is served from nowhere."""
    said = await refusal(home, environment(sim, BRIEFING_BOT_BRIEFS="nowhere"))

    assert said == (
        'There is no folder "nowhere" to read briefings from. Set '
        "BRIEFING_BOT_BRIEFS, or start one with `briefing-bot new ID`.\n",
        1,
    )


async def test_a_signal_ends_it_quietly(home: Path, sim: Simulator) -> None:
    """Exit code 0: the one who sent the signal asked for nothing else."""
    async with briefing_bot("run", cwd=home, env=environment(sim)) as program:
        await program.printed(STARTED)
        program.send(signal.SIGTERM)
        code = await program.ended()

    assert code == 0
    assert "Traceback" not in program.output


async def test_a_signal_waits_for_the_answer_in_flight(
    home: Path, sim: Simulator, clock: WatchedClock
) -> None:
    """Who asked just before a deploy is answered all the same."""
    slow = FaultRule(
        kind=FaultKind.HANG_AND_STORE, method="users.info", seconds=SLOW_S, count=1
    )
    sim.faults.add(slow)
    async with briefing_bot("run", cwd=home, env=environment(sim)) as program:
        await program.printed(STARTED)
        asking = asyncio.create_task(sim.type("alice", "korea-desk", "/brief tern"))
        await clock.somebody_sleeps(SLOW_S)
        program.send(signal.SIGTERM)
        code = await program.ended()
        outcome = await asking

    assert code == 0
    assert outcome.message


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_it_at_once(
    home: Path, sim: Simulator, clock: WatchedClock, number: signal.Signals
) -> None:
    """Somebody does not want to wait: the answer in hand is not waited for."""
    slow = FaultRule(
        kind=FaultKind.HANG_AND_STORE, method="users.info", seconds=NEVER_S, count=1
    )
    sim.faults.add(slow)
    async with briefing_bot("run", cwd=home, env=environment(sim)) as program:
        await program.printed(STARTED)
        asking = asyncio.create_task(sim.type("alice", "korea-desk", "/brief tern"))
        await clock.somebody_sleeps(NEVER_S)
        program.send(number)
        await program.printed("app.stopping")
        program.send(number)
        code = await program.ended()
        asking.cancel()

    assert code == -number
    assert "app.ended_at_once" in program.output
    assert "Traceback" not in program.output


async def test_the_files_are_read_at_a_hangup(home: Path, sim: Simulator) -> None:
    """A network drive may tell of no edit; the log says what came of it."""
    async with briefing_bot("run", cwd=home, env=environment(sim)) as program:
        await program.printed(STARTED)
        program.send(signal.SIGHUP)
        await program.printed("briefings.looked_at")
        program.send(signal.SIGTERM)
        code = await program.ended()

    assert code == 0


async def test_a_port_that_is_taken_is_said_with_what_to_do(
    home: Path, sim: Simulator
) -> None:
    """Most often it is an earlier start of the bot."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = await refusal(home, environment(sim, BRIEFING_BOT_PORT=port))

    assert said == (
        f'Port "{port}" of "127.0.0.1" is taken by another process. End it, or set '
        "BRIEFING_BOT_PORT to another one.\n",
        1,
    )


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid"])
async def test_a_host_that_is_not_ours_is_said_with_what_to_do(
    home: Path, sim: Simulator, host: str
) -> None:
    """An address of another machine, or a name that stands for none."""
    said = await refusal(home, environment(sim, BRIEFING_BOT_HOST=host))

    assert said == (
        f'The host "{host}" is none of this machine, so I cannot listen there. Set '
        "BRIEFING_BOT_HOST to 0.0.0.0 for all of its addresses, or to one of them.\n",
        1,
    )


DAMAGED = (
    "The database's file is damaged, or is no SQLite database. Stop me, put the last "
    "backup in its place, and start me again; BRIEFING_BOT_DATABASE_URL names it.\n"
)
NO_ENTRY = (
    "The database's file cannot be opened. Its folder must exist, and the user that I "
    "run as must be allowed to write there; BRIEFING_BOT_DATABASE_URL names it.\n"
)
NO_ADDRESS = (
    'BRIEFING_BOT_DATABASE_URL "…" is not allowed: is no address: use sqlite:///PATH '
    "or postgresql://USER@HOST/NAME.\n"
)


@pytest.mark.parametrize("command", ["run", "deliveries", "gaps"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///damaged.sqlite3", DAMAGED),
        ("sqlite:///folder.sqlite3", NO_ENTRY),
        ("my database", NO_ADDRESS),
    ],
)
async def test_a_database_that_is_none_is_said_with_what_to_do(
    home: Path, sim: Simulator, command: str, url: str, said: str
) -> None:
    """One line, for every command that opens it."""
    (home / "damaged.sqlite3").write_bytes(b"This was a database once. " * 400)
    (home / "folder.sqlite3").mkdir()
    env = environment(sim, BRIEFING_BOT_DATABASE_URL=url)
    async with briefing_bot(command, cwd=home, env=env) as program:
        code = await program.ended()

    assert (program.output, code) == (said, 1)


@pytest.mark.parametrize("command", ["run", "deliveries", "gaps"])
async def test_a_server_that_is_away_is_said_with_what_to_do(
    home: Path, sim: Simulator, command: str
) -> None:
    """PostgreSQL's own words stay, in one line and without the password."""
    url = "postgresql://nobody:secret@127.0.0.1:1/away"
    env = environment(sim, BRIEFING_BOT_DATABASE_URL=url)
    async with briefing_bot(command, cwd=home, env=env) as program:
        code = await program.ended()

    assert code == 1
    assert program.output.count("\n") == 1
    assert program.output.startswith("The database is away: connection failed: ")
    assert program.output.endswith(". Start it, or mend BRIEFING_BOT_DATABASE_URL.\n")
    assert "secret" not in program.output


async def test_its_log_may_be_json(home: Path, sim: Simulator) -> None:
    """One object a line, for machines that collect logs."""
    env = environment(sim, BRIEFING_BOT_LOG_FORMAT="json")
    async with briefing_bot("run", cwd=home, env=env) as program:
        output = await program.printed(STARTED)

    assert '"event": "app.started", "mode": "Socket Mode"' in output
