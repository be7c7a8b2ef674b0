"""Signed HTTP: one aiohttp handler for commands, interactions and events."""

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot.slack.bolt import BriefApp


class SlackEndpoint:
    """Hands what Slack posts to Bolt, which checks the signature first."""

    def __init__(self, app: BriefApp) -> None:
        self._app = app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; a body that is no text is refused with 400."""
        try:
            bolt_request = await to_bolt_request(request)
        except UnicodeDecodeError:
            return web.Response(status=400, text="The body is not UTF-8.")
        return await to_aiohttp_response(await self._app.async_dispatch(bolt_request))
