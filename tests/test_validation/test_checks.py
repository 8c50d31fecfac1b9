"""Every rule of the house fires on a small broken site, at the right line, in both languages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.live import children
from tests.test_validation.test_evidence_checks import RULES_OF_THIS_FILE as RULES_OF_EVIDENCE

import samverkan
from samverkan import Site, validation
from samverkan.limits import FailedError, TookTooLongError, Work, within
from samverkan.validation import CHECKS, ENGINES, Finding, Report, Severity, ValidationInput, evaluation, shacl
from samverkan.validation.messages import MESSAGES
from samverkan.validation.sparql_constraints import embedded

DOLL = Path(__file__).parents[1] / "site"

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

HEADS = """\
@prefix d: <https://t.example/def/> .
@prefix i: <https://t.example/id/book/> .
@prefix s: <https://t.example/shapes/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix x: <https://elsewhere.example/> .
"""

SITE: Mapping[str, str] = {
    "samverkan.toml": (
        'base = "https://t.example/"\nontology = "https://t.example/def/"\ntitle = {sv = "Böcker", en = "Books"}\n'
    ),
    "ontology/context.jsonld": '{"@context": {"d": "https://t.example/def/", "title": "d:title"}}\n',
    "ontology/words.ttl": HEADS
    + """
d:Book a owl:Class ; rdfs:label "Bok"@sv , "Book"@en .
d:Map a owl:Class ; rdfs:label "Karta"@sv , "Map"@en .
d:title a owl:DatatypeProperty .
d:follows a owl:ObjectProperty .
""",
    "data/facts.ttl": HEADS
    + """
i:one a d:Book ; d:title "One" .
i:two a d:Book ;
    d:title "Two" ;
    d:follows i:one .
<https://t.example/graph/facts> rdfs:label "What the catalogue says"@en .
""",
    "shapes/shapes.ttl": HEADS
    + """
s:Book a sh:NodeShape ; sh:targetClass d:Book ; sh:property s:Book-title .
s:Book-title a sh:PropertyShape ; sh:path d:title ; sh:minCount 1 ;
    sh:message "Ge boken en titel."@sv , "Give the book a title."@en .
