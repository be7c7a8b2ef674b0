"""Over HTTP only Slack is heard: unsigned and replayed requests are refused."""

import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer, TestClient, TestServer
from slack_sdk.signature import SignatureVerifier

from bot.simulator.server import Simulator
from bot.slack.app import BriefApp
from bot.slack.background import Background
from bot.slack.clients import Clients, single_workspace
from bot.slack.http import SlackEndpoint

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = urlencode({"command": "/brief", "text": "help", "team_id": "T0MERIDIAN"})
FORM = {"content-type": "application/x-www-form-urlencoded"}
SIX_MINUTES = 360

Http = TestClient[web.Request, web.Application]


@pytest.fixture
async def http(sim: Simulator, clients: Clients) -> AsyncIterator[Http]:
    """A client of the bot's endpoint, whose app has no listener at all."""
    app = BriefApp(single_workspace(clients), Background())
    application = web.Application()
    application.router.add_post("/slack/events", SlackEndpoint(app, SECRET).handle)
    async with TestClient(TestServer(application)) as client:
        yield client


def signed(at: float, secret: str = SECRET) -> dict[str, str]:
    """Return the headers that Slack sends with this body at that time."""
    stamp = str(int(at))
    verifier = SignatureVerifier(secret)
    signature = verifier.generate_signature(timestamp=stamp, body=BODY)
    return FORM | {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature or "",
    }


async def status(http: Http, headers: dict[str, str]) -> int:
    async with http.post("/slack/events", data=BODY, headers=headers) as answer:
        return answer.status


async def test_a_signed_request_is_let_in(http: Http) -> None:
    """Slack signs what it sends with the app's secret."""
    assert await status(http, signed(time.time())) == 200


async def test_an_unsigned_request_is_refused(http: Http) -> None:
    """Nothing of it is read."""
    assert await status(http, FORM) == 401


async def test_a_request_signed_by_another_is_refused(http: Http) -> None:
    """The secret is what tells Slack from everybody else."""
    assert await status(http, signed(time.time(), secret="another")) == 401


async def test_a_replayed_request_is_refused(http: Http) -> None:
    """A signature is good for five minutes."""
    assert await status(http, signed(time.time() - SIX_MINUTES)) == 401


@pytest.mark.parametrize("stamp", ["abc", "", "1e400", "-1", "٣", "9" * 40, "nan"])
async def test_a_timestamp_that_is_none_is_refused(http: Http, stamp: str) -> None:
    """Whoever sent it gets 401, not an apology to an address in their own body."""
    headers = signed(time.time()) | {"x-slack-request-timestamp": stamp}

    assert await status(http, headers) == 401


@pytest.mark.parametrize("signature", ["", "v0=", "é", "v1=" + "a" * 64, "v0=Ω"])
async def test_a_signature_that_is_none_is_refused(http: Http, signature: str) -> None:
    """Headers may hold anything."""
    headers = signed(time.time()) | {"x-slack-signature": signature}

    assert await status(http, headers) == 401


async def test_an_unsigned_body_that_is_no_text_is_refused(http: Http) -> None:
    """Its bytes are not read as words before it is known whose they are."""
    headers = signed(time.time())

    async with http.post("/slack/events", data=b"\xff\xfe", headers=headers) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_packed_as_it_says_is_refused(
    http: Http, encoding: str
) -> None:
    """The fault is the sender's, and no traceback of ours."""
    headers = signed(time.time()) | {"content-encoding": encoding}

    async with http.post("/slack/events", data=b"abc", headers=headers) as answer:
        assert answer.status == 400


async def test_a_crowd_of_unsigned_requests_is_one_line_in_the_log(
    http: Http, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever finds the address must not fill the disk."""
    for _ in range(5):
        assert await status(http, FORM) == 401

    assert [record.getMessage() for record in caplog.records] == ["request.unsigned"]


@pytest.mark.parametrize("off_by_s", [7_200, -7_200])
async def test_a_clock_that_is_off_is_told_from_a_strangers_request(
    http: Http, caplog: pytest.LogCaptureFixture, off_by_s: int
) -> None:
    """All of Slack's requests are refused then; the log says what to set, once."""
    for _ in range(2):
        assert await status(http, signed(time.time() - off_by_s)) == 401

    (record,) = caplog.records
    assert record.getMessage() == "request.stale"
    assert abs(vars(record)["apart_s"] - off_by_s) < SIX_MINUTES
    assert vars(record)["advice"].endswith("set this machine's clock by NTP.")


async def test_nothing_of_an_unverified_body_is_used(http: Http) -> None:
    """An address in it is not called, whatever is wrong with the headers."""
    called: list[web.BaseRequest] = []

    async def note(request: web.BaseRequest) -> web.Response:
        called.append(request)
        return web.Response()

    async with RawTestServer(note) as victim:
        body = urlencode(
            {"command": "/brief", "response_url": str(victim.make_url("/"))}
        )
        for stamp in ("abc", "1e400", str(int(time.time()))):
            headers = FORM | {"x-slack-request-timestamp": stamp}
            async with http.post("/slack/events", data=body, headers=headers) as answer:
                assert answer.status == 401

    assert called == []


async def test_json_that_is_nested_without_end_is_refused(http: Http) -> None:
    """Reading it would take more stack than there is."""
    body = "[" * 100_000
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature or "",
    }

    async with http.post("/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 400
