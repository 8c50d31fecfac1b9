"""What is wrong between things: concepts of other schemes, circles, prefixes of other sites, persons in the open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests import own_site
from tests.test_validation.test_checks import HEADS, HERE, Broken, built, marked, with_location

import samverkan
from samverkan import Site
from samverkan.validation.messages import MESSAGES

ROOT = Path(__file__).parents[2]
CASES = ROOT / "../shared/cases"

MORE = (
    HEADS
    + """\
@prefix k: <https://t.example/id/kind/> .
@prefix l: <https://t.example/id/list/> .
@prefix p: <https://t.example/id/person/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
"""
)
# A site with two lists of concepts, one property that takes its values from each, and a file for persons.
LISTS = (
    MORE
    + """
d:of a owl:ObjectProperty ; qb:codeList d:Kinds .
d:mostly a owl:ObjectProperty ; rdfs:subPropertyOf d:of .
d:in a owl:ObjectProperty ; qb:codeList d:Places .
d:personal skos:closeMatch <https://w3id.org/dpv#hasPersonalData> .
d:Kinds a skos:ConceptScheme ; skos:notation "kinds" .
d:Places a skos:ConceptScheme ; skos:notation "places" .
"""
)
FACTS = (
    MORE
    + """
l:mine a skos:ConceptScheme ; dcterms:isPartOf d:Kinds .
l:places a skos:ConceptScheme .
k:novel a skos:Concept ; skos:inScheme l:mine ; skos:prefLabel "Novel"@en .
k:poem a skos:Concept ; skos:inScheme l:mine ; skos:prefLabel "Poem"@en .
k:paris a skos:Concept ; skos:inScheme l:places ; skos:prefLabel "Paris"@en .
k:novels a skos:Concept ; skos:inScheme l:places ; skos:prefLabel "Novel"@en .
i:one d:of k:novel ; d:in k:paris , k:novels .
i:two d:mostly k:poem .
<https://t.example/graph/lists> rdfs:label "Lists"@en ; d:personal false .
<https://t.example/graph/persons> rdfs:label "Persons"@en ; d:personal true .
"""
)
PERSONS = (
    MORE
    + """
p:p1 a foaf:Person ; foaf:name "Ada Byron Lind" .
"""
)
RULES = (
    MORE
    + """
