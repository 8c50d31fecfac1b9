"""What a site holds: its files, and the triples that they state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import RdfFormat, Triple, parse

from samverkan.errors import UnreadableError
from samverkan.model import turtle_mistakes
from samverkan.model.nesting import refuse_nested
from samverkan.model.turtle_order import Lines, lines_of_nameless
from samverkan.model.turtle_positions import Positions


@dataclass(frozen=True)
class File:
    """One Turtle file of the site.

    `name` is its POSIX path relative to the site, `graph` the IRI of the named graph that
    it is and `content` its bytes: UTF-8 without a byte order mark.
    """

    name: str
    graph: str
    content: bytes

    @property
    def is_turtle(self) -> bool:
        """Whether lines can be found in it."""
        return True

    @cached_property
    def positions(self) -> Positions:
        """Where in the file what is said; nowhere where lines can't be found."""
        return Positions(self.content if self.is_turtle else b"")

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """What the file states, in file order and as written (Turtle 1.1), parsed once.

        Raises `UnreadableError` with the line where the file breaks the syntax.
        """
        return tuple(self.parsed())

    @cached_property
    def lines_of_nameless(self) -> Lines:
        """Where the values of the triples stand in which something has no name; of none where that can't be told."""
        return lines_of_nameless(self.positions, self.triples)

    def parsed(self) -> Iterator[Triple]:
        """The same, parsed anew and kept nowhere; a blank node has another label each time."""
        refuse_nested(self.content, self.name, RdfFormat.TURTLE)
        try:
            for quad in parse(self.content, format=RdfFormat.TURTLE, rename_blank_nodes=True):
                yield quad.triple
        except (SyntaxError, MemoryError) as error:
            raise turtle_mistakes.unreadable(error, self.name, self.content) from None

    def broken(self, prefixes: Mapping[str, str]) -> UnreadableError | None:
        """What breaks the syntax, if something does; `prefixes` are those that other files declare."""
        try:
            refuse_nested(self.content, self.name, RdfFormat.TURTLE)
            for _ in parse(self.content, format=RdfFormat.TURTLE):
                pass
        except UnreadableError as error:
            return error
        except (SyntaxError, MemoryError) as error:
            return turtle_mistakes.unreadable(error, self.name, self.content, prefixes)
        return None


@dataclass(frozen=True)
class Dataset:
    """The words (`ontology`), the facts (`data`) and the promises (`shapes`) of a site."""

    ontology: tuple[File, ...]
    data: tuple[File, ...]
    shapes: tuple[File, ...]

    @property
    def published(self) -> tuple[File, ...]:
        """The files whose graphs are published and asked: ontology and data."""
        return self.ontology + self.data

    @property
    def files(self) -> tuple[File, ...]:
        """All files."""
        return self.published + self.shapes


def triples(files: Iterable[File]) -> Iterator[Triple]:
    """The triples of some files, in file order; one that two files state comes twice."""
    return (triple for file in files for triple in file.triples)
