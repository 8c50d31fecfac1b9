"""The real site with one thing changed at a time, and whether the gate tells: `python -m tests.mutants 600`.

What a change means is decided by the answers of the canned questions, and not by us: where one of them differs, the
meaning is another one. Shapes are asked by no question: a change of one is meant to be told against the site as it was.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import zip_longest
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

import samverkan
from samverkan import Site
from samverkan.errors import SamverkanError
from samverkan.model.queries import Query
from samverkan.model.results import Table
from samverkan.site import checked_site
from samverkan.site.revalidation import Revalidation
from samverkan.site.revisions import read_baseline
from samverkan.validation import Finding, Report, Severity, baseline, run
from samverkan.validation.baseline import Baseline

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261129
DAY = date(2026, 11, 29)
FOLDERS = ("data", "ontology", "shapes", "queries")

XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
WORDS = frozenset({f"{RDFS}label", f"{RDFS}comment", "http://www.w3.org/2004/02/skos/core#definition", f"{SH}message"})
WORDS |= {f"{SH}name", f"{SH}description", f"{SH}order", f"{SH}group"}

Triples = list[Triple]
Made = NamedNode | Literal | None  # another object, where there is one
Change = Callable[[Random, Triples], "Triples | None"]


@dataclass(frozen=True)
class Mutant:
    """One change: its kind, the file, what it now holds, and what is different, in words."""

    kind: str
    file: str
    content: bytes
    said: str


@dataclass(frozen=True)
class Outcome:
    """Whether a mutant means something else, and whether it was stopped or warned of."""

    mutant: Mutant
    is_other: bool
    is_told: bool


# ------------------------------------------------------------------ changes of statements


def _some(dice: Random, found: Sequence[Triple]) -> Triple | None:
    return dice.choice(found) if found else None


def _in_place(triples: Triples, old: Triple, *new: Triple) -> Triples:
    place = triples.index(old)
    return [*triples[:place], *new, *triples[place + 1 :]]


def _dropped(dice: Random, triples: Triples) -> Triples | None:
    old = _some(dice, [t for t in triples if t.predicate != TYPE])
    return _in_place(triples, old) if old else None


def _class_dropped(dice: Random, triples: Triples) -> Triples | None:
    old = _some(dice, [t for t in triples if t.predicate == TYPE])
    return _in_place(triples, old) if old else None


def _with_object(fits: Callable[[Triple], bool], make: Callable[[Random, Triple, Triples], Made]) -> Change:
    """Another object for a statement that fits."""

    def change(dice: Random, triples: Triples) -> Triples | None:
        old = _some(dice, [t for t in triples if fits(t)])
        new = make(dice, old, triples) if old else None
        if old is None or new is None or new == old.object:
            return None
        return _in_place(triples, old, Triple(old.subject, old.predicate, new))

    return change


def _is_link(triple: Triple) -> bool:
    return isinstance(triple.object, NamedNode) and triple.predicate != TYPE


def _of(*names: str) -> Callable[[Triple], bool]:
    kinds = {f"{XSD}{name}" for name in names}
    return lambda triple: isinstance(triple.object, Literal) and triple.object.datatype.value in kinds


def _kind(term: object) -> str:
    return term.value.rpartition("/")[0] if isinstance(term, NamedNode) else ""


def _linked(triples: Triples, fits: Callable[[str], bool]) -> Iterator[NamedNode]:
    """What is linked to and is of a kind that fits."""
    objects = (t.object for t in triples if _is_link(t))
    return (term for term in objects if isinstance(term, NamedNode) and fits(_kind(term)))


def _other(dice: Random, of: Triple, triples: Triples) -> Made:
    """What else is linked to of the same kind."""
    found = {*_linked(triples, lambda kind: kind == _kind(of.object))} - {of.object}
    return dice.choice(sorted(found, key=str)) if found else None


def _foreign(dice: Random, of: Triple, triples: Triples) -> Made:
    """What is of another kind."""
    found = {*_linked(triples, lambda kind: kind != _kind(of.object))}
    return dice.choice(sorted(found, key=str)) if found else None


def _shifted(dice: Random, of: Triple, _: Triples) -> Made:
    assert isinstance(of.object, Literal)
    day = date.fromisoformat(of.object.value) + timedelta(days=dice.choice((-365, -30, -1, 1, 30, 365)))
    return Literal(day.isoformat(), datatype=of.object.datatype)


def _refined(dice: Random, of: Triple, _: Triples) -> Made:
    assert isinstance(of.object, Literal)
    return Literal(f"{of.object.value}-{dice.randrange(1, 29):02}", datatype=NamedNode(f"{XSD}date"))


def _counted(dice: Random, of: Triple, _: Triples) -> Made:
    assert isinstance(of.object, Literal)
    return Literal(str(int(of.object.value) + dice.choice((-1, 1, 10))), datatype=of.object.datatype)


def _turned(_: Random, of: Triple, __: Triples) -> Made:
    assert isinstance(of.object, Literal)
    return Literal("false" if of.object.value == "true" else "true", datatype=of.object.datatype)


def _spoken(_: Random, of: Triple, __: Triples) -> Made:
    assert isinstance(of.object, Literal)
    return Literal(of.object.value, language="en" if of.object.language == "sv" else "sv")


def _without_language(_: Random, of: Triple, __: Triples) -> Made:
    assert isinstance(of.object, Literal)
    return Literal(of.object.value)


def _has_language(triple: Triple) -> bool:
    return isinstance(triple.object, Literal) and bool(triple.object.language)


def _exchanged_property(dice: Random, triples: Triples) -> Triples | None:
    """Another property, which leads to what is of the same kind."""
    old = _some(dice, [t for t in triples if _is_link(t)])
    found = {t.predicate for t in triples if old and _kind(t.object) == _kind(old.object)} - {TYPE}
    if old is None or found <= {old.predicate}:
        return None
    new = dice.choice(sorted(found - {old.predicate}, key=str))
    return _in_place(triples, old, Triple(old.subject, new, old.object))


def _exchanged_subject(dice: Random, triples: Triples) -> Triples | None:
    """The same of another thing of the kind."""
    old = _some(dice, [t for t in triples if t.predicate != TYPE])
    found = {t.subject for t in triples if old and _kind(t.subject) == _kind(old.subject)} - {old and old.subject}
    if old is None or not found:
        return None
    new = dice.choice(sorted(found, key=str))
    return _in_place(triples, old, Triple(new, old.predicate, old.object))


def _added(dice: Random, triples: Triples) -> Triples | None:
    """One value more."""
    old = _some(dice, [t for t in triples if _is_link(t)])
    new = _other(dice, old, triples) if old else None
    if old is None or new is None:
        return None
    more = Triple(old.subject, old.predicate, new)
    return None if more in triples else [*triples, more]


def _swapped(dice: Random, triples: Triples) -> Triples | None:
    """The values of two things with one property."""
    one = _some(dice, [t for t in triples if t.predicate != TYPE])
    other = _some(dice, [t for t in triples if one and t.predicate == one.predicate and t.object != one.object])
    if one is None or other is None:
        return None
    new = {
        one: Triple(one.subject, one.predicate, other.object),
        other: Triple(other.subject, one.predicate, one.object),
    }
    return [new.get(t, t) for t in triples]


STATEMENTS: Mapping[str, Change] = {
    "statement dropped": _dropped,
    "class dropped": _class_dropped,
    "link to another": _with_object(_is_link, _other),
    "link to another kind": _with_object(_is_link, _foreign),
    "date shifted": _with_object(_of("date"), _shifted),
    "date refined": _with_object(_of("gYearMonth"), _refined),
    "number changed": _with_object(_of("integer"), _counted),
    "truth turned": _with_object(_of("boolean"), _turned),
    "language changed": _with_object(_has_language, _spoken),
    "language dropped": _with_object(_has_language, _without_language),
    "property exchanged": _exchanged_property,
    "subject exchanged": _exchanged_subject,
    "value added": _added,
    "values swapped": _swapped,
}


# ------------------------------------------------------------------ changes of texts


def _replaced(pattern: str, new: str) -> Callable[[Random, str], str | None]:
    def change(dice: Random, text: str) -> str | None:
        found = list(re.finditer(pattern, text))
        if not found:
            return None
        one = dice.choice(found)
        return text[: one.start()] + one.expand(new) + text[one.end() :]

    return change


QUERIES: Mapping[str, Callable[[Random, str], str | None]] = {
    "filter dropped": _replaced(r"(?m)^\s+FILTER .*\n", ""),
    "pattern dropped": _replaced(r"(?m)^\s+OPTIONAL \{.*\}\n", ""),
    "pattern demanded": _replaced(r"OPTIONAL (?=\{)", ""),
    "comparison turned": _replaced(r" = (?=\?|\")", " != "),
    "variable misspelt": _replaced(r"\?([a-z]\w{4,})(?=[ .)])", r"?\1x"),
    "column dropped": _replaced(r"(?m)^(SELECT DISTINCT .*) \?\w+$", r"\1"),
    "term misspelt": _replaced(r"\bsam:([a-z]\w+)", r"sam:\1x"),
    "distinct dropped": _replaced("SELECT DISTINCT", "SELECT"),
}
SHAPES: Mapping[str, Callable[[Random, str], str | None]] = {
    "severity lowered": _replaced(r"sh:severity sh:Warning", "sh:severity sh:Info"),
    "severity given": _replaced(r"(?m)^(\s+)sh:minCount 1 ;$", r"\1sh:minCount 1 ;\1sh:severity sh:Info ;"),
    "minimum dropped": _replaced(r"(?m)^\s+sh:minCount \d+ ;\n", ""),
    "maximum raised": _replaced(r"sh:maxCount 1 ;", "sh:maxCount 9 ;"),
    "datatype dropped": _replaced(r"(?m)^\s+sh:datatype \S+ ;\n", ""),
    "class dropped": _replaced(r"(?m)^\s+sh:class \S+ ;\n", ""),
    "pattern loosened": _replaced(r'sh:pattern "[^"]*"', 'sh:pattern "."'),
    "list lengthened": _replaced(r"sh:in \( (\S+)", r"sh:in ( \1 sam:anything"),
    "target dropped": _replaced(r"(?m)^\s+sh:target\w+ \S+ ;\n", ""),
    "property shape dropped": _replaced(r"(?m)^\s+sams:\w+-\w+ ,\n", ""),
    "query changed": _replaced(r"FILTER \(", "FILTER (false && "),
    "switched off": _replaced(r"a sh:NodeShape ;", "a sh:NodeShape ; sh:deactivated true ;"),
}
ONTOLOGY: Mapping[str, Callable[[Random, str], str | None]] = {
    "superclass dropped": _replaced(r"(?m)^\s+rdfs:subClassOf \S+ ;\n", ""),
    "superproperty dropped": _replaced(r"(?m)^\s+rdfs:subPropertyOf \S+ ;\n", ""),
    "domain dropped": _replaced(r"(?m)^\s+rdfs:domain \S+ ;\n", ""),
    "range changed": _replaced(r"rdfs:range skos:Concept", "rdfs:range rdfs:Resource"),
    "term renamed": _replaced(r"(?m)^sam:(\w+)$", r"sam:\1x"),
    "scheme changed": _replaced(r"skos:inScheme sam:\w+", "skos:inScheme sam:TypeScheme"),
    "list dropped": _replaced(r"(?m)^\s+qb:codeList \S+ ;\n", ""),
}


# ------------------------------------------------------------------ making and judging them


class Mutants:
    """A copy of the real site, in which one file at a time is another one."""

    def __init__(self, folder: Path) -> None:
        """Copy the site."""
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "samverkan.toml", folder)
        self.folder, self.baseline = folder, folder.with_name(f"{folder.name}-as-it-was")
        shutil.copytree(folder, self.baseline)

    @cached_property
    def _before(self) -> tuple[frozenset[tuple[object, ...]], tuple[bytes, ...]]:
        return _grave(self._again.report()), tuple(self._answers())

    def made(self, dice: Random) -> Mutant:
        """One that can be made, of a folder, a file and a kind that the dice choose; data and evidence most often."""
        while True:
            folder = dice.choice(("data", "data", "data", "shapes", "ontology", "queries"))
            path = dice.choice(sorted((self.folder / folder).glob("*.rq" if folder == "queries" else "*.ttl")))
            found = self._of_statements(dice, path) if folder == "data" else self._of_text(dice, path)
            if found is not None:
                return found

    def _of_statements(self, dice: Random, path: Path) -> Mutant | None:
        kind = dice.choice(sorted(STATEMENTS))
        before = [quad.triple for quad in parse(path=path)]
        after = STATEMENTS[kind](dice, before)
        if after is None:
            return None
        gone = [str(t) for t in before if t not in after]
        come = [str(t) for t in after if t not in before]
        said = " and ".join(gone) + (f" became {' and '.join(come)}" if come else " is gone")
        content = serialize(after, format=RdfFormat.N_TRIPLES) or b""
        return Mutant(kind, path.relative_to(self.folder).as_posix(), content, said)

    def _of_text(self, dice: Random, path: Path) -> Mutant | None:
        kinds = {"queries": QUERIES, "shapes": SHAPES, "ontology": ONTOLOGY}[path.parent.name]
        kind, text = dice.choice(sorted(kinds)), path.read_text("utf-8")
        after = kinds[kind](dice, text)
        if after is None or after == text:
            return None
        lines = [line.strip() for line in text.splitlines() if line not in after.splitlines()]
        return Mutant(kind, path.relative_to(self.folder).as_posix(), after.encode(), " / ".join(lines)[:200])

    def judged(self, mutant: Mutant) -> Outcome:
        """What becomes of a mutant."""
        answers = self._before[1]
        with self._put(mutant):
            is_told = self._is_told(mutant)
            is_other = mutant.file.startswith(("shapes/", "ontology/")) or self._differ(answers)
        return Outcome(mutant, is_other, is_told)

    def _differ(self, before: Sequence[bytes]) -> bool:
        return any(one != other for one, other in zip_longest(before, self._answers()))

    @contextmanager
    def _put(self, mutant: Mutant) -> Iterator[None]:
        path = self.folder / mutant.file
        kept = path.read_bytes()
        path.write_bytes(mutant.content)
        try:
            yield
        finally:
            path.write_bytes(kept)

    def _is_told(self, mutant: Mutant) -> bool:
        """Whether something is stopped or warned of that was not before, if need be against the site as it was.

        What nothing answers is neither, and not looked for.
        """
        before = self._before[0]
        if mutant.file.startswith("data/"):
            return bool(_grave(self._again.report()) - before)
        site = samverkan.open(self.folder, as_of=DAY)
        if not mutant.file.startswith("queries/"):
            site.__dict__.update(self._of_queries)
        return self._is_weaker(site) or bool(_grave(site.validate()) - before)

    def _is_weaker(self, site: Site) -> bool:
        """Whether a site can't be read, or asks for less than it did: that is found faster than anything else."""
        if tuple(site._unreadable()):
            return True
        comparison = partial(baseline.check, baseline=self._earlier, answers=site._changed_answer)
        return bool(_grave(run(site._case("samverkan", tuple), [comparison])))

    @cached_property
    def _of_queries(self) -> dict[str, object]:
        """What the site knows of its queries, which are the same as long as none of them has changed."""
        site = samverkan.open(self.baseline)
        return {name: getattr(site, name) for name in ("query_files", "queries", "unreadable_queries", "constructed")}

    @cached_property
    def _earlier(self) -> Baseline:
        return read_baseline(self.baseline, str(self.baseline))

    @cached_property
    def _again(self) -> Revalidation:
        return Revalidation(self.folder, as_of=DAY)

    def _answers(self) -> Iterator[bytes]:
        """The answers of all canned questions, as they are asked without choices, in both languages."""
        site = samverkan.open(self.folder, as_of=DAY)
        try:
            for name, query in site.queries.items():
                yield from (_bytes(site, name, {"lang": lang}) for lang in _languages(query))
        except SamverkanError as error:
            yield str(error).encode()


