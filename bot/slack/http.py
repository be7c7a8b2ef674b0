"""Signed HTTP: one aiohttp handler for commands, interactions and events."""

import asyncio
import hmac
import logging
import re
import time
from collections.abc import Sequence

from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.slack.app import MALFORMED, BriefApp
from bot.web import SparingWarning

log = logging.getLogger(__name__)

_STAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
CLOCK_OFF = "Where all requests are refused, set this machine's clock by NTP."
BODY_WITHIN_S = 5.0
"""How long a body may take to arrive; Slack sends it at once and waits for three."""


class SlackEndpoint:
    """Hands what Slack posts to Bolt.

    The signature is checked before anything of the body is looked at, and here alone:
    Bolt would answer headers it cannot read as if the fault were ours, and tell whoever
    the unverified body names.
    """

    def __init__(self, app: BriefApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._unsigned = SparingWarning("request.unsigned")
        self._stale = SparingWarning("request.stale")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; refuse with 401, 408 or 400 what is not Slack's."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        body: str | None
        try:
            # One that came with its head, as Slack's do, is waited for by nobody.
            is_here = request.content.is_eof()
            async with asyncio.timeout(None if is_here else BODY_WITHIN_S):
                body = (await request.read()).decode()
        except TimeoutError:
            return web.Response(status=408, text="The body did not arrive in time.")
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400, text="The body did not arrive whole.")
        except UnicodeDecodeError:
            body = None
        if (
            body is None
            or not _STAMP.fullmatch(stamp)
            or not _SIGNATURE.fullmatch(signature)
            or not self._verifier.is_valid(body, stamp, signature)
        ):
            self._tell_why(body, stamp, signature)
            return web.Response(status=401, text="This is not signed by Slack.")

        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        try:
            bolt_request = AsyncBoltRequest(
                body=body, query=request.query_string, headers=headers
            )
        except (*MALFORMED, RecursionError) as exc:
            log.warning("request.refused", extra={"why": type(exc).__name__})
            return web.Response(status=400, text="This is no payload of Slack's.")
        answer = await self._app.async_dispatch(bolt_request)
        return web.Response(
            status=answer.status,
            body=answer.body.encode(),
            headers=answer.first_headers(),
        )

    def _tell_why(self, body: str | None, stamp: str, signature: str) -> None:
        """Log that it was refused; a clock of ours that is off refuses all of Slack's.

        What was signed with our secret at another time was sent again by somebody, or
        is told of by the wrong clock.
        """
        signed = None
        if body is not None and _STAMP.fullmatch(stamp):
            signed = self._verifier.generate_signature(timestamp=stamp, body=body)
        if signed and hmac.compare_digest(signed.encode(), signature.encode()):
            self._stale.tell(apart_s=round(time.time() - int(stamp)), advice=CLOCK_OFF)
        else:
            self._unsigned.tell()
