"""A state of a site that is compared with another: a folder, a release, or a revision of its git repository."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import orjson
from pyoxigraph import Literal, NamedNode, Triple

from samverkan import settings
from samverkan.errors import Place, SamverkanError, UnreadableError, UsageError
from samverkan.model import paths
from samverkan.model.addresses import Addresses
from samverkan.model.dataset import File
from samverkan.model.lifecycle import PREDICATES, Tombstone, tombstones
from samverkan.model.namespaces import LABELS, OWL, TYPE
from samverkan.model.personal import NAMES, PERSONS, declared, declaring
from samverkan.model.prefixes import Prefixes
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.model.queries import Query, read_query
from samverkan.site import revisions, source_files
from samverkan.site.folder import CONTEXT, QUERIES, Folder

_MANIFEST = paths.MANIFEST
_GENERATOR = "samverkan "
_NAMES = (settings.FILE_NAME, source_files.ONTOLOGY, source_files.DATA, source_files.SHAPES, QUERIES)
_LARGEST = 2 << 30  # bytes of all files of a revision
_ONTOLOGY = NamedNode(f"{OWL}Ontology")
_INFERRED = paths.INFERRED.rpartition("/")[2]


@dataclass(frozen=True, eq=False)
class State:
    """What a site was at some time.

    `name` is what it was asked for by, `published` are its graphs and `shapes` its shapes, `texts` those of the canned
    queries, each with the file that it is from, by their names; `others` are further files by theirs, which are only
    compared by their bytes.
    """

    name: str
    base: str
    ontology: str
    languages: tuple[str, ...]
    published: tuple[File, ...]
    shapes: tuple[File, ...]
    texts: Mapping[str, tuple[str, str]]
    prefixes: Prefixes
    others: Mapping[str, bytes]

    def query(self, name: str) -> Query:
        """One of its canned queries; raises `UnreadableError` where it is none."""
        return read_query(*self.texts[name])

    @cached_property
    def files(self) -> Mapping[str, tuple[File, ...]]:
        """The files of each named graph."""
        found: dict[str, tuple[File, ...]] = {}
        for file in self.published:
            found[file.graph] = (*found.get(file.graph, ()), file)
        return found

    @cached_property
    def addresses(self) -> Addresses:
        """The map between IRIs and paths."""
        return Addresses(self.base, self.ontology)

    @cached_property
    def index(self) -> Index:
        """What is looked up in it."""
        return Index(self)


@lru_cache(maxsize=4096)
def _subjects(file: File) -> frozenset[object]:
    """What a file speaks of; two states share the files that are the same."""
    return frozenset(triple.subject for triple in file.triples)


@lru_cache(maxsize=4096)
def _having(file: File, wanted: frozenset[NamedNode]) -> Mapping[NamedNode, Sequence[Triple]]:
    """What a file says by some properties, by these."""
    found: dict[NamedNode, list[Triple]] = {each: [] for each in wanted}
    for triple in file.triples:
        if triple.predicate in found:
            found[triple.predicate].append(triple)
    return found


@lru_cache(maxsize=4096)
def _about(file: File, *predicates: NamedNode) -> Mapping[object, Sequence[Triple]]:
    """What a file says by some properties, by its subject."""
    found: dict[object, list[Triple]] = {}
    for triple in file.triples:
        if triple.predicate in predicates:
            found.setdefault(triple.subject, []).append(triple)
    return found


class Index:
    """What is said in a state, by what is looked for; two states share what is found in files that are the same."""

    def __init__(self, state: State) -> None:
        """Nothing is gone through before it is asked for."""
        self._state = state

    @cached_property
    def _flags(self) -> frozenset[NamedNode]:
        return declaring(t for file in self._state.files.get(self._state.ontology, ()) for t in file.triples)

    def _by(self, *predicates: NamedNode) -> Iterator[Triple]:
        """What is said by some properties."""
        wanted = frozenset({TYPE, *LABELS, *PREDICATES, *self._flags, *NAMES})
        for file in self._state.published:
            having = _having(file, wanted)
            for each in predicates:
                yield from having[each]

    @cached_property
    def subjects(self) -> frozenset[object]:
        """What is spoken of."""
        return frozenset[object]().union(*map(_subjects, self._state.published))

    @cached_property
    def personal(self) -> frozenset[str]:
        """The graphs that are declared personal."""
        return declared(self._by(*self._flags), self._flags)

    def _said(self, thing: object, *predicates: NamedNode) -> Iterator[Triple]:
        return (triple for file in self._state.published for triple in _about(file, *predicates).get(thing, ()))

    def labels(self, thing: object) -> Iterator[Triple]:
        """What says what a thing is called."""
        return self._said(thing, *LABELS)

    def classes(self, thing: object) -> list[object]:
        """The classes of a thing."""
        return [triple.object for triple in self._said(thing, TYPE)]

    @cached_property
    def persons(self) -> frozenset[object]:
        """All persons."""
        wanted = frozenset(PERSONS)
        return frozenset(triple.subject for triple in self._by(TYPE) if triple.object in wanted)

    @cached_property
    def names(self) -> frozenset[str]:
        """What the persons are called."""
        said = self._by(*NAMES) if self.persons else ()
        named = (t.object.value for t in said if isinstance(t.object, Literal) and t.subject in self.persons)
        return frozenset(name.strip() for name in named if name.strip())

    @cached_property
    def tombstones(self) -> Mapping[str, Tombstone]:
        """What is withdrawn or replaced."""
        lifecycle = tuple(self._by(*(each for each in PREDICATES if each != TYPE)))
        classes = (triple for each in {t.subject for t in lifecycle} for triple in self._said(each, TYPE))
        return tombstones((*lifecycle, *classes), self._state.addresses)


def read_state(root: Path, name: str, other: State | None = None) -> State:
    """Read a state: a folder of that name, be it a site or a release, else a git revision of the site at `root`.

    The files that `other` has as well are not parsed twice. Raises `UsageError` where there is nothing of the name,
    and `UnreadableError` where it can't be read.
    """
    folder = _folder(name)
    if folder is None:
        return _of_revision(root, name, other)
    if (folder / settings.FILE_NAME).exists() or not (folder / _MANIFEST).exists():
        return _of_site(folder, name, other)
    return _of_release(folder, name, other)


def _folder(name: str) -> Path | None:
    with suppress(OSError, ValueError):
        if name and Path(name).is_dir():
            return Path(name).resolve()
    return None


def _of_site(root: Path, name: str, other: State | None) -> State:
    site = Folder(root)
    try:
        return _checked(_state(site, name), other)
    except UnreadableError as error:
        raise _within(error, name) from None


def _checked(state: State, other: State | None) -> State:
    """A state whose files can be parsed, with the files of another one in place of those that are the same."""
    known = {file: file for file in (*other.published, *other.shapes)} if other else {}
    published, shapes = (tuple(known.get(file, file) for file in each) for each in (state.published, state.shapes))
    found = replace(state, published=published, shapes=shapes)
    source_files.check_syntax((*found.published, *found.shapes))
    read = {text for text, _ in other.texts.values()} if other else {text for text, _ in found.texts.values()}
    for name, (text, _) in found.texts.items():
        if text not in read:  # what is as it was changes nothing, and takes long to read
            found.query(name)
    return found


def _within(error: UnreadableError, name: str) -> UnreadableError:
    """An error of a state with the state's name, for its files have the same names as those of the other one."""
    return UnreadableError(f"{name}: {error.message('en')}", sv=f"{name}: {error.message('sv')}")


