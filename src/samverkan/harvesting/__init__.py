"""What a portal sees when it harvests a catalogue tonight: held against DCAT-AP-SE, and scored as the EU scores it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from pyoxigraph import NamedNode, RdfFormat

from samverkan.errors import Place
from samverkan.harvesting.quality import Score, conformity, scored
from samverkan.validation.findings import Finding, Report, Severity
from samverkan.validation.standalone import RdfFile, validate_files

__all__ = ["Harvest", "Score", "harvest"]

_BASE = "https://relative.invalid/"  # what an address begins with that was written without its beginning
_SHAPES = "dcat_ap_se.ttl"


@dataclass(frozen=True)
class Harvest:
    """What was found wrong or missing, and the score in each of its parts."""

    report: Report
    scores: tuple[Score, ...]


def harvest(content: bytes, name: str) -> Harvest:
    """Check a catalogue in RDF/XML; `name` is what the file is called in findings.

    Raises `UnreadableError` where it is no RDF/XML.
    """
    file = RdfFile(name, _BASE, content.removeprefix(b"\xef\xbb\xbf"), RdfFormat.RDF_XML)
    report = validate_files((file,), (_rules(),))
    whole = Report((*_relative(file), *report.findings), report.coverage, report.triples)
    return Harvest(whole, (*scored(file.triples), conformity(whole.conforms)))


def _rules() -> RdfFile:
    return RdfFile(_SHAPES, f"{_BASE}shapes", files(__name__).joinpath(_SHAPES).read_bytes())


def _relative(file: RdfFile) -> Iterator[Finding]:
    """Addresses without their beginning: what they mean depends on where the file is read from."""
    terms = (term for triple in file.triples for term in (triple.subject, triple.object))
    for iri in dict.fromkeys(term.value for term in terms if isinstance(term, NamedNode)):
        if iri.startswith(_BASE):
            written = iri.removeprefix(_BASE)
            message = {
                "sv": f"Adressen ”{written}” är inte fullständig. Skriv den från och med https://.",
                "en": f"The address '{written}' is not absolute. Write it in full, from https:// on.",
            }
            places = (Place(file.name),)
            yield Finding("harvest", "absolute-address", Severity.VIOLATION, message, focus=written, places=places)
