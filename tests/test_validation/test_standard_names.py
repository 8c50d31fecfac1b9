"""The terms of the closed vocabularies are those that rdflib knows.

`python -m tests.test_validation.test_standard_names` writes them anew.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from rdflib import namespace
from rdflib.namespace import DefinedNamespace

from samverkan.model import namespaces
from samverkan.validation import standard_names

NAMES = ("SKOS", "DCTERMS", "FOAF", "ORG", "PROV", "RDFS", "OWL", "SH", "VOID", "RDF", "XSD")


def _known(name: str) -> list[str]:
    """The local names of a vocabulary, with those that are no names of Python."""
    space: type[DefinedNamespace] = getattr(namespace, name)
    return sorted({*(str(iri).removeprefix(str(space)) for iri in dir(space)), *space._extras})


@pytest.mark.parametrize("name", NAMES)
def test_a_vocabulary_has_the_terms_that_rdflib_knows(name: str) -> None:
    assert sorted(standard_names.TERMS[getattr(namespaces, name)]) == _known(name)


def test_a_term_is_standard_if_its_vocabulary_has_it_or_nobody_keeps_a_list() -> None:
    rdf, skos = namespaces.RDF, namespaces.SKOS
    standard = (
        f"{skos}Concept",
        skos,
        f"{rdf}type",
        f"{rdf}_12",
        "urn:a",
        "http://purl.org/dc/terms",
        f"{namespaces.SH}in",
    )
    unknown = (f"{skos}Koncept", f"{skos}concept", f"{rdf}_0", f"{rdf}_01", f"{rdf}x_1", f"{skos}_NS")
    assert [iri for iri in (*standard, *unknown) if not standard_names.is_standard(iri)] == [*unknown]


def _row(name: str) -> str:
    indent = " " * 8
    filled = textwrap.fill(
        " ".join(_known(name)), 118, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return f'    {name}: _names("""\n{filled}\n    """),\n'


def _written(module: str) -> str:
    """The module with its table written anew."""
    before, start, rest = module.partition("frozenset[str]] = {\n")
    _, end, after = rest.partition("\n}\n")
    return f"{before}{start}{''.join(map(_row, NAMES))[:-1]}{end}{after}"


if __name__ == "__main__":
    path = Path(standard_names.__file__)
    path.write_text(_written(path.read_text("utf-8")), "utf-8")
