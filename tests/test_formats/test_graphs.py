"""Turtle, N-Triples, RDF/XML, TriG and N-Quads: what several readers read back is the graph that went in."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

import pytest
import rdflib
import rdflib.compare
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from samverkan.errors import NotAcceptableError
from samverkan.formats import graphs, named
from samverkan.formats.jsonld import Context
from samverkan.model.namespaces import RDF, XSD
from samverkan.model.results import Description, Graph, Quads
from samverkan.publication.published import Site

EX = "https://example.org/"
CONTEXT = Context.of(
    {
        "ex": EX,
        "deep": f"{EX}deep/",
        "rdf": "https://evil.example/rdf#",
        "its": f"{EX}its#",
        "xsd": XSD,
        "unused": "https://unused.example/",
    }
)
FORMS = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}

IRIS = st.sampled_from(
    [
        EX + name
        for name in (
            "a",
            "b",
            "deep/x",
            "deep/",
            "",
            "a.b",
            "a/b",
            "é",
            "?x=1&y=2",
            "a#b",
            "a'b",
            "its#x",
            "1a",
            "a,b;c",
        )
    ]
    + ["urn:x"]
)
PREDICATES = st.sampled_from(
    [*(EX + name for name in ("p", "deep/p", "é", "a.b", "x1", "its#p", "?x=1&y")), f"{RDF}value", "urn:p"]
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8),
    st.sampled_from(
        [
            "",
            " ",
            "\n",
            "\r",
            "\r\n",
            "\t",
            " x ",
            "\nx\n",
            "<&>\"'",
            "]]>",
            "<!--",
            "&amp;",
            "&#13;",
            '"""',
            "\\",
            "a\\nb",
            "\x85\u2028",
            "5",
            "1.50",
        ]
    ),
)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["sv", "en-GB"])),
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(name)),
        TEXTS,
        st.sampled_from([f"{EX}t", f"{EX}deep/t?a&b", f"{RDF}HTML"]),
    ),
    st.sampled_from(
        [
            Literal(5),
            Literal(True),
            *(Literal("1.50", datatype=NamedNode(XSD + t)) for t in ("decimal", "double", "date")),
        ]
    ),
)
TYPES = st.builds(
    Triple,
    IRIS.map(NamedNode),
    st.just(NamedNode(f"{RDF}type")),
    st.sampled_from(
        [NamedNode(name) for name in (f"{EX}T", "urn:T", f"{EX}deep/", f"{EX}k/1", f"{EX}m²", f"{RDF}bagID")]
    ),
)
TRIPLES = TYPES | st.builds(
    Triple, IRIS.map(NamedNode), PREDICATES.map(NamedNode), st.one_of(IRIS.map(NamedNode), LITERALS)
)


NATIVE = (
    ("-5", "integer"),
    ("+1.50", "decimal"),
    (".5", "decimal"),
    ("1E0", "double"),
    ("1.5e-3", "double"),
    ("true", "boolean"),
)


def _triple(subject: str, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), value)


def _write(name: str, triples: Iterable[Triple], context: Context = CONTEXT) -> bytes:
    form = named(name)
    assert form is not None
    return form(Graph(tuple(triples)), context)


