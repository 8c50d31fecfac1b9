"""Where the values stand of what has no name, against documents that are generated with the place of each value."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from samverkan.model.turtle_order import lines_of_nameless, places
from samverkan.model.turtle_positions import Positions

PLAIN: tuple[str, ...] = (
    *("1", "1.5", "true", '"a"@sv', '"5"^^:dt', "'6'^^<urn:dt>", '"plain"', "'''long\n. [ ( '''", ":o", "<urn:z>"),
    *("_:b", "()", "( )", "[]", "[ ]"),
)
GAPS = (" ", "\n", " # [ ( ; .\n")


class Document:
    """A Turtle text of random layout in which things without names stand in each other."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        statements = (f"{self.subject()} {self.predicates(3)} ." for _ in range(self.dice.randint(1, 4)))
        self.text = "@prefix : <urn:x:> .\n" + "\n".join(statements)

    def subject(self) -> str:
        return self.dice.choice((":s", "_:b", "[]", f"[ {self.predicates(2)} ]", self.collection(2)))

    def predicates(self, depth: int) -> str:
        pairs = (
            f"{self.dice.choice(('a', ':p', '<urn:q>'))} {self.values(depth)}" for _ in range(self.dice.randint(1, 3))
        )
        return self.dice.choice((" ; ", " ;;\n")).join(pairs) + self.dice.choice(("", " ; "))

    def values(self, depth: int) -> str:
        return " , ".join(self.value(depth) for _ in range(self.dice.randint(1, 3)))

    def value(self, depth: int) -> str:
        nested: tuple[Callable[[int], str], ...] = (lambda d: f"[{self.predicates(d)}]", self.collection)
        plain = not depth or self.dice.random() < 0.6
        return self.dice.choice(PLAIN) if plain else self.dice.choice(nested)(depth - 1)

    def collection(self, depth: int) -> str:
        items = (self.value(depth) for _ in range(self.dice.randint(0, 3)))
        return f"({self.dice.choice(GAPS)}" + self.dice.choice(GAPS).join(items) + " )"


def _stated(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)]


def test_every_value_of_generated_documents_is_where_it_begins() -> None:
    checked = 0
    for seed in range(600):
        text = Document(seed).text
        triples, found = _stated(text), list(places(text))
        assert len(found) == len(triples), (seed, text)
        for place, triple in zip(found, triples, strict=True):
            assert _begins(text[place.offset :], triple.object), (seed, place, triple, text)
            checked += 1
    assert checked > 10_000


def _begins(text: str, value: object) -> bool:
    """Whether a value may be written so; inside a list, its next node begins where its next item does."""
    if isinstance(value, BlankNode):
        return True
    written = getattr(value, "value", "")
    if written.endswith("#nil"):
        return text[0] in "()"
    return written.rpartition(":")[2].strip() in text[: len(written) + 8]


def test_a_thing_without_a_name_has_the_line_on_which_it_stands() -> None:
    text = "@prefix : <urn:x:> .\n:s :p [ :q 1 ] ,\n [\n :q 2 ] .\n[] :q 3 .\n:t :l ( 4\n [ :q 5 ] ) .\n_:b :q 6 ."
    lines = lines_of_nameless(Positions(text.encode()), _stated(text))
    found = {getattr(t.object, "value", ""): lines[t.subject, t.predicate, t.object] for t in _stated_in(lines)}

    assert {value: line for value, line in found.items() if len(value) == 1} == {
        "1": 2,
        "2": 4,
        "3": 5,
        "4": 6,
        "5": 7,
        "6": 8,
    }
    of_s = sorted(line for (subject, path, value), line in lines.items() if subject == NamedNode("urn:x:s") and value)
    assert of_s == [2, 3]


def _stated_in(lines: object) -> list[Triple]:
    assert isinstance(lines, dict)
    return [Triple(*key) for key in lines if None not in key]


@pytest.mark.parametrize(
    "text", ["<a:s> <a:p> <<( <a:a> <a:b> [] )>> .", "<a:s> <a:p> [] {| <a:q> 1 |} .", "<a:s> <a:p> 1 ~ <a:r> ."]
)
def test_of_what_rdf_1_2_has_besides_nothing_is_told(text: str) -> None:
    assert lines_of_nameless(Positions(text.encode()), []) == {}


def test_where_places_and_triples_do_not_fit_nothing_is_told() -> None:
    text = "<a:s> <a:p> [ <a:q> 1 ] ."

    assert lines_of_nameless(Positions(text.encode()), _stated(text))
    assert lines_of_nameless(Positions(text.encode()), _stated(text)[:1]) == {}
    assert lines_of_nameless(Positions(text.encode()), _stated(text)[::-1]) == {}
