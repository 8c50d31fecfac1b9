"""Documents that no parser is given: nested without end, or with entities that multiply."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from pyoxigraph import RdfFormat, parse

from samverkan.errors import Place, UnreadableError
from samverkan.model.dataset import File
from samverkan.model.nesting import DEEPEST, DEEPEST_TERM, MOST_ATTRIBUTES, refuse_nested

_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"{0}>{1}</rdf:RDF>'


def nested(opening: str, inside: str, closing: str, depth: int) -> str:
    return opening * depth + inside + closing * depth


def terms(depth: int) -> str:
    return f"# a comment\n<urn:a> <urn:b> {nested('<<( <urn:a> <urn:b> ', '<urn:c>', ' )>>', depth)} ."


def values(depth: int) -> str:
    return "[\n" + nested('{"urn:p":[', "1", "]}", depth // 2) + "]"


def elements(depth: int) -> str:
    return _XML.format("", "\n" + nested("<e:A><e:p>", "", "</e:p></e:A>", depth // 2))


def attributes(count: int) -> str:
    return _XML.format("\n" + " ".join(f'xmlns:n{number}="urn:{number}:"' for number in range(count - 2)), "<e:A/>")


def entities(count: int) -> str:
    declared = (f'<!ENTITY e{after} "{f"&e{before};" * 10}">' for before, after in pairwise(range(count + 1)))
    return f'<!DOCTYPE r [<!ENTITY e0 "{"x" * 9}">{"".join(declared)}]>' + _XML.format(
        "", f"<e:A><e:p>&e{count};</e:p></e:A>"
    )


MADE = [  # format, what makes a document, how much is taken, how much is refused, the line that is told
    (RdfFormat.TURTLE, terms, DEEPEST_TERM, DEEPEST_TERM + 1, 2),
    (RdfFormat.TURTLE, terms, DEEPEST_TERM, 60_000, 2),
    (RdfFormat.N_TRIPLES, terms, DEEPEST_TERM, 60_000, 2),
    (RdfFormat.JSON_LD, values, DEEPEST - 2, DEEPEST + 2, 2),
    (RdfFormat.JSON_LD, values, DEEPEST - 2, 60_000, 2),
    (RdfFormat.RDF_XML, elements, DEEPEST - 2, DEEPEST + 2, 2),
    (RdfFormat.RDF_XML, elements, DEEPEST - 2, 60_000, 2),
    (RdfFormat.RDF_XML, attributes, MOST_ATTRIBUTES, MOST_ATTRIBUTES + 1, 1),
    (RdfFormat.RDF_XML, entities, 3, 10, 1),
]


def refusal(content: str, form: RdfFormat) -> tuple[object, str, str]:
    with pytest.raises(UnreadableError) as refused:
        refuse_nested(content.encode(), "a", form)
    return refused.value.place, refused.value.message("en"), refused.value.message("sv")


@pytest.mark.parametrize(("form", "make", "most", "beyond", "line"), MADE)
def test_what_is_nested_without_end_is_refused_with_its_line_and_nothing_else_is(
    form: RdfFormat, make: Callable[[int], str], most: int, beyond: int, line: int
) -> None:
    taken = make(most).encode()
    refuse_nested(taken, "a", form)
    place, en, sv = refusal(make(beyond), form)

    assert list(parse(taken, format=form, base_iri="urn:base:"))
    assert place == Place("a", line)
    assert en != sv


def test_an_entity_in_another_file_is_refused() -> None:
    document = f'<!DOCTYPE r [\n<!ENTITY e SYSTEM "file:///etc/passwd">]>{_XML.format("", "<e:A><e:p>&e;</e:p></e:A>")}'

    assert refusal(document, RdfFormat.RDF_XML)[0] == Place("a", 2)


@pytest.mark.parametrize("text", ['{"a": "[[["', "<r>&none;</r>", "<r", '["\\""]]]'])
def test_what_is_not_well_formed_is_left_to_the_parser(text: str) -> None:
    for form in (RdfFormat.JSON_LD, RdfFormat.RDF_XML, RdfFormat.TURTLE):
        refuse_nested(text.encode() * DEEPEST, "a", form)


def test_brackets_inside_of_texts_are_no_nesting() -> None:
    refuse_nested(b'{"a": "' + b"[{" * 600 + b'\\"[", "b": 1}', "a", RdfFormat.JSON_LD)


def test_a_file_of_a_site_is_not_given_to_the_parser_either() -> None:
    file = File("data/x.ttl", "urn:x", terms(60_000).encode())

    with pytest.raises(UnreadableError, match="deeper than 64"):
        _ = file.triples
    broken = file.broken({})
    assert broken is not None
    assert broken.place == Place("data/x.ttl", 2)
