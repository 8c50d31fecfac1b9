"""Where a catalogue to check comes from: a file, a release in a folder, or an address."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from samverkan.errors import Place, StoreError, UnreadableError
from samverkan.model import media_types, paths

_SECONDS = 60.0
_MOST_BYTES = 50 << 20
_FILE = paths.CATALOGUE + media_types.RDF_XML.suffix


def is_address(source: str) -> bool:
    """Whether a source is an address of the web and not a path."""
    return urlsplit(source).scheme in {"http", "https"}


def read_catalogue(source: str) -> bytes:
    """The bytes at a source: those at an address, in a file, or in the release that a folder holds.

    An address is read as the portal reads it: as RDF/XML, and the base of a site leads to its catalogue. Raises
    `StoreError` where it doesn't answer so, and `UnreadableError` where a file is not there.
    """
    return _fetched(source) if is_address(source) else _file(Path(source))


def _file(path: Path) -> bytes:
    whole = path / _FILE if path.is_dir() else path
    try:
        return whole.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"There is no catalogue to read ({error.strerror}).",
            remedy="Name a folder that samverkan publish has written, a file in RDF/XML, or an address.",
            place=Place(str(whole)),
            sv=f"Där finns ingen katalog att läsa ({error.strerror}). "
            "Ange en mapp som samverkan publish har skrivit, en fil i RDF/XML eller en adress.",
        ) from None


def _fetched(address: str) -> bytes:
    whole = address + paths.CATALOGUE if address.endswith("/") else address
    asked = Request(whole, headers={"Accept": media_types.RDF_XML.media_type})  # noqa: S310  # is_address has looked
    try:
        with urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310  # the same
            kind = answer.headers.get_content_type()
            content: bytes = answer.read(_MOST_BYTES + 1)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _no_answer(whole, str(getattr(error, "reason", error))) from None
    if kind not in {media_types.RDF_XML.media_type, media_types.XML}:
        raise _no_answer(whole, f"{kind}, not {media_types.RDF_XML.media_type}")
    if len(content) > _MOST_BYTES:
        raise _no_answer(whole, f"> {_MOST_BYTES >> 20} MB")
    return content


def _no_answer(address: str, why: str) -> StoreError:
    return StoreError(
        f"{address} gives no catalogue: {why}.",
        remedy="Check the address; the portal would find nothing there tonight either.",
        sv=f"{address} ger ingen katalog: {why}. Kontrollera adressen; portalen skulle inte heller hitta något där.",
    )