def _by_rdflib(document: bytes, name: str) -> set[tuple[str, ...]]:
    found = rdflib.Graph()
    found.parse(data=document, format={"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}[name])
    return {tuple(term.n3() for term in triple) for triple in found}


def _for_rdflib(triples: Iterable[Triple]) -> set[tuple[str, ...]]:
    return {(f"<{t.subject.value}>", f"<{t.predicate.value}>", _term(t.object)) for t in triples}  # type: ignore[union-attr]  # no triple terms here


def _term(term: object) -> str:
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    assert isinstance(term, Literal)
    datatype = None if term.language or term.datatype.value == f"{XSD}string" else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False).n3()


@pytest.mark.filterwarnings("ignore")  # rdflib doubts ill-typed literals and odd IRIs aloud
@pytest.mark.parametrize("name", FORMS)
def test_two_readers_read_back_what_was_written(name: str) -> None:
    rdflib.NORMALIZE_LITERALS = False

    @settings(max_examples=250, deadline=None, derandomize=True, database=None)
    @given(st.lists(TRIPLES, max_size=8, unique=True))
    def examine(triples: list[Triple]) -> None:
        document = _write(name, triples)
        assert {quad.triple for quad in parse(document, format=FORMS[name])} == set(triples)
        assert _by_rdflib(document, name) == _for_rdflib(triples)

    try:
        examine()
    finally:
        rdflib.NORMALIZE_LITERALS = True


@pytest.mark.parametrize("name", FORMS)
def test_blocks_that_documents_share_are_read_back_too(name: str) -> None:
    form = named(name)
    assert form is not None

    @settings(max_examples=250, deadline=None, derandomize=True, database=None)
    @given(
        st.lists(TRIPLES, min_size=1, max_size=5, unique=True),
        st.lists(st.lists(TRIPLES, min_size=1, max_size=3, unique=True), max_size=3),
    )
    def examine(own: list[Triple], others: list[list[Triple]]) -> None:
        shared = tuple(Description(about[0].subject.value, tuple(about)) for about in others)  # type: ignore[union-attr]  # no triple terms here
        wanted = {*own, *(triple for about in others for triple in about)}
        for root in (None, f"{EX}a"):
            document = form(Graph(tuple(own), root, shared), CONTEXT)
            assert {quad.triple for quad in parse(document, format=FORMS[name])} == wanted

    examine()


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(TRIPLES, IRIS), max_size=8, unique=True))
def test_datasets_are_read_back_as_they_were(pairs: list[tuple[Triple, str]]) -> None:
    quads = Quads(tuple(Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t, graph in pairs))
    assert set(parse(graphs.trig(quads, CONTEXT), format=RdfFormat.TRIG)) == set(quads.quads)
    lines = gzip.decompress(graphs.nquads_gzipped(quads, CONTEXT))
    assert set(parse(lines, format=RdfFormat.N_QUADS)) == set(quads.quads)
    assert lines.splitlines(keepends=True) == sorted(lines.splitlines(keepends=True))
    union = {quad.triple for quad in quads.quads}
    assert {quad.triple for quad in parse(graphs.turtle(quads, CONTEXT), format=RdfFormat.TURTLE)} == union


def test_every_document_of_the_site_is_read_back_in_every_format(ki: Site) -> None:
    documents = [
        page.content() for path, pages in ki.pages.items() for page in pages if path.startswith(("doc/", "graph/"))
    ]
    contents = [content for content in documents if isinstance(content, Graph)]
    assert len(contents) > 200
    for content in contents:
        for name, reader in FORMS.items():
            form = named(name)
            assert form is not None
            assert {quad.triple for quad in parse(form(content, ki.context), format=reader)} == set(content.triples)


def test_turtle_is_written_byte_for_byte() -> None:
    triples = [
        _triple(f"{EX}a", f"{RDF}type", NamedNode(f"{EX}Thing")),
        _triple(f"{EX}a", f"{EX}name", Literal("å\n", language="sv")),
        _triple(f"{EX}a", f"{EX}name", Literal("b")),
    ]
    assert _write("turtle", triples).decode() == (
        '@prefix ex: <https://example.org/> .\nex:a a ex:Thing ;\n\tex:name "å\\n"@sv , "b" .\n'
    )


@pytest.mark.parametrize(
    ("value", "prefixes"),
    [
        (Literal("x"), {"ex"}),
        (Literal("x", language="sv"), {"ex"}),
        (NamedNode(f"{EX}deep/x"), {"ex", "deep"}),
        (NamedNode("https://unused.example/a/b"), {"ex"}),
        (Literal("2020-01-01", datatype=NamedNode(f"{XSD}date")), {"ex", "xsd"}),
        (NamedNode(f"{RDF}nil"), {"ex"}),
        (Literal("xsd:date ex <https://example.org/deep/x>"), {"ex"}),
        *((Literal(text, datatype=NamedNode(XSD + name)), {"ex"}) for text, name in NATIVE),
        *((Literal("x", datatype=NamedNode(XSD + name)), {"ex", "xsd"}) for _, name in NATIVE),
    ],
)
def test_only_prefixes_that_are_used_are_declared(value: NamedNode | Literal, prefixes: set[str]) -> None:
    document = _write("turtle", [_triple(f"{EX}a", f"{EX}p", value)])
    assert set(re.findall(r"@prefix ([^:]*):", document.decode())) == prefixes


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(TEXTS)
def test_a_plain_xml_reader_sees_the_text_as_it_was(text: str) -> None:
    document = ET.fromstring(_write("rdfxml", [_triple(f"{EX}a", f"{EX}p", Literal(text, language="sv"))]))
    (described,) = document
    (value,) = described
    assert (value.text or "") == text
    assert value.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "sv"}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_has_not_is_refused(character: str) -> None:
    triples = [_triple(f"{EX}a", f"{EX}p", Literal(f"a{character}b"))]
    with pytest.raises(NotAcceptableError, match="a character that XML can't carry"):
        _write("rdfxml", triples)
    for name in ("turtle", "ntriples"):
        assert [quad.triple for quad in parse(_write(name, triples), format=FORMS[name])] == triples