s:words a sh:NodeShape ; sh:targetNode d:Book .
s:classes a sh:NodeShape ; sh:targetClass owl:Class .
s:properties a sh:NodeShape ; sh:targetClass owl:DatatypeProperty , owl:ObjectProperty .
""",
    "queries/books.rq": "PREFIX d: <https://t.example/def/>\nSELECT ?book { ?book a d:Book }\n",
}

# Marks the line where a finding is expected.
HERE = "#!"

NAMESPACES = "base = 'https://t.example/'\nontology = 'https://t.example/def/'\n"
QUERY = "'SELECT $this {0} {{ $this a 5 , {1} }}' ."
DEEP_QUERY = "SELECT $this { " + "{" * 3000 + "}" * 3000 + " }"


@dataclass(frozen=True)
class Broken:
    """What is added to files of the valid site, and what is then found: the places are where `HERE` stands."""

    rule: str
    add: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


SKOS = "http://www.w3.org/2004/02/skos/core#"
D, W, S = "data/facts.ttl", "ontology/words.ttl", "shapes/shapes.ttl"

MAILBOX = "[contact]\nemail = 'us@example.org'\n"
GONE = "rdfs:label 'Three'@en ; rdfs:comment 'Never written.'@en ; owl:deprecated true"
BY = "dcterms:isReplacedBy"

ILL_FORMED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("s:y sh:path d:title ; sh:pattern '('", ()),
    ("s:y sh:path d:title ; sh:pattern '(a)\\\\1'", ()),
    ("s:y sh:path d:title ; sh:minCount 'one'", ()),
    ("s:y sh:path d:title ; sh:minCount '1'", ()),
    ("s:y sh:path d:title ; sh:minCount 1, 2", ()),
    ("s:y sh:path d:title ; sh:in d:title", ()),
    ("s:y sh:path d:title ; sh:nodeKind sh:NodeKind", ()),
    ("s:y sh:path d:title ; sh:maxInclusive s:y", ()),
    ("s:y sh:path d:title ; sh:sparql [ sh:select 'SELECT $this { $this ?p 1 MINUS { $this ?p 2 } }' ]", ()),
    ("s:y sh:path [ sh:inversePath 'title' ]", ()),
)
BROKEN: tuple[Broken, ...] = (
    Broken("empty-folder", instead={D: ""}, places=("data",), also=("empty-file", "unused-shape")),
    Broken("empty-folder", instead={S: ""}, places=("shapes",), also=("empty-file", "class-without-shape")),
    *(
        Broken(rule, add={"samverkan.toml": f"\n[publisher]\n{given}public = true {HERE}\n{more}"}, also=also)
        for rule, given, more, also in (
            ("public-without-publisher", "", MAILBOX, ("public-without-audit",)),
            ("public-without-contact", "en = 'Us'\n", "", ("public-without-audit",)),
            ("public-without-audit", "en = 'Us'\n", MAILBOX, ()),
        )
    ),
    Broken("empty-file", add={"data/more.ttl": f"{HERE}"}),
    Broken("ignored-file", add={"data/more.txt": "x"}, places=("data/more.txt",)),
    Broken("ignored-file", add={"data/more.TTL": "x"}, places=("data/more.TTL",)),
    Broken("ignored-file", add={"shapes/inner/more.ttl": "x"}, places=("shapes/inner",)),
    Broken(
        "undescribed-graph",
        add={
            "data/more.ttl": f"<https://t.example/id/book/x> a <https://t.example/def/Book> ; {HERE}\n"
            "<https://t.example/def/title> 'X' ."
        },
    ),
    Broken("undeclared-term", add={D: f"i:two\n d:titel {HERE}\n  'x' ."}),
    *(
        Broken("deprecated-term", add={W: f"\nd:name {old} .", D: f"i:two\n d:name {HERE}\n  'x' ."})
        for old in ("owl:deprecated true", "owl:deprecated true ; dcterms:isReplacedBy d:title")
    ),
    Broken(
        "deprecated-term",
        add={W: "\nd:Tome owl:deprecated true .", D: f"i:three\n a d:Tome . {HERE}"},
        also=("class-without-shape",),
    ),
    Broken(
        "deprecated-term",
        add={
            W: "\nd:name owl:deprecated true .",
            "queries/x.rq": f"SELECT *\n{{ ?a <https://t.example/def/name> ?b }} # {HERE}",
        },
        also=("empty-answer",),
    ),
    Broken(
        "undeclared-term",
        add={S: f"s:x a sh:NodeShape ; \n sh:targetClass d:Bok . {HERE}"},
        also=("unreached-shape",),
    ),
    Broken("undeclared-term", add={S: f"s:Book-title\n sh:lessThan d:nowhere . {HERE}"}, also=("broken-shapes",)),
    Broken(
        "undeclared-term",
        add={"queries/x.rq": f"SELECT *\n{{ ?a <https://t.example/def/nope> ?b }} # {HERE}"},
        also=("empty-answer",),
    ),
    Broken(
        "undeclared-term",
        instead={"ontology/context.jsonld": '{"@context": {"x": "https://t.example/def/nope"}}'},
        places=("ontology/context.jsonld",),
    ),
    Broken("unknown-standard-term", add={D: f"i:two\n dcterms:titel 'x' . {HERE}"}),
    Broken("unknown-standard-term", add={S: f"s:Book-title\n sh:nmae 'x' . {HERE}"}, also=("broken-shapes",)),
    Broken("unreached-shape", add={S: f"\ns:x a sh:NodeShape ; sh:targetClass x:Book . {HERE}"}),
    Broken("unreached-shape", add={S: f"\ns:x a sh:NodeShape ; sh:targetNode i:three . {HERE}"}),
    Broken("unreached-shape", add={S: f"\ns:x a sh:NodeShape ; sh:targetClass d:title . {HERE}"}),
    Broken("unreached-shape", add={S: f"\ns:x a sh:NodeShape ; sh:targetSubjectsOf x:nothing . {HERE}"}),
    Broken("unreached-shape", add={S: f"\ns:x a sh:NodeShape ; sh:targetObjectsOf x:nothing . {HERE}"}),
    Broken("unused-shape", add={S: f"\ns:x a sh:NodeShape ; sh:targetClass d:Map . {HERE}"}),
    Broken("class-without-shape", add={D: f"i:three\n a x:Film . {HERE}"}),
    Broken("class-without-shape", add={D: f"i:three d:title 'x' ;\n a d:Map . {HERE}"}),
    Broken("thing-without-class", add={D: f"\ni:three d:title 'Three' . {HERE}"}),
    Broken("dangling-link", add={D: f"i:two d:follows i:one ,\n i:three . {HERE}"}),
    Broken("dangling-link", add={D: f"i:two dcterms:source\n <https://t.example/graph/nope> . {HERE}"}),
    Broken("unknown-successor", add={D: f"\ni:three {GONE} ;\n {BY} i:one ,\n i:nope . {HERE}"}),
    Broken("unknown-successor", add={D: f"\ni:three {GONE} ;\n {BY} x:three . {HERE}"}),
    Broken("unknown-successor", add={D: f"\ni:three {GONE} ;\n {BY} d:Book . {HERE}"}),
    Broken("unknown-successor", add={D: f"\ni:three {GONE} ;\n {BY} <https://t.example/graph/facts> . {HERE}"}),
    Broken("unknown-successor", add={D: f"\ni:three {GONE} ;\n {BY} 'i:one' . {HERE}"}),
    Broken("unknown-successor", add={D: f"\ni:three {GONE} ;\n {BY} _:x . {HERE}"}, also=("blank-node",)),
    Broken("circular-successor", add={D: f"\ni:three {GONE} ;\n {BY} i:three . {HERE}"}),
    Broken("circular-successor", add={D: f"\ni:three {GONE} ; {BY} i:one ,\n i:three . {HERE}"}),
    Broken(
        "circular-successor",
        add={D: f"\ni:three {GONE} ;\n {BY} i:four . {HERE}\ni:four {GONE} ;\n {BY} i:three . {HERE}\n"},
    ),
    Broken(
        "circular-successor",
        add={
            D: f"\ni:three {GONE} ;\n {BY} i:four . {HERE}\ni:four {GONE} ; {BY} i:one ,\n i:five . {HERE}\n"
            f"i:five {GONE} ;\n {BY} i:four . {HERE}\n"
        },
    ),
    Broken("withdrawn-successor", add={D: f"\ni:three {GONE} ;\n {BY} i:four . {HERE}\ni:four {GONE} .\n"}),
    Broken(
        "withdrawn-successor",
        add={
            D: f"\ni:three {GONE} ;\n {BY} i:four . {HERE}\ni:four {GONE} ;\n {BY} i:five , i:six . {HERE}\n"
            f"i:five {GONE} .\ni:six {GONE} .\n"
        },
    ),
    Broken("withdrawn-link", add={D: f"\ni:three {GONE} .\ni:two d:follows\n i:three . {HERE}"}),
    Broken("withdrawn-link", add={D: f"\ni:three {GONE} .", W: f"d:Book rdfs:seeAlso\n i:three . {HERE}"}),
    Broken(
        "withdrawn-link",
        add={
            D: f"\ni:three {GONE} .",
            "queries/x.rq": f"SELECT *\n{{ <https://t.example/id/book/three> ?p ?o }} # {HERE}",
        },
    ),
    Broken("unexplained-withdrawal", add={D: f"\ni:three owl:deprecated true . {HERE}"}),
    Broken("unexplained-withdrawal", add={D: f"\ni:three {BY} i:one ; rdfs:label 'Three'@en . {HERE}"}),
    Broken("unexplained-withdrawal", add={D: f"\ni:three {BY} i:one ; rdfs:comment 'Because.'@en . {HERE}"}),
    Broken("described-withdrawal", add={D: f"\ni:three {BY} i:one ; {GONE} ; d:title 'Three' ;\n a d:Book . {HERE}"}),
    Broken("described-withdrawal", add={D: f"\ni:three {GONE} ; d:title 'Three' ;\n a d:Book . {HERE}"}),
    Broken("blank-node", add={D: f"\ni:two d:follows [ d:title 'x' ] . {HERE}"}),
    Broken("blank-node", add={D: f"\n[] d:title 'x' . {HERE}"}),
    Broken("blank-node", add={D: f"i:two d:follows\n ( i:one ) . {HERE}"}),
    Broken("blank-node", add={W: f"\n_:x d:title 'x' . {HERE}"}),
    Broken("control-character", add={D: f"i:two d:title 'fine' ,\n 'a\\u0001b' . {HERE}"}),
    Broken("control-character", add={D: f"i:two d:title \n'a\x00b' . {HERE}"}),
    Broken("control-character", add={D: f"i:two d:title 'fine' , \n 'a\\uFFFEb' . {HERE}"}),
    Broken("newer-rdf", add={D: f"i:two d:title 'fine' ,\n 'a'@ar--rtl . {HERE}"}),
    Broken("newer-rdf", add={W: f"\nd:title rdfs:label \n'a'@ar--ltr . {HERE}"}),
    Broken("newer-rdf", add={S: f"\nVERSION '1.2' {HERE}"}),
    Broken("newer-rdf", add={S: f"\ns:Book-title sh:name 'a'@ar--rtl . {HERE}"}),
    Broken(
        "newer-rdf",
        add={S: f"\ns:Book-title sh:description <<( d:a d:title 'a' )>> . {HERE}"},
        also=("undeclared-term",),
    ),
    Broken("unwritable-property", add={D: f"i:two\n <https://elsewhere.example/1> 'x' . {HERE}"}),
    Broken("unwritable-property", add={D: f"i:two\n <https://elsewhere.example/a/> 'x' . {HERE}"}),
    Broken("unwritable-property", add={D: f"i:two\n <https://elsewhere.example/m²> 'x' . {HERE}"}),
    Broken(
        "unwritable-property",
        add={"queries/x.rq": f"CONSTRUCT {{\n ?a <urn:1> ?b # {HERE}\n}} WHERE {{ ?a ?p ?b }}"},
    ),
    *(
        Broken("unwritable-answer", add={"queries/x.rq": text}, places=("queries/x.rq",))
        for text in (
            'CONSTRUCT { ?a ?q ?b } WHERE { ?a ?p ?b BIND (IRI("urn:x:1") AS ?q) }',
            "#+ columns: {}\nCONSTRUCT { ?a ?q ?b } WHERE { VALUES ?q { <urn:x:a> <urn:x:1> } ?a ?p ?b }",
            (
                "#+ parameters: {x: {type: iri}}\n#+ enumerate: {x: ['urn:x:a', 'urn:x:1']}\n"
                "CONSTRUCT { ?a ?x ?b } WHERE { VALUES ?x { <urn:x:b> } ?a ?p ?b }"
            ),
        )
    ),
    Broken(
        "unusable-choice",
        add={
            "queries/x.rq": f"#+ parameters:\n#+   x: {{type: date,\n#+     menu: books}} {HERE}\n"
            "ASK { VALUES ?x { UNDEF } }"
        },
    ),
    Broken(
        "unusable-choice",
        add={
            "queries/x.rq": f"#+ parameters: {{x: {{}}}}\n#+ enumerate:\n#+   x:\n#+     - a\n#+     - A {HERE}\n"
            "ASK { VALUES ?x { UNDEF } }"
        },
    ),
    Broken("foreign-address", add={D: f"\nx:three a d:Book ; d:title 'x' . {HERE}"}),
    Broken("same-address", add={D: f"\ni:ONE a d:Book ; d:title 'x' . {HERE}"}, also=("odd-address",)),
    Broken("odd-address", add={D: f"\n<https://t.example/id/book/å> a d:Book ; d:title 'x' . {HERE}"}),
    Broken("odd-address", add={D: f"\n<https://t.example/id/x> a d:Book ; d:title 'x' . {HERE}"}),
    Broken("unknown-standard-term", add={"queries/x.rq": f"ASK\n{{ ?a <{SKOS}prefLabl> ?b }} # {HERE}"}),
    Broken(
        "unknown-standard-term",
        add={"queries/x.rq": f"PREFIX org: <http://www.w3.org/ns/org#>\nASK\n{{ ?a a org:Organisation }} # {HERE}"},
    ),
    *(
        Broken(
            "misspelt-key",
            add={"queries/x.rq": f"#+ {key}: x {HERE}\nSELECT ?a {{ ?a ?b ?c }}"},
        )
        for key in ("sumary", "descripton", "Tags", "vew", "colums", "hom", "params")
    ),
    *(
        Broken(
            "misspelt-key",
            add={
                "queries/x.rq": f"#+ parameters:\n#+   x:\n#+     {key}: x {HERE}\nSELECT ?x {{ VALUES ?x {{ 'y' }} }}"
            },
        )
        for key in ("lable", "typ", "clas", "menue")
    ),
    *(
        Broken("unbound-variable", add={"queries/x.rq": query}, also=also)
        for query, also in (
            (f"SELECT\n ?bok {HERE}\n{{ ?book a ?kind }}", ()),
            (f"SELECT ?book {{ ?book a ?kind\n FILTER (STR(?knd) != '') {HERE}\n}}", ("empty-answer",)),
            (f"SELECT ?book {{ ?book a ?kind }}\nORDER BY ?bok {HERE}", ()),
            (f"SELECT ?book (COUNT(?kind) AS ?n) {{ ?book a ?kind }}\nGROUP BY ?book ?knd {HERE}", ()),
            (f"CONSTRUCT {{\n ?book a ?knd {HERE}\n}} WHERE {{ ?book a ?kind }}", ()),
            (f"SELECT ?book ?n {{ ?book a ?kind\n BIND (STR(?knd) AS ?n) {HERE}\n}}", ()),
            (f"SELECT ?book ?n {{ ?book a ?kind\n BIND (COALESCE(?knid, 1) AS ?n) {HERE}\n}}", ()),
            (f"SELECT ?book {{ ?book a ?kind\n FILTER (!BOUND(?knid)) {HERE}\n}}", ()),
        )
    ),
    *(
        Broken(
            "similar-variable",
            add={
                "queries/x.rq": "SELECT ?title { ?volume a ?kind ; ?is ?title . ?volume ?was ?kind .\n"
                f" ?{name} ?p ?title {HERE}\n}}"
            },
        )
        for name in ("volmue", "volme", "volumme", "volvme")
    ),
    Broken(
        "similar-variable",
        add={
            "queries/x.rq": "SELECT ?book ?name { { ?book a ?kind BIND (1 AS ?name) } UNION { ?book a ?kind\n"
            f" BIND (2 AS ?nmae) {HERE}\n}} }}"
        },
    ),
    Broken("empty-answer", add={"queries/x.rq": "SELECT ?a { ?a a 'x' }"}, places=("queries/x.rq",)),
    Broken(
        "empty-answer", add={"queries/x.rq": "CONSTRUCT { ?a a ?b } WHERE { ?a a ?b , 'x' }"}, places=("queries/x.rq",)
    ),
    Broken(
        "empty-answer",
        add={"queries/x.rq": "#+ parameters: {x: {}}\nSELECT ?x { VALUES ?x { 'z' } ?a a ?x , 'x' }"},
        places=("queries/x.rq",),
    ),
    *(
        Broken("untidy-name", add={D: f"i:two rdfs:label\n {name} . {HERE}"})
        for name in (
            "' The second'@en",
            "'The second '@en",
            "'The  second'@en",
            "'The\\tsecond'@en",
            "'The\\nsecond'@en",
        )
    ),
    Broken("untidy-name", add={D: f"i:two <{SKOS}notation>\n '2 ' . {HERE}"}),
    Broken(
        "untidy-name", add={W: f"d:called rdfs:subPropertyOf rdfs:label .\ni:two d:called\n 'The  second' . {HERE}"}
    ),
    *(
        Broken("invisible-character", add={D: f"i:two rdfs:label\n 'The\\u{code} second'@en . {HERE}"})
        for code in ("00A0", "00AD", "061C", "200B", "200D", "200F", "202E", "2060", "2066", "2800", "3164", "FEFF")
    ),
    *(
        Broken("invisible-character", add={D: f"i:two dcterms:description\n 'A\\u{code} long text.'@en . {HERE}"})
        for code in ("200B", "202E", "2800", "3164", "FEFF")
    ),
    *(
        Broken("markup", add={D: f"i:two dcterms:description\n '{text}'@en . {HERE}"})
        for text in (
            *(
                "A <b>long</b> text.",
                "Long.<br/>",
                '<p class="x">Long.',
                "<!-- Long -->",
                "this &amp; that",
                "a&#160;b",
            ),
            *("see [the page](https://x.example/)", "![a](b.png)", "a **long** text", "<script>x"),
        )
    ),
    Broken("markup", add={D: f"i:two rdfs:label\n 'This &amp; that' . {HERE}"}),
    *(
        Broken("misread-text", add={D: f"i:two rdfs:comment\n '{text}'@sv . {HERE}"})
        for text in (
            "HÃ¤lsa",
            "HÃ\u0085lsa",
            "Han sade â€œjaâ€\u009d",
            "H\ufffdlsa",
            "\uf0b7 H\u00e4lsa",
            "En rad.\\\\nEn till.",
            "H\\\\u00e4lsa",
        )
    ),
    *(
        Broken("mixed-alphabets", add={D: f"i:two rdfs:label\n '{text}' . {HERE}"})
        for text in ("H\u0435alth", "\u0421hild", "\u0391lpha")
    ),
    *(
        Broken("styled-letter", add={D: f"i:two rdfs:label\n '{text}' . {HERE}"})
        for text in ("a \ufb01eld", "\uff21rea", "\U0001d400rea")
    ),
    *(
        Broken("stand-in-text", add={D: f"i:two rdfs:comment\n '{text}'@en . {HERE}"})
        for text in ("TODO", "todo", "The name: TBD", "n/a", "?", "...", "Lorem ipsum dolor", "#REF!", "<name>")
    ),
    *(
        Broken("address-as-name", add={D: f"i:two rdfs:label\n '{text}' . {HERE}"})
        for text in ("https://t.example/two", "www.t.example")
    ),
    *(
        Broken("other-numbers", add={D: f"i:two rdfs:comment \n 'År {one}.'@sv , 'Year {other}.'@en . {HERE}"})
        for one, other in (("2019", "2020"), ("2019", ""), ("1 000", "10,000"), ("3–5", "3"))
    ),
    Broken(
        "unknown-thing",
        add={"queries/x.rq": f"SELECT ?a\n{{ ?a ?b <https://t.example/id/book/too> }} # {HERE}"},
        also=("empty-answer",),
    ),
    *(
        Broken(
            "untranslated-head",
            add={
                "samverkan.toml": "languages = ['sv', 'en']\n",
                "queries/x.rq": f"{head} {HERE}\nSELECT ?a {{ VALUES ?a {{ 'y' }} }}",
            },
        )
        for head in (
            "#+ summary: {sv: Namn}",
            "#+ description: {en: Names}",
            "#+ columns:\n#+   a: {sv: A}",
            "#+ parameters:\n#+   a:\n#+     label: {sv: A}",
        )
    ),
    *(
        Broken("site-without-title", instead={"samverkan.toml": f"{NAMESPACES}{more}"}, places=(place,))
        for more, place in (
            ("", "samverkan.toml"),
            ("\n[title]\nsv = 'Böcker'\n", "samverkan.toml:4"),
        )
    ),
    Broken(
        "wrong-base",
        instead={"samverkan.toml": NAMESPACES.replace("t.example/'", "u.example/'", 1)},
        places=("samverkan.toml:1",),
    ),
    Broken(
        "wrong-ontology",
        instead={"samverkan.toml": NAMESPACES.replace("/def/", "/deff/")},
        places=("samverkan.toml:2",),
    ),
    Broken(
        "wrong-language",
        add={
            "samverkan.toml": f"languages = ['de'] {HERE}\n",
            D: "".join(f"i:two dcterms:description 'Number {number}'@en .\n" for number in range(10)),
        },
    ),
    *(
        Broken(
            "contradictory-shape",
            add={S: f"s:Book sh:property s:y .\ns:y sh:path rdfs:seeAlso ; {one} ;\n {other} . {HERE}"},
            also=("y",),
        )
        for one, other in (
            ("sh:minCount 2", "sh:maxCount 1"),
            ("sh:minLength 20", "sh:maxLength 3"),
            ("sh:minInclusive 5", "sh:maxInclusive 4.5"),
            ("sh:minInclusive 5", "sh:maxExclusive 5"),
            ("sh:minExclusive 5", "sh:maxInclusive 5"),
            ("sh:minExclusive 5", "sh:maxExclusive 4"),
            ("sh:qualifiedValueShape s:words ; sh:qualifiedMinCount 2", "sh:qualifiedMaxCount 1"),
            ("sh:datatype rdfs:Literal", "sh:nodeKind sh:IRI"),
            ("sh:datatype rdfs:Literal", "sh:class d:Book"),
            ("sh:datatype rdfs:Literal", "sh:languageIn ( 'sv' )"),
        )
    ),
    *(
        Broken("untranslated-shape", add={S: f"s:Book-title\n {said} . {HERE}"})
        for said in ("sh:name 'Titel'@sv", "sh:description 'Its title.'@en-GB", "rdfs:label 'Titel'@sv")
    ),
    Broken(
        "unbound-variable",
        add={S: f"s:words sh:sparql s:q .\ns:q sh:select \n{QUERY.format('?valeu', '?value')} {HERE}"},
    ),
    Broken(
        "similar-variable",
        add={S: f"s:words sh:sparql s:q .\ns:q sh:select \n{QUERY.format('?value', '?value . $thsi a 6')} {HERE}"},
    ),
    Broken("unasked-focus", add={S: f"s:words sh:sparql s:q .\ns:q sh:select\n 'SELECT $this {{ ?a a 5 }}' . {HERE}"}),
    Broken(
        "unselected-focus",
        add={S: f"s:words sh:sparql s:q .\ns:q sh:select\n 'SELECT ?value {{ $this a 5 , ?value }}' . {HERE}"},
    ),
    Broken(
        "unfilled-message",
        add={
            S: f"s:words sh:sparql s:q .\ns:q sh:select {QUERY.format('?value', '?value')}\n"
            f"s:q sh:message\n 'Fel: {{?valu}}'@sv , 'Wrong: {{?valu}}'@en . {HERE}"
        },
    ),
    *(
        Broken("unknown-region", add={D: f"i:two rdfs:label\n 'Two'@{tag} . {HERE}"})
        for tag in ("en-UK", "en-en", "sv-SV", "sv-Latn-SW", "de-zz", "sv-swe")
    ),
    Broken("decomposed-letter", add={D: f"i:two rdfs:label\n 'Ma\\u030Alet'@sv . {HERE}"}),
    Broken("decomposed-letter", add={D: f"i:two d:title 'Two' ,\n 'Cafe\\u0301' . {HERE}"}),
    *(
        Broken("unknown-language", add={D: f"i:two rdfs:label\n 'Two'@{tag} . {HERE}"})
        for tag in ("swedish", "english", "swe", "eng-GB", "qq")
    ),
    *(
        Broken(
            "two-names",
            add={D: f"i:two rdfs:label '2'@{one} ;\n rdfs:label 'Two'@{two} . {HERE}"},
        )
        for one, two in (("sv", "sv-FI"), ("sv-FI", "sv-Latn"), ("en-GB", "en-US"))
    ),
    Broken(
        "swapped-languages",
        add={D: f"i:two rdfs:label\n 'The second book'@sv , {HERE}\n 'Den andra boken'@en ."},
        places=(f"{D}:17",),
    ),
    Broken(
        "swapped-languages",
        add={
            D: f"i:two dcterms:description 'It is said here what the thing is about.'@sv-FI ,\n"
            f" 'Här står vad saken handlar om.'@en-GB . {HERE}"
        },
    ),
    Broken("other-language", add={D: f"i:two rdfs:label\n 'Det här är något som finns i filen'@en . {HERE}"}),
    Broken(
        "other-language", add={D: f"i:two dcterms:description\n 'This is something that is in the file'@sv . {HERE}"}
    ),
    Broken("javascript-shape", add={S: f"s:Book\n sh:js s:code . {HERE}"}, also=("broken-shapes",)),
    Broken("deactivated-shape", add={S: f"s:Book\n sh:deactivated true . {HERE}"}),
    Broken("import", add={W: f"<https://t.example/def/>\n owl:imports <file:///etc/passwd> . {HERE}"}),
    Broken("import", add={S: f"<https://t.example/shapes/>\n owl:imports x:more . {HERE}"}),
    Broken("idle-shape", add={S: f"\ns:x a sh:NodeShape ; sh:property s:Book-title . {HERE}"}),
    Broken("unused-property", add={S: f"s:Book sh:property s:y .\ns:y sh:maxCount 1 ;\n sh:path x:titel . {HERE}"}),
    Broken("unknown-shape", add={S: f"s:Book\n sh:node s:Bok . {HERE}"}),
    Broken("unknown-shape", add={S: f"s:Book\n sh:or ( s:words s:wrds ) . {HERE}"}),
    Broken("lone-parameter", add={S: f"s:Book\n sh:flags 'i' . {HERE}"}),
    Broken("lone-parameter", add={S: f"s:Book-title\n sh:qualifiedMinCount 1 . {HERE}"}),
    Broken("lone-parameter", add={S: f"s:Book-title\n sh:qualifiedValueShape s:words . {HERE}"}),
    Broken(
        "unsupported-entailment",
        add={S: f"s:\n sh:entailment <http://www.w3.org/ns/entailment/RDFS> . {HERE}"},
    ),
    *(
        Broken("ill-formed-shape", add={S: f"s:words sh:property s:y .\ns:y sh:maxCount 9 ; {said} . {HERE}"})
        for said in ("sh:path d:title ; sh:severity 'Warning'", "sh:path ( d:title )")
    ),
    Broken("advanced-shape", add={S: f"s:Book\n sh:rule s:more . {HERE}"}),
    Broken("unclear-switch", add={S: f"s:Book\n sh:closed '1'^^<http://www.w3.org/2001/XMLSchema#boolean> . {HERE}"}),
    Broken("rewritten-value", add={D: f"i:two d:title 'x' ;\n d:title 01 . {HERE}"}, also=("Book-title",)),
    Broken(
        "outside-query", add={S: f"s:words sh:sparql s:q .\ns:q\n sh:select 'SELECT * FROM <file:///x> {{}}' . {HERE}"}
    ),
    Broken("outside-query", add={S: f"s:words sh:sparql s:q .\ns:q\n sh:select '{{SERVICE ?x {{}}}}' . {HERE}"}),
    Broken("outside-query", add={S: f"s:words sh:sparql s:q .\ns:q\n sh:select '\\\\u0053ervice ?x {{}}' . {HERE}"}),
    Broken(
        "broken-query",
        add={S: f"s:words sh:sparql s:q .\ns:q\n sh:select 'SELECT *' . {HERE}"},
        also=("broken-shapes",),
    ),
    Broken(
        "broken-query",
        add={S: f"s:words\n sh:sparql [ sh:select 'SELECT $this {{ $this no:x 1 }}' ] . {HERE}"},
        also=("broken-shapes",),
    ),
    Broken(
        "broken-query",
        add={S: f"s:words sh:sparql s:q .\ns:q\n sh:ask '{DEEP_QUERY}' . {HERE}"},
        also=("broken-shapes",),
    ),
    *(
        Broken("ill-formed-shape", add={S: f"s:words sh:property s:y .\n{shape} . {HERE}"}, also=also)
        for shape, also in ILL_FORMED
    ),
)


def built(folder: Path, broken: Broken) -> Site:
    """The valid site with what the case adds."""
    for name in {*SITE, *broken.add, *broken.instead}:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(broken.instead.get(name, SITE.get(name, "")) + broken.add.get(name, ""), newline="")
    return samverkan.open(folder)


def marked(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.*")):
        lines = path.read_text().split("\n") if path.is_file() else []
        yield from (
            f"{path.relative_to(folder).as_posix()}:{number}"
            for number, line in enumerate(lines, 1)
            if line.rstrip().endswith(HERE)
        )


@pytest.fixture(autouse=True)
def advice_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold each check that only advises to it, whatever is broken: who asks for violations does not run it."""
    guarded = validation._guarded

    def held(check: validation.Check, findings: Iterable[Finding]) -> Iterator[Finding]:
        for each in guarded(check, findings):
            assert each.severity < Severity.VIOLATION or check not in validation.ADVICE, each
            yield each

    monkeypatch.setattr(validation, "_guarded", held)


