"""How long the bot takes to its first answer, and what it weighs, beside bare Bolt.

    python -m tests.benchmarks.startup

With the extra `briefing-bot[meaning]` a third one is the bot with its model, weighed
once all vectors are there.

Both are processes of their own over signed HTTP, started in turn; the simulator is a
third one.
"""

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bot.meaning.own_model import is_installed
from tests.benchmarks.commands import SECRET, signed
from tests.benchmarks.servers import simulator

ROUNDS = 5
PATIENCE_S = 30
BARE = """
import os, sys
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

app = AsyncApp(token=os.environ["SLACK_BOT_TOKEN"],
               signing_secret=os.environ["SLACK_SIGNING_SECRET"],
               process_before_response=True)
app.client.base_url = os.environ["SLACK_API_URL"]

@app.command("/brief")
async def hello(ack):
    await ack("Hello.")

async def handle(request):
    return await to_aiohttp_response(
        await app.async_dispatch(await to_bolt_request(request)))

server = web.Application()
server.router.add_post("/slack/events", handle)
web.run_app(server, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


async def first_answer(port: int) -> None:
    """Ask until there is an answer."""
    url = f"http://127.0.0.1:{port}/slack/events"
    async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as session:
        while True:
            request = signed("troops")
            headers = {key: value[0] for key, value in request.headers.items()}
            try:
                async with session.post(
                    url, data=request.raw_body, headers=headers
                ) as answer:
                    if answer.status == 200 and await answer.text():
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.005)


async def once(
    arguments: list[str], port: int, variables: dict[str, str], *, until: bytes = b""
) -> tuple[float, float]:
    """Start a process; return the seconds to its first answer and its megabytes.

    It is weighed when its log says `until`.
    """
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=os.environ | variables,
        stderr=asyncio.subprocess.PIPE if until else asyncio.subprocess.DEVNULL,
    )
    try:
        await first_answer(port)
        seconds = time.perf_counter() - begin
        if process.stderr:
            async for line in process.stderr:
                if until in line:
                    break
        return seconds, _megabytes(process.pid)
    finally:
        process.terminate()
        await process.wait()


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def main() -> None:
    """Print both medians and what the bot takes more."""
    async with simulator() as api:
        with TemporaryDirectory() as folder:
            variables = {
                "SLACK_BOT_TOKEN": api["bot_token"],
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_APP_TOKEN": "",
                "SLACK_API_URL": api["api_url"],
                "BRIEFING_BOT_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
                "BRIEFING_BOT_PORT": "18431",
                "BRIEFING_BOT_HOST": "127.0.0.1",
                "BRIEFING_BOT_MEANING": "off",
            }
            # The first start makes the tables; the ones after it are what recurs.
            fresh, _ = await once(["-m", "bot", "run"], 18431, variables)
            ours, bare = [], []
            for _ in range(ROUNDS):
                ours.append(await once(["-m", "bot", "run"], 18431, variables))
                bare.append(await once(["-c", BARE, "18432"], 18432, variables))
            meant: list[tuple[float, float]] = []
            if is_installed():
                variables["BRIEFING_BOT_MEANING"] = "auto"
                command, made = ["-m", "bot", "run"], b"meaning.made"
                begin = time.perf_counter()
                await once(command, 18431, variables, until=made)
                first_s = time.perf_counter() - begin
                for _ in range(ROUNDS):
                    meant.append(await once(command, 18431, variables, until=made))
    seconds, megabytes = _medians(ours)
    bare_seconds, bare_megabytes = _medians(bare)
    print(f"bare Bolt: {bare_seconds:.2f} s, {bare_megabytes:.0f} MB")
    print(f"the bot:   {seconds:.2f} s, {megabytes:.0f} MB", end="")
    print(f" (very first start, tables included: {fresh:.2f} s)")
    print(f"more: {seconds - bare_seconds:.2f} s (aim 1.5), ", end="")
    print(f"{megabytes - bare_megabytes:.0f} MB (aim 120)")
    if meant:
        meant_seconds, meant_megabytes = _medians(meant)
        print(
            f"with the extra's model: {meant_seconds:.2f} s to the first answer, ",
            end="",
        )
        print(
            f"{meant_megabytes:.0f} MB ({meant_megabytes - megabytes:.0f} MB more); ",
            end="",
        )
        print(f"all vectors made by {first_s:.1f} s after the very first start")


def _medians(runs: list[tuple[float, float]]) -> tuple[float, float]:
    seconds, megabytes = zip(*runs, strict=True)
    return statistics.median(seconds), statistics.median(megabytes)


if __name__ == "__main__":
    asyncio.run(main())
