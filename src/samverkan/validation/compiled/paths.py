"""Property paths (SHACL 1.0, section 2.3.1) as plain triple patterns: no store meets a path of SPARQL's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TypeAlias

from samverkan.validation.shapes.paths import Alternative, Inverse, Predicate, Repeated
from samverkan.validation.shapes.paths import Path as AnyPath


class UncompilableError(Exception):
    """A shape asks for something that can't be asked of a store; says what."""


@dataclass(frozen=True)
class Step:
    """One of some properties, forwards or backwards."""

    properties: tuple[str, ...]
    inverse: bool = False


@dataclass(frozen=True)
class Path:
    """A sequence of steps."""

    steps: tuple[Step, ...]

    @property
    def iri(self) -> str | None:
        """The address of the property, where the path is nothing but one."""
        step = self.steps[0]
        return step.properties[0] if len(self.steps) == len(step.properties) == 1 and not step.inverse else None

    @property
    def ends_at_subjects(self) -> bool:
        """Whether its values stand as subjects, where no literal can stand."""
        return self.steps[-1].inverse

    def between(self, start: str, end: str, fresh: Names) -> str:
        """The triple patterns between two terms as SPARQL writes them."""
        stops = [start, *(fresh("m") for _ in self.steps[1:]), end]
        return " ".join(_triple(step, *pair, fresh) for step, pair in zip(self.steps, pairwise(stops), strict=True))


Names: TypeAlias = Callable[[str], str]


def names() -> Names:
    """Make names of variables that no query has twice; they end in an underscore, as none in a shape's query may."""
    numbers = count()
    return lambda stem: f"?{stem}{next(numbers)}_"


def _triple(step: Step, start: str, end: str, fresh: Names) -> str:
    subject, value = (end, start) if step.inverse else (start, end)
    if len(step.properties) == 1:
        return f"{subject} <{step.properties[0]}> {value} ."
    predicate = fresh("p")
    return f"{subject} {predicate} {value} . FILTER({predicate} IN ({', '.join(f'<{p}>' for p in step.properties)}))"


def steps(path: AnyPath) -> Path:
    """A path as steps; raises `UncompilableError` for one that is not a sequence of properties and choices of them."""
    if isinstance(path, Predicate):
        return Path((Step((path.iri.value,)),))
    if isinstance(path, Inverse):
        return Path(tuple(Step(step.properties, not step.inverse) for step in reversed(steps(path.path).steps)))
    if isinstance(path, Alternative):
        return _alternative([steps(each) for each in path.paths])
    if isinstance(path, Repeated):
        raise UncompilableError("a path of any length")
    return Path(tuple(step for part in path.paths for step in steps(part).steps))


def _alternative(paths: list[Path]) -> Path:
    found = [path.steps[0] for path in paths if len(path.steps) == 1]
    if len(found) != len(paths) or len({step.inverse for step in found}) != 1:
        raise UncompilableError("a choice of paths that are not properties of one direction")
    return Path((Step(tuple(dict.fromkeys(p for step in found for p in step.properties)), found[0].inverse),))
