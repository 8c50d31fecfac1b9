"""What changed between two states of a site, in words: `samverkan diff`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

import samverkan
from samverkan import cli
from samverkan.changes import telling, writing
from samverkan.changes.comparison import compare
from samverkan.changes.states import read_state
from samverkan.publication.static import write_release

ROOT = Path(__file__).parents[2]
PARTS = ("ontology", "data", "shapes", "queries")
HUDDINGE = "https://w3id.org/samverkan/ki/id/agreement/huddinge"
PERSON = "Maria Schönnings"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The facts of this repository in a folder of their own, to be changed."""
    folder = tmp_path / "other"
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "samverkan.toml", folder)
    return folder


def edit(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """Replace texts in a file that has each of them."""
    path = folder / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


def diff(*arguments: str | Path, form: str = "text", lang: str = "en") -> Result:
    """What the command says, without the answers of questions unless they are asked for."""
    given = list(map(str, arguments))
    asked = [] if any("answers" in each for each in given) else ["--no-answers"]
    command = ["--site", str(ROOT), "diff", *given, *asked, "--format", form, "--lang", lang]
    return CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(cli.main, command, catch_exceptions=False)


def signed_later(folder: Path) -> None:
    """Huddinge signs a day later."""
    edit(folder, "data/page-en.ttl", ('sam:signatureDate "2022-10-25"', 'sam:signatureDate "2022-10-26"'))


def test_a_changed_date_is_told_in_both_languages_with_file_line_and_the_evidence_that_still_says_the_old(
    other: Path,
) -> None:
    signed_later(other)
    line = (other / "data/page-en.ttl").read_text("utf-8").split("sam:signatureDate", 2)[:2]
    place = f"data/page-en.ttl:{'sam:signatureDate'.join(line).count(chr(10)) + 1}"
    swedish, english = (diff(ROOT, other, lang=language).stdout for language in ("sv", "en"))
    assert f"Huddinge kommun: Undertecknat 25 oktober 2022 → 26 oktober 2022 ({place})." in swedish
    assert "Belägget säger fortfarande 25 oktober 2022 (data/evidence.ttl:" in swedish
    assert f"Huddinge Municipality: Signed 25 October 2022 → 26 October 2022 ({place})." in english
    assert "The evidence still says 25 October 2022 (data/evidence.ttl:" in english


def test_files_that_are_sorted_anew_split_and_written_otherwise_are_no_change(other: Path) -> None:
    path = other / "data/page-en.ttl"
    statements = [f"{quad.triple} ." for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]
    path.write_text("# sorted\n" + "\n".join(sorted(statements, reverse=True)), "utf-8")
    found = diff(ROOT, other)
    assert (found.stdout, found.exit_code) == ("Nothing has changed.\n", 0)


def test_blank_nodes_that_say_the_same_are_the_same(copy: Path, tmp_path: Path) -> None:
    blank = "\n<https://example.org/doll/id/x/y> <urn:p> [ <urn:q> 1 ; <urn:r> ( 1 [ <urn:s> 2 ] ) ] .\n"
    path = copy / "data/lights.ttl"
    path.write_text(path.read_text("utf-8") + blank, "utf-8")
    again = Path(shutil.copytree(copy, tmp_path / "again"))
    first = read_state(copy, str(copy))
    assert not compare(first, read_state(again, str(again)))
    edit(again, "data/lights.ttl", ("<urn:s> 2", "<urn:s> 3"))
    assert compare(first, read_state(again, str(again)))


def test_facts_that_stand_in_another_file_are_moved_and_neither_new_nor_gone(other: Path) -> None:
    text = (other / "data/page-en.ttl").read_text("utf-8")
    start, end = text.index("qualification:huddinge-initial-areas\n    a "), text.index("commitment:huddinge-identify")
    end = text.index("commitment:huddinge-identify-areas\n    a ", start)
    edit(other, "data/page-en.ttl", (text[start:end], ""))
    head = re.findall(r"^@prefix .*$", text, re.MULTILINE)
    (other / "data/curation.ttl").write_text(
        (other / "data/curation.ttl").read_text("utf-8") + "\n".join(["", *head, text[start:end]]), "utf-8"
    )
    found = json.loads(diff(ROOT, other, form="json").stdout)
    assert found["things"] == []
    graphs = [f"https://w3id.org/samverkan/ki/graph/{name}" for name in ("page-en", "curation")]
    assert [(each["from"], each["to"]) for each in found["moved"]] == [([graphs[0]], [graphs[1]])]
    assert "5 facts, from What the English page states to " in diff(ROOT, other).stdout


def test_persons_are_counted_and_named_in_no_format(other: Path) -> None:
    edit(other, "data/contacts.ttl", (PERSON, "Nora Nyströmer"), ("person:p2\n", "person:p9\n"))
    edit(other, "data/curation.ttl", ('skos:prefLabel "', f'skos:prefLabel "{PERSON.upper()} nora nyströmer '))
    found = telling.changes_between(ROOT, str(ROOT), str(other), telling.QueryOptions(answers=True))
    texts = [write(found, lang) for write in (writing.plain, writing.html) for lang in ("sv", "en")]
    texts += [writing.json(found).decode(), writing.turtle(found).decode()]
    for name in ("schönnings", "nyströmer", "joos", "id/person/p"):
        assert not [text for text in texts if name in text.casefold()]
    assert "[person] [person]" in texts[0]
    assert (found.comparison.persons.new, found.comparison.persons.gone, found.comparison.persons.changed) == (1, 1, 1)


def test_a_thing_without_notice_is_a_finding_and_one_with_a_notice_is_withdrawn(other: Path) -> None:
    names = ("data/page-en.ttl", "data/evidence.ttl")
    for name in names:
        text = (other / name).read_text("utf-8")
        (other / name).write_text(
            text.replace("commitment:solna-identify-areas", "commitment:solna-find-areas"), "utf-8"
        )
    found = diff(ROOT, other)
    assert found.exit_code == 1
    assert "Gone without notice" in found.stdout
    assert "It may now be Solna: joint and continuous search" in found.stdout
    assert "commitment/solna-identify-areas> is gone, and its address no longer answers" in found.stdout
    notice = (
        "\n<https://w3id.org/samverkan/ki/id/commitment/solna-identify-areas> <http://www.w3.org/2002/07/owl#deprecated>"
        " true ; <http://purl.org/dc/terms/isReplacedBy> commitment:solna-find-areas .\n"
    )
    (other / names[0]).write_text((other / names[0]).read_text("utf-8") + notice, "utf-8")
    found = diff(ROOT, other, lang="sv")
    assert found.exit_code == 0
    assert "Indraget" in found.stdout
    assert "Ersatt av Solna: gemensam och fortlöpande" in found.stdout
    assert "Borta utan besked" not in found.stdout


def test_a_graph_or_a_question_that_is_gone_is_a_finding(other: Path) -> None:
    (other / "queries/partners.rq").unlink()
    (other / "data/identifiers.ttl").unlink()
    found = diff(ROOT, other)
    assert found.exit_code == 1
    assert "The question partners is gone" in found.stdout
    assert "The graph https://w3id.org/samverkan/ki/graph/identifiers is gone" in found.stdout


def test_questions_that_are_answered_differently_are_told_with_the_rows_that_name_nobody(other: Path) -> None:
    signed_later(other)
    edit(other, "data/contacts.ttl", (PERSON, "Nora Nyströmer"))
    found = json.loads(diff(ROOT, other, "--answers", form="json").stdout)
    answers = {each["question"]: each for each in found["answers"]}
    assert (answers["signing-order"]["new"], answers["signing-order"]["removed"]) == (1, 1)
    assert "2022-10-26" in json.dumps(answers["signing-order"]["newRows"])
    assert answers["persons"]["new"] == 1
    assert answers["persons"]["newRows"] == []
    assert "aims" not in answers


def test_a_new_thing_is_told_by_its_kind_name_and_facts(other: Path) -> None:
    path = other / "data/page-en.ttl"
    new = (
        '\nagreement:new a sam:Agreement ; skos:prefLabel "Nytt avtal"@sv , "New agreement"@en ; '
        'sam:signatureDate "2026-01-31"^^xsd:date .\n'
    )
    path.write_text(path.read_text("utf-8") + new, "utf-8")
    said = diff(ROOT, other).stdout
    assert "New\n  Agreement: New agreement <https://w3id.org/samverkan/ki/id/agreement/new>\n" in said
    assert "    Signed 31 January 2026 (data/page-en.ttl:" in said


def test_a_page_of_changes_escapes_what_the_data_say_and_a_terminal_is_not_steered(other: Path) -> None:
    edit(other, "data/page-en.ttl", ('"Huddinge Municipality"@en', r'"<script>alert(1)</script>\u001b[31m"@en'))
    assert "<script>" not in diff(ROOT, other, form="html").stdout
    assert "\x1b" not in diff(ROOT, other).stdout


def test_a_fact_in_the_text_of_evidence_is_told_in_words_and_held_against_the_one_before(other: Path) -> None:
    signed_later(other)
    path = other / "data/evidence.ttl"
    path.write_text(path.read_text("utf-8").replace('"2022-10-25"', '"2022-10-26"'), "utf-8")
    said = diff(ROOT, other).stdout
    huddinge = "Agreement between Karolinska Institutet and Huddinge Municipality"
    assert f"{huddinge}: Signed 25 October 2022 → {huddinge}: Signed 26 October 2022 (data/evidence.ttl:" in said
    assert said.count("The evidence still says") == 0


def test_changes_in_turtle_can_be_parsed_and_are_the_same_each_time(other: Path) -> None:
    signed_later(other)
    first, second = (diff(ROOT, other, form="turtle").stdout for _ in range(2))
    assert first == second
    about = {quad.object.value for quad in parse(first.encode(), format=RdfFormat.TURTLE) if "subjectOf" in str(quad)}
    assert about == {HUDDINGE}


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, as somebody."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *who, *arguments), cwd=folder, check=True, capture_output=True)


def test_a_revision_is_compared_with_the_folder_and_with_another_revision(copy: Path) -> None:
    git(copy, "init", "-q")
    git(copy, "add", ".")
    git(copy, "commit", "-qm", "1")
    edit(copy, "data/lights.ttl", ("doll:lamps 2", "doll:lamps 3"))
    runner = CliRunner()
    asked = ["--site", str(copy), "diff", "--no-answers", "--lang", "en"]
    assert "2 → 3 (data/lights.ttl:" in runner.invoke(cli.main, [*asked, "HEAD"]).stdout
    git(copy, "commit", "-qam", "2")
    assert "2 → 3 (data/lights.ttl:" in runner.invoke(cli.main, [*asked, "HEAD~1", "HEAD"]).stdout
    assert runner.invoke(cli.main, [*asked, "HEAD"]).stdout == "Nothing has changed.\n"
    assert runner.invoke(cli.main, [*asked, "nothing-of-the-kind"]).exit_code == 2
    (copy / "data/lights.ttl").write_text("broken", "utf-8")
    assert runner.invoke(cli.main, [*asked, "HEAD"]).exit_code == 3


def test_a_release_is_compared_like_the_site_that_it_was_made_of(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    write_release(samverkan.open(copy), tmp_path / "release")
    state, released = read_state(copy, str(copy)), read_state(copy, str(tmp_path / "release"))
    assert not compare(released, state)
    edit(copy, "data/lights.ttl", ("doll:lamps 2", "doll:lamps 3"))
    found = compare(released, read_state(copy, str(copy)))
    assert [(each.iri, each.kind) for each in found.things] == [
        ("https://example.org/doll/id/lightship/vandraren", "changed")
    ]


def test_a_folder_that_is_neither_a_site_nor_a_release_is_refused(tmp_path: Path) -> None:
    found = diff(tmp_path, ROOT)
    assert found.exit_code == 3
    (tmp_path / "manifest.json").write_text('{"generator": "other 1", "files": [], "base": "x"}', "utf-8")
    assert "neither a site nor a whole release" in diff(tmp_path, ROOT).stderr
