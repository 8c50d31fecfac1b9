"""Descriptions of tables: one TOML file for each, in `tables/` of a site, or those that come with the program.

A table says which things are its rows, what a new one is called, and for each column its title, the property it shows
and how its cells are read. A description may be `like` another one, with other headings: that is how a workbook that
is there already is mapped.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from samverkan import confined_files
from samverkan.authoring.shipped import shipped
from samverkan.errors import Place, UnreadableError, UsageError
from samverkan.model.namespaces import TYPE
from samverkan.model.prefixes import Prefixes
from samverkan.site.folder import CONTEXT, suggestion

FOLDER = "tables"
SUFFIX = ".toml"
SOURCES = "sources"
LANGUAGES = ("sv", "en")
READINGS = frozenset({"text", "thing", "date", "period", "link", "mailbox", "number", "page", "heading", "line"})

_LOCAL = re.compile(r"[A-Za-z0-9_{}#./-]+")

OWN = "{own}"
"""What stands for the organisation whose facts a site has."""

Texts = Mapping[str, str]
Says = tuple[str, str]
"""A property, and a value as in N-Triples."""


@dataclass(frozen=True)
class PathStep:
    """A step from one thing to another: the IRI of a property, or against its direction."""

    property: str
    is_inverse: bool = False


@dataclass(frozen=True)
class Word:
    """A word that may stand in a cell in place of a value, and what it says of the thing."""

    texts: tuple[str, ...]
    shown: Texts
    says: tuple[Says, ...]


@dataclass(frozen=True)
class ColumnDescription:
    """A column: its titles, where its values are, and how cells are read (`reads` is one of `READINGS`)."""

    name: str
    title: Texts
    reads: str
    path: tuple[PathStep, ...] = ()
    also: tuple[PathStep, ...] = ()
    help: Texts = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    language: str = ""
    of: str = ""
    scheme: str = ""
    via: str = ""
    via_address: str = ""
    datatype: str = ""
    unit: str = ""
    default: str = ""
    not_before: str = ""
    not_after: str = ""
    precision: str = ""
    precisions: str = ""
    several: bool = False
    required: bool = False
    new: bool = False
    personal: bool = False
    rough_only: bool = False
    except_own: bool = False
    words: tuple[Word, ...] = ()
    says: tuple[Says, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_source(self) -> bool:
        """Whether it tells where the facts of its row are from, and is no fact itself."""
        return self.reads in {"page", "heading", "line"}

    @cached_property
    def properties(self) -> frozenset[str]:
        """The properties of the row's thing that this column speaks for beside that of its path."""
        said = (each for word in self.words for each, _ in word.says)
        more = (self.not_before, self.not_after, self.precision, *said, *(each for each, _ in self.says))
        return frozenset(more) - {""}


@dataclass(frozen=True)
class Recipe:
    """How one thing is asked for: `samverkan new NAME`. A recipe that is `changing` is about a thing that is there."""

    name: str
    table: str
    title: Texts
    ask: tuple[str, ...]
    copy_from: str = ""
    copied: tuple[str, ...] = ()
    set: Mapping[str, str] = field(default_factory=dict)
    changing: bool = False


@dataclass(frozen=True)
class TableDescription:
    """A table: the classes of its things, how new ones are called, and its columns.

    Its things are personal data: `always`, as a `whole` where a personal column has a value, or by column (empty).
    `order` is its place among all tables of a workbook, and `read` that in which their rows are read.
    """

    name: str
    title: Texts
    classes: tuple[str, ...]
    addresses: tuple[str, ...]
    columns: tuple[ColumnDescription, ...]
    file: str
    status: str = ""
    personal: str = ""
    keys: tuple[tuple[str, ...], ...] = ()
    parts: tuple[PathStep, ...] = ()
    always: tuple[Says, ...] = ()
    without: str = ""
    sheets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    like: str = ""
    order: int = 99
    read: int = 99

    @cached_property
    def is_of_own(self) -> str:
        """The table in which the site's own organisation is; empty where a row does not always have it."""
        said = {predicate for predicate, value in self.always if value == OWN}
        return next((each.of for each in self.columns if each.of and said & {s.property for s in each.path}), "")

    def column(self, name: str) -> ColumnDescription:
        """A column by its name; raises `KeyError`."""
        return self._columns[name]

    @cached_property
    def _columns(self) -> Mapping[str, ColumnDescription]:
        return {each.name: each for each in self.columns}

    @cached_property
    def headings(self) -> Mapping[str, ColumnDescription]:
        """The columns by all that may stand in a heading, as `plain` has it; the first column wins."""
        found: dict[str, ColumnDescription] = {}
        for each in self.columns:
            for text in (*each.headings, *each.title.values(), each.name):
                found.setdefault(plain(text), each)
        return found


