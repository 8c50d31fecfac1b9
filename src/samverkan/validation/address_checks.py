"""The checks of addresses: prefixes are the site's own, graphs have files, and mail addresses are some."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from samverkan.errors import Place
from samverkan.model import paths
from samverkan.model.namespaces import FOAF, SCHEMA, TYPE, VCARD, WELL_KNOWN
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.standard_names import is_term
from samverkan.validation.validation_input import ValidationInput

_HEAD = 1 << 16  # bytes at the beginning of a file: prefixes stand there
_PREFIX = re.compile(rb"^[ \t]*@?prefix\s+([^\s:<>]*):\s*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE)
_ALIKE = 0.7
_CONTEXT = "ontology/context.jsonld"
_LIKE_OURS = re.compile(rf"(?P<base>[a-z]+://.*/)(?P<tail>{paths.THINGS}[^/]+/|{paths.GRAPHS})")
_MAILBOXES = tuple(map(NamedNode, (f"{VCARD}hasEmail", f"{FOAF}mbox")))
# RFC 6068: addresses between commas, then headers. No quoted local parts and no addresses of hosts: they are mistakes.
_ADDRESS = r"[^\s@,?\"<>()]+@[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}"
_MAILTO = re.compile(rf"mailto:(?!/){_ADDRESS}(?:,{_ADDRESS})*(?:\?\S*)?", re.IGNORECASE)

# No host, a user with or without a password, or another address in place of the host.
_NAMES_A_HOST = re.compile(r"(?!https?://(?:[/?#:]|$|[^/?#]*@|https?:?/))", re.IGNORECASE)


class DeclaredPrefix(NamedTuple):
    """A prefix with its namespace, and where that is said."""

    place: Place
    prefix: str
    namespace: str


def prefixes_are_of_the_site(case: ValidationInput) -> Iterator[Finding]:
    """No prefix of the site is left at the base of another one, whose files were copied."""
    declared = tuple(_declared(case))
    own = {(each.prefix, each.namespace[len(case.base) :]) for each in declared if _is_own(each.namespace, case)}
    for each in declared:
        found = _LIKE_OURS.fullmatch(each.namespace)
        if found and not _is_own(each.namespace, case) and not _is_own(_other_scheme(each.namespace), case):
            wanted = case.base + found["tail"]
            if (each.prefix, found["tail"]) in own or _describes(each.namespace, case):
                words = {"prefix": each.prefix, "wanted": wanted}
                found_there = finding("prefix-of-another-site", place=each.place, **words, **_at(each))
                yield replace(found_there, meant=wanted if (each.prefix, found["tail"]) in own else None)


def prefixes_are_as_usual(case: ValidationInput) -> Iterator[Finding]:
    """No prefix stands for a namespace in which nothing is, while its usual one has all that is meant."""
    usual = {**WELL_KNOWN, **case.prefixes.table}
    known = {*usual.values(), *map(_other_scheme, usual.values()), SCHEMA}
    for each in (*_declared(case), *_in_queries(case)):
        right = usual.get(each.prefix, each.namespace)
        is_of_context = _is_own(each.namespace, case) and not _is_own(right, case)  # that is another site's
        if each.namespace not in {right, _other_scheme(right)} and not (is_of_context or _is_told(each, case)):
            is_slip = each.namespace not in known and _are_alike(each.namespace, right)
            if is_slip or _are_elsewhere(case, each, right):
                words = {"prefix": each.prefix, "wrong": each.namespace, "right": right}
                yield finding("other-namespace", place=each.place, value=each.namespace, meant=right, **words)


def _in_queries(case: ValidationInput) -> Iterator[DeclaredPrefix]:
    """The prefixes of the canned queries."""
    for query in case.queries:
        for found in _PREFIX.finditer(head := query.text.encode()):
            place = Place(query.place.file, head.count(b"\n", 0, found.start(1)) + 1)
            yield DeclaredPrefix(place, *(part.decode("utf-8", "replace") for part in found.groups()))


def _is_told(declared: DeclaredPrefix, case: ValidationInput) -> bool:
    """Whether a prefix is another site's, or stands where all others are from."""
    is_own = _is_own(declared.namespace, case)
    is_like_ours = bool(_LIKE_OURS.fullmatch(declared.namespace))
    return (is_like_ours and not is_own) or declared.place.file == _CONTEXT


