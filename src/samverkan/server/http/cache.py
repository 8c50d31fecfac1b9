"""What was made once and is handed out many times, within a budget of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """A cache with two budgets, for bytes in memory and bytes on disk; the one used longest ago goes first."""

    def __init__(self, memory: int, disk: int) -> None:
        self._left = {False: memory, True: disk}
        self._found: OrderedDict[Hashable, tuple[T, int, bool]] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """What stands under a key, or None."""
        found = self._found.get(key)
        if found is None:
            return None
        self._found.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: T, size: int, *, on_disk: bool = False) -> None:
        """Keep a value that takes `size` bytes; what is larger than the budget is not kept."""
        self._drop(key)
        self._left[on_disk] -= size
        self._found[key] = (value, size, on_disk)
        while self._left[on_disk] < 0:
            self._drop(next(each for each, (_, _, where) in self._found.items() if where == on_disk))

    def _drop(self, key: Hashable) -> None:
        _, size, on_disk = self._found.pop(key, (None, 0, False))
        self._left[on_disk] += size