def with_location(finding: Finding) -> tuple[str, ...]:
    return tuple(map(str, finding.places))


def test_the_valid_site_has_no_finding(tmp_path: Path) -> None:
    assert built(tmp_path, Broken("")).validate().findings == ()


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: f"{b.rule}-{BROKEN.index(b)}")
def test_a_broken_site_is_told_at_its_line_in_both_languages(broken: Broken, tmp_path: Path) -> None:
    found = built(tmp_path, broken).validate().findings

    wanted = [f for f in found if f.rule == broken.rule]
    places = broken.places or tuple(marked(tmp_path))
    assert {place for f in wanted for place in with_location(f)} == set(places), found
    assert {f.rule for f in found} - set(broken.also) == {broken.rule}
    assert {f.severity for f in wanted} == {MESSAGES[broken.rule][0]}
    for f in wanted:
        assert set(f.message) == {"sv", "en"}
        assert f.message["sv"] != f.message["en"]
        assert not re.search(r"\{\w*\}", f"{f.message}".replace("{{", ""))


def test_every_rule_is_broken_once() -> None:
    # Those that are left have tests of their own: two below, and two that only a store can break.
    others = {"unfinished", "broken-check", "broken-shapes", "missing-graph", "foreign-graph"}
    others |= {"misspelt-thing", "other-scheme", "table-file", "broken-evaluation"}  # see test_typical_mistakes
    others |= {"other-namespace"}  # see test_consequences
    others |= {"too-many-results"}  # below
    others |= {"nothing-checked", "import-not-followed"}  # where there is no site: see test_standalone
    others |= RULES_OF_EVIDENCE | {"unanswered-view"}
    others |= {"concept-of-two-lists", "hierarchy-across-lists", "name-of-another"}
    others |= {"concept-of-another-scheme", "unlisted-scheme", "unused-concept", "circular-hierarchy"}  # and these have
    others |= {"prefix-of-another-site", "graph-without-file", "bad-mailto", "misleading-address"}  # a file of their
    others |= {"person-outside", "named-person", "like-personal-data", "nobody-personal"}  # own: test_structure_checks
    others |= {"named-tombstone", "bad-web-address"}  # as those above
    others |= {"disjoint-classes", "functional-property", "inverse-functional-property", "asymmetric-property"}
    others |= {"irreflexive-property", "too-much-follows", "reserved-graph"}  # see test_consistency
    others |= {"weaker-shape", "removed-shape", "changed-shape", "removed-term", "removed-axiom", "removed-query"}
    others |= {"property-of-another-class", "value-of-another-class"}  # as those above
    others |= {"narrowed-query", "changed-query", "changed-answer"}  # where there is an earlier state: test_baseline
    assert {broken.rule for broken in BROKEN} | others == set(MESSAGES)
    assert len(BROKEN) == 250


