"""What every line of the log says while something is done: whose request it belongs to.

A request's id is made of what Slack names it by, so that it is the same in a replica
that answers it later, and after a restart.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from types import MappingProxyType

_facts: ContextVar[Mapping[str, str]] = ContextVar(
    "log_facts", default=MappingProxyType({})
)
ID_LENGTH = 12


def log_context() -> Mapping[str, str]:
    """Return what is known where a line is logged: a task has what its maker had."""
    return _facts.get()


@contextmanager
def logged_with(**facts: str) -> Iterator[None]:
    """Let each line that is logged in this block say these facts, and no earlier ones.

    What is empty is left out.
    """
    known = {name: value for name, value in facts.items() if value}
    token = _facts.set(known)
    try:
        yield
    finally:
        _facts.reset(token)


def request_id(*names: str) -> str:
    """Return a short id for what Slack calls by these names."""
    return sha256("\x1f".join(names).encode()).hexdigest()[:ID_LENGTH]
