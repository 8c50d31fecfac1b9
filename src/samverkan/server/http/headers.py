"""The headers that answers have, each for a reason; `answer` is the one way to give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import quote

from samverkan.model import media_types, paths
from samverkan.model.iris import uri
from samverkan.model.representations import Link, Resource, Variant
from samverkan.server.http.messages import Body, Response, field

Headers = tuple[tuple[str, str], ...]

# What holds for every answer: nothing of it runs, is framed, is guessed at or tells where a reader came from.
SAFE: Headers = (
    (
        "content-security-policy",
        (
            "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "cross-origin"),
)
# Everything is public and nothing depends on who asks, so every page may read it (Fetch, CORS protocol).
OPEN: Headers = (("access-control-allow-origin", "*"), ("access-control-expose-headers", "*"))
EVERY: Headers = (*SAFE, *OPEN)
VARY = ("vary", "Accept, Accept-Language")
TIMEGATE = "Accept-Datetime"  # what chooses between versions (RFC 7089, section 2.1.2)
VARY_CODED = ("vary", "Accept, Accept-Language, Accept-Encoding")  # of what may come compressed
FRESH = ("cache-control", "no-cache")  # it may be kept, but has to be compared before it is used again
NOT_KEPT = ("cache-control", "no-store")

# What a page of another origin may send: what is heeded here, and what libraries send of themselves.
_SENT = (
    *(
        "Accept",
        TIMEGATE,
        "Accept-Language",
        "Authorization",
        "Cache-Control",
        "Content-Type",
        "If-Match",
        "If-Modified-Since",
    ),
    *("If-None-Match", "If-Range", "If-Unmodified-Since", "Pragma", "Range", "X-Requested-With"),
)
_SAFE = "/~=?&%+.-_:!$'()*,;@"  # what stands in an address as it is
_LONGEST_LINE = 8 << 10
_REPLACED = frozenset({HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.PERMANENT_REDIRECT})  # RFC 5829 names the relation


def answer(status: int, given: Headers, body: Body = b"") -> Response:
    """An answer with some headers and those that every answer has, none with a value that HTTP does not allow."""
    return Response(status, tuple((name, field(value)) for name, value in (*given, *EVERY)), body)


def content(variant: Variant, etag: str) -> Iterator[tuple[str, str]]:
    """What the bytes of a variant are."""
    yield "content-type", typed(variant.media_type)
    if etag:
        yield "etag", etag
    if variant.language:
        yield "content-language", variant.language
    if media_types.is_attachment(variant.media_type):
        name = variant.path.partition("?")[0].removeprefix(paths.ANSWERS).replace("/", "-")
        yield "content-disposition", f"attachment; filename={_quoted(name)}"


def typed(media_type: str) -> str:
    """A media type with its charset, which texts have by default in none that anybody remembers."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def links(resource: Resource, root: str, chosen: Variant | None = None) -> Iterator[tuple[str, str]]:
    """The `Link` header (RFC 8288) of a resource: what it says of itself, what replaces it, its other variants.

    The variants are left out where their addresses are so long that a client might not read the line. JSON-LD names
    one of them: its readers look for JSON-LD there (JSON-LD 1.1 API, section 9.4), and PyLD takes no more than one.
    """
    own = [_written(link, root) for link in resource.links]
    if resource.status in _REPLACED and resource.variants:  # without any, it is but a slash too many
        own += [f'<{address(path, root)}>; rel="successor-version"' for path in resource.to]
    others = [_alternate(each, root) for each in resource.variants if each != chosen]
    if chosen and chosen.media_type.startswith(media_types.JSON_LD.media_type):
        others = others[:1]
    line = ", ".join([*own, *(others if sum(map(len, others)) <= _LONGEST_LINE else ())])
    if line:
        yield "link", line


def _written(link: Link, root: str) -> str:
    kind = f"; type={_quoted(link.media_type)}" if link.media_type else ""
    return f"<{_absolute(link, root)}>; rel={_quoted(link.rel)}{kind}"


def _alternate(variant: Variant, root: str) -> str:
    return f'<{address(variant.path, root)}>; rel="alternate"; {_kind(variant.media_type, variant.language)}'


@lru_cache(maxsize=256)  # there are few kinds, and an answer has a dozen variants
def _kind(media_type: str, language: str | None) -> str:
    return f"type={_quoted(media_type)}" + (f"; hreflang={_quoted(language)}" if language else "")


def _quoted(text: str) -> str:
    """A text as a quoted string (RFC 9110, section 5.6.4)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _absolute(link: Link, root: str) -> str:
    return address(link.target.removeprefix("/"), root) if link.target.startswith("/") else uri(link.target)


def address(path: str, root: str) -> str:
    """The address of a path on this server, whose root has a slash at both ends."""
    return quote(root + path, safe=_SAFE, errors="replace")


def allowed(methods: Iterable[str]) -> Headers:
    """The answer to OPTIONS: the methods, and what a page of another origin may send (CORS preflight)."""
    listed = ", ".join(methods)
    return (
        ("allow", listed),
        ("access-control-allow-methods", listed),
        ("access-control-allow-headers", ", ".join(_SENT)),
        ("access-control-max-age", "86400"),
    )
