"""The log of a running command: one line an event, in words or as JSON."""

import json
import logging
from datetime import UTC, datetime

from bot.log_context import log_context

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
        line |= log_context()
        line |= {k: str(v) for k, v in vars(record).items() if k not in _PLAIN}
        trouble = self.formatException(record.exc_info) if record.exc_info else ""
        if self._as_json:
            return json.dumps(line | ({"trouble": trouble} if trouble else {}))
        head = f"{at} {record.levelname.lower()} {line['event']}"
        facts = (f"{k}={v}" for k, v in line.items() if k not in _HEAD)
        return "\n".join(filter(None, [" ".join([head, *facts]), trouble]))


_HEAD = frozenset({"at", "level", "event"})


def log_to_stderr(*, as_json: bool = False, level: int = logging.INFO) -> None:
    """Write our own events from this level on, and warnings of the libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(FactsFormatter(as_json=as_json))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
