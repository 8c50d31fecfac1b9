"""What is told when something is forgotten: what goes, what must be done by hand, and what is beyond reach."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from samverkan.authoring.forgetting import Erasure
from samverkan.errors import Place
from samverkan.store.engines import ENGINES
from samverkan.validation import text

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "removed": "Tas bort ur data/ ({count}):",
        "nothing": "I data/ finns ingenting kvar att ta bort.",
        "notice": "I stället lämnas ett besked utan namn: {iri} svarar 410.",
        "no notice": "Inget besked lämnas, för adressen själv innehåller namnet: {iri} svarar 404.",
        "shared": "Någon annan i uppgifterna heter likadant. Text med bara namnet lämnas kvar och eftersöks inte.",
        "by hand": "Måste ändras för hand, för där står namnet eller adressen utanför data/:",
        "possible": "Har en del av namnet, som kan vara någon annans. Läs raderna och avgör själv:",
        "violation": "{place}: NYTT FEL [{rule}] {message}",
        "beyond": "Utom räckhåll för den här kommandoraden. Gör det som gäller er, och skriv upp vad ni har gjort:",
    },
    "en": {
        "removed": "Taken out of data/ ({count}):",
        "nothing": "Nothing is left in data/ to be taken out.",
        "notice": "A notice that names nobody is left in its place: {iri} answers 410.",
        "no notice": "No notice is left, because the address itself has the name: {iri} answers 404.",
        "shared": "Somebody else in the data has the same name. Texts with only the name stay, and aren't looked for.",
        "by hand": "To be changed by hand, because the name or the address stands outside of data/:",
        "possible": "Part of the name, which may be somebody else's. Read these lines, and decide:",
        "violation": "{place}: NEW VIOLATION [{rule}] {message}",
        "beyond": "Beyond the reach of this command. Do what applies to you, and write down what you have done:",
    },
}

# What is beyond reach, what is done about it, and whether it applies to a folder: in Swedish and English.
_GIT = (
    (
        "Git-historiken, som har alla tidigare versioner. Skriv namnet i filen ../names.txt, och kör:",
        "The history in git, which has all earlier versions. Write the name into the file ../names.txt, and run:",
    ),
    (
        "git filter-repo --replace-text ../names.txt",
        "git reflog expire --expire=now --all && git gc --prune=now",
        "git push --force --all && git push --force --tags",
    ),
)
_GIT_COPIES = (
    (
        "Kloner, förgreningar och GitHubs eller GitLabs egna kopior. Be alla klona på nytt, och be supporten rensa:",
        "Clones, forks and what GitHub or GitLab keeps. Ask everybody to clone anew, and the support to clear caches:",
    ),
    ("rm -r CLONE && git clone URL",),
)
_SERVER = (
    (
        "En server som kör samverkan serve läser om webbplatsen:",
        "A running samverkan serve reads the site again:",
    ),
    ("kill -HUP PID",),
)
_COPIES = (
    (
        "Säkerhetskopior, webbserverns kopior av public/ och dess loggar, där namnet kan stå i en sökning:",
        "Backups, the copies of public/ on web servers and their logs, which may have the name in a search:",
    ),
    ("rsync -a --delete public/ HOST:PATH/", "grep -rilF -f ../names.txt /var/log/nginx /var/log/apache2 BACKUPS"),
)
_SEARCH = (
    (
        "Sökmotorer, Internet Archive och dataportaler som har hämtat datamängden. Begär borttagning hos var och en:",
        "Search engines, the Internet Archive, and portals that have harvested the dataset. Ask each to remove it:",
    ),
    (
        "https://search.google.com/search-console/remove-outdated-content",
        "https://www.bing.com/webmasters/tools/contentremoval",
        "https://help.archive.org/help/how-do-i-request-to-remove-something-from-archive-org/",
        "https://www.dataportal.se/",
    ),
)
_STORES = tuple((engine.residue, engine.purging) for engine in ENGINES if engine.purging)
_ALWAYS = (_SERVER, *_STORES, _COPIES, _SEARCH)


def shown(erasure: Erasure, language: str) -> Iterator[str]:
    """The lines that tell what would be done; the name stands in none of them, for output is kept in logs."""
    said = _WORDS[language]
    if erasure.removed:
        yield said["removed"].format(count=len(erasure.removed))
        yield from (f"  {place} {name}" for place, name in erasure.removed)
    else:
        yield said["nothing"]
    yield said["no notice" if erasure.is_named_by_address else "notice"].format(iri=erasure.iri)
    if erasure.is_shared:
        yield said["shared"]
    yield from _listed(said["by hand"], erasure.by_hand)
    yield from _listed(said["possible"], erasure.possible)
    for found in erasure.violations:
        place = str(found.places[0]) if found.places else found.focus or ""
        yield said["violation"].format(place=place, rule=found.rule, message=text(found.message, language))


def _listed(heading: str, places: Iterable[Place]) -> Iterator[str]:
    found = [f"  {place}" for place in places]
    yield from ([heading, *found] if found else ())


def beyond(root: Path, language: str) -> Iterator[str]:
    """What no program here can reach, with the command, or the place to ask, for each."""
    yield _WORDS[language]["beyond"]
    for said, commands in (*((_GIT, _GIT_COPIES) if _has_history(root) else ()), *_ALWAYS):
        yield f"  {said[0 if language == 'sv' else 1]}"
        yield from (f"    {command}" for command in commands)


def _has_history(root: Path) -> bool:
    """Whether a folder is in a git repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        asked = ("git", "rev-parse", "--git-dir")
        done = subprocess.run(asked, cwd=root, env=kept, capture_output=True, timeout=20, check=False)  # noqa: S603 - a list
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