def _are_alike(one: str, other: str) -> bool:
    """Whether two namespaces differ in slashes, a `www` or capitals alone, or in a letter or two of one part."""
    first, second = (re.sub(r"//www\.|[/#]+", "/", each.lower()).strip("/").split("/") for each in (one, other))
    differing = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    is_near = all(SequenceMatcher(None, *pair).ratio() >= _ALIKE for pair in differing)
    return len(first) == len(second) and len(differing) <= 1 and is_near


def _are_elsewhere(case: ValidationInput, declared: DeclaredPrefix, right: str) -> bool:
    """Whether all that a file names with a prefix is in another namespace, and not in the one that the file gives."""
    texts = {each.name: each.content.decode("utf-8", "replace") for each in case.dataset.files}
    texts |= {each.place.file: each.text for each in case.queries}
    code = re.sub(r'(?m)^\s*#.*$|"[^"\n]*"', "", texts[declared.place.file])
    names = set(re.findall(rf"(?<![\w:<]){re.escape(declared.prefix)}:([\w.-]*\w)", code))
    spaces = (right, declared.namespace)
    has, lacks = (all(_is_known(case, space + name) for name in names) for space in spaces)
    return bool(names) and has and not lacks


def _is_known(case: ValidationInput, iri: str) -> bool:
    return is_term(iri) or case.graph.number(NamedNode(iri)) in case.graph.subjects


_SCHEMES = ("http://", "https://")


def schemes_are_right(case: ValidationInput) -> Iterator[Finding]:
    """No file has `http://` at the beginning of a namespace that begins with `https://`, or the other way round."""
    known = {*case.prefixes.table.values(), *WELL_KNOWN.values(), case.base, case.ontology} - {SCHEMA}
    wrong = {_other_scheme(each): each for each in sorted(known) if each.startswith(_SCHEMES)}
    found: dict[str, dict[str, list[Place]]] = {}
    for each in _declared(case):
        right = _right(each.namespace, wrong, case)
        if right and each.namespace not in known:
            found.setdefault(each.place.file, {}).setdefault(each.namespace, []).append(each.place)
    for file in case.dataset.files if case.written is None else ():
        for other in sorted({_other_scheme(case.base), _other_scheme(case.ontology)}):
            if f"<{other}".encode() in file.content and not any(n.startswith(other) for n in found.get(file.name, ())):
                line = file.content[: file.content.index(f"<{other}".encode())].count(b"\n") + 1
                found.setdefault(file.name, {}).setdefault(other, []).append(Place(file.name, line))
    for places in found.values():
        yield from _schemes(places, lambda each: _right(each, wrong, case) or each)


def _schemes(places: Mapping[str, list[Place]], right: Callable[[str], str]) -> Iterator[Finding]:
    """One finding a file and host."""
    hosts: dict[str, list[str]] = {}
    for namespace in places:
        hosts.setdefault("/".join(namespace.split("/")[:4]) + "/", []).append(namespace)
    for start, namespaces in hosts.items():
        wrong = namespaces[0] if len(namespaces) == 1 else start
        lines = sorted(place.line for each in namespaces for place in places[each] if place.line)
        first = min((place for each in namespaces for place in places[each]), key=lambda place: place.line or 0)
        more = ", ".join(map(str, lines[1:]))
        scheme, other = wrong.partition("//")[0] + "//", right(namespaces[0]).partition("//")[0] + "//"
        meant = other + wrong.partition("//")[2]
        slots = {"wrong": wrong, "right": meant, "scheme": scheme, "other": other}
        said = {"sv": f", också på rad {more}" if more else "", "en": f", on lines {more} too" if more else ""}
        yield finding("other-scheme", place=first, value=wrong, meant=meant, **slots, **said)


def _other_scheme(namespace: str) -> str:
    one, other = _SCHEMES if namespace.startswith(_SCHEMES[0]) else _SCHEMES[::-1]
    return other + namespace.removeprefix(one)


