"""What is wrong with a query that a parser refused: the place of the word that is wrong, and what helps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from samverkan.model.namespaces import DCTERMS, FOAF, OWL, RDF, RDFS, SCHEMA, SH, SKOS, VCARD, VOID, XSD
from samverkan.model.sparql_grammar import AGGREGATES, FUNCTIONS, GrammarToken, Misfit, grammar_tokens, misfit

_SHOWN = 40  # characters of a query that a message repeats
_FEW = 4  # things that would fit, which are worth naming
_ALIKE = 0.6  # how much two words must have in common that one may be meant for the other
_BEHIND_PATTERNS = frozenset({"ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING"})
_OPENS, _CLOSES = "{([", "})]"
_QUOTES = frozenset("“”„‟\u2018\u2019\u201a\u201b«»\u2039\u203a`\u00b4")  # those that word processors write
_SPACES = frozenset("\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff")
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_TERMS = frozenset({"variable", "curie", "iri", "string", "integer", "decimal", "bnode"})
# Words and signs of other languages, and what SPARQL has in their place.
_INSTEAD = {
    "AND": "&&",
    "OR": "||",
    "NOT": "!",
    "LIKE": "CONTAINS(…)",
    "NULL": "UNDEF",
    "==": "=",
    "<>": "!=",
    "LENGTH": "STRLEN",
    "LEN": "STRLEN",
    "LOWER": "LCASE",
    "UPPER": "UCASE",
    "SUBSTRING": "SUBSTR",
    "TOP": "LIMIT",
}
# Namespaces by the prefixes that everybody gives them; which prefixes a site has, it says itself.
_KNOWN = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "foaf": FOAF,
    "dcterms": DCTERMS,
    "dct": DCTERMS,
    "schema": SCHEMA,
    "sh": SH,
    "vcard": VCARD,
    "void": VOID,
}


@dataclass(frozen=True)
class SparqlMistake:
    """A mistake: where in the text it is, what is wrong and what helps, in English and Swedish.

    `changes` says that the text is no query but an update. Where `of` is given, `%s` in the texts stands for the line
    and the column of that place: `reasons` fills them in.
    """

    start: int
    en: str
    sv: str
    remedy: str = ""
    remedy_sv: str = ""
    changes: bool = False
    of: int | None = None

    def reasons(self, sparql: str) -> tuple[str, str]:
        """What is wrong with the text, whole, in English and Swedish."""
        if self.of is None:
            return self.en, self.sv
        line, column = sparql.count("\n", 0, self.of) + 1, self.of - sparql.rfind("\n", 0, self.of)
        return self.en % f"at {line}:{column}", self.sv % f"på plats {line}:{column}"


def mistake(sparql: str, prefixes: Mapping[str, str]) -> SparqlMistake | None:
    """The first mistake of a query that a parser refused, if it can be told; `prefixes` need not be declared in it."""
    wrong = misfit(sparql)
    tokens = wrong.tokens if wrong else grammar_tokens(sparql)
    found = [*_undeclared(tokens, prefixes), *([_misfitting(wrong)] if wrong else _meaningless(tokens))]
    return min(found, key=lambda each: each.start, default=None)


# ---------------------------------------------------------------- prefixes


def _undeclared(tokens: Sequence[GrammarToken], prefixes: Mapping[str, str]) -> Iterator[SparqlMistake]:
    """The names whose prefix is neither declared nor known."""
    declared = {*prefixes, *(name.text[:-1] for word, name in itertools.pairwise(tokens) if _declares(word))}
    for before, token, after in zip([None, *tokens], tokens, tokens[1:], strict=False):
        prefix = token.text.partition(":")[0]
        if token.kind != "curie" or prefix in declared or (before and _declares(before)):
            continue
        if prefix in {"http", "https"} and after.text == "/":
            yield _bare_address(token)
        else:
            yield _unknown_prefix(token, prefix, declared)


def _declares(token: GrammarToken) -> bool:
    return token.word == "PREFIX" or token.text.lower() == "@prefix"


def _bare_address(token: GrammarToken) -> SparqlMistake:
    return SparqlMistake(
        token.start,
        f"'{token.text}//' begins an address",
        f"'{token.text}//' inleder en adress",
        f"Write addresses between < and >: <{token.text}//…>.",
        f"Skriv adresser mellan < och >: <{token.text}//…>.",
    )


def _unknown_prefix(token: GrammarToken, prefix: str, declared: set[str]) -> SparqlMistake:
    meant = _alike(prefix, declared)
    address = _KNOWN.get(prefix) or "https://…"
    add = f"PREFIX {prefix}: <{address}>"
    en, sv = (
        f"The prefix {prefix}: is not declared: add {add} at the top.",
        (f"Prefixet {prefix}: är inte deklarerat: lägg till {add} överst."),
    )
    if meant and prefix not in _KNOWN:
        en, sv = f"{en} Or did you mean {meant}:?", f"{sv} Eller menade du {meant}:?"
    text = token.text[:_SHOWN]
    return SparqlMistake(token.start, f"'{text}' does not fit there", f"'{text}' passar inte där", en, sv)


def _alike(word: str, known: Iterator[str] | set[str] | frozenset[str]) -> str:
    """The known word that another one is most like, whatever their capitals; empty where none is."""
    by_lower = {each.lower(): each for each in sorted(known)}
    found = get_close_matches(word.lower(), by_lower, 1, _ALIKE)
    return by_lower[found[0]] if found else ""


# ---------------------------------------------------------------- tokens that don't fit


def _misfitting(wrong: Misfit) -> SparqlMistake:
    """What is to say about the first token that does not fit: the first explanation that applies."""
    found = (explain(wrong) for explain in _EXPLANATIONS)
    return next((each for each in found if each), None) or _plain(wrong)


def _change(wrong: Misfit) -> SparqlMistake | None:
    if wrong.token.word in _UPDATES and "SELECT" in wrong.expected:
        en, sv = (
            "This changes data, and only queries are answered here",
            "Det här ändrar data, och här besvaras bara frågor",
        )
        return SparqlMistake(wrong.token.start, en, sv, changes=True)
    return None


def _odd_character(wrong: Misfit) -> SparqlMistake | None:
    sign = wrong.token.text
    if sign in _QUOTES:
        return _at(
            wrong, f"'{sign}' is no quotation mark of SPARQL", f"'{sign}' är inget citattecken i SPARQL", '"', '"'
        )
    if sign in _SPACES:
        name = f"U+{ord(sign):04X}"
        en, sv = f"there is a character that can't be seen ({name})", f"här står ett tecken som inte syns ({name})"
        return SparqlMistake(wrong.token.start, en, sv, "Write a plain space.", "Skriv ett vanligt blanksteg.")
    return None


def _open_string(wrong: Misfit) -> SparqlMistake | None:
    if wrong.token.text not in {'"', "'"}:
        return None
    en, sv = "the text that begins here is never closed on its line", "texten som börjar här avslutas inte på sin rad"
    mark = wrong.token.text
    return SparqlMistake(
        wrong.token.start, en, sv, f"Write {mark} at its end, too.", f"Skriv {mark} också i slutet av den."
    )


def _open_address(wrong: Misfit) -> SparqlMistake | None:
    if wrong.token.text != "<" or wrong.expected.isdisjoint({"<iri>"}):
        return None
    en, sv = "the address that begins here is never closed", "adressen som börjar här avslutas inte"
    return SparqlMistake(
        wrong.token.start,
        en,
        sv,
        "Write > at its end, and no space in it.",
        "Skriv > i slutet, och inget blanksteg i den.",
    )


def _open_bracket(wrong: Misfit) -> SparqlMistake | None:
    """A bracket that is open at the end, or where another one closes."""
    opened = _opened(wrong.tokens[: wrong.place])
    token = wrong.token
    if not opened or (token.kind != "end" and token.text not in {*_CLOSES}):
        return None
    last = opened[-1]
    closing = _CLOSES[_OPENS.index(last.text)]
    if token.text == closing:
        return None
    if token.kind == "end" and closing not in wrong.expected:
        return None
    if token.kind != "end":
        en = f"'{token.text}' closes nothing while {last.text} is open"
        sv = f"'{token.text}' stänger inget medan {last.text} är öppen"
        return SparqlMistake(token.start, en, sv, f"Write {closing} first.", f"Skriv {closing} först.")
    en = f"it ends too early: the {last.text} %s is never closed"
    sv = f"den slutar för tidigt: {last.text} %s stängs aldrig"
    remedy, remedy_sv = f"Write {closing} where it ends.", f"Skriv {closing} där den slutar."
    return SparqlMistake(token.start, en, sv, remedy, remedy_sv, of=last.start)


def _unclosed(wrong: Misfit) -> SparqlMistake | None:
    """A pattern that is still open where the order or the number of the rows is said."""
    opened = _opened(wrong.tokens[: wrong.place])
    if wrong.token.word not in _BEHIND_PATTERNS or not opened or opened[-1].text != "{":
        return None
    en = f"the {{ %s is never closed, and {wrong.token.text} stands behind the pattern"
    sv = f"klammern {{ %s stängs aldrig, och {wrong.token.text} står efter mönstret"
    remedy, remedy_sv = f"Write }} before {wrong.token.text}.", f"Skriv }} före {wrong.token.text}."
    return SparqlMistake(wrong.token.start, en, sv, remedy, remedy_sv, of=opened[-1].start)


def _opened(tokens: Sequence[GrammarToken]) -> list[GrammarToken]:
    opened: list[GrammarToken] = []
    for token in tokens:
        if token.kind == "sign" and token.text in {*_OPENS}:
            opened.append(token)
        elif token.kind == "sign" and token.text in {*_CLOSES} and opened:
            opened.pop()
    return opened


def _superfluous_bracket(wrong: Misfit) -> SparqlMistake | None:
    if wrong.token.text not in {*_CLOSES} or _opened(wrong.tokens[: wrong.place]):
        return None
    en, sv = f"'{wrong.token.text}' closes nothing", f"'{wrong.token.text}' stänger ingenting"
    return SparqlMistake(
        wrong.token.start, en, sv, "Remove it, or open it before.", "Ta bort den, eller öppna den tidigare."
    )


def _of_another_language(wrong: Misfit) -> SparqlMistake | None:
    text = wrong.token.word or wrong.token.text
    text = "==" if text == "=" and wrong.before.text == "=" else text
    instead = _INSTEAD.get(text)
    return _at(wrong, f"'{text}' is not SPARQL", f"'{text}' finns inte i SPARQL", instead, instead) if instead else None


def _declaration(wrong: Misfit) -> SparqlMistake | None:
    """PREFIX without its colon, without < >, or written as in Turtle."""
    name = wrong.token.text
    if "<namespace>" in wrong.expected:
        return _at(
            wrong,
            f"'{name}' does not fit behind PREFIX",
            f"'{name}' passar inte efter PREFIX",
            *["PREFIX name: <https://…>"] * 2,
        )
    if name.lower() in {"@prefix", "@base"}:
        return _at(wrong, f"'{name}' is Turtle", f"'{name}' är Turtle", *["PREFIX name: <https://…>"] * 2)
    if name == "." and "PREFIX" in wrong.expected:
        en, sv = "no full stop stands behind a declaration", "efter en deklaration står ingen punkt"
        return SparqlMistake(wrong.token.start, en, sv, "Remove it.", "Ta bort den.")
    return None


def _unbracketed(wrong: Misfit) -> SparqlMistake | None:
    """An expression that lacks its brackets, or its AS."""
    word = wrong.token.word
    if word in FUNCTIONS | AGGREGATES and {"<variable>", "("} <= wrong.expected and "<function>" not in wrong.expected:
        form = f"({wrong.token.text}(…) AS ?name)"
        return _at(
            wrong,
            f"'{wrong.token.text}' is not in brackets",
            f"'{wrong.token.text}' står inte inom parentes",
            form,
            form,
        )
    if wrong.before.word in {"FILTER", "HAVING"}:
        form = f"{wrong.before.text} (…)"
        return _at(wrong, f"{wrong.before.text} needs brackets", f"{wrong.before.text} behöver parenteser", form, form)
    if wrong.token.kind == "variable" and "AS" in wrong.expected:
        return _at(wrong, "AS is missing before the name", "AS saknas före namnet", *[f"AS {wrong.token.text}"] * 2)
    return None


def _misspelt(wrong: Misfit) -> SparqlMistake | None:
    """A word that is like one that would fit, a variable without its sign, or a function that there is not."""
    token, after = wrong.token, wrong.tokens[min(wrong.place + 1, len(wrong.tokens) - 1)].text
    if token.kind != "word":
        return None
    fitting = {each for each in wrong.expected if each.isalpha() and len(each) > 1}
    functions = FUNCTIONS | AGGREGATES if after == "(" and "<function>" in wrong.expected else frozenset[str]()
    meant = _alike(token.text, functions or fitting)
    variables = {each.text[1:] for each in wrong.tokens if each.kind == "variable"}
    if after == "." and "<curie>" in wrong.expected:
        name = wrong.tokens[min(wrong.place + 2, len(wrong.tokens) - 1)].text
        en, sv = f"'{token.text}.' begins no name", f"'{token.text}.' inleder inget namn"
        return _at(wrong, en, sv, f"{token.text}:{name}", f"{token.text}:{name}")
    if "<variable>" in wrong.expected and not functions and (token.text in variables or not meant):
        en, sv = f"'{token.text}' has no sign of a variable", f"'{token.text}' saknar tecknet för variabler"
        return _at(wrong, en, sv, f"?{token.text}", f"?{token.text}")
    if functions:
        en, sv = f"there is no function '{token.text}'", f"det finns ingen funktion '{token.text}'"
        return _at(wrong, en, sv, meant, meant) if meant else SparqlMistake(token.start, en, sv)
    if token.word in fitting or not meant:
        return None
    return _at(wrong, f"'{token.text}' does not fit there", f"'{token.text}' passar inte där", meant, meant)


def _unparted(wrong: Misfit) -> SparqlMistake | None:
    """A term behind another one where a statement should have ended."""
    if wrong.token.kind in _TERMS and {".", ";"} <= wrong.expected:
        text = wrong.token.text[:_SHOWN]
        en, sv = f"a full stop or a ; is missing before '{text}'", f"en punkt eller ett ; saknas före '{text}'"
        return SparqlMistake(wrong.token.start, en, sv)
    return None


def _comma(wrong: Misfit) -> SparqlMistake | None:
    if wrong.token.text == "," and "FROM" in wrong.expected:
        en, sv = "no comma stands between columns", "mellan kolumner står inget komma"
        return SparqlMistake(wrong.token.start, en, sv, "Write a space.", "Skriv ett blanksteg.")
    return None


def _left_out(wrong: Misfit) -> SparqlMistake | None:
    """Columns or a value that are not there."""
    if wrong.before.word in {"SELECT", "DISTINCT", "REDUCED"}:
        en, sv = "the columns are missing", "kolumnerna saknas"
        return SparqlMistake(
            wrong.token.start, en, sv, "Name them, or write * for all.", "Räkna upp dem, eller skriv * för alla."
        )
    if wrong.token.text in {"}", ".", ";"} and {"<variable>", "<string>"} <= wrong.expected:
        text = wrong.token.text
        en, sv = f"'{text}' does not fit there: a value is missing", f"'{text}' passar inte där: ett värde saknas"
        remedy = "A statement has three parts: a thing, a property and a value."
        return SparqlMistake(
            wrong.token.start, en, sv, remedy, "Ett påstående har tre delar: en sak, en egenskap och ett värde."
        )
    return None


_EXPLANATIONS: Sequence[Callable[[Misfit], SparqlMistake | None]] = (
    *(_change, _odd_character, _open_string, _open_address, _declaration, _superfluous_bracket, _unclosed),
    *(_open_bracket, _of_another_language, _unbracketed, _misspelt, _comma, _left_out, _unparted),
)


def _at(wrong: Misfit, en: str, sv: str, instead: str, instead_sv: str) -> SparqlMistake:
    return SparqlMistake(wrong.token.start, en, sv, f"Did you mean {instead}?", f"Menade du {instead_sv}?")


def _plain(wrong: Misfit) -> SparqlMistake:
    """That a token does not fit, and what would, where that is little."""
    text = wrong.token.text[:_SHOWN]
    en, sv = f"'{text}' does not fit there", f"'{text}' passar inte där"
    if wrong.token.kind == "end":
        en, sv = "it ends too early", "den slutar för tidigt"
    fitting = sorted(
        each.replace("<", "").replace(">", "") for each in wrong.expected if each not in {"<end>", "SERVICE"}
    )
    if not 0 < len(fitting) <= _FEW:
        return SparqlMistake(wrong.token.start, en, sv)
    listed, listed_sv = (f" {word} ".join(fitting) for word in ("or", "eller"))
    return SparqlMistake(wrong.token.start, en, sv, f"Expected: {listed}.", f"Här väntades {listed_sv}.")


# ---------------------------------------------------------------- what the grammar allows and the rules don't


def _meaningless(tokens: Sequence[GrammarToken]) -> Iterator[SparqlMistake]:
    """Columns that are neither grouped nor aggregated, names that are given twice, arguments too many or too few."""
    yield from _named_twice(tokens)
    yield from _miscounted(tokens)
    select = next((place for place, token in enumerate(tokens) if token.word == "SELECT"), None)
    if select is None:
        return
    opening = next((place for place, token in enumerate(tokens) if token.text == "{" and place > select), len(tokens))
    columns = list(_depths(tokens[select + 1 : opening]))
    grouped = _grouped(tokens)
    if grouped is not None or any(token.word in AGGREGATES for token, _ in columns):
        yield from _ungrouped(columns, grouped or frozenset())


def _depths(tokens: Sequence[GrammarToken]) -> Iterator[tuple[GrammarToken, int]]:
    depth = 0
    for token in tokens:
        depth -= token.text in {*_CLOSES}
        yield token, depth
        depth += token.text in {*_OPENS}


def _grouped(tokens: Sequence[GrammarToken]) -> frozenset[str] | None:
    """The variables of the GROUP BY of the whole query; None where it has none."""
    outside = [(place, token) for place, (token, depth) in enumerate(_depths(tokens)) if depth == 0]
    start = next((place for place, token in outside if token.word == "GROUP"), None)
    if start is None:
        return None
    behind = (
        place for place, token in outside if place > start and token.word in {"HAVING", "ORDER", "LIMIT", "OFFSET"}
    )
    stop = next(behind, len(tokens))
    return frozenset(token.text[1:] for token in tokens[start:stop] if token.kind == "variable")


def _ungrouped(columns: Sequence[tuple[GrammarToken, int]], grouped: frozenset[str]) -> Iterator[SparqlMistake]:
    for token, depth in columns:
        if depth == 0 and token.text == "*":
            en, sv = "* can't stand with GROUP BY", "* går inte att använda med GROUP BY"
            yield SparqlMistake(token.start, en, sv, "Name the columns.", "Räkna upp kolumnerna.")
        if depth == 0 and token.kind == "variable" and token.text[1:] not in grouped:
            yield SparqlMistake(
                token.start,
                f"{token.text} is neither grouped nor in an aggregate",
                f"{token.text} är varken grupperad eller i en aggregatfunktion",
                f"Add GROUP BY {token.text} behind the pattern, or write (SAMPLE({token.text}) AS ?one).",
                f"Lägg till GROUP BY {token.text} efter mönstret, eller skriv (SAMPLE({token.text}) AS ?one).",
            )


def _named_twice(tokens: Sequence[GrammarToken]) -> Iterator[SparqlMistake]:
    """The names behind AS that stand for something already."""
    seen: set[str] = set()
    for before, token in zip([tokens[0], *tokens], tokens, strict=False):
        if token.kind == "variable" and before.word == "AS" and token.text[1:] in seen:
            en, sv = f"{token.text} has a value already", f"{token.text} har redan ett värde"
            yield SparqlMistake(token.start, en, sv, "Choose another name.", "Välj ett annat namn.")
        if token.kind == "variable":
            seen.add(token.text[1:])


# How many arguments the functions of SPARQL 1.1 take: most take one; those of `_MANY` and `_OTHERS` are not counted.
_NONE = frozenset(["NOW", "RAND", "STRUUID", "UUID"])
_TWO = frozenset({"CONTAINS", "LANGMATCHES", "SAMETERM", "STRDT", "STRLANG"})
_TWO_TEXTS = frozenset({"STRAFTER", "STRBEFORE", "STRENDS", "STRSTARTS"})
_MANY = frozenset({"ADJUST", "COALESCE", "CONCAT", "HASLANG", "HASLANGDIR", "ISTRIPLE", "LANGDIR", "OBJECT"})
_OTHERS = frozenset({"PREDICATE", "STRLANGDIR", "SUBJECT", "TRIPLE"})
_COUNTS: Mapping[str, range] = {
    **dict.fromkeys(FUNCTIONS - _MANY - _OTHERS, range(1, 2)),
    **dict.fromkeys(_NONE, range(1)),
    **dict.fromkeys(_TWO | _TWO_TEXTS, range(2, 3)),
    **dict.fromkeys(("REGEX", "SUBSTR"), range(2, 4)),
    "REPLACE": range(3, 5),
    "IF": range(3, 4),
    "BNODE": range(2),
}


def _miscounted(tokens: Sequence[GrammarToken]) -> Iterator[SparqlMistake]:
    """The functions of SPARQL 1.1, section 17.4, that are called with arguments too many or too few."""
    for place, token in enumerate(tokens[:-1]):
        allowed = _COUNTS.get(token.word)
        if allowed is None or tokens[place + 1].text != "(":
            continue
        count = _arguments(tokens[place + 1 :])
        if count not in allowed:
            most = " or ".join(map(str, allowed))
            yield SparqlMistake(
                token.start,
                f"{token.text} is given {count} arguments and takes {most}",
                f"{token.text} får {count} argument och tar {most.replace('or', 'eller')}",
            )


def _arguments(tokens: Sequence[GrammarToken]) -> int:
    """How many arguments stand between the bracket that the tokens begin with and the one that closes it."""
    commas = 0
    for place, (token, depth) in enumerate(_depths(tokens)):
        if place and depth == 0:
            return commas + 1 if place > 1 else 0
        commas += depth == 1 and token.text == ","
    return commas + 1
