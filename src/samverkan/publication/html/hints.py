"""What a page says beside an answer with nothing in it: which of the words of the query have another that works.

The ontology says it: with its own `askInstead`, or by what replaces a deprecated term, what is below a property or is
its inverse, and between which classes it leads. The facts say of which classes a property is used, and which names have
a language. Nothing here knows any word but those of RDFS, OWL and the vocabularies that name things.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import DEPRECATED, LABELS, OWL, RDFS, REPLACED_BY, SKOS, SUBCLASS, TYPE, XSD
from samverkan.model.queries import named_iris, plain_texts, triple_patterns
from samverkan.model.results import Answer, BooleanResult, Graph, Table
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage

_INSTEAD = "askInstead"  # in the site's own namespace
_SUBPROPERTY, _DOMAIN, _RANGE, _INVERSE = f"{RDFS}subPropertyOf", f"{RDFS}domain", f"{RDFS}range", f"{OWL}inverseOf"
_NOTE = f"{SKOS}scopeNote"
_OTHER_NAME = NamedNode(f"{SKOS}altLabel")
_MOST, _MOST_WORDS = 10, 5
_AND = Markup(", ")

MESSAGES: Words = {
    "sv": {
        "hints": "Kanske beror det på orden i frågan:",
        "hint-instead": "{term} svarar sällan på det man vill veta. Fråga i stället efter {others}.",
        "hint-replaced": "{term} används inte längre. Fråga i stället efter {others}.",
        "hint-deprecated": "{term} används inte längre.",
        "hint-close": "{term} finns inte i uppgifterna. Menade du {others}?",
        "hint-unknown": "{term} finns inte i uppgifterna.",
        "hint-other": "{term} används inte i uppgifterna. Fråga i stället efter {others}.",
        "hint-more": "{term} följer av {others}, men det som följer är inte med här.",
        "hint-unused": "{term} används inte i uppgifterna.",
        "hint-direction": "{term} leder från {domain} till {range}.",
        "hint-name": "{term} används inte om {domain}. Fråga i stället efter {others}.",
        "hint-users": "{term} används inte om {domain}, bara om {others}.",
        "hint-note": "Om {term}:",
        "hint-language": "Namn skrivs med språkkod. Skriv {others} i stället för {term}.",
    },
    "en": {
        "hints": "It may be because of the words in the query:",
        "hint-instead": "{term} seldom answers what one wants to know. Ask for {others} instead.",
        "hint-replaced": "{term} is no longer used. Ask for {others} instead.",
        "hint-deprecated": "{term} is no longer used.",
        "hint-close": "{term} is not in the facts. Did you mean {others}?",
        "hint-unknown": "{term} is not in the facts.",
        "hint-other": "No fact uses {term}. Ask for {others} instead.",
        "hint-more": "{term} follows from {others}, but what follows is left out here.",
        "hint-unused": "No fact uses {term}.",
        "hint-direction": "{term} leads from {domain} to {range}.",
        "hint-name": "{term} is not said of {domain}. Ask for {others} instead.",
        "hint-users": "{term} is not said of {domain}, only of {others}.",
        "hint-note": "About {term}:",
        "hint-language": "Names have a language tag. Write {others} instead of {term}.",
    },
}


class Hint(NamedTuple):
    """What is said of a term, by the key of its sentence, and the terms that it names; `of` is the class asked of."""

    key: str
    term: str
    others: tuple[str, ...] = ()
    of: str = ""


def is_nothing(answer: Answer) -> bool:
    """Whether an answer says no, has no row or triple, or counts nothing at all."""
    if isinstance(answer, BooleanResult):
        return not answer.value
    if isinstance(answer, Graph):
        return not answer.triples
    return _counts_nothing(answer)


def _counts_nothing(answer: Table) -> bool:
    rows = answer.solutions()
    first, second = next(rows, None), next(rows, None)
    zeros = [isinstance(each, Literal) and each.value == "0" for each in first or ()]
    return second is None and (first is None or (bool(zeros) and all(zeros)))


def hints(page: HtmlPage, sparql: str, *, stated: bool = False) -> list[Markup]:
    """What the page says of the words of a query that was answered with nothing; `stated` leaves out what follows."""
    prefixes = page.site.prefixes.table
    words, asked = named_iris(sparql, prefixes), _asked(sparql, prefixes)
    found = (_hint(page, iri, asked.get(iri, ()), stated=stated) for iri in words if not iri.startswith(XSD))
    return [*_languages(page, sparql), *(_said(page, hint) for hint in found if hint)][:_MOST]


def _asked(sparql: str, prefixes: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """The properties that a query asks of something of which it says the class too, with these classes."""
    patterns = tuple(triple_patterns(sparql, prefixes))
    classes: dict[str, list[str]] = {}
    for each in patterns:
        if each.property == TYPE.value and each.value:
            classes.setdefault(each.variable, []).append(each.value)
    return {each.property: classes[each.variable] for each in patterns if each.variable in classes}


def _languages(page: HtmlPage, sparql: str) -> Iterator[Markup]:
    """What is said of names that stand in a query without their language."""
    known = page.context.once("tagged-names", lambda: _tagged_names(page))
    for text in dict.fromkeys(plain_texts(sparql)):
        tagged = _AND.join(Markup("<code>%s</code>") % f'"{text}"@{tag}' for tag in sorted(known.get(text, ())))
        if tagged:
            yield _filled(page, "hint-language", term=Markup("<code>%s</code>") % f'"{text}"', others=tagged)


def _tagged_names(page: HtmlPage) -> Mapping[str, set[str]]:
    """The languages that each name is written in, where it has one."""
    found: dict[str, set[str]] = {}
    for name in (*LABELS, _OTHER_NAME):
        for triple in page.site.documents.by_predicate.get(name, ()):
            if isinstance(triple.object, Literal) and triple.object.language:
                found.setdefault(triple.object.value, set()).add(triple.object.language)
    return found


def _hint(page: HtmlPage, iri: str, classes: Sequence[str], *, stated: bool) -> Hint | None:
    """What can be said of a term that is asked of some classes, the most helpful first."""
    instead, replaced = _named(page, iri, page.site.settings.ontology + _INSTEAD), _named(page, iri, REPLACED_BY.value)
    if page.context.objects(iri, DEPRECATED.value) or replaced:
        return Hint("hint-replaced" if replaced else "hint-deprecated", iri, replaced)
    if instead:
        return Hint("hint-instead", iri, instead)
    if not _is_known(page, iri):
        close = _close(page, iri)
        return Hint("hint-close" if close else "hint-unknown", iri, close)
    return _of_word(page, iri, stated=stated) or _of_class(page, iri, classes) or _of_use(page, iri)


def _of_word(page: HtmlPage, iri: str, *, stated: bool) -> Hint | None:
    """What can be said of a class or a property that nobody uses, or that would follow from others."""
    is_word = _is_word(page, iri)
    others = tuple(each for each in _related(page, iri) if _is_used(page, each)) if is_word else ()
    if is_word and not _is_used(page, iri):
        return Hint("hint-other" if others else "hint-unused", iri, others)
    return Hint("hint-more", iri, others) if others and stated else None


def _of_class(page: HtmlPage, iri: str, classes: Sequence[str]) -> Hint | None:
    """What can be said of a property that nothing of a class has: what its things are called by, or who has it."""
    if not classes or any(_is_used(page, each) for each in _related(page, iri)):
        return None  # what is below it, or the other end, may say it of them
    users = _users(page, iri)
    known = [each for each in classes if users and each in page.context.instances]
    wanting = next((each for each in known if not _is_among(page, each, users)), None)
    if wanting is None:
        return None
    names = tuple(each.value for each in LABELS if wanting in _users(page, each.value))
    called = names if NamedNode(iri) in LABELS else ()
    return Hint("hint-name" if called else "hint-users", iri, called or users, wanting)


def _is_among(page: HtmlPage, wanted: str, users: Iterable[str]) -> bool:
    """Whether a class is one of some others, or above one of them."""
    found = list(users)
    for each in found:  # it grows while it is read
        found += [above for above in _named(page, each, SUBCLASS.value) if above not in found]
    return wanted in found


def _users(page: HtmlPage, iri: str) -> tuple[str, ...]:
    """The classes of the things that have a property, the most frequent first."""
    return page.context.once(("users", iri), lambda: _counted_users(page, iri))


def _counted_users(page: HtmlPage, iri: str) -> tuple[str, ...]:
    triples = page.site.documents.by_predicate.get(NamedNode(iri), ())
    things = sorted({str(getattr(each.subject, "value", "")) for each in triples})
    found = Counter(kind for thing in things for kind in _named(page, thing, TYPE.value))
    return tuple(kind for kind, _ in found.most_common())


def _of_use(page: HtmlPage, iri: str) -> Hint | None:
    """What can be said of a word that is used: what one should know of it, or where it leads from and to."""
    if _named(page, iri, TYPE.value) and page.context.texts(iri, _NOTE):
        return Hint("hint-note", iri)
    return Hint("hint-direction", iri) if _ends(page, iri) else None


def _named(page: HtmlPage, iri: str, predicate: str) -> tuple[str, ...]:
    return tuple(value.value for value in page.context.objects(iri, predicate) if isinstance(value, NamedNode))


def _is_known(page: HtmlPage, iri: str) -> bool:
    context = page.context
    return iri in page.site.documents.about or iri in context.incoming or _is_used(page, iri)


def _is_word(page: HtmlPage, iri: str) -> bool:
    """Whether it is a class or a property, and not a thing."""
    kinds = _named(page, iri, TYPE.value)
    return page.context.is_class(iri) or any(kind.startswith(OWL) or kind.endswith("Property") for kind in kinds)


def _is_used(page: HtmlPage, iri: str) -> bool:
    return iri in page.context.uses or iri in page.context.instances


def _close(page: HtmlPage, iri: str) -> tuple[str, ...]:
    """The words that are spelt nearly as one that nobody uses."""
    twin = _twin(iri)
    instead = _named(page, twin, page.site.settings.ontology + _INSTEAD)
    if instead or _is_known(page, twin):
        return instead or (twin,)
    known = {each: _short(page, each) for each in (*page.context.uses, *page.context.instances)}
    close = difflib.get_close_matches(_short(page, iri), known.values(), n=1, cutoff=0.8)
    return tuple(each for each, short in known.items() if short in close)


def _twin(iri: str) -> str:
    """The same address with `https` for `http`, or the reverse: some vocabularies have had both."""
    secure = "https:"
    return f"http:{iri.removeprefix(secure)}" if iri.startswith(secure) else iri.replace("http:", secure, 1)


def _related(page: HtmlPage, iri: str) -> Iterator[str]:
    """The properties that are below a property, at any depth, or are its inverse."""
    yield from _named(page, iri, _INVERSE)
    found, todo = {iri}, [iri]
    while todo:
        for triple in page.context.incoming.get(todo.pop(), ()):
            other = str(getattr(triple.subject, "value", ""))
            if triple.predicate.value in {_SUBPROPERTY, _INVERSE} and other not in found:
                found.add(other)
                yield other
                todo += [other] if triple.predicate.value == _SUBPROPERTY else []


def _ends(page: HtmlPage, iri: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The classes that a property leads from and to."""
    domain, range_ = _named(page, iri, _DOMAIN), _named(page, iri, _RANGE)
    return (domain, range_) if domain and range_ and not range_[0].startswith(XSD) else None


