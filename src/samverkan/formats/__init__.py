"""Content to bytes: every row of the table of formats, bound to the module here that writes it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from samverkan.model import media_types
from samverkan.model.namespaces import JSON_LD_PROFILES
from samverkan.model.results import Content

if TYPE_CHECKING:
    from samverkan.formats.jsonld import Context

__all__ = ["FORMATS", "PROFILES", "Format", "formats_for", "formats_of", "named", "negotiated", "profiles_for", "typed"]


class Format(media_types.FormatRow):
    """A format that writes; its writer is imported when it is first used."""

    def __call__(self, content: Content, context: Context | None = None) -> bytes:
        """Write content; the same content and context give the same bytes in every process.

        Graphs and quads need the context, tables do not.
        """
        module, _, function = self.writer.partition(".")
        written: bytes = getattr(import_module(f"{__name__}.{module}"), function)(content, context)
        return written


PROFILES: tuple[Format, ...] = tuple(Format(**vars(row)) for row in media_types.PROFILES)
FORMATS: tuple[Format, ...] = tuple(Format(**vars(row)) for row in media_types.FORMATS)


def formats_of(content: Content) -> tuple[Format, ...]:
    """The formats that can write this content, the preferred one first; none for plain `Bytes`."""
    return formats_for(type(content))


def formats_for(*kinds: type[Content]) -> tuple[Format, ...]:
    """The formats that can write content of one of some kinds, the preferred one first; none for plain `Bytes`."""
    return _formats(tuple(kind.__name__ for kind in kinds))


def profiles_for(*kinds: type[Content]) -> tuple[Format, ...]:
    """The further forms of JSON-LD that can write content of one of some kinds."""
    return _profiles(tuple(kind.__name__ for kind in kinds))


@cache  # by the names of kinds alone: the hash of all formats takes longer than all that is left to do
def _formats(names: tuple[str, ...]) -> tuple[Format, ...]:
    return tuple(form for form in FORMATS if not {*form.writes}.isdisjoint(names))


@cache
def _profiles(names: tuple[str, ...]) -> tuple[Format, ...]:
    return tuple(form for form in PROFILES if not {*form.writes}.isdisjoint(names))


def typed(form: Format, context: Context) -> str:
    """The media type of what a format writes, with the profile that tells it from others of its type."""
    if not form.profile:
        return form.media_type
    _, mark, name = form.profile.partition("#")
    return f'{form.media_type};profile="{JSON_LD_PROFILES + name if mark else context.published_at}"'


def negotiated(forms: Iterable[Format]) -> tuple[Format, ...]:
    """Of some formats those that an `Accept` can choose: the first of each media type, in the order given."""
    found: dict[str, Format] = {}
    for form in forms:
        found.setdefault(form.media_type, form)
    return tuple(found.values())


def named(name: str) -> Format | None:
    """The format of a name, or None."""
    return next((form for form in FORMATS if form.name == name), None)
