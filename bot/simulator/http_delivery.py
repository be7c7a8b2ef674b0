"""Signed HTTP: every payload as a POST to one address of the app."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

import aiohttp

from bot.simulator.clock import Clock, within
from bot.simulator.credentials import Credentials
from bot.simulator.delivery import SLACK_WAITS_S, Envelope, EnvelopeType, NoAck
from bot.simulator.messages import Json

FORM = "application/x-www-form-urlencoded"


class HttpDelivery:
    """Posts to `url`, signed with the app's signing secret."""

    def __init__(
        self, credentials: Credentials, clock: Clock, *, waits_s: float = SLACK_WAITS_S
    ) -> None:
        self.url = ""
        self._credentials = credentials
        self._clock = clock
        self._waits_s = waits_s
        self._session: aiohttp.ClientSession | None = None

    async def send(self, envelope: Envelope) -> Json:
        content_type, body = _encode(envelope)
        headers = {"Content-Type": content_type}
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = envelope.reason
        return await self.post(body, headers)

    async def post(self, body: str, headers: Mapping[str, str]) -> Json:
        """Sign and post a body; return what the app answered, `{}` for nothing."""
        signed = {**headers, **sign(body, self._credentials.signing_secret)}
        try:
            posting = partial(self._post, body, signed)
            return await within(self._clock, self._waits_s, posting)
        except TimeoutError:
            raise NoAck("http_timeout") from None
        except aiohttp.ClientError:
            raise NoAck("connection_failed") from None

    async def _post(self, body: str, headers: Mapping[str, str]) -> Json:
        self._session = self._session or aiohttp.ClientSession()
        async with self._session.post(
            self.url, data=body.encode(), headers=headers
        ) as response:
            answer = await response.text()
            if response.status // 100 != 2:
                may_retry = response.headers.get("X-Slack-No-Retry") != "1"
                raise NoAck("http_error", may_retry=may_retry)
            return _decode(answer, response.content_type)

    async def verify_url(self) -> bool:
        """Return whether the address answers Slack's challenge."""
        challenge = secrets.token_hex(16)
        body = json.dumps({"type": "url_verification", "challenge": challenge})
        try:
            answer = await self.post(body, {"Content-Type": "application/json"})
        except NoAck:
            return False
        return challenge in answer.values()

    async def close(self) -> None:
        if self._session:
            await self._session.close()


def _encode(envelope: Envelope) -> tuple[str, str]:
    match envelope.type:
        case EnvelopeType.EVENT:
            return "application/json", json.dumps(envelope.payload)
        case EnvelopeType.INTERACTION:
            return FORM, urlencode({"payload": json.dumps(envelope.payload)})
        case EnvelopeType.COMMAND:
            return FORM, urlencode(envelope.payload)


def _decode(answer: str, content_type: str) -> Json:
    if not answer:
        return {}
    if content_type != "application/json":
        return {"text": answer}
    decoded = json.loads(answer)
    return decoded if isinstance(decoded, dict) else {}


def sign(body: str, secret: str) -> dict[str, str]:
    """Return the two headers that prove where a request comes from.

    The time is the real one: the app compares it with its own clock, not with ours.
    """
    timestamp = str(int(time.time()))
    base = f"v0:{timestamp}:{body}".encode()
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
