"""The head of a canned query: its `#+` lines as YAML, in which every value is a text, and the line of each value."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from samverkan.errors import Place, UnreadableError, uncarried
from samverkan.model import file_mistakes
from samverkan.model.sparql import DEEPEST

Step: TypeAlias = str | int

_HEAD = "#+"
_IN_QUOTES = "while scanning a quoted scalar"
_SHORT = reprlib.Repr()  # aliases of YAML may make a list of a few lines larger than any memory
_SHORT.maxstring = 80
_SHORT.maxlevel = _SHORT.maxlist = _SHORT.maxdict = 3


@dataclass(frozen=True)
class Head:
    """The keys and values of a head in the file `file` (a path relative to the site).

    `lines` has the line of each value by the way to it: keys, and the places in lists.
    """

    file: str
    content: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[tuple[Step, ...], int] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        """The value of a key; None where there is none, or an empty one."""
        return self.content.get(key) or None

    def place(self, *way: Step) -> Place:
        """Where a value stands, else what it is a part of; the whole file where the head has none of it."""
        known = (self.lines.get(way[:length]) for length in range(len(way), 0, -1))
        return Place(self.file, next((line for line in known if line), None))


def shown(value: object) -> str:
    """A value as an error names it: between quotes, without what can't be printed, and cut where it is long.

    >>> shown("solna"), shown(["a"]), len(shown("x" * 9999))
    ("'solna'", "['a']", 80)
    """
    return _SHORT.repr(value)


def read_head(text: str, file: str) -> Head:
    """Read the head of a query: `no` is Norwegian in it, and `010` no number.

    Raises `UnreadableError` with file and line where it is not YAML (1.1), says a key twice, or is no keys and values.
    """
    import yaml

    written = _Written.of(text, file)
    # The base loader makes texts, lists and mappings, and nothing else.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        _refuse_deep(yaml.parse(written.yaml, Loader=loader), written)
        root, content = _composed(loader(written.yaml))
        twice, odd = next(_doubles(root, set()), None), next(_odd(root, set()), None)
        lines = dict(_lines(root, (), written, set()))
    except (yaml.YAMLError, RecursionError) as error:
        raise _broken(error, written) from None
    if odd:
        raise uncarried_in(uncarried(odd.value), written.place(odd.start_mark))
    if twice:
        raise _said_twice(twice.value, written.place(twice.start_mark))
    if not isinstance(content, dict):
        raise UnreadableError(
            "The head of the query must be keys and values.",
            remedy="Write #+ summary: …",
            place=Place(file, written.numbers[0]),
            sv="Frågans huvud ska vara nycklar och värden. Skriv #+ summary: …",
        )
    return Head(file, content, lines)


def _composed(loader: Any) -> tuple[Any, Any]:
    """The root of some YAML as a node, and what it stands for."""
    try:
        root = loader.get_single_node()
        return root, (None if root is None else loader.construct_document(root)) or {}
    finally:
        loader.dispose()


@dataclass(frozen=True)
class _Written:
    """A head without its marks: the YAML, and the number of each of its lines in the file."""

    file: str
    yaml: str
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, text: str, file: str) -> _Written:
        """The head of the text of a query."""
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.startswith(_HEAD)]
        content = "\n".join(line[len(_HEAD) :].removeprefix(" ").rstrip("\r") for _, line in lines)
        return cls(file, content, tuple(number for number, _ in lines) or (1,))

    def line(self, mark: Any) -> int:
        """The line of the file that a mark of YAML is on; YAML itself counts more signs as the end of a line."""
        return self.numbers[min(self.yaml.count("\n", 0, mark.index), len(self.numbers) - 1)]

    def place(self, mark: Any) -> Place:
        """The place of a mark."""
        return Place(self.file, self.line(mark))


def _broken(error: Exception, written: _Written) -> UnreadableError:
    mark, problem, code = (getattr(error, name, None) for name in ("problem_mark", "problem", "character"))
    if code is not None:
        return _unescaped(code, written)
    begun = getattr(error, "context_mark", None) if getattr(error, "context", None) == _IN_QUOTES else None
    sv, en = file_mistakes.of_yaml(problem or "too deep")
    return UnreadableError(
        f"The head of the query can't be read: {en}",
        place=written.place(begun or mark) if mark else Place(written.file, written.numbers[0]),
        sv=f"Frågans huvud går inte att läsa: {sv}",
    )


def _unescaped(code: int, written: _Written) -> UnreadableError:
    """The error of a control character that stands as it is, which YAML takes only as an escape (section 5.1)."""
    line = written.yaml.count("\n", 0, written.yaml.find(chr(code)))
    return UnreadableError(
        f"The head of the query has the invisible character U+{code:04X}, which YAML doesn't take.",
        remedy="Write the text without it.",
        place=Place(written.file, written.numbers[min(line, len(written.numbers) - 1)]),
        sv=f"Frågans huvud innehåller det osynliga tecknet U+{code:04X}, som YAML inte tar. Skriv texten utan det.",
    )


def _refuse_deep(events: Iterator[Any], written: _Written) -> None:
    """Refuse a head that is nested deeper than it may be: what makes objects of the events of YAML recurses."""
    depth = 0
    for event in events:
        depth += type(event).__name__.endswith("StartEvent") - type(event).__name__.endswith("EndEvent")
        if depth > DEEPEST:
            raise UnreadableError(
                f"The head of the query is nested deeper than {DEEPEST}.",
                remedy="Write it flat.",
                place=written.place(event.start_mark),
                sv=f"Frågans huvud är nästlat djupare än {DEEPEST} nivåer. Skriv det platt.",
            )


def _said_twice(key: object, place: Place) -> UnreadableError:
    return UnreadableError(
        f"The head says {shown(key)} twice.",
        remedy="Remove one of them.",
        place=place,
        sv=f"Huvudet säger {shown(key)} två gånger. Ta bort det ena.",
    )


def _doubles(node: Any, seen: set[int]) -> Iterator[Any]:
    """The keys of a YAML node that stand there a second time; one node, met by many aliases, is looked at once."""
    if node is None or id(node) in seen or isinstance(node.value, str):
        return
    seen.add(id(node))
    keys: set[Any] = set()
    for part in node.value:
        key, value = part if isinstance(part, tuple) else (None, part)
        if key is not None and key.value in keys:
            yield key
        if key is not None and isinstance(key.value, str):
            keys.add(key.value)
        yield from _doubles(value, seen)


def _odd(node: Any, seen: set[int]) -> Iterator[Any]:
    """The texts in a YAML node that not every format can carry: an escape may stand for any character."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node.value, str):
        if uncarried(node.value):
            yield node
        return
    for part in node.value:
        for each in part if isinstance(part, tuple) else (part,):
            yield from _odd(each, seen)


