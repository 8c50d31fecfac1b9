"""The constraint components of SHACL Core (SHACL 1.0, section 4), each as what breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from pyoxigraph import BlankNode, Literal, NamedNode

from samverkan.model.namespaces import RDF, SH, XSD
from samverkan.model.results import Term
from samverkan.validation.compiled.logic import FALSE, TRUE, Exists, Expression, Test, every, negated, some
from samverkan.validation.compiled.paths import Names, Path, UncompilableError, names
from samverkan.validation.compiled.shapes import CompiledShape, Shapes, constraints
from samverkan.validation.shapes.datatypes import DATATYPES, LANGUAGE_STRING, MOMENTS, NUMBERS
from samverkan.validation.shapes.graph import TRUE as SWITCHED_ON

MOST_COPIES = 4  # so many different values are told apart by naming each; an engine counts more of them

# One store takes a blank node for an IRI.
_KINDS: dict[str, tuple[str, ...]] = {
    "IRI": ("isIRI({0}) && !isBlank({0})",),
    "BlankNode": ("isBlank({0})",),
    "Literal": ("isLiteral({0})",),
}
_KINDS |= {f"{a}Or{b}": _KINDS[a] + _KINDS[b] for a, b in (("BlankNode", "IRI"), ("BlankNode", "Literal"))}
_KINDS |= {"IRIOrLiteral": _KINDS["IRI"] + _KINDS["Literal"]}


@dataclass(frozen=True)
class Compiler:
    """What is needed to say what breaks a shape.

    `below` gives a class and all classes below it, as the store has them. The regular
    expressions that were used are noted, as SPARQL writes them and with their flags, for not
    every store understands each.
    """

    shapes: Shapes
    below: Callable[[str], frozenset[str]]
    fresh: Names = field(default_factory=names)
    patterns: set[tuple[str, str]] = field(default_factory=set)
    trail: tuple[Term, ...] = ()

    def shape(self, term: Term) -> CompiledShape | None:
        """A shape that is meant by another; raises `UncompilableError` where it is meant by itself."""
        if term in self.trail:
            raise UncompilableError("a shape that refers to itself")
        return self.shapes.shape(term)

    def inside(self, term: Term) -> Compiler:
        """The same, for what stands inside a shape."""
        return Compiler(self.shapes, self.below, self.fresh, self.patterns, (*self.trail, term))

    def breaks(self, term: Term, node: str) -> Expression:
        """What holds of a node that breaks a shape."""
        shape = self.shape(term)
        if shape is None:
            return FALSE
        inside = self.inside(term)
        return some(*(inside.broken(shape, name, value, node) for name, value in constraints(shape)))

    def broken(self, shape: CompiledShape, name: str, value: Term, node: str) -> Expression:
        """What holds of a node that breaks one constraint of a shape."""
        if name in OF_VALUES:
            return self._some_value(shape, name, value, node)
        if name not in OF_NODES:
            raise UncompilableError(f"sh:{name}")
        return OF_NODES[name](self, shape, value, node)

    def _some_value(self, shape: CompiledShape, name: str, value: Term, node: str) -> Expression:
        if shape.path is None:
            return OF_VALUES[name](self, shape, value, node)
        each = self.fresh("v")
        broken = OF_VALUES[name](self, shape, value, each)
        return FALSE if broken == FALSE else Exists(shape.path.between(node, each, self.fresh), (broken,))

    def regex(self, node: str, pattern: str, flags: str = "") -> Test:
        """Whether the text of a node matches a regular expression."""
        self.patterns.add((string(pattern), flags))
        return Test(f"REGEX(STR({node}), {string(pattern)}{f', {string(flags)}' if flags else ''})")


def string(text: str) -> str:
    """A text as SPARQL writes it."""
    return str(Literal(text))


def among(node: str, terms: tuple[Term, ...]) -> Expression:
    """Whether a node is one of some terms; raises `UncompilableError` for a blank node, which has no name.

    By their texts: one store takes several `sameTerm` with constants for all of them at once.
    """
    iris = ", ".join(string(term.value) for term in terms if isinstance(term, NamedNode))
    listed = [Test(f"isIRI({node}) && STR({node}) IN ({iris})")] if iris else []
    return some(*listed, *(_is(node, term) for term in terms if not isinstance(term, NamedNode)))


def _is(node: str, term: Term) -> Expression:
    if not isinstance(term, Literal):
        raise UncompilableError("a blank node as a value")
    literal, text = Test(f"isLiteral({node})"), Test(f"STR({node}) = {string(term.value)}")
    if term.language:
        return every(literal, Test(f"LCASE(LANG({node})) = {string(term.language.lower())}"), text)
    kind = (literal, Test(f'LANG({node}) = ""'), Test(f"DATATYPE({node}) = {term.datatype}"))
    if term.datatype.value == f"{XSD}boolean":
        forms = '"true", "1"' if term.value in {"true", "1"} else '"false", "0"'
        return every(*kind, Test(f"STR({node}) IN ({forms})"))
    if term.datatype.value in NUMBERS:
        return every(*kind, Test(f"isNumeric({node})"), Test(f"{node} = {term}"))
    return every(*kind, text)


def named(term: Term) -> str:
    """A term as SPARQL writes it."""
    if not isinstance(term, NamedNode | Literal):
        raise UncompilableError("a blank node as a value")
    return str(term)


def number(shape: CompiledShape, name: str) -> int:
    """A number that a shape gives."""
    try:
        return int(shape.text(name))
    except ValueError:
        raise UncompilableError(f"sh:{name} without a number") from None


# ---------------------------------------------------------------- of each value


def _class(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    kind, classes = compiler.fresh("c"), sorted(compiler.below(_iri(value)))
    listed = f"FILTER({kind} IN ({', '.join(f'<{name}>' for name in classes)}))"
    found = Exists(
        f"{node} <{RDF}type> {kind} . {listed}" if len(classes) > 1 else f"{node} <{RDF}type> <{classes[0]}> ."
    )
    return some(Test(f"isLiteral({node})"), negated(found))


def _datatype(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    return negated(_is_written(compiler, _iri(value), node))


def _is_written(compiler: Compiler, iri: str, node: str) -> Expression:
    if iri == LANGUAGE_STRING:
        return every(Test(f"isLiteral({node})"), Test(f'LANG({node}) != ""'))
    if iri.startswith(XSD) and iri not in DATATYPES:
        raise UncompilableError(f"sh:datatype xsd:{iri.removeprefix(XSD)}")
    known = DATATYPES.get(iri)
    is_one = (Test(f"isLiteral({node})"), Test(f'LANG({node}) = ""'), Test(f"DATATYPE({node}) = <{iri}>"))
    form = [compiler.regex(node, f"^({known.form})$")] if known and known.form else []
    return every(*is_one, *form)


def _node_kind(_: Compiler, __: CompiledShape, value: Term, node: str) -> Expression:
    kinds = _KINDS.get(_iri(value).removeprefix(SH))
    if kinds is None:
        raise UncompilableError("sh:nodeKind")
    return every(*(negated(Test(kind.format(node))) for kind in kinds))


def _compared(sign: str, compiler: Compiler, _: CompiledShape, bound: Term, node: str) -> Expression:
    """Broken too by what can't be compared: a text is not above a number."""
    if not isinstance(bound, Literal):
        raise UncompilableError("a bound that is no literal")
    if bound.datatype.value in NUMBERS:
        kind: tuple[Expression, ...] = (Test(f"isNumeric({node})"),)
    else:
        kind = _is_moment(compiler, bound, node)
    return negated(every(*kind, Test(f"{node} {sign} {bound}")))