s:schemes a sh:NodeShape ; sh:targetClass skos:ConceptScheme , skos:Concept , foaf:Person , org:Organization .
"""
)
BASIS = {"ontology/lists.ttl": LISTS, "data/lists.ttl": FACTS, "data/persons.ttl": PERSONS, "shapes/more.ttl": RULES}
F = "data/lists.ttl"
GONE = "owl:deprecated true ; rdfs:comment 'Has moved.'@en"


def case(rule: str, added: str, *also: str, file: str = F) -> Broken:
    return Broken(rule, add={**BASIS, file: BASIS.get(file, HEADS) + added}, also=also)


PLANTED = (
    case("concept-of-another-scheme", f"i:two d:of\n k:paris . {HERE}"),
    case("concept-of-another-scheme", f"i:two d:mostly k:novel ,\n k:paris . {HERE}"),
    case("concept-of-another-scheme", f"i:two d:in k:paris ,\n k:novel . {HERE}"),
    case("concept-of-another-scheme", f"k:x a skos:Concept ; skos:topConceptOf l:places . i:two d:of\n k:x . {HERE}"),
    case(
        "concept-of-another-scheme",
        f"l:other a skos:ConceptScheme ; skos:hasTopConcept k:x . k:x a skos:Concept .\ni:two d:of k:x . {HERE}",
    ),
    case(
        "unlisted-scheme",
        f"k:red a skos:Concept ; skos:inScheme l:hues . l:hues a skos:ConceptScheme .\ni:two d:tincture k:red . {HERE}"
        f"\ni:one d:tincture k:red . <https://t.example/def/tincture> qb:codeList d:Tinctures ."
        f"\nd:Tinctures a skos:ConceptScheme .",
        "undeclared-term",
    ),
    case("unused-concept", f"k:x a skos:Concept ; skos:inScheme l:mine . {HERE}"),
    case("concept-of-two-lists", f"k:x a skos:Concept ; {HERE}\n skos:inScheme l:mine , l:places . i:two d:in k:x ."),
    case(
        "name-of-another",
        f"k:old-town a skos:Concept ; skos:inScheme l:places ; skos:prefLabel 'Town hall'@en . {HERE}\n"
        f"k:town-hall a skos:Concept ; skos:inScheme l:places ; skos:prefLabel 'Old town'@en . {HERE}\n"
        "i:two d:in k:old-town , k:town-hall .",
    ),
    case("hierarchy-across-lists", f"k:paris skos:broader\n k:novel . {HERE}"),
    case("hierarchy-across-lists", f"k:paris skos:narrower\n k:novel . {HERE}"),
    case(
        "property-of-another-class",
        f"d:mentioning rdfs:domain skos:Concept .\ni:one\n d:mentioning k:paris . {HERE}",
        "undeclared-term",
    ),
    case("value-of-another-class", f"d:about rdfs:range d:Map .\ni:one\n d:about i:two . {HERE}", "undeclared-term"),
    case(
        "unused-concept",
        f"k:b a skos:Concept ; skos:inScheme l:mine ; skos:broader k:a .\nk:a a skos:Concept ; {HERE}\n"
        " skos:inScheme l:mine .",
    ),
    *(
        case("circular-hierarchy", f"{one} {link}\n {two} . {HERE}\n{two} {link}\n {one} . {HERE}")
        for one, link, two in (
            ("k:novel", "skos:broader", "k:poem"),
            ("k:novel", "skos:narrower", "k:poem"),
            ("k:novel", "skos:broaderTransitive", "k:poem"),
            ("k:novel", "<http://www.w3.org/ns/prov#wasDerivedFrom>", "k:poem"),
            ("k:novel", "skos:narrowerTransitive", "k:poem"),
            ("d:Book", "rdfs:subClassOf", "d:Map"),
            ("d:of", "rdfs:subPropertyOf", "d:in"),
            ("i:one", "org:subOrganizationOf", "i:two"),
            ("i:one", "org:unitOf", "i:two"),
            ("i:one", "org:hasUnit", "i:two"),
            ("i:one", "dcterms:isPartOf", "i:two"),
            ("i:one", "dcterms:hasPart", "i:two"),
            ("i:one", "dcterms:isReplacedBy", "i:two"),
            ("i:one", "dcterms:replaces", "i:two"),
        )
        if link != "rdfs:subPropertyOf"
    ),
    case("circular-hierarchy", f"k:novel skos:broader\n k:poem ; {HERE}\n skos:narrower\n k:poem . {HERE}"),
    case("circular-hierarchy", f"k:novel skos:broader\n k:novel . {HERE}"),
    case("circular-hierarchy", f"i:one org:hasMember\n i:one . {HERE}"),
    case(
        "circular-hierarchy",
        f"k:novel skos:broader\n k:a . {HERE}\nk:a skos:broader\n k:poem . {HERE}\nk:poem skos:broader\n k:novel , "
        f"{HERE}\n k:paris . k:a a skos:Concept ; skos:inScheme l:mine .",
        "hierarchy-across-lists",
    ),
    case(
        "prefix-of-another-site",
        f"@prefix k: <https://u.example/id/kind/> . {HERE}\nk:x rdfs:label 'X' .",
        "thing-without-class",  # once it is at the site's own address
    ),
    Broken(
        "prefix-of-another-site",
        add={
            "data/more.ttl": f"@prefix m: <https://u.example/sub/id/map/> . {HERE}\n"
            "m:x a <https://t.example/def/Book> ; <https://t.example/def/title> 'X' ."
        },
        also=("foreign-address", "undescribed-graph"),
    ),
    Broken(
        "prefix-of-another-site",
        instead={"ontology/context.jsonld": '{"@context": {"i": "https://u.example/id/book/"}}'},
        places=("ontology/context.jsonld",),
    ),
    case("graph-without-file", f"<https://t.example/graph/gone> rdfs:label 'Gone'@en . {HERE}"),
    *(
        case("bad-mailto", f"i:two rdfs:seeAlso\n <{address}> . {HERE}")
        for address in (
            "mailto:",
            "mailto:ada",
            "mailto:ada@",
            "mailto:@t.example",
            "MAILTO:a@b@t.example",
            "mailto:a@t",
        )
    ),
    *(
        case("bad-web-address", f"i:two rdfs:seeAlso\n <{address}> . {HERE}")
        for address in (
            "https:///x",
            "HTTP://?x",
            "https://https://t.example/",
            "https://http//t.example/",
            "https://t.example@u.example/",
            "https://a:b@t.example",
            "http://:80/",
        )
    ),
    case("bad-mailto", f"i:two foaf:mbox\n <https://t.example/> . {HERE}"),
    case("bad-mailto", f"i:two vcard:hasEmail\n 'ada@t.example' . {HERE}"),
    case("person-outside", f"p:p1\n rdfs:seeAlso i:one . {HERE}"),
    case("person-outside", f"i:two d:follows\n p:p1 . {HERE}"),
    case("person-outside", f"p:p2 a\n vcard:Individual . {HERE}", "class-without-shape"),
    *(
        case("named-person", f"i:two rdfs:comment\n {text} . {HERE}")
        for text in (
            "'Ask Ada Byron Lind.'@en",
            "'Fråga ADA BYRON LIND'@sv",
            "'Ada Byron Linds bok'@sv",
            "'By (Ada  Byron Lind)'",
            "'Lind, Ada Byron'",
        )
    ),
    case("named-person", f"i:three {GONE} ;\n rdfs:label 'Ada Byron Lind'@en . {HERE}"),
    *(
        case("like-personal-data", f"i:two rdfs:comment\n {text} . {HERE}")
        for text in (
            "'Ask Lind.'@en",
            "'Linds bok'@sv",
            "'A. B. Lind'",
            "'Ring 08-123 456 78.'@sv",
            "'Call +46 8 123 456 78'@en",
            "'070-1234567'",
            "'0701234567'",
            "'Write to ada.lind@t.example'@en",
            "'Bor på Storgatan 12.'@sv",
        )
    ),
    case("named-tombstone", f"p:p9 {GONE} ;\n rdfs:label 'Eva Ek'@sv . {HERE}"),
    case("named-tombstone", f"p:p9 {GONE} ;\n rdfs:label 'Ada Byron Lind'@sv . {HERE}", "named-person"),
    case("named-tombstone", f"p:p9 {GONE} ;\n rdfs:label 'ada byron lind'@sv . {HERE}", "named-person"),
    case("named-tombstone", f"p:p9 {GONE} ; rdfs:label 'Borta'@sv ;\n vcard:fn 'eva' . {HERE}"),
    case("named-tombstone", f"p:p9 {GONE} ; rdfs:label 'Borta'@sv ;\n vcard:given-name 'Eva' . {HERE}"),
    case(
        "like-personal-data", f"p:p9 {GONE} ; rdfs:label 'Borta'@sv ;\n rdfs:comment 'Eva Ek har slutat.'@sv . {HERE}"
    ),
    case(
        "misleading-address",
        f"<https://t.example/id/book/one?x=1> a d:Book ; d:title 'X' . {HERE}",
    ),
    case("misleading-address", f"<https://t.example/id/book/one#x> a d:Book ; d:title 'X' . {HERE}"),
)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda each: f"{each.rule}-{PLANTED.index(each)}")
def test_a_mistake_between_things_is_told_at_its_line_in_both_languages(planted: Broken, tmp_path: Path) -> None:
    found = built(tmp_path, planted).validate().findings

    wanted = [each for each in found if each.rule == planted.rule]
    places = planted.places or tuple(marked(tmp_path))
    assert {place for each in wanted for place in with_location(each)} == set(places), found
    assert {each.rule for each in found} - set(planted.also) == {planted.rule}
    assert {each.severity for each in wanted} == {MESSAGES[planted.rule][0]}
    assert all(set(each.message) == {"sv", "en"} and "{" not in f"{each.message['en']}" for each in wanted)


def test_the_site_in_which_they_are_planted_has_no_finding(tmp_path: Path) -> None:
    assert built(tmp_path, Broken("", add=BASIS)).validate().findings == ()


RIGHT = (
    "i:two rdfs:comment 'On 2024-05-17, no. 212000-0142, 0180, 0000-0002-1825-0097.'@en .",
    "i:two rdfs:comment 'Write to info@t.example or ring in 1984-1990.'@en .",
    "i:two rdfs:comment 'Ada Byron was here, and so was a lind.'@en .",
    "i:two rdfs:seeAlso <mailto:info@t.example> , <mailto:a@t.example,b@u.example?subject=Hej%20d%C3%A5> .",
    "i:one org:hasMember i:two . i:two org:hasMember i:one .",
    "k:novel skos:related k:poem . k:poem skos:related k:novel .",
    "d:of rdfs:domain rdfs:Resource ; rdfs:range owl:Thing .",
    "d:of rdfs:domain d:Book ; rdfs:range skos:Concept .",
    "d:of rdfs:range d:Map . k:novel a <https://u.example/Novel> , skos:Concept .",
    "k:poem skos:broader k:novel ; skos:broaderTransitive k:novel . k:novel skos:narrower k:poem .",
    "l:m a skos:ConceptScheme ; dcterms:isPartOf l:mine . k:x a skos:Concept ; skos:inScheme l:m . i:two d:of k:x .",
    "k:x a skos:Concept ; skos:inScheme l:mine , l:places . i:two d:of k:x ; d:in k:x .",
    "@prefix u: <https://u.example/id/book/> . i:two skos:closeMatch u:two .",
    f"p:p9 {GONE} ; rdfs:label 'En tidigare kontakt'@sv .",
    "<https://t.example/id/book/two-more> a d:Book ; d:title 'One?'.",
)


@pytest.mark.parametrize("added", RIGHT)
def test_what_is_right_between_things_is_not_told(added: str, tmp_path: Path) -> None:
    assert built(tmp_path, case("", added)).validate().findings == ()


def test_what_was_probably_meant_is_told(tmp_path: Path) -> None:
    found = built(tmp_path, case("", "i:two d:of k:novels .")).validate().findings
    (message,) = (each.message for each in found)

    assert message["en"].startswith("https://t.example/id/kind/novels belongs to https://t.example/id/list/places, but")
    assert (
        "takes concepts from https://t.example/id/list/mine. Did you mean https://t.example/id/kind/novel?"
        in message["en"]
    )
    assert "Menade du https://t.example/id/kind/novel?" in message["sv"]


def test_a_site_that_declares_no_graph_personal_has_its_persons_where_it_likes(tmp_path: Path) -> None:
    same = "skos:closeMatch <https://w3id.org/dpv#hasPersonalData>"
    without = {name: text.replace(same, "rdfs:comment 'x'") for name, text in BASIS.items()}
    added = {**without, F: without[F] + "p:p1 rdfs:seeAlso i:one ."}
    assert not {each.rule for each in built(tmp_path, Broken("", add=added)).validate().findings} & {"person-outside"}


# ---------------------------------------------------------------- small inputs made after public bug reports


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The site of a newcomer."""
    return own_site.made(tmp_path, asked=False)


