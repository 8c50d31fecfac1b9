"""Work done a little ahead of who wants it, by several hands, its results in order and few of them in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
P = TypeVar("P")


def ahead(work: Callable[[P], T], parts: Iterable[P], threads: int) -> Iterator[T]:
    """What `work` makes of each part, in order, made by as many threads as are given.

    Raises what the work raises. At most one result for each thread waits to be taken.

    >>> list(ahead(lambda part: part * 2, range(4), threads=2))
    [0, 2, 4, 6]
    """
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[T]] = deque()
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
