"""The vocabulary, shapes and queries of a site as they once were: in a revision of its git repository, or in a folder.

Of git only what looks up objects is run. Nothing is fetched, no hook, filter or monitor is started, and no variable
`GIT_…` that points elsewhere is heeded.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from samverkan.errors import Place, UnreadableError, UsageError
from samverkan.model.dataset import File
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.model.queries import Query, read_query
from samverkan.site import source_files

if TYPE_CHECKING:
    from samverkan.validation.baseline import Baseline

_FOLDERS = {
    source_files.ONTOLOGY: source_files.SUFFIX,
    source_files.SHAPES: source_files.SUFFIX,
    "queries": QUERY_SUFFIX,
}
_SECONDS = 60
_LARGEST = 64 << 20  # bytes of all files: vocabularies and shapes are small
_FILE = "100"  # how the modes of plain files begin; a link or a submodule is none
_QUIET = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never")

Contents = Mapping[str, bytes]
"""Files by their names relative to the site."""


def read_baseline(root: Path, revision: str) -> Baseline:
    """Read what a site is to be compared with: a folder if there is one of that name, else a git revision.

    Raises `UsageError` where there is neither, and `UnreadableError` for a file in it that can't be read.
    """
    if _is_folder(revision):
        return _baseline(revision, dict(_of_folder(Path(revision))))
    return _baseline(revision, _of_revision(root, revision))


def _is_folder(name: str) -> bool:
    try:
        return bool(name) and Path(name).is_dir()
    except OSError:  # no folder can have the name
        return False


def _baseline(name: str, found: Contents) -> Baseline:
    from samverkan.validation.baseline import Baseline

    if not found:
        raise UsageError(
            f"{name!r} has no ontology, no shapes and no queries of a site.",
            remedy="Name a folder that is a site, or a revision in which this folder is one.",
            sv=f"{name!r} har varken ontologi, former eller frågor. Ange en mapp som är en webbplats, "
            "eller en revision där den här mappen är en.",
        )
    return Baseline(
        name=name,
        ontology=tuple(_files(name, found, source_files.ONTOLOGY)),
        shapes=tuple(_files(name, found, source_files.SHAPES)),
        queries={query.name: query for query in _queries(name, found)},
    )


def _files(name: str, found: Contents, folder: str) -> Iterator[File]:
    for path, content in sorted(found.items()):
        if path.startswith(f"{folder}/"):
            yield File(f"{name}:{path}", f"urn:x-baseline:{folder}", content.removeprefix(b"\xef\xbb\xbf"))


def _queries(name: str, found: Contents) -> Iterator[Query]:
    for path, content in sorted(found.items()):
        if path.endswith(QUERY_SUFFIX):
            try:
                yield read_query(content.decode(), f"{name}:{path}")
            except UnicodeDecodeError:
                raise UnreadableError(
                    "The query is not UTF-8.", place=Place(f"{name}:{path}"), sv="Frågan är inte skriven i UTF-8."
                ) from None


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for part, suffix in _FOLDERS.items():
        for path in source_files.tree(folder, part, suffix):
            name = path.relative_to(folder).as_posix()
            if _is_wanted(name):
                yield name, source_files.read_bytes(path, name)


def _is_wanted(name: str) -> bool:
    """Whether a file of this name is read: queries may stand in folders of folders, nothing else."""
    folder, _, left = name.partition("/")
    is_flat = folder == "queries" or "/" not in left
    return bool(left) and is_flat and not left.startswith(".") and name.endswith(_FOLDERS.get(folder, "/"))


def _of_revision(root: Path, revision: str) -> Contents:
    """The files of a revision, as git keeps them."""
    return files_of(root, revision, _FOLDERS, _is_wanted, _LARGEST)


def files_of(
    root: Path, revision: str, names: Iterable[str], is_wanted: Callable[[str], bool], largest: int
) -> Contents:
    """The plain files of a revision that are, or stand in, one of some names relative to the site.

    Raises `UsageError` where there is no such revision, or where they have more bytes than `largest`.
    """
    commit = _commit(root, revision)
    listed = _git(root, ("ls-tree", "-r", "-z", "-l", commit, "--", *names))
    rows = [_row(row) for row in listed.decode("utf-8", "surrogateescape").split("\0") if row]
    wanted = {name: (one, size) for mode, one, size, name in rows if mode.startswith(_FILE) and is_wanted(name)}
    if sum(size for _, size in wanted.values()) > largest:
        raise UsageError(
            f"{revision!r} has more than {largest >> 20} MB in the files of the site.",
            sv=f"{revision!r} har mer än {largest >> 20} MB i webbplatsens filer.",
        )
    return dict(zip(wanted, _blobs(root, [one for one, _ in wanted.values()]), strict=True))


def _commit(root: Path, revision: str) -> str:
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return _git(root, asked).decode("ascii").strip()
    except UsageError:
        raise UsageError(
            f"{revision!r} is neither a folder nor a revision of the git repository of the site.",
            remedy="Name a folder, a branch, a tag or a commit.",
            sv=f"{revision!r} är varken en mapp eller en revision i webbplatsens git-arkiv. "
            "Ange en mapp, en gren, en tagg eller en commit.",
        ) from None


def _row(row: str) -> tuple[str, str, int, str]:
    """The mode, the object, the size and the name in a row of `ls-tree -l`."""
    about, _, name = row.partition("\t")
    mode, _, one, size = about.split()
    return mode, one, int(size) if size.isdecimal() else 0, name


def _blobs(root: Path, objects: Sequence[str]) -> Iterator[bytes]:
    """The contents of some objects, without the filters that a checkout would run."""
    found = _git(root, ("cat-file", "--batch"), "".join(f"{one}\n" for one in objects).encode())
    start = 0
    for _ in objects:
        begun = found.index(b"\n", start) + 1
        size = int(found[start:begun].split()[2])
        yield found[begun : begun + size]
        start = begun + size + 1


def _git(root: Path, arguments: Iterable[str], given: bytes = b"") -> bytes:
    """What git says in the folder of a site; raises `UsageError` where it is not there or refuses."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a list, without a shell
            ("git", *_QUIET, *arguments),  # noqa: S607 - the git that the user has
            cwd=root,
            env=kept | quiet,
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UsageError(
            f"git can't be asked: {_reason(error)}.", sv=f"Det går inte att fråga git: {_reason(error)}."
        ) from None
    return done.stdout


def _reason(error: Exception) -> str:
    said = error.stderr.decode("utf-8", "replace") if isinstance(error, subprocess.CalledProcessError) else str(error)
    return said.strip().partition("\n")[0].removeprefix("fatal: ").rstrip(".") or "it failed"
