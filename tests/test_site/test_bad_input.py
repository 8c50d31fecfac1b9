"""What people and disks give a site: each is told with its file, its line and what to do, without a traceback."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import samverkan
from samverkan import cli
from samverkan.validation import Severity

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
Spoil = Callable[[Path], object]

KEEPER = (
    "<https://example.org/doll/id/keeper/k9> a <https://example.org/doll/def/Keeper> ; "
    '<http://xmlns.com/foaf/0.1/name> "Åke" .\n'
)
TWO = "<http://a/> <http://b/>"
FILE = "data/more.ttl"
CONTEXT = "ontology/context.jsonld"
QUERY = "queries/more.rq"
SELECT = "SELECT * { ?s ?p ?o } LIMIT 1\n"


def inside(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command line in this process; what it does not expect is not kept from us."""
    ended = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(cli.main, [*map(str, arguments)], input=stdin)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return subprocess.CompletedProcess(arguments, ended.exit_code, ended.stdout_bytes, ended.stderr_bytes)


def wrote(name: str, content: str | bytes) -> Spoil:
    def spoil(site: Path) -> None:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def bound_socket(site: Path) -> None:
    here = Path.cwd()
    os.chdir(site / "data")  # the name of a socket is at most 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("more.ttl")
    finally:
        os.chdir(here)


def folder_instead_of(name: str) -> Spoil:
    def spoil(site: Path) -> None:
        (site / name).unlink(missing_ok=True)
        (site / name).mkdir()

    return spoil


def odd_name(site: Path) -> None:
    Path(os.fsdecode(os.fsencode(site / "data") + b"/\xff.ttl")).write_text(KEEPER)


