"""Which variant to serve: a suffix wins, then `Accept` and `Accept-Language` (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from samverkan.errors import NotAcceptableError
from samverkan.model import media_types
from samverkan.model.representations import Resource, Variant

T = TypeVar("T")
C = TypeVar("C")

# What stands between two signs that part, which do so only outside of quoted strings (RFC 9110, section 5.6).
_QUOTED = r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'
_MEMBERS = re.compile(rf'(?:{_QUOTED}|[^",])++', re.DOTALL)
_PARTS = re.compile(rf'(?:{_QUOTED}|[^";])++', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WEIGHT = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")  # `1.` is one (section 12.4.2); `.5` is none, and is meant as one

# `;charset=utf-8` and `;profile=…` tell apart nothing that we serve.
_DETAILS = frozenset({"charset", "profile"})


class Range(NamedTuple):
    """A member of `Accept` or `Accept-Language`, in lower case: what it names, its parameters, and its weight."""

    name: str
    parameters: Mapping[str, str]
    quality: float

    @property
    def media_range(self) -> str:
        """The media range that it names, without parameters that tell nothing apart."""
        telling = (f";{name}={value}" for name, value in self.parameters.items() if name not in _DETAILS)
        return self.name + "".join(telling)


def ranges(header: str) -> list[Range]:
    """The members of a list whose members may have parameters and a weight, in their order (RFC 9110, section 12.4.2).

    Empty members count for nothing (section 5.6.1), and neither does one whose weight is none.

    >>> [(one.name, one.quality) for one in ranges('a/b;x="c, d/e";Q=1., ,f/g ; q=0.5')]
    [('a/b', 1.0), ('f/g', 0.5)]
    """
    return list(_ranges(header))


def _ranges(header: str) -> Iterator[Range]:
    for member in _MEMBERS.findall(header):
        name, parameters = parametrised(member)
        weight = parameters.get("q", "1")
        if name and _WEIGHT.fullmatch(weight) and float(weight) <= 1:
            yield Range(name, {key: value for key, value in parameters.items() if key != "q"}, float(weight))


def parametrised(value: str) -> tuple[str, Mapping[str, str]]:
    r"""A value in lower case, and its parameters, whose quotes are gone (RFC 9110, section 5.6.6).

    >>> parametrised('Text/Turtle; Charset="UTF-8"; x="\\"; y=1"')
    ('text/turtle', {'charset': 'utf-8', 'x': '"; y=1'})
    """
    name, *remainder = [part.strip(" \t") for part in _PARTS.findall(value.lower())] or [""]
    pairs = (part.partition("=") for part in remainder)
    return name, {key.strip(" \t"): _plain(given.strip(" \t")) for key, equals, given in pairs if equals}


def _plain(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


def choose(offers: Sequence[str], accept: str | None) -> str:
    """The media type to serve, the first of those that `ranked` gives; raises what it raises."""
    return ranked(offers, accept)[0]


def ranked(offers: Sequence[str], accept: str | None) -> Sequence[str]:
    """Of the media types offered (the preferred one first) those that are acceptable, the most wanted one first.

    Without an `Accept`, and for `*/*`, all as they are. Raises `NotAcceptableError` that lists the
    offers where none is acceptable.
    """
    if not accept:
        return offers
    found = list(_ranked(offers, ranges(accept)))
    if not found:
        raise NotAcceptableError(
            f"Nothing here is {accept}.",
            remedy=f"There is: {', '.join(offers)}.",
            sv=f"Det finns inget här som är {accept}. Det finns: {', '.join(offers)}.",
            offers=offers,
        )
    return found


def _ranked(offers: Sequence[str], asked: Sequence[Range]) -> Iterator[str]:
    from werkzeug.datastructures import MIMEAccept

    wanted = MIMEAccept((one.media_range, one.quality) for one in asked)
    names = {**_aliases(offers, {one.media_range for one in asked}), **{offer: offer for offer in offers}}
    left = sorted(names, key=lambda name: name not in offers)
    while (best := wanted.best_match(left)) is not None:
        yield names[best]
        left = [name for name in left if names[name] != names[best]]


def _aliases(offers: Sequence[str], asked: set[str]) -> Mapping[str, str]:
    """The offers that are asked for by another name, by that name; the first of several."""
    known = ((alias, offer) for offer in reversed(offers) for alias in media_types.aliases(offer))
    return {alias: offer for alias, offer in known if alias in asked}


def spoken(offers: Sequence[str], accept_language: str | None) -> str | None:
    """The language to serve, of the BCP 47 tags offered (the preferred one first).

    Where none is asked for, or none of those, the first; None where nothing is offered.
    """
    if not offers:
        return None
    asked = sorted(ranges(accept_language or ""), key=lambda one: (-one.quality, one.name == "*"))
    refused = {one.name for one in asked if one.quality <= 0}
    left = [tag for tag in offers if tag not in refused] or offers
    named = {one.name for one in asked}
    remainder = [tag for tag in left if tag not in named]  # `*` is for those that no other range names
    found = (_looked_up(one.name, remainder if one.name == "*" else left) for one in asked if one.quality > 0)
    return next((tag for tag in found if tag), left[0])


def _looked_up(range_: str, offers: Sequence[str]) -> str | None:
    """The offer that fits a language range best (RFC 4647, section 3.4): `en` for `en-GB`, and `en-GB` for `en`."""
    if range_ == "*":
        return next(iter(offers), None)
    shorter = range_
    while shorter:
        if shorter in offers:
            return shorter
        shorter = shorter.rpartition("-")[0]
    return next((tag for tag in offers if tag.startswith(f"{range_}-")), None)


def variants(resource: Resource, accept: str | None, accept_language: str | None) -> Sequence[Variant]:
    """The variants of a resource that a reader takes, in the language that fits best; the most wanted one first.

    Raises `NotAcceptableError` where there is none.
    """
    if resource.exact:
        return (resource.exact,)
    language = spoken(resource.languages, accept_language)
    fitting = [each for each in resource.variants if each.language in {language, None}]
    by_type: dict[str, Variant] = {}
    for each in fitting:
        by_type.setdefault(each.media_type, each)
    return [_profiled(by_type[media_type], accept) for media_type in ranked(list(by_type), accept)]


def _profiled(chosen: Variant, accept: str | None) -> Variant:
    """A variant in the profile that is asked for, if it has that: its address then ends in another suffix."""
    form = profile(chosen.media_type, accept)
    if form is None:
        return chosen
    stem, mark, values = chosen.path.partition("?")
    return replace(chosen, path=f"{stem.removesuffix(media_types.JSON_LD.suffix)}{form.suffix}{mark}{values}")


def profile(media_type: str, accept: str | None) -> media_types.FormatRow | None:
    """The form of JSON-LD that an `Accept` asks for by its profile (RFC 6906); None for any other media type.

    >>> profile("application/ld+json", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"').suffix
    '.expanded.jsonld'
    """
    if media_type != media_types.JSON_LD.media_type or "profile" not in (accept or "").lower():
        return None
    asked = (one.parameters.get("profile", "") for one in ranges(accept or "") if one.name == media_type)
    return media_types.profiled(next(asked, ""))


def variant(resource: Resource, accept: str | None, accept_language: str | None) -> Variant:
    """The variant of a resource that a reader wants most; raises what `variants` raises."""
    return variants(resource, accept, accept_language)[0]


def first_made(choices: Iterable[C], make: Callable[[C], T]) -> T:
    """What the first of some choices makes that can be made: no format carries every answer.

    Raises the last `NotAcceptableError` where none can.
    """
    error = NotAcceptableError("There is nothing to choose from.", sv="Det finns inget att välja på.")
    for choice in choices:
        try:
            return make(choice)
        except NotAcceptableError as refused:
            error = refused
    raise error
