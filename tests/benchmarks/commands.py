"""How long a command takes, beside a Bolt listener of one line in the same run.

    python -m tests.benchmarks.commands

A `/brief troops` goes through `async_dispatch`: routing, audience, answer,
acknowledgement. Over HTTP its signature is checked, too, on both sides. The simulator
runs in a process of its own and is only asked who the bot is.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from operator import truediv
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import aiohttp
import yaml
from aiohttp import web
from pydantic import SecretStr
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.meaning.own_model import is_installed
from bot.settings import Settings, Slack
from bot.wiring import App, build_app
from tests.benchmarks.invented import invented_briefing
from tests.benchmarks.servers import own_share, simulator
from tests.frozen import FROZEN

SECRET = "benchmark-secret"
ROUNDS, WARM = 1_500, 200
CONNECTIONS, TURNS, A_TURN = 64, 7, 1_000
TEAM = "T0MERIDIAN"

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


def signed(words: str, command: str = "/brief") -> AsyncBoltRequest:
    """Return a request as Slack posts it for a typed command."""
    body = urlencode(
        {
            "command": command,
            "text": words,
            "team_id": TEAM,
            "channel_id": "C0KOREA",
            "user_id": "U0ALICE",
            "response_url": "http://127.0.0.1:9/never",
            "trigger_id": "1.2.3",
        }
    )
    now = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": now,
        "x-slack-signature": signature or "",
    }
    return AsyncBoltRequest(body=body, headers=dict(headers))


def one_line_app(
    *, process_before_response: bool, is_checking: bool = False
) -> AsyncApp:
    """Return Bolt with one listener that acknowledges with a word.

    Ours has its requests' signatures checked before Bolt has them, so Bolt checks them
    here only where the whole way is measured.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-1")

    app = AsyncApp(
        signing_secret=SECRET,
        authorize=authorize,
        process_before_response=process_before_response,
        request_verification_enabled=is_checking,
    )

    @app.command("/brief")
    async def hello(ack: AsyncAck) -> None:
        await ack("Hello.")

    return app


async def timed(
    dispatch: Dispatch, words: str, rounds: int = ROUNDS, *, pause_s: float = 0.0
) -> list[float]:
    """Return the milliseconds of each request, warm; `{n}` in the words is counted."""
    for n in range(WARM if rounds > WARM else 3):
        await dispatch(signed(words.format(n=f"warm{n}")))
    taken = []
    for n in range(rounds):
        request = signed(words.format(n=n))
        begin = time.perf_counter()
        response = await dispatch(request)
        taken.append((time.perf_counter() - begin) * 1000)
        assert response.status == 200, response.body
        if pause_s:
            await asyncio.sleep(pause_s)
    return taken


def percentile(taken: list[float], percent: int) -> float:
    """Return a percentile of milliseconds."""
    return statistics.quantiles(taken, n=100)[percent - 1]


async def bot(
    stack: AsyncExitStack, api: dict[str, str], briefs: Path, *, meaning: str = "off"
) -> App:
    """Return the bot over signed HTTP, with these briefings."""
    folder = stack.enter_context(TemporaryDirectory())
    slack = Slack(
        bot_token=SecretStr(api["bot_token"]),
        signing_secret=SecretStr(SECRET),
        api_url=api["api_url"],
    )
    settings = Settings(
        briefs=briefs,
        database_url=f"sqlite:///{folder}/bench.sqlite3",
        host="127.0.0.1",
        port=0,
        meaning=meaning,
        slack=slack,
    )
    return await stack.enter_async_context(build_app(settings))


def write_briefing(folder: Path, claims: int) -> None:
    """Write an invented briefing of so many claims as a curator's file."""
    briefing = invented_briefing(claims)
    content = briefing.model_dump(mode="json", exclude_defaults=True)
    path = folder / f"{briefing.id}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def report(name: str, taken: list[float]) -> tuple[float, float]:
    """Print one line; return the median and the 99th percentile."""
    p50, p99 = statistics.median(taken), percentile(taken, 99)
    print(f"  {name:44} p50 {p50:7.3f} ms   p99 {p99:7.3f} ms")
    return p50, p99


async def flood(http: aiohttp.ClientSession, port: int, words: str) -> float:
    """Return how many commands a second are answered on all connections at once."""
    url, left = f"http://127.0.0.1:{port}/slack/events", iter(range(A_TURN))

    async def one() -> None:
        for _ in left:
            request = signed(words)
            headers = {key: value[0] for key, value in request.headers.items()}
            async with http.post(url, data=request.raw_body, headers=headers) as answer:
                assert answer.status == 200
                await answer.read()

    begin = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return A_TURN / (time.perf_counter() - begin)


