"""Earlier releases of a site: what stands below `/release/{number}/`, and which versions of a document there are."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

from samverkan.formats import Format, jsonld
from samverkan.model import media_types, paths
from samverkan.model.representations import Link, Memento, http_date
from samverkan.model.results import Page
from samverkan.site.archive import Version
from samverkan.version import __version__

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite
    from samverkan.site.history import HistoryEntry

DATA_SUFFIX, DUMP_SUFFIX, MAP_SUFFIX = ".json", ".nq.gz", ".link"
_FORMATS = tuple(Format(**vars(row)) for row in (media_types.TURTLE, media_types.JSON_LD))


def folder(number: int) -> str:
    """Where a release stands, with a slash at the end."""
    return f"{paths.RELEASES}{number}/"


def about(number: int) -> str:
    """The path of what is said of a release as a whole, without suffix."""
    return f"{folder(number)}{paths.START}"


def data(number: int) -> str:
    """The path of that for programs."""
    return f"{about(number)}{DATA_SUFFIX}"


def made_of(described: Mapping[str, object]) -> tuple[object, ...]:
    """Of what is said of a release for programs, what its dump and its documents are made of."""
    return tuple(described.get(name) for name in ("nquads", "context", "writer"))


class EarlierReleases:
    """The releases of which a site keeps the data.

    Each has all that it says in one file, and a document for each thing of which the next one says something else. What
    has not changed since is in the documents of today; only the server has it below the last release as well.
    """

    def __init__(self, site: CheckedSite) -> None:
        self._site = site

    def __contains__(self, number: int) -> bool:
        return number in self._days

    def __iter__(self) -> Iterator[int]:
        return iter(self._days)

    @cached_property
    def _days(self) -> Mapping[int, str]:
        """The days of those releases that are kept and stand in the history."""
        return {each.number: each.day.isoformat() for each in self._site.history if each.number in self._kept}

    @cached_property
    def _by_name(self) -> Mapping[str, int]:
        return {str(number): number for number in self._days}

    @property
    def _kept(self) -> Mapping[int, object]:
        return self._site.archive.patches

    @cached_property
    def _iris(self) -> Mapping[str, str]:
        """What documents that there are or were are about, by their paths."""
        found = ((self._site.addresses.document(iri), iri) for iri in self._site.archive.versions)
        return {path: iri for path, iri in found if path and path.startswith((paths.DOCUMENTS, paths.TERMS))}

    def prepare(self) -> None:
        """Read what is kept, before processes part that may open no file."""
        _ = self._stored, self._changed, self._site.archive.versions

    @cached_property
    def _stored(self) -> Mapping[int, tuple[str, ...]]:
        """The paths of the documents in the folder of each release."""
        return self._by_release(lambda path, each: (each.last,) if not self._is_in_force(path, each) else ())

    @cached_property
    def _changed(self) -> Mapping[int, tuple[str, ...]]:
        """The paths of the documents that each release changed."""
        return self._by_release(lambda _, each: (each.first,))

    def _by_release(self, numbers: Callable[[str, Version], Iterable[int]]) -> Mapping[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {number: [] for number in self._days}
        for path in sorted(self._iris):
            for number in (number for each in self._versions(path) for number in numbers(path, each)):
                found[number].append(path)
        return {number: tuple(listed) for number, listed in found.items()}

    def _versions(self, path: str) -> Iterator[Version]:
        """The versions of a document, of which the first and the last release are in the history."""
        found = self._site.archive.versions.get(self._iris.get(path, ""), ())
        return (each for each in found if each.first in self and each.last in self)

    def _is_in_force(self, path: str, version: Version) -> bool:
        """Whether a version is the last one, and the site has a document of it now."""
        return version.last == max(self._kept) and path in self._today

    @cached_property
    def _today(self) -> frozenset[str]:
        return frozenset(path for path, _ in self._site.documents.paths())

    def pages(self) -> Iterator[Page]:
        """The data of all that are kept."""
        for number, found in self._stored.items():
            yield from self._whole(number)
            for path in found:
                yield from self._document(number, path)

    def under(self, path: str) -> tuple[Page, ...]:
        """The pages at a path below those of the releases, or of the maps of versions."""
        if path.startswith(paths.TIMEMAPS):
            original = path.removeprefix(paths.TIMEMAPS)
            return (self._map(path, original),) if self.mementos(original) else ()
        number, tail = self._parts(path)
        if number is None:
            return ()
        if tail in {paths.START, paths.DUMP}:
            return tuple(page for page in self._whole(number) if page.path == path)
        is_here = any(each.last == number for each in self._versions(tail))
        return tuple(self._document(number, tail)) if is_here else ()

    def _parts(self, path: str) -> tuple[int | None, str]:
        """The number of the release that a path is in, and the path in that; None where there is none."""
        number, _, tail = path.removeprefix(paths.RELEASES).partition("/")
        found = self._by_name.get(number) if path.startswith(paths.RELEASES) else None
        return found, tail

    def elsewhere(self, path: str) -> str:
        """Where a document of a release stands, if a later one says the same; empty where there is none."""
        number, tail = self._parts(path)
        stem = next((tail.removesuffix(each.suffix) for each in _FORMATS if tail.endswith(each.suffix)), tail)
        found = (each.last for each in self._versions(stem) if number is not None and each.first <= number < each.last)
        return next((f"{folder(last)}{tail}" for last in found), "")

    def mementos(self, path: str) -> tuple[Memento, ...]:
        """The earlier versions of what stands at a path without suffix, the first one first."""
        found = map(Version, self, self) if path == paths.DUMP else self._versions(path)
        return tuple(Memento(self._days[each.first], folder(each.last) + path) for each in found)

    def memento(self, path: str) -> tuple[str, str]:
        """Since when an earlier version was so, and the path of what it is a version of; empty for other paths."""
        number, tail = self._parts(path)
        if number is not None and tail == paths.DUMP:
            return self._days[number], tail
        found = (self._days[each.first] for each in self._versions(tail) if each.last == number)
        return next(((day, tail) for day in found), ("", ""))

    def links(self, path: str) -> Iterator[Link]:
        """What leads from a document to its earlier versions, and from one of these to it (RFC 7089, section 2.2)."""
        original = self.memento(path)[1] or path
        if self.mementos(original):
            yield Link("original timegate", f"/{original}")
            yield Link("timemap", f"/{paths.TIMEMAPS}{original}{MAP_SUFFIX}", media_types.LINK_FORMAT)

    # ------------------------------------------------------------ what stands there

    def _whole(self, number: int) -> Iterator[Page]:
        yield Page.of_bytes(about(number), DATA_SUFFIX, partial(self._data, number))
        yield Page.of_bytes(folder(number) + paths.DUMP, DUMP_SUFFIX, partial(self._dump, number))

    def _document(self, number: int, path: str) -> Iterator[Page]:
        for form in _FORMATS:
            yield Page.of_bytes(folder(number) + path, form.suffix, partial(self._written, number, path, form))

    def _written(self, number: int, path: str, form: Format) -> bytes:
        return form(self._site.archive.about(number, self._iris[path]), self._site.context)

    def _dump(self, number: int) -> bytes:
        compressed = zlib.compressobj(6, wbits=zlib.MAX_WBITS | 16)
        return compressed.compress(self._site.archive.nquads(number)) + compressed.flush()

    def entry(self, number: int) -> HistoryEntry:
        """What the history says of a release."""
        return self._site.history[number - 1]

    def changed(self, number: int) -> tuple[str, ...]:
        """The paths of the documents that a release changed; of all in the first one."""
        return self._changed[number]

    def place(self, number: int, path: str) -> str:
        """Where a document stands as a release has it, without suffix: in a folder of releases, or among today's."""
        found = next(each for each in self._versions(path) if each.first <= number <= each.last)
        return path if self._is_in_force(path, found) else f"{folder(found.last)}{path}"

    def iri(self, path: str) -> str:
        """What a document is about."""
        return self._iris[path]

    def _data(self, number: int) -> bytes:
        """What is said of a release for programs. What else is in its folder is the same wherever this is."""
        import orjson

        entry, patch = self.entry(number), self._site.archive.patches[number]
        said = {
            "number": number,
            "day": entry.day.isoformat(),
            "generator": entry.generator,
            "writer": f"samverkan {__version__}",
            "nquads": f"sha256:{patch.id}",
            "before": f"sha256:{patch.prev}" if patch.prev else None,
            "context": f"sha256:{self._context}",
            "findings": dict(entry.findings),
            "files": dict(entry.files),
            "changes": {language: dict(found) for language, found in entry.changes.items()},
            "documents": list(self._stored[number]),
        }
        return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @cached_property
    def _context(self) -> str:
        return hashlib.sha256(jsonld.write_context(self._site.context)).hexdigest()

    def _map(self, path: str, original: str) -> Page:
        return Page.of_bytes(path, MAP_SUFFIX, partial(self._mapped, path, original))

    def _mapped(self, path: str, original: str) -> bytes:
        """All versions of a document (RFC 7089, section 5), as links (RFC 6690)."""
        found, url = self.mementos(original), self._site.addresses.url
        rels = ["memento"] * len(found)
        rels[-1] = f"last {rels[-1]}"
        rels[0] = f"first {rels[0]}"
        moments = [http_date(each.day) for each in found]
        kind = f'; type="{media_types.LINK_FORMAT}"; from="{moments[0]}"; until="{moments[-1]}"'
        head = [f'<{url(original)}>; rel="original timegate"', f'<{url(path)}{MAP_SUFFIX}>; rel="self"{kind}']
        listed = zip(found, rels, moments, strict=True)
        lines = (f'<{url(each.path)}>; rel="{rel}"; datetime="{moment}"' for each, rel, moment in listed)
        return (",\n".join([*head, *lines]) + "\n").encode()