def test_texts_that_only_look_spoilt_are_not_told(tmp_path: Path) -> None:
    right = (
        "Ärlig Åsa",
        "TNFα och IFNγ",
        "Café®",
        "Москва",
        "CAFÉ",
        "To do good",
        "Fig. 1–3",
        r"C:\\\\nya",
        "3 < 4",
        "Ã",
    )
    added = " ;\n ".join(f"rdfs:comment '{text}'" for text in right)
    added += " ; rdfs:label 'År 1 000,5 (3 juni 2025)'@sv , 'Year 1,000.5 (June 3, 2025)'@en"
    found = built(tmp_path, Broken("", add={D: f"i:two {added} ."})).validate().findings

    assert [f.rule for f in found] == []


def test_a_misspelt_term_is_told_with_the_right_one(tmp_path: Path) -> None:
    (found,) = built(tmp_path, Broken("", add={D: "i:two d:titel 'x' ."})).validate().findings

    assert "Did you mean d:title?" in found.message["en"]
    assert "Menade du d:title?" in found.message["sv"]


def test_a_shapes_own_message_and_label_are_told(tmp_path: Path) -> None:
    added = {D: f"\ni:three a d:Book . {HERE}\ni:three rdfs:label 'Tre'@sv , 'Three'@en ."}
    (found,) = built(tmp_path, Broken("", add=added)).validate().findings

    assert with_location(found) == tuple(marked(tmp_path))
    assert found.message == {"sv": "Ge boken en titel.", "en": "Give the book a title."}
    assert found.label == {"sv": "Tre", "en": "Three"}
    assert (found.focus, found.rule, found.severity) == (
        "https://t.example/id/book/three",
        "Book-title",
        Severity.VIOLATION,
    )


