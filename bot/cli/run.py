"""`briefing-bot run`: the bot, by its environment, until it is told to stop."""

import asyncio
import logging

from bot.cli.container import FORGETS, is_forgotten, shown
from bot.cli.log import log_to_stderr
from bot.cli.signals import stop_at_signals
from bot.errors import BotError
from bot.settings import Settings
from bot.wiring import App, build_app

log = logging.getLogger("bot")


def run_bot() -> None:
    """Run until SIGTERM or SIGINT; raise `BotError` with what keeps it from that."""
    settings = Settings.read()
    log_to_stderr(as_json=settings.log_format == "json")
    try:
        asyncio.run(serve(settings))
    except* BotError as group:
        raise group.exceptions[0] from None


async def serve(settings: Settings) -> None:
    """Run the bot with these settings until a signal stops it."""
    stop = stop_at_signals()
    async with build_app(settings) as app:
        log.info("app.started", extra=_facts(app))
        if is_forgotten(settings.database_url):
            log.warning("database.not_lasting", extra={"advice": FORGETS})
        await app.run(stop)


def _facts(app: App) -> dict[str, object]:
    return {
        "mode": app.settings.slack.mode.value,
        "workspace": app.clients.identity.installation.team_id,
        "briefs": app.settings.briefs,
        "database": shown(app.settings.database_url),
        "port": app.web.port,
    }