def _languages(query: Query) -> tuple[str, ...]:
    names = {parameter.name for parameter in query.parameters}
    return ("sv", "en") if "lang" in names else ("",)


def _bytes(site: Site, name: str, given: dict[str, str]) -> bytes:
    try:
        answer = site.query(name, {key: value for key, value in given.items() if value})
    except SamverkanError as error:
        return type(error).__name__.encode()
    if isinstance(answer, Table):
        return answer.json
    return "\n".join(sorted(map(str, getattr(answer, "triples", ())))).encode()


def _grave(report: Report) -> frozenset[tuple[object, ...]]:
    """What a report stops or warns of, wherever it stands."""
    return frozenset(_told(each) for each in report.findings if each.severity >= Severity.WARNING)


def _told(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.focus, finding.path, finding.value, finding.message["en"]


def outcomes(numbers: Iterable[int], seed: int = SEED) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of the mutants with these numbers: each has dice of its own, so any part can be made alone."""
    with TemporaryDirectory() as folder, patch.object(checked_site, "_MOST_ASKED", 0):
        mutants = Mutants(Path(folder) / "site")
        for number in numbers:
            yield number, mutants.judged(mutants.made(Random(f"{seed}-{number}")))


# ------------------------------------------------------------------ the command


def _kept(path: Path | None) -> dict[int, Outcome]:
    """What was judged before, where it was kept."""
    lines = path.read_text("utf-8").splitlines() if path and path.exists() else ()
    return {kept.pop("number"): _outcome(**kept) for kept in map(json.loads, lines)}


def _outcome(*, is_other: bool, is_told: bool, **mutant: str) -> Outcome:
    return Outcome(Mutant(**mutant, content=b""), is_other, is_told)


def _line(number: int, found: Outcome) -> str:
    mutant = found.mutant
    told = {"kind": mutant.kind, "file": mutant.file, "said": mutant.said}
    return json.dumps({"number": number, **told, "is_other": found.is_other, "is_told": found.is_told}) + "\n"


def _judged(wanted: range, path: Path | None) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of all that are wanted; each that is new is kept at once."""
    before = _kept(path)
    yield from ((number, before[number]) for number in wanted if number in before)
    for number, found in outcomes(number for number in wanted if number not in before):
        if path:
            with path.open("a", encoding="utf-8") as file:
                file.write(_line(number, found))
        yield number, found


def _counted_up(found: Iterable[Outcome]) -> Iterator[str]:
    """How many were told, by folder and kind."""
    told, all_ = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in found:
        folder = each.mutant.file.partition("/")[0]
        for key in ((folder, each.mutant.kind), (folder, "")):
            all_[key] += 1
            told[key] += each.is_told
    for key in sorted(all_):
        yield f"{key[0]:10}{key[1] or 'all':26}{told[key]:5} of {all_[key]:5} told\n"


def main() -> None:
    """Judge as many as the command line says, and print which were not told, and how many were."""
    parser = ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=600, help="how many mutants")
    parser.add_argument("--start", type=int, default=0, help="the number of the first, to judge them in parts")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the outcomes there; those that are kept stay")
    given = parser.parse_args()
    others = []
    for number, found in _judged(range(given.start, given.start + given.number), given.keep):
        others += [found] * found.is_other
        if found.is_other and not found.is_told:
            mutant = found.mutant
            sys.stdout.write(f"survived: {number}: {mutant.kind} in {mutant.file}: {mutant.said}\n")
            sys.stdout.flush()
    sys.stdout.writelines(_counted_up(others))


if __name__ == "__main__":
    main()