def _state(site: Folder, name: str) -> State:
    own = site.settings
    return State(
        name=name,
        base=own.base,
        ontology=own.ontology,
        languages=own.languages,
        published=site.published,
        shapes=site.shapes,
        texts={name: _text(site, name, files) for name, files in site.query_files.items()},
        prefixes=site.prefixes,
        others={settings.FILE_NAME: (site.root / settings.FILE_NAME).read_bytes(), CONTEXT: site.context_source},
    )


def _text(site: Folder, name: str, files: Sequence[Path]) -> tuple[str, str]:
    """The text of a canned query and its file; raises `UnreadableError` where there are two."""
    if len(files) > 1:
        site.canned(name)
    file = files[0].relative_to(site.root).as_posix()
    return source_files.read_bytes(files[0], file).decode(), file


def _of_revision(root: Path, revision: str, other: State | None) -> State:
    """A revision: its files are written out for as long as they are read."""
    found = revisions.files_of(root, revision, _NAMES, _is_wanted, _LARGEST)
    if settings.FILE_NAME not in found:
        raise UsageError(
            f"In the revision {revision!r} this folder is no site: it has no {settings.FILE_NAME}.",
            remedy="Name a later revision, or a folder.",
            sv=f"I revisionen {revision!r} är den här mappen ingen webbplats: den saknar {settings.FILE_NAME}. "
            "Ange en senare revision, eller en mapp.",
        )
    with tempfile.TemporaryDirectory(prefix="samverkan-") as folder:
        for name, content in found.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return _of_site(Path(folder), revision, other)


