"""Where a query leaves the grammar of SPARQL 1.1 (section 19.8): its first token that can't stand where it stands.

A parser says at which character it gave up, often many words behind the fault. The grammar is LL(1), so the first
token that fits nowhere is where the fault is, or right behind it. It is read only for queries that a parser refused:
what it takes too much, such as what stands on the two sides of an operator, does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

# Each rule is a sequence of alternatives. What is in quotes is a word or a sign, `<…>` a kind of token, a name a rule;
# `?`, `*` and `+` mean what they mean in regular expressions.
_GRAMMAR = r"""
query      = prologue form values? <end>
prologue   = base*
base       = 'BASE' <iri> | 'PREFIX' <namespace> <iri>
form       = select dataset* where modifiers | 'CONSTRUCT' construct | 'DESCRIBE' described dataset* where? modifiers
           | 'ASK' dataset* where modifiers
construct  = template dataset* where modifiers | dataset* 'WHERE' template modifiers
template   = '{' triples? '}'
described  = '*' | term+
select     = 'SELECT' distinct? columns
distinct   = 'DISTINCT' | 'REDUCED'
columns    = '*' | column+
column     = <variable> | '(' expression 'AS' <variable> ')'
dataset    = 'FROM' 'NAMED'? name
where      = 'WHERE'? group
modifiers  = grouping? having? ordering? limit*
grouping   = 'GROUP' 'BY' condition+
condition  = <variable> | call | '(' expression as? ')'
as         = 'AS' <variable>
having     = 'HAVING' constraint+
ordering   = 'ORDER' 'BY' order+
order      = direction bracketed | <variable> | constraint
direction  = 'ASC' | 'DESC'
limit      = 'LIMIT' <integer> | 'OFFSET' <integer>
values     = 'VALUES' block
block      = <variable> '{' datum* '}' | '(' <variable>* ')' '{' row* '}'
row        = '(' datum* ')'
datum      = 'UNDEF' | name | literal | triple
group      = '{' inside '}'
inside     = subselect | triples? pattern*
subselect  = select where modifiers values?
pattern    = group union* '.'? triples? | clause '.'? triples?
union      = 'UNION' group
clause     = 'OPTIONAL' group | 'MINUS' group | 'LATERAL' group | 'GRAPH' term group | 'SERVICE' 'SILENT'? term group
           | 'FILTER' constraint | 'BIND' '(' expression 'AS' <variable> ')' | 'VALUES' block
constraint = bracketed | call
bracketed  = '(' expression ')'
triples    = statement more*
more       = '.' statement?
statement  = triple properties? | node properties | blank properties?
properties = verbs further*
further    = ';' verbs?
verbs      = verb objects
verb       = <variable> | path
objects    = object other*
other      = ',' object
object     = anything annotation*
annotation = '{|' properties '|}' | '~' term?
path       = steps alternative*
alternative = '|' steps
steps      = step onward*
onward     = '/' step
step       = '^'? primary repeated?
repeated   = '?' | '*' | '+'
primary    = 'A' | name | '!' negated | '(' path ')'
negated    = '(' inverses? ')' | inverse
inverses   = inverse choice*
choice     = '|' inverse
inverse    = '^'? simple
simple     = 'A' | name
anything   = node | blank
node       = <variable> | name | literal | '(' anything+ ')' | '[' ']' | triple | <bnode>
blank      = '[' properties ']'
triple     = '<<' inner '>>'
inner      = '(' anything verb anything ')' | anything verb anything annotation*
term       = <variable> | name
name       = <iri> | <curie>
literal    = <string> tag? | signed | 'TRUE' | 'FALSE'
tag        = <language> | '^^' name
signed     = sign? number
sign       = '+' | '-'
number     = <integer> | <decimal>
expression = operand operation*
operation  = operator operand | in
in         = 'NOT' 'IN' list | 'IN' list
list       = '(' arguments? ')'
arguments  = expression another*
another    = ',' expression
operator   = '||' | '&&' | '=' | '!=' | '<=' | '>=' | '<' | '>' | '+' | '-' | '*' | '/'
operand    = prefix* value
prefix     = '!' | '-' | '+'
value      = <variable> | bracketed | call | literal | name | triple
call       = 'EXISTS' group | 'NOT' 'EXISTS' group | <aggregate> aggregated | <function> list | name parameters
parameters = '(' 'DISTINCT'? arguments? ')'
aggregated = '(' 'DISTINCT'? counted separator? ')'
counted    = '*' | expression
separator  = ';' 'SEPARATOR' '=' <string>
"""

AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"})
_FUNCTIONS = """
ABS ADJUST BNODE BOUND CEIL COALESCE CONCAT CONTAINS DATATYPE DAY ENCODE_FOR_URI FLOOR HASLANG HASLANGDIR HOURS IF IRI
ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LCASE MD5 MINUTES MONTH NOW OBJECT PREDICATE
RAND REGEX REPLACE ROUND SAMETERM SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG
STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR TIMEZONE TRIPLE TZ UCASE URI UUID YEAR
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
MOST_TOKENS = 4000
"""Of longer queries the parser alone says what is wrong."""

