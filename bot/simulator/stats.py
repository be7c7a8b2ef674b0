"""`Stats`: the simulator's own share of a benchmark's time."""

import time


class Stats:
    """Counts requests and the seconds spent inside their handlers."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.requests = 0
        self.busy_s = 0.0
        self._cpu_before = time.process_time()

    def note_call(self, seconds: float) -> None:
        self.requests += 1
        self.busy_s += seconds

    def note_work(self, seconds: float) -> None:
        self.busy_s += seconds

    def as_json(self) -> dict[str, float]:
        """`cpu_s` is the whole process's: its own share where it runs by itself."""
        cpu_s = time.process_time() - self._cpu_before
        return {"requests": self.requests, "busy_s": self.busy_s, "cpu_s": cpu_s}
