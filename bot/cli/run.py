"""`briefing-bot run`: the bot, by its environment, until it is told to stop."""

import asyncio
import ctypes
import logging
import signal

from bot.cli.database import NOT_LASTING, is_forgotten, without_password
from bot.cli.environment import (
    diagnose_environment,
    diagnose_file,
    read_environment,
)
from bot.cli.log import log_to_stderr
from bot.doctor_findings import Grade
from bot.errors import BotError
from bot.settings import Settings
from bot.slack.manifest import INSTALL_PATH
from bot.wiring import build_app

log = logging.getLogger("bot")

M_ARENA_MAX = -8
"""What `mallopt` of the GNU C library calls the most heaps of a process."""


def run_bot() -> None:
    """Run until SIGTERM or SIGINT, and reread the files at SIGHUP.

    Raise `BotError` with what keeps it from that.
    """
    share_one_heap()
    settings = Settings.read()
    log_to_stderr(as_json=settings.log_format == "json")
    # What nothing reads is often the reason for what comes next.
    for found in (*diagnose_file(), *diagnose_environment(read_environment())):
        if found.grade is Grade.WARNING:
            facts = {"what": found.text, "advice": found.remedy}
            log.warning("settings.not_read", extra=facts)
    try:
        asyncio.run(serve(settings))
    except* BotError as group:
        raise group.exceptions[0] from None


def share_one_heap() -> bool:
    """Let all threads of this process allocate from one heap; say whether they will.

    The GNU C library gives each thread a heap of its own, and each keeps the most that
    it ever held: a reload of the briefings on every thread in turn is kept ten times.
    Only one thread runs Python at a time, so none waits for the others' heap. Other C
    libraries have no such setting, and are left as they are. It counts for threads that
    are started from now on: https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(M_ARENA_MAX, 1) == 1


async def serve(settings: Settings) -> None:
    """Run the bot with these settings until a signal stops it."""
    stop = stop_at_signals()
    loop = asyncio.get_running_loop()
    # Before the start is over, the files are about to be read anyway.
    loop.add_signal_handler(signal.SIGHUP, lambda: None)
    async with build_app(settings) as app:
        look_again = app.capabilities.workspace.briefings.look_again
        loop.add_signal_handler(signal.SIGHUP, look_again)
        facts = {
            "mode": settings.slack.mode.value,
            "workspaces": " ".join(key.team_id for key in app.installed.keys),
            "briefs": settings.briefs,
            "database": without_password(settings.database_url),
            "port": app.web.port,
        }
        if settings.slack.has_oauth:
            facts["install_at"] = f"{settings.public_url}{INSTALL_PATH}"
        log.info("app.started", extra=facts)
        if is_forgotten(settings.database_url):
            log.warning("database.not_lasting", extra={"advice": NOT_LASTING})
        await app.run(stop)


def stop_at_signals(*more: signal.Signals) -> asyncio.Event:
    """Return an event of the running loop that SIGINT, SIGTERM and any more set.

    The second of them ends the process at once: what was in hand is taken up at the
    next start, as after a crash.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT, *more)

    def end(number: signal.Signals) -> None:
        if not stop.is_set():
            stop.set()
            return
        log.warning("app.ended_at_once", extra={"signal": number.name})
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    for number in numbers:
        loop.add_signal_handler(number, end, number)
    return stop
