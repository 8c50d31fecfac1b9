"""What can go wrong: one root, few children; each says what, where and how to mend it."""

from __future__ import annotations

import copyreg
import re
from collections.abc import Sequence
from dataclasses import dataclass

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Place:
    """A spot in a file of the site: a POSIX path relative to the site, and a line counted from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class SamverkanError(Exception):
    """The root of every error that Samverkan raises on purpose.

    `what` says what is wrong, `remedy` how to mend it and `place` where it is, in English;
    `sv` says both in Swedish. `exit_code` is what the command line ends with.
    """

    exit_code = 2

    def __init__(self, what: str, *, remedy: str = "", place: Place | None = None, sv: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.place = place
        self.sv = sv

    def __reduce__(self) -> tuple[object, ...]:
        """Errors go whole from one process to another, whatever their constructors take."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]  # pickle's own

    def message(self, language: str) -> str:
        """What is wrong and how to mend it, with its place, in `sv` or else in English."""
        if language == "sv" and self.sv:
            return f"{self.place}: {self.sv}" if self.place else self.sv
        return str(self)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.what}" + (f" {self.remedy}" if self.remedy else "")


class UsageError(SamverkanError):
    """The question can't be answered as asked: an unknown name, a value that is not allowed."""


class QueryError(UsageError):
    """A query breaks the rules of SPARQL; `column` is where on its line, counted from 1."""

    def __init__(
        self, what: str, *, remedy: str = "", place: Place | None = None, sv: str = "", column: int | None = None
    ) -> None:
        super().__init__(what, remedy=remedy, place=place, sv=sv)
        self.column = column


class RefusedError(UsageError):
    """A query is not answered whatever it asks: it is too long, nests too deeply, or would change something."""


class OutsideError(RefusedError):
    """A query would ask another server, or read a graph that is not published here."""


class TooLargeError(UsageError):
    """The answer of a query has more bytes than an answer may have, which is `most`."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(
            f"The answer has {size} bytes, and an answer here has at most {most}.",
            remedy="Ask for less: add a LIMIT, or take the whole dataset from dump/.",
            sv=f"Svaret har {size} byte, och här har ett svar högst {most}. "
            "Fråga efter mindre: lägg till LIMIT, eller hämta allt från dump/.",
        )
        self.most = most


class ParameterError(UsageError):
    """A parameter of a canned query has a value that it does not take."""

    def __init__(self, parameter: str, what: str, *, remedy: str = "", sv: str = "") -> None:
        super().__init__(what, remedy=remedy, sv=sv)
        self.parameter = parameter


class NotFoundError(UsageError):
    """Nothing stands at the address, or no canned query has the name."""


class NotAcceptableError(UsageError):
    """Something stands at the address, but not in a format that was asked for; `offers` are the media types it has."""

    def __init__(
        self, what: str, *, remedy: str = "", place: Place | None = None, sv: str = "", offers: Sequence[str] = ()
    ) -> None:
        super().__init__(what, remedy=remedy, place=place, sv=sv)
        self.offers = tuple(offers)


class UnreadableError(SamverkanError):
    """A file of the site can't be read: it is missing, not UTF-8, or breaks its syntax."""

    exit_code = 3


class UnreadableSiteError(UnreadableError):
    """Several files can't be read; `errors` holds all of them, in the order of their places."""

    def __init__(self, errors: Sequence[UnreadableError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        parts = (each.errors if isinstance(each, UnreadableSiteError) else (each,) for each in errors)
        self.errors: tuple[UnreadableError, ...] = tuple(error for part in parts for error in part)

    def message(self, language: str) -> str:
        """All of them, a line each."""
        return "\n".join(error.message(language) for error in self.errors)


class GateError(SamverkanError):
    """The site has findings that keep it from being published."""

    exit_code = 1


class UnwritableError(SamverkanError):
    """The release can't be written: no permission, no space, or a folder that is not ours."""

    exit_code = 4


class StoreError(SamverkanError):
    """A SPARQL engine elsewhere gave no answer that can be trusted, or did not take what it was sent."""

    exit_code = 4


class StoreSlowError(StoreError):
    """A SPARQL engine elsewhere did not answer in time."""


class StoreChangingError(StoreError):
    """A release is being put into a store just now, or was left there half: what it answers is neither old nor new."""


def uncarried(text: str) -> str:
    r"""The first character of a text that XML 1.0 can't carry (section 2.2), and so not every format; empty if none.

    >>> uncarried("a\x0bb"), uncarried("å\tb")
    ('\x0b', '')
    """
    found = _NOT_XML.search(text)
    return found[0] if found else ""


def carried(text: str) -> str:
    """A text with a mark in place of each character that XML 1.0, and so no page, can carry."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def printable(text: str) -> str:
    """Text that can neither steer a terminal nor turn its direction."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # nearly always
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
