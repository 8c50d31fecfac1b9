"""The checks of canned queries: what is misspelt in a head or a pattern, and what gives no answer at all."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from samverkan.errors import Place
from samverkan.model.queries import Query
from samverkan.model.query_variables import Occurrence, Role, occurrences, projection
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

HEAD_KEYS = frozenset(
    {
        "summary",
        "description",
        "tags",
        "parameters",
        "enumerate",
        "columns",
        "view",
        "home",
        "short",
        "navigation",
        "class",
        "empty",
        "download",
        "called",
        "group",
        "properties",
    }
)
PARAMETER_KEYS = frozenset({"label", "type", "class", "menu", "help", "several"})
# grlc (github.com/CLARIAH/grlc) has these too, and we ignore them.
_OTHERS_KEYS = frozenset(
    {
        *("endpoint", "endpoint_in_url", "method", "defaults", "pagination", "mime", "transform", "title", "contact"),
        *("license", "licence", "info", "name", "limit", "get", "post"),
    }
)
_CLOSE, _VERY_CLOSE = 0.7, 0.8
_SHORTEST, _SHORTEST_SUBSTITUTED = 4, 6  # letters of a name in which one wrong letter is a slip: `payer` is no `payee`

_GIVES = frozenset({Role.MATCHED, Role.NAMED})


def heads_say_what_is_read(case: ValidationInput) -> Iterator[Finding]:
    """Keys of a head that nobody reads and that look like one that is read."""
    for query in case.queries:
        yield from _misspelt(query, query.head.content, HEAD_KEYS, ())
        for name, about in _mapping(query.head.content.get("parameters")).items():
            yield from _misspelt(query, _mapping(about), PARAMETER_KEYS, ("parameters", str(name)))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _misspelt(query: Query, said: Iterable[str], known: frozenset[str], way: tuple[str, ...]) -> Iterator[Finding]:
    for key in (key for key in said if key not in known | _OTHERS_KEYS):
        close = difflib.get_close_matches(key.lower(), sorted(known), n=1, cutoff=_CLOSE)
        if close:
            yield finding("misspelt-key", place=query.head.place(*way, key), name=key, meant=close[0])


_FEW = 3  # texts that are told one by one


def heads_are_in_all_languages(case: ValidationInput) -> Iterator[Finding]:
    """A text of a head that is given by language is in each language; many that lack one are one finding."""
    lacking: dict[str, list[tuple[Place, str]]] = {}
    for query in case.queries:
        for way, said in _worded(query.head.content):
            spoken = {str(tag).partition("-")[0].lower() for tag in said}
            missing = [each for each in case.languages if each.partition("-")[0].lower() not in spoken]
            if missing and spoken.intersection(case.languages):
                lacking.setdefault(", ".join(missing), []).append((query.head.place(*way), ".".join(way)))
    for languages, texts in lacking.items():
        yield from _untranslated(texts, languages)


def _untranslated(texts: list[tuple[Place, str]], languages: str) -> Iterator[Finding]:
    """The texts that lack a language; of many the first, with how many there are."""
    many, count = len(texts) > _FEW, len(texts)
    sv, en = f" Så är det med {count} texter i queries/.", f" So it is with {count} texts in queries/."
    for place, name in texts[:1] if many else texts:
        words = {"name": name, "languages": languages, "sv": sv if many else "", "en": en if many else ""}
        yield finding("untranslated-head", place=place, **words)


def _worded(head: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], Mapping[str, object]]]:
    """The texts of a head that are given by language, with the keys that lead to them."""
    ways: list[tuple[str, ...]] = [("summary",), ("description",)]
    ways += [("columns", str(name)) for name in _mapping(head.get("columns"))]
    ways += [("parameters", str(name), "label") for name in _mapping(head.get("parameters"))]
    for way in ways:
        said: object = head
        for key in way:
            said = _mapping(said).get(key)
        if said := _mapping(said):
            yield way, said


def variables_have_values(case: ValidationInput) -> Iterator[Finding]:
    """A variable that is used gets a value somewhere, and one that is matched once is no misspelling of another."""
    return (each for query in case.queries for each in _of_variables(query.text, query.place.file))


@lru_cache(maxsize=256)  # a site is checked again with the queries that it had
def _of_variables(text: str, file: str) -> tuple[Finding, ...]:
    return tuple(_about(rule, text, file, each, meant) for rule, each, meant in doubtful(text))


def doubtful(text: str, known: frozenset[str] = frozenset()) -> Iterator[tuple[str, Occurrence, list[str]]]:
    """The variables of a query that get no value, or look like another one: the rule, where, and what is meant.

    `known` are those that come with their values.
    """
    found = list(occurrences(text))
    given = {each.name for each in found if each.role in _GIVES} | known
    unbound = _first(each for each in found if each.name not in given and _needs_value(each, given))
    yield from (("unbound-variable", each, _meant(each.name, given)) for each in unbound)
    slips = (slip for slip in _slips(found, known) if slip[0].name not in projection(text))
    yield from (("similar-variable", each, meant) for each, meant in slips)


def _needs_value(each: Occurrence, given: Iterable[str]) -> bool:
    """Whether a variable is used where it must have a value, or where it may, and looks like one that has."""
    return each.role is Role.USED or (each.role is Role.TRIED and _is_like(each.name, given))


def _is_like(name: str, given: Iterable[str]) -> bool:
    close = (other for other in _meant(name, given, _VERY_CLOSE) if _bare(other) != _bare(name))
    return any(close) or any(is_slip(name, other) for other in given)


def _first(found: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """The first occurrence of each variable."""
    return iter({each.name: each for each in reversed(list(found))}.values())


def _slips(found: list[Occurrence], come: frozenset[str]) -> Iterator[tuple[Occurrence, list[str]]]:
    """The variables that occur once, where they get a value, and differ by a letter from one that is before or oftener.

    Each comes with that one. One that looks like a variable without a value is none: that one is told already.
    """
    counts = Counter(each.name for each in found)
    known = {each.name for each in found if each.role in _GIVES and counts[each.name] > 1} | come
    for each in found:
        if counts[each.name] == 1 and each.role in _GIVES and each.name not in come:
            meant = sorted(name for name in known if is_slip(each.name, name))
            if meant:
                yield each, meant[:1]
            known.add(each.name)


def is_slip(name: str, other: str) -> bool:
    """Whether a name is another one with a letter too many, too few, wrong, or swapped with the next one.

    A number or a plural is none.

    >>> is_slip("agreemnt", "agreement"), is_slip("agremeent", "agreement"), is_slip("from1", "from2")
    (True, True, False)
    >>> is_slip("areas", "area"), is_slip("payer", "payee")
    (False, False)
    """
    if name == other or max(len(name), len(other)) < _SHORTEST or _bare(name) == _bare(other):
        return False
    if len(name) == len(other):
        wrong = [place for place, (one, two) in enumerate(zip(name, other, strict=True)) if one != two]
        swaps = len(wrong) == 2 and wrong[1] - wrong[0] == 1 and name[wrong[0]] == other[wrong[1]]  # noqa: PLR2004
        return (swaps and name[wrong[1]] == other[wrong[0]]) or (len(wrong) == 1 and len(name) >= _SHORTEST_SUBSTITUTED)
    short, long = sorted((name, other), key=len)
    return len(long) - len(short) == 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _bare(name: str) -> str:
    """A name without what makes it one of several."""
    return re.sub(r"[0-9_]+", "", name).removesuffix("s")


def _meant(name: str, known: Iterable[str], cutoff: float = _CLOSE) -> list[str]:
    return difflib.get_close_matches(name, sorted(known), n=1, cutoff=cutoff)


def _about(rule: str, text: str, file: str, found: Occurrence, meant: list[str]) -> Finding:
    place = Place(file, text.count("\n", 0, found.start) + 1)
    sv, en = meant_variable(meant)
    return finding(rule, place=place, name=f"?{found.name}", sv=sv, en=en)


def meant_variable(meant: Sequence[str]) -> tuple[str, str]:
    """A question, in Swedish and English, whether a variable is meant; nothing where there is none."""
    return (f" Menade du ?{meant[0]}?", f" Did you mean ?{meant[0]}?") if meant else ("", "")


def questions_have_answers(case: ValidationInput) -> Iterator[Finding]:
    """A question that nothing on the site answers, whatever is asked, is told."""
    for place in case.unanswered():
        yield finding("empty-answer", place=place)
