"""The score that the EU's portal shows for a dataset (Metadata Quality Assessment, MQA): 405 points in five dimensions.

The points are those of the method that data.europa.eu publishes. What only a request over the network can tell is
never guessed: such a metric is neither met nor missed. A metric of files is met where every file meets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.namespaces import DCAT, DCTERMS, EU_AUTHORITY, TYPE
from samverkan.model.results import Term

Texts = Mapping[str, str]
_About = Mapping[str, Sequence[Term]]
_Test = Callable[[_About], bool]

MOST = 405
# The least number of points for each rating, the best first.
RATINGS: Sequence[tuple[int, Texts]] = (
    (351, {"sv": "utmärkt", "en": "excellent"}),
    (221, {"sv": "bra", "en": "good"}),
    (121, {"sv": "tillräckligt", "en": "sufficient"}),
    (0, {"sv": "otillräckligt", "en": "bad"}),
)

_FILE_TYPES = f"{EU_AUTHORITY}file-type/"
_ACCESS_RIGHTS = f"{EU_AUTHORITY}access-right/"
_LICENCES = ("http://creativecommons.org/", "https://creativecommons.org/", f"{EU_AUTHORITY}licence/")
_CODES = ("CSV", "JSON", "JSON_LD", "RDF_N_QUADS", "RDF_N_TRIPLES", "RDF_TRIG", "RDF_TURTLE", "RDF_XML", "TSV", "XML")
_MACHINE_READABLE = frozenset(_FILE_TYPES + code for code in _CODES)


@dataclass(frozen=True)
class Score:
    """One metric: its dimension, what it asks for, its points, and whether it is met; None where only a visit tells."""

    dimension: Texts
    asks: Texts
    points: int
    met: bool | None


@dataclass(frozen=True)
class _Metric:
    dimension: str
    sv: str
    en: str
    points: int
    test: _Test | None  # none where only a request could tell
    of_files: bool = False


def _has(name: str) -> _Test:
    return lambda about: bool(about.get(name))


def _among(name: str, *starts: str) -> _Test:
    return lambda about: any(_value(term).startswith(starts) for term in about.get(name, ()))


def _readable(about: _About) -> bool:
    return any(_value(term) in _MACHINE_READABLE for term in about.get(f"{DCTERMS}format", ()))


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


_DIMENSIONS: Mapping[str, Texts] = {
    "findability": {"sv": "Sökbarhet", "en": "Findability"},
    "accessibility": {"sv": "Åtkomst", "en": "Accessibility"},
    "interoperability": {"sv": "Interoperabilitet", "en": "Interoperability"},
    "reusability": {"sv": "Återanvändning", "en": "Reusability"},
    "contextuality": {"sv": "Sammanhang", "en": "Contextuality"},
}
_METRICS = (
    _Metric("findability", "nyckelord", "keywords", 30, _has(f"{DCAT}keyword")),
    _Metric("findability", "teman", "themes", 30, _has(f"{DCAT}theme")),
    _Metric("findability", "geografiskt område", "geographical area", 20, _has(f"{DCTERMS}spatial")),
    _Metric("findability", "tidsperiod", "period of time", 20, _has(f"{DCTERMS}temporal")),
    _Metric("accessibility", "filens adress svarar", "the file's address answers", 50, None, of_files=True),
    _Metric("accessibility", "adress för nedladdning", "address for download", 20, _has(f"{DCAT}downloadURL"), True),
    _Metric("accessibility", "nedladdningen svarar", "the download answers", 30, None, of_files=True),
    _Metric("interoperability", "format", "format", 20, _has(f"{DCTERMS}format"), of_files=True),
    _Metric("interoperability", "medietyp", "media type", 10, _has(f"{DCAT}mediaType"), of_files=True),
    _Metric(
        "interoperability",
        "format ur EU:s lista",
        "format from the EU's list",
        10,
        _among(f"{DCTERMS}format", _FILE_TYPES),
        of_files=True,
    ),
    _Metric("interoperability", "öppet format", "a format that nobody owns", 20, _readable, of_files=True),
    _Metric("interoperability", "maskinläsbart format", "a machine-readable format", 20, _readable, of_files=True),
    _Metric("reusability", "licens", "licence", 20, _has(f"{DCTERMS}license"), of_files=True),
    _Metric(
        "reusability", "känd licens", "a known licence", 10, _among(f"{DCTERMS}license", *_LICENCES), of_files=True
    ),
    _Metric("reusability", "åtkomsträttighet", "access rights", 10, _has(f"{DCTERMS}accessRights")),
    _Metric(
        "reusability",
        "åtkomsträttighet ur EU:s lista",
        "access rights from the EU's list",
        5,
        _among(f"{DCTERMS}accessRights", _ACCESS_RIGHTS),
    ),
    _Metric("reusability", "kontakt", "contact", 20, _has(f"{DCAT}contactPoint")),
    _Metric("reusability", "utgivare", "publisher", 10, _has(f"{DCTERMS}publisher")),
    _Metric("contextuality", "rättigheter", "rights", 5, _has(f"{DCTERMS}rights"), of_files=True),
    _Metric("contextuality", "filstorlek", "size of the file", 5, _has(f"{DCAT}byteSize"), of_files=True),
    _Metric("contextuality", "utgivningsdatum", "date of issue", 5, _has(f"{DCTERMS}issued")),
    _Metric("contextuality", "ändringsdatum", "date of the last change", 5, _has(f"{DCTERMS}modified")),
)


def scored(triples: Iterable[Triple]) -> tuple[Score, ...]:
    """The score of the datasets of a catalogue together, metric by metric: met where each dataset meets it."""
    about = _indexed(triples)
    return tuple(
        Score(_DIMENSIONS[each.dimension], {"sv": each.sv, "en": each.en}, each.points, _met(each, about))
        for each in _METRICS
    )


def conformity(met: bool) -> Score:
    """The score for a catalogue that breaks no rule of the profile, or does."""
    return Score(_DIMENSIONS["interoperability"], {"sv": "följer DCAT-AP", "en": "conforms to DCAT-AP"}, 30, met)


def rating(points: int) -> Texts:
    """What the portal calls a number of points."""
    return next(words for least, words in RATINGS if points >= least)


def _met(metric: _Metric, about: Mapping[str, _About]) -> bool | None:
    if metric.test is None:
        return None
    kind = f"{DCAT}Distribution" if metric.of_files else f"{DCAT}Dataset"
    asked = [facts for facts in about.values() if NamedNode(kind) in facts.get(TYPE.value, ())]
    return bool(asked) and all(metric.test(facts) for facts in asked)


def _indexed(triples: Iterable[Triple]) -> Mapping[str, _About]:
    found: dict[str, dict[str, list[Term]]] = {}
    for triple in triples:
        found.setdefault(str(triple.subject), {}).setdefault(triple.predicate.value, []).append(triple.object)
    return found
