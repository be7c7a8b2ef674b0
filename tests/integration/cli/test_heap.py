"""A process that runs for months keeps what it uses, not what each thread once used."""

import platform
import subprocess
import sys

import pytest

THREADS = """
import ctypes, threading
from concurrent.futures import ThreadPoolExecutor
from bot.cli.run import share_one_heap

if {shares}:
    assert share_one_heap()

together = threading.Barrier(8)

def work(_):
    kept = [bytearray(2_000) for _ in range(1_000)]
    together.wait()
    return len(kept)

with ThreadPoolExecutor(8) as threads:
    assert sum(threads.map(work, range(8))) == 8_000

c = ctypes.CDLL(None)
c.malloc_info(0, ctypes.c_void_p.in_dll(c, "stdout"))
c.fflush(None)
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only the GNU C library has many heaps"
)
@pytest.mark.parametrize("shares", [True, False])
def test_all_threads_share_one_heap(shares: bool) -> None:
    """Without it there are as many as threads: that the C library tells them apart."""
    ran = subprocess.run(
        [sys.executable, "-c", THREADS.format(shares=shares)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (ran.stdout.count("<heap nr=") == 1) is shares
