"""Words that every sentence of a language may have: they say little of what somebody looks for."""

from __future__ import annotations

from collections.abc import Mapping

from samverkan.publication.html.alphabet import folded

_STOP_WORDS: Mapping[str, str] = {
    "sv": "alla att av de dem den det du efter eller en ett finns från för gå går gör ha har hos hur i in inom jag "
    "kan man med mellan mig mitt när och oss om på sig ska som så till under upp ut vad var vart vem vems vi vid "
    "vilka vilken vilket är",
    "en": "a an and are at be between by can do does for from get goes had has have how i in is it its me my of on or "
    "our out that the their there this to was we were what when where which who whom whose why will with you",
}


def stop_words(language: str) -> tuple[str, ...]:
    """The stop words of a language (BCP 47), without case and marks; none of a language that isn't known here.

    >>> "när" in stop_words("sv"), "nar" in stop_words("sv-SE"), stop_words("fi")
    (False, True, ())
    """
    return tuple(folded(_STOP_WORDS.get(language.partition("-")[0], "")).split())


def without(text: str, words: tuple[str, ...]) -> str:
    """A folded text without some words; the text itself where nothing would be left.

    >>> without("nar slutar det", stop_words("sv")), without("who is it", stop_words("en"))
    ('slutar', 'who is it')
    """
    return " ".join(word for word in text.split() if word.strip("?!.,") not in words) or text
