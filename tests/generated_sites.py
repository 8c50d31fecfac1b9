"""Sites made by dice, whole and odd: `python -m tests.generated_sites 3000 [FIRST]` tries what the gate passes.

A number and a seed give the same site on every machine. Each part is plain most of the time, so that most sites pass
the gate with something odd in them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from pyoxigraph import BaseDirection, Literal, NamedNode

SEED = 20261129
XSD, RDF = "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STANDARDS = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}

BASES = (
    *("https://example.org/", "https://example.org/a/b/", "http://localhost:8000/", "https://EXAMPLE.org/X/"),
    *("https://åäö.example/", "https://xn--4cab6c.example/", "https://example.org/åäö/"),
    *("https://example.org/a%20b/", "https://example.org/id/", "https://example.org/doc/def/"),
    *("https://example.org/~a/=b/", "https://[::1]:80/x/", "https://example.org/a'b(c)/"),
    *("https://example.org/a&b;c/", "https://user@example.org/", "http://192.0.2.1/"),
    *("https://example.org/\U0001f600/", "https://example.org/..%2F/", "https://example.org/x//"),
    *("https://example.org:8443/x/",),
)
ONTOLOGIES = ("def/", "def/", "def/", "ns/x/", "id/", "graph/", "doc/", "", "id/kind/", "query/", "å/", "def/def/")
LANGUAGES = (
    *(("sv", "en"),) * 6,
    *(("en",), ("sv",), ("en", "sv"), ("de", "sv", "en"), ("ar", "en"), ("he",), ("fi", "sv-FI"), ("zh-Hant", "en")),
    *(("en-GB", "en"), ("SV", "EN"), ("nb", "nn", "se"), ("und",), ("tlh",), ("sv-x-own", "sv"), ("de-1901",)),
    *(("sr-Latn-RS", "sr"), ("art-x-a", "en"), ("sv", "sv-SE", "sv-FI"), ("mul", "zxx"), ("az-Arab",)),
)
TAGS = (
    *("sv", "en", "sv", "en", "sv-SE", "en-GB", "ar", "he", "zh-Hant-TW", "x-own", "i-klingon", "de-1901", "und"),
    *("SV", "art-x-a-b-c", "en-x-twain", "sl-rozaj-biske", "qaa", "fa-IR", "ur", "yi-Hebr", "mul"),
)
LICENSES = (
    *("http://creativecommons.org/publicdomain/zero/1.0/", "urn:licence:å", "https://example.org/€/licence?x=1#y"),
    *("https://example.org/a'b", "mailto:a@b.example", "https://åäö.example/lic", "urn:x:y"),
    *("tag:example.org,2020:x", "https://example.org/a,b;c=\U0001f600"),
)
WORDS = (
    *("Solna", "Långgrund", "a b c", "Å", "ﬁne", "ß ẞ", "İstanbul ı", "ǅ", "\u1e9b\u0323", "a\u030ar", "Ω Ω"),
    *("<b>fet</b>", "</script><script>alert(1)</script>", "]]>", "<!-- --", "<![CDATA[", "&amp; &lt; &#0; &"),
    *("</title>", "=1+1", "+46 8", "-1", "@SUM(A1)", "\t=1", "'", '"', '"""', "'''", "\\", "\\u0041", "\\n"),
    *("%20 %s %(x)s {0} {x}", "{{ x }}{% if %}", "${x}", "#+ summary: x", "# comment", "?lang", "a,b;c\td", "a|b"),
    *("*a* _b_ `c`", "~~", "//x", "\n", "a\nb", "a\r\nb", "a\rb", "a\tb", " a ", "  ", "\u00a0", "\u200b", "\u00ad"),
    *("\ufeffa", "\u2028\u2029", "\u0085", "\u202eabc\u202c", "\u2066a\u2069", "مَنارة", "מגדלור abc 123"),
    *("\u200fa\u200e", "\u061c", "\u0600\u0601", "👩🏽‍🚀", "🇸🇪", "\U0001f600", "字", "𐍈", "\U0010ffff", "\ufdd0"),
    *("\U0001fffe", "\ue000", "\ufffd", "\x7f", "\x80\x9f", "e" + "\u0301" * 40, "x" * 400, "å" * 1200),
    *("ord " * 900, "\U0001f600" * 200, "a-" * 300, "0", "-0", "true", "null", "__proto__", "constructor"),
    *("toString", "NaN", "undefined", "None", "lang", "text", "index", "no", "2020-01-01", "http://example.org/"),
    *("https://example.org/a?b=c&d=e#f", "javascript:alert(1)", "mailto:a@b.example", "a@b.example"),
)
UNCARRIED = ("a\x01b", "\x00", "a\x0bb", "\x1f", "\ufffe", "a\uffff", "\x08")
TYPED: Mapping[str, Sequence[str]] = {
    "integer": ("1", "01", "+5", "-0", "9" * 30, "9" * 5000, "x", "", " 1", "1.0", "１", "1e3"),
    "decimal": ("1.50", "1.", ".5", "1E9999999", "INF", "0." + "1" * 40, "-0.0", "1,5"),
    "double": ("1e0", "INF", "-INF", "NaN", "1e400", "-0", "1.0e+02", "+INF", "1E5"),
    "float": ("1.5", "NaN", "1e-46"),
    "boolean": ("true", "false", "1", "0", "TRUE", "ja", ""),
    "date": ("2020-02-29", "2020-02-30", "0000-01-01", "-0044-03-15", "12020-01-01", "2020-01-01+14:00", "2020"),
    "dateTime": ("2020-01-01T12:00:00Z", "2020-01-01T24:00:00", "2020-01-01", "2020-01-01T00:00:00.123456789-13:59"),
    "dateTimeStamp": ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00"),
    "time": ("10:00:00Z", "25:00:00"),
    "gYear": ("2020", "12345", "-0044", "0000", "20"),
    "gYearMonth": ("2020-03", "2020-13", "12020-05"),
    "gMonth": ("--03", "--13"),
    "gMonthDay": ("--02-29", "--02-30"),
    "gDay": ("---31",),
    "duration": ("P12M", "P99999999999Y", "-P1Y2M", "P"),
    "anyURI": ("https://example.org/", "a b", "javascript:alert(1)", "%zz", ""),
    "hexBinary": ("0aF", "FF"),
    "base64Binary": ("AA==", "x"),
    "byte": ("300", "-1"),
    "unsignedLong": ("18446744073709551616", "1"),
    "normalizedString": ("a\nb",),
    "token": (" a  b ",),
    "language": ("sv", "x y"),
    "string": ("a",),
}
OTHER_TYPES = (
    *(
        f"{RDF}HTML",
        f"{RDF}XMLLiteral",
        f"{RDF}JSON",
        f"{RDF}PlainLiteral",
        f"{RDF}nil",
        "http://www.opengis.net/ont/geosparql#wktLiteral",
    ),
    *("urn:type:å", "https://example.org/a'b", "https://example.org/type#"),
)
NAMES = (
    *("a", "solna", "x-1", "p2", "huddinge", "a.", "a..", "co.", "...", "a.b."),
    *("b.c", "A", "a", "Solna", "SOLNA", "å", "å", "a\u030a", "\U0001f600"),
    *("ß", "İ", "字", "%20", "%2F", "%2e%2e", "..", ".", "", "a/b", "a//b", "/", "a/..", "x.ttl", "x.sv.html"),
    *("index", "index.html", "con", "NUL", "com1.x", "a~b", "~", "~2E", "a=b", "lang=sv", "a?b=c", "a#b", "a:b"),
    *("a'b", "a(b)", "a&b", "a;b", "a,b", "@x", "$", "!", "*", "sparql", "__proto__", "x" * 140, "x" * 400),
    *("å" * 60, "å" * 200, "x" * 149 + ".a", "-", "_", "a+b", "a b"[:1], "%C3%A5", "%c3%a5", "%00", "%zz", "%", "?"),
    *("#", "manifest.json", "\u202ea", "\ue000", "\u200b", "1", "0", "openapi", ".well-known", "doc", "def", "id"),
)
KINDS = ("kind", "kind", "kind", "K", "agreement", "å", "a.b", "doc", "id", "con", "kind/sub", "%20", "x.")
CLASSES = (
    *("Thing", "Thing", "Other", "C1", "Åsak", "thing", "T-x", "T_x", "a.b", "字", "T%20x", "_", "Thing'", "x/Thing"),
    *("~T", "T."),
)
PROPERTIES = (
    *("p", "q", "height", "höjd", "p-x", "p_x", "p.x", "_p", "P", "P", "字", "p1", "x/y", "a:b", "p%20x", "é"),
    *("e\u0301", "p\u00b7x", "\u0370p", "x" * 200, "a'b", "p,q", "label", "type", "id", "xml", "xmlns", "XML"),
    *("Description", "li"),
)
WRONG_PROPERTIES = ("1", "p/", "p%", "\U0001f600", "p1.", "p\u203f")
STANDARD_PROPERTIES = (
    *("rdfs:comment", "dcterms:description", "dcterms:title", "skos:altLabel", "skos:note", "dcterms:created"),
    *("dcterms:date", "rdf:value", "rdf:_1", "foaf:name", "dcterms:extent", "owl:versionInfo", "dcterms:identifier"),
    *("skos:notation",),
)
LINKING = (
    *("dcterms:isPartOf", "skos:broader", "skos:exactMatch", "rdfs:isDefinedBy", "owl:versionIRI", "dcterms:replaces"),
    *("rdfs:seeAlso", "dcterms:source", "foaf:page", "owl:sameAs", "dcterms:relation", "skos:related"),
    *("dcterms:license",),
)
FOREIGN = (
    *("https://example.com/", "https://example.com/a%20b?q=å&x=1#y", "urn:isbn:9789100000004", "mailto:a@b.example"),
    *("javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "tel:+46", "file:///etc/passwd"),
    *("about:blank", "HTTP://EXAMPLE.com", "https://例え.example/", "https://example.com:99999/"),
    *("https://user:pass@example.com/", "x:", "https://example.com/'onmouseover=alert(1)"),
    *("https://example.com/%zz", "https://[::1]/", "urn:uuid:0", "http:a", "https://example.com/\ue000"),
    *("https://example.com/?\ue000", "https://example.com/\U0001f600", "https://", "http:///x"),
    *("https://example.com/" + "x" * 3000, "https://example.com/&amp;", "https://example.com/a(b)[c]"),
    *("tag:a,2020:b", "https://example.com/]]>", "https://example.com/\u202e", "vbscript:x", "//example.com/x"),
    *(f"{RDF}nil", f"{RDF}List", "https://example.com/#" + "å" * 300),
)
FILES = ("things", "things", "a", "B", "a.b", "page-sv", "x_y", "con", "index", "1", "9.x", "X" * 60, "void", "dataset")
VIEWS: Mapping[str, str] = {
    "": "?item ?value",
    "list": "?item ?itemLabel ?value",
    "timeline": "?item ?start ?end",
    "matrix": "?row ?column",
    "flows": "?flow ?from ?to ?amount",
    "levels": "?group ?order ?level",
    "search": "?thing ?label ?match",
    "sources": "?graph ?status ?source",
    "evidence": "?evidence ?about ?property ?value ?status",
    "notes": "?note ?about ?property ?value",
}
COMPUTED = (
    *('STRLANG(STR(?v), "x-own")', "STRDT(STR(?v), <urn:t>)", 'IRI(CONCAT("urn:x:", ENCODE_FOR_URI(STR(?v))))'),
    *("1/3", "1/0", "BNODE()", "UCASE(STR(?v))", "STRLEN(STR(?v))", "DATATYPE(?v)", "LANG(?v)", "?v = ?s", "<urn:x>"),
    *("1e400", "-0.0", "SHA256(STR(?v))", 'CONCAT(STR(?v), "\\r\\n")', 'xsd:double("NaN")', 'IF(isIRI(?v), ?v, "")'),
    *("ABS(?v)", "YEAR(?v)", "BNODE(STR(?v))", 'REPLACE(STR(?v), ".", "\U0001f600")', "STRUUID() = ?v", "1 + 0.10"),
)
WRONG_COMPUTED = (
    *(
        'CONCAT("a\\b", STR(?v))',
        '"\\u0001"',
        "TRIPLE(?s, ?p, ?v)",
        'STRLANGDIR("x", "ar", "rtl")',
        '"\\uFFFE"',
        '"\\f"',
    ),
)
QUERY_NAMES = ("items", "a", "a-b", "1", "con", "lang", "x" * 60, "index", "sparql", "query", "graph", "nul", "x-1")
MENUS: Mapping[str, str] = {
    "menu-things": "SELECT DISTINCT ?x { ?x a ?k } ORDER BY ?x LIMIT 4",
    "menu-texts": "SELECT DISTINCT (STR(?v) AS ?x) { ?s rdfs:label ?v } ORDER BY ?x LIMIT 3",
}
PREFIXES = (
    *("o", "xml", "xmlns", "XML", "Xml-x", "a.b", "1a", "-", "a-", "é", "_", "http", "https", "urn", "mailto", "rdf"),
    *("xsd", "id", "type", "its", "ns1", "A", "a", "å", "字", "x" * 80, "", "a b", "a:b", "@x", "true", "a.", "base"),
)
PARAMETERS = ("item", "x", "lang", "language", "text", "pages", "X", "a_b", "value", "limits", "query", "å")


@dataclass(frozen=True)
class Wide:
    """The names that the parts of a site share."""

    base: str
    ontology: str
    languages: tuple[str, ...]
    classes: tuple[str, ...]
    properties: tuple[str, ...]
    kind: str
    things: tuple[str, ...]


class Dice:
    """Throws that make one site."""

    def __init__(self, number: int, seed: int = SEED) -> None:
        self._random = Random(f"{seed} {number}")

    def one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def below(self, limit: int) -> int:
        return self._random.randrange(limit)

    def rarely(self, times: int) -> bool:
        """True one time of so many."""
        return self._random.randrange(times) == 0

    def some(self, make: Callable[[], str], least: int, most: int) -> list[str]:
        return [make() for _ in range(self._random.randint(least, most))]

    def site(self, folder: Path) -> Path:
        """Write a site into a new folder."""
        wide = self._wide()
        written = {
            "samverkan.toml": self._settings(wide),
            "ontology/words.ttl": self._ontology(wide),
            **self._data(wide),
            **self._shapes(wide),
            **self._queries(wide),
            **self._context(wide),
        }
        for name, content in written.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._styled(content).encode())
        return folder

    def _styled(self, content: str) -> str:
        """The same with other ends of lines, or with a byte order mark."""
        content = content.replace("\n", "\r\n") if self.rarely(15) else content
        return f"\ufeff{content}" if self.rarely(15) else content

    def _wide(self) -> Wide:
        base = self.plainly(BASES[:1], BASES, 3)
        ontology = base + self.plainly(ONTOLOGIES[:1], ONTOLOGIES, 6) if not self.rarely(20) else self.one(*BASES)
        return Wide(
            base,
            ontology,
            self._random.choice(LANGUAGES),
            self._apart(lambda: self.plainly(CLASSES[:3], CLASSES, 3), 2),
            self._apart(self._property, 4),
            self.one("owl:DatatypeProperty", "owl:ObjectProperty", "rdf:Property", "owl:AnnotationProperty"),
            self._apart(lambda: self._thing(base), 5),
        )

    def _apart(self, make: Callable[[], str], most: int) -> tuple[str, ...]:
        """Some names, most of the time so that they differ in more than in case."""
        found = self.some(make, 1, most)
        return tuple(sorted({*found} if self.rarely(20) else {name.casefold(): name for name in found}.values()))

    def plainly(self, plain: Sequence[str], odd: Sequence[str], times: int) -> str:
        """Something odd one time of so many, else something plain."""
        return self.one(*(odd if self.rarely(times) else plain))

    def _property(self) -> str:
        return self.one(*WRONG_PROPERTIES) if self.rarely(150) else self.plainly(PROPERTIES[:3], PROPERTIES, 2)

    def _thing(self, base: str) -> str:
        if self.rarely(30):
            return self.iri(
                lambda: self.one(f"{base}id/{self.one(*NAMES)}", base + self.one(*NAMES), self.one(*FOREIGN))
            )
        return self.iri(lambda: f"{base}id/{self.plainly(KINDS[:3], KINDS, 6)}/{self.plainly(NAMES[:5], NAMES, 2)}")

    def iri(self, make: Callable[[], str]) -> str:
        """An IRI, but for one of some hundred that is none."""
        found = make()
        while not (is_iri(found) or self.rarely(200)):
            found = make()
        return found

    # ---- terms

    def words(self) -> str:
        if self.rarely(1500):
            return self.one(*UNCARRIED)
        if self.rarely(8):
            return "".join(self.some(self._character, 1, 12))
        return " ".join(self.some(lambda: self.one(*WORDS), 1, 2)) if self.rarely(2) else self.one(*WORDS[:5])

    def _character(self) -> str:
        code = self.below(self._random.choice((0x180, 0x3000, 0x11000, 0x110000)))
        return chr(code) if code >= 0x20 and not 0xD800 <= code < 0xE000 and code & 0xFFFE != 0xFFFE else "x"

    def text(self) -> str:
        """A literal with a text."""
        if self.rarely(1000):
            return str(Literal(self.words(), language="ar", direction=BaseDirection.RTL))
        return str(Literal(self.words(), language=self.one(*TAGS))) if self.rarely(2) else str(Literal(self.words()))

    def typed(self) -> str:
        if self.rarely(12):
            return str(Literal(self.words(), datatype=NamedNode(self.one(*OTHER_TYPES))))
        kind = self.one(*TYPED)
        return str(Literal(self.one(*TYPED[kind]), datatype=NamedNode(XSD + kind)))

    def value(self, wide: Wide) -> str:
        make = self._random.choice((self.text, self.text, self.typed, lambda: f"<{self.one(*wide.things)}>"))
        return make()

    def labels(self, wide: Wide, prefix: str = "rdfs:label") -> str:
        """A label in each language of the site, as pairs of a property and a value."""
        said = ", ".join(str(Literal(self.words(), language=tag)) for tag in wide.languages)
        return f"{prefix} {said}"

    # ---- files

    def _settings(self, wide: Wide) -> str:
        lines = [f"base = {toml(wide.base)}", f"ontology = {toml(wide.ontology)}"]
        lines += [f"languages = [{', '.join(map(toml, wide.languages))}]"]
        lines += [] if self.rarely(4) else [f"license = {toml(self.plainly(LICENSES[:1], LICENSES, 3))}"]
        for name in ("title", "description", "publisher", "about"):
            if not self.rarely(3):
                tags = wide.languages if not self.rarely(5) else ("fr", *wide.languages[1:])
                lines += [f"[{name}]", *(f"{toml(tag)} = {toml(self.words())}" for tag in tags)]
        if self.rarely(3):
            email = self.one("a@b.example", "å@ö.example", "a'b@c.example", "a+b/c=d@e.example", "\U0001f600@x.example")
            lines += ["[contact]", f"email = {toml(email)}", "[contact.name]"]
            lines += [f"{toml(tag)} = {toml(self.words())}" for tag in wide.languages]
        return "\n".join([*lines, ""])

    def _ontology(self, wide: Wide) -> str:
        said = [f"<{wide.ontology}> a owl:Ontology ; {self.labels(wide)} ."]
        for number, name in enumerate(wide.classes):
            higher = wide.classes[:number]  # nothing stands above itself
            above = f" ; rdfs:subClassOf <{wide.ontology}{self.one(*higher)}>" if higher and self.rarely(3) else ""
            said.append(f"<{wide.ontology}{name}> a owl:Class{above} ; {self.labels(wide)} .")
        for name in wide.properties:
            more = f" ; rdfs:range {self.one('xsd:decimal', 'xsd:date', 'rdfs:Literal')}" if self.rarely(3) else ""
            said.append(f"<{wide.ontology}{name}> a {wide.kind}{more} ; {self.labels(wide)} .")
        return turtle(said)

    def _data(self, wide: Wide) -> dict[str, str]:
        names = sorted({self.plainly(FILES[:1], FILES, 2) for _ in range(self._random.randint(1, 2))})
        parts: dict[str, list[str]] = {name: [] for name in names}
        for thing in wide.things:
            parts[self.one(*names)].append(self._about(thing, wide))
        parts[names[0]] += self._gone(wide) if self.rarely(3) else []
        for name in names:
            if name == names[0] or self.rarely(2):
                about = (
                    f"dcterms:license <{self.one(*LICENSES)}>" if self.rarely(2) else self.labels(wide, "rdfs:comment")
                )
                parts[names[0]].append(f"<{wide.base}graph/{name}> a void:Dataset ; {about} ; {self.labels(wide)} .")
        written = {f"data/{name}.ttl": turtle(said) for name, said in parts.items()}
        if self.rarely(12):
            written[f"data/{self.one('empty', 'Z', 'e.e')}.ttl"] = self.one("", "\n", "# nothing\n", "\ufeff")
        return written

    def _about(self, thing: str, wide: Wide) -> str:
        said = [
            f"a <{wide.ontology}{self.one(*wide.classes)}>",
            self.labels(wide, self.one("rdfs:label", "skos:prefLabel")),
        ]
        said += self.some(lambda: f"<{wide.ontology}{self.one(*wide.properties)}> {self.value(wide)}", 0, 5)
        said += self.some(lambda: f"{self.one(*STANDARD_PROPERTIES)} {self.one(self.text(), self.typed())}", 0, 3)
        said += self.some(lambda: f"{self.one(*LINKING)} <{self.iri(lambda: self.one(*FOREIGN, *wide.things))}>", 0, 2)
        return f"<{thing}> {' ; '.join(said)} ."

    def _gone(self, wide: Wide) -> list[str]:
        """Things that are withdrawn, replaced or split."""
        gone = self._thing(wide.base)
        if gone in wide.things:
            return []
        to = [f"dcterms:isReplacedBy <{thing}>" for thing in wide.things[: self.below(3)]]
        why = [self.labels(wide), self.labels(wide, "rdfs:comment")]
        marks = ["owl:deprecated true"] if self.rarely(2) or not to else []
        return [f"<{gone}> {' ; '.join([*marks, *to, *why])} ."]

    def _shapes(self, wide: Wide) -> dict[str, str]:
        said = []
        own = (f"<{wide.ontology}{name}>" for name in wide.classes)
        for number, target in enumerate((*own, "void:Dataset", "owl:Ontology", "owl:Class", wide.kind)):
            parts = [self._property_shape(wide) for _ in range(self._random.randint(1, 2))]
            said.append(
                f"<{wide.base}shapes/S{number}> a sh:NodeShape ; sh:targetClass {target} ; {self.labels(wide)} ; "
                f"sh:property {' , '.join(parts)} ."
            )
        return {f"shapes/{self.plainly(FILES[:1], FILES, 4)}.ttl": turtle(said)}

    def _property_shape(self, wide: Wide) -> str:
        path = self.one("rdfs:label", "rdfs:comment", f"<{wide.ontology}{self.one(*wide.properties)}>")
        said = [
            f"sh:path {path}",
            f"sh:name {self.text()}",
            f"sh:order {self.typed() if self.rarely(4) else self.below(9)}",
        ]
        said += [f"sh:description {self.text()}"] if self.rarely(3) else []
        said += [f"sh:message {self.text()}"] if self.rarely(3) else []
        said += [self.one("sh:minCount 0", "sh:minLength 0", "sh:nodeKind sh:Literal", 'sh:pattern ".*"')]
        said += [f"sh:severity {self.one('sh:Warning', 'sh:Info', 'sh:Info')}"]
        return f"[ {' ; '.join(said)} ]"

    # ---- queries

    def _queries(self, wide: Wide) -> dict[str, str]:
        names = {self.plainly(QUERY_NAMES[:1], QUERY_NAMES, 2) for _ in range(self._random.randint(0, 3))}
        views = self._random.sample([*VIEWS], len(names))
        menus = {f"queries/{name}.rq": "\n".join([*prefixes(wide), text]) for name, text in MENUS.items()}
        made = {f"queries/{name}.rq": self._query(view, wide) for name, view in zip(sorted(names), views, strict=True)}
        return {**menus, **made}

    def _query(self, view: str, wide: Wide) -> str:
        if not view and self.rarely(2):
            return self._other_form(wide)
        parameters, columns = self._parameters(view), VIEWS[view].split()
        head = self._head(view, columns, parameters, wide)
        return "\n".join([*head, *prefixes(wide), self._select(columns, parameters, wide), ""])

    def _head(self, view: str, columns: Sequence[str], parameters: Mapping[str, str], wide: Wide) -> list[str]:
        said: dict[str, object] = {"summary": self._told(wide)}
        said |= {"view": view} if view else {}
        said |= {"description": self._told(wide)} if self.rarely(2) else {}
        said |= {"tags": self.some(self.words, 0, 2)} if self.rarely(2) else {}
        said |= {"home": str(self.below(3))} if self.rarely(3) else {}
        said |= {"columns": {name[1:]: self._told(wide) for name in columns}} if self.rarely(2) else {}
        listed = {name: self.some(self.words, 1, 3) for name, kind in parameters.items() if kind == "enumerate"}
        said |= {"enumerate": listed} if listed else {}
        said |= {"parameters": {name: self._taken(kind, wide) for name, kind in parameters.items()}}
        return [f"#+ {key}: {yaml(value)}" for key, value in said.items() if value]

    def _told(self, wide: Wide) -> object:
        return self.words() if self.rarely(6) else {tag.lower(): self.words() for tag in wide.languages}

    def _parameters(self, view: str) -> dict[str, str]:
        kind = self.one("class", "class", "enumerate", "text", "integer", "date", "iri", "menu")
        found = {self.plainly(PARAMETERS[:2], PARAMETERS, 2): kind}
        found = found if self.rarely(2) else {}
        found |= {"lang": "language"} if self.rarely(2) else {}
        return {**found, "text": "text"} if view == "search" else found

    def _taken(self, kind: str, wide: Wide) -> dict[str, object]:
        types = {"class": "iri", "enumerate": "text", "menu": self.one("text", "iri")}
        more = {"class": {"class": f"<{wide.ontology}{self.one(*wide.classes)}>"}, "menu": {"menu": self.one(*MENUS)}}
        return {"label": self._told(wide), "type": types.get(kind, kind), **more.get(kind, {})}

    def _select(self, columns: Sequence[str], parameters: Mapping[str, str], wide: Wide) -> str:
        blocks = [f"VALUES ?{name} {{ {self._default(kind, wide)} }}" for name, kind in parameters.items()]
        source = self.one(
            "?s ?p ?v .", "GRAPH ?g { ?s ?p ?v }", "?s rdfs:label|skos:prefLabel ?v ; ?p ?x .", "?s a ?k ; ?p ?v ."
        )
        given = {name: self.one("?s", "?v", "?p", "?v", *COMPUTED[:3], self.computed()) for name in columns}
        given |= {columns[0]: self.one("?s", "?s", "?v")}
        binds = [f"BIND ({made} AS {name})" for name, made in given.items()]
        bound = [each for each in blocks if f"?{each.split()[1][1:]} " not in " ".join(columns) + " "]
        body = " ".join([source, *binds, *(bound if len(bound) == len(blocks) else blocks)])
        order = " ".join(f"STR({name})" for name in columns)
        return f"SELECT DISTINCT {' '.join(columns)} {{ {body} }} ORDER BY {order} LIMIT 7"

    def computed(self) -> str:
        """What a query makes of what it finds; rarely something that canned queries may not make."""
        return self.one(*(WRONG_COMPUTED if self.rarely(60) else COMPUTED))

    def _default(self, kind: str, wide: Wide) -> str:
        if self.rarely(2):
            return "UNDEF"
        known = {
            "language": f'"{wide.languages[0].lower()}"',
            "integer": "1",
            "date": '"2020-01-01"^^xsd:date',
            "text": '""',
        }
        return known.get(kind, "UNDEF")

    def _other_form(self, wide: Wide) -> str:
        form = self.one(
            f"CONSTRUCT {{ ?s ?p ?made }} {{ ?s ?p ?v BIND ({self.computed()} AS ?made) }}",
            f"CONSTRUCT {{ ?s <{wide.ontology}{self.one(*wide.properties)}> ?v }} {{ ?s ?p ?v }}",
            'CONSTRUCT { ?s ?made ?v } { ?s ?p ?v BIND (IRI(CONCAT(STR(?p), "1")) AS ?made) }',
            "CONSTRUCT { ?v ?p _:b . _:b rdfs:label ?s } { ?s ?p ?v }",
            f"DESCRIBE <{self.one(*wide.things)}>",
            "ASK { ?s ?p ?v }",
            "CONSTRUCT { } { ?s ?p ?v }",
            "CONSTRUCT { ?v ?s ?p } { ?s ?p ?v FILTER isIRI(?v) }" if self.rarely(9) else "ASK { }",
            f"CONSTRUCT {{ ?s ?made 1 }} {{ ?s ?p ?v BIND ({self.computed()} AS ?made) }}",
        )
        head = [f"#+ summary: {yaml(self._told(wide))}"]
        return "\n".join([*head, *prefixes(wide), form, ""])

    # ---- context

    def _context(self, wide: Wide) -> dict[str, str]:
        if self.rarely(4):
            return {}
        said: dict[str, object] = {name: iri for name, iri in STANDARDS.items() if not self.rarely(8)}
        said |= {self.plainly(("o",), PREFIXES, 3): wide.ontology, "id": "@id", "type": "@type"}
        said |= {self.one(*PREFIXES): f"{wide.base}id/kind/"} if self.rarely(3) else {}
        for name in wide.properties:
            if self.rarely(2):
                said[self.one(name, "label", "x", "å", "a b", "type", "p:q", "")] = self._term(wide.ontology + name)
        odd: Mapping[str, object] = {
            "@vocab": wide.ontology,
            "@language": "sv",
            "@base": wide.base,
            "x": None,
            "@version": 1.1,
        }
        said |= {name: each for name, each in odd.items() if self.rarely(9)}
        return {"ontology/context.jsonld": json.dumps({"@context": said}, ensure_ascii=False, indent=1)}

    def _term(self, iri: str) -> object:
        kind = self.one(
            "", "@id", "@vocab", f"{XSD}string", f"{XSD}integer", f"{XSD}date", f"{XSD}boolean", "@json", "@none"
        )
        container = self.one("", "@set", "@language", "@list", "@index", "@graph")
        said = {"@id": iri, "@type": kind, "@container": container}
        return iri if self.rarely(3) else {key: each for key, each in said.items() if each}


def is_iri(text: str) -> bool:
    """Whether the RDF library takes this as an IRI."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def toml(text: str) -> str:
    """A text in TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def yaml(value: object) -> str:
    """A value in YAML, which wants some characters escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", written)


def turtle(said: Iterable[str]) -> str:
    """A Turtle file."""
    return "".join(
        [*(f"@prefix {name}: <{iri}> .\n" for name, iri in STANDARDS.items()), *(f"{each}\n" for each in said)]
    )


def prefixes(wide: Wide) -> list[str]:
    """The prefixes of a query."""
    return [f"PREFIX {name}: <{iri}>" for name, iri in {**STANDARDS, "o": wide.ontology}.items()]


if __name__ == "__main__":
    from tests.site_readers import main

    main(*map(int, sys.argv[1:]))