@dataclass(frozen=True)
class Sources:
    """How a site says where facts are from: templates in Turtle, and the properties that tell of a file and a fact."""

    page: str
    heading: str
    passage: str
    graph: str
    notice: str
    is_personal: str
    status: str
    evident: str
    datatype: str
    states: str
    has_heading: str
    has_source: str
    selector: str
    line: str
    quotes: str
    url: str
    page_class: str
    unsupported: frozenset[str]


@dataclass(frozen=True)
class Descriptions:
    """All tables of a site by their names, and how it names sources."""

    tables: Mapping[str, TableDescription]
    sources: Sources

    def table(self, name: str) -> TableDescription:
        """A table by its name or one of its titles; raises `UsageError` that says which there are."""
        wanted = plain(name)
        for each in self.tables.values():
            if wanted in {plain(each.name), *map(plain, each.title.values())}:
                return each
        raise UsageError(
            f"There is no table '{name}'.",
            remedy=suggestion(name, self.tables),
            sv=f"Det finns ingen tabell '{name}'. Tabellerna är: {', '.join(self.tables)}.",
        )

    @property
    def recipes(self) -> Mapping[str, Recipe]:
        """All that can be asked for, by name."""
        return {each.name: each for table in self.tables.values() for each in table.recipes}


def plain(text: str) -> str:
    """A heading without what makes no difference: case, space, a star, a colon, what stands in brackets.

    >>> plain(" Undertecknat *: "), plain("Signed (date)"), plain("Giltigt t.o.m.")
    ('undertecknat', 'signed', 'giltigt tom')
    """
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", text.casefold())
    return " ".join(re.sub(r"[*:?!\"'_\u00a0\u200b\ufeff]", " ", bare.replace(".", "")).split())


def read_descriptions(root: Path, prefixes: Prefixes) -> Descriptions:
    """The tables of a site: its own, and those of the program that it has none of the same name of.

    Raises `UnreadableError` with the file and what is wrong in it.
    """
    raw = dict(_raw(root))
    reading = _Reading(raw, Prefixes({**_shipped_prefixes(), **prefixes.table}))
    tables = {name: reading.table(name) for name in raw if name != SOURCES}
    return Descriptions(tables, reading.sources())


def _shipped_prefixes() -> Mapping[str, str]:
    """The prefixes of the program's own context, for a site that has none."""
    root = shipped().root
    return Prefixes.from_context(json.loads((root / CONTEXT).read_bytes())["@context"]).table


