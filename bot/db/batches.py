"""Group commit: what many tasks ask for at once is done in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

LARGEST_BATCH = 250


class Batches(Generic[AskT, AnswerT]):
    """Collects what is asked while one batch is being written into the next one.

    Nothing waits for company: a lone question is written at once, and under load the
    batches grow by themselves to what one commit takes.
    """

    def __init__(
        self, write: Callable[[Sequence[AskT]], Awaitable[Sequence[AnswerT]]]
    ) -> None:
        self._write = write
        self._turn = asyncio.Lock()
        self._collecting: _Batch[AskT, AnswerT] = _Batch()
        self._tasks: set[asyncio.Task[Sequence[AnswerT]]] = set()

    async def ask(self, question: AskT) -> AnswerT:
        """Have this done with the next batch; whatever writing raises is raised here.

        Who is cancelled while waiting does not take it back: it may be written already.
        """
        batch = self._collecting
        batch.questions.append(question)
        index = len(batch.questions) - 1
        if batch.answers is None:
            batch.answers = asyncio.create_task(self._write_in_turn(batch))
            self._tasks.add(batch.answers)
            batch.answers.add_done_callback(self._tasks.discard)
        if len(batch.questions) >= LARGEST_BATCH:
            self._collecting = _Batch()

        answers = await asyncio.shield(batch.answers)
        return answers[index]

    async def close(self) -> None:
        """Wait until everything asked so far is written."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _write_in_turn(self, batch: "_Batch[AskT, AnswerT]") -> Sequence[AnswerT]:
        async with self._turn:
            if self._collecting is batch:
                self._collecting = _Batch()
            return await self._write(batch.questions)


class _Batch(Generic[AskT, AnswerT]):
    def __init__(self) -> None:
        self.questions: list[AskT] = []
        self.answers: asyncio.Task[Sequence[AnswerT]] | None = None
