"""Trying again what may work later: soon at first, then ever more slowly."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from samverkan.errors import StoreError

TRIES = 5
_FIRST, _LONGEST = 0.2, 30.0  # seconds

T = TypeVar("T")


def pause(tried: int, asked: float = 0.0) -> None:
    """Wait longer each time, by a little chance, and as long as the engine asks for."""
    time.sleep(min(_LONGEST, max(asked, _FIRST * 2**tried * random.uniform(0.5, 1.0))))  # noqa: S311


def with_retries(ask: Callable[[], T]) -> T:
    """What an engine says that has answered before: what is wrong with an answer now may pass.

    Raises the `StoreError` of the last try.
    """
    for tried in range(1, TRIES):
        try:
            return ask()
        except StoreError:
            pause(tried)
    return ask()
