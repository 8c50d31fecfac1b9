"""From IRIs, which may have any letters, to URIs, which are ASCII (RFC 3987, section 3.1)."""

from __future__ import annotations

import re
from urllib.parse import quote

# The scheme, what stands before the host, and the host, unless it is an IPv6 address.
_HOST = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]*:)(//(?:[^/?#@]*@)?)([^/?#@:\[]+)")
_SAFE = "!#$%&'()*+,-./:;=?@[]_~"  # what stands in a URI as it is; `%` begins an escape that is there already


def uri(iri: str) -> str:
    """The URI of an IRI: its host as the DNS has it, all else that is not ASCII percent-encoded.

    What can be no host is percent-encoded too, and so is what no IRI may have: whatever comes, it is visible ASCII.

    >>> uri("https://å.se/ö?q=€#<é>"), uri("urn:x:%C3%A5"), uri("https://u@å..se:80/")
    ('https://xn--5ca.se/%C3%B6?q=%E2%82%AC#%3C%C3%A9%3E', 'urn:x:%C3%A5', 'https://u@%C3%A5..se:80/')
    """
    return quote(_HOST.sub(_ascii, iri, count=1) if not iri.isascii() else iri, safe=_SAFE, errors="replace")


def _ascii(found: re.Match[str]) -> str:
    try:
        return found[1] + found[2] + host(found[3])
    except UnicodeError:
        return found[0]


def host(name: str) -> str:
    """The name of a host as the DNS has it (RFC 5891, with the mapping of UTS 46); raises `UnicodeError` for none.

    >>> host("Å.se"), host("example.org")
    ('xn--5ca.se', 'example.org')
    """
    if name.isascii():
        return name
    import idna

    return idna.encode(name, uts46=True).decode("ascii")
