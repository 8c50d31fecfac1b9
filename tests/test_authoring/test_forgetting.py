"""`samverkan forget`: a person goes out of the data and out of releases, and nothing is left but a notice."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from bench.withdrawals import SMALL, withdrawn
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse
from tests.test_changes.test_diff import edit, git

import samverkan
from samverkan import cli
from samverkan.authoring.forgetting import plan, planned
from samverkan.authoring.known_names import KnownNames, folded
from samverkan.authoring.traces import Names, traces
from samverkan.publication.static import publish
from samverkan.site.history import HistoryEntry, read_history, written

BASE = "https://example.org/doll/"
K1 = f"{BASE}id/keeper/k1"
NAME = "Åsa Påhittad"

WRITTEN = (
    NAME,
    "åsa påhittads",
    "ÅSA  PÅHITTAD",
    "A\u030asa Pa\u030ahittad",
    "Åsa\u00a0Påhittad",
    "%C3%85sa%20P%C3%A5hittad",
    "%c3%85sa+P%c3%a5hittad",
    r"\u00c5sa P\u00E5hittad",
    "&Aring;sa P&#229;hittad",
    "&#xC5;sa P&#xe5;hittad",
    "Åsa_Påhittad",
    "Åsa\nPåhittad",
    "Påhittad, Åsa",
    "asa.pahittad@example.org",
    "id/person/asa-pahittad",
    "doc/person/~C3~85sa-P~C3~A5hittad",
    "%25C3%2585sa%2520P%25C3%25A5hittad",
    r"\\u00c5sa P\\u00E5hittad",
)


def forget(site: Path, *arguments: str, lang: str = "en") -> Result:
    """What the command says and does."""
    command = ["--site", str(site), "forget", *arguments, "--lang", lang]
    return CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(cli.main, command, catch_exceptions=False)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    names = Names([NAME])
    assert names.in_text(f"({text})")
    assert names.in_bytes(f"before {text}.".encode())


@pytest.mark.parametrize("text", ["Åsa Påhittadsson", "Måsa Påhittad", "Åsa", "Påhittad, Åse", ""])
def test_what_is_another_name_is_not_found(text: str) -> None:
    assert not Names([NAME]).in_text(text)


def test_a_name_is_found_where_tags_cut_it_in_utf_16_and_in_a_packed_file_in_another(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", "<r><t>Åsa </t></r><r><rPr/><t>Påhittad</t></r>")
    (tmp_path / "outer.gz").write_bytes(gzip.compress(inner.read_bytes()))
    (tmp_path / "windows.csv").write_text(f"x;{NAME}", "utf-16")
    assert set(traces(tmp_path, Names([NAME]))) == {"inner.zip", "outer.gz", "windows.csv"}


PEOPLE = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:p> foaf:name "Åsa Ek" ; foaf:familyName "Ek" ; foaf:givenName "Åsa" ; foaf:nick "Lo" ;
    skos:altLabel "Studierektor" ; foaf:mbox <mailto:asa@example.org> ; foaf:phone "08-123 45 67" .
"""


def test_parts_of_names_short_and_common_words_and_names_of_others_are_looked_for_by_no_one() -> None:
    own = [quad.triple for quad in parse(PEOPLE.encode(), format=RdfFormat.TURTLE)]
    found = KnownNames(own, ["Å", "Bo Ek", "Kim Lind"], folded(["Kim Lind"]), ["Hon är studierektor."])
    assert set(found.whole.names) == {"åsa ek", "asa@example org", "08 123 45 67", "bo ek"}
    assert {"studierektor", "kim lind"} <= set(found.parts.names)
    assert not {"ek", "lo", "å"} & set(found.parts.names)
    assert found.is_shared
    assert not found.whole.in_text("Anna Ek")
    apart = KnownNames(own[1:3], (), frozenset(), ())
    assert apart.whole.names == ("åsa ek",)


