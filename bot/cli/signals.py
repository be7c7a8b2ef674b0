"""Signals as an event: a running command finishes what is in flight, then leaves."""

import asyncio
import signal


def stop_at_signals(*more: signal.Signals) -> asyncio.Event:
    """Return an event of the running loop that SIGINT, SIGTERM and any more set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, *more):
        loop.add_signal_handler(number, stop.set)
    return stop