def _is_moment(compiler: Compiler, bound: Literal, node: str) -> tuple[Expression, ...]:
    """Without a time zone, for what has one can't always be held against what has none."""
    datatype = bound.datatype.value
    if datatype not in MOMENTS or not re.fullmatch(MOMENTS[datatype], bound.value):
        raise UncompilableError(f"a bound of the datatype {datatype.rpartition('#')[2]}")
    is_one = (Test(f"isLiteral({node})"), Test(f'LANG({node}) = ""'), Test(f"DATATYPE({node}) = <{datatype}>"))
    return *is_one, compiler.regex(node, f"^({MOMENTS[datatype]})$")


def _length(sign: str, _: Compiler, __: CompiledShape, value: Term, node: str) -> Expression:
    size = value.value if isinstance(value, Literal) else ""
    if not size.isdecimal():
        raise UncompilableError("a length that is no number")
    return some(Test(f"isBlank({node})"), Test(f"STRLEN(STR({node})) {sign} {size}"))


def _pattern(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    if not isinstance(value, Literal):
        raise UncompilableError("sh:pattern without a text")
    return some(Test(f"isBlank({node})"), negated(compiler.regex(node, value.value, shape.text("flags"))))


def _language_in(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    ranges = [item.value.lower() for item in compiler.shapes.members(value) if isinstance(item, Literal)]
    if not all(ranges) or "*" in ranges:
        raise UncompilableError("sh:languageIn")
    tag = f"LCASE(LANG({node}))"
    fits = (Test(f'{tag} = "{each}" || STRSTARTS({tag}, "{each}-")') for each in ranges)
    return negated(every(Test(f"isLiteral({node})"), Test(f'LANG({node}) != ""'), some(*fits)))


def _in(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    return negated(among(node, compiler.shapes.members(value)))


def _node(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    return compiler.breaks(value, node)


def _not(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    return negated(compiler.breaks(value, node))


def _and(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    return some(*(compiler.breaks(item, node) for item in compiler.shapes.members(value)))


def _or(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    return every(*(compiler.breaks(item, node) for item in compiler.shapes.members(value)))


def _xone(compiler: Compiler, _: CompiledShape, value: Term, node: str) -> Expression:
    members = compiler.shapes.members(value)

    def two(pair: tuple[Term, Term]) -> Expression:
        return every(*(negated(compiler.breaks(item, node)) for item in pair))

    none = every(*(compiler.breaks(item, node) for item in members))
    return some(none, *map(two, combinations(members, 2)))


Broken = Callable[[Compiler, CompiledShape, Term, str], Expression]

# Broken by a value, which is told.
OF_VALUES: Mapping[str, Broken] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minInclusive": partial(_compared, ">="),
    "minExclusive": partial(_compared, ">"),
    "maxInclusive": partial(_compared, "<="),
    "maxExclusive": partial(_compared, "<"),
    "minLength": partial(_length, "<"),
    "maxLength": partial(_length, ">"),
    "pattern": _pattern,
    "languageIn": _language_in,
    "in": _in,
    "node": _node,
    "not": _not,
    "and": _and,
    "or": _or,
    "xone": _xone,
}


# ---------------------------------------------------------------- of the node with all its values


def _path(shape: CompiledShape, name: str) -> Path:
    if shape.path is None:
        raise UncompilableError(f"sh:{name} without a path")
    return shape.path


def several(
    compiler: Compiler, path: Path, node: str, size: int, keep: Callable[[str], Expression] = lambda _: TRUE
) -> Expression:
    """Whether a node has so many different values, of those that `keep` holds of."""
    if size > MOST_COPIES:
        raise UncompilableError(f"more than {MOST_COPIES} values to be counted")
    values = [compiler.fresh("v") for _ in range(size)]
    pattern = " ".join(path.between(node, value, compiler.fresh) for value in values)
    differ = (Test(f"!sameTerm({one}, {other})") for one, other in combinations(values, 2))
    kept = every(*map(keep, values))
    if not values:
        return TRUE
    return FALSE if kept == FALSE else Exists(pattern, (*differ, kept))


def _min_count(compiler: Compiler, shape: CompiledShape, _: Term, node: str) -> Expression:
    return negated(several(compiler, _path(shape, "minCount"), node, number(shape, "minCount")))


def _max_count(compiler: Compiler, shape: CompiledShape, _: Term, node: str) -> Expression:
    return several(compiler, _path(shape, "maxCount"), node, number(shape, "maxCount") + 1)


def _has_value(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    if shape.path is None:
        return negated(among(node, (value,)))
    if shape.path.ends_at_subjects and not isinstance(value, NamedNode):
        return TRUE
    return negated(Exists(shape.path.between(node, named(value), compiler.fresh)))


def _conforming(compiler: Compiler, shape: CompiledShape) -> Callable[[str], Expression]:
    wanted = shape.one("qualifiedValueShape")
    if wanted is None or shape.says("qualifiedValueShapesDisjoint"):
        raise UncompilableError("sh:qualifiedValueShapesDisjoint" if wanted else "no sh:qualifiedValueShape")
    return lambda value: negated(compiler.breaks(wanted, value))


def _qualified_min(compiler: Compiler, shape: CompiledShape, _: Term, node: str) -> Expression:
    size, path = number(shape, "qualifiedMinCount"), _path(shape, "qualifiedMinCount")
    return negated(several(compiler, path, node, size, _conforming(compiler, shape)))


def _qualified_max(compiler: Compiler, shape: CompiledShape, _: Term, node: str) -> Expression:
    size, path = number(shape, "qualifiedMaxCount") + 1, _path(shape, "qualifiedMaxCount")
    return several(compiler, path, node, size, _conforming(compiler, shape))


def _unique_lang(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    if value != SWITCHED_ON:
        return FALSE
    one, other = compiler.fresh("v"), compiler.fresh("v")
    path = _path(shape, "uniqueLang")
    pattern = f"{path.between(node, one, compiler.fresh)} {path.between(node, other, compiler.fresh)}"
    return Exists(pattern, one_language(one, other))


def one_language(one: str, other: str) -> tuple[Expression, ...]:
    """What holds of two different texts in one language."""
    literals = f"isLiteral({one}) && isLiteral({other})"
    alike = f'LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))'
    return Test(literals), Test(alike), Test(f"!sameTerm({one}, {other})")


def values_of(compiler: Compiler, shape: CompiledShape, node: str) -> tuple[str, str]:
    """The triple patterns that give a shape's values, and the variable of each: the node itself without a path."""
    if shape.path is None:
        return "", node
    value = compiler.fresh("v")
    return shape.path.between(node, value, compiler.fresh), value


def _equals(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    (pattern, one), other = values_of(compiler, shape, node), compiler.fresh("v")
    missing = negated(Exists(f"{node} <{_iri(value)}> {one} ."))
    lost = missing if shape.path is None else Exists(pattern, (missing,))
    return some(lost, Exists(f"{node} <{_iri(value)}> {other} .", (not_among(compiler, shape, node, other),)))


def not_among(compiler: Compiler, shape: CompiledShape, node: str, other: str) -> Expression:
    """Whether something is none of a shape's values."""
    if shape.path is None:
        return Test(f"!sameTerm({node}, {other})")
    return negated(Exists(shape.path.between(node, other, compiler.fresh)))


def _disjoint(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    pattern, one = values_of(compiler, shape, node)
    return Exists(f"{pattern} {node} <{_iri(value)}> {one} .")


def _less_than(sign: str, compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    pattern, one = values_of(compiler, shape, node)
    other = compiler.fresh("v")
    return Exists(f"{pattern} {node} <{_iri(value)}> {other} .", (not_less(sign, one, other),))


def not_less(sign: str, one: str, other: str) -> Expression:
    """Whether a value is not below another, or can't be compared with it."""
    texts = (f'isLiteral({each}) && LANG({each}) = "" && DATATYPE({each}) = <{XSD}string>' for each in (one, other))
    numbers = every(Test(f"isNumeric({one})"), Test(f"isNumeric({other})"), Test(f"{one} {sign} {other}"))
    strings = every(*map(Test, texts), Test(f"STR({one}) {sign} STR({other})"))
    return negated(some(numbers, strings, *(_in_time(datatype, sign, one, other) for datatype in sorted(MOMENTS))))


def _in_time(datatype: str, sign: str, one: str, other: str) -> Expression:
    def test(node: str) -> Expression:
        return every(Test(f'isLiteral({node}) && LANG({node}) = ""'), Test(f"DATATYPE({node}) = <{datatype}>"))

    return every(test(one), test(other), Test(f"{one} {sign} {other}"))


def _closed(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    if value != SWITCHED_ON:
        return FALSE
    predicate, thing = compiler.fresh("p"), compiler.fresh("v")
    return Exists(f"{node} {predicate} {thing} .", (Test(not_open(compiler.shapes, shape, predicate)),))


def not_open(shapes: Shapes, shape: CompiledShape, predicate: str) -> str:
    """Whether a property is none of those that a closed shape speaks of (SHACL 1.0, section 4.8.1)."""
    ignored = shape.one("ignoredProperties")
    known = [] if ignored is None else [term for term in shapes.members(ignored) if isinstance(term, NamedNode)]
    for member in shape.asks.get("property", ()):
        known += [path for path in shapes.values(member, "path") if isinstance(path, NamedNode)]
    listed = ", ".join(str(term) for term in dict.fromkeys(known))
    return f"!({predicate} IN ({listed}))" if listed else "1 = 1"


def _property(compiler: Compiler, shape: CompiledShape, value: Term, node: str) -> Expression:
    pattern, each = values_of(compiler, shape, node)
    broken = compiler.breaks(value, each)
    return broken if shape.path is None or broken == FALSE else Exists(pattern, (broken,))


# Broken by what a node has, or has not.
OF_NODES: Mapping[str, Broken] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "hasValue": _has_value,
    "qualifiedMinCount": _qualified_min,
    "qualifiedMaxCount": _qualified_max,
    "uniqueLang": _unique_lang,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": partial(_less_than, "<"),
    "lessThanOrEquals": partial(_less_than, "<="),
    "closed": _closed,
    "property": _property,
}


def _iri(term: Term) -> str:
    if isinstance(term, NamedNode):
        return term.value
    raise UncompilableError("a blank node" if isinstance(term, BlankNode) else "a literal where an address belongs")