def test_all_findings_come_at_once_the_worst_first(tmp_path: Path) -> None:
    several = Broken(
        "", add={D: "\nx:a a d:Book .", "data/empty.ttl": "", S: "s:m a sh:NodeShape; sh:targetClass d:Map ."}
    )
    found = built(tmp_path, several).validate().findings

    assert [f.rule for f in found] == ["Book-title", "empty-file", "foreign-address", "unused-shape"]
    assert [f.severity for f in found] == sorted((f.severity for f in found), reverse=True)


def test_a_query_that_reads_a_file_never_reaches_an_engine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.nt"
    secret.write_text('<https://t.example/s> <https://t.example/p> "secret" .\n')
    query = f"SELECT $this ?value FROM <{secret.as_uri()}> {{ ?s ?p ?value . BIND($this AS ?t) }}"
    site = built(tmp_path / "site", Broken("", add={S: f"s:words sh:sparql s:q . s:q sh:select '{query}' ."}))

    for engine in ENGINES:
        report = site.validate(engine)
        assert [f.rule for f in report.findings] == ["outside-query"]


HARMLESS = (
    "SELECT $this { $this <https://t.example/def/SERVICE> ?from }",
    'SELECT $this { $this ?p "FROM <file:///x>" } # SERVICE ?x {}',
    "SELECT $this { $this d:service ?load }",
    "SELECT $this ?value { $this $PATH/d:follows ?value }",
    "SELECT $this { $this d:title ?t FILTER(?t < 5 && 7 > ?t) }",
)


