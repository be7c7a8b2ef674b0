"""Signed HTTP: one aiohttp handler for commands, interactions and events."""

import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot.slack.app import MALFORMED, BriefApp

log = logging.getLogger(__name__)


class SlackEndpoint:
    """Hands what Slack posts to Bolt, which checks the signature first."""

    def __init__(self, app: BriefApp) -> None:
        self._app = app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; a body that Bolt cannot read is refused with 400."""
        try:
            bolt_request = await to_bolt_request(request)
        except MALFORMED as exc:
            log.warning("request.refused", extra={"why": type(exc).__name__})
            return web.Response(status=400, text="This is no payload of Slack's.")
        return await to_aiohttp_response(await self._app.async_dispatch(bolt_request))
