"""Why a shape can't be used, in Swedish: what `ShapeError` says in English."""

from __future__ import annotations

import re

_REASONS: tuple[tuple[str, str], ...] = (
    (r"a path that is a literal", "sh:path är en text, inte en egenskap"),
    (r"a path that contains itself", "sh:path innehåller sig själv"),
    (r"a path without a property", "sh:path saknar en egenskap"),
    (r"a path with a list of fewer than two", "sh:path har en lista med färre än två egenskaper"),
    (r"a regular expression with the unknown flag (.*)", r"det reguljära uttrycket har den okända flaggan \1"),
    (r"a regular expression with the unknown block (.*)", r"det reguljära uttrycket har det okända blocket \1"),
    (r"a regular expression with the unknown escape (.*)", r"det reguljära uttrycket har den okända koden \1"),
    (r"a regular expression that looks ahead or behind: (.*)", r"det reguljära uttrycket ser framåt eller bakåt: \1"),
    (r"a regular expression that counts too far: (.*)", r"det reguljära uttrycket räknar för långt: \1"),
    (r"a regular expression that refers back (.*)", r"det reguljära uttrycket hänvisar bakåt \1"),
    (r"not a regular expression: (.*) \(missing closing \]\)", r"inget reguljärt uttryck: \1 (en ] saknas)"),
    (r"not a regular expression: (.*) \((\\.) without a name\)", r"inget reguljärt uttryck: \1 (\2 saknar namn)"),
    (r"not a regular expression: (.*)", r"inget reguljärt uttryck: \1"),
    (r"a broken list", "en lista är trasig"),
    (r"a literal where a shape belongs", "en text står där en form ska stå"),
    (r"more than one (sh:\S+)", r"mer än en \1"),
    (r"a query with \$PATH in a node shape", "frågan har $PATH, men formen har ingen sh:path"),
    (r"a query with (.*), which pre-bound variables don't allow", r"frågan har \1, som inte går ihop med $this"),
    (r"a query that gives (.*) another value", r"frågan ger \1 ett annat värde"),
    (r"a query with a SELECT within that does not return \$this", "en inre SELECT i frågan saknar $this"),
    (r"a query without one (sh:\S+)", r"frågan ska ha precis en \1"),
    (r"a query that answers with \?failure", "frågan svarar med ?failure"),
    (r"(sh:\S+) without an IRI", r"\1 saknar en adress"),
    (r"(sh:\S+) without a text", r"\1 saknar en text"),
    (r"(sh:\S+) in a node shape", r"\1 står i en form utan sh:path"),
    (r"(sh:\S+) (.*), which has no order", r"\1 är \2, som inte går att ordna"),
    (r"(sh:\S+) (.*), which is not a whole number from 0 on", r"\1 är \2, som inte är ett heltal från 0 och uppåt"),
    (r"(sh:\S+) with a property shape", r"\1 pekar på en form med sh:path"),
    (r"(sh:\S+) with a shape that has no sh:path", r"\1 pekar på en form som saknar sh:path"),
    (r"a shape that refers to itself through (sh:\S+)", r"formen pekar på sig själv genom \1"),
    (r"a declaration of a prefix without one (sh:\S+)", r"en deklaration av ett prefix ska ha precis en \1"),
    (
        r"a constraint component without an IRI or a parameter that must be given",
        "kravtypen saknar adress eller parameter",
    ),
    (r"a parameter without one sh:path", "en parameter ska ha precis en sh:path"),
    (r"sh:nodeKind (.*)", r"sh:nodeKind är \1, som inte är något slag av noder"),
    (r"a query that is refused: (.*)", r"frågan tillåts inte: \1"),
    (r"(.*), which has no validator for this kind of shape", r"\1, som inte har något att pröva formen med"),
)


def in_swedish(reason: str) -> str:
    """A reason in Swedish; as it is where nobody has translated it.

    >>> in_swedish('sh:minCount "one", which is not a whole number from 0 on')
    'sh:minCount är "one", som inte är ett heltal från 0 och uppåt'
    """
    for pattern, words in _REASONS:
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return found.expand(words)
    return reason
