"""Bringing a site from an earlier version of the model to the present one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests import old_site
from tests.conftest import ROOT

import samverkan
from samverkan.authoring import file_changes, upgrade
from samverkan.authoring.shipped import Shipped, shipped
from samverkan.authoring.upgrade import Upgrade, plan
from samverkan.cli import main
from samverkan.errors import SamverkanError, UnreadableError, UnwritableError, UsageError
from samverkan.model.namespaces import XSD
from samverkan.settings import UNFINISHED

KNOWN = shipped()
CURRENT = {
    name: content.replace(KNOWN.base.encode(), old_site.BASE.encode()) for name, content in KNOWN.current.files.items()
}
SAM = KNOWN.ontology
MAIN = KNOWN._main


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return old_site.made(tmp_path / "old")


@pytest.fixture
def ungated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the gate, which takes seconds, where a test is about what is written."""
    monkeypatch.setattr(upgrade, "new_violations", lambda *_: ())


def edit(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text()
    for was, now in pairs:
        assert text.count(was) >= 1, was
        text = text.replace(was, now, 1)
    path.write_text(text)


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def written(root: Path) -> Upgrade:
    found = plan(root)
    found.write()
    return found


def test_an_old_site_becomes_a_present_one_that_validates_and_keeps_what_it_had_published(old: Path) -> None:
    runner = CliRunner()
    before = contents(old)
    shown = runner.invoke(main, ["upgrade", str(old), "--lang", "en"])
    assert (shown.exit_code, contents(old)) == (0, before)
    assert "queries/evidence.rq: removed" in shown.stdout
    assert "queries/passages.rq: new file" in shown.stdout
    assert "\n    -evidence:m1\n" in shown.stdout
    assert "one for each line of a page" in shown.stdout
    done = runner.invoke(main, ["upgrade", "--write", str(old), "--lang", "sv"])
    assert (done.exit_code, done.stderr) == (0, "Skrivet.\n")
    assert {name: content for name, content in contents(old).items() if name in CURRENT} == CURRENT
    site = samverkan.open(old)
    assert site.validate().conforms
    assert (old / f"ontology/versions/{old_site.VERSION}.ttl").read_bytes() == KNOWN.versions[
        f"ontology/versions/{old_site.VERSION}.ttl"
    ]
    again = runner.invoke(main, ["--site", str(old), "upgrade", "--write", "--lang", "en"])
    assert (again.exit_code, again.stdout) == (0, "")
    assert "already" in again.stderr


@pytest.mark.usefixtures("ungated")
def test_evidence_becomes_passages_in_its_place_and_the_rest_of_the_file_keeps_its_bytes(old: Path) -> None:
    before = (old / "data/facts.ttl").read_text()
    written(old)
    evidence = (old / "data/evidence.ttl").read_text()
    assert evidence.endswith(f"""
# Why we say so.
passage:one-7
    a sam:Passage ;
    oa:hasSource page:one ;
    oa:hasSelector heading:one-title ;
    sam:sourceLine 7 ;
    sam:states
        '<{old_site.BASE}id/agreement/a> <{SAM}signatureDate> "2024-05-17"^^<{XSD}date>'^^sam:triple ;
    sam:interpretedAs
        '<{old_site.BASE}id/agreement/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Agreement A"@en'^^sam:triple .

# The parties.
passage:one-9
    a sam:Passage ;
    oa:hasSource page:one ;
    oa:hasSelector heading:one-title ;
    sam:sourceLine 9 ;
    sam:states
        '<{old_site.BASE}id/agreement/a> <{SAM}party> <{old_site.BASE}id/organisation/one>'^^sam:triple ,
        '<{old_site.BASE}id/agreement/a> <{SAM}party> <{old_site.BASE}id/organisation/two>'^^sam:triple .
""")
    facts = (old / "data/facts.ttl").read_text()
    assert old_site.FACTS in facts
    assert facts.endswith("\npage:one\n    sam:hasHeading heading:one-title .\n")
    assert (
        facts.partition("\n# The lists")[0].replace(
            f"@prefix heading: <{old_site.BASE}id/heading/> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n", ""
        )
        == before.partition("\n# The lists")[0]
    )


OWN_TERM = f"""
# ---- ours
sam:room
    a owl:DatatypeProperty ;   # a comment
    rdfs:label "rum"@sv , "room"@en ;
    skos:definition "Var avtalet ligger."@sv , "Where the agreement lies."@en ;
    rdfs:range xsd:string ;
    rdfs:isDefinedBy <{SAM}> .
"""


@pytest.mark.usefixtures("ungated")
def test_local_additions_stay_whatever_kind_they_are_of(old: Path) -> None:
    with (old / MAIN).open("a") as file:
        file.write(OWN_TERM)
    edit(old / MAIN, ('"En överenskommelse som', '"Hos oss: en överenskommelse som'))
    edit(
        old / "shapes/agreement.ttl",
        ("sh:property sams:Label-sv ,", "sh:property sams:Room ,\n        sams:Label-sv ,"),
    )
    (old / "queries/rooms.rq").write_text("SELECT ?x WHERE { ?x ?y ?z }")
    (old / "ontology/own.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    edit(old / "queries/contacts.rq", ("#+", "# ours\n#+"))
    edit(
        old / "ontology/context.jsonld", ('    "tier":', '    "room": "https://example.org/old/id/room/",\n    "tier":')
    )
    found = written(old)
    assert found.conflicts == ()
    result = contents(old)
    assert result[MAIN].decode().endswith(OWN_TERM)
    assert '"Hos oss: en överenskommelse som' in result[MAIN].decode()
    assert result[MAIN].decode().replace(OWN_TERM, "").replace("Hos oss: en", "En") == CURRENT[MAIN].decode()
    assert "sams:Room ," in result["shapes/agreement.ttl"].decode()
    assert result["queries/contacts.rq"] == b"# ours\n" + CURRENT["queries/contacts.rq"]
    assert '"room": "https://example.org/old/id/room/",\n' in result["ontology/context.jsonld"].decode()
    assert "queries/rooms.rq" in result
    assert "ontology/own.ttl" in result


@pytest.mark.usefixtures("ungated")
def test_what_a_site_has_removed_stays_away_and_is_told_where_it_has_changed(old: Path) -> None:
    (old / "queries/money-flows.rq").unlink()
    found = written(old)
    assert not (old / "queries/money-flows.rq").exists()
    assert any(note.file == "queries/money-flows.rq" and "does not come back" in note.said[1] for note in found.notes)


@pytest.mark.usefixtures("ungated")
def test_a_conflict_shows_both_sides_and_leaves_the_text_of_the_site(old: Path) -> None:
    edit(old / MAIN, ('"Erbjuds inte"@sv , "Not offered"@en ;', '"Saknas"@sv , "Not offered"@en ;'))
    edit(old / "queries/money-flows.rq", ("SELECT", "SELECT DISTINCT"))
    edit(old / "shapes/evidence.ttl", ("sh:minCount 1", "sh:minCount 2"))
    result = CliRunner().invoke(main, ["upgrade", str(old), "--write", "--lang", "sv"])
    assert result.exit_code == 1
    lines = (old / MAIN).read_text().splitlines()
    place = next(number for number, line in enumerate(lines, 1) if '"Saknas"@sv' in line)
    assert f"{MAIN}:{place}: KONFLIKT (sam:note-not-offered rdfs:label)" in result.stdout
    assert '"Saknas"@sv , "Not offered"@en' in result.stdout
    assert '"Nämns inte i källan"@sv , "Not mentioned in the source"@en' in result.stdout
    assert "SELECT DISTINCT" in (old / "queries/money-flows.rq").read_text()
    assert "queries/money-flows.rq: KONFLIKT" in result.stdout
    assert "shapes/evidence.ttl: KONFLIKT" in result.stdout
    assert "(ingenting: det är borttaget)" in result.stdout
    assert (old / "shapes/evidence.ttl").exists()


@pytest.mark.usefixtures("ungated")
def test_a_file_of_windows_stays_one(old: Path) -> None:
    for name in ("queries/areas.rq", "shapes/concept.ttl"):
        (old / name).write_bytes(b"\xef\xbb\xbf" + (old / name).read_bytes().replace(b"\n", b"\r\n"))
    written(old)
    for name in ("queries/areas.rq", "shapes/concept.ttl"):
        assert (old / name).read_bytes() == b"\xef\xbb\xbf" + CURRENT[name].replace(b"\n", b"\r\n")


@pytest.mark.usefixtures("ungated")
def test_a_new_query_does_not_come_where_the_site_has_one_of_its_name_elsewhere(old: Path) -> None:
    (old / "queries/own").mkdir()
    (old / "queries/own/passages.rq").write_text("SELECT ?x WHERE { ?x ?y ?z }")
    found = written(old)
    assert [conflict.file for conflict in found.conflicts] == ["queries/own/passages.rq"]
    assert not (old / "queries/passages.rq").exists()


# ---------------------------------------------------------------- deprecated terms


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shipped:
    """A model in which one property and one code are deprecated, each with a successor, and one has none."""
    root = tmp_path / "model"
    for name in ("ontology", "shapes", "queries", "earlier", "template"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "samverkan.toml", root)
    with (root / MAIN).open("a") as file:
        file.write(
            """
sam:coversArea owl:deprecated true ; dcterms:isReplacedBy sam:areaOf .
sam:precision-day owl:deprecated true ; dcterms:isReplacedBy sam:precision-of-a-day .
sam:initialArea owl:deprecated true .
sam:areaOf a owl:ObjectProperty .
"""
        )
    known = Shipped(root)
    monkeypatch.setattr(upgrade, "shipped", lambda: known)
    return known


SHAPE = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix s: <{SAM}> .
<urn:shape> a sh:NodeShape ; sh:path s:coversArea ; sh:sparql [ sh:prefixes <https://w3id.org/samverkan/shapes/> ;
    sh:select \"\"\"SELECT $this {{ $this sam:coversArea ?x }} # sam:coversArea stays in a comment\"\"\" ] .
"""
QUERY = f"""#+ summary: {{sv: Områden, en: Areas}}
#+ parameters:
#+   area:
#+     label: {{sv: Område, en: Area}}
#+     type: iri
#+     class: sam:precision-day
PREFIX sam: <{SAM}>
SELECT ?x ?area WHERE {{ VALUES ?area {{ UNDEF }} ?x sam:coversArea ?area ;
    <{SAM}coversArea> ?area ; ?p "sam:coversArea" }}
"""


@pytest.mark.usefixtures("ungated")
def test_only_the_tokens_of_deprecated_terms_change_in_what_is_the_sites_own(old: Path, renamed: Shipped) -> None:
    (old / "shapes/own.ttl").write_text(SHAPE)
    (old / "queries/own.rq").write_text(QUERY)
    own = f"{old_site.PREFIXES}# sam:coversArea\nagreement:a\tsam:coversArea  area:x ;\n  <{SAM}coversArea> area:y .\n"
    triple = (
        f"""agreement:b sam:note '<urn:a> <{SAM}coversArea> "sam:coversArea"'^^sam:triple , "<{SAM}coversArea>"@en ."""
    )
    (old / "data/own.ttl").write_text(own + triple)
    found = written(old)
    assert (old / "data/own.ttl").read_text() == own.replace("\tsam:coversArea", "\tsam:areaOf").replace(
        f"<{SAM}coversArea>", "sam:areaOf"
    ) + triple.replace(f"<{SAM}coversArea> ", f"<{SAM}areaOf> ")
    assert (old / "shapes/own.ttl").read_text() == SHAPE.replace("s:coversArea", "s:areaOf").replace(
        "$this sam:coversArea ?x", "$this sam:areaOf ?x"
    )
    assert (old / "queries/own.rq").read_text() == QUERY.replace("sam:precision-day", "sam:precision-of-a-day").replace(
        "?x sam:coversArea ?area", "?x sam:areaOf ?area"
    ).replace(f"<{SAM}coversArea>", "sam:areaOf")
    facts = (old / "data/facts.ttl").read_text()
    assert "sam:areaOf area:health ;" in facts
    assert "sam:signaturePrecision sam:precision-of-a-day ;" in facts
    assert (old / MAIN).read_bytes() == renamed.current.files[MAIN]
    assert any(note.said[1] == "sam:coversArea is now sam:areaOf (changed in 3 places)" for note in found.notes)


# ---------------------------------------------------------------- what is refused, and what happens on the way


@pytest.mark.usefixtures("ungated")
def test_a_query_of_ones_own_is_told_what_says_the_same_in_another_way_now(old: Path) -> None:
    own = "PREFIX sam: <https://w3id.org/samverkan/def/>\nSELECT ?e { ?e a sam:Evidence }\n"
    (old / "queries/mine.rq").write_text(own)
    (note,) = (each.said for each in written(old).notes if each.file == "queries/mine.rq")
    assert note[1] == "sam:Evidence is deprecated. sam:Passage now says the same in another way: change it by hand"
    assert (old / "queries/mine.rq").read_text() == own


def test_nothing_is_written_where_a_violation_would_be_new(old: Path) -> None:
    with (old / "data/evidence.ttl").open("a") as file:
        file.write(
            'evidence:m4 a sam:Evidence ; dcterms:identifier "M4" ; sam:status sam:status-stated ;\n'
            "    sam:about agreement:a ; dcterms:source page:one ; sam:sourceLine 3 .\n"
        )
    before = contents(old)
    result = CliRunner().invoke(main, ["upgrade", str(old), "--write", "--lang", "en"])
    assert (result.exit_code, contents(old)) == (1, before)
    assert "NEW VIOLATION [undeclared-term]" in result.stdout or "NEW VIOLATION [class-without-shape]" in result.stdout
    assert "Nothing is written" in result.stderr


@pytest.mark.parametrize("after", [0, 1, 40])
@pytest.mark.usefixtures("ungated")
def test_a_killed_upgrade_leaves_the_old_files_or_is_finished_by_the_next_one(
    old: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    before, found, left = contents(old), plan(old), after
    place = Path.replace

    def killed(self: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        return place(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        found.write()
    monkeypatch.undo()
    if after == 0:
        assert contents(old) == before
        return
    with pytest.raises(UnreadableError, match="upgrade --write"):
        samverkan.open(old)
    assert file_changes.finish(old)
    assert {change.name: contents(old).get(change.name) for change in found.changes} == {
        change.name: change.after for change in found.changes
    }
    assert not (old / UNFINISHED).exists()
    assert not [name for name in contents(old) if name.endswith(".samverkan-new")]


@pytest.mark.usefixtures("ungated")
def test_a_file_that_somebody_changes_meanwhile_is_not_overwritten(old: Path) -> None:
    found = plan(old)
    with (old / "data/evidence.ttl").open("a") as file:
        file.write("# later\n")
    before = contents(old)
    with pytest.raises(UnwritableError, match=r"data/evidence\.ttl"):
        found.write()
    assert contents(old) == before


def _of_another_ontology(root: Path) -> None:
    edit(root / "samverkan.toml", (SAM, "https://example.org/other/"))


def _of_an_unknown_version(root: Path) -> None:
    edit(root / MAIN, ('owl:versionInfo "0.1.0"', 'owl:versionInfo "0.0.7"'))


def _broken(root: Path) -> None:
    (root / "data/facts.ttl").write_text("broken")


@pytest.mark.parametrize(
    ("change", "error"),
    [(_of_another_ontology, UsageError), (_of_an_unknown_version, UsageError), (_broken, UnreadableError)],
)
@pytest.mark.usefixtures("ungated")
def test_what_is_no_copy_of_a_known_version_is_refused(
    old: Path, change: Callable[[Path], None], error: type[SamverkanError]
) -> None:
    change(old)
    before = contents(old)
    with pytest.raises(error) as raised:
        plan(old)
    assert raised.value.message("sv") != raised.value.message("en")
    assert contents(old) == before


def test_the_kept_model_never_changes() -> None:
    # The digest of what `git ls-tree -r 25d1b98 ontology shapes queries` lists, file by file.
    files = sorted(KNOWN.earlier["0.1.0"].files.items())
    parts = (name.encode() + b"\0" + hashlib.sha256(content).digest() for name, content in files)
    assert hashlib.sha256(b"".join(parts)).hexdigest() == (
        "143383946e7ce1c6de2cd5dea02eb85cea70d27a0c09600a69bbb9bd8abb853b"
    )