def put(site: Path, case: str) -> Site:
    """A site with the files of a case, each named CASE__folder__file."""
    found = list(CASES.glob(f"{case}__*"))
    assert found
    for path in found:
        _, folder, file = path.name.split("__")
        shutil.copy(path, site / folder / file)
    return samverkan.open(site)


CIRCLES = {
    "c06_broader": 1,
    "c06_narrower": 1,
    "c06_self": 1,
    "c06_subclass": 1,
    "c06_suborg": 2,
    "c06_transitive": 1,
    "c06_deep": 0,
}


@pytest.mark.skipif(not CASES.exists(), reason="the inputs stand beside the repository")
@pytest.mark.parametrize(("name", "count"), CIRCLES.items())
def test_each_circle_is_told_once_and_a_deep_hierarchy_is_none(name: str, count: int, own: Path) -> None:
    found = put(own, name).validate().findings
    assert [each.rule for each in found].count("circular-hierarchy") == count
    assert not {"unfinished", "broken-check", "too-much-follows"} & {each.rule for each in found}


@pytest.mark.skipif(not CASES.exists(), reason="the inputs stand beside the repository")
def test_nobody_is_led_to_another_thing_by_a_hash_or_a_question_mark(own: Path) -> None:
    found = {each.focus: each for each in put(own, "c12_hash").validate().findings if each.rule == "misleading-address"}
    assert "https://example.org/lund/id/scheme/farg#bla" in found
    assert "leads to another thing" in found["https://example.org/lund/id/scheme/farg#bla"].message["en"]


