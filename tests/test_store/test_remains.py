"""What an engine still holds of what was withdrawn, in any of its graphs."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

import samverkan
from samverkan.model.dataset import File
from samverkan.model.results import Table
from samverkan.store.remains import remains
from samverkan.store.remote import Remote

GONE = "https://example.org/doll/id/lighthouse/villgrund"
OTHER = NamedNode("https://example.org/elsewhere")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
DOLL = Path(__file__).parents[1] / "site"


class Engine:
    """An engine that answers at once."""

    def __init__(self, files: tuple[File, ...]) -> None:
        self.store = Store()
        self.store.extend(
            Quad(triple.subject, triple.predicate, triple.object, NamedNode(file.graph))
            for file in files
            for triple in file.triples
        )

    def raw(self, sparql: str, _graphs: None) -> Table:
        """The answer to a query."""
        found = self.store.query(sparql)
        assert isinstance(found, QuerySolutions)
        return Table(found.serialize(format=QueryResultsFormat.JSON) or b"")


@pytest.mark.parametrize(
    "quad",
    [
        Quad(NamedNode(GONE), LABEL, Literal("Åsa"), OTHER),
        Quad(NamedNode("urn:x"), LABEL, NamedNode(GONE), OTHER),
        Quad(NamedNode(GONE), LABEL, Literal("Åsa"), NamedNode("https://example.org/doll/graph/withdrawn")),
    ],
)
def test_what_is_still_said_of_something_withdrawn_is_told_with_its_graph(quad: Quad) -> None:
    site = samverkan.open(DOLL)
    engine = Engine(site.published)
    assert list(remains(cast("Remote", engine), [GONE], site.published)) == []
    engine.store.add(quad)
    assert [tuple(each) for each in remains(cast("Remote", engine), [GONE], site.published)] == [
        (GONE, quad.graph_name.value)  # type: ignore[union-attr]  # a named one
    ]


def test_a_copy_of_the_notice_in_another_graph_is_no_remainder() -> None:
    site = samverkan.open(DOLL)
    engine = Engine(site.published)
    for quad in list(engine.store.quads_for_pattern(NamedNode(GONE), None, None)):
        engine.store.add(Quad(quad.subject, quad.predicate, quad.object, OTHER))
    assert list(remains(cast("Remote", engine), [GONE], site.published)) == []
