"""Chance that repeats itself: the same seed gives the same numbers on every machine and Python version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


class Dice:
    """SplitMix64 (Steele, Lea and Flood, 2014). `random` of the standard library does not promise its choices.

    >>> dice = Dice(1)
    >>> [dice.below(100) for _ in range(5)]
    [65, 19, 90, 35, 61]
    """

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def below(self, limit: int) -> int:
        """A number from 0 up to, and not including, `limit`."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) % limit

    def pick(self, choices: Sequence[T]) -> T:
        """One of some choices."""
        return choices[self.below(len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Some different neighbours of a row of choices, from a place anywhere in it."""
        start = self.below(len(choices))
        return [choices[(start + step) % len(choices)] for step in range(min(count, len(choices)))]
