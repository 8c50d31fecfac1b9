"""Which language a short text is in, by the words and letters of texts whose language is known.

No dictionary is needed: the texts of a site, its vocabulary and its shapes are the examples, and our own messages are
some more. A word counts by how many other texts of each language have it; one that no other text has, by its letters,
three at a time. Measured on the sites of this repository: see docs/checks.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 60  # of a text: more say nothing new
_FEWEST_WORDS = 150  # different ones, before anything is said of a language
_MOST = 3.0  # nats that one word may count by its use, and as many by its letters
_ONE_SIDED = 4  # so many times as many texts of one language as of the other: then its letters are typical
_SMOOTHING = 0.5
_TRIGRAMS = 2000  # about as many as a language has


def words(text: str) -> frozenset[str]:
    """The words at the beginning of a text, in lower case.

    >>> sorted(words("Avtal 2, en del"))
    ['avtal', 'del', 'en']
    """
    return frozenset(_WORD.findall(text.lower())[:_MOST_WORDS])


class LanguageModel:
    """What texts in several languages have taught."""

    def __init__(self, examples: Iterable[tuple[str, str]], cut: Callable[[str], frozenset[str]] = words) -> None:
        """Learn from pairs of a language and a text, each of which counts once; `cut` gives the words of a text."""
        self._texts: dict[str, Counter[str]] = defaultdict(Counter)
        for language, text in examples:
            self._texts[language].update(cut(text))
        self._scores: dict[tuple[str, str], _Scores] = {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of which enough words are known."""
        return tuple(sorted(name for name, found in self._texts.items() if len(found) >= _FEWEST_WORDS))

    def score(self, found: Iterable[str], own: str, other: str) -> float:
        """How much more the words of a text in `own` look like that language than like `other`: below 0 they don't.

        The text itself is one of those that were learned from, so it is taken out of the count.
        """
        scores = self._scores.get((own, other)) or self._scores.setdefault((own, other), _Scores(self, own, other))
        return sum(map(scores.__getitem__, found))

    def of_word(self, word: str, own: str, other: str) -> float:
        """What one word adds to that."""
        here, there = max(0, self._texts[own][word] - 1), self._texts[other][word]
        by_use = math.log((here + _SMOOTHING) / (there + _SMOOTHING)) if here or there else 0.0
        by_letters = self._by_letters(word, own, other) if len(word) > 1 and not (here and there) else 0.0
        return _limited(by_use) + _limited(by_letters)

    def _by_letters(self, word: str, own: str, other: str) -> float:
        (ours, our_size), (theirs, their_size) = self._letters(own, other), self._letters(other, own)
        return sum(
            math.log((ours[each] + _SMOOTHING) / our_size) - math.log((theirs[each] + _SMOOTHING) / their_size)
            for each in _trigrams(word)
        )

    def _letters(self, own: str, other: str) -> tuple[Counter[str], int]:
        """How often letters follow each other in the words that one language has and another has not."""
        if (own, other) not in self._trigrams:
            ours, theirs = self._texts[own], self._texts[other]
            typical = (word for word, count in ours.items() if count >= _ONE_SIDED * theirs[word])
            found = Counter(each for word in typical for each in _trigrams(word))
            self._trigrams[own, other] = (found, sum(found.values()) + _TRIGRAMS)
        return self._trigrams[own, other]

    @cached_property
    def _trigrams(self) -> dict[tuple[str, str], tuple[Counter[str], int]]:
        return {}


class _Scores(dict[str, float]):
    """How much more each word looks like one language than like another, found out when it is met."""

    def __init__(self, model: LanguageModel, own: str, other: str) -> None:
        super().__init__()
        self._model, self._pair = model, (own, other)

    def __missing__(self, word: str) -> float:
        found = self[word] = self._model.of_word(word, *self._pair)
        return found


def _limited(score: float) -> float:
    return max(-_MOST, min(_MOST, score))


def _trigrams(word: str) -> Iterator[str]:
    padded = f"^{word}$"
    return (padded[place : place + 3] for place in range(len(padded) - 2))