def test_a_name_is_found_in_compressed_files_and_in_the_names_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.nq.gz").write_bytes(gzip.compress(NAME.encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x", f"x{' ' * 99}{NAME}")
    (tmp_path / "Åsa Påhittad.txt").write_text("", "utf-8")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8bnothing")
    assert set(traces(tmp_path, Names([NAME]))) == {"a.nq.gz", "b.zip", "Åsa Påhittad.txt"}


@pytest.fixture
def spoken(copy: Path) -> Path:
    """The small site, with the name of a keeper in texts, in comments, in full addresses and beside another one's."""
    edit(
        copy,
        "data/lights.ttl",
        ("# Keepers have", f"# {NAME} was the\n# first. Keepers have"),
        (
            '    doll:period "P12M"',
            f'    rdfs:comment "Åsa\\u00a0P\\u00E5hittad was here"@en ; # {NAME}\n    doll:period "P12M"',
        ),
        ("doll:keptBy keeper:k1 , keeper:k2", f"doll:keptBy <{K1}> , keeper:k2"),
        ('"Åsa Påhittad" .', '"Åsa Påhittad" ; rdfs:seeAlso <mailto:asa@example.org> .'),
    )
    return copy


def test_without_write_it_is_only_said_what_would_go_and_the_name_is_not_said(spoken: Path) -> None:
    before = (spoken / "data/lights.ttl").read_bytes()
    found = forget(spoken, K1)
    assert found.exit_code == 0
    assert re.search(r"data/lights.ttl:\d+ foaf:name", found.stdout)
    assert "Nothing is written" in found.stderr
    assert not Names([NAME]).in_text(found.output)
    assert (spoken / "data/lights.ttl").read_bytes() == before


def test_what_is_forgotten_is_in_no_file_of_data_and_release_and_others_stay(spoken: Path) -> None:
    publish(samverkan.open(spoken), spoken / "public")
    names = Names([NAME, "asa@example.org"])
    assert {"dump/dataset.nq.gz", "dump/dataset.nq", "doc/keeper/k1.sv.html"} < set(traces(spoken / "public", names))
    found = forget(spoken, "keeper:k1", "--write")
    assert found.exit_code == 0, found.output
    assert not list(traces(spoken, names))
    text = (spoken / "data/lights.ttl").read_text("utf-8")
    assert "keeper:k2\n    a doll:Keeper" in text
    assert "Keepers have opaque" not in text  # it is of the comment with the name
    assert "Verified: the name" in found.stderr
    assert "Beyond the reach" in found.stdout
    assert not names.in_text(found.output)


def test_of_two_with_one_surname_only_one_is_taken_out_and_of_two_with_one_name_only_what_has_the_address(
    copy: Path,
) -> None:
    edit(
        copy,
        "data/lights.ttl",
        (r"Uno \"Ljuset\" O'Hittad", "Eva Påhittad"),
        ('    doll:period "P12M"', '    rdfs:comment "Eva Påhittad was here"@en ;\n    doll:period "P12M"'),
    )
    plan(copy, K1).write()
    text = (copy / "data/lights.ttl").read_text("utf-8")
    assert '"Eva Påhittad"' in text
    assert '"Eva Påhittad was here"@en' in text
    edit(copy, "data/lights.ttl", ('"Eva Påhittad"', '"Uno Ek"'))
    with (copy / "data/lights.ttl").open("a", encoding="utf-8") as stream:
        stream.write('\nkeeper:k3 a doll:Keeper ; foaf:name "Uno Ek" .\n')
    found = forget(copy, "keeper:k3", "--write")
    assert found.exit_code == 0, found.output
    assert "Somebody else in the data has the same name" in found.stdout
    assert '"Uno Ek"' in (copy / "data/lights.ttl").read_text("utf-8")