@pytest.mark.parametrize("query", HARMLESS)
def test_a_harmless_query_is_not_refused(query: str, tmp_path: Path) -> None:
    declared = f's:q sh:prefixes s:p ; sh:select """{query}""" . s:p sh:declare s:d . '
    prefix = "s:d sh:prefix 'd' ; sh:namespace 'https://t.example/def/'^^<http://www.w3.org/2001/XMLSchema#anyURI> ."
    site = built(tmp_path, Broken("", add={S: f"s:Book-title sh:sparql s:q . {declared}{prefix}"}))
    rules = {f.rule for f in site.validate().findings}

    assert not rules & {"outside-query", "broken-query"}


HIDDEN = (
    'SELECT * { ?s ?p """a"b""" SERVICE <x:> {} """c"d""" }',
    "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE?c{?a?b?c}FILTER(?d>1) }",
    "SELECT * {\\u0053\\u0045RVICE ?x {} }",
    "SELECT * { # '\n SERVICE ?x {} } # '",
    "SELECT * { ?a ?b trueSERVICE?x { ?c ?d ?e } }",
    "SELECT * { SERVICESILENT<x:y> { ?c ?d ?e } }",
)


@pytest.mark.parametrize("query", HIDDEN)
def test_a_query_can_not_hide_what_it_does(query: str, tmp_path: Path) -> None:
    text = json.dumps(query)
    site = built(tmp_path, Broken("", add={S: f"s:words sh:sparql s:q . s:q sh:select {text} ."}))

    assert [f.rule for f in site.validate().findings] == ["outside-query"]


