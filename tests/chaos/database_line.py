"""A line to PostgreSQL that can be cut: nothing more arrives, and nobody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

CHUNK_BYTES = 65_536


class DatabaseLine:
    """Passes on what both sides say, until it is cut; `url` leads through it.

    Cut, it takes all that is sent and says nothing, as a firewall does that drops.
    Mended, it lets the connections from before break, and new ones pass.
    """

    def __init__(self, database_url: str) -> None:
        self._direct = make_url(database_url)
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._passes = asyncio.Event()
        self._passes.set()
        self.url = ""

    def cut(self) -> None:
        self._passes.clear()

    def mend(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._passes.set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["DatabaseLine"]:
        """Listen on a port of this machine."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        through = self._direct.set(host="127.0.0.1", port=port, query={})
        self.url = through.render_as_string(hide_password=False)
        try:
            yield self
        finally:
            server.close()
            self.mend()
            await asyncio.gather(*self._serving)

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        folder = Path(str(self._direct.query["host"]))
        theirs = await asyncio.open_unix_connection(folder / ".s.PGSQL.5432")
        self._open |= {writer, theirs[1]}
        try:
            await asyncio.gather(
                self._pass_on(reader, theirs[1]), self._pass_on(theirs[0], writer)
            )
        finally:
            self._open -= {writer, theirs[1]}

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while said := await reader.read(CHUNK_BYTES):
                await self._passes.wait()
                writer.write(said)
                await writer.drain()
        writer.close()