def uncarried_in(character: str, place: Place) -> UnreadableError:
    """The error of a query with a character that XML can't carry, and so not every format."""
    code = f"U+{ord(character):04X}"
    return UnreadableError(
        f"The query has the invisible character {code}, which XML can't carry.",
        remedy="Write the text without it.",
        place=place,
        sv=f"Frågan innehåller det osynliga tecknet {code}, som XML inte kan bära. Skriv texten utan det.",
    )


def _lines(
    node: Any, way: tuple[Step, ...], written: _Written, seen: set[int]
) -> Iterator[tuple[tuple[Step, ...], int]]:
    """The way to each value under a YAML node with its line: that of its key where the value itself is no text.

    What an alias stands for begins before the alias: its line is then that of what has it.
    """
    if node is None or id(node) in seen or isinstance(node.value, str):
        return
    seen.add(id(node))
    for place, part in enumerate(node.value):
        key, value = part if isinstance(part, tuple) else (None, part)
        here = (*way, place if key is None else key.value)
        own = node.start_mark if key is None else key.start_mark
        has_value = key is None or (isinstance(value.value, str) and value.value)
        is_alias = value.start_mark.index < own.index
        yield here, written.line(value.start_mark if has_value and not is_alias else own)
        yield from _lines(value, here, written, seen)


__all__ = ["Head", "Step", "read_head", "shown", "uncarried_in"]
