"""Random persons are taken out of a site with many releases: `python -m bench.withdrawals [--people N] [--releases N]`.

A synthetic site is released so many times. Names of people stand in open texts of the first releases, when nobody knows
them for persons, then in the file of persons and in comments. The site is published, the persons are taken out in
random order, and it is published again. Then every file of the site and of its release is searched. Prints how many
files had a name before and after; the exit code is 1 if any has one after.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import samverkan
from bench.generate import generate
from samverkan.authoring.file_changes import write_changes
from samverkan.authoring.forgetting import planned
from samverkan.authoring.traces import Names, traces
from samverkan.changes.recording import file_changes, recorded
from samverkan.publication.published import Site
from samverkan.publication.static import publish

_DAY = date(2026, 1, 1)
_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"


@dataclass(frozen=True)
class People:
    """Where persons stand in a site, and how one is described there.

    Texts about `thing` in `open_file` have their names before.
    """

    file: str
    described: Callable[[str, str], str]
    open_file: str
    thing: str


KI = People(
    "data/contacts.ttl",
    lambda iri, name: f'<{iri}> a vcard:Individual ; vcard:fn "{name}" . agreement:m0 sam:contact <{iri}> .',
    "data/page-en.ttl",
    "agreement:m0",
)
SMALL = People(
    "data/lights.ttl",
    lambda iri, name: f'<{iri}> a doll:Keeper ; foaf:name "{name}" .',
    "data/lights.ttl",
    "lightship:vandraren",
)


@dataclass(frozen=True)
class Found:
    """How many files had a name: of the release and of the site, before and after."""

    before: Mapping[str, int]
    after: Sequence[str]


def named(many: int, dice: random.Random) -> list[str]:
    """Names, all different, with letters that are escaped in many ways."""
    firsts = ("Åsa", "Bo", "Čeda", "Éva", "Zoë", "Anna-Karin")
    return [
        f"{dice.choice(firsts)} {''.join(dice.sample('aeiouknrstvåäö', 9)).title()}{number}ström"
        for number in range(many)
    ]


def withdrawn(site: Path, people: People, many: int, releases: int, seed: int = 1) -> Found:
    """Take so many persons out of a site that was released so many times, and look for them."""
    dice = random.Random(seed)
    names = dict(
        zip(
            (f"{samverkan.open(site).settings.base}id/person/p{9000 + n}" for n in range(many)),
            named(many, dice),
            strict=True,
        )
    )
    _released(site, people, names, releases)
    before = {where: len(list(traces(site / where, Names(names.values())))) for where in ("public", "releases", "data")}
    for iri in dice.sample(sorted(names), many):
        write_changes(site, list(planned(site, iri).changes()))
    _published(site, _DAY + timedelta(days=releases))
    return Found(before, list(traces(site, Names(names.values()))))


def _released(site: Path, people: People, names: Mapping[str, str], releases: int) -> None:
    with (site / "samverkan.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[history]\nreleases = {releases}\n")
    listed, original = list(names.values()), (site / people.open_file).read_text("utf-8")
    for number in range(releases - 1):
        spoken = [f'"Met {name}, {name.upper()} and others"@en' for name in listed[number :: releases - 1]]
        said = f"\n{people.thing} <{_COMMENT}> {' , '.join(spoken)} .\n" if spoken else ""
        (site / people.open_file).write_text(original + said, "utf-8")
        _noted(site, _DAY + timedelta(days=number))
    (site / people.open_file).write_text(original, "utf-8")
    described = "".join(f"# {name}\n{people.described(iri, name)}\n\n" for iri, name in names.items())
    with (site / people.file).open("a", encoding="utf-8") as stream:
        stream.write(f"\n{described}")
    _published(site, _DAY + timedelta(days=releases - 1))


def _noted(site: Path, day: date) -> Site:
    """Note a release in the history; the site that it is of."""
    here = samverkan.open(site, as_of=day)
    history, kept = recorded(here, site / "public")
    write_changes(site, file_changes(here, history, kept))
    return samverkan.open(site, as_of=day)


def _published(site: Path, day: date) -> None:
    publish(_noted(site, day), site / "public")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found; 1 where a name is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("people", 100), ("releases", 20), ("triples", 3000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="samverkan-") as folder:
        generate(Path(folder), given.triples)
        found = withdrawn(Path(folder), KI, given.people, given.releases, given.seed)
    for where, count in found.before.items():
        print(f"files with a name in {where}/ before: {count}")
    print(f"files with a name after {given.people} withdrawals: {len(found.after)}", *found.after[:20], sep="\n  ")
    return 1 if found.after else 0


if __name__ == "__main__":
    sys.exit(main())
