"""Every file of a release, and the manifest that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from samverkan.formats import FORMATS, Format, formats_of
from samverkan.model import media_types, paths
from samverkan.model.results import Bytes, Content, Page
from samverkan.publication import data_catalogue
from samverkan.publication.published import Site
from samverkan.publication.release_file import ManifestEntry, ReleaseFile

_LINES = 1000
GENERATOR = "samverkan"


def items(site: Site) -> Iterator[ReleaseFile]:
    """Every file of the release of a site, the sums and the manifest last. The same bytes on every run."""
    entries: list[ManifestEntry] = []
    for page in pages(site):
        for item in written(site, page):
            entries.append(ManifestEntry.of(item))
            yield item
    yield from closing(site, entries)


def pages(site: Site) -> Iterator[Page]:
    """Every page of a site, those first that take longest to write."""
    return iter(sorted(site.pages.pages(), key=lambda page: not page.path.startswith(paths.BULK)))


def written(site: Site, page: Page) -> Iterator[ReleaseFile]:
    """A page in every format that it has, and those that follow it, where an answer has several."""
    following: Page | None = page
    while following:
        yield from _in_every_format(site, following)
        following = following.pager.following if following.pager else None


def _in_every_format(site: Site, page: Page) -> Iterator[ReleaseFile]:
    content = page.content()
    if isinstance(content, Bytes):
        yield _as_it_is(page, content)
    for form in formats_of(content):
        yield _item(site, page, content, form)


def closing(site: Site, entries: Iterable[ManifestEntry]) -> Iterator[ReleaseFile]:
    """The files that are about the others: the sums of the dumps, the catalogue that names them, and the manifest."""
    found = list(entries)
    listed = found.copy()
    for item in (_sums(found), *_catalogue(site, found)):
        listed.append(ManifestEntry.of(item))
        yield item
    listed.sort(key=lambda entry: entry.path)
    yield ReleaseFile(paths.MANIFEST, _manifest(site, listed), media_types.JSON)


def sums(site: Site) -> ReleaseFile:
    """The sums of the dumps alone, for which nothing else has to be written."""
    dumps = (page for path in (paths.DUMP, paths.INFERRED_DUMP) for page in site.pages.get(path, ()))
    return _sums(ManifestEntry.of(item) for page in dumps for item in written(site, page))


def _catalogue(site: Site, entries: Iterable[ManifestEntry]) -> Iterator[ReleaseFile]:
    graph = data_catalogue.catalogue(site, entries)
    page = Page(paths.CATALOGUE, lambda: graph)
    return _in_every_format(site, page)


def _sums(entries: Iterable[ManifestEntry]) -> ReleaseFile:
    dumps = sorted((entry.path, entry.sha256) for entry in entries if entry.path.startswith(paths.DUMPS))
    lines = "".join(f"{sha256}  {path.removeprefix(paths.DUMPS)}\n" for path, sha256 in dumps)
    return ReleaseFile(paths.SUMS, lines.encode(), media_types.PLAIN)


def _item(site: Site, page: Page, content: Content, form: Format) -> ReleaseFile:
    return ReleaseFile(page.path + form.suffix, form(content, site.context), form.media_type)


def _as_it_is(page: Page, content: Bytes) -> ReleaseFile:
    return ReleaseFile(page.path + content.suffix, content.content, media_types.media_type(content.suffix))


def _lines(entries: list[ManifestEntry]) -> bytes:
    """A line of JSON for each file; no path has a brace in it."""
    import orjson

    found = [{"path": e.path, "bytes": e.size, "sha256": e.sha256, "mediaType": e.media_type} for e in entries]
    return orjson.dumps(found)[1:-1].replace(b"},{", b"},\n    {")


def _moved(site: Site) -> Iterator[dict[str, object]]:
    """The addresses of things that are withdrawn or replaced, below the base, for the rules of a web server."""
    base = site.settings.base
    for tombstone in site.tombstones.values():
        to = [successor.removeprefix(base) for successor in tombstone.successors]
        yield {"from": tombstone.iri.removeprefix(base), "status": tombstone.status, "to": to}


def _versions(site: Site) -> Iterator[dict[str, str]]:
    """The versions of the ontology that have documents, each with its IRI and the path of those without suffix."""
    for name in site.ontology_versions:
        yield {"version": name, "iri": site.settings.ontology + name, "path": f"{paths.TERMS}{name}"}


def _escaped(site: Site) -> Iterator[dict[str, object]]:
    """The addresses of things whose documents are called otherwise than they, for their names are not plain."""
    base = site.settings.base
    for path, iri in site.documents.paths():
        name = iri.removeprefix(base)
        if path.startswith(paths.DOCUMENTS) and path.removeprefix(paths.DOCUMENTS) != name.removeprefix(paths.THINGS):
            yield {"from": name, "to": path}


def _manifest(site: Site, entries: list[ManifestEntry]) -> bytes:
    import orjson

    from samverkan.version import __version__

    head = {
        "generator": f"{GENERATOR} {__version__}",
        "asOf": site.as_of.isoformat(),
        "base": site.settings.base,
        "title": dict(site.settings.title),
        "license": site.settings.license,
        "formats": [{"name": f.name, "mediaType": f.media_type, "suffix": f.suffix} for f in FORMATS],
        "versions": list(_versions(site)),
        "moved": list(_moved(site)),
        "escaped": list(_escaped(site)),
    }
    parts = (entries[start : start + _LINES] for start in range(0, len(entries), _LINES))
    files = b",\n    ".join(_lines(part) for part in parts)
    written = orjson.dumps(head, option=orjson.OPT_INDENT_2).removesuffix(b"\n}")
    return b'%b,\n  "files": [\n    %b\n  ]\n}\n' % (written, files)


__all__ = ["closing", "items", "pages", "sums", "written"]
