"""What got weaker since a baseline: every kind of loss is told where it stands, and what asks for more is not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.test_validation.test_checks import SITE, Broken, S, W, built, with_location

from samverkan import Site, cli
from samverkan.errors import UsageError
from samverkan.validation import Finding

RULES = frozenset(
    {
        *("weaker-shape", "removed-shape", "changed-shape", "removed-term", "removed-axiom"),
        *("removed-query", "narrowed-query", "changed-query", "changed-answer"),
    }
)
Q = "queries/more.rq"
XSD = "http://www.w3.org/2001/XMLSchema#"


def compared(folder: Path, file: str, was: str, now: str) -> list[Finding]:
    """What is told of a site to which `now` is added, compared with one to which `was` is."""
    built(folder / "was", Broken("", add={file: was}))
    site = built(folder / "is", Broken("", add={file: now}))
    return [f for f in site.validate(against=str(folder / "was")).findings if f.rule in RULES]


TITLE = "\ns:Book-title "
# What the shape of titles says as well, what it says then, and what is told of that.
WEAKER = (
    ("sh:minLength 2", "sh:minLength 1", "sh:minLength was 2 and is 1"),
    ("sh:minLength 2", "", "sh:minLength 2 is gone"),
    ("sh:maxLength 9", "sh:maxLength 10", "sh:maxLength was 9 and is 10"),
    ("sh:maxCount 1", "sh:maxCount 2", "sh:maxCount was 1 and is 2"),
    ("sh:maxCount 1", "", "sh:maxCount 1 is gone"),
    ("sh:minInclusive 5", "sh:minInclusive 4.5", "sh:minInclusive was 5 and is 4.5"),
    ("sh:maxExclusive 5", "sh:maxExclusive 6", "sh:maxExclusive was 5 and is 6"),
    (
        f"sh:maxInclusive '2020-01-01'^^<{XSD}date>",
        f"sh:maxInclusive '2021-01-01'^^<{XSD}date>",
        'sh:maxInclusive was "2020-01-01" and is "2021-01-01"',
    ),
    ("sh:pattern 'o'", "", 'sh:pattern "o" is gone'),
    ("sh:pattern 'on'", "sh:pattern 'o'", 'sh:pattern was "on" and is "o"'),
    ("sh:pattern 'T' , 'w'", "sh:pattern 'w'", 'sh:pattern "T" is gone'),
    ("sh:pattern 'o'", "sh:pattern 'o' ; sh:severity sh:Warning", "sh:severity was sh:Violation and is sh:Warning"),
    ("sh:severity sh:Warning", "sh:severity sh:Info", "sh:severity was sh:Warning and is sh:Info"),
    ("sh:in ( 'One' 'Two' )", "sh:in ( 'One' 'Two' 'Three' )", 'is ( "One" "Two" "Three" )'),
    ("sh:in ( 'One' 'Two' )", "", 'sh:in ( "One" "Two" ) is gone'),
    ("sh:languageIn ( 'sv' )", "sh:languageIn ( 'sv' 'en' )", 'sh:languageIn was ( "sv" ) and is ( "sv" "en" )'),
    ("sh:or ( [ sh:minLength 3 ] )", "sh:or ( [ sh:minLength 3 ] [ sh:pattern 'x' ] )", "sh:or was"),
    ("sh:or ( [ sh:minLength 3 ] )", "sh:or ( [ sh:minLength 2 ] )", "sh:or was ( [ sh:minLength"),
    ("sh:and ( [ sh:minLength 3 ] [ sh:pattern 'o' ] )", "sh:and ( [ sh:minLength 3 ] )", "sh:and [ sh:pattern"),
    ("sh:uniqueLang true", "sh:uniqueLang false", "sh:uniqueLang was true and is false"),
    ("sh:uniqueLang true", "", "sh:uniqueLang was true and is false"),
    ("sh:pattern 'o'", "sh:pattern 'o' ; sh:deactivated true", "sh:deactivated was false and is true"),
    ("sh:nodeKind sh:Literal", "sh:nodeKind sh:IRIOrLiteral", "sh:nodeKind was sh:Literal and is sh:IRIOrLiteral"),
    (f"sh:datatype <{XSD}string>", "", "sh:datatype"),
    ("sh:class d:Map", "sh:class d:Book", "sh:class was d:Map and is d:Book"),
    ("sh:not [ sh:pattern 'x' ]", "sh:not [ sh:pattern 'xx' ]", "sh:not was [ sh:pattern"),
    ("sh:hasValue 'One'", "", 'sh:hasValue "One" is gone'),
    ("sh:node s:words", "", "sh:node"),
    ("sh:equals d:follows", "", "sh:equals d:follows is gone"),
    (
        "sh:qualifiedMinCount 2 ; sh:qualifiedValueShape [ sh:minLength 3 ]",
        "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:minLength 2 ]",
        "sh:qualifiedMinCount was 2 and is 1",
    ),
    ("sh:targetClass d:Map", "", "sh:targetClass d:Map is gone"),
    ("sh:targetSubjectsOf d:title", "sh:targetSubjectsOf d:follows", "was d:title and is d:follows"),
    (
        "sh:property [ sh:path d:follows ; sh:maxCount 1 ; sh:message 'No.' ]",
        "sh:property [ sh:path d:follows ; sh:maxCount 2 ; sh:message 'Oh.' ]",
        "sh:property … sh:maxCount was 1 and is 2",
    ),
    ("sh:property [ sh:path d:follows ; sh:maxCount 1 ]", "", "sh:property [ sh:maxCount"),
    ("sh:closed true", "sh:closed true ; sh:ignoredProperties ( d:follows )", "sh:ignoredProperties"),
    ("sh:sparql [ sh:select 'SELECT $this { $this ?a 1 }' ]", "", "sh:sparql (1) is gone"),
)


@pytest.mark.parametrize(("was", "now", "said"), WEAKER)
def test_a_shape_that_asks_for_less_is_told(was: str, now: str, said: str, tmp_path: Path) -> None:
    found = compared(tmp_path, S, f"{TITLE}{was} .", f"{TITLE}{now} ." if now else "")
    assert found
    assert {f.rule for f in found} == {"weaker-shape"}
    assert any(said in f.message["en"] for f in found), found[0].message["en"]
    assert f"than in {tmp_path / 'was'}" in found[0].message["en"]
    assert {(f.focus, f.severity.name) for f in found} == {("https://t.example/shapes/Book-title", "WARNING")}
    assert all(place.file == S and place.line for f in found for place in f.places)


def test_the_line_is_that_of_what_is_weaker_now(tmp_path: Path) -> None:
    (found,) = compared(tmp_path, S, f"{TITLE}sh:maxLength 9 .", f"{TITLE}\n\n sh:maxLength 12 .")
    last = len((tmp_path / "is" / S).read_text().splitlines())
    assert with_location(found) == (f"{S}:{last}",)


STRICTER = (
    ("sh:minLength 2", "sh:minLength 3"),
    ("sh:maxCount 3", "sh:maxCount 2"),
    ("sh:maxCount 3", "sh:maxCount '3'^^<http://www.w3.org/2001/XMLSchema#int>"),
    ("sh:severity sh:Info", "sh:severity sh:Warning"),
    ("sh:severity sh:Warning", ""),
    ("sh:in ( 'One' 'Two' )", "sh:in ( 'Two' )"),
    ("sh:in ( 'One' 'Two' )", "sh:in ( 'Two' 'One' )"),
    ("sh:or ( [ sh:minLength 3 ] [ sh:pattern 'x' ] )", "sh:or ( [ sh:minLength 3 ] )"),
    ("sh:and ( [ sh:minLength 3 ] )", "sh:and ( [ sh:pattern 'o' ] [ sh:minLength 3 ] )"),
    ("sh:nodeKind sh:IRIOrLiteral", "sh:nodeKind sh:Literal"),
    ("sh:pattern 'o'", "sh:pattern 'o' , 'n'"),
    ("sh:uniqueLang false", "sh:uniqueLang true"),
    ("sh:deactivated true", ""),
    ("sh:message 'One.'@en ; sh:order 2", "sh:message 'Two.'@en"),
    ("sh:property [ sh:path d:follows ; sh:maxCount 2 ]", "sh:property [ sh:maxCount 1 ; sh:path d:follows ]"),
    ("sh:ignoredProperties ( d:follows )", ""),
    ("", "sh:minLength 2 ; sh:targetClass d:Map"),
    (
        "sh:sparql [ sh:select 'SELECT $this { $this ?a 1 }' ]",
        "sh:sparql [ sh:select 'SELECT $this\\n { $this ?a 1 } # one' ; sh:message 'No.' ]",
    ),
)


@pytest.mark.parametrize(("was", "now"), STRICTER)
def test_a_shape_that_asks_for_as_much_or_more_is_not_told(was: str, now: str, tmp_path: Path) -> None:
    assert compared(tmp_path, S, f"{TITLE}{was} ." if was else "", f"{TITLE}{now} ." if now else "") == []


def test_another_query_in_a_shape_is_told(tmp_path: Path) -> None:
    one, two = (f"{TITLE}sh:sparql [ sh:select 'SELECT $this {{ $this ?a {each} }}' ] ." for each in (1, 2))
    (found,) = compared(tmp_path, S, one, two)
    assert (found.rule, found.severity.name) == ("changed-shape", "INFO")


def test_a_query_of_a_constraint_with_a_name_is_told_once(tmp_path: Path) -> None:
    one, two = (f"{TITLE}sh:sparql s:q . s:q sh:select 'SELECT $this {{ $this ?a {each} }}' ." for each in (1, 2))
    (found,) = compared(tmp_path, S, one, two)
    assert (found.rule, found.focus) == ("changed-shape", "https://t.example/shapes/q")
    (gone,) = compared(tmp_path / "gone", S, one, "")
    assert gone.rule == "weaker-shape"


def test_a_shape_that_is_gone_is_told_once_and_where_it_was(tmp_path: Path) -> None:
    more = "\ns:Book sh:property s:more .\n\ns:more sh:path d:follows ; sh:maxCount 1 ."
    (found,) = compared(tmp_path, S, more, "")
    line = (tmp_path / "was" / S).read_text().splitlines().index("s:more sh:path d:follows ; sh:maxCount 1 .") + 1
    assert found.rule == "removed-shape"
    assert with_location(found) == (f"{tmp_path / 'was'}:{S}:{line}",)


# What the ontology says as well, what it says then, and the rule.
WORDS = (
    ("d:more a owl:Class .", "", "removed-term"),
    ("d:Map rdfs:subClassOf d:Book .", "", "removed-axiom"),
    ("d:Map rdfs:subClassOf d:Book .", "d:Map rdfs:subClassOf d:Map .", "removed-axiom"),
    ("d:title rdfs:domain d:Book .", "", "removed-axiom"),
    ("d:title a owl:FunctionalProperty .", "", "removed-axiom"),
    ("d:title x:ofScheme i:one .", "d:title x:ofScheme i:two .", "removed-axiom"),
    ("d:Map owl:unionOf ( d:Book ) .", "d:Map owl:unionOf ( d:Book d:Map ) .", "removed-axiom"),
    ("d:title rdfs:comment 'One'@en .", "d:title rdfs:comment 'Two'@en .", None),
    ("d:title d:called 'One'@en .", "d:title d:called 'Two'@en .", None),
    ("d:Map owl:unionOf ( d:Book ) .", "d:Map owl:unionOf ( d:Book ) . d:Map rdfs:subClassOf d:Book .", None),
)


@pytest.mark.parametrize(("was", "now", "rule"), WORDS)
def test_what_the_vocabulary_says_no_more_is_told(was: str, now: str, rule: str | None, tmp_path: Path) -> None:
    found = compared(tmp_path, W, f"\n{was}", f"\n{now}")
    assert [f.rule for f in found] == ([rule] if rule else [])
    assert all(f.severity.name == "WARNING" and f.places for f in found)


ONE = "PREFIX d: <https://t.example/def/>\nSELECT ?a ?b (STR(?b) AS ?c) { ?a d:title ?b FILTER (?b != 'x') }"
QUESTIONS: tuple[tuple[str, str, list[str]], ...] = (
    (ONE, ONE.replace("?a ?b (", "?a ("), ["narrowed-query"]),
    (ONE, ONE.replace(" (STR(?b) AS ?c)", ""), ["narrowed-query"]),
    (ONE, ONE.replace("?a ?b (STR(?b) AS ?c)", "*"), ["changed-answer"]),
    (ONE, ONE.replace("FILTER (?b != 'x') ", ""), ["changed-query"]),
    (ONE, ONE.replace("d:title", "d:follows"), ["changed-answer"]),
    (ONE, ONE.replace("SELECT", "SELECT DISTINCT"), []),
    (ONE, ONE.replace("STR(?b)", "LCASE(?b)"), ["changed-answer"]),
    (ONE, f"{ONE} LIMIT 1", ["changed-answer"]),
    ("ASK { ?a a 'x' }", "ASK { ?a a ?b }", ["changed-answer"]),
    ("CONSTRUCT { ?a a ?b } WHERE { ?a a ?b }", "CONSTRUCT { ?a a 'x' } WHERE { ?a a ?b }", ["changed-answer"]),
    (
        "#+ parameters: {l: {type: language}}\nSELECT ?x { VALUES ?l { 'sv' } BIND (IF(?l = 'en', 1, 2) AS ?x) }",
        "#+ parameters: {l: {type: language}}\nSELECT ?x { VALUES ?l { 'sv' } BIND (IF(?l = 'en', 3, 2) AS ?x) }",
        ["changed-answer"],
    ),
    (ONE, ONE.replace(" { ", "\n{\n").replace("?b !=", "?b  !="), []),
    (f"#+ summary: One\n{ONE}", f"#+ summary: Two\n{ONE} # said otherwise", []),
    (
        "#+ parameters: {x: {}, y: {}}\nSELECT ?x { VALUES ?x { 'x' } VALUES ?y { 'y' } }",
        "#+ parameters: {x: {}}\nSELECT ?x { VALUES ?x { 'x' } VALUES ?y { 'y' } }",
        ["narrowed-query"],
    ),
)


@pytest.mark.parametrize(("was", "now", "rules"), QUESTIONS)
def test_a_query_that_gives_less_or_something_else_is_told(
    was: str, now: str, rules: list[str], tmp_path: Path
) -> None:
    found = compared(tmp_path, Q, was, now)
    assert [f.rule for f in found] == rules
    assert all(place.file == Q for f in found for place in f.places)


def test_a_query_that_is_gone_is_told_where_it_was(tmp_path: Path) -> None:
    built(tmp_path / "was", Broken("", add={Q: ONE}))
    found = built(tmp_path / "is", Broken("")).validate(against=str(tmp_path / "was")).findings
    assert [(f.rule, with_location(f)) for f in found] == [("removed-query", (f"{tmp_path / 'was'}:{Q}",))]


def test_a_finding_about_a_baseline_speaks_both_languages(tmp_path: Path) -> None:
    found = [
        *compared(tmp_path / "1", S, f"{TITLE}sh:minLength 2 .\ns:more sh:targetClass d:Map .", ""),
        *compared(tmp_path / "2", W, "\nd:more a d:Map . d:Map rdfs:subClassOf d:Book .", ""),
        *compared(tmp_path / "3", Q, ONE, ONE.replace("?a ?b (", "?a (").replace("'x'", "'y'")),
        *compared(tmp_path / "4", Q, ONE, ONE.replace("d:title", "d:follows")),
    ]
    assert {f.rule for f in found} == RULES - {"changed-shape", "removed-query"}
    assert all(f.message["sv"] != f.message["en"] and "was" in f.message["sv"] for f in found)


# ---------------------------------------------------------------- git


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(("git", *who, *arguments), cwd=folder, env=clean, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a site in a folder, which got weaker and narrower after its first commit."""
    root = tmp_path / "repository"
    site = root / "sites" / "books"
    site.mkdir(parents=True)
    git(root, "init", "--quiet")
    built(site, Broken("", add={S: f"{TITLE}sh:maxCount 1 .", Q: ONE, "queries/deep/one.rq": "ASK {}"}))
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "one")
    git(root, "tag", "first")
    shutil.rmtree(site)
    built(site, Broken("", add={S: f"{TITLE}sh:maxCount 2 ."}))
    return site