def _is_wanted(name: str) -> bool:
    """Whether a file is read: no hidden one, and in its folder itself; queries may stand in folders of folders."""
    folder, _, below = name.partition("/")
    is_flat = "/" not in below or folder == QUERIES
    return is_flat and not any(part.startswith(".") for part in name.split("/")) and ".." not in name


# ---------------------------------------------------------------- a release


def _of_release(folder: Path, name: str, other: State | None) -> State:
    """What a release says, by its own files: the graphs in Turtle, the shapes and the texts of the queries."""
    try:
        manifest = orjson.loads((folder / _MANIFEST).read_bytes())
        listed = sorted(str(entry["path"]) for entry in manifest["files"])
        base = str(manifest["base"])
        if not str(manifest["generator"]).startswith(_GENERATOR):
            raise KeyError(_GENERATOR)
    except (OSError, ValueError, LookupError, TypeError):
        raise _no_release(name) from None
    try:
        return _checked(_released(folder, name, base, listed), other)
    except UnreadableError as error:
        raise _within(error, name) from None


def _no_release(name: str) -> UnreadableError:
    return UnreadableError(
        f"{name} is neither a site nor a whole release: its {_MANIFEST} can't be understood.",
        remedy="Name the folder of a site, or a release of Samverkan.",
        place=Place(_MANIFEST),
        sv=f"{name} är varken en webbplats eller en hel publicering: {_MANIFEST} går inte att förstå. "
        "Ange en webbplats mapp, eller en publicering av Samverkan.",
    )


def _released(folder: Path, name: str, base: str, listed: Iterable[str]) -> State:
    files = [each for each in listed if "/.." not in each and not each.startswith(("/", ".."))]
    words = File("def.ttl", "", _read(folder, "def.ttl")) if "def.ttl" in files else None
    ontology = _ontology(words, base)
    graphs = [File(each, base + each.removesuffix(".ttl"), _read(folder, each)) for each in files if _is_graph(each)]
    if words:
        graphs.insert(0, File(words.name, ontology, words.content))
    context = _read(folder, "context.jsonld") if "context.jsonld" in files else b'{"@context": {}}'
    return State(
        name=name,
        base=base,
        ontology=ontology,
        languages=tuple(_languages(files)) or ("en",),
        published=tuple(graphs),
        shapes=tuple(File(each, "", _read(folder, each)) for each in files if _is_shapes(each)),
        texts=dict(_queries(folder, files)),
        prefixes=Prefixes.from_context(orjson.loads(context)["@context"]),
        others={CONTEXT: context},
    )


def _read(folder: Path, name: str) -> bytes:
    return source_files.read_bytes(folder / name, name)


def _is_graph(name: str) -> bool:
    stem = name.removeprefix(paths.GRAPHS).removesuffix(".ttl")
    own = name.startswith(paths.GRAPHS) and name.endswith(".ttl") and "/" not in stem
    return own and stem != _INFERRED and not stem.startswith(f"{_INFERRED}-")


def _is_shapes(name: str) -> bool:
    return name.startswith(paths.SHAPES) and name.endswith(".ttl")


def _ontology(words: File | None, base: str) -> str:
    """The namespace of the terms: the ontology that the file of the terms describes."""
    about = (t.subject for t in words.triples if t.predicate == TYPE and t.object == _ONTOLOGY) if words else ()
    return next((each.value for each in about if isinstance(each, NamedNode)), f"{base}{paths.TERMS}")


def _languages(listed: Iterable[str]) -> Iterator[str]:
    for name in listed:
        start, _, language = name.removesuffix(".html").partition(".")
        if start == paths.START and language and name.endswith(".html"):
            yield language


def _queries(folder: Path, listed: Iterable[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in listed:
        folder_name, _, below = name.partition("/")
        if folder_name == paths.QUERIES and "/" not in below and below.endswith(QUERY_SUFFIX):
            with suppress(SamverkanError):
                yield below.removesuffix(QUERY_SUFFIX), (_read(folder, name).decode(), name)