def test_a_new_site_has_no_warning(tmp_path: Path) -> None:
    found = samverkan.open(own_site.made(tmp_path)).validate().findings
    assert [each.rule for each in found if each.severity.name != "INFO"] == []


def test_a_context_that_was_copied_and_not_changed_is_told(own: Path) -> None:
    shutil.copy(ROOT / "ontology/context.jsonld", own / "ontology")
    found = samverkan.open(own).validate().findings
    assert "prefix-of-another-site" in {each.rule for each in found}


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [("scheme:themes", {"unlisted-scheme"}), ("scheme:themes dcterms:isPartOf sam:AreaScheme . scheme:themes", set())],
)
def test_a_site_says_that_its_own_scheme_is_a_list_of_areas(scheme: str, rules: set[str], own: Path) -> None:
    concepts, page = own / "data/concepts.ttl", own / "data/page.ttl"
    text = concepts.read_text().replace("scheme:area", "scheme:themes", 1).replace("scheme:area", "scheme:themes")
    heads = "@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix sam: <https://w3id.org/samverkan/def/> .\n"
    concepts.write_text(heads + text.replace("scheme:themes\n    a", f"{scheme}\n    a", 1))
    assert page.exists()
    found = {each.rule for each in samverkan.open(own).validate().findings if each.severity.name != "INFO"}
    assert found - {"ComprehensiveAgreement-contact"} == rules


