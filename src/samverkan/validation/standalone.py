"""Any RDF files held against any shapes: no site, no settings, blank nodes allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from samverkan.errors import Place, SamverkanError, UnreadableError
from samverkan.model import turtle_mistakes
from samverkan.model.dataset import Dataset, File
from samverkan.model.encodings import plain, plain_xml
from samverkan.model.namespaces import OWL, SH
from samverkan.model.nesting import refuse_nested
from samverkan.model.prefixes import Prefixes
from samverkan.model.today import today
from samverkan.model.turtle_order import Lines, lines_of_nameless
from samverkan.model.turtle_positions import Positions
from samverkan.validation import run, shacl, unreadable
from samverkan.validation.findings import Finding, Report, Severity
from samverkan.validation.messages import finding
from samverkan.validation.shape_checks import constraints_can_hold, messages_are_filled, queries_have_variables
from samverkan.validation.shape_part_checks import (
    nothing_is_to_be_inferred,
    parameters_have_what_they_need,
    unknown_shapes_are_told,
)
from samverkan.validation.site_checks import (
    shapes_ask_for_what_is_evaluated,
    standard_names_exist,
    switches_are_on_or_off,
)
from samverkan.validation.sparql_constraints import queries_are_sound
from samverkan.validation.validation_input import ValidationInput

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
_FETCHING = "LoadDocumentCallback"  # what the library would fetch a context with
# Where the name of a context stands: as the value, in a list of such values, or as what another one imports.
_CONTEXTS = re.compile(r'"@(?:context|import)"\s*:\s*')
_MADE_UP = re.compile("[0-9a-f]{24,32}")  # what the library calls a blank node that has no name in the file


@dataclass(frozen=True)
class RdfFile(File):
    """A file in one of several formats.

    Its blank nodes keep their names where they have some, and are numbered where they have none, so that two runs say
    the same; `mark` tells those of one file from those of another.
    """

    format: RdfFormat = RdfFormat.TURTLE
    mark: str = ""

    @property
    def is_turtle(self) -> bool:
        """Whether it is Turtle, or N-Triples, which is a part of it."""
        return self.format in {RdfFormat.TURTLE, RdfFormat.N_TRIPLES}

    @cached_property
    def positions(self) -> Positions:
        """As for every file; what is relative is so to the address of the file."""
        return Positions(self.content if self.is_turtle else b"", self.graph)

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """What the file states, of whatever graph; raises `UnreadableError` where it breaks the syntax."""
        return tuple(dict.fromkeys(self._stated))

    @cached_property
    def lines_of_nameless(self) -> Lines:
        """As for every file; in other formats they can't be told."""
        return lines_of_nameless(self.positions, self._stated) if self.is_turtle else {}

    @cached_property
    def _stated(self) -> tuple[Triple, ...]:
        """All triples in the order of the parser, those that are stated twice included."""
        refuse_nested(self.content, self.name, self.format)
        try:
            quads = list(parse(self.content, format=self.format, base_iri=self.graph))
        except (SyntaxError, MemoryError) as error:
            raise self._broken(error) from None
        names = _blank_names(quads)
        return tuple(self._renamed(quad, names) for quad in quads)

    def _broken(self, error: SyntaxError | MemoryError) -> UnreadableError:
        if self.format == RdfFormat.TURTLE:
            return turtle_mistakes.unreadable(error, self.name, self.content, relative=True)
        if isinstance(error, SyntaxError) and _FETCHING in str(error):
            return self._remote_context()
        return turtle_mistakes.broken_rdf(error, self.name, self.format.name)

    def _remote_context(self) -> UnreadableError:
        text = self.content.decode("utf-8", "replace")
        name, start = next(_named_contexts(text), ("", 0))
        return UnreadableError(
            f"The context {name} is at another address, and nothing is fetched here.",
            remedy="Write what it says into the file, as the value of @context.",
            place=Place(self.name, text.count("\n", 0, start) + 1),
            sv=f"Kontexten {name} finns på en annan adress, och inget hämtas därifrån. "
            "Skriv det som står där i filen, som värde för @context.",
        )

    def _renamed(self, quad: Quad, names: Mapping[str, str]) -> Triple:
        subject, value = (
            BlankNode(names[term.value] + self.mark) if isinstance(term, BlankNode) else term
            for term in (quad.subject, quad.object)
        )
        assert not isinstance(subject, Literal)
        return Triple(subject, quad.predicate, value)


def _named_contexts(text: str) -> Iterator[tuple[str, int]]:
    """The contexts that JSON-LD names instead of writing them, and where each name stands."""
    for found in _CONTEXTS.finditer(text):
        value, start = _json_at(text, found.end()), found.end()
        for name in (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)):
            yield name, max(text.find(json.dumps(name, ensure_ascii=False), start), start)


