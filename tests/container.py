"""Run the Dockerfile on a machine without Docker, step by step, and what it makes.

    sudo python -m tests.container [--python PREFIX]

A stage is a layer over this machine's own files, in a mount namespace that nobody else
sees; a Python of this machine stands in for that of `python:3.13-slim`, at /usr/local
as there. Each RUN, COPY, ENV, ARG, USER and WORKDIR is done as written. Then the image
runs as it would: its user, its command, a root that cannot be written, /data and /tmp
apart, against the local Slack; its health check is asked, a question is answered, and
the stop signal ends it.
"""

import argparse
import asyncio
import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.simulator.server import HOST, Simulator

ROOT = Path(__file__).parent.parent
WORK = Path("/tmp/briefing-bot-container")
PORT = "3055"
"""Another one than the image's own: the health check follows it."""
QUESTION = "How many North Koreans were killed or injured?"


@dataclass
class Stage:
    """A stage as far as its steps are done."""

    root: Path
    layer: Path
    env: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0:0"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    stop: str = "SIGTERM"

    def expand(self, text: str) -> str:
        """Put in what ENV and ARG have set."""
        known = self.arguments | self.env
        return re.sub(
            r"\$\{?([A-Z_]+)\}?", lambda found: known.get(found[1], found[0]), text
        )

    def inside(self, path: str) -> Path:
        """Return where a path of the stage is on this machine."""
        return self.root / str(Path(self.folder) / path).lstrip("/")

    def words(self, command: list[str], user: str) -> list[str]:
        """Return the command that runs this one in the stage."""
        enter = f'cd {shlex.quote(self.folder)} && exec "$@"'
        return [
            *("chroot", f"--userspec={user}", "--groups=", str(self.root)),
            *("/bin/sh", "-c", enter, "sh", *command),
        ]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction with what follows it, its lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), " ".join(rest.split())


def build(python: Path) -> Stage:
    """Do every step; the last stage is the image."""
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for name, rest in instructions((ROOT / "Dockerfile").read_text("utf-8")):
        say(f"{name} {rest}")
        if name == "FROM":
            _image, *named = rest.split(" AS ")
            stage = open_stage(named[0] if named else "image", python)
            stages[named[0] if named else "image"] = stage
            continue
        assert stage is not None, "a Dockerfile begins with FROM"
        match name:
            case "ARG":
                key, _, value = rest.partition("=")
                stage.arguments[key] = value
            case "ENV":
                for pair in shlex.split(rest):
                    key, _, value = pair.partition("=")
                    stage.env[key] = stage.expand(value)
            case "WORKDIR":
                stage.folder = rest
                stage.inside(rest).mkdir(parents=True, exist_ok=True)
            case "USER":
                stage.user = rest
            case "COPY":
                copy(stage, stage.expand(rest), stages)
            case "RUN":
                run(stage, ["/bin/sh", "-ec", stage.expand(rest)])
            case "CMD":
                stage.command = json.loads(rest)
            case "HEALTHCHECK":
                stage.health = json.loads(rest.partition("CMD ")[2])
            case "STOPSIGNAL":
                stage.stop = rest
            case "EXPOSE" | "VOLUME":
                pass
            case other:
                raise SystemExit(f"{other} is not understood: teach it to this script.")
    assert stage is not None
    return stage


def open_stage(name: str, python: Path) -> Stage:
    """Lay a layer of its own over this machine's files."""
    upper, work, root = (WORK / name / part for part in ("layer", "work", "root"))
    for path in (upper, work, root):
        path.mkdir(parents=True)
    options = f"lowerdir=/,upperdir={upper},workdir={work}"
    mount("-t", "overlay", "overlay", "-o", options, str(root))
    # What this machine has besides an operating system is not in the image.
    mount("--bind", str(python), str(root / "usr/local"))
    mount("-o", "remount,bind,ro", str(root / "usr/local"))
    if name == "build":
        mount(
            "-t", "overlay", "overlay", "-o", layered(python, name), f"{root}/usr/local"
        )
    for shared in ("proc", "dev"):
        mount("--rbind", f"/{shared}", str(root / shared))
    mount("-t", "tmpfs", "tmpfs", str(root / "tmp"))
    bare = {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": "/root",
        # A Python that was built elsewhere looks for its library there.
        "LD_LIBRARY_PATH": "/usr/local/lib",
    }
    kept = ("PIP_FIND_LINKS", "PIP_CERT", "SSL_CERT_FILE", "https_proxy", "HTTPS_PROXY")
    from_here = {key: os.environ[key] for key in kept if key in os.environ}
    return Stage(root, upper, env=bare | from_here)


