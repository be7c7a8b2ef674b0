"""Dockerfile and compose file, as far as it takes no root to look at them."""

import asyncio
import json
import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

from bot.settings import Settings
from bot.web import Health, WebServer
from tests.container import instructions, is_sent

ROOT = Path(__file__).parent.parent
STEPS = list(instructions((ROOT / "Dockerfile").read_text("utf-8")))
COMPOSE_FILE = ROOT / ".github" / "compose.yaml"
COMPOSE = yaml.safe_load(COMPOSE_FILE.read_text("utf-8"))
SERVICES = COMPOSE["services"]
_VARIABLE = re.compile(r"\$\{(\w+):([-+])([^}]*)\}")


def step(name: str) -> str:
    """Return what follows the last instruction of this name."""
    return [rest for step, rest in STEPS if step == name][-1]


def test_the_image_runs_as_nobody_in_particular() -> None:
    """By number, so that a cluster can see that it is not root."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", step("USER"))


def test_health_is_asked_at_the_port_that_is_set() -> None:
    """Whoever sets another port need not know of the health check."""
    assert "BRIEFING_BOT_PORT" in step("HEALTHCHECK")
    assert "BRIEFING_BOT_PORT=3000" in step("ENV")


@pytest.mark.parametrize("path", sorted((ROOT / ".ci").glob("requirements*.txt")))
def test_everything_that_is_installed_has_its_hash(path: Path) -> None:
    """The tools that build the wheel, too: nothing is fetched by its name alone."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert lines
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_each_install_takes_hashes_or_what_was_built() -> None:
    """Without an index, nothing else can come."""
    for name, rest in STEPS:
        for command in rest.split("&&") if name == "RUN" else ():
            if " install " in command and "pip" in command:
                assert "--require-hashes" in command or "--no-index" in command


def test_no_secret_and_no_database_is_sent_to_the_build() -> None:
    """What is not named stays out of the context."""
    assert not is_sent(".env")
    assert not is_sent("briefing-bot.sqlite3")
    assert not is_sent(".git/config")
    assert is_sent("bot/cli/run.py")


def filled(value: str, **variables: str) -> str:
    """Put variables into a value as Compose does: `${NAME:-else}`, `${NAME:+then}`."""

    def put(found: re.Match[str]) -> str:
        name, sign, words = found.groups()
        known = variables.get(name, "")
        return (words if known else "") if sign == "+" else known or words

    return _VARIABLE.sub(put, value)


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of the compose file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def mounts_of(service: str) -> dict[str, str]:
    """Return what is mounted in a service, by the place where it is found there."""
    parts = [each.split(":") for each in SERVICES[service]["volumes"]]
    return {place: source for source, place, *_ in parts}


def test_the_compose_file_runs_the_image_as_it_is_meant() -> None:
    """Read-only, without capabilities, with settings that there are."""
    bot = SERVICES["bot"]
    known = {f"BRIEFING_BOT_{name.upper()}" for name in Settings.model_fields}

    assert bot["read_only"]
    assert bot["tmpfs"] == ["/tmp"]
    assert bot["cap_drop"] == ["ALL"]
    assert (COMPOSE_FILE.parent / bot["build"]["context"] / "Dockerfile").is_file()
    assert set(bot["environment"]) <= known


@pytest.mark.parametrize("port", ["", "8080"])
def test_the_port_that_is_set_is_the_one_that_is_reached(port: str) -> None:
    """From this machine alone: a balancer, or Socket Mode, is for all others."""
    (mapping,) = SERVICES["bot"]["ports"]
    outside, inside = filled(mapping, BRIEFING_BOT_PORT=port).rsplit(":", 1)
    listens = port or re.findall(r"BRIEFING_BOT_PORT=(\d+)", step("ENV"))[0]

    assert (outside, inside) == (f"127.0.0.1:{listens}", listens)
    assert str(Settings.model_fields["port"].default) == step("EXPOSE")


def test_the_database_and_what_is_read_are_mounted() -> None:
    """The database's folder is a volume, of the image and of the compose file alike."""
    (database,) = re.findall(r"DATABASE_URL=sqlite:///(\S+)", step("ENV"))
    (briefs,) = re.findall(r"BRIEFING_BOT_BRIEFS=(\S+)", step("ENV"))
    mounts = mounts_of("bot")

    assert str(Path(database).parent) == step("VOLUME") == step("WORKDIR")
    assert mounts[step("VOLUME")] == "data"
    assert (COMPOSE_FILE.parent / mounts[briefs]).resolve() == ROOT / "briefs"


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({}, "/briefs"),
        ({"BRIEFS_GIT": "https://git.example/briefs.git"}, "/checkout/briefs"),
        ({"BRIEFS_GIT": "git@example:b", "BRIEFS_PATH": "docs/b"}, "/checkout/docs/b"),
    ],
    ids=["mounted", "from git", "from a folder of git"],
)
def test_briefings_come_from_where_they_are_mounted(
    variables: dict[str, str], folder: str
) -> None:
    """The checkout is filled by its own service, and read by the bot."""
    wanted = SERVICES["bot"]["environment"]["BRIEFING_BOT_BRIEFS"]

    assert posixpath.normpath(filled(wanted, **variables)) == folder
    assert "/" + folder.split("/")[1] in mounts_of("bot")
    assert mounts_of("checkout")["/checkout"] == mounts_of("bot")["/checkout"]


def test_every_volume_is_declared_and_used() -> None:
    """A name with a slip would be a new and empty volume."""
    named = {
        source
        for service in SERVICES
        for source in mounts_of(service).values()
        if not source.startswith(".")
    }

    assert named == set(COMPOSE["volumes"])


def test_every_variable_of_the_compose_file_is_explained() -> None:
    """Settings stand in the operator's guide, all others at the top of the file."""
    text = COMPOSE_FILE.read_text("utf-8")
    top = text.partition("name:")[0]
    asked = {name for each in texts_in(COMPOSE) for name, *_ in _VARIABLE.findall(each)}
    profiles = [name for each in SERVICES.values() for name in each.get("profiles", [])]

    assert asked == {
        *("BRIEFING_BOT_PORT", "BRIEFS_GIT", "BRIEFS_PATH", "POSTGRES_PASSWORD")
    }
    assert all(name in top for name in asked - {"BRIEFING_BOT_PORT"})
    assert all(f"--profile {name}" in re.sub(r"\n# ", " ", top) for name in profiles)


def test_the_example_names_the_database_of_the_compose_file() -> None:
    """Uncommented and with its password it is found there."""
    example = (ROOT / ".env.example").read_text("utf-8")
    (url,) = re.findall(r"DATABASE_URL=(postgresql\S+)", example)
    parsed, database = make_url(url), SERVICES["database"]["environment"]

    assert SERVICES["bot"]["env_file"] == "../.env"
    assert parsed.host in SERVICES
    assert parsed.username == database["POSTGRES_USER"]
    assert parsed.database == database["POSTGRES_DB"]


async def test_the_health_check_asks_what_the_bot_answers() -> None:
    """Its path and port are the bot's own; where nobody listens, it fails."""
    command = json.loads(step("HEALTHCHECK").partition("CMD")[2])

    async def asked(port: int) -> int:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *command[1:]),
            env={"BRIEFING_BOT_PORT": str(port)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await process.wait()

    async def fine() -> Health:
        return Health(ready=True)

    async def no_page() -> bytes:
        return b""

    async with WebServer(fine, no_page, host="127.0.0.1", port=0) as web:
        assert await asked(web.port) == 0
        port = web.port
    assert await asked(port) != 0