def rules(site: Path, against: str) -> set[str]:
    return {f.rule for f in Site(site).validate(against=against).findings} & RULES


@pytest.mark.parametrize("revision", ["HEAD", "first", "HEAD^{tree}~0", "HEAD:"])
def test_a_revision_of_the_repository_is_a_baseline(revision: str, repository: Path) -> None:
    if revision in {"HEAD", "first"}:
        assert rules(repository, revision) == {"weaker-shape", "removed-query"}
    else:
        with pytest.raises(UsageError, match="neither a folder nor a revision"):
            rules(repository, revision)


def test_places_name_the_revision(repository: Path) -> None:
    found = [f for f in Site(repository).validate(against="first").findings if f.rule == "removed-query"]
    assert {place for f in found for place in with_location(f)} == {f"first:{Q}", "first:queries/deep/one.rq"}


@pytest.mark.parametrize(
    "revision", ["", "nope", "--help", "-h", "--output=x", "HEAD\n", "x\0y", "HEAD..HEAD", "a" * 9999]
)
def test_what_is_no_revision_is_refused_and_nothing_is_run(revision: str, repository: Path) -> None:
    with pytest.raises(UsageError):
        rules(repository, revision)
    assert not (repository / "x").exists()


def test_a_folder_without_a_repository_is_refused(tmp_path: Path) -> None:
    built(tmp_path / "site", Broken(""))
    with pytest.raises(UsageError, match="neither a folder nor a revision"):
        rules(tmp_path / "site", "HEAD")


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    built(tmp_path / "site", Broken(""))
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no ontology, no shapes"):
        rules(tmp_path / "site", str(tmp_path / "empty"))