KI = (
    ("agreement:solna sam:coversArea setting:hospitals .", "concept-of-another-scheme"),
    ("agreement:solna sam:aim area:research .", "concept-of-another-scheme"),
    ("agreement:solna sam:skillsDemandIn group:students .", "concept-of-another-scheme"),
    ("commitment:upplands-bro-exchange sam:beneficiary area:research .", "concept-of-another-scheme"),
    ("tier:management sam:bodyKind level:management .", "concept-of-another-scheme"),
    ("organisation:region-stockholm sam:vision area:education .", "concept-of-another-scheme"),
    ("organisation:x a org:FormalOrganization ; org:classification area:education .", "concept-of-another-scheme"),
    ("agreement:solna sam:contact person:p1 .", "person-outside"),
    ('note:x dcterms:description "Maria Schönnings svarar."@sv .', "named-person"),
)


@pytest.mark.parametrize(("added", "rule"), KI)
def test_a_concept_or_a_person_in_the_wrong_place_of_our_site_is_told(added: str, rule: str, tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "samverkan.toml", tmp_path)
    path, site = tmp_path / "data/curation.ttl", samverkan.open(tmp_path)
    heads = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in site.prefixes.table.items())
    path.write_text(path.read_text() + heads + added)
    assert rule in {each.rule for each in site.validate().findings}
