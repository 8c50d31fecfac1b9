"""Which format to serve: a suffix wins, then `Accept` (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from samverkan.errors import NotAcceptableError

# `;charset=utf-8` and `;profile=…` tell apart nothing that we serve; `q` is kept.
_DETAILS = re.compile(r";\s*(?:charset|profile)\s*=\s*(?:\"[^\"]*\"|[^\s;,]*)", re.IGNORECASE)


def choose(offers: Sequence[str], accept: str | None) -> str:
    """The media type to serve, of those offered (the preferred one first).

    Without an `Accept`, and for `*/*`, the first. Raises `NotAcceptableError` that lists the
    offers where none is acceptable.
    """
    if not accept:
        return offers[0]
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    best = parse_accept_header(_DETAILS.sub("", accept), MIMEAccept).best_match(offers)
    if best is None:
        raise NotAcceptableError(f"Nothing here is {accept}.", remedy=f"There is: {', '.join(offers)}.")
    return best
