"""Write a large invented site: `python -m bench.generate DIR --triples 100000 --errors 100`.

The words, promises and questions are those of this repository; the facts are invented, in the
same files as the real ones. The same numbers give the same bytes on every machine.
"""

from __future__ import annotations

import argparse
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.dice import Dice
from bench.invented import FILES, Description, foundation, municipality, region
from bench.planted import FAULTS, Planted
from bench.things import Names, Thing, document

ROOT = Path(__file__).parent.parent
COPIED = ("ontology", "shapes", "queries")
SEED = 20240611
MUNICIPALITIES_PER_REGION = 10
MUNICIPALITIES_PER_PAGE = 50


@dataclass(frozen=True)
class Made:
    """A site that was made: where, how many things and triples its data has, and the faults planted in it."""

    folder: Path
    things: int
    triples: int
    planted: tuple[Planted, ...]


def generate(folder: Path, triples: int, errors: int = 0) -> Made:
    """Write a site with about that many triples in data/ and exactly that many faults.

    Raises `ValueError` where there are more faults than agreements to plant them in.
    """
    blocks, things = _invented(triples)
    names = _copied(folder)
    planted = tuple(_planted(blocks, errors, names))
    for block in blocks:
        block.support()  # what the passages bear is what is said, faults and all
    things = list(foundation(1 + len(blocks) // MUNICIPALITIES_PER_PAGE)) + things
    _write(folder / "data", things, names)
    return Made(folder, len({thing.name for thing in things}), sum(len(thing.facts) for thing in things), planted)


def _invented(triples: int) -> tuple[list[Description], list[Thing]]:
    dice, blocks, things, size = Dice(SEED), list[Description](), list[Thing](), 0
    while size < triples:
        block = municipality(len(blocks), dice)
        more = list(region(len(blocks), dice)) if len(blocks) % MUNICIPALITIES_PER_REGION == 0 else []
        blocks.append(block)
        things += [*block.things, *more]
        size += sum(len(thing.facts) for thing in (*block.things, *more))
    return blocks, things


def _copied(folder: Path) -> Names:
    """Copy everything but the facts, and tell under which names the site stands."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    shutil.copy(ROOT / "samverkan.toml", folder)
    settings = tomllib.loads((ROOT / "samverkan.toml").read_text(encoding="utf-8"))
    return Names(settings["base"], settings["ontology"])


def _planted(blocks: list[Description], errors: int, names: Names) -> Iterable[Planted]:
    """Plant faults of every kind in turn, spread evenly over the site, never two in one block."""
    if errors > len(blocks):
        message = f"{errors} faults need {errors} agreements, and there are {len(blocks)}"
        raise ValueError(message)
    kinds = list(FAULTS)
    for number in range(errors):
        kind = kinds[number % len(kinds)]
        thing = FAULTS[kind].plant(blocks[number * len(blocks) // errors], number)
        yield Planted(kind, names.iri(thing.name), f"data/{thing.file}.ttl", FAULTS[kind].expected)


def _write(folder: Path, things: list[Thing], names: Names) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        found = (thing for thing in things if thing.file == file)
        with (folder / f"{file}.ttl").open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(document(found, names))


def main() -> None:
    """Read the command line, write the site, and print what was planted in it."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    made = generate(options.folder, options.triples, options.errors)
    for fault in made.planted:
        print(f"{fault.kind}\t{fault.file}\t{fault.thing}\t{', '.join(found.rule for found in fault.expected)}")
    for kind, count in Counter(fault.kind for fault in made.planted).items():
        print(f"{count} times {kind}")
    print(f"{made.triples} triples about {made.things} things in {made.folder}")


if __name__ == "__main__":
    main()