def _json_at(text: str, start: int) -> object:
    """The JSON value that begins there; None where it is broken."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _blank_names(quads: Iterable[Quad]) -> Mapping[str, str]:
    """What each blank node is called: as in the file, or by its number among those that have no name there."""
    labels = dict.fromkeys(t.value for q in quads for t in (q.subject, q.object) if isinstance(t, BlankNode))
    numbers = (f"node{number}" for number in count(1) if f"node{number}" not in labels)
    return {label: next(numbers) if _MADE_UP.fullmatch(label) else label for label in labels}


def _inside(path: Path) -> list[Path]:
    """The files in a folder that have a known format, in the order of their names; a file itself."""
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.rglob("*") if each.suffix.lower() in FORMATS and each.is_file())
    if not found:
        known = ", ".join(FORMATS)
        raise UnreadableError(
            f"No file in this folder has a name that ends in one of {known}.",
            remedy="Name the files themselves, or another folder.",
            place=Place(str(path)),
            sv=f"Ingen fil i mappen har ett namn som slutar på något av {known}. Ange filerna, eller en annan mapp.",
        )
    return found


def read_files(paths: Iterable[Path], start: int = 0) -> Iterator[RdfFile]:
    """Read files by what their names end in, and all such files in folders.

    Raises `UnreadableError` for one that can't be read.
    """
    for number, path in enumerate(chain.from_iterable(map(_inside, paths)), start):
        if path.suffix.lower() not in FORMATS:
            known = ", ".join(FORMATS)
            raise UnreadableError(
                f"What format {path.name} has is not known.",
                remedy=f"Give it a name that ends in one of {known}.",
                place=Place(str(path)),
                sv=f"Det framgår inte vilket format {path.name} har. Ge den ett namn som slutar på något av {known}.",
            )
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UnreadableError(
                f"The file can't be read ({error.strerror}).",
                remedy="Check its name and who may read it.",
                place=Place(str(path)),
                sv=f"Filen går inte att läsa ({error.strerror}). Kontrollera namnet och vem som får läsa den.",
            ) from None
        iri, form = path.resolve().as_uri(), FORMATS[path.suffix.lower()]
        mark = f"-{number}" if number else ""
        # XML says itself in which encoding it is.
        text = (plain_xml if form == RdfFormat.RDF_XML else plain)(content, str(path))
        yield RdfFile(str(path), iri, text, form, mark)


def validate(data: Iterable[Path], shapes: Iterable[Path], engine: str = "samverkan", seconds: int = 300) -> Report:
    """Hold RDF files against the shapes in others, and report all results with file and line.

    Classes below others are known from the data. Nothing is fetched: `owl:imports` is told, and not followed.
    A file that can't be read is a finding, and then nothing else is checked.
    """
    files, rules = _readable(data, 0), _readable(shapes, 1000)
    broken = tuple(each for each in (*files, *rules) if isinstance(each, SamverkanError))
    return unreadable(broken) if broken else validate_files(_files(files), _files(rules), engine, seconds)


def validate_files(
    data: Iterable[RdfFile], shapes: Iterable[RdfFile], engine: str = "samverkan", seconds: int = 300
) -> Report:
    """Hold RDF that is read already against shapes; raises `UnreadableError` where some of it breaks its syntax."""
    dataset = Dataset((), tuple(data), tuple(shapes))
    case = ValidationInput(dataset, "", "", Prefixes({}), engine=engine, seconds=seconds, as_of=today())
    return run(case, CHECKS)


def _readable(paths: Iterable[Path], start: int) -> list[RdfFile | SamverkanError]:
    found: list[RdfFile | SamverkanError] = []
    for number, path in enumerate(paths, start):
        try:
            [file] = read_files((path,), number)
            _ = file.triples
            found.append(file)
        except SamverkanError as error:
            found.append(error)
    return found


def _files(found: Iterable[RdfFile | SamverkanError]) -> Iterator[RdfFile]:
    return (each for each in found if isinstance(each, RdfFile))


def something_is_checked(case: ValidationInput) -> Iterator[Finding]:
    """Some shape reaches some node: data that nothing is asked of conform to anything."""
    if not any(shape.nodes for shape in case.reach.coverage()):
        yield finding("nothing-checked", place=Place(case.dataset.shapes[0].name) if case.dataset.shapes else None)


def shapes_are_whole(case: ValidationInput) -> Iterator[Finding]:
    """What the shapes ask for beyond themselves is told: files that they import, and JavaScript."""
    for file in case.dataset.shapes:
        for triple in file.triples:
            if triple.predicate == NamedNode(f"{OWL}imports"):
                name = triple.object.value if isinstance(triple.object, NamedNode) else str(triple.object)
                yield finding("import-not-followed", place=Place(file.name), value=name, name=name)
            elif triple.predicate == NamedNode(f"{SH}js"):
                yield finding("javascript-shape", place=Place(file.name), value=f"{SH}js")


def names_of_shacl_exist(case: ValidationInput) -> Iterator[Finding]:
    """A name of SHACL is one that it has; a warning, for others may know more names, but nothing is checked by it."""
    named = (found for found in standard_names_exist(case) if (found.value or "").startswith(SH))
    return (replace(found, severity=Severity.WARNING) for found in named)


CHECKS = (
    queries_are_sound,
    names_of_shacl_exist,
    something_is_checked,
    shapes_are_whole,
    switches_are_on_or_off,
    shapes_ask_for_what_is_evaluated,
    unknown_shapes_are_told,
    parameters_have_what_they_need,
    nothing_is_to_be_inferred,
    constraints_can_hold,
    queries_have_variables,
    messages_are_filled,
    shacl.check,
)
