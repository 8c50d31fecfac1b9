"""What XML 1.0 can't carry is refused; what it would change is escaped."""

from __future__ import annotations

import re

from samverkan.errors import NotAcceptableError

_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF
_NAMELESS = re.compile(rb"<[^<>\s:]*:[\s/>]")


def fits(written: bytes) -> bool:
    """Whether a text in UTF-8 has no character that XML 1.0 can't carry; looked through as fast as can be."""
    return len(written.translate(None, _CONTROLS)) == len(written) and not any(
        code in written for code in _NONCHARACTERS
    )


def carried(written: bytes) -> bytes:
    """XML as it was written by a library that checks nothing, with carriage returns kept for its readers.

    Raises `NotAcceptableError` where a value has a character that XML has not, or a
    predicate or a class ends in nothing that can be the name of an element.
    """
    if not fits(written):
        raise NotAcceptableError(
            "A value has a character that XML can't carry.",
            remedy="Ask for another format.",
            sv="Ett värde innehåller ett tecken som XML inte kan bära. Be om ett annat format.",
        )
    if _NAMELESS.search(written):
        raise NotAcceptableError(
            "A predicate or a class ends in nothing that XML takes as a name.",
            remedy="Ask for another format.",
            sv="En egenskap eller en klass slutar inte på något som XML tar som namn. Be om ett annat format.",
        )
    return written.replace(b"\r", b"&#xD;")