_END = "end"
_TOKEN = re.compile(
    r"(?P<skipped>[ \t\r\n]+|\#[^\r\n]*)"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*>)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r"|\"(?!\"\")(?:[^\"\\\n\r]|\\.)*+\"|\"\"|'(?!'')(?:[^'\\\n\r]|\\.)*+'|'')"
    r"|(?P<bnode>_:[\w][\w.-]*)"
    r"|(?P<curie>(?:[^\W\d_](?:[\w-]|\.(?=[\w.:-]))*)?:(?:(?:[\w:%]|\\.)(?:[\w:%-]|\\.|\.+(?=[\w:%\\-]))*)?)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<decimal>\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)"
    r"|(?P<integer>\d+)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign>\{\||\|\}|<<|>>|\^\^|\|\||&&|!=|<=|>=|.)",
    re.DOTALL,
)


class GrammarToken(NamedTuple):
    """A token of a query: what kind it is, its text and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The bare word in upper case; empty where it is none."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True)
class Misfit:
    """The first token that does not fit: its place among all tokens, and what would have fitted instead of it.

    What would have fitted are words and signs as they are written, and kinds of tokens in angle brackets.
    """

    tokens: Sequence[GrammarToken]
    place: int
    expected: frozenset[str]

    @property
    def token(self) -> GrammarToken:
        """The token itself; the last one of all is of the kind `end`."""
        return self.tokens[self.place]

    @property
    def before(self) -> GrammarToken:
        """The token before it; at the beginning an empty one."""
        return self.tokens[self.place - 1] if self.place else GrammarToken("", "", 0)


def grammar_tokens(sparql: str) -> list[GrammarToken]:
    """All tokens that are neither space nor comment, and one for the end of the text behind its last character."""
    found = [GrammarToken(each.lastgroup or "", each[0], each.start()) for each in _TOKEN.finditer(sparql)]
    telling = [each for each in found if each.kind != "skipped"]
    return [*telling, GrammarToken(_END, "", len(sparql))]


def misfit(sparql: str) -> Misfit | None:
    """The first token of a query that does not fit; None where all do, or where the text is too long to say.

    >>> misfit("SELECT ?x WERE { ?x ?y ?z }").token
    GrammarToken(kind='word', text='WERE', start=10)
    >>> misfit("SELECT ?x WHERE { ?x ?y ?z }") is None
    True
    """
    tokens = grammar_tokens(sparql)
    if len(tokens) > MOST_TOKENS:
        return None
    reader = _GrammarReader(tokens)
    try:
        whole = reader.match("query", 0)
    except RecursionError:
        return None
    return None if whole is not None else Misfit(tokens, reader.furthest, frozenset(reader.expected))


@dataclass
class _GrammarReader:
    """Reads tokens by the grammar, and remembers how far anything that was tried has come."""

    tokens: Sequence[GrammarToken]
    furthest: int = 0
    expected: set[str] = field(default_factory=set)
    known: dict[tuple[str, int], int | None] = field(default_factory=dict)

    def match(self, rule: str, start: int) -> int | None:
        """Where a rule that begins at a token ends, behind its last one; None where it does not fit."""
        key = (rule, start)
        if key not in self.known:
            ends = (self._sequence(parts, start) for parts in _rules()[rule])
            self.known[key] = next((end for end in ends if end is not None), None)
        return self.known[key]

    def _sequence(self, parts: Sequence[tuple[str, str]], place: int) -> int | None:
        for symbol, repeated in parts:
            end = self._one(symbol, place)
            if end is None and repeated not in {"?", "*"}:
                return None
            while end is not None and end > place:
                place = end
                end = self._one(symbol, place) if repeated in {"*", "+"} else None
        return place

    def _one(self, symbol: str, place: int) -> int | None:
        if symbol[0] not in "'<":
            return self.match(symbol, place)
        if _fits(symbol, self.tokens[place]):
            return place + 1
        if place > self.furthest:
            self.furthest = place
            self.expected.clear()
        if place == self.furthest:
            self.expected.add(symbol.strip("'"))
        return None


def _fits(symbol: str, token: GrammarToken) -> bool:
    """Whether a token is what a symbol of the grammar stands for."""
    if symbol[0] == "'":
        return token.kind in {"word", "sign"} and token.text.upper() == symbol[1:-1]
    kind = symbol[1:-1]
    if kind == "namespace":
        return token.kind == "curie" and token.text.endswith(":") and token.text.count(":") == 1
    if kind in _WORDS:
        return token.word in _WORDS[kind]
    return token.kind == kind


_WORDS: Mapping[str, frozenset[str]] = {"function": FUNCTIONS, "aggregate": AGGREGATES}


@cache
def _rules() -> Mapping[str, Sequence[Sequence[tuple[str, str]]]]:
    """Each rule of the grammar by its name: its alternatives, each a sequence of symbols and how often they stand."""
    joined = re.sub(r"\n +\|", " |", _GRAMMAR)
    lines = (line.partition("=") for line in joined.strip().splitlines())
    return {name.strip(): [list(_symbols(part)) for part in _split(rule)] for name, _, rule in lines}


def _split(rule: str) -> Iterator[str]:
    """The alternatives of a rule; a bar in quotes is a sign."""
    return iter(re.split(r"(?<!['|])\|(?!['|}])(?=(?:[^']*'[^']*')*[^']*$)", rule))


def _symbols(part: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"('[^']*'|<[a-z]+>|[a-z]+)([?*+]?)(?=\s|$)", part):
        yield found[1], found[2]