def test_the_broken_line_of_a_query_is_told(tmp_path: Path) -> None:
    query = "\n  SELECT $this {\n    $this nope:x 1 .\n  }\n"
    site = built(tmp_path, Broken("", add={S: f's:words sh:sparql s:q .\n s:q sh:select """{query}""" .'}))
    told = {f.rule: f.message["en"] for f in site.validate().findings}

    assert "$this nope:x 1 ." in told["broken-query"]
    assert max(map(len, told.values())) < 400


def test_a_bracket_of_a_query_that_is_never_closed_is_told_with_its_place(tmp_path: Path) -> None:
    site = built(tmp_path, Broken("", add={S: 's:words sh:sparql s:q .\n s:q sh:select "SELECT $this WHERE {" .'}))
    [broken] = [found for found in site.validate().findings if found.rule == "broken-query"]

    assert "the { at 1:20 is never closed" in broken.message["en"]
    assert "på plats 1:20" in broken.message["sv"]


def test_every_query_in_the_shapes_of_the_real_site_is_parsed(ki: Site) -> None:
    assert len(list(embedded(ki._case("samverkan")))) >= 10


SLOW = (
    "s:words sh:sparql s:q . s:q sh:select 'SELECT $this { $this ?y ?z . ?a ?b ?c . ?d ?e ?f . "
    "?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u . FILTER(STRLEN(CONCAT(STR(?a),STR(?d),STR(?u))) < 1) }' ."
)


def test_a_process_that_leaves_has_written_all_and_leaves_no_work_behind() -> None:
    program = """if True:
        import time
        from samverkan.limits import Work, leave
        work = Work(60, lambda: time.sleep(60))
        print("told")
        leave(7)
    """
    left = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)
    assert (left.returncode, left.stdout) == (7, b"told\n")  # what works on would hold the pipe open


def test_work_with_much_to_tell_ends_before_anybody_asks_for_it() -> None:
    work = Work(60, lambda: b"x" * 5_000_000)
    os.waitid(os.P_PID, work._pid, os.WEXITED | os.WNOWAIT)  # would wait forever where the message needs a reader
    assert work.result() == b"x" * 5_000_000


def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    program = """if True:
        from pathlib import Path
        from samverkan.limits import give_back

        def resident():
            return int(Path("/proc/self/statm").read_text().split()[1])

        texts = [bytes(1000) for _ in range(60_000)]
        del texts[:-1]  # the last one keeps the end of the heap where it is
        freed = resident()
        give_back()
        print(freed - resident())
    """
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=True)
    assert int(told.stdout) * os.sysconf("SC_PAGE_SIZE") > 30_000_000


@pytest.mark.parametrize(
    ("pattern", "is_asked"), [(r"^\\p{Lu}+$", True), (r"^[\\i-[a-z]]+$", True), (r"^(A)\\1$", False)]
)
def test_what_a_pattern_of_xpath_wants_is_asked_for_and_breaks_no_check(
    pattern: str, is_asked: bool, tmp_path: Path
) -> None:
    shape = f's:Book sh:property s:code . s:code a sh:PropertyShape ; sh:path d:title ; sh:pattern "{pattern}" .'
    added = {S: shape, D: "\ni:code a d:Book ; d:title 'sek' ."}
    found = built(tmp_path, Broken("", add=added)).validate().findings

    assert not [each for each in found if each.rule == "broken-check"]
    told = [each.message["sv"] for each in found if (each.shape or "").endswith("code")]
    assert any('Menade du "SEK"?' in each for each in told) is is_asked, found


def test_what_a_shape_without_a_name_lacks_is_told_of_the_one_that_it_belongs_to_in_every_run(tmp_path: Path) -> None:
    added = (
        's:Book sh:property [ sh:path d:title ; sh:minLength 1 ;\n sh:name "Titel"@sv ] ,\n [ sh:path d:title ;\n'
        ' sh:name "Titel"@sv ;\n sh:minLength 5 ;\n sh:maxLength 2 ] .'
    )
    toml = SITE["samverkan.toml"] + 'languages = ["sv", "en"]\n'
    site = built(tmp_path, Broken("", add={S: added}, instead={"samverkan.toml": toml}))
    found, again = site.validate().findings, samverkan.open(site.root).validate().findings

    wanted = [each for each in found if each.rule in {"untranslated-shape", "contradictory-shape"}]
    first = (tmp_path / S).read_text().split("\n").index(' sh:name "Titel"@sv ] ,') + 1
    assert [each.places[0].line for each in wanted] == [first, first + 2, first + 4]
    assert {each.focus for each in wanted} == {"https://t.example/shapes/Book"}
    assert found == again