def test_an_address_that_has_the_name_itself_gets_no_notice_and_links_to_pages_about_somebody_go(copy: Path) -> None:
    edit(
        copy,
        "data/lights.ttl",
        ("keeper:k1\n    a", f"<{BASE}id/keeper/asa-pahittad>\n    a"),
        ("doll:keptBy keeper:k1 ;", f"doll:keptBy <{BASE}id/keeper/asa-pahittad> ;"),
        ("doll:keptBy keeper:k1 , ", "doll:keptBy "),
        ("<urn:isbn:9789100000004>", "<urn:isbn:9789100000004> , <https://example.com/people/%C3%85sa-P%C3%A5hittad>"),
    )
    publish(samverkan.open(copy), copy / "public")
    found = forget(copy, f"{BASE}id/keeper/asa-pahittad", "--write")
    assert found.exit_code == 0, found.output
    assert "answers 404" in found.stdout
    assert not list(traces(copy, Names([NAME])))
    assert "urn:isbn" in (copy / "data/lights.ttl").read_text("utf-8")


def test_it_is_told_in_swedish_as_well(spoken: Path) -> None:
    found = forget(spoken, K1, "--write", lang="sv")
    assert "Tas bort ur data/" in found.stdout
    assert "Utom räckhåll" in found.stdout


def test_the_address_of_what_is_forgotten_answers_410_with_a_notice_that_names_nobody(spoken: Path) -> None:
    plan(spoken, K1).write()
    site = samverkan.open(spoken)
    assert site.report.conforms
    assert site.tombstones[K1].status == 410
    assert 'label> "Borttaget"@sv' in (spoken / "data/lights.ttl").read_text("utf-8")