def _said(page: HtmlPage, hint: Hint) -> Markup:
    """A hint as HTML, with what the ontology says of the use of the term."""
    domain, range_ = _ends(page, hint.term) or ((), ())
    sentence = _filled(
        page,
        hint.key,
        term=_word(page, hint.term),
        others=_words(page, hint.others),
        domain=_words(page, (hint.of,) if hint.of else domain),
        range=_words(page, range_),
    )
    note = page.context.texts(hint.term, _NOTE)
    more = Markup(" %s") % page.named(page.locale.pick(note)) if note else Markup("")
    return sentence + more


def _filled(page: HtmlPage, key: str, **words: Markup) -> Markup:
    """A sentence with HTML in its places."""
    return Markup(page.translate(key)).format(**words)  # noqa: S704 - a text of ours, with places for HTML


def _words(page: HtmlPage, iris: Iterable[str]) -> Markup:
    return _AND.join(_word(page, iri) for iri in tuple(iris)[:_MOST_WORDS])


def _word(page: HtmlPage, iri: str) -> Markup:
    """A term as a query writes it, with what it is called where somebody says so."""
    called = Markup(" (%s)") % page.link(iri) if iri in page.site.documents.labels else Markup("")
    return Markup("<code>%s</code>%s") % (_short(page, iri), called)


def _short(page: HtmlPage, iri: str) -> str:
    short = page.site.prefixes.compact(iri)
    return f"<{iri}>" if short == iri else short