def _right(namespace: str, wrong: Mapping[str, str], case: ValidationInput) -> str | None:
    """A namespace with the scheme that it has here; None where it is right, or nobody knows it."""
    if not namespace.startswith(_SCHEMES):
        return None
    other = _other_scheme(namespace)
    return other if namespace in wrong or other.startswith((case.base, case.ontology)) else None


def _at(declared: DeclaredPrefix) -> dict[str, str]:
    return {"value": declared.namespace, "name": declared.namespace}


def _is_own(namespace: str, case: ValidationInput) -> bool:
    return namespace.startswith((case.base, case.ontology))


def _describes(namespace: str, case: ValidationInput) -> bool:
    """Whether the data say what something is whose address begins with a namespace."""
    return any(iri.startswith(namespace) for iri in _foreign(case))


def _foreign(case: ValidationInput) -> Iterator[str]:
    index, graph = case.graph.forward(case.graph.number(TYPE)), case.graph
    typed = (graph.terms[number] for number in index.keys() & case.in_data)
    return (t.value for t in typed if isinstance(t, NamedNode) and not t.value.startswith((case.base, case.ontology)))


def _declared(case: ValidationInput) -> Iterator[DeclaredPrefix]:
    """The prefixes at the beginning of each file of the site, and those of the JSON-LD context."""
    for file in case.dataset.files if case.written is None else case.written.files:
        head = file.content[:_HEAD] if file.is_turtle else b""
        for found in _PREFIX.finditer(head):
            line = head.count(b"\n", 0, found.start(1)) + 1
            yield DeclaredPrefix(Place(file.name, line), *(part.decode("utf-8", "replace") for part in found.groups()))
    for prefix, namespace in sorted(case.prefixes.table.items()):
        yield DeclaredPrefix(Place(_CONTEXT), prefix, namespace)


def graphs_have_files(case: ValidationInput) -> Iterator[Finding]:
    """What is described as a graph of the site is a file of it."""
    graphs, known = case.base + paths.GRAPHS, {file.graph for file in case.dataset.published}
    texts = (case.graph.texts[number] or "" for number in case.graph.subjects)
    for iri in sorted({text for text in texts if text.startswith(graphs)} - known):
        yield finding("graph-without-file", focus=iri, name=f"data/{iri.removeprefix(graphs)}.ttl")


def mailboxes_can_be_written_to(case: ValidationInput) -> Iterator[Finding]:
    """A `mailto:` has an address that mail can be sent to, and a mailbox is a `mailto:`."""
    graph = case.graph
    for triple in graph.having(graph.failing_iris("mail", None, _is_good_mail)):
        yield _mailbox(triple)
    for triple in case.triples(*_MAILBOXES):
        if not (isinstance(triple.object, NamedNode) and triple.object.value.lower().startswith("mailto:")):
            yield _mailbox(triple)


def web_addresses_name_a_host(case: ValidationInput) -> Iterator[Finding]:
    """An address on the web names a host, once, and nobody's password: a browser would go elsewhere, or nowhere."""
    graph = case.graph
    for triple in graph.having(graph.failing_iris("web", None, _NAMES_A_HOST.match)):
        odd = next(each for each in (triple.object, triple.predicate, triple.subject) if _is_odd(each))
        focus = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
        path, value = triple.predicate.value, str(triple.object)
        yield finding("bad-web-address", focus=focus, path=path, value=value, name=getattr(odd, "value", ""))


def _is_odd(term: object) -> bool:
    return isinstance(term, NamedNode) and not _NAMES_A_HOST.match(term.value)


def _is_good_mail(iri: str) -> bool:
    return iri[:7].lower() != "mailto:" or bool(_MAILTO.fullmatch(iri))


def _mailbox(triple: Triple) -> Finding:
    value = getattr(triple.object, "value", str(triple.object))
    focus = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
    path, meant = triple.predicate.value, f"mailto:{value.strip()}"
    found = finding("bad-mailto", focus=focus, path=path, value=str(triple.object), name=value)
    return replace(found, meant=f"<{meant}>") if _MAILTO.fullmatch(meant) else found