# What spoils the site, where it is told, and a word that must be in the message.
UNREADABLE: dict[str, tuple[Spoil, str, str]] = {
    "no full stop": (wrote(FILE, f"{KEEPER}{TWO} 1\n"), f"{FILE}:2", "dot"),
    "no prefix": (wrote(FILE, f"\n\n{TWO} ex:a .\n"), f"{FILE}:3", "@prefix"),
    "an open quote": (wrote(FILE, f'\n{TWO} "x .\n'), f"{FILE}:2", "quotation mark"),
    "a relative address": (wrote(FILE, "\n<a> <b> <c> .\n"), f"{FILE}:2", "https://"),
    "TriG": (wrote(FILE, f"<http://g/> {{ {TWO} 1 }}\n"), f"{FILE}:1", "expected"),
    "RDF/XML": (wrote(FILE, '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n'), f"{FILE}:1", "no Turtle"),
    "Latin-1": (wrote(FILE, f'# fine\n{TWO} "Åke" .'.encode("latin-1")), f"{FILE}:2", "UTF-8"),
    "UTF-16": (wrote(FILE, KEEPER.encode("utf-16")), f"{FILE}:1", "UTF-16"),
    "UTF-16 without a mark": (wrote(FILE, KEEPER.encode("utf-16-le")), f"{FILE}:1", "UTF-16"),
    "UTF-16 the other way": (wrote(FILE, KEEPER.encode("utf-16-be")), f"{FILE}:1", "UTF-16"),
    "UTF-32": (wrote(FILE, KEEPER.encode("utf-32")), f"{FILE}:1", "UTF-32"),
    "brackets without end": (wrote(FILE, f"{TWO} {'[' * 10_000}"), f"{FILE}:1", "expected"),
    "parentheses without end": (wrote(FILE, f"\n{TWO} {'(' * 100_000}"), f"{FILE}:2", "nested"),
    "triple terms without end": (wrote(FILE, f"\n{TWO} {f'<<( {TWO} ' * 100_000}"), f"{FILE}:2", "nested"),
    "a text of 17 MB": (wrote(FILE, f'{TWO} "{"x" * (17 << 20)}" .'), FILE, "16 MB"),
    "a folder": (folder_instead_of(FILE), FILE, "folder"),
    "a link to nowhere": (lambda site: (site / FILE).symlink_to("nowhere"), FILE, "link"),
    "a link to itself": (lambda site: (site / FILE).symlink_to("more.ttl"), FILE, "link"),
    "a pipe": (lambda site: os.mkfifo(site / FILE), FILE, "pipe"),
    "a socket": (bound_socket, FILE, "pipe"),
    "a device": (lambda site: (site / FILE).symlink_to("/dev/zero"), FILE, "device"),
    "a name with a space": (wrote("data/a b.ttl", KEEPER), "data/a b.ttl", "name"),
    "a name with a line break": (wrote("data/a\nb.ttl", KEEPER), "data/a\\nb.ttl", "name"),
    "a name that is no text": (odd_name, "data/\\udcff.ttl", "name"),
    "names alike but for case": (wrote("data/LIGHTS.ttl", KEEPER), "data/lights.ttl", "upper and lower"),
    "broken shapes": (wrote("shapes/more.ttl", "\n<a"), "shapes/more.ttl:2", "never ends"),
    "a broken context": (wrote(CONTEXT, '{"@context": {\n\n"a": }}'), f"{CONTEXT}:3", "value was expected"),
    "a context elsewhere": (wrote(CONTEXT, '{"@context": "https://schema.org/"}'), f"{CONTEXT}:1", "fetched"),
    "a list of contexts": (wrote(CONTEXT, '{"@context": ["file:///etc/passwd", {}]}'), f"{CONTEXT}:1", "fetched"),
    "no context": (wrote(CONTEXT, "[]"), f"{CONTEXT}:1", "context"),
    "a context in Latin-1": (wrote(CONTEXT, '{"@context": {"å": ""}}'.encode("latin-1")), f"{CONTEXT}:1", "UTF-8"),
    "a folder as context": (folder_instead_of(CONTEXT), CONTEXT, "folder"),
    "two queries of one name": (wrote("queries/inner/lights.rq", SELECT), "queries/inner/lights.rq", "lights"),
    "queries alike but for case": (wrote("queries/inner/Lights.rq", SELECT), "queries/inner/Lights.rq", "lights"),
    "a query in Latin-1": (wrote(QUERY, f"\n# å\n{SELECT}".encode("latin-1")), f"{QUERY}:2", "UTF-8"),
    "a query that is a folder": (folder_instead_of(QUERY), QUERY, "folder"),
    "a query that is a pipe": (lambda site: os.mkfifo(site / QUERY), QUERY, "pipe"),
    "a broken query": (wrote(QUERY, "SELECT *\nWHERE { ?a ?b }"), f"{QUERY}:2", "broken"),
    "an update": (wrote(QUERY, "\nDELETE WHERE { ?a ?b ?c }"), f"{QUERY}:2", ""),
    "a query that asks others": (wrote(QUERY, "SELECT * {\nSERVICE <http://x/> {} }"), f"{QUERY}:2", "SERVICE"),
    "a query nested without end": (wrote(QUERY, f"SELECT * {'{' * 5000}{'}' * 5000}"), f"{QUERY}:1", "nested"),
    "an odd query name": (wrote("queries/Two_words.rq", SELECT), "queries/Two_words.rq", "hyphens"),
    "a head that is no YAML": (wrote(QUERY, f"#+ summary: x\n#+  y: [\n{SELECT}"), f"{QUERY}:2", "head of the query"),
    "a head with a tab": (wrote(QUERY, f"#+ summary:\n#+ \tsv: x\n{SELECT}"), f"{QUERY}:2", "not tabs"),
    "a head that is a list": (wrote(QUERY, f"#+ - a\n{SELECT}"), f"{QUERY}:1", "keys and values"),
    "a head with a key twice": (wrote(QUERY, f"#+ summary: x\n#+ summary: y\n{SELECT}"), f"{QUERY}:2", "twice"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_site_is_told_with_file_and_line(name: str, copy: Path) -> None:
    spoil, place, word = UNREADABLE[name]
    spoil(copy)
    report = samverkan.open(copy).validate()

    assert not report.readable
    (found,) = report.findings
    assert found.severity is Severity.VIOLATION
    assert [str(where) for where in found.places][:1] in ([place], [place.replace("lights", "LIGHTS")]), found
    assert word in found.message["en"]
    assert found.message["en"].endswith((".", "…", "…}", "…}}"))


# A head that a loader would spell out to 9 ** 10 words, one that holds itself, and others of a wrong kind.
BOMB = "".join(
    [
        "#+ a0: &a0 [x,x,x,x,x,x,x,x,x]\n",
        *(f"#+ a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)),
    ]
)
HEADS = {
    "a bomb in tags": f"{BOMB}#+ tags: [*a9]\n{SELECT}",
    "a bomb in the summary": f"{BOMB}#+ summary: *a9\n{SELECT}",
    "tags that hold themselves": f"#+ tags: &t [*t]\n{SELECT}",
    "a tag of Python": f"#+ summary: !!python/object/apply:os.system ['exit 1']\n{SELECT}",
    "lists without end": f"#+ summary: {'[' * 20_000}\n{SELECT}",
    "lists 100,000 deep": f"#+ summary: {'[' * 100_000}{']' * 100_000}\n{SELECT}",
    "dashes 50,000 deep": f"#+ {'- ' * 50_000}\n{SELECT}",
    "a class that is no IRI": (
        "#+ parameters:\n#+   a: {type: iri, class: '<no IRI>'}\nSELECT * { VALUES ?a { <x:y> } ?a ?b ?c }\n"
    ),
    "a number as tags": f"#+ tags: 5\n{SELECT}",
    "a number as class": "#+ parameters:\n#+   a: {type: iri, class: 5}\nSELECT * { VALUES ?a { <x:y> } ?a ?b ?c }\n",
    "a list as type": "#+ parameters:\n#+   a: {type: [iri]}\nSELECT * { VALUES ?a { <x:y> } ?a ?b ?c }\n",
    "a list as menu": "#+ parameters:\n#+   a: {type: iri, menu: [5]}\nSELECT * { VALUES ?a { <x:y> } ?a ?b ?c }\n",
    "parameters that are a text": f"#+ parameters: a\n{SELECT}",
    "a parameter without a block": f"#+ parameters:\n#+   a: {{type: iri}}\n{SELECT}",
    "a menu that is not there": (
        "#+ parameters:\n#+   a: {type: iri, menu: nowhere}\nSELECT * { VALUES ?a { <x:y> } ?a ?b ?c }\n"
    ),
    "a menu that is a verdict": (
        "#+ parameters:\n#+   a: {type: iri, menu: all-kept}\nSELECT * { VALUES ?a { <x:y> } ?a ?b ?c }\n"
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_bad_head_is_told_and_neither_listed_nor_published(name: str, copy: Path) -> None:
    (copy / QUERY).write_text(HEADS[name])
    report = samverkan.open(copy).validate()
    published = inside("--site", copy, "publish", copy / "public")

    assert not report.readable
    assert [place.file for f in report.findings for place in f.places] == [QUERY]
    assert published.returncode == 3
    assert not (copy / "public").exists()


ACCEPTED: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + KEEPER.encode(),
    "line ends of Windows": KEEPER.replace(" ;", " ;\r\n").encode(),
    "line ends of old Macs": KEEPER.replace(" ;", " ;\r").encode(),
    "a long line": KEEPER.replace("Åke", " ".join(["Åke"] * 500_000)).encode(),
    "no line end at the end": KEEPER.strip().encode(),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_only_unusual_is_accepted(name: str, copy: Path) -> None:
    (copy / FILE).write_bytes(ACCEPTED[name])
    found = samverkan.open(copy).validate()

    rules = [f.rule for f in found.findings if any(place.file == FILE for place in f.places)]
    assert rules in ([], ["undescribed-graph"])
    assert found.conforms


def test_deep_nesting_is_read_and_told(copy: Path) -> None:
    (copy / FILE).write_text(f"{TWO} {'[ <http://b/> ' * 10_000} 1 {']' * 10_000} .\n")
    found = samverkan.open(copy).validate()

    assert "blank-node" in {f.rule for f in found.findings}


def test_all_broken_files_are_told_at_once(copy: Path) -> None:
    (copy / "data" / "a.ttl").write_text("\n<a")
    (copy / "data" / "b.ttl").write_bytes(b"\xe5")
    (copy / "shapes" / "c.ttl").write_text("x")
    (copy / CONTEXT).write_text("{")
    (copy / "queries" / "d.rq").write_text("SELECT")
    found = samverkan.open(copy).validate().findings

    files = {place.file for f in found for place in f.places}
    assert {"data/b.ttl", CONTEXT, "queries/d.rq"} <= files
    (copy / "data" / "b.ttl").unlink()
    found = samverkan.open(copy).validate().findings
    assert {"data/a.ttl:2", "shapes/c.ttl:1"} <= {str(place) for f in found for place in f.places}


COMMANDS = {
    "validate": ("validate",),
    "listing": ("query",),
    "a canned query": ("query", "lights"),
    "a free query": ("query", "--file", "-"),
    "publish": ("publish",),
    "get": ("get", "doc/lighthouse/masudden"),
}


# A query that needs neither the list of queries nor the context is answered without them.
SPARED = {("queries/lights.rq", "a free query"), (CONTEXT, "listing"), (CONTEXT, "a canned query")}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("file", ["data/lights.ttl", CONTEXT, "queries/lights.rq"])
def test_every_command_tells_an_unreadable_site(name: str, file: str, copy: Path) -> None:
    (copy / file).write_bytes(b"\n\xe5\n")
    ended = inside("--site", copy, *COMMANDS[name], stdin=b"SELECT * { ?s a ?o }")
    told = (ended.stdout + ended.stderr).decode()

    assert "Traceback" not in told
    assert not (copy / "public").exists()
    if ended.returncode == 0:
        assert (file, name) in SPARED or (name == "listing" and file.startswith("data"))
    else:
        assert ended.returncode == 3
        assert f"{file}:2" in told


def test_an_error_is_told_in_swedish(copy: Path, run: Run) -> None:
    (copy / FILE).write_bytes(b"\xe5")
    for arguments in (("get", "/doc"), ("publish",), ("query", "lights")):
        ended = run("--site", copy, *arguments, env={"LC_ALL": "sv_SE.UTF-8"})
        told = (ended.stdout + ended.stderr).decode()

        assert ended.returncode == 3
        assert f"{FILE}:1" in told
        assert "Spara den som UTF-8." in told
        assert "Save" not in told


SETTINGS = {
    "no settings": (None, "samverkan.toml"),
    "no TOML": ("base = \n", "samverkan.toml:1"),
    "an unknown key": ('base = "https://x.example/"\nontology = "https://x.example/def/"\ntitel = "x"\n', "titel"),
    "no base": ('ontology = "https://x.example/def/"\n', "base"),
    "a base without a slash": ('base = "https://x.example"\nontology = "https://x.example/def/"\n', "base"),
    "a base that is a number": ('base = 5\nontology = "https://x.example/def/"\n', "base"),
    "languages as a text": (
        'base = "https://x.example/"\nontology = "https://x.example/def/"\nlanguages = "sv"\n',
        "languages",
    ),
    "a time that is no number": (
        'base = "https://x.example/"\nontology = "https://x.example/def/"\n[gate]\nseconds = "x"\n',
        "seconds",
    ),
    "lists 100,000 deep": (f"base = {'[' * 100_000}{']' * 100_000}\n", "samverkan.toml"),
    "Latin-1": ('base = "https://x.example/å"\n', "UTF-8"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_bad_settings_are_told(name: str, copy: Path) -> None:
    content, word = SETTINGS[name]
    (copy / "samverkan.toml").unlink()
    if content is not None:
        (copy / "samverkan.toml").write_bytes(content.encode("latin-1"))
    ended = inside("--site", copy, "validate")

    assert (ended.returncode, ended.stdout) == (3, b"")
    assert re.match(rf"Error: .*{re.escape(word)}", ended.stderr.decode())
    assert ended.stderr.count(b"\n") == 1


def test_a_folder_or_a_missing_site_is_told(copy: Path, run: Run) -> None:
    (copy / "samverkan.toml").unlink()
    (copy / "samverkan.toml").mkdir()
    for site in (copy, copy / "nowhere", copy / "data" / "lights.ttl"):
        ended = run("--site", site, "validate")
        assert (ended.returncode, ended.stdout) == (3, b"")
        assert ended.stderr.startswith(b"Error: ")
        assert ended.stderr.count(b"\n") == 1


def test_a_site_without_questions_is_a_site(copy: Path, run: Run) -> None:
    shutil.rmtree(copy / "queries")
    assert samverkan.open(copy).validate().conforms
    ended = run("--site", copy, "query")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_links_that_go_round_are_not_followed_for_ever(copy: Path, doll: samverkan.Site) -> None:
    (copy / "queries" / "round").symlink_to(copy / "queries")

    assert set(samverkan.open(copy).queries) == set(doll.queries)
