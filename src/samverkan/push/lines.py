"""Triples as lines of N-Triples, and what they weigh: sums that are equal where two graphs hold the same values."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import copysign, inf

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from samverkan.model.namespaces import XSD

_BUCKETS = 256
_INTEGER = re.compile(r"([+-]?)0*(\d+)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DOUBLE = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII)
_LITERAL = re.compile(rb'(?s)(.*? )("(?:[^"\\]|\\.)*")\^\^<([^>]*)> \.')
_LONGEST = 30  # digits; more than any of the limited types has
_LONGEST_DURATION = 1000  # characters; Python makes no number of some thousand digits
_TAG = re.compile(rb'"@[A-Za-z0-9-]+\s*\.\s*\Z')  # a text may begin with the same sign
_ODD = re.compile(rb"[\\\x00-\x1f\x7f]")
_TIME = re.compile(r"(.*\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]00:00)?([+-]\d\d:\d\d)?", re.ASCII)
_DURATION = re.compile(
    r"(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII
)


@dataclass
class Sums:
    """How many lines of a graph fall into each bucket, and the sum of their hashes there.

    The hashes are Python's own, which are salted anew in each process: nobody can make two
    graphs that differ and weigh the same.
    """

    counts: list[int] = field(default_factory=lambda: [0] * _BUCKETS)
    totals: list[int] = field(default_factory=lambda: [0] * _BUCKETS)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return sum(self.counts)

    def add(self, weights: Iterable[int]) -> None:
        """Take in the hashes of some lines."""
        counts, totals = self.counts, self.totals
        for weight in weights:
            bucket = weight % _BUCKETS
            counts[bucket] += 1
            totals[bucket] += weight

    def unlike(self, other: Sums) -> dict[int, int]:
        """The buckets in which two graphs differ, each with how many lines it has in the one that has more."""
        found: dict[int, int] = {}
        for bucket in range(_BUCKETS):
            ours = self.counts[bucket], self.totals[bucket]
            theirs = other.counts[bucket], other.totals[bucket]
            if ours != theirs:
                found[bucket] = max(ours[0], theirs[0])
        return found


def fingerprint(batches: Iterable[list[bytes]], look: Callable[[list[int]], None] = lambda _: None) -> Sums:
    """The sums of lines that come in batches; `look` gets the hashes of each batch, too."""
    sums = Sums()
    for batch in batches:
        weights = [hash(key(line)) for line in batch]
        sums.add(weights)
        look(weights)
    return sums


def bucket(keyed: bytes) -> int:
    """In which bucket a line falls, by its key."""
    return hash(keyed) % _BUCKETS


def batches(quads: Iterable[Quad], size: int) -> Iterator[list[bytes]]:
    """Lines of N-Triples without their ends, in batches of at most `size`."""
    batch: list[Triple] = []
    for quad in quads:
        batch.append(quad.triple)
        if len(batch) == size:
            yield _lines(batch)
            batch = []
    if batch:
        yield _lines(batch)


def _lines(triples: list[Triple]) -> list[bytes]:
    written = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert written is not None
    return written.split(b"\n")[:-1]


def reread(pages: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The lines that another engine wrote, as we write them; raises `SyntaxError` where they are broken.

    Most are the same but for the space between terms and the case of language tags; only where
    something is escaped, or stands as it is where we escape it, a line has to be parsed.
    """
    for page in pages:
        plain: list[bytes] = []
        odd: list[bytes] = []
        for line in page.split(b"\n"):
            spaced = b" ".join(line.split(None, 2)) if b"\t" in line else line
            if spaced and not spaced.startswith(b"#"):
                (odd if _ODD.search(spaced) else plain).append(_lowered(spaced) if b'"@' in spaced else spaced)
        yield plain
        yield from batches(parse(b"\n".join(odd), format=RdfFormat.N_TRIPLES), len(odd) or 1)


def _lowered(line: bytes) -> bytes:
    """A line with its language tag in lower case, as RDF 1.1 (section 3.3) lets it be."""
    found = _TAG.search(line)
    return line[: found.start()] + found[0].lower() if found else line


def key(line: bytes) -> bytes:
    """A line as it is compared: literals that differ in form only are the same (XSD 1.1, part 2, section 2.2).

    >>> key(b'<s> <p> "01.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .')
    b'<s> <p> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    """
    if b'"^^<' not in line:
        return line
    found = _LITERAL.fullmatch(line)
    return found[1] + _valued(found[2], found[3]) if found else line