async def serve_one_line(stack: AsyncExitStack) -> int:
    """Serve the one-line listener behind the same kind of server; return its port."""
    app = one_line_app(process_before_response=True, is_checking=True)

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    server = web.Application()
    server.router.add_post("/slack/events", handle)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: int = runner.addresses[0][1]
    return port


async def main() -> None:
    """Print the figures and their ratios."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(simulator())
        app = await bot(stack, api, FROZEN)
        await dispatched(app)
        await by_meaning(stack, api)
        await at_any_size(stack, api)
        await over_http(stack, app)
        print(own_share(await stats(api)))


async def dispatched(app: App) -> None:
    """Compare a command and a question with a listener of one line."""
    ours: Dispatch = app.slack_app.async_dispatch
    quick = one_line_app(process_before_response=True).async_dispatch
    usual = one_line_app(process_before_response=False).async_dispatch
    question = "how many were killed?"

    print("Through async_dispatch, first briefing:")
    base, _ = report("one line, process_before_response", await timed(quick, ""))
    slow, _ = report("one line, Bolt's defaults", await timed(usual, "", 200))
    p50, p99 = report("/brief troops", await timed(ours, "troops"))
    asked, _ = report(f"/brief {question}", await timed(ours, question))
    print(f"  /brief troops beside one line: {p50 / base:.2f} x (aim 3)")
    print(f"  beside one line on the defaults: {p50 / slow:.3f} x (aim 0.1)")
    print(f"  its p99 beside its p50: {p99 / p50:.2f} x (aim 5)")
    print(f"  a question beside one line: {asked / base:.2f} x")


async def by_meaning(stack: AsyncExitStack, api: dict[str, str]) -> None:
    """Compare what words do not answer with and without the extra's model."""
    if not is_installed():
        print("By meaning: the extra briefing-bot[meaning] is not installed.")
        return
    print("A question that words alone do not answer, first briefing:")
    asked, again = "has anybody compensated them {n}?", "has anybody compensated them?"
    alone = (await bot(stack, api, FROZEN)).slack_app.async_dispatch
    base, _ = report("words alone", await timed(alone, asked, 100, pause_s=0.1))
    app = await bot(stack, api, FROZEN, meaning="auto")
    library = app.capabilities.workspace.briefings.served.library
    begin = time.perf_counter()
    await app.capabilities.meanings.make(library)
    print(f"  its vectors made once in {time.perf_counter() - begin:.1f} s")
    ours = app.slack_app.async_dispatch
    fresh, _ = report("its vector made", await timed(ours, asked, 100, pause_s=0.1))
    report("its vector known", await timed(ours, again, 100, pause_s=0.1))
    numbers = app.capabilities.metrics.page().decode()
    ended = re.findall(r'vectors_total\{ending="(\w+)"\} (\d+)', numbers)
    print(f"  a vector takes {fresh - base:.1f} ms more (50 at most);", end="")
    print("".join(f" {ending} {count}" for ending, count in ended))


async def at_any_size(stack: AsyncExitStack, api: dict[str, str]) -> None:
    """Compare a section of a large briefing with one of a small one."""
    print("A section in a larger briefing:")
    medians = {}
    for claims in (100, 10_000):
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write_briefing(folder, claims)
        app = await bot(stack, api, folder)
        taken = await timed(app.slack_app.async_dispatch, "section-1")
        medians[claims], _ = report(f"/brief section-1, {claims:,} claims", taken)
    ratio = medians[10_000] / medians[100]
    print(f"  10,000 claims beside 100: {ratio:.2f} x (aim 1.5)")


async def over_http(stack: AsyncExitStack, app: App) -> None:
    """Compare the throughput of 64 connections with that of a listener of one line.

    Both take turns, so that whatever else the machine does meets both.
    """
    print(f"Over HTTP with {CONNECTIONS} connections, {TURNS} turns each:")
    rates: dict[int, list[float]] = {await serve_one_line(stack): [], app.web.port: []}
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS)
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
    for turn in range(TURNS + 1):
        for port, answered in rates.items():
            rate = await flood(http, port, "troops")
            # What was noted is stored before it is the other's turn; the first warms.
            await asyncio.sleep(0.3)
            answered += [rate] if turn else []

    bare, full = rates.values()
    ratio = statistics.median(map(truediv, full, bare))
    print(f"  one line {statistics.median(bare):,.0f}/s, ", end="")
    print(f"/brief troops {statistics.median(full):,.0f}/s: {ratio:.2f} x (aim 0.7)")


async def stats(api: dict[str, str]) -> dict[str, float]:
    """Return what the simulator counts of its own work."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{api['url']}/control/stats") as answer,
    ):
        counted: dict[str, float] = await answer.json()
        return counted


if __name__ == "__main__":
    asyncio.run(main())