@pytest.mark.parametrize("predicate", [f"{EX}123", EX, f"{EX}a(b)", f"{EX}²", f"{EX}a#", f"{EX}deep/"])
def test_a_predicate_that_is_no_element_is_refused(predicate: str) -> None:
    for value in (Literal("x"), Literal("x", language="sv"), Literal(5), NamedNode(f"{EX}b")):
        with pytest.raises(NotAcceptableError, match="takes as a name"):
            _write("rdfxml", [_triple(f"{EX}a", f"{EX}p", Literal("y")), _triple(f"{EX}a", predicate, value)])


def test_a_property_that_is_no_element_is_refused_in_swedish_too() -> None:
    with pytest.raises(NotAcceptableError) as caught:
        _write("rdfxml", [_triple(f"{EX}a", f"{EX}m²", Literal("x"))])
    assert f"Egenskapen {EX}m² slutar inte på något som XML tar som namn." in caught.value.sv


def test_a_class_that_is_no_element_is_written_as_a_value() -> None:
    document = _write("rdfxml", [_triple(f"{EX}a", f"{RDF}type", NamedNode(f"{EX}deep/"))]).decode()
    assert '<rdf:Description rdf:about="https://example.org/a">' in document
    assert 'rdf:resource="https://example.org/deep/"/>' in document


def test_an_empty_graph_is_an_empty_document_in_every_format() -> None:
    for name, reader in FORMS.items():
        assert list(parse(_write(name, []), format=reader)) == []
    assert graphs.trig(Quads(()), CONTEXT) == b""
    assert gzip.decompress(graphs.nquads_gzipped(Quads(()), CONTEXT)) == b""


def test_the_gzipped_lines_have_no_date() -> None:
    content = graphs.nquads_gzipped(Quads(()), CONTEXT)
    assert content[4:8] == b"\x00" * 4


DOTTED = [f"{EX}{name}" for name in ("a.", "a..", ".", "a.b.", "deep/.", "é.", "(a).", "a.b")]
MISREAD = ["ex:a\\. ex:b. \n", '" ex:a\\. "', "<ex:a\\. >", "9" * 5000, f"a {'9' * 5000} b", "\\"]
LONG = [
    Literal(f"{sign}{'9' * digits}", datatype=NamedNode(f"{XSD}integer")) for sign in "+-" for digits in (4300, 5000)
]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own, within its reader of TriG
@pytest.mark.parametrize("name", ["turtle", "trig"])
def test_what_rdflib_does_not_read_is_written_so_that_it_does(name: str) -> None:
    literals = [*map(Literal, MISREAD), *LONG, Literal("1", datatype=NamedNode(DOTTED[0]))]
    values: list[NamedNode | Literal] = [*map(NamedNode, DOTTED), *literals]
    triples = [Triple(NamedNode(s), NamedNode(p), o) for s in DOTTED for p in DOTTED[:3] for o in values]
    content = (
        Graph(tuple(triples))
        if name == "turtle"
        else Quads([Quad(t.subject, t.predicate, t.object, NamedNode(f"{EX}g.")) for t in triples])
    )
    form = named(name)
    assert form
    written = form(content, CONTEXT)
    found = rdflib.Dataset().parse(data=written, format=name)

    assert {q.triple for q in parse(written, format=RdfFormat.from_media_type(form.media_type) or RdfFormat.TRIG)} == {
        *triples
    }
    assert len(found) == len(triples)