def test_git_runs_nothing_of_the_repository_and_heeds_no_variable(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof, root = tmp_path / "proof", repository.parents[1]
    harm = tmp_path / "harm"
    harm.write_text(f"#!/bin/sh\ntouch {proof}\ncat\n")
    harm.chmod(0o755)
    (root / ".git/info/attributes").write_text("* filter=harm diff=harm\n")
    for name in ("filter.harm.smudge", "filter.harm.process", "diff.harm.textconv", "core.fsmonitor", "core.pager"):
        git(root, "config", name, str(harm))
    for hook in ("post-checkout", "post-index-change", "fsmonitor-watchman"):
        shutil.copy(harm, root / ".git/hooks" / hook)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS"):
        monkeypatch.setenv(name, str(harm))
    assert rules(repository, "HEAD") == {"weaker-shape", "removed-query"}
    assert not proof.exists()


def test_a_machine_without_git_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError):
        rules(repository, "HEAD")
    assert rules(repository, str(repository)) == set()


def test_a_link_in_a_revision_is_not_followed(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.ttl").write_text("<x:secret> <x:b> <x:c> .")
    (repository / "shapes/link.ttl").symlink_to(tmp_path / "secret.ttl")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "two")
    (repository / "shapes/link.ttl").unlink()
    assert rules(repository, "HEAD") == set()


# ---------------------------------------------------------------- the command


def command(site: Path, *arguments: str) -> Result:
    return CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(cli.main, ["--site", str(site), "validate", *arguments])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--against", "first"), 0),
        (("--against", "first", "--fail-on", "warning"), 1),
        (("--against", "nope"), 2),
        (("--against", "first", "--endpoint", "http://127.0.0.1:9/"), 2),
    ],
)
def test_the_exit_code_says_how_it_went(arguments: tuple[str, ...], code: int, repository: Path) -> None:
    assert command(repository, *arguments).exit_code == code


def test_a_baseline_that_cant_be_read_is_told_with_its_line(repository: Path) -> None:
    (repository / S).write_text(SITE[S] + "\noops")
    git(repository, "commit", "--quiet", "-am", "two")
    (repository / S).write_text(SITE[S])
    result = command(repository, "--against", "HEAD")
    assert result.exit_code == 3
    assert f"HEAD:{S}:" in result.output


def test_this_site_is_no_weaker_than_itself(ki: Site, doll: Site) -> None:
    for site in (ki, doll):
        assert {f.rule for f in site.validate(against=str(site.root)).findings} & RULES == set()