def test_evidence_and_notes_of_a_person_go_and_all_else_stays(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    for part in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(root / part, tmp_path / part)
    shutil.copy(root / "samverkan.toml", tmp_path)
    edit(
        tmp_path,
        "data/curation.ttl",
        ('dcterms:description "', 'dcterms:description "Christina Joos svarade inte."@sv-SE , "'),
    )
    before = {path.name: path.read_text("utf-8") for path in (tmp_path / "data").iterdir()}
    found = plan(tmp_path, "person:p2")
    assert not found.violations
    assert {change.name for change in found.changes} == {"data/contacts.ttl", "data/curation.ttl"}
    found.write()
    after = {path.name: path.read_text("utf-8") for path in (tmp_path / "data").iterdir()}
    assert "passage:municipalities-54" not in after["contacts.ttl"]
    assert "passage:municipalities-28" in after["contacts.ttl"]
    assert after["curation.ttl"] == before["curation.ttl"].replace('"Christina Joos svarade inte."@sv-SE , ', "", 1)
    assert "Removed person" in after["contacts.ttl"]
    assert not list(traces(tmp_path, Names(["Christina Joos"])))


def test_a_name_in_a_query_must_be_changed_by_hand_and_the_exit_code_says_so(spoken: Path) -> None:
    path = spoken / "queries/lights.rq"
    path.write_text(path.read_text("utf-8").replace("WHERE {", f"WHERE {{ # {NAME}\n", 1), "utf-8")
    found = forget(spoken, K1, "--write")
    assert found.exit_code == 1
    assert "queries/lights.rq:" in found.stdout
    assert "queries/lights.rq" in found.stderr


def test_a_part_of_the_name_is_shown_to_be_judged_and_a_name_of_two_persons_stays_with_the_other(spoken: Path) -> None:
    edit(spoken, "data/logbook.ttl", ("visit:v1\n", "# Påhittad was ill\nvisit:v1\n"))
    edit(spoken, "data/lights.ttl", ('"Uno \\"Ljuset\\" O\'Hittad"', f'"{NAME}"'))
    found = plan(spoken, K1)
    assert any(place.file == "data/logbook.ttl" for place in found.possible)
    lights = next(change.after for change in found.changes if change.name == "data/lights.ttl")
    assert lights is not None
    assert NAME.encode() in lights


def test_what_is_not_known_is_refused_and_what_is_forgotten_already_is_looked_for_by_its_name(spoken: Path) -> None:
    assert forget(spoken, f"{BASE}id/keeper/k77").exit_code == 2
    plan(spoken, K1).write()
    again = forget(spoken, K1, "--write", "--name", NAME)
    assert again.exit_code == 0
    assert "Nothing is left in data/" in again.stdout
    (spoken / "data/left.ttl").write_text(f"# {NAME}\n<{BASE}id/x/y> a <urn:c> .\n", "utf-8")
    assert "data/left.ttl" in {change.name for change in plan(spoken, K1, [NAME]).changes}


def test_a_notice_that_has_a_name_is_written_anew(spoken: Path) -> None:
    gone = f"{BASE}id/person/p9"
    edit(
        spoken,
        "data/withdrawn.ttl",
        ("lighthouse:villgrund\n", f'<{gone}> owl:deprecated true ; rdfs:label "Eva Ek" .\nlighthouse:villgrund\n'),
    )
    assert {each.rule for each in samverkan.open(spoken).report.findings} >= {"named-tombstone"}
    plan(spoken, gone).write()
    site = samverkan.open(spoken)
    assert site.report.conforms
    assert site.tombstones[gone].status == 410
    assert "Borttagen person" in (spoken / "data/withdrawn.ttl").read_text("utf-8")


def test_the_history_in_git_is_told_with_its_commands_where_there_is_one(spoken: Path) -> None:
    git(spoken, "init", "-q")
    assert "git filter-repo" in forget(spoken, K1, "--write").stdout


def test_persons_forgotten_one_after_the_other_in_any_order_leave_no_byte(copy: Path) -> None:
    dice = random.Random(1)
    many = 15  # of 100 in the same way on 29 November 2026 none left a byte
    people = [
        f"{dice.choice(['Åsa', 'Bo', 'Čeda', 'Éva'])} {''.join(dice.sample('aeiouknrstv', 9)).title()}ström"
        for _ in range(many)
    ]
    head = "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n@prefix p: <https://example.org/doll/id/person/> .\n"
    said = [
        f'p:n{number} a foaf:Person ;\n    foaf:name "{name}" . # {name}\n'
        f"p:v{number} <urn:by> p:n{number} , p:n{(number + 7) % many} ;\n"
        f'    <urn:text> "{name.upper()}s besök"@sv , "Rum {number}" .\n'
        for number, name in enumerate(people)
    ]
    path = copy / "data/people.ttl"
    path.write_text(head + "".join(said), "utf-8")
    order = dice.sample(range(many), many)
    for done, number in enumerate(order, 1):
        text = path.read_text("utf-8")
        planning = planned(copy, f"{BASE}id/person/n{number}")
        (change,) = planning.changes()
        assert change.before == text.encode()
        path.write_bytes(change.after or b"")
        left = [people[other] for other in order[:done] if Names([people[other]]).in_bytes(path.read_bytes())]
        assert not left
    site = samverkan.open(copy)
    assert sum(iri.startswith(f"{BASE}id/person/n") for iri in site.tombstones) == many
    assert f"Rum {many - 1}" in path.read_text("utf-8")


def test_a_line_of_the_history_that_has_the_name_goes_and_the_others_stay(spoken: Path) -> None:
    entry = HistoryEntry(
        1, date(2026, 1, 1), "x", {}, {}, {"sv": (("Nytt", (f"{NAME}: namn", "Annat")),)}, (K1, "urn:x")
    )
    (spoken / "history.json").write_bytes(written((entry,)))
    plan(spoken, K1).write()
    (left,) = read_history(spoken)
    assert left.changes == {"sv": (("Nytt", ("Annat",)),)}
    assert left.things == ("urn:x",)


def test_persons_that_stood_in_old_releases_are_in_no_file_after_random_withdrawals(copy: Path) -> None:
    found = withdrawn(copy, SMALL, many=6, releases=4)  # python -m bench.withdrawals takes 100 out of 20 releases
    assert all(count > 0 for count in found.before.values())
    assert not found.after
