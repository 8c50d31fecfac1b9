"""What a site says of itself: `Settings`, read once from `samverkan.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samverkan.errors import Place, UnreadableError

FILE_NAME = "samverkan.toml"

_ADDRESS = re.compile(r"https?://[^/?#\s]+/(?:[^?#\s<>\"{}|\\^`\x00-\x1f\x7f]*/)?")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_EMAIL = re.compile(r"[^\s@<>\"?&#%]+@[^\s@<>\"?&#%]+\.[^\s@<>\"?&#%]+")
_KEYS = {"base", "ontology", "languages", "license", "title", "description", "publisher", "contact", "gate"}


@dataclass(frozen=True)
class Contact:
    """Whom to write to about the site: an e-mail address, and what those are called who read it."""

    email: str
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """A site's settings.

    `base` is the IRI that every thing of the site starts with and `ontology` the namespace
    of its own terms; both end in `/`. `languages` are BCP 47 tags, the preferred one first.
    `license` is an IRI. `title`, `description` and `publisher` have a text for each language.
    `contact` is whom to write to. `gate_seconds` limits the time that the SHACL engine may take.
    """

    root: Path
    base: str
    ontology: str
    languages: tuple[str, ...] = ("sv", "en")
    license: str | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    publisher: Mapping[str, str] = field(default_factory=dict)
    gate_seconds: int = 300
    contact: Contact | None = None


def read(root: Path) -> Settings:
    """Read the settings of the site in the folder `root`.

    Raises `UnreadableError` where the file is missing, is not TOML, or has a key or a value
    that means nothing here.
    """
    table = _table(root)
    _refuse_unknown_keys(table)
    return Settings(
        root=root,
        base=_namespace(table, "base"),
        ontology=_namespace(table, "ontology"),
        languages=_languages(table),
        license=_license(table),
        title=_texts(table, "title"),
        description=_texts(table, "description"),
        publisher=_texts(table, "publisher"),
        gate_seconds=_seconds(table),
        contact=_contact(table),
    )


def _table(root: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((root / FILE_NAME).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UnreadableError(
            f"There is no site in {root.name or 'this folder'}: it has no {FILE_NAME}.",
            remedy="Go to the folder of a site, or name it: samverkan --site FOLDER …",
        ) from None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        what = f"This is not TOML: {_LINE.sub('', str(error))}."
        raise UnreadableError(what, place=Place(FILE_NAME, int(line[1]) if line else None)) from None
    except UnicodeDecodeError:
        raise _fault("The file is not in UTF-8.", "Save it as UTF-8.") from None
    except OSError as error:
        raise _fault(f"The file can't be read: {error.strerror}.") from None


def _fault(what: str, remedy: str = "") -> UnreadableError:
    return UnreadableError(what, remedy=remedy, place=Place(FILE_NAME))


def _refuse_unknown_keys(table: Mapping[str, Any]) -> None:
    for key in sorted(set(table) - _KEYS):
        raise _fault(f"'{key}' is not a setting.", f"The settings are {', '.join(sorted(_KEYS))}.")


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise _fault(f"'{key}' must be a text in quotes.")
    return value


def _namespace(table: Mapping[str, Any], key: str) -> str:
    value = _text(table, key)
    if value is None:
        raise _fault(f"'{key}' is missing.", f'Write {key} = "https://…/".')
    if not _ADDRESS.fullmatch(value):
        raise _fault(
            f"'{key}' must be an http or https address that ends in /, not {value!r}.",
            "Write it in full, without spaces, query or fragment.",
        )
    return value


def _license(table: Mapping[str, Any]) -> str | None:
    value = _text(table, "license")
    if value is not None and not _IRI.fullmatch(value):
        raise _fault(f"'license' must be the address of a licence, not {value!r}.", 'Write license = "https://…".')
    return value


def _languages(table: Mapping[str, Any]) -> tuple[str, ...]:
    value = table.get("languages", ["sv", "en"])
    tags = [tag.lower() for tag in value if _is_language(tag)] if isinstance(value, list) else []
    if not tags or len(tags) != len(value):
        raise _fault("'languages' must be a list of language tags.", 'Write languages = ["sv", "en"].')
    return tuple(dict.fromkeys(tags))


def _is_language(tag: object) -> bool:
    return isinstance(tag, str) and _LANGUAGE.fullmatch(tag) is not None


def _texts(table: Mapping[str, Any], key: str) -> Mapping[str, str]:
    value = table.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise _fault(f"'{key}' must be a table of texts.", f'Write [{key}] and under it sv = "…".')
    return value


def _contact(table: Mapping[str, Any]) -> Contact | None:
    contact = table.get("contact")
    if contact is None:
        return None
    if not isinstance(contact, dict) or set(contact) - {"email", "name"}:
        raise _fault("'contact' takes email and name.", 'Write [contact] and under it email = "…".')
    email = contact.get("email")
    if not isinstance(email, str) or not _EMAIL.fullmatch(email):
        raise _fault(f"'email' of 'contact' must be an e-mail address, not {email!r}.", 'Write email = "name@…".')
    return Contact(email, _texts(contact, "name"))


def _seconds(table: Mapping[str, Any]) -> int:
    gate = table.get("gate", {})
    seconds = gate.get("seconds", 300) if isinstance(gate, dict) else None
    if type(seconds) is not int or seconds < 1:
        raise _fault("'gate' takes seconds, a whole number of at least 1.")
    return seconds
