"""Work shared out over the processors: forked processes that take the next part as soon as they are done with one."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
P = TypeVar("P")

_NUMBER = 2  # bytes in which a part's number is handed out
_BATCH = 64


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared_out(work: Callable[[P], Iterable[T]], parts: Sequence[P], workers: int) -> Iterator[T]:
    """Do `work` on every part in `workers` processes; yield what it yields, in the order in which it comes.

    What the work changes in memory stays in its process; what it yields is pickled. Raises
    what the work raises, and `ChildProcessError` where a process dies. Without `os.fork`
    (Windows), or with one worker, all is done here.
    """
    if workers < 2 or len(parts) < 2 or not hasattr(os, "fork"):  # noqa: PLR2004 - two are the least that share
        for part in parts:
            yield from work(part)
        return
    children = _forked(work, parts, workers)
    try:
        yield from _received([reader for _, reader in children])
    finally:
        for pid, reader in children:
            reader.close()
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _forked(work: Callable[[P], Iterable[T]], parts: Sequence[P], workers: int) -> list[tuple[int, Connection]]:
    """Start the workers. The numbers of the parts wait in a pipe, and a read takes the next one."""
    from multiprocessing import Pipe

    assert len(parts) < 1 << 14, "more numbers than a pipe holds"
    queue, hand = os.pipe()
    os.write(hand, b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(parts))))
    os.close(hand)
    children: list[tuple[int, Connection]] = []
    for _ in range(workers):
        reader, writer = Pipe(duplex=False)
        pid = os.fork()
        if pid == 0:
            # A parent that was killed leaves a broken pipe behind only if nobody else could read from it.
            for other in (reader, *(earlier for _, earlier in children)):
                other.close()
            _serve(work, parts, queue, writer)
        writer.close()
        children.append((pid, reader))
    os.close(queue)
    return children


def _serve(work: Callable[[P], Iterable[T]], parts: Sequence[P], queue: int, writer: Connection) -> NoReturn:
    """What a worker does: part after part, until none is left. None at the end says that all went well."""
    try:
        gc.disable()  # a collection would touch, and so copy, all the memory that the workers share
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        while number := os.read(queue, _NUMBER):
            found = list(work(parts[int.from_bytes(number, "big")]))
            for start in range(0, len(found), _BATCH):
                writer.send(found[start : start + _BATCH])
        writer.send(None)
    except BaseException as error:  # noqa: BLE001 - whatever ends the work is raised where it was asked for
        with suppress(OSError):
            writer.send(error)
    finally:
        os._exit(0)


def _received(readers: list[Connection]) -> Iterator[Any]:
    from multiprocessing.connection import wait

    open_ones = {reader.fileno(): reader for reader in readers}
    while open_ones:
        for number in wait(list(open_ones)):
            assert isinstance(number, int)
            message = _message(open_ones[number])
            if message is None:
                del open_ones[number]
            else:
                yield from message


def _message(reader: Connection) -> list[Any] | None:
    try:
        message: Any = reader.recv()
    except EOFError:
        raise ChildProcessError("A process that shared the work died.") from None
    if isinstance(message, BaseException):
        raise message
    return message  # type: ignore[no-any-return]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the collector of garbage, which would look through all triples again and again, and find none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
