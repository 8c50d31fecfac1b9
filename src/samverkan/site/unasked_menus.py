"""Menus of named graphs that need not be asked for to know that nothing is wrong with them.

Named graphs are loaded beside the union when a query asks for them, which takes as long, and as much memory, as to load
the site. Where a menu can hold nothing but subjects of the data, only those few have to be looked at of which two
could not be chosen side by side, and of the graphs only what is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from samverkan.model.queries import KINDS, Parameter, Query
from samverkan.model.query_variables import asks_graphs_about, is_always_subject, main_group, projection
from samverkan.model.sparql import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from samverkan.model.dataset import File
    from samverkan.model.results import Term
    from samverkan.validation.evaluation.data_graph import DataGraph


def has_only_subjects(menu: Query, query: Query, parameter: Parameter) -> bool:
    """Whether a menu asks named graphs for what they say of its values, which are subjects, and for nothing else.

    No other parameter of the query may have nearly the same name, for then their values would have to be compared.
    """
    column = next(iter(projection(menu.text)), "")
    alike = [each for each in query.parameters if each.name.casefold() == parameter.name.casefold()]
    is_alone = parameter.kind == "iri" and len(alike) == 1
    return is_alone and asks_graphs_about(menu.text, column) and is_always_subject(menu.text, column)


def doubtful(graph: DataGraph, choice: Callable[[str], str]) -> tuple[NamedNode, ...] | None:
    """The subjects of the data of which two would have one address, by `choice`; None where one is no IRI."""
    found: dict[str, list[NamedNode]] = {}
    for term in map(graph.terms.__getitem__, graph.subjects):
        try:
            address = choice(KINDS["iri"].value(term)).casefold()
        except ValueError:
            return None
        assert isinstance(term, NamedNode)
        found.setdefault(address, []).append(term)
    return tuple(term for terms in found.values() if len(terms) > 1 for term in terms)


def held(
    text: str, subjects: Iterable[NamedNode], store: Store, graph: DataGraph, files: Iterable[File]
) -> list[Term | None]:
    """Those of some subjects that a menu holds; what the files say of them is added to their named graphs.

    `text` is the query. Raises what `sparql.run` raises.
    """
    column, group = projection(text)[0], main_group(text)
    wanted = {graph.number(each): each for each in subjects}
    for file, part in zip(files, graph.parts, strict=True):
        name = NamedNode(file.graph)
        store.extend(Quad(t.subject, t.predicate, t.object, name) for t in graph.stated(part, wanted.keys()))
    few = f"{{ VALUES ?{column} {{ {' '.join(map(str, wanted.values()))} }} {group[1:]}"
    found = run(store, text.replace(group, few, 1))
    assert isinstance(found, QuerySolutions)
    return [row[0] for row in found]


def may_be_chosen(values: Iterable[Term | None], choice: Callable[[str], str]) -> bool:
    """Whether each of some IRIs has an address of its own."""
    addresses: Mapping[str, str] = {each.value: choice(each.value) for each in values if isinstance(each, NamedNode)}
    return len({each.casefold() for each in addresses.values()}) == len(addresses)
