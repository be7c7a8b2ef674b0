"""`briefing-bot run`: the bot, by its environment, until it is told to stop."""

import asyncio
import json
import logging
import signal
from datetime import UTC, datetime

from bot.app import App, build_app
from bot.errors import BotError
from bot.settings import Settings

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class FactsFormatter(logging.Formatter):
    """Writes the event and its facts: as words, or as one JSON object a line."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; a traceback follows in words and is a field in JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        line = {"at": at, "level": record.levelname, "event": record.getMessage()}
        line |= {k: str(v) for k, v in vars(record).items() if k not in _PLAIN}
        trouble = self.formatException(record.exc_info) if record.exc_info else ""
        if self._as_json:
            return json.dumps(line | ({"trouble": trouble} if trouble else {}))
        head = f"{at} {record.levelname.lower()} {line['event']}"
        facts = (f"{k}={v}" for k, v in line.items() if k not in _HEAD)
        return "\n".join(filter(None, [" ".join([head, *facts]), trouble]))


_HEAD = frozenset({"at", "level", "event"})


def run_bot() -> None:
    """Run until SIGTERM or SIGINT; raise `BotError` with what keeps it from that."""
    settings = Settings.read()
    _log_to_stderr(settings)
    try:
        asyncio.run(serve(settings))
    except* BotError as group:
        raise group.exceptions[0] from None


async def serve(settings: Settings) -> None:
    """Run the bot with these settings until a signal stops it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with build_app(settings) as app:
        logging.getLogger("bot").info("app.started", extra=_facts(app))
        await app.run(stop)


def _facts(app: App) -> dict[str, object]:
    return {
        "mode": app.settings.slack.mode.value,
        "workspace": app.clients.identity.installation.team_id,
        "briefs": app.settings.briefs,
        "port": app.web.port if app.web else 0,
    }


def _log_to_stderr(settings: Settings) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(FactsFormatter(as_json=settings.log_format == "json"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
