"""The hall's shelves: every file of a release, and what stands at one path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl

from samverkan.answers import Bytes, Content, Page
from samverkan.errors import NotAcceptableError, NotFoundError
from samverkan.formats import FORMATS, MEDIA_TYPES, Format, formats_of
from samverkan.negotiation import choose
from samverkan.site import Site

MANIFEST = "manifest.json"
_DUMPS = "dump/"
SUMS = f"{_DUMPS}SHA256SUMS"
_LINES = 1000
_LARGE = (_DUMPS, "graph/", "def")
GENERATOR = "samverkan"

Book = Mapping[str, tuple[Page, ...]]


@dataclass(frozen=True)
class Item:
    """One file of a release: its path with suffix, its bytes and its media type."""

    path: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Response:
    """What is served at a path; `moved` is the path that a thing's address leads to (303)."""

    item: Item
    moved: str | None = None


class Entry(NamedTuple):
    """What the manifest says of a file: its path, its size in bytes, its SHA-256 and its media type."""

    path: str
    size: int
    sha256: str
    media_type: str

    @classmethod
    def of(cls, item: Item) -> Entry:
        """The entry of an item."""
        return cls(item.path, len(item.content), hashlib.sha256(item.content).hexdigest(), item.media_type)


def items(site: Site) -> Iterator[Item]:
    """Every file of the release of a site, the sums and the manifest last. The same bytes on every run."""
    entries: list[Entry] = []
    for page in pages(site):
        for item in written(site, page):
            entries.append(Entry.of(item))
            yield item
    yield from closing(site, entries)


def pages(site: Site) -> Iterator[Page]:
    """Every page of a site, those first that take longest to write."""
    book = [page for found in site.pages.values() for page in found]
    return iter(sorted(book, key=lambda page: not page.path.startswith(_LARGE)))


def written(site: Site, page: Page) -> Iterator[Item]:
    """A page in every format that it has."""
    content = page.content()
    if isinstance(content, Bytes):
        yield _as_it_is(page, content)
    for form in formats_of(content):
        yield _item(site, page, content, form)


def closing(site: Site, entries: Iterable[Entry]) -> Iterator[Item]:
    """The files that are about the others: the sums of the dumps, and the manifest."""
    found = sorted(entries, key=lambda entry: entry.path)
    dumps = (entry for entry in found if entry.path.startswith(_DUMPS))
    sums = "".join(f"{entry.sha256}  {entry.path.removeprefix(_DUMPS)}\n" for entry in dumps)
    yield Item(SUMS, sums.encode(), MEDIA_TYPES[""])
    yield Item(MANIFEST, _manifest(site, found), "application/json")


def get(site: Site, path: str, accept: str | None = None) -> Response:
    """What is served at a path, with or without suffix, leading slash and the base in front.

    A canned query takes its parameters in the query string: `query/contacts.csv?lang=en`.
    Raises `NotFoundError` where nothing stands there, `ParameterError` for a bad parameter,
    and `NotAcceptableError` where it has no format that `accept` (an RFC 9110 Accept header) takes.
    """
    document = site.addresses.document(path) if "://" in path else None
    whole, _, parameters = (document or path.removeprefix(site.settings.base)).partition("?")
    clean = whole.strip("/")
    if clean.startswith("id/"):
        document = site.addresses.document(site.settings.base + clean)
        if document and document in site.pages:
            return Response(get(site, document, accept).item, moved=document)
    if clean in {SUMS, MANIFEST}:
        return Response(next(item for item in items(site) if item.path == clean))
    book = _asked(site, clean, parameters) if parameters and clean.startswith("query/") else site.pages
    return Response(_exact(site, clean, book) or _negotiated(site, clean, accept, book))


def _asked(site: Site, path: str, parameters: str) -> Book:
    """A book of one page: the answer of a canned query with the parameters of a query string."""
    name = path.removeprefix("query/").partition(".")[0]
    values = dict(parse_qsl(parameters, keep_blank_values=True))
    answer = site.query(name, values)
    return {f"query/{name}": (Page(f"query/{name}", lambda: answer),)}


def _exact(site: Site, path: str, book: Book) -> Item | None:
    """The file at a path with a suffix: a suffix wins over every Accept."""
    folder, slash, name = path.rpartition("/")
    for dot in (place for place, character in enumerate(name) if character == "."):
        for page in book.get(folder + slash + name[:dot], ()):
            content = page.content()
            if isinstance(content, Bytes) and content.suffix == name[dot:]:
                return _as_it_is(page, content)
            for form in formats_of(content):
                if form.suffix == name[dot:]:
                    return _item(site, page, content, form)
    return None


def _negotiated(site: Site, path: str, accept: str | None, book: Book) -> Item:
    offers: dict[str, Item | tuple[Page, Content, Format]] = {}
    for page in book.get(path, ()):
        content = page.content()
        for form in formats_of(content):
            offers.setdefault(form.media_type, (page, content, form))
        if isinstance(content, Bytes):
            item = _as_it_is(page, content)
            offers.setdefault(item.media_type, item)
    if not offers:
        raise NotFoundError(
            f"Nothing stands at /{path}.",
            remedy="manifest.json lists every address.",
            sv=f"Det finns inget på /{path}. I manifest.json står alla adresser.",
        )
    found = offers[choose([*_preferred(offers)], accept)]
    return found if isinstance(found, Item) else _item(site, *found)


def _preferred(offers: dict[str, Item | tuple[Page, Content, Format]]) -> list[str]:
    """Formats that are written come before files that are served as they are."""
    return sorted(offers, key=lambda media_type: isinstance(offers[media_type], Item))


def _item(site: Site, page: Page, content: Content, form: Format) -> Item:
    return Item(page.path + form.suffix, form(content, site.context), form.media_type)


def _as_it_is(page: Page, content: Bytes) -> Item:
    return Item(
        page.path + content.suffix, content.content, MEDIA_TYPES.get(content.suffix, "application/octet-stream")
    )


def _lines(entries: list[Entry]) -> bytes:
    """A line of JSON for each file; no path has a brace in it."""
    import orjson

    found = [{"path": e.path, "bytes": e.size, "sha256": e.sha256, "mediaType": e.media_type} for e in entries]
    return orjson.dumps(found)[1:-1].replace(b"},{", b"},\n    {")


def _manifest(site: Site, entries: list[Entry]) -> bytes:
    import orjson

    from samverkan import __version__

    head = {
        "generator": f"{GENERATOR} {__version__}",
        "base": site.settings.base,
        "title": dict(site.settings.title),
        "license": site.settings.license,
        "formats": [{"name": f.name, "mediaType": f.media_type, "suffix": f.suffix} for f in FORMATS],
    }
    parts = (entries[start : start + _LINES] for start in range(0, len(entries), _LINES))
    files = b",\n    ".join(_lines(part) for part in parts)
    written = orjson.dumps(head, option=orjson.OPT_INDENT_2).removesuffix(b"\n}")
    return b'%b,\n  "files": [\n    %b\n  ]\n}\n' % (written, files)


__all__ = ["Entry", "Item", "NotAcceptableError", "Response", "closing", "get", "items", "pages", "written"]
