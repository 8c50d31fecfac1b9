"""Which variant to serve: a suffix wins, then `Accept` and `Accept-Language` (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from samverkan.errors import NotAcceptableError
from samverkan.resources import Resource, Variant

# `;charset=utf-8` and `;profile=…` tell apart nothing that we serve; `q` is kept.
_DETAILS = re.compile(r";\s*(?:charset|profile)\s*=\s*(?:\"[^\"]*\"|[^\s;,]*)", re.IGNORECASE)

# What people ask for who don't know the media type of their format by heart.
_ALIASES = {
    "application/sparql-results+json": "application/json",
    "application/ld+json": "application/json",
    "application/sparql-results+xml": "application/xml",
    "application/rdf+xml": "application/xml",
    "application/n-triples": "text/plain",
}


def choose(offers: Sequence[str], accept: str | None) -> str:
    """The media type to serve, of those offered (the preferred one first).

    Without an `Accept`, and for `*/*`, the first. Raises `NotAcceptableError` that lists the
    offers where none is acceptable.
    """
    if not accept:
        return offers[0]
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    names = {**{alias: offer for offer in reversed(offers) if (alias := _ALIASES.get(offer))}, **{o: o for o in offers}}
    ordered = sorted(names, key=lambda name: name not in offers)
    best = parse_accept_header(_DETAILS.sub("", accept), MIMEAccept).best_match([*offers, *ordered[len(offers) :]])
    if best is None:
        raise NotAcceptableError(
            f"Nothing here is {accept}.",
            remedy=f"There is: {', '.join(offers)}.",
            sv=f"Det finns inget här som är {accept}. Det finns: {', '.join(offers)}.",
        )
    return names[best]


def spoken(offers: Sequence[str], accept_language: str | None) -> str | None:
    """The language to serve, of the BCP 47 tags offered (the preferred one first).

    Where none is asked for, or none of those, the first; None where nothing is offered.
    """
    if not offers:
        return None
    if not accept_language:
        return offers[0]
    from werkzeug.datastructures import LanguageAccept
    from werkzeug.http import parse_accept_header

    ranges = parse_accept_header(accept_language, LanguageAccept)
    refused = {range_.lower() for range_, quality in ranges if quality <= 0}
    left = [tag for tag in offers if tag not in refused] or offers
    found = (_looked_up(range_.lower(), left) for range_, quality in ranges if quality > 0)
    return next((tag for tag in found if tag), left[0])


def _looked_up(range_: str, offers: Sequence[str]) -> str | None:
    """The offer that fits a language range best (RFC 4647, section 3.4): `en` for `en-GB`, and `en-GB` for `en`."""
    if range_ == "*":
        return offers[0]
    shorter = range_
    while shorter:
        if shorter in offers:
            return shorter
        shorter = shorter.rpartition("-")[0]
    return next((tag for tag in offers if tag.startswith(f"{range_}-")), None)


def variant(resource: Resource, accept: str | None, accept_language: str | None) -> Variant:
    """The variant of a resource that a reader wants most; raises `NotAcceptableError` where there is none."""
    if resource.exact:
        return resource.exact
    language = spoken(resource.languages, accept_language)
    fitting = [each for each in resource.variants if each.language in {language, None}]
    media_type = choose(list(dict.fromkeys(each.media_type for each in fitting)), accept)
    return next(each for each in fitting if each.media_type == media_type)
