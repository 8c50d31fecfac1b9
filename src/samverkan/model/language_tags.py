"""Language tags (BCP 47): the one rule by which a text is in a language, for the gate, the questions and the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def matches(tag: str, wanted: str) -> bool:
    """Whether a tag is in a language range, in upper or lower case (RFC 4647, section 3.3.1: basic filtering).

    It is what `LANGMATCHES` of SPARQL 1.1 (section 17.4.3.8) and `sh:languageIn` of SHACL say as well. Nothing is
    in no language.

    >>> matches("sv-FI", "sv"), matches("SV", "sv"), matches("sv", "sv-FI"), matches("svx", "sv"), matches("", "*")
    (True, True, False, False, False)
    """
    tag, wanted = tag.lower(), wanted.lower()
    return bool(tag) and (wanted in {"*", tag} or tag.startswith(f"{wanted}-"))


def best(texts: Mapping[str, str], wanted: str) -> str | None:
    """The tag of the text that is in a language: just that one, else the first that its range has; None if none is.

    >>> best({"en": "Coast", "sv-FI": "Kusten"}, "sv"), best({"sv-FI": "Kusten", "sv": "Kust"}, "sv")
    ('sv-FI', 'sv')
    """
    fitting = [tag for tag in texts if matches(tag, wanted)]
    return next((tag for tag in fitting if tag.lower() == wanted.lower()), next(iter(fitting), None))


def best_of(texts: Mapping[str, str], languages: Iterable[str]) -> str | None:
    """The tag of the text in the first of some languages that there is a text in; None where there is none."""
    return next((tag for each in languages if (tag := best(texts, each)) is not None), None)


__all__ = ["best", "best_of", "matches"]
