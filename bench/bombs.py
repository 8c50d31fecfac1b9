"""Queries that do harm where nothing holds them: twenty kinds, ten of each.

Those that eat time or memory need no particular data: a few thousand triples are plenty. Those
that read from outside do so from a `Lure`, which the bench and the tests lay out and watch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 64 * 1024
"""As long as a text may be, in bytes: a longer one is refused unread, and would prove little."""

_UNKNOWN = "<urn:x>"


@dataclass(frozen=True)
class Lure:
    """What no query may reach: `address` is an http URL where somebody listens, `file` the file URL of a secret."""

    address: str
    file: str


class Bomb(NamedTuple):
    """One hostile query: its kind, its place among the ten, and its text."""

    kind: str
    number: int
    text: str


class Kind(NamedTuple):
    """Ten hostile queries that are alike. Those that are `refused` for what they say are never evaluated."""

    texts: Callable[[Lure], Sequence[str]]
    refused: bool = False


def bombs(lure: Lure) -> Iterator[Bomb]:
    """All of them, kind by kind."""
    for name, kind in KINDS.items():
        for number, text in enumerate(kind.texts(lure)):
            yield Bomb(name, number, text)


def _cross(count: int) -> str:
    """Patterns that have no variable in common: so many triples as there are, to the power of `count`."""
    return " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(count))


def _chained(template: str, count: int) -> str:
    """The template over and over; {a} is the number of the turn and {b} that of the next."""
    return " ".join(template.format(a=n, b=n + 1) for n in range(count))


def _counted(_: Lure) -> Sequence[str]:
    measures = (
        "COUNT(*)",
        "COUNT(DISTINCT ?s0)",
        "COUNT(DISTINCT *)",
        "SUM(STRLEN(STR(?o0)))",
        "AVG(STRLEN(STR(?o1)) + RAND())",
        "MIN(CONCAT(STR(?o0), STR(?o1)))",
        "MAX(MD5(CONCAT(STR(?o0), STR(?o3))))",
        "SAMPLE(?o2)",
        "SUM(IF(?o0 = ?o1, 1, 0))",
        "COUNT(DISTINCT CONCAT(STR(?s0), STR(?s1), STR(?s2)))",
    )
    return [f"SELECT ({measure} AS ?n) {{ {_cross(4 + n // 2)} }}" for n, measure in enumerate(measures)]


def _ordered(_: Lure) -> Sequence[str]:
    keys = (
        "?o0",
        "DESC(?o3) ?o0",
        "RAND()",
        "MD5(STR(?o0))",
        "DESC(CONCAT(STR(?s0), STR(?s1), STR(?s2), STR(?s3)))",
        "STRLEN(STR(?o1)) LIMIT 1",
        "IF(?o0 = ?o1, ?o2, ?o3) OFFSET 1000000 LIMIT 1",
        "UUID() LIMIT 10",
        "SHA512(STR(?o2)) DESC(SHA512(STR(?o3)))",
        "?p0 ?p1 ?p2 ?p3 ?s0 ?s1 ?s2 ?s3 LIMIT 5",
    )
    return [f"SELECT * {{ {_cross(4)} }} ORDER BY {key}" for key in keys]


def _grouped(_: Lure) -> Sequence[str]:
    cross = _cross(4)
    return (
        f"SELECT DISTINCT * {{ {cross} }}",
        f"SELECT DISTINCT ?s0 ?s1 ?s2 {{ {cross} }}",
        f"SELECT REDUCED * {{ {cross} }}",
        f"SELECT ?s0 ?s1 (COUNT(*) AS ?n) {{ {cross} }} GROUP BY ?s0 ?s1",
        f"SELECT ?k (COUNT(*) AS ?n) {{ {cross} }} GROUP BY (CONCAT(STR(?s0), STR(?s1), STR(?s2)) AS ?k)",
        f"SELECT ?k (SAMPLE(?o0) AS ?o) {{ {cross} }} GROUP BY (UUID() AS ?k)",
        f"SELECT ?s0 {{ {cross} }} GROUP BY ?s0 HAVING (COUNT(DISTINCT ?s1) > 1000000)",
        f"SELECT ?s0 ?s1 ?s2 ?s3 {{ {cross} }} GROUP BY ?s0 ?s1 ?s2 ?s3 ORDER BY COUNT(*)",
        f"SELECT DISTINCT (SHA512(CONCAT(STR(?o0), STR(?o1), STR(?o2))) AS ?k) {{ {cross} }}",
        f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?o0 ?o1 ?o2 {{ {cross} }} }}",
    )


def _filtered(_: Lure) -> Sequence[str]:
    cross = _cross(4)
    return (
        f"ASK {{ {cross} FILTER (?o0 + ?o1 + ?o2 + ?o3 = 0.5) }}",
        f"ASK {{ {cross} FILTER (STRLEN(STR(?o0)) + STRLEN(STR(?o1)) < STRLEN(STR(?o2)) - STRLEN(STR(?o3)) - 9e9) }}",
        f"ASK {{ {cross} FILTER NOT EXISTS {{ ?x ?y ?z . FILTER (STR(?z) != CONCAT(STR(?o0), STR(?o1))) }} }}",
        f"ASK {{ {cross} FILTER EXISTS {{ ?x ?y ?z . FILTER (?z = CONCAT(STR(?o0), STR(?o1))) }} }}",
        f"ASK {{ {cross} MINUS {{ ?s0 ?p0 ?o0 . ?s1 ?p1 ?o1 . ?s2 ?p2 ?o2 }} }}",
        "SELECT * { ?s0 ?p0 ?o0 " + _chained("OPTIONAL {{ ?s{b} ?p{b} ?o{b} }}", 6) + " FILTER (?o6 = 0.5) }",
        "ASK { ?a ?b ?c OPTIONAL { ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?l = ?c) FILTER (STR(?f) > STR(?i)) } }",
        f"ASK {{ {{ {cross} }} {{ ?x ?y ?z FILTER (?z = 0.5) }} UNION {{ {_cross(3)} FILTER (?o0 = 0.25) }} }}",
        f"ASK {{ {cross} FILTER (LANGMATCHES(LANG(?o0), 'xx') || DATATYPE(?o1) = <urn:no>) }}",
        f"ASK {{ {cross} FILTER (CONTAINS(CONCAT(STR(?o0), STR(?o1), STR(?o2)), 'no such words in here')) }}",
    )


def _closures(_: Lure) -> Sequence[str]:
    x = _UNKNOWN
    paths = (
        f"(!{x})*",
        f"(!{x})+",
        f"({x}|!{x})*",
        f"(!{x}|!^{x})*",
        f"(!{x}|^!{x})+",
        f"((!{x})*)*",
        f"((!{x})?/(!{x})?)*",
        f"(!{x})*/(!{x})*",
        f"(^!{x})*|(!{x})*",
        f"((!{x}|^!{x})+/(!{x}|^!{x})+)*",
    )
    ends = ("SELECT (COUNT(*) AS ?n) {{ ?a {0} ?b }}", "SELECT * {{ ?a {0} ?b . ?b {0} ?c }} ORDER BY ?c")
    return [ends[n % 2].format(path) for n, path in enumerate(paths)]


def _paths(_: Lure) -> Sequence[str]:
    here, back, both = f"!{_UNKNOWN}", f"^!{_UNKNOWN}", f"(!{_UNKNOWN}|^!{_UNKNOWN})"
    steps = (
        [here, back] * 6,
        [back, here] * 10,
        [both] * 8,
        [both] * 60,
        [f"{here}?"] * 20,
        [f"{both}?"] * 12,
        [f"({here}/{back})", f"({back}|{here})"] * 5,
        [here, back] * 200,
        [f"{both}+"] * 4,
        [f"({'|'.join([here, back] * 20)})"] * 4,
    )
    return [f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join(each)} ?b }}" for each in steps]


def _strings(_: Lure) -> Sequence[str]:
    seed = f"BIND ('{'x' * 1000}' AS ?v0)"
    grow = (
        "CONCAT(?v{a}, ?v{a})",
        "CONCAT(?v{a}, ?v{a}, ?v{a}, ?v{a}, ?v{a}, ?v{a}, ?v{a}, ?v{a})",
        "REPLACE(?v{a}, '.', '$0$0')",
        "REPLACE(?v{a}, 'x', ?v0)",
        "REPLACE(?v{a}, '', ?v{a})",
        "REPLACE(?v{a}, '(.)(.)', '$1$2$1$2$1$2$1$2')",
        "ENCODE_FOR_URI(REPLACE(?v{a}, '.', '%%'))",
        "STRLANG(CONCAT(STR(?v{a}), UCASE(STR(?v{a}))), 'en')",
        "REPLACE(CONCAT(?v{a}, ?v{a}), 'X', CONCAT(?v{a}, ?v{a}), 'i')",
        "CONCAT(STRBEFORE(CONCAT(?v{a}, 'y'), 'y'), STRAFTER(CONCAT('y', ?v{a}), 'y'), SHA512(?v{a}))",
    )
    chains = [_chained("BIND (" + each + " AS ?v{b})", 40) for each in grow]
    return [f"SELECT (STRLEN(?v40) AS ?n) {{ {seed} {chain} }}" for chain in chains]


def _groups(_: Lure) -> Sequence[str]:
    joined, wide = "CONCAT(STR(?o0), STR(?o1))", "s" * 50_000
    cross = _cross(3)
    return (
        f"SELECT (GROUP_CONCAT(?s0) AS ?n) {{ {cross} }}",
        f"SELECT (GROUP_CONCAT({joined}) AS ?n) {{ {cross} }}",
        f"SELECT (GROUP_CONCAT(?s0; SEPARATOR='{wide}') AS ?n) {{ {cross} }}",
        f"SELECT (GROUP_CONCAT(DISTINCT {joined}) AS ?n) {{ {cross} }}",
        f"SELECT ?s0 (GROUP_CONCAT({joined}; SEPARATOR=', ') AS ?n) {{ {cross} }} GROUP BY ?s0",
        f"SELECT (STRLEN(GROUP_CONCAT({joined})) AS ?n) {{ {cross} }}",
        f"SELECT (GROUP_CONCAT(?g) AS ?n) {{ {{ SELECT (GROUP_CONCAT(?s) AS ?g) {{ ?s ?p ?o }} }} {cross} }}",
        f"SELECT (REPLACE(GROUP_CONCAT(?o0), '.', '$0$0$0$0') AS ?n) {{ {cross} }}",
        f"SELECT {' '.join(f'(GROUP_CONCAT(?o{n % 3}) AS ?n{n})' for n in range(100))} {{ {cross} }}",
        f"SELECT (GROUP_CONCAT(?n) AS ?all) {{ SELECT (GROUP_CONCAT({joined}) AS ?n) {{ {cross} }} GROUP BY ?s0 ?s1 }}",
    )


def _patterns(_: Lure) -> Sequence[str]:
    text = f"'{'a' * 30_000}!'"
    every = "CONCAT(STR(?o0), STR(?o1), STR(?o2), 'aaaaaaaaaaaaaaaaaaaaaaaaaa!')"
    tests = (
        f"REGEX({every}, '^(a+)+$')",
        f"REGEX({every}, '(a|a)*b')",
        f"REGEX({every}, '(x+x+)+y', 'i')",
        f"REGEX({every}, '([a-zA-Z]+)*$', 'i')",
        f"REGEX({text}, '^(([a-z])+.)+[A-Z]([a-z])+$') && {every} = ''",
        f"REGEX({text}, '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[b-z]', 's') && {every} = ''",
        f"REGEX({every}, '((a{{0,100}}){{0,100}}){{0,100}}b')",
        f"REGEX({every}, '(\\\\w{{1,500}}){{1,9}}\\\\d\\\\p{{Greek}}')",
        f"REGEX({every}, CONCAT('(', REPLACE(STR(?o1), '[^a-z]', 'a'), '|', MD5(STR(?o2)), ')+b'))",
        f"REPLACE({every}, '(a*)*', '$1$1$1$1') = ''",
    )
    return [f"SELECT (COUNT(*) AS ?n) {{ {_cross(3)} FILTER ({test}) }}" for test in tests]


def _optimiser(_: Lure) -> Sequence[str]:
    pairs = " ".join(f"?v{a} ?q{a}x{b} ?v{b} ." for a in range(20) for b in range(a))
    return (
        f"ASK {{ {_chained('?v{a} ?p{a} ?v{b} .', 200)} }}",
        f"ASK {{ {_chained('?s ?p{a} ?v{a} .', 200)} }}",
        f"ASK {{ {_cross(200)} FILTER (?o0 = ?o199) }}",
        f"ASK {{ {pairs} }}",
        f"ASK {{ ?v0 ?p ?o {_chained('OPTIONAL {{ ?v{a} ?p{b} ?v{b} }}', 400)} FILTER (BOUND(?v400)) }}",
        f"ASK {{ {_chained('{{ ?v{a} ?p{a} ?v{b} }} UNION {{ ?v{b} ?p{a} ?v{a} }}', 400)} }}",
        f"ASK {{ ?v0 ?p ?o {_chained('MINUS {{ ?v0 ?p{a} ?v{b} . ?v{b} ?q ?v0 }}', 400)} FILTER (?o = 0.5) }}",
        f"ASK {{ ?v0 ?p ?o {_chained('FILTER EXISTS {{ ?v0 ?p{a} ?v{b} . ?v{b} ?r ?t }}', 400)} FILTER (?o = 0.5) }}",
        f"ASK {{ {_chained('{{ SELECT ?v{a} ?v{b} {{ ?v{a} ?p{a} ?v{b} }} }}', 200)} }}",
        f"ASK {{ {_chained('?v{a} ?p{a} ?v{b} . FILTER (?p{a} != ?p{b} || ?v{a} < ?v{b})', 200)} }}",
    )


def _brackets(_: Lure) -> Sequence[str]:
    nests = (
        ("ASK ", "{", "?a ?b ?c", "}", 30_000),
        ("ASK { FILTER ", "(", "1", ")", 30_000),
        ("ASK { ?a ?b ?c ", "OPTIONAL { ?a ?b ?c ", "", "}", 2_500),
        ("ASK { ", "{ {} UNION ", "{}", "}", 4_000),
        ("ASK { ?a ?b ?c ", "MINUS { ?a ?b ?c ", "", "}", 3_000),
        ("ASK { ", "FILTER NOT EXISTS { ", "?a ?b ?c", "}", 2_900),
        ("ASK { ?a ", "(!", _UNKNOWN, ")*", 10_000),
        ("ASK { ", "{ SELECT * { ", "?a ?b ?c", "} }", 3_600),
        ("ASK { ?a ?b ", "[ ?b ", "?c", " ]", 8_000),
        ("ASK { FILTER ", "STR(", "1", ")", 9_000),
    )
    return [_nest(*each) for each in nests]


def _nest(start: str, opens: str, middle: str, closes: str, depth: int) -> str:
    end = {"ASK ": "", "ASK { ?a ": " ?z }"}.get(start, " }")
    return f"{start}{opens * depth}{middle}{closes * depth}{end}"


def _nested(_: Lure) -> Sequence[str]:
    """What parsers nest although no bracket says so, and brackets that are just not too many."""
    x = _UNKNOWN
    return (
        f"ASK {{ FILTER ({'+'.join(['1'] * 20_000)} = 1) }}",
        f"ASK {{ FILTER ({'||'.join(['?a'] * 15_000)}) }}",
        f"ASK {{ FILTER ({'!' * 30_000}true) }}",
        f"ASK {{ FILTER ({'(' * 60}1{' + 1)' * 60}) }}",
        f"ASK {{ ?a {'(' * 60}{x}{'|!a)*' * 60} ?b }}",
        f"ASK {{ {' UNION '.join(['{}'] * 6_000)} }}",
        f"ASK {{ ?a {'/'.join([x] * 7_000)} ?b }}",
        f"ASK {{ ?a {'|'.join(['!' + x] * 7_000)} ?b }}",
        f"ASK {{ ?a ?b ?c {'OPTIONAL { ?a ?b ?c }' * 3_000} }}",
        f"SELECT * {{ {'{ SELECT * { ?a ?b ?c . ' * 31} {'} }' * 31} {_cross(4)} }} ORDER BY ?s0",
    )


def _rows(_: Lure) -> Sequence[str]:
    many = " ".join(map(str, range(9_000)))
    few = " ".join(map(str, range(2_000)))
    lists = [f"VALUES ?v{n} {{ {few} }}" for n in range(4)]
    table = "VALUES (?a ?b) { " + " ".join(f"({n} UNDEF)" for n in range(3_500)) + " }"
    odd = "VALUES (?b ?a) { " + " ".join(f"({n} UNDEF)" for n in range(1_200)) + " }"
    inside = f"IN ({','.join(map(str, range(5_000)))})"
    return (
        f"SELECT (COUNT(*) AS ?n) {{ {' '.join(lists)} }}",
        f"SELECT * {{ {' '.join(lists)} }} ORDER BY ?v0 DESC(?v3)",
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?v {{ {many} }} {_cross(3)} }}",
        f"SELECT (COUNT(*) AS ?n) {{ {table} {odd} ?s ?p ?o . ?t ?q ?r }}",
        f"SELECT DISTINCT * {{ {_cross(2)} }} VALUES ?v {{ {many} }}",
        f"ASK {{ {_cross(3)} FILTER (STRLEN(STR(?o0)) + 100000 {inside}) }}",
        f"ASK {{ {_cross(3)} FILTER (?o0 NOT {inside} && ?o1 {inside}) }}",
        f"ASK {{ {_cross(2)} FILTER (CONCAT(STR(?o0), STR(?o1)) IN ({', '.join(['STR(?s0)'] * 5_000)})) }}",
        f"SELECT (SUM(?v0 * ?v1 * ?v2) AS ?n) {{ {' '.join(lists)} FILTER (?v0 != ?v1 || ?v2 != ?v3) }}",
        f"SELECT * {{ {lists[0]} {lists[1]} OPTIONAL {{ {lists[2]} {lists[3]} FILTER (?v0 + ?v3 = ?v1 - ?v2) }} }}",
    )


def _graphs(_: Lure) -> Sequence[str]:
    cross = _cross(4)
    made = " ".join(f"?s{a} ?p{b} ?o{a} ; ?p{a} ?s{b} ." for a in range(4) for b in range(4))
    return (
        f"CONSTRUCT {{ {cross} }} {{ {cross} }}",
        f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {cross} }}",
        f"CONSTRUCT {{ {made} }} {{ {cross} }}",
        f"CONSTRUCT {{ [] ?p0 [ ?p1 ?o2 ] }} {{ {cross} }}",
        f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {cross} }} ORDER BY ?o3",
        f"CONSTRUCT {{ ?s0 ?p0 ?v }} {{ {cross} BIND (CONCAT(STR(?o0), STR(?o1), STR(?o2)) AS ?v) }}",
        f"CONSTRUCT {{ _:a ?p0 (?s0 ?s1 ?s2 ?s3) }} {{ {cross} }}",
        f"CONSTRUCT {{ ?u ?p0 ?o0 }} {{ {cross} BIND (UUID() AS ?u) }}",
        "CONSTRUCT WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        f"CONSTRUCT {{ ?s0 ?p0 ?v }} {{ {cross} BIND (STRLANG(SHA512(CONCAT(STR(?o0), STR(?o3))), 'en') AS ?v) }}",
    )


def _descriptions(_: Lure) -> Sequence[str]:
    cross = _cross(3)
    return (
        "DESCRIBE ?s { ?s ?p ?o }",
        f"DESCRIBE * {{ {cross} }}",
        f"DESCRIBE ?s0 ?s1 ?s2 ?o0 ?o1 ?o2 {{ {cross} }}",
        f"DESCRIBE ?s0 {{ {cross} }} ORDER BY ?o2",
        f"DESCRIBE ?a ?b {{ ?a (!{_UNKNOWN})* ?b }}",
        f"DESCRIBE ?s0 {{ {_cross(5)} }} ORDER BY RAND() LIMIT 10",
        f"DESCRIBE * {{ {cross} FILTER (?o0 = ?o1 || ?s1 = ?s2) }}",
        "DESCRIBE " + " ".join(f"<urn:x:{n}>" for n in range(4_000)),
        f"DESCRIBE ?s0 ?g {{ GRAPH ?g {{ {cross} }} }}",
        f"DESCRIBE ?u {{ {cross} BIND (IRI(CONCAT('urn:', MD5(CONCAT(STR(?o0), STR(?o1), STR(?o2))))) AS ?u) }}",
    )


def _subqueries(_: Lure) -> Sequence[str]:
    whole = "{ SELECT * { ?s ?p ?o } }"
    numbers = "{{ SELECT (COUNT(*) AS ?n{a}) {{ ?s{a} ?p{a} ?o{a} . ?t{a} ?q{a} ?r{a} }} }}"
    sums = _chained("BIND (?v{a} + ?v{a} * 0.5 + STRLEN(STR(?o0)) AS ?v{b})", 500)
    digests = _chained("BIND (SHA512(CONCAT(?v{a}, STR(?o0), STR(?o1))) AS ?v{b})", 300)
    ranked = "{{ SELECT ?s{a} ?o{a} {{ ?s{a} ?p{a} ?o{a} }} ORDER BY ?o{a} }}"
    return (
        f"SELECT (COUNT(*) AS ?n) {{ {_chained('{{ SELECT ?s{a} {{ ?s{a} ?p{a} ?o{a} }} }}', 6)} }}",
        f"SELECT * {{ {_chained(numbers, 200)} }}",
        f"SELECT * {{ {_chained(ranked, 4)} }} ORDER BY ?o3",
        f"SELECT (COUNT(*) AS ?n) {{ {_cross(2)} BIND (0.1 AS ?v0) {sums} }}",
        f"SELECT (MAX(?v300) AS ?n) {{ {_cross(2)} BIND ('' AS ?v0) {digests} }}",
        f"SELECT (COUNT(*) AS ?n) {{ {_chained('{{ SELECT DISTINCT ?p{a} ?o{a} {{ ?s{a} ?p{a} ?o{a} }} }}', 9)} }}",
        "SELECT (COUNT(*) AS ?n) { " + "{ SELECT ?a ?z { ?a ?b ?c . " * 25 + "?z ?y ?x" + " } }" * 25 + " }",
        f"SELECT (COUNT(*) AS ?n) {{ {whole} GRAPH ?g {{ ?a ?b ?c . ?d ?e ?f }} GRAPH ?h {{ ?i ?j ?k }} }}",
        f"ASK {{ {_cross(3)} {{ SELECT (AVG(STRLEN(STR(?x))) AS ?v) {{ ?s ?p ?x . ?t ?q ?y }} }} FILTER (?v = ?o0) }}",
        f"SELECT * {{ {_cross(4)} {{ SELECT (UUID() AS ?u) {{ {_cross(2)} }} }} }} ORDER BY ?u LIMIT 3",
    )


def _services(lure: Lure) -> Sequence[str]:
    to = f"<{lure.address}>"
    return (
        f"SELECT * {{ SERVICE {to} {{ ?a ?b ?c }} }}",
        f"SELECT * {{ service silent {to} {{ ?a ?b ?c }} }}",
        f"SELECT * {{ SeRvIcE{to}{{ ?a ?b ?c }} }}",
        f"SELECT * {{ \\u0053ERVICE {to} {{ ?a ?b ?c }} }}",
        f"SELECT * {{ S\\U00000045RVICE SILENT {to} {{ ?a ?b ?c }} }}",
        f"ASK {{ ?a ?b ?c FILTER EXISTS {{ SERVICE {to} {{ ?a ?b ?c }} }} }}",
        f"ASK {{ FILTER (trueSERVICE{to}{{ ?a ?b ?c }}) FILTER(1=1)SERVICE{to}{{}} }}",
        f"SELECT * {{ BIND ({to} AS ?x) #\n SERVICE#\n?x {{ ?a ?b ?c }} }}",
        f"PREFIX service: {to} SELECT * {{ ?a ?b 1SERVICE service: {{ ?a ?b ?c }} }}",
        f"CONSTRUCT WHERE {{ ?a ?b ?c }} VALUES ?d {{ '''SERVICE''' }} SERVICE {to} {{ ?d ?e ?f }}",
    )


def _sources(lure: Lure) -> Sequence[str]:
    file, web = f"<{lure.file}>", f"<{lure.address}data.ttl>"
    return (
        f"SELECT * FROM {file} {{ ?a ?b ?c }}",
        f"SELECT * FROM {web} {{ ?a ?b ?c }}",
        f"SELECT * FROM NAMED {file} {{ GRAPH ?g {{ ?a ?b ?c }} }}",
        f"CONSTRUCT FROM {file} WHERE {{ ?a ?b ?c }}",
        f"DESCRIBE ?a from {file} {{ ?a ?b ?c }}",
        f"SELECT * \\u0046ROM {file} {{ ?a ?b ?c }}",
        f"BASE {file} SELECT * FROM <> {{ ?a ?b ?c }}",
        f"PREFIX from: {file} ASK FROM from: {{ ?a ?b ?c }}",
        f"SELECT (1 AS ?x)FROM{file}FROM named{web}{{ ?a ?b ?c }}",
        f"SELECT * #\nFROM#\n{file} WHERE {{ GRAPH {file} {{ ?a ?b ?c }} }}",
    )


def _updates(lure: Lure) -> Sequence[str]:
    return (
        f"LOAD <{lure.file}>",
        f"LOAD SILENT <{lure.address}data.ttl> INTO GRAPH <urn:g>",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?a ?b ?c }",
        "CLEAR ALL",
        "DROP SILENT ALL",
        "CREATE GRAPH <urn:g>",
        "PREFIX x: <urn:x:> INSERT { x:a ?b ?c } WHERE { ?a ?b ?c }",
        "COPY DEFAULT TO <urn:g> ; MOVE <urn:g> TO DEFAULT",
        f"ASK {{}} ; LOAD <{lure.file}>",
    )


def _texts(_: Lure) -> Sequence[str]:
    long, half = "x" * (LONGEST - 100), "y" * (LONGEST // 2)
    return (
        f"ASK {{}} #{long}",
        f"SELECT * {{ ?a ?b '{long}",
        f'SELECT * {{ ?a ?b """{long}" ""\\"""',
        f"ASK {{ ?{long} ?b ?c }}",
        f"ASK {{ <urn:{half}> ?b '''{half[:-100]}''' }}",
        "".join(f"PREFIX p{n}: <urn:p:{n}> " for n in range(2_500)) + "ASK {}",
        f"ASK {{ FILTER ({'9' * (LONGEST - 100)} = 1e{'9' * 20}) }}",
        "ASK { ?a ?b '\x00\\u0000\\uD800\\U0010FFFF\ufeff\u202e\ufffe' }",
        "SELECT " + " ".join(f"?v{n}" for n in range(8_500)) + " {}",
        "<" * (LONGEST - 100) + "ASK {}" + "'" * 50,
    )


KINDS: Mapping[str, Kind] = {
    "cross joins, counted": Kind(_counted),
    "cross joins, ordered": Kind(_ordered),
    "cross joins, grouped": Kind(_grouped),
    "cross joins, filtered": Kind(_filtered),
    "paths without end": Kind(_closures),
    "paths of many steps": Kind(_paths),
    "growing strings": Kind(_strings),
    "growing groups": Kind(_groups),
    "regular expressions": Kind(_patterns),
    "work for the optimiser": Kind(_optimiser),
    "brackets": Kind(_brackets, refused=True),
    "nesting without brackets": Kind(_nested),
    "rows and lists": Kind(_rows),
    "large graphs": Kind(_graphs),
    "descriptions": Kind(_descriptions),
    "queries inside of queries": Kind(_subqueries),
    "SERVICE": Kind(_services, refused=True),
    "FROM": Kind(_sources, refused=True),
    "updates": Kind(_updates, refused=True),
    "long and odd texts": Kind(_texts),
}
"""The kinds by name."""
