"""An empty database of each kind for a benchmark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import (
    empty_tables,
    postgres_engine,
    postgres_server,
    sqlite_file,
)

KINDS = ("sqlite", "postgresql")


@contextmanager
def bench_database(kind: str) -> Iterator[str]:
    """Yield the URL of an empty database that is gone afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield sqlite_file(Path(folder) / "benchmark.db")
        return
    with postgres_server() as url:
        engine = postgres_engine(url)
        empty_tables(engine)
        engine.dispose()
        yield url