def _raw(root: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    own = {path.name: path for path in sorted((root / FOLDER).glob(f"*{SUFFIX}"))}
    for name, content in shipped().tables.items():
        base = name.partition("/")[2]
        if base not in own:
            yield base.removesuffix(SUFFIX), _toml(name, content)
    for base, path in own.items():
        name = f"{FOLDER}/{base}"
        yield base.removesuffix(SUFFIX), _toml(name, confined_files.read_file(path, name))


def _toml(name: str, content: bytes) -> Mapping[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(
            f"This is not TOML: {error}.",
            place=Place(name),
            remedy="Correct it there.",
            sv=f"Det här är inte TOML ({error}). Rätta där.",
        ) from None


@dataclass(frozen=True)
class _Reading:
    """Descriptions on their way from TOML."""

    raw: Mapping[str, Mapping[str, Any]]
    prefixes: Prefixes

    def table(self, name: str, above: tuple[str, ...] = ()) -> TableDescription:
        given = self.raw[name]
        if "like" in given:
            return self._mapped(name, given, above)
        try:
            return self._described(name, given)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise _faulty(name, str(error).strip("'\"")) from None

    def _described(self, name: str, given: Mapping[str, Any]) -> TableDescription:
        columns = tuple(self._column(name, each) for each in given["column"])
        known = {each.name for each in columns}
        for address in given["address"]:
            if not _LOCAL.fullmatch(address):
                raise ValueError(f"address = {address!r}")
        new = given.get("new", {})
        recipes = tuple(self._recipe(name, key, each, known) for key, each in new.items())
        return TableDescription(
            name=name,
            title=dict(given["title"]),
            classes=tuple(map(self.iri, given["class"])),
            addresses=tuple(given["address"]),
            columns=columns,
            file=given.get("file", name),
            status=self.iri(given["status"]) if "status" in given else "",
            personal={True: "always", False: ""}.get(given.get("personal", False), "whole"),
            keys=tuple(tuple(each) for each in given.get("keys", ())),
            parts=tuple(map(self._step, given.get("parts", ()))),
            always=tuple(map(self._says, given.get("always", ()))),
            without=self.iri(given["without"]) if "without" in given else "",
            sheets=tuple(given.get("sheets", ())),
            ignored=tuple(map(plain, given.get("ignore", ()))),
            recipes=recipes,
            order=int(given.get("order", 99)),
            read=int(given.get("read", 99)),
        )

    def _mapped(self, name: str, given: Mapping[str, Any], above: tuple[str, ...]) -> TableDescription:
        """A table that is like another one, with headings, words and defaults of its own."""
        other = given["like"]
        if other not in self.raw or other in above or other == name:
            raise _faulty(name, f"like = {other!r}")
        base = self.table(other, (*above, name))
        columns = self._mapped_columns(name, given, base.columns)
        first = {
            plain(text): next(c for c in columns if c.name == to) for text, to in given.get("headings", {}).items()
        }
        mapped = replace(
            base,
            name=name,
            title=dict(given.get("title", base.title)),
            columns=columns,
            sheets=tuple(given.get("sheets", ())),
            ignored=(*base.ignored, *map(plain, given.get("ignore", ()))),
            recipes=(),
            like=base.like or base.name,
        )
        mapped.__dict__["headings"] = {**mapped.headings, **first}  # its own headings win
        return mapped

    def _mapped_columns(
        self, name: str, given: Mapping[str, Any], columns: tuple[ColumnDescription, ...]
    ) -> tuple[ColumnDescription, ...]:
        """Columns of another table with headings, words and defaults of this one."""
        headings, values, defaults = (given.get(key, {}) for key in ("headings", "values", "defaults"))
        known = {each.name for each in columns}
        unknown = [each for each in (*headings.values(), *values, *defaults) if each not in known]
        if unknown:
            raise _faulty(name, f"{unknown[0]!r}: {suggestion(str(unknown[0]), known)}")
        return tuple(
            replace(
                each,
                headings=(*(text for text, to in headings.items() if to == each.name), *each.headings),
                values={**each.values, **{plain(k): self._value(v) for k, v in values.get(each.name, {}).items()}},
                default=self._value(str(defaults.get(each.name, each.default))),
                several=each.several or each.name in given.get("several", ()),
                new=each.new or each.name in given.get("new", ()),
            )
            for each in columns
        )

    def _column(self, table: str, given: Mapping[str, Any]) -> ColumnDescription:
        name, reads = given["name"], given.get("reads", "text")
        unknown = (
            given.keys() - ColumnDescription.__dataclass_fields__.keys() - {"sv", "en", "help_sv", "help_en", "word"}
        )
        if unknown or reads not in READINGS:
            raise _faulty(table, f"column {name!r}: {', '.join(sorted(unknown)) or reads}")
        plainly: dict[str, Any] = {key: given[key] for key in _PLAIN if key in given}
        iris: dict[str, Any] = {key: self.iri(given[key]) for key in _IRIS if key in given}
        first, *also = given["path"].split("|") if "path" in given else ("",)
        path = tuple(map(self._step, first.split("/"))) if first else ()
        return ColumnDescription(
            name=name,
            title={"sv": given["sv"], "en": given["en"]},
            help={tag: given[f"help_{tag}"] for tag in LANGUAGES if f"help_{tag}" in given},
            reads=reads,
            path=path,
            also=tuple(map(self._step, also)),
            headings=tuple(given.get("headings", ())),
            words=tuple(map(self._word, given.get("word", ()))),
            says=tuple(map(self._says, given.get("says", ()))),
            values={plain(key): self._value(value) for key, value in given.get("values", {}).items()},
            **plainly,
            **iris,
        )

    def _word(self, given: Mapping[str, Any]) -> Word:
        texts = tuple(plain(each) for tag in LANGUAGES for each in given[tag])
        return Word(texts, {tag: given[tag][0] for tag in LANGUAGES}, tuple(map(self._says, given["says"])))

    def _recipe(self, table: str, name: str, given: Mapping[str, Any], known: set[str]) -> Recipe:
        ask, copied = tuple(given["ask"]), tuple(given.get("copied", ()))
        unknown = {*ask, *copied, *given.get("set", {})} - known
        if unknown:
            raise _faulty(table, f"new.{name}: {', '.join(sorted(unknown))}")
        return Recipe(
            name,
            table,
            {tag: given[tag] for tag in LANGUAGES},
            ask,
            given.get("copy_from", ""),
            copied,
            dict(given.get("set", {})),
            changing=bool(given.get("changing", False)),
        )

    def _value(self, text: str) -> str:
        """What a cell's own word stands for: an address with a known prefix, or a name as it is."""
        return self.prefixes.expand(text) or text

    def _says(self, text: str) -> Says:
        """`sam:party {own}`, `sam:kind sam:this`: a property and a value; `{own}` is the site's own organisation."""
        predicate, _, value = text.partition(" ")
        return (str(TYPE)[1:-1] if predicate == "a" else self.iri(predicate)), (
            value if value.startswith(("{", '"')) else self.iri(value)
        )

    def _step(self, text: str) -> PathStep:
        return PathStep(self.iri(text.removeprefix("^")), text.startswith("^"))

    def iri(self, text: str) -> str:
        found = text[1:-1] if text.startswith("<") else self.prefixes.expand(text)
        if not found and text.endswith("-"):
            found = self.prefixes.expand(text)
        if not found:
            raise ValueError(f"{text!r}: an unknown prefix")
        return found

    def sources(self) -> Sources:
        try:
            given = self.raw[SOURCES]
            iris = {key: self.iri(given[key]) for key in _SOURCE_IRIS}
            templates = {key: given[key] for key in ("page", "heading", "passage", "graph", "notice")}
            return Sources(**templates, **iris, unsupported=frozenset(map(self.iri, given.get("unsupported", ()))))
        except (KeyError, TypeError, ValueError) as error:
            raise _faulty(SOURCES, str(error).strip("'\"")) from None


_PLAIN = (
    *(
        "language",
        "of",
        "via_address",
        "unit",
        "default",
        "several",
        "required",
        "new",
        "personal",
        "rough_only",
        "except_own",
    ),
)
_IRIS = ("scheme", "via", "datatype", "not_before", "not_after", "precision", "precisions")
_SOURCE_IRIS = (
    *("is_personal", "status", "evident", "datatype", "states", "has_heading", "has_source", "selector", "line"),
    *("quotes", "url", "page_class"),
)


def _faulty(name: str, what: str) -> UnreadableError:
    return UnreadableError(
        f"The description of the table is not understood: {what}.",
        remedy="Compare it with those that come with the program, in docs/tables.md.",
        place=Place(f"{FOLDER}/{name}{SUFFIX}"),
        sv=f"Beskrivningen av tabellen går inte att förstå: {what}. Jämför med dem som följer med programmet, "
        "i docs/tables.md.",
    )


def named(tables: Sequence[TableDescription], text: str) -> Iterator[TableDescription]:
    """The tables that a sheet of some name may be of."""
    wanted = plain(text)
    for each in tables:
        if wanted in {plain(each.name), *map(plain, (*each.title.values(), *each.sheets))}:
            yield each
