"""A release as a folder: complete, the same bytes each time, and always whole, whatever happens in between."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

import samverkan
from samverkan.errors import GateError, UnwritableError
from samverkan.model import paths
from samverkan.publication import previous_release, static
from samverkan.publication.manifest import items

DOLL = Path(__file__).parents[1] / "site"

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the small site, to be read only."""
    target = tmp_path_factory.mktemp("release") / "public"
    static.publish(samverkan.open(DOLL), target)
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_whole(folder: Path) -> None:
    """Every file of the manifest is there with its bytes, and no other."""
    found = contents(folder)
    manifest = json.loads(found["manifest.json"])
    listed = {entry["path"]: entry for entry in manifest["files"]}
    assert set(found) - {"manifest.json"} == set(listed)
    for path, entry in listed.items():
        assert len(found[path]) == entry["bytes"]
        assert hashlib.sha256(found[path]).hexdigest() == entry["sha256"]


def change(site: Path) -> None:
    """Another edition of the small site, with other files."""
    (site / "data" / "more.ttl").write_text(
        "<https://example.org/doll/id/keeper/k9> a <https://example.org/doll/def/Keeper> ; "
        '<http://xmlns.com/foaf/0.1/name> "Nio" .\n'
    )


def started(site: Path, target: Path, **env: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "samverkan", "--site", site, "publish", target],
        env={**os.environ, "LC_ALL": "C.UTF-8", **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def leftovers(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path.name.startswith("."))


# ---------------------------------------------------------------- what is in it


def test_the_folder_holds_every_item_and_nothing_else(doll: samverkan.Site, release: Path) -> None:
    assert contents(release) == {item.path: item.content for item in items(doll)}
    check_whole(release)


def test_the_sums_are_those_that_the_tool_checks(release: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=release / "dump", capture_output=True, check=False
    )

    assert checked.returncode == 0, checked.stdout
    named = {line.split("  ")[1] for line in (release / "dump" / "SHA256SUMS").read_text().splitlines()}
    assert named == {path.name for path in (release / "dump").iterdir()} - {"SHA256SUMS"}


def test_two_runs_give_the_same_bytes(copy: Path) -> None:
    runs = [started(copy, copy.parent / seed, PYTHONHASHSEED=seed) for seed in ("1", "2")]

    assert [(run.communicate()[1] or b"")[:5] != b"Error" and run.returncode for run in runs] == [0, 0]
    assert contents(copy.parent / "1") == contents(copy.parent / "2")


def test_the_order_of_the_sources_changes_nothing(copy: Path, release: Path) -> None:
    shaken = random.Random(5)
    for file in sorted((copy / "data").glob("*.ttl")) + sorted((copy / "ontology").glob("*.ttl")):
        lines = serialize(parse(file.read_bytes(), format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES)
        assert lines
        order = lines.splitlines(keepends=True)
        shaken.shuffle(order)
        file.write_bytes(b"".join(order))
    static.publish(samverkan.open(copy), copy / "public")

    # The report tells lines of the sources, and the manifest its sums.
    told = {f"validation{end}" for end in (".ttl", ".json", ".sarif", ".sv.html", ".en.html")} | {"manifest.json"}
    shuffled, straight = contents(copy / "public"), contents(release)
    assert shuffled.keys() == straight.keys()
    assert [name for name in straight if name not in told and shuffled[name] != straight[name]] == []


def test_files_and_folders_can_be_read_by_a_web_server(release: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in release.rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o555 for path in (release, *release.rglob("*")) if path.is_dir()} == {0o555}


# ---------------------------------------------------------------- what it replaces


def test_a_new_release_takes_the_place_of_the_old_one(copy: Path) -> None:
    target = copy / "public"
    static.publish(samverkan.open(copy), target)
    old = contents(target)
    change(copy)
    static.publish(samverkan.open(copy), target)
    new = contents(target)
    (copy / "data" / "more.ttl").unlink()
    static.publish(samverkan.open(copy), target)

    assert "doc/keeper/k9.ttl" in new
    assert contents(target) == old
    assert leftovers(target) == []


def test_a_site_that_fails_the_gate_leaves_the_old_release(copy: Path) -> None:
    target = copy / "public"
    static.publish(samverkan.open(copy), target)
    old = contents(target)
    change(copy)
    with (copy / "data" / "more.ttl").open("a") as file:
        file.write("<https://example.org/doll/id/keeper/k8> a <https://example.org/doll/def/Keeper> .")

    with pytest.raises(GateError):
        static.publish(samverkan.open(copy), target)
    assert contents(target) == old
    assert leftovers(target) == []


def test_an_empty_folder_and_a_missing_one_become_releases(doll: samverkan.Site, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "missing", "far/away/from/here"):
        static.publish(doll, tmp_path / name)
        check_whole(tmp_path / name)


def test_a_link_to_a_folder_stays_a_link(doll: samverkan.Site, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for _ in range(2):
        static.publish(doll, tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    check_whole(tmp_path / "real")


def refuse(site: samverkan.Site, target: Path, word: str) -> None:
    with pytest.raises(UnwritableError, match=word) as caught:
        static.publish(site, target)
    assert caught.value.message("sv") != caught.value.message("en")


def test_a_folder_full_of_something_else_is_not_touched(doll: samverkan.Site, tmp_path: Path) -> None:
    (tmp_path / "home" / ".config").mkdir(parents=True)
    (tmp_path / "home" / "thesis.txt").write_text("years of work")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text('{"name": "an app"}')
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / ".git").mkdir()
    before = contents(tmp_path)
    for name in ("home", "other", "hidden"):
        refuse(doll, tmp_path / name, "not a release")
    assert contents(tmp_path) == before


def test_what_can_not_be_a_release_is_refused(doll: samverkan.Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "round").symlink_to("round")
    refuse(doll, tmp_path / "file", "is a file")
    refuse(doll, tmp_path / "file" / "below", "can't be written")
    refuse(doll, tmp_path / "round", "can't be written")
    refuse(doll, Path("/dev/null"), "is a file")
    refuse(doll, Path("/proc/nowhere"), "can't be written")


@pytest.mark.parametrize(
    "name", [".", "..", "data", "data/out", "queries/out", "shapes/out/deeper", "ontology/out", "x/../data/out"]
)
def test_the_site_itself_is_no_target(name: str, copy: Path) -> None:
    before = contents(copy)
    refuse(samverkan.open(copy), copy / name, "holds the site|a part of it|not a release")

    assert contents(copy) == before
    assert {path.name for path in copy.iterdir()} == {path.name for path in DOLL.iterdir()}


# ---------------------------------------------------------------- what is somebody else's in it


@pytest.fixture
def old(release: Path, tmp_path: Path) -> Path:
    """A release to which somebody does something, its times as they were."""
    return Path(shutil.copytree(release, tmp_path / "public"))


def everything(folder: Path) -> dict[str, object]:
    """All that is below a folder: files with their bytes, links, and empty folders."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
        for name, path in paths.items()
    }


def add(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")


def folders(*paths: Path) -> None:
    for path in paths:
        path.mkdir()


def edit(path: Path, *, moved: bool = False) -> None:
    """Change a file without changing its size; or move a changed one in its place that is as old as it was."""
    status, content = path.stat(), path.read_bytes()
    new = path.with_name(".new")
    (new if moved else path).write_bytes(content[:-1] + b"!")
    if moved:
        os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
        new.rename(path)


def link(path: Path, to: str) -> None:
    if path.is_dir():
        path.rename(path.parents[1] / "moved")
    path.unlink(missing_ok=True)
    path.symlink_to(to)


STRANGE: dict[str, Callable[[Path], object]] = {
    "Added: robots.txt.": lambda folder: add(folder / "robots.txt"),
    "Added: .htaccess.": lambda folder: add(folder / ".htaccess"),
    "Added: .well-known/acme-challenge/x.": lambda folder: add(folder / ".well-known" / "acme-challenge" / "x"),
    "Added: doc/keeper/notes.txt.": lambda folder: add(folder / "doc" / "keeper" / "notes.txt"),
    "Added: a/b/.git/c.": lambda folder: add(folder / "a" / "b" / ".git" / "c"),
    "Added: a/, doc/b/.": lambda folder: folders(folder / "a", folder / "doc" / "b"),
    "Added: a, b, c, d, e and 2 more.": lambda folder: add(*(folder / name for name in "gfedcba")),
    "Added: a\ufffd\ufffdb.": lambda folder: add(folder / "a\n\x1bb"),
    "Added: latest.": lambda folder: link(folder / "latest", "dump"),
    "Added: nowhere.": lambda folder: link(folder / "nowhere", "gone"),
    "Added: dump.": lambda folder: link(folder / "dump", "../moved"),
    "Added: pipe.": lambda folder: os.mkfifo(folder / "pipe"),
    "Added: a. Changed: index.html.": lambda folder: add(folder / "a", folder / "index.html"),
    "Changed: index.sv.html.": lambda folder: edit(folder / "index.sv.html"),
    "Changed: index.en.html.": lambda folder: edit(folder / "index.en.html", moved=True),
    "Changed: dump/SHA256SUMS.": lambda folder: edit(folder / "dump" / "SHA256SUMS"),
    "Changed: def.ttl.": lambda folder: link(folder / "def.ttl", "def.nt"),
}


@pytest.mark.parametrize("told", STRANGE)
def test_what_is_not_of_the_old_release_is_named_and_kept(told: str, doll: samverkan.Site, old: Path) -> None:
    STRANGE[told](old)
    before = everything(old)
    refuse(doll, old, f"not as it was published. {re.escape(told)} Nothing in it is touched")

    assert everything(old) == before
    assert leftovers(old) == []


def test_what_a_file_manager_leaves_in_a_release_is_nobodys(doll: samverkan.Site, old: Path) -> None:
    add(old / ".DS_Store", old / "doc" / "Thumbs.db")
    static.publish(doll, old)

    assert not (old / ".DS_Store").exists()
    assert leftovers(old) == []


def test_a_copied_release_and_one_that_lacks_files_is_replaced(doll: samverkan.Site, old: Path, release: Path) -> None:
    shutil.rmtree(old / "doc")
    (old / "index.html").unlink()
    shutil.copytree(release / "def", old / "def", copy_function=shutil.copyfile, dirs_exist_ok=True)
    assert static.publish(doll, old).kept == ()

    check_whole(old)
    assert [path.name for path in old.parent.iterdir()] == ["public"]


def test_a_release_whose_manifest_does_not_list_the_sums_is_replaced(doll: samverkan.Site, old: Path) -> None:
    manifest = json.loads((old / "manifest.json").read_bytes())
    manifest["files"] = [entry for entry in manifest["files"] if entry["path"] != "dump/SHA256SUMS"]
    (old / "manifest.json").write_text(json.dumps({"generator": "samverkan 0.0.1", "files": manifest["files"]}))
    static.check_target(doll, old)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ('{"generator": "samverkan 0.1.0",\n"files": [', "is broken: line 2"),
        ("", "is broken: line 1"),
        ("[" * 100_000, "is broken: line 1"),
        ('{"generator": "samverkan 0.0.1", "files": ["index.html"]}', "written by samverkan 0.0.1 and"),
        ('{"generator": "samverkan 0.0.1", "files": [{"path": "index.html"}]}', "written by samverkan 0.0.1 and"),
        ('{"generator": "samverkan 0.0.1"}', "written by samverkan 0.0.1 and"),
        ('{"generator": "another 1"}', "not a release"),
        ("[]", "not a release"),
    ],
)
def test_a_manifest_that_does_not_tell_what_is_ours_keeps_everything(
    manifest: str, told: str, doll: samverkan.Site, old: Path
) -> None:
    (old / "manifest.json").write_text(manifest)
    before = contents(old)
    refuse(doll, old, told)

    assert contents(old) == before


def test_a_huge_manifest_is_not_read(doll: samverkan.Site, old: Path) -> None:
    os.truncate(old / "manifest.json", previous_release.MOST + 1)
    refuse(doll, old, "has 1000000001 bytes")


def test_a_manifest_that_is_no_file_is_not_opened(doll: samverkan.Site, old: Path) -> None:
    (old / "manifest.json").unlink()
    os.mkfifo(old / "manifest.json")
    refuse(doll, old, "not a release")


def test_what_comes_while_a_release_is_written_is_kept(
    doll: samverkan.Site, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sync", lambda: add(old / "robots.txt"))
    before = contents(old)
    refuse(doll, old, "Added: robots.txt")

    assert contents(old) == {**before, "robots.txt": b"mine"}
    assert leftovers(old) == []


@pytest.mark.parametrize("exchanged", [True, False])
@pytest.mark.parametrize("known", [True, False], ids=["a release", "no release"])
def test_what_comes_just_before_the_swap_is_kept_aside(
    exchanged: bool, known: bool, doll: samverkan.Site, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not known:
        shutil.rmtree(old)
    before = contents(old) if known else {}
    swap, exchange = static._swap, static._exchange

    def late(fresh: Path, folder: Path) -> Path | None:
        add(folder / "robots.txt")
        return swap(fresh, folder)

    monkeypatch.setattr(static, "_swap", late)
    monkeypatch.setattr(static, "_exchange", exchange if exchanged else lambda *_: False)
    (kept,) = static.publish(doll, old).kept
    monkeypatch.undo()

    check_whole(old)
    assert contents(kept) == {**before, "robots.txt": b"mine"}
    assert leftovers(old) == []
    assert static._tidy(old) == []  # the next run does not know it


def test_what_comes_while_the_old_release_is_removed_stays(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = previous_release.differences

    def late(folder: Path, own: previous_release.Own) -> previous_release.ReleaseDifferences:
        found = compared(folder, own)
        add(folder / "doc" / "robots.txt")
        return found

    monkeypatch.setattr(previous_release, "differences", late)
    assert not previous_release.remove(old)
    assert contents(old) == {"doc/robots.txt": b"mine"}


@pytest.mark.parametrize("name", [".public.samverkan-abcd1234", ".public.samverkan-abcd1234-old"])
def test_what_a_killed_run_has_replaced_is_kept_where_something_came_into_it(
    name: str, doll: samverkan.Site, old: Path, release: Path
) -> None:
    add(Path(shutil.copytree(release, old.with_name(name))) / "robots.txt")
    (kept,) = static.publish(doll, old).kept

    assert kept.name == "public.kept-abcd1234"
    assert contents(kept) == {**contents(release), "robots.txt": b"mine"}
    assert leftovers(old) == []


def test_a_release_that_is_replaced_while_it_is_compared_is_no_stranger(
    doll: samverkan.Site, old: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, rounds = previous_release.read_release, []

    def swapped(folder: Path) -> previous_release.Own:
        rounds.append(own := read(folder))
        if len(rounds) == 1:
            shutil.rmtree(folder)
            shutil.copytree(release, folder, copy_function=shutil.copyfile)
            return dict(list(own.items())[:9])
        return own

    monkeypatch.setattr(previous_release, "read_release", swapped)
    static.check_target(doll, old)
    assert len(rounds) == 2


# ---------------------------------------------------------------- when it goes wrong


@pytest.fixture
def published(copy: Path, release: Path) -> Path:
    """The release of a site that has changed since then."""
    shutil.copytree(release, copy / "public")
    change(copy)
    return copy / "public"


def test_a_file_that_is_too_large_for_the_disk_leaves_the_old_release(published: Path, copy: Path) -> None:
    old = contents(published)
    limited = f'ulimit -f 16; exec "{sys.executable}" -m samverkan publish'  # 16 blocks of 512 or 1,024 bytes
    ended = subprocess.run(
        ["sh", "-c", limited], cwd=copy, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )

    assert ended.returncode == 4
    assert ended.stderr.startswith(b"Error: The disk is full: ")
    assert ended.stderr.count(b"\n") == 1
    assert contents(published) == old
    assert leftovers(published) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("after", [0, 1, 100])
def test_a_disk_that_fails_in_the_middle_leaves_the_old_release(
    number: int, after: int, published: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, written = contents(published), os.write
    count = 0

    def failing(descriptor: int, content: bytes) -> int:
        nonlocal count
        count += 1
        if count > after:
            raise OSError(number, os.strerror(number))
        return written(descriptor, content)

    site = samverkan.open(copy)
    assert site.report.conforms
    monkeypatch.setattr(os, "write", failing)
    with pytest.raises(UnwritableError, match="old release is whole"):
        static.publish(site, published)
    monkeypatch.undo()
    assert contents(published) == old
    assert leftovers(published) == []


def test_a_folder_where_a_disk_is_mounted_is_told(published: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Path) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    old = contents(published)
    monkeypatch.setattr(static, "_swap", busy)
    refuse(samverkan.open(copy), published, "mounted")
    assert contents(published) == old
    assert leftovers(published) == []


def test_a_disk_that_writes_in_small_pieces_is_no_fault(
    copy: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = os.write
    site = samverkan.open(copy)
    assert site.report.conforms
    monkeypatch.setattr(os, "write", lambda descriptor, content: written(descriptor, bytes(content[:1000])))
    static.publish(site, copy / "public")
    monkeypatch.undo()

    assert contents(copy / "public") == contents(release)


def test_without_an_exchange_of_names_the_release_is_replaced_too(
    published: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static, "_exchange", lambda *_: False)
    static.publish(samverkan.open(copy), published)

    check_whole(published)
    assert "doc/keeper/k9.ttl" in contents(published)
    assert leftovers(published) == []


def test_a_run_that_is_killed_leaves_the_old_release_or_the_new_one(published: Path, copy: Path) -> None:
    old = contents(published)
    static.publish(samverkan.open(copy), copy.parent / "new")
    new = contents(copy.parent / "new")
    outcomes = [killed(copy, published, moment) for moment in range(6)]

    assert all(outcome in (old, new) for outcome in outcomes)
    static.publish(samverkan.open(copy), published)
    assert contents(published) == new
    assert leftovers(published) == []


def killed(site: Path, target: Path, moment: int) -> Mapping[str, bytes]:
    """What stands at the target after a run that was killed: while it wrote its n-th batch of files, or just later."""
    process = started(site, target)
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        fresh = next(target.parent.glob(f".{target.name}.samverkan-*"), None)
        if fresh and sum(len(files) for _, _, files in os.walk(fresh)) >= moment * 55:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0 if fresh else 0.002)  # it is not kept from its start
    process.communicate()
    found = contents(target)
    for left in target.parent.glob(f".{target.name}.samverkan-*"):
        if moment % 2:  # the next run finds the remains of some
            shutil.rmtree(left)
    return found


def test_what_a_killed_run_left_is_taken_away_and_nothing_else(published: Path, copy: Path) -> None:
    stale = copy / ".public.samverkan-abcd1234"
    (stale / "doc").mkdir(parents=True)
    mine = [copy / ".public", copy / ".public-mine1234", copy / ".publicity.samverkan-abcd1234"]
    for folder in mine:
        folder.mkdir()
    (copy / ".public.samverkan-linked12").symlink_to(copy / "data")
    static.publish(samverkan.open(copy), published)

    assert not stale.exists()
    assert all(folder.is_dir() for folder in mine)
    assert (copy / "data" / "lights.ttl").is_file()


def test_a_release_that_was_moved_aside_comes_back(published: Path, copy: Path) -> None:
    old = contents(published)
    published.rename(copy / ".public.samverkan-abcd1234-old")
    static._tidy(published)

    assert contents(published) == old
    assert leftovers(published) == []


def test_two_that_publish_at_once_do_not_spoil_each_other(copy: Path) -> None:
    target = copy / "public"
    runs = [started(copy, target) for _ in range(3)]

    assert [run.communicate()[1].decode()[-8:] for run in runs] == ["public/\n"] * 3
    assert [run.returncode for run in runs] == [0] * 3
    check_whole(target)
    assert leftovers(target) == []


def test_the_workplace_of_another_run_is_left_alone(published: Path, copy: Path) -> None:
    with static._workplace(published) as theirs:
        (theirs / "file").write_text("half")
        static.publish(samverkan.open(copy), published)
        assert (theirs / "file").read_text() == "half"
    assert leftovers(published) == []
    check_whole(published)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EBADF, errno.EOPNOTSUPP, errno.EIO])
def test_a_folder_that_can_not_be_locked_is_told_and_nothing_is_left(
    number: int, doll: samverkan.Site, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlockable(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    before = contents(old)
    monkeypatch.setattr(fcntl, "flock", unlockable)
    refuse(doll, old, "Publish to a local disk")
    refuse(doll, old.with_name("new"), re.escape(os.strerror(number)))

    assert contents(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["public"]


@pytest.mark.parametrize("times", [1, 1000])
def test_a_folder_that_another_one_takes_away_is_tried_again_but_not_for_ever(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock
    taken: list[int] = []

    def late(descriptor: int, how: int) -> None:
        lock(descriptor, how)
        if len(taken) < times:
            taken.append(descriptor)
            shutil.rmtree(next(tmp_path.glob(".public.*")))

    monkeypatch.setattr(fcntl, "flock", late)
    if times == 1:
        with static._workplace(tmp_path / "public") as fresh:
            assert fresh.is_dir()
    else:
        with pytest.raises(UnwritableError, match="can be locked"), static._workplace(tmp_path / "public"):
            pass
    assert list(tmp_path.iterdir()) == []


def test_what_takes_longest_is_shared_out_one_by_one_and_everything_once(ki: samverkan.Site) -> None:
    listed = [page for page in ki.pages.pages() if not page.path.endswith(".html")]
    parts = static._parts(listed)

    assert sorted(page.path + page.suffix for part in parts for page in part) == sorted(
        page.path + page.suffix for page in listed
    )
    bulk = [part for part in parts if part[0].path.startswith(paths.BULK)]
    assert [len(part) for part in bulk] == [1] * len(bulk)
    assert {paths.DUMP, paths.INFERRED_DUMP} <= {part[0].path for part in bulk}
    assert parts[: len(bulk)] == bulk