def layered(python: Path, name: str) -> str:
    """Let the build's own tools be installed into a layer over this Python."""
    upper, work = (WORK / name / part for part in ("python", "python-work"))
    upper.mkdir()
    work.mkdir()
    return f"lowerdir={python},upperdir={upper},workdir={work}"


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def run(stage: Stage, command: list[str]) -> None:
    words = stage.words(command, stage.user)
    subprocess.run(words, env=stage.env, check=True)


def copy(stage: Stage, rest: str, stages: dict[str, Stage]) -> None:
    """Copy what the context holds and .dockerignore lets in, or from another stage."""
    words = rest.split()
    sources, target = words[:-1], words[-1]
    place = stage.inside(target)
    if sources[0].startswith("--from="):
        origin = stages[sources.pop(0).removeprefix("--from=")].root
        shutil.copytree(origin / sources[0].lstrip("/"), place, symlinks=True)
        return
    if target.endswith("/") or len(sources) > 1:
        place.mkdir(parents=True, exist_ok=True)
    for source in sources:
        found = ROOT / source
        assert is_sent(source), f".dockerignore keeps {source} out"
        if found.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(found, place, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy(found, place / found.name if place.is_dir() else place)


def is_sent(path: str) -> bool:
    """Say whether .dockerignore lets this into the context: its last match counts."""
    is_in = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").split():
        pattern, lets_in = line.removeprefix("!"), line.startswith("!")
        parents = (path, *(str(parent) for parent in Path(path).parents))
        if any(fnmatch.fnmatch(each, pattern) for each in parents if each != "."):
            is_in = lets_in
    return is_in


async def try_out(stage: Stage) -> None:
    """Run the image beside a small Slack as Docker would, read-only."""
    data = WORK / "data"
    data.mkdir()
    shutil.copystat(stage.root / "data", data)
    owner, group = map(int, stage.user.split(":"))
    os.chown(data, owner, group)
    mount("--bind", str(data), str(stage.root / "data"))
    mount("-o", "remount,ro", str(stage.root))
    assert "0" not in stage.user.split(":"), "the image runs as root"
    for path in ("/written", "/briefs/written", "/opt/briefing-bot/written"):
        is_written = await has_run(stage, ["touch", path], stage.env)
        assert not is_written, f"{path} can be written"

    async with Simulator() as slack:
        env = stage.env | {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "BRIEFING_BOT_PORT": PORT,
            "BRIEFING_BOT_HOST": HOST,
        }
        bot = await asyncio.create_subprocess_exec(
            *stage.words(stage.command, stage.user), env=env
        )
        try:
            await slack.sockets.wait_connected()
            assert await has_run(stage, stage.health, env), "it is not healthy"
            say("healthy")
            since, dm = len(slack.record.changes), slack.dm("alice")
            await slack.type("alice", dm, QUESTION)
            answer = await slack.wait_for(
                lambda change: bool(
                    change.message
                    and change.message.user == slack.workspace.bot.id
                    and change.message.channel == dm
                ),
                since=since,
            )
            say(f"{QUESTION} {answer.text.splitlines()[0]}")
            bot.send_signal(signal.Signals[stage.stop])
            assert await bot.wait() == 0, "it does not end as it should"
        finally:
            if bot.returncode is None:
                bot.kill()
    kept = sorted(path.name for path in data.iterdir())
    say(f"ended; in /data: {', '.join(kept)}")


async def has_run(stage: Stage, command: list[str], env: dict[str, str]) -> bool:
    """Run a command in the stage, and say whether it did what it was for."""
    process = await asyncio.create_subprocess_exec(
        *stage.words(command, stage.user), env=env, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait() == 0


def say(words: str) -> None:
    sys.stdout.write(f"--- {words}\n")
    sys.stdout.flush()


def size_mb(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.lstat().st_size for path in files) / 1e6


def main() -> None:
    """Go into a mount namespace, build, run, and tidy up."""
    parser = argparse.ArgumentParser(prog="python -m tests.container")
    prefix = Path(sys.base_prefix)
    parser.add_argument("--python", type=Path, default=prefix, metavar="PREFIX")
    arguments = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("unshare"):
        raise SystemExit("This needs root and unshare (Linux): it mounts and chroots.")
    if "BRIEFING_BOT_CONTAINER" not in os.environ:
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir()
        inside = os.environ | {"BRIEFING_BOT_CONTAINER": "1"}
        again = [sys.executable, "-m", "tests.container", "--python"]
        command = ["unshare", "--mount", "--propagation", "private", *again]
        done = subprocess.run(
            [*command, str(arguments.python)], env=inside, check=False
        )
        # The mounts went with their namespace.
        shutil.rmtree(WORK)
        raise SystemExit(done.returncode)
    mount("-t", "tmpfs", "tmpfs", str(WORK))
    image = build(arguments.python)
    say(f"built: {size_mb(image.layer):.0f} MB above the base image")
    asyncio.run(try_out(image))


if __name__ == "__main__":
    main()
