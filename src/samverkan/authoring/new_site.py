"""A new site: the model that comes with the program, and the files of its template with their fields filled in."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from uuid import NAMESPACE_URL, uuid5

from pyoxigraph import Literal

from samverkan.authoring.shipped import Files, Shipped, shipped
from samverkan.errors import GateError, UnwritableError, UsageError
from samverkan.settings import FILE_NAME, read_settings
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import CONTEXT
from samverkan.site.source_files import SUFFIX
from samverkan.validation import reports

_FIELDS = "fields.toml"
_NO_NAME = "organisation"
_BASE = "base"
_LANGUAGES = "languages"
_NAMED_BY = "name_en"


@dataclass(frozen=True)
class SiteField:
    """Something that a new site must know: its name, the question in each language, and what is taken by default.

    An answer must match `pattern`. A default may hold other fields, as `${name_sv}`; None where there is none.
    """

    name: str
    question: Mapping[str, str]
    default: str | None
    pattern: str = ".+"

    def takes(self, answer: str) -> bool:
        """Whether an answer looks like one to this question."""
        return re.fullmatch(self.pattern, answer.strip()) is not None

    def suggestion(self, known: Mapping[str, str]) -> str | None:
        """The default, with the fields that are known already."""
        return None if self.default is None else Template(self.default).safe_substitute(known)


def fields() -> tuple[SiteField, ...]:
    """What a new site must know, in the order in which it is asked for."""
    found = tomllib.loads(shipped().template[_FIELDS].decode())
    return tuple(
        SiteField(name, about, about.get("default"), about.get("pattern", ".+")) for name, about in found.items()
    )


def values(given: Mapping[str, str | None], ask: Callable[[SiteField, str | None], str] | None) -> Mapping[str, str]:
    """The value of each field: as given, else as `ask` is told, else the default.

    Raises `UsageError` that names all fields which are not given and have no default, where nobody can be asked.
    """
    found: dict[str, str] = {}
    missing = []
    for field in fields():
        value, suggestion = given.get(field.name), field.suggestion(found)
        if value is None and ask:
            value = ask(field, suggestion)
        if value is None and suggestion is None:
            missing.append(field.name)
        found[field.name] = (value if value is not None else suggestion or "").strip()
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise UsageError(
            f"A new site needs more: {options}.",
            remedy="Give these options, or leave out --yes to be asked.",
            sv=f"En ny webbplats behöver mer: {options}. Ange det, eller utelämna --yes för att bli frågad.",
        )
    return found


def check_target(folder: Path) -> None:
    """Refuse a folder that holds anything; raises `UnwritableError`."""
    if (folder.exists() and not folder.is_dir()) or (folder.is_dir() and any(folder.iterdir())):
        raise UnwritableError(
            f"{folder.name} is there already, and is not empty.",
            remedy="Name a folder that is not there yet, or an empty one.",
            sv=f"{folder.name} finns redan och är inte tom. Ange en mapp som inte finns, eller en tom.",
        )


def make_site(folder: Path, given: Mapping[str, str]) -> int:
    """Make a site with some values in a folder, which is there whole or not at all; how many files it has.

    Raises `UnreadableError` or `GateError` where the values make no valid site, and `UnwritableError`.
    """
    check_target(folder)
    files = site_files(shipped(), given)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.samverkan-", dir=folder.parent) as place:
            fresh = Path(place) / folder.name
            _write(fresh, files)
            _check(fresh)
            _put(fresh, folder)
    except OSError as error:
        raise UnwritableError(
            f"The site can't be written: {error.strerror}.",
            remedy="Check the disk and its permissions.",
            sv=f"Webbplatsen går inte att skriva ({error.strerror}). Se över disken och rättigheterna.",
        ) from None
    return len(files)


def site_files(known: Shipped, given: Mapping[str, str]) -> Files:
    """The files of a new site."""
    filled = {**given, "ontology": known.ontology, _BASE: _with_slash(given[_BASE])}
    filled["identifier"] = str(uuid5(NAMESPACE_URL, filled[_BASE]))  # another one for each site, and always the same
    filled["slug"] = _slug(given[_NAMED_BY], known.template)
    model = {
        name: content.replace(known.base.encode(), filled[_BASE].encode()) if name == CONTEXT else content
        for name, content in known.current.files.items()
    }
    own = {name: _filled(name, content, filled) for name, content in known.template.items() if name != _FIELDS}
    return {**model, **own}


def _with_slash(base: str) -> str:
    return base if base.endswith("/") else f"{base}/"


def _slug(name: str, template: Files) -> str:
    """A name as a part of an address, and not one that the template has given to something else.

    >>> _slug("Örebro University", {})
    'orebro-university'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or _NO_NAME
    is_taken = any(f":{slug}\n" in content.decode() for content in template.values())
    return f"own-{slug}" if is_taken else slug


def _filled(name: str, content: bytes, given: Mapping[str, str]) -> bytes:
    """A file of the template with its fields: each text escaped as texts are in a file of its kind."""
    written = _in_turtle if name.endswith(SUFFIX) else _in_toml
    texts = {key: written(value) for key, value in given.items()}
    if name == FILE_NAME:
        tags = [tag.strip() for tag in given[_LANGUAGES].split(",") if tag.strip()]
        texts[_LANGUAGES] = ", ".join(f'"{_in_toml(tag)}"' for tag in tags)
    return Template(content.decode()).substitute(texts).encode()


def _in_turtle(value: str) -> str:
    return str(Literal(value))[1:-1]


def _in_toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def _write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _check(folder: Path) -> None:
    """Run the gate; raises `GateError` where the site has a violation, and `UnreadableError`."""
    read_settings(folder)
    report = CheckedSite(folder).validate(frugal=True)
    if not report.conforms:
        said = {tag: reports.plain(report, tag, coverage=False).strip() for tag in ("sv", "en")}
        raise GateError(
            f"With these values the site would not be valid, and nothing is written.\n{said['en']}",
            sv=f"Med de här värdena skulle webbplatsen inte vara giltig, och inget har skrivits.\n{said['sv']}",
        )


def _put(fresh: Path, folder: Path) -> None:
    if folder.is_dir():
        folder.rmdir()  # it is empty
    fresh.replace(folder)
