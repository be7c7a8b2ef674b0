"""`python -m bot.simulator`: the simulator as a process of its own."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from bot.simulator.server import Simulator


def main() -> None:
    """Serve until interrupted; the first line printed says where, and with what."""
    parser = argparse.ArgumentParser(prog="python -m bot.simulator")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--workspace", type=Path, default=None)
    parser.add_argument("--events-url", default="")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)

    async with Simulator(
        workspace=arguments.workspace,
        port=arguments.port,
        events_url=arguments.events_url,
    ) as simulator:
        sys.stdout.write(json.dumps(_announcement(simulator)) + "\n")
        sys.stdout.flush()
        await stopped.wait()


def _announcement(simulator: Simulator) -> dict[str, str]:
    return {
        "url": simulator.url,
        "api_url": simulator.api_url,
        "page_url": simulator.page_url,
        "bot_token": simulator.bot_token,
        "app_token": simulator.app_token,
        "signing_secret": simulator.signing_secret,
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
    }


if __name__ == "__main__":
    main()