@lru_cache(maxsize=1 << 14)
def _valued(lexical: bytes, datatype: bytes) -> bytes:
    kind = datatype.decode().removeprefix(XSD)
    value = lexical[1:-1].decode()
    plain = _VALUES.get(kind)
    name, form = plain(value, kind) if plain else (kind, value)
    return b'"%b"^^<%b> .' % (form.encode(), (XSD + name).encode() if plain else datatype)


def _boolean(value: str, kind: str) -> tuple[str, str]:
    return kind, {"1": "true", "0": "false"}.get(value, value)


def _integer(value: str, kind: str) -> tuple[str, str]:
    """An integer: those of limited types are integers, and engines hold what is longer than 64 bits as a decimal."""
    found = _INTEGER.fullmatch(value)
    if not found:
        return kind, value
    text = "-" * (found[1] == "-" and found[2] != "0") + found[2]
    if len(text) > _LONGEST or not -(1 << 63) <= int(text) < 1 << 63:
        return ("decimal" if kind == "integer" else kind), text
    least, most = _INTEGERS[kind]
    return ("integer" if least <= int(text) <= most else kind), text


def _decimal(value: str, kind: str) -> tuple[str, str]:
    if not _DECIMAL.fullmatch(value):
        return kind, value
    digits = f"{Decimal(value):f}"
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return kind, "0" if plain in {"-0", "", "-"} else plain


def _double(value: str, kind: str) -> tuple[str, str]:
    return kind, repr(float(value)) if _DOUBLE.fullmatch(value) else value


def _float(value: str, kind: str) -> tuple[str, str]:
    """A number of 32 bits: what is written more exactly is the nearest of them (XSD 1.1, part 2, section 3.3.4)."""
    if not _DOUBLE.fullmatch(value):
        return kind, value
    number = float(value)
    try:
        (number,) = struct.unpack("f", struct.pack("f", number))
    except OverflowError:
        number = copysign(inf, number)
    return kind, repr(number)


def _time(value: str, kind: str) -> tuple[str, str]:
    """A time without the zeros at the end of its seconds, and with Z for an offset of nothing."""
    found = _TIME.fullmatch(value)
    if not found:
        return kind, value
    fraction = (found[2] or "").rstrip("0")
    point = "." if fraction else ""
    return kind, f"{_midnight(found[1])}{point}{fraction}{'Z' if found[3] else found[4] or ''}"


def _midnight(moment: str) -> str:
    """Hour 24 as what it is, the first moment of the next day (XSD 1.1, part 2, section 3.3.7)."""
    day, mark, _ = moment.partition("T24:00:00")
    with suppress(ValueError, OverflowError):
        return f"{date.fromisoformat(day) + timedelta(1)}T00:00:00" if mark else moment
    return moment


def _duration(value: str, kind: str) -> tuple[str, str]:
    """A duration as its months and seconds (XSD 1.1, part 2, section 3.3.6)."""
    found = _DURATION.fullmatch(value) if len(value) <= _LONGEST_DURATION else None
    if not found:
        return kind, value
    years, months, days, hours, minutes, seconds = (Fraction(each or 0) for each in found.groups()[1:])
    sign = -1 if found[1] else 1
    return kind, f"P{sign * (years * 12 + months)}M{sign * (((days * 24 + hours) * 60 + minutes) * 60 + seconds)}S"


_INTEGERS: Mapping[str, tuple[float, float]] = {
    "integer": (-inf, inf),
    "nonNegativeInteger": (0, inf),
    "positiveInteger": (1, inf),
    "nonPositiveInteger": (-inf, 0),
    "negativeInteger": (-inf, -1),
    **{
        name: (-(1 << bits - 1), (1 << bits - 1) - 1)
        for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    **{
        name: (0, (1 << bits) - 1)
        for name, bits in (("unsignedLong", 64), ("unsignedInt", 32), ("unsignedShort", 16), ("unsignedByte", 8))
    },
}
_VALUES: Mapping[str, Callable[[str, str], tuple[str, str]]] = {
    **dict.fromkeys(_INTEGERS, _integer),
    "boolean": _boolean,
    "decimal": _decimal,
    "double": _double,
    "float": _float,
    "dateTime": _time,
    "dateTimeStamp": _time,
    "time": _time,
    "duration": _duration,
    "yearMonthDuration": _duration,
    "dayTimeDuration": _duration,
}
