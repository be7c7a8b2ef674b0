"""`SlackError`: an answer with `ok: false`, in Slack's own words."""

from typing import Any


class SlackError(Exception):
    """`code` is Slack's error string; the rest goes into the answer beside it."""

    def __init__(self, code: str, **beside: Any) -> None:
        super().__init__(code)
        self.code = code
        self.beside = beside

    def as_json(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.beside}
