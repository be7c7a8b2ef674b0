"""A command in a terminal of its own: what somebody who sits before it would see."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

from tests.processes import clean_environment

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def in_terminal(
    *arguments: str,
    cwd: Path,
    columns: int = 100,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run `briefing-bot` in a pseudo-terminal and return all it wrote, without colours.

    What it wrote over or cleared again is still in it.
    """
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    own = clean_environment() | {"TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env=own | dict(environment or {}),
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    ):
        os.close(inside)
        written = b""
        while True:
            try:
                piece = os.read(screen, 65536)
            except OSError:
                # Linux says so when the other side has closed it.
                break
            if not piece:
                break
            written += piece
    os.close(screen)
    return _STYLE.sub("", written.decode()).replace("\r\n", "\n")