def test_of_very_many_results_some_are_told_and_the_shape_that_most_are_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (shacl, evaluation):
        monkeypatch.setattr(module, "MOST_RESULTS", 6)
    pairs = "s:Book sh:property s:pairs . s:pairs a sh:PropertyShape ; sh:path d:title ; sh:lessThan d:number ."
    numbers = "".join(f"i:two d:title {n} ; d:number {n} .\n" for n in range(9))
    found = built(tmp_path, Broken("", add={S: pairs, D: numbers})).validate().findings

    told = [each for each in found if each.rule == "too-many-results"]
    assert [(each.severity, "6" in each.message["sv"], each.message["en"].count("pairs")) for each in told] == [
        (Severity.VIOLATION, True, 1)
    ]
    assert 0 < sum(each.rule == "pairs" for each in found) <= 6


def test_work_that_was_ended_is_not_begun_again_without_a_limit() -> None:
    def slow() -> bytes:
        time.sleep(5)
        return b""

    work = Work(0.01, slow)
    for expected in (TookTooLongError, FailedError):
        with pytest.raises(expected):
            work.result()


@pytest.mark.parametrize(
    ("view", "columns"), [("evidence", "?evidence ?about ?property ?value ?status"), ("notes", "?note ?about")]
)
def test_a_query_about_evidence_that_takes_too_long_is_named_with_its_file(
    view: str, columns: str, tmp_path: Path
) -> None:
    product = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9))
    slow = f"#+ view: {view}\nSELECT {columns} {{ {product} FILTER (CONCAT(STR(?a0), STR(?a4), STR(?a8)) = '') }}"
    ready = "#+ view: sources\nSELECT ?graph ?status { ?graph a ?status }"
    toml = SITE["samverkan.toml"] + "[gate]\nseconds = 1\n"
    added = {"queries/slow.rq": slow, "queries/ready.rq": ready}
    site = built(tmp_path, Broken("", add=added, instead={"samverkan.toml": toml}))

    (told,) = (each for each in site.validate().findings if each.rule in {"unanswered-view", "broken-check"})
    assert (told.rule, with_location(told)) == ("unanswered-view", ("queries/slow.rq",))
    assert f"view: {view}" in told.message["sv"]
    assert f"view: {view}' can't be answered in time" in told.message["en"]


@pytest.mark.parametrize(
    ("engine", "slow"),
    [
        ("pyshacl", "s:Book-title sh:pattern '^(a+)+$' .\n"),
        ("pyshacl", SLOW),
        ("samverkan", SLOW),
    ],
)
def test_a_check_that_takes_too_long_is_ended_and_told(engine: str, slow: str, tmp_path: Path) -> None:
    toml = SITE["samverkan.toml"] + "[gate]\nseconds = 1\n"
    added = {S: slow, D: f"i:two d:title '{'a' * 40}b' ."}
    site = built(tmp_path, Broken("", add=added, instead={"samverkan.toml": toml}))
    before, others = time.monotonic(), children(os.getpid())
    found = site.validate(engine).findings

    assert [f.rule for f in found] == ["unfinished"]
    assert "1" in found[0].message["sv"]
    assert time.monotonic() - before < 30
    assert set(children(os.getpid())) <= set(others), "something is left running"


def test_a_check_that_crashes_is_a_violation_and_the_others_run(tmp_path: Path) -> None:
    def careless(case: ValidationInput) -> Iterator[Finding]:
        yield from ()
        message = f"no {case.base}"
        raise KeyError(message)

    case = built(tmp_path, Broken("", add={D: "\nx:a a d:Book ; d:title 'x' ."}))._case("samverkan")
    report = validation.run(case, (careless, *CHECKS))

    assert [f.rule for f in report.findings] == ["broken-check", "foreign-address"]
    assert "careless" in report.findings[0].message["sv"]
    assert "KeyError" in report.findings[0].message["en"]
    assert not report.conforms


def dies() -> bytes:
    os.kill(os.getpid(), 9)
    return b""


def test_work_that_dies_or_fails_is_told_apart_from_work_that_is_late() -> None:
    with pytest.raises(FailedError, match="the process died"):
        within(10, dies)
    with pytest.raises(FailedError, match="ZeroDivisionError"):
        within(10, lambda: bytes(1 // 0))
    with pytest.raises(TookTooLongError):
        within(0.05, lambda: bytes(max(iter(int, 1))))
    assert within(10, lambda: b"x" * 5_000_000) == b"x" * 5_000_000


def test_work_that_wants_all_memory_fails_alone() -> None:
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    with pytest.raises(FailedError, match="MemoryError"):
        within(10, lambda: bytes(2 * most))


def known(report: Report) -> list[tuple[object, ...]]:
    """What the engines must agree on: everything but their own words."""
    return sorted(
        (f.rule, f.focus or "", f.path or "", f.value or "", f.severity, with_location(f), f.component or "")
        for f in report.findings
    )


WRONG = """
<https://example.org/doll/id/lighthouse/new> a <https://example.org/doll/def/Lighthouse> ;
    <https://example.org/doll/def/lamps> "many" , 3 , -1 ;
    <https://example.org/doll/def/height> "tall" , 1.5 , 2.5 ;
    <https://example.org/doll/def/lit> "2020-13-45" ;
    <https://example.org/doll/def/keptBy> <https://example.org/doll/id/visit/v1> .
<https://example.org/doll/id/keeper/k3> a <https://example.org/doll/def/Keeper> .
"""


def test_both_engines_find_the_same_in_a_broken_site(copy: Path) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write(WRONG)
    site = samverkan.open(copy)
    ours, reference = (site.validate(engine) for engine in ENGINES)

    assert len(ours.findings) > 8
    assert known(ours) == known(reference)
    assert ours.coverage == reference.coverage


def test_the_reference_engine_is_silent_about_odd_values(run: Run) -> None:
    said = run("--site", DOLL, "validate", "--engine", "pyshacl")

    assert (said.returncode, said.stderr) == (0, b"")


@pytest.mark.parametrize("folder", ["data", "shapes", "ontology"])
def test_a_site_without_a_folder_does_not_conform(folder: str, tmp_path: Path) -> None:
    site = built(tmp_path, Broken(""))
    shutil.rmtree(tmp_path / folder)
    report = site.validate()

    assert not report.conforms
    assert ("empty-folder", (folder,)) in {(f.rule, with_location(f)) for f in report.findings}


def test_coverage_says_how_many_nodes_each_shape_reached(tmp_path: Path) -> None:
    coverage = {c.shape.rpartition("/")[2]: c.nodes for c in built(tmp_path, Broken("")).validate().coverage}

    assert coverage == {"Book": 2, "words": 1, "classes": 2, "properties": 2}
