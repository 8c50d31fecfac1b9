"""Finding things by a text: best first, by words that mean the same, and with one wrong letter where nothing fits.

Where nothing has all the words, what has some of them is found, and the rare words count more than the common ones.

`assets/search.js` does the same where there is no server; what it reads is `samverkan.publication.html.index`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from samverkan.publication.html.alphabet import folded
from samverkan.publication.html.index import SearchEntry
from samverkan.publication.html.stop_words import without

DESCRIBED = 4
"""The rank of what has the words somewhere, and not all in one name."""
NEAR, SOME = DESCRIBED + 1, DESCRIBED + 2
"""The ranks of what has the words with a letter wrong in each, and of what has only some of them."""
_CLASSES = (0, 1, 1, 2, 2, 3, 4)  # of ranks, within which kinds have their order
_NOWHERE = 9
_DIGIT = re.compile("[0-9]")
_SHORTEST = 4  # letters of a word in which one may be wrong, or which may stand inside of another
_SHORTEST_ALONE = 3  # letters of a word that says something without the others
_SHARE = 1 / 3  # of the weight of the best, below which what has only some of the words is left out
_WORDS = re.compile(r"\w+")


class SearchHit(NamedTuple):
    """What was found, how near it is (0 is the text itself), and the name that is nearest."""

    rank: int
    match: str
    entry: SearchEntry


def search(
    entries: Sequence[SearchEntry],
    text: str,
    synonyms: Iterable[Sequence[str]] = (),
    stop_words: tuple[str, ...] = (),
) -> list[SearchHit]:
    """What a text finds: what is called just so first, words of the vocabulary last, and by kind in between.

    Where the text is what a kind is called, that kind comes first, behind what the menu has.

    Notes, parts of the data and questions that nothing answers come behind all else that is no word of the vocabulary.

    If nothing has all its words, then what has all but the stop words; else what has them with one letter wrong in
    each; else what has some of them, which follows also where only such things were found as few look for.
    """
    whole = list(alternatives(folded(text), synonyms))
    wanted = list(_without(whole, stop_words))
    found = _with_all(entries, whole) or _with_all(entries, wanted) or list(_near(entries, wanted))
    ordered = sorted(found, key=partial(_order, _named(found, wanted)))
    return [*ordered, *_further(entries, ordered, wanted)]


def _without(texts: Sequence[str], stop_words: tuple[str, ...]) -> Iterable[str]:
    """Texts without stop words, each once.

    Where a word stands for a longer phrase, the words of that do not count: "who" would, in "who is responsible".
    """
    most = len(texts[0].split())
    return dict.fromkeys(without(text, stop_words) for text in texts if len(text.split()) <= most)


def _with_all(entries: Iterable[SearchEntry], wanted: Sequence[str]) -> list[SearchHit]:
    """What has all words of a text."""
    return [hit for hit in (_best(entry, wanted) for entry in entries) if hit.rank < _NOWHERE]


def _named(found: Iterable[SearchHit], wanted: Sequence[str]) -> str | None:
    """The kind of hit that is called as the text."""
    return next((hit.entry.kind for hit in found if folded(hit.entry.kind) == wanted[0]), None)


def _further(entries: Sequence[SearchEntry], found: Sequence[SearchHit], wanted: Sequence[str]) -> list[SearchHit]:
    """What has some of the words, where nothing was found that many look for."""
    if found and (" " not in wanted[0] or any(hit.entry.is_common for hit in found)):
        return []
    more = (hit for hit in _some(entries, wanted) if hit.entry.is_common or not found)
    return sorted(more, key=partial(_order, None))


def _order(kind: str | None, hit: SearchHit) -> tuple[bool, bool, bool, int, int, int]:
    """The place of a hit: what the menu has and the kind that the text names are first, where it names one.

    What has only some words is in order already.
    """
    entry, place = hit.entry, hit.entry.place if hit.rank < SOME else 0
    is_other = kind is not None and entry.place > 0 and entry.kind != kind
    return entry.is_term, entry.is_late, is_other, _CLASSES[hit.rank], place, hit.rank


def alternatives(text: str, synonyms: Iterable[Sequence[str]]) -> Iterator[str]:
    """A folded text, and the same with words in it that mean the same.

    >>> list(alternatives("vfu solna", [["VFU", "placement"]]))
    ['vfu solna', 'placement solna']
    """
    yield text
    for group in synonyms:
        words = [folded(word) for word in group]
        for word in words:
            if word and f" {word} " in f" {text} ":
                yield from (f" {text} ".replace(f" {word} ", f" {other} ").strip() for other in words if other != word)


def _best(entry: SearchEntry, wanted: Iterable[str]) -> SearchHit:
    return min(_hit(entry, text) for text in wanted)


def _hit(entry: SearchEntry, wanted: str) -> SearchHit:
    """The nearest of the names of an entry; else whether names and description together have all words."""
    rank, _, match = min((_rank(folded(name), wanted), place, name) for place, name in enumerate(entry.names))
    if rank == _NOWHERE and _has(folded(entry.whole), wanted):
        rank = DESCRIBED
    return SearchHit(rank, match, entry)


def _rank(name: str, wanted: str) -> int:
    if name.startswith(wanted):
        return 0 if name == wanted else 1
    return 2 if _begins_in(name, wanted) else 3 if _has(name, wanted) else _NOWHERE


def _has(text: str, wanted: str) -> bool:
    """Whether all words are in a text, in any order."""
    return all(_stands(word, text) for word in wanted.split())


def _stands(word: str, text: str) -> bool:
    """Whether a word of a text begins so; a word of some length may stand inside of another.

    >>> _stands("ice", "polar ice"), _stands("ice", "nice weather"), _stands("hood", "neighbourhood")
    (True, False, True)
    """
    return word in text and (len(word) >= _SHORTEST or _begins_in(text, word))


def _begins_in(text: str, words: str) -> bool:
    """Whether some words stand in a text from the beginning of a word."""
    return re.search(rf"(?<!\w){re.escape(words)}", text) is not None


def _near(entries: Iterable[SearchEntry], wanted: Sequence[str]) -> Iterator[SearchHit]:
    """What has, for each word of a text, one that differs in no more than a letter."""
    for entry in entries:
        for name in entry.names:
            words = folded(name).split()
            if any(all(_is_near(word, words) for word in text.split()) for text in wanted):
                yield SearchHit(NEAR, name, entry)
                break


def _some(entries: Sequence[SearchEntry], wanted: Sequence[str]) -> list[SearchHit]:
    """What has some words of a text, that with most of their weight first; a word in a name weighs twice.

    What has a third of the weight of the best that many look for is enough.
    """
    named = [folded(" ".join(entry.names)) for entry in entries]
    fields = named, [folded(entry.whole) for entry in entries]
    weights = [max(each) for each in zip(*(_weights(fields, text, wanted[0]) for text in wanted), strict=True)]
    common = [weight for entry, weight in zip(entries, weights, strict=True) if entry.is_common and weight]
    least = max(common or weights, default=0) * _SHARE
    order = sorted(range(len(entries)), key=lambda at: -weights[at])
    return [SearchHit(SOME, entries[at].name.text, entries[at]) for at in order if weights[at] >= least > 0]


def _weights(fields: Sequence[Sequence[str]], text: str, written: str) -> list[float]:
    """How much of the words of a text each entry has in its fields: a word weighs the more, the fewer have it."""
    words = [word for word in _WORDS.findall(text) if len(word) >= _SHORTEST_ALONE]
    having = [_having(field, word, can_slip=word in written) for field in fields for word in words]
    return [sum(1 / len(places) for places in having if at in places) for at in range(len(fields[0]))]


def _having(field: Sequence[str], word: str, *, can_slip: bool) -> frozenset[int]:
    """The entries with a word that begins so in a field; if none has, those that have what was written with a slip."""
    found = frozenset(at for at, text in enumerate(field) if _begins_in(text, word))
    return found or frozenset(at for at, text in enumerate(field) if can_slip and _is_near(word, text.split()))


def _is_near(word: str, others: Iterable[str]) -> bool:
    return any(differ_little(word, other[: len(word) + 1]) or _stands(word, other) for other in others)


def differ_little(one: str, other: str) -> bool:
    """Whether two words, of at least four letters, differ in one: wrong, missing, too many, or two changed about.

    The second may go on. A number is no slip for another one.

    >>> [differ_little("solma", word) for word in ("solna", "sola", "solmna", "soalm", "slom", "so")]
    [True, True, True, False, False, False]
    >>> differ_little("hudinge", "huddinge"), differ_little("hudidnge", "huddinge")
    (True, True)
    >>> differ_little("2025", "202100-2973")
    False
    """
    if len(one) < _SHORTEST or _DIGIT.search(one):
        return False
    place = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    tail, left = one[place:], other[place:]
    ways = ((tail[1:], left[1:]), (tail[1:], left), (tail, left[1:]), (tail[1::-1] + tail[2:], left))
    return any(_begins(left_over, with_) for left_over, with_ in ways)


def _begins(word: str, other: str) -> bool:
    return other.startswith(word)
