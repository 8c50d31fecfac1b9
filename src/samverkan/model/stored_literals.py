"""Literals that pyoxigraph's store gives back otherwise than they were written: the store keeps values, not texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad, Store

from samverkan.model.namespaces import XSD
from samverkan.model.results import Term

_TEXT = f"{XSD}string"


def may_be_rewritten(datatype: str | None) -> bool:
    """Whether a store may change literals of a datatype: it knows those of XML Schema, and keeps others as texts."""
    return datatype is not None and datatype.startswith(XSD) and datatype != _TEXT


def rewritten(terms: Iterable[Term]) -> Mapping[Literal, Literal]:
    """Those of some terms that the store changes, with what it makes of them.

    >>> five = Literal("5", datatype=NamedNode(f"{XSD}int"))
    >>> rewritten([five, Literal("five"), NamedNode("x:five")])[five].datatype.value.rpartition("#")[2]
    'integer'
    """
    typed = [term for term in terms if isinstance(term, Literal) and may_be_rewritten(term.datatype.value)]
    store, subject = Store(), NamedNode("x:")
    store.extend(Quad(subject, NamedNode(f"x:{number}"), literal) for number, literal in enumerate(typed))
    kept = {quad.predicate.value: quad.object for quad in store}
    found = ((literal, kept[f"x:{number}"]) for number, literal in enumerate(typed))
    return {literal: other for literal, other in found if other != literal and isinstance(other, Literal)}
