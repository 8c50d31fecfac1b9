"""The queries inside the shapes (SHACL 1.0, section 5), asked of all focus nodes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from samverkan.model.results import Term
from samverkan.validation.compiled.paths import UncompilableError
from samverkan.validation.compiled.shapes import CompiledShape, Shapes

_HEAD = re.compile(r"\s*SELECT\s+DISTINCT\s+((?:[?$]\w+\s+)+)(?:WHERE\s*)?\{", re.IGNORECASE)
_RESULTS = frozenset({"this", "path", "value"})
# Where it matters in which order the parts are joined, a row for each focus node is not what a row for one is.
_ORDERED = re.compile(r"\b(SELECT|UNION|MINUS|GRAPH|SERVICE|VALUES|GROUP|HAVING|LIMIT|OFFSET|LATERAL)\b", re.IGNORECASE)
_GROUPS = re.compile(r"(?:\b(?:OPTIONAL|EXISTS)\s*)?\{|\}|\bBIND\b", re.IGNORECASE)
_OF_ANY_LENGTH = re.compile(r"[\w>)]\s*[*+](?!\s*\d)|[\w>)]\?[\s)/|]")
_NO_CODE = re.compile(
    r"<[^<>\s]*>|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*"
)
_REGEX = re.compile(r"\b(REGEX|REPLACE)\b", re.IGNORECASE)
_FLAGS = re.compile(r"[\"'][smixq]+[\"']")
_ELSEWHERE = re.compile(r"[?$](shapesGraph|currentShape|\w*_)\b")


@dataclass(frozen=True)
class EmbeddedQuery:
    """One query: its prologue, the names of its columns and what stands between its braces."""

    prologue: str
    columns: tuple[str, ...]
    body: str

    def patterns(self) -> Iterator[tuple[str, str]]:
        """Every text in it that may be a regular expression, with flags."""
        if not _REGEX.search(self.body):
            return
        texts = [found[0] for found in _NO_CODE.finditer(self.body) if found[0][0] in "\"'"]
        for text in texts:
            for flags in {"", *(each[1:-1] for each in texts if _FLAGS.fullmatch(each))}:
                yield text, flags


def read_query(shapes: Shapes, shape: CompiledShape, constraint: Term) -> EmbeddedQuery:
    """Read a query; raises `UncompilableError` for one that means something else when it is asked of all at once."""
    text = _only(shapes, constraint)
    code = _NO_CODE.sub(
        lambda found: " " * len(found[0]) if found[0][0] != "<" else "<" + "x" * (len(found[0]) - 2) + ">", text
    )
    head = _HEAD.match(code)
    if head is None or _ELSEWHERE.search(code):
        raise UncompilableError("a query that is not a plain SELECT DISTINCT")
    columns = tuple(name[1:] for name in head[1].split())
    end = code.rstrip().rfind("}")
    body, outline = text[head.end() : end], code[head.end() : end]
    if not {"this"} <= set(columns) <= _RESULTS or code[end + 1 :].strip() or _is_ordered(outline):
        raise UncompilableError("a query with parts that are joined in an order")
    if _OF_ANY_LENGTH.search(outline):
        raise UncompilableError("a query with a path of any length")
    return EmbeddedQuery(_prologue(shapes, constraint), columns, _with_path(shape, body, outline))


def _is_ordered(outline: str) -> bool:
    """Whether a group is evaluated before the focus node is known to it (SPARQL 1.1, section 18.2): then it is left.

    OPTIONAL and EXISTS see the node, groups within them and all others do not.
    """
    if _ORDERED.search(outline):
        return True
    depth = 0
    for token in _GROUPS.finditer(outline):
        depth += {"{": 1, "}": -1}.get(token[0][-1], 0)
        opens, binds = token[0].endswith("{"), token[0].endswith(("D", "d"))
        if (opens and (depth > 1 or len(token[0]) == 1)) or (binds and depth):
            return True
    return False


def _only(shapes: Shapes, constraint: Term) -> str:
    texts = shapes.values(constraint, "select")
    if len(texts) != 1 or not isinstance(texts[0], Literal) or shapes.shape(constraint) is None:
        raise UncompilableError("a constraint that is not one SELECT query")
    return texts[0].value


def _prologue(shapes: Shapes, constraint: Term) -> str:
    found = {}
    for ontology in shapes.values(constraint, "prefixes"):
        for declaration in shapes.values(ontology, "declare"):
            prefix, space = (shapes.values(declaration, name) for name in ("prefix", "namespace"))
            if prefix and space and isinstance(prefix[0], Literal) and isinstance(space[0], Literal | NamedNode):
                found[prefix[0].value] = space[0].value
    return " ".join(f"PREFIX {prefix}: <{space}>" for prefix, space in found.items())


def _with_path(shape: CompiledShape, body: str, outline: str) -> str:
    if not re.search(r"\$PATH\b", outline):
        return body
    if shape.path is None or shape.path.iri is None:
        raise UncompilableError("a query about a path that is not a property")
    return re.sub(r"\$PATH\b", f"<{shape.path.iri}>", body)
