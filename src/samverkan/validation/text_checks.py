"""The checks of texts: what can't be seen in them, what belongs to another notation, and what language they are in."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from html.entities import html5
from itertools import combinations
from typing import Any
from zlib import crc32

from pyoxigraph import Literal, NamedNode

from samverkan.model.language_tags import matches
from samverkan.model.namespaces import DCTERMS, LABELS, RDFS, SKOS
from samverkan.validation import spoilt_texts
from samverkan.validation.evaluation.data_graph import DataGraph, closure
from samverkan.validation.evaluation.terms import Remembered
from samverkan.validation.findings import Finding
from samverkan.validation.language_model import LanguageModel, words
from samverkan.validation.messages import MESSAGES, finding
from samverkan.validation.validation_input import ValidationInput

Texts = tuple[str, str]
"""What is said in Swedish and in English."""

_NAMES = (*LABELS, *(NamedNode(f"{SKOS}{name}") for name in ("altLabel", "hiddenLabel", "notation")))
_DESCRIPTIONS = tuple(map(NamedNode, (f"{DCTERMS}description", f"{RDFS}comment", f"{SKOS}definition")))
_SUBPROPERTY = NamedNode(f"{RDFS}subPropertyOf")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_THOUSANDS = 3  # digits
_BETWEEN_DIGITS = re.compile(r"[.,\u00a0\u202f ]")

_WHITE = " \t\n\r"
_OUTSIDE = re.compile(r"\A |[ ]\Z|  |[\t\n\r]")
_DOUBLE, _BREAK = re.compile("  "), re.compile("[\t\n\r]")
# What has no width, or looks like a space: format characters (Unicode's category Cf), fillers, the blank of Braille,
# and ends of lines that no keyboard writes.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# They have their place where a script needs them: joiners, and marks of direction where letters run from right to left.
_JOINERS, _DIRECTIONS = frozenset("\u200c\u200d"), frozenset("\u061c\u200e\u200f\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LAST_LATIN = "\u024f"
_SOFT_HYPHEN = "\u00ad"

_LONG_CODE = 3  # letters: ISO 639-3
# ISO 639-1 has a code of two letters for these languages.
_SHORT_CODES = frozenset(
    re.findall(
        "..",
        "aaabaeafakamanarasavayazbabebgbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneo"
        "eseteufafffifjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiikioisitiujajvka"
        "kgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndneng"
        "nlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgshsiskslsmsnsosqsrssst"
        "susvswtatetgthtitktltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu",
    )
)
# Those of three letters that are met here, with the shorter ones that are to be written (RFC 5646, section 4.5).
_SHORTER = dict(
    re.findall(
        "(...)(..) ",
        "swesv engen finfi danda norno nobnb nnonn islis deude gerde frafr frefr "
        "spaes itait porpt nldnl smese estet polpl rusru ukruk araar fasfa somso "
        "kurku turtr zhozh chizh jpnja lavlv litlt yidyi ",
    )
)

# Countries and the like (ISO 3166-1), and the few other codes of two letters that may stand in their place.
_REGIONS = frozenset(
    re.findall(
        "..",
        "adaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjblbmbnbobqbrbsbtbvbwby"
        "bzcacccdcfcgchcickclcmcncocrcucvcwcxcyczdedjdkdmdodzeceeegeheresetfifjfk"
        "fmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqir"
        "isitjejmjojpkekgkhkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemfmgmhmk"
        "mlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgphpkplpm"
        "pnprpsptpwpyqarerorsrurwsasbscsdsesgshsisjskslsmsnsosrssstsvsxsysztctdtf"
        "tgthtjtktltmtntotrtttvtwtzuaugumusuyuzvavcvevgvivnvuwfwsyeytzazmzwaccpdg"
        "eaeuezictaunxk",
    )
)
# Another code than that of a country, or one that is hardly meant, with what is: `sv-SV` is Swedish as in El Salvador.
_MEANT_REGIONS = {
    **dict.fromkeys(("en-uk", "en-en", "en-eng", "en-gbr"), "en-GB"),
    **dict.fromkeys(("en-usa", "en-am"), "en-US"),
    **dict.fromkeys(("sv-sv", "sv-sw", "sv-swe", "sv-sve"), "sv-SE"),
    **dict.fromkeys(("da-da", "da-dan", "da-dnk"), "da-DK"),
    **dict.fromkeys(("nb-nb", "nb-nor"), "nb-NO"),
    **dict.fromkeys(("fi-fin", "fi-su"), "fi-FI"),
}
# What the first codes of ISO 639 were replaced by, and codes of scripts.
_RETIRED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}
_SCRIPT = 4  # letters
_PRIVATE = "qx"  # what codes begin with that anybody may use
_WITH_EXTENSIONS = frozenset({"ar", "kok", "lv", "ms", "sgn", "sw", "uz", "zh"})  # languages with tags such as zh-yue

_FEW_LANGUAGES = 2
_ALSO_LANGUAGES = frozenset({"se", "sw", "uk"})  # Northern Sami, Swahili and Ukrainian
_OTHER_LETTERS = re.compile(r"[^\W\d_a-zåäöæøéèüà]", re.IGNORECASE)  # such as Sami has, and Ukrainian
# Codes of countries, words and slips, and the languages that they are written for.
_OF_COUNTRIES = {
    **dict.fromkeys(("se", "sw", "sve", "svenska", "swedish"), "sv"),
    **dict.fromkeys(("uk", "gb", "us", "engelska", "english", "en_gb"), "en"),
    "dk": "da",
    "cz": "cs",
    "jp": "ja",
    "cn": "zh",
    "gr": "el",
    "ua": "uk",
}
_NO_TAG = (" Skriv en språkkod enligt BCP 47, som @sv.", " Write a language tag of BCP 47, such as @en.")

_ELEMENTS = (
    "a|abbr|b|big|blockquote|body|br|center|code|div|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|"
    "meta|object|ol|p|pre|q|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|thead|title|tr|tt|u|ul|video"
)
_MARKUP = re.compile(
    rf"<!--|</?(?:{_ELEMENTS})(?:\s[^<>]*)?/?>|&(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|(?P<entity>[A-Za-z][A-Za-z0-9]*));"
    r"|!?\[[^\[\]\n]+\]\([^()\s][^()\n]*\)|\*\*(?=\S)[^*\n]+(?<=\S)\*\*",
    re.IGNORECASE,
)
_MARKS = ("<", "&", "](", "**")  # one of them is in all markup

SWAPPED, OTHER = 4.0, 6.0
"""How sure one must be that two texts are swapped, and that one is in another language: see docs/checks.md."""
_ALIKE = 5  # letters at the beginning of two words of one origin
_MOST_EXAMPLES = 6000
_LONG_NAME = 6  # words: a name of so many is in some language, even where another language has the same
_MOST_CUT = 16_000  # texts whose words are kept: one text stands in many places


def names_are_tidy(case: ValidationInput) -> Iterator[Finding]:
    """A name has single spaces between its words, and nothing around them: it is compared, sorted and searched.

    One of nothing but spaces is empty, which shapes tell.
    """
    for number in sorted(case.once(_names)):
        text = case.graph.texts[number] or ""
        if _OUTSIDE.search(text) and text.strip():
            yield from _told("untidy-name", case, number, _listed(_spaces(text)))


def _spaces(text: str) -> Iterator[Texts]:
    """Which superfluous spaces a name has, and where those are that stand inside of it."""
    inside = text.strip(_WHITE)
    offset = text.find(inside)
    if text[0] in _WHITE:
        yield "ett mellanslag i början", "a space at its beginning"
    if text[-1] in _WHITE:
        yield "ett mellanslag i slutet", "a space at its end"
    for found, sv, en in (
        (_DOUBLE.search(inside), "två mellanslag i rad", "two spaces in a row"),
        (_BREAK.search(inside), "en radbrytning eller tabb", "a line break or a tab"),
    ):
        if found:
            yield _placed(sv, en, found.start() + offset)


def nothing_is_hidden(case: ValidationInput) -> Iterator[Finding]:
    """No text has characters that nobody sees; in a name not even those that have their place in a long text."""
    names = case.once(_names)
    for number, text in case.failing_texts("hidden", _hides_nothing):
        found = list(_hidden(text, is_name=number in names))
        if found:
            yield from _told("invisible-character", case, number, _listed(found))


def _hides_nothing(text: str) -> bool:
    return text.isascii() or not (_INVISIBLE.search(text) or _ODD_SPACE.search(text))


def _hidden(text: str, *, is_name: bool) -> Iterator[Texts]:
    """The invisible characters of a text, each kind once: its code, its name in Unicode, and where it stands first."""
    places = {found[0]: found.start() for found in reversed(list(_INVISIBLE.finditer(text)))}
    if is_name:
        places |= {found[0]: found.start() for found in reversed(list(_ODD_SPACE.finditer(text)))}
    for character, place in sorted(places.items(), key=lambda each: each[1]):
        if not _has_its_place(character, text, is_name=is_name):
            name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
            yield _placed(name, name, place)


def _has_its_place(character: str, text: str, *, is_name: bool) -> bool:
    if character in _DIRECTIONS:
        return any(each not in _DIRECTIONS and unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)
    if character in _JOINERS or character == "\u3000":
        return any(each > _LAST_LATIN and each not in _JOINERS and _is_visible(each) for each in text)
    return character == _SOFT_HYPHEN and not is_name


def _is_visible(character: str) -> bool:
    return not (
        _INVISIBLE.match(character) or _ODD_SPACE.match(character) or unicodedata.category(character)[0] in "PZ"
    )


def texts_are_plain(case: ValidationInput) -> Iterator[Finding]:
    """A text is no HTML and no Markdown: it is shown as it stands, with every mark."""
    for number, text in case.failing_texts("plain", lambda text: not _markup(text)):
        if found := _markup(text):
            shown = found[0] if len(found[0]) <= 40 else f"{found[0][:40]}…"  # noqa: PLR2004 - what a person reads
            yield from _told("markup", case, number, _placed(shown, shown, found.start()))


def _markup(text: str) -> re.Match[str] | None:
    if not any(map(text.__contains__, _MARKS)):  # seen in a fraction of the time
        return None
    return next((each for each in _MARKUP.finditer(text) if _is_markup(each)), None)


def _is_markup(found: re.Match[str]) -> bool:
    return found["entity"] is None or f"{found['entity']};" in html5


def letters_are_whole(case: ValidationInput) -> Iterator[Finding]:
    """A letter with its marks is one character where Unicode has one (NFC): else searches don't find it."""
    for number, text in case.failing_texts("whole", partial(unicodedata.is_normalized, "NFC")):
        yield from _told("decomposed-letter", case, number, _composed(text))


_SPOILT: Mapping[str, Callable[[str], spoilt_texts.Part | None]] = {
    "misread-text": spoilt_texts.misread,
    "mixed-alphabets": spoilt_texts.mixed,
    "styled-letter": spoilt_texts.styled,
    "stand-in-text": spoilt_texts.stand_in,
}


def texts_are_unspoilt(case: ValidationInput) -> Iterator[Finding]:
    """A text has the letters that were meant, is written in one alphabet, and is there."""
    for number, text in case.failing_texts("unspoilt", lambda text: not any(part(text) for part in _SPOILT.values())):
        for rule, part in _SPOILT.items():
            if found := part(text):
                yield from _told(rule, case, number, _placed(found[0], found[0], found[1]))


def names_are_words(case: ValidationInput) -> Iterator[Finding]:
    """What a thing is called is no address."""
    yield from _by_property(_addresses, case, LABELS)


def _by_property(
    work: Callable[[ValidationInput, int], Iterable[Finding]], case: ValidationInput, properties: Iterable[NamedNode]
) -> Iterator[Finding]:
    """What is found in each property alone, and in the languages of the site."""
    graph = case.graph

    def found(predicate: int) -> tuple[Finding, ...]:
        return tuple(work(case, predicate))

    for each in map(graph.number, properties):
        yield from graph.kept((work, each), (each,), partial(found, each), case.languages)


def _addresses(case: ValidationInput, predicate: int) -> Iterator[Finding]:
    """The names that are addresses."""
    texts = case.graph.texts
    for node, values in case.graph.forward(predicate).items():
        for number in values:
            if spoilt_texts.address(texts[number] or "") and case.graph.is_literal(number):
                yield _on("address-as-name", case.graph, (node, predicate), number)


def numbers_are_the_same(case: ValidationInput) -> Iterator[Finding]:
    """What a thing is called and how it is described has the same numbers in each language, written with digits."""
    yield from _by_property(_other_numbers, case, (*LABELS, *_DESCRIPTIONS))


def _other_numbers(case: ValidationInput, predicate: int) -> Iterator[Finding]:
    """The texts whose numbers are not those of the same text in another language."""
    graph, languages, texts = case.graph, case.once(_languages), case.graph.texts
    for node, values in graph.forward(predicate).items():
        spoken = _by_language(languages, values) if len(values) > 1 else {}
        for one, other in combinations(sorted(spoken), 2):
            first, second = (_numbers(texts[spoken[each][0]] or "") for each in (one, other))
            if first != second and len(spoken[one]) == len(spoken[other]) == 1:
                words = {"one": one, "other": other, "first": _shown(first), "second": _shown(second)}
                yield _on("other-numbers", graph, (node, predicate), spoken[other][0], **words)


def _numbers(text: str) -> list[str]:
    """The numbers of a text, sorted, as one writes them in all languages: thousands together, decimals with a point."""
    return sorted(_plain_number(each) for each in _NUMBER.findall(text))


def _plain_number(number: str) -> str:
    """A number as it is compared: the last comma or point parts decimals where it is the only one of its kind.

    Where three digits follow, it parts thousands.
    """
    place = max(number.rfind(","), number.rfind("."))
    head, point, tail = number[:place], number[place], number[place + 1 :]
    is_decimal = place >= 0 and point not in head and len(tail) != _THOUSANDS
    return f"{_BETWEEN_DIGITS.sub('', head)}.{tail}" if is_decimal else _BETWEEN_DIGITS.sub("", number)


def _shown(numbers: Iterable[str]) -> str:
    return ", ".join(numbers) or "–"  # noqa: RUF001 - a dash


def _composed(text: str) -> Texts:
    """The first letter that could be one character: what it is, what it could be, and where it stands."""
    start = bisect_left(range(len(text)), 1, key=lambda end: not unicodedata.is_normalized("NFC", text[: end + 1]))
    while start and unicodedata.combining(text[start]):
        start -= 1
    end = start + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    whole = unicodedata.normalize("NFC", text[start:end])
    codes, one = (" ".join(f"U+{ord(each):04X}" for each in part) for part in (text[start:end], whole))
    said = f"{whole}, {codes} → {one}"
    return _placed(said, said, start)


def languages_are_known(case: ValidationInput) -> Iterator[Finding]:
    """The language of a text is one that there is, in the shortest way to write it (RFC 5646, section 4.5)."""
    languages = case.graph.languages
    tags = dict.fromkeys(languages[each] for each in sorted(case.graph.used))
    for tag in filter(None, tags):
        better = _better(tag, case.languages)
        if better is not None:
            yield from _in_no_language(case, tag, better)


def _in_no_language(case: ValidationInput, tag: str, better: str) -> Iterator[Finding]:
    """Every text with a tag that is none, where it is known what is meant; else the first one."""
    said = (f" Menade du @{better}?", f" Did you mean @{better}?") if better else _NO_TAG
    numbers = [number for number in sorted(case.graph.used) if case.graph.languages[number] == tag]
    if tag in _ALSO_LANGUAGES:
        numbers = [
            number
            for number in numbers
            if not (_OTHER_LETTERS.search(case.graph.texts[number] or "") or _is_beside(case, number, better))
        ]
    for number in numbers if better else numbers[:1]:
        literal = case.graph.terms[number]
        written = literal.language if isinstance(literal, Literal) else tag
        meant = str(Literal(literal.value, language=better)) if better and isinstance(literal, Literal) else None
        rule = "unknown-language" if better.partition("-")[0] != tag.partition("-")[0] else "unknown-region"
        for found in _told(rule, case, number, said, tag=f"@{written}"):
            yield replace(found, meant=meant)


def _is_beside(case: ValidationInput, number: int, language: str) -> bool:
    """Whether the same is said in a language as well, or in several, so that the other tag is no slip for that."""
    graph = case.graph
    texts = (values for each in graph.predicates for values in graph.forward(each).values() if number in values)
    said = [{graph.languages[each] for each in values} for values in texts]
    return any(language in each or len(each) > _FEW_LANGUAGES for each in said)


def _better(tag: str, wanted: Iterable[str]) -> str | None:
    """How a language is better written, empty where nobody knows such a language; None where it is well written.

    The code of a country in place of that of its language is one where the site is in that language, and not in the
    other: `se` is Northern Sami, but seldom meant.
    """
    language, _, rest = tag.partition("-")
    primary = {each.partition("-")[0].lower() for each in wanted}
    if language not in primary and _OF_COUNTRIES.get(language) in primary:
        return _OF_COUNTRIES[language]
    shorter = _SHORTER.get(language) or _RETIRED.get(language)
    if shorter:
        return f"{shorter}-{rest}" if rest else shorter
    if rest and language in _SHORT_CODES:
        better = _with_region(language, rest)
        return language if better and language in wanted else better
    is_code = len(language) == _LONG_CODE  # there are thousands of three letters, and no list of them here
    return None if is_code or language in _SHORT_CODES or language in {"x", "i"} else ""


def _with_region(language: str, rest: str) -> str | None:
    """How a language is better written that has a region; None where there is such a region, or something else.

    Where nobody knows which is meant, the language alone says enough.

    >>> _with_region("en", "uk"), _with_region("sv", "fi"), _with_region("sv", "latn-fi"), _with_region("sv", "yy")
    ('en-GB', None, None, 'sv')
    """
    parts = rest.split("-")
    region = parts[len(parts[0]) == _SCRIPT and len(parts) > 1]
    if f"{language}-{region}" in _MEANT_REGIONS:
        return _MEANT_REGIONS[f"{language}-{region}"]
    is_region = region.isalpha() and len(region) in {2, 3} and region[0] not in _PRIVATE
    is_known = region in _REGIONS or (len(region) == _LONG_CODE and language in _WITH_EXTENSIONS)
    return language if is_region and not is_known else None


def one_name_for_each_language(case: ValidationInput) -> Iterator[Finding]:
    """In each language of the site a thing has one name of a kind: `sv` takes in `sv-fi`, so questions give both."""
    yield from _by_property(_two_names, case, LABELS)


def _two_names(case: ValidationInput, predicate: int) -> Iterator[Finding]:
    """The names of a thing that are in one language of the site."""
    tag_of = case.graph.languages
    for node, values in case.graph.forward(predicate).items():
        tags = {tag: each for each in values if (tag := tag_of[each])} if len(values) > 1 else {}
        for language, found in _several(tuple(tags), case.languages) if len(tags) > 1 else ():
            names = ", ".join(f"@{tag}" for tag in found)
            yield _on("two-names", case.graph, (node, predicate), tags[found[-1]], language=language, names=names)


@lru_cache(maxsize=1024)
def _several(tags: tuple[str, ...], languages: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The languages in which several of some tags are, each with those, sorted."""
    found = ((each, tuple(sorted(tag for tag in tags if matches(tag, each)))) for each in languages)
    return tuple((language, fitting) for language, fitting in found if len(fitting) > 1)


def languages_fit(case: ValidationInput) -> Iterator[Finding]:
    """No text is in another language than its tag, as far as the words of the other texts can tell."""
    graph, learned, told = case.graph, _learned(case), _proper_names(case.graph)
    for predicate in graph.predicates:
        find = partial(_swaps, case, predicate, learned)
        for node, one, other in graph.kept((_swaps, predicate), (predicate,), find, learned):
            told |= {one, other}
            yield _swap(case, node, predicate, one, other)
    for number in sorted(learned.fitting.broken(case.text_numbers) - told):
        language, best, _ = learned.likeliest(number)
        if not _has_own_words(case, learned.model, number, (language, best)):
            yield from _told("other-language", case, number, (best, best), tag=f"@{language}")


def _swaps(case: ValidationInput, predicate: int, learned: _Learned) -> tuple[tuple[int, int, int], ...]:
    """The things whose texts of one property look each like the language of the other, with these."""
    languages, graph = case.once(_languages), case.graph
    several = ((node, _by_language(languages, v)) for node, v in graph.forward(predicate).items() if len(v) > 1)
    return tuple(
        (node, one, other)
        for node, spoken in several
        if len(spoken) > 1
        for one, other in _swapped(spoken, graph, learned.model, learned.cut)
    )


@dataclass(frozen=True, eq=False)
class _Learned:
    """What the texts of a site have taught of its languages, with what was found out about each text since."""

    model: LanguageModel
    cut: Callable[[str], frozenset[str]]
    texts: Sequence[str | None]
    tags: Sequence[str | None]

    @cached_property
    def fitting(self) -> Remembered:
        """Whether texts look like their languages."""
        return Remembered(lambda numbers: (self.likeliest(each)[2] >= -OTHER for each in numbers))

    def likeliest(self, number: int) -> tuple[str, str, float]:
        """The language of a text, the one that it looks most like other than that, and how little like that one."""
        language = _primary(self.tags[number])
        if language not in self.model.languages:
            return language, language, 0.0
        return language, *_likeliest(self.model, self.cut(self.texts[number] or ""), language)


def _learned(case: ValidationInput) -> _Learned:
    """What is learned from all examples: the same as in an earlier state of the site where these are the same."""

    def learn() -> _Learned:
        cut = lru_cache(_MOST_CUT)(words)
        return _Learned(LanguageModel(given, cut), cut, case.graph.texts, case.graph.languages)

    given = tuple(examples(case))
    return case.graph.kept(_Learned, (), learn, given)


def _has_own_words(case: ValidationInput, model: LanguageModel, number: int, pair: tuple[str, str]) -> bool:
    """Whether the words that a text does not share with its translations look like its own: the others are names."""
    graph, own = case.graph, words(case.graph.texts[number] or "")
    for predicate in graph.predicates:
        for node in graph.backward(predicate).get(number, ()):
            others = (words(graph.texts[each] or "") for each in graph.forward(predicate)[node] if each != number)
            if model.score(own.difference(*others), *pair) > 0:
                return True
    return False


def _likeliest(model: LanguageModel, found: Iterable[str], language: str) -> tuple[str, float]:
    """The language that some words look most like, other than their own, and how little like that one; 0 for none."""
    likely = {each: model.score(found, language, each) for each in model.languages if each != language}
    best = min(likely, key=lambda each: (likely[each], each), default=language)
    return best, likely.get(best, 0.0)


def _proper_names(graph: DataGraph) -> set[int]:
    """The names of things that have the same name in another language: those are of no language in particular.

    A long one is: it was copied, and waits to be translated.
    """
    found, texts = set[int](), graph.texts
    for predicate in map(graph.number, _NAMES):
        for values in graph.forward(predicate).values():
            if len(values) > 1 and len({texts[each] for each in values}) < len(values):
                counts = Counter(texts[each] for each in values)
                same = (each for each in values if counts[texts[each]] > 1)
                found.update(each for each in same if len((texts[each] or "").split()) < _LONG_NAME)
    return found


def _languages(case: ValidationInput) -> list[str]:
    """The first part of the language of each term; empty for what is in none."""
    return [_primary(tag) for tag in case.graph.languages]


def _by_language(languages: Sequence[str], values: Iterable[int]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number in values:
        if languages[number]:
            found.setdefault(languages[number], []).append(number)
    return found


def _swapped(
    spoken: Mapping[str, list[int]], graph: DataGraph, model: LanguageModel, cut: Callable[[str], frozenset[str]]
) -> Iterator[tuple[int, int]]:
    """The pairs of texts of one property each of which looks like the language of the other."""
    single, texts = [language for language in model.languages if len(spoken.get(language, ())) == 1], graph.texts
    for one, other in combinations(single, 2):
        first, second = (cut(texts[spoken[each][0]] or "") for each in (one, other))
        score = model.score(first - second, one, other) + model.score(second - first, other, one)
        if score < -SWAPPED and not _are_cognate(first, second):
            yield spoken[one][0], spoken[other][0]


def _are_cognate(first: Collection[str], second: Collection[str]) -> bool:
    """Whether two texts are one word each, and nearly the same: "Registrator" and "Registrar" may be of either."""
    return len(first) == len(second) == 1 and len({word[:_ALIKE] for word in (*first, *second)}) == 1


def _swap(case: ValidationInput, node: int, predicate: int, one: int, other: int) -> Finding:
    tags = [f"@{case.graph.languages[each]}" for each in (one, other)]
    return _on("swapped-languages", case.graph, (node, predicate), one, one=tags[0], other=tags[1])


def examples(case: ValidationInput) -> Iterator[tuple[str, str]]:
    """Texts with their languages: those of the shapes, our own messages, and so many of the site's."""
    languages = case.once(_languages)
    own = [(language, text) for number, text in case.texts if (language := languages[number])]
    step = max(1, len(own) // _MOST_EXAMPLES)
    yield from (each for each in own if step == 1 or crc32(each[1].encode()) % step == 0)  # in any order the same
    literals = {t.object for t in case.shapes if isinstance(t.object, Literal) and t.object.language}
    yield from ((_primary(each.language), each.value) for each in literals)
    for _, *messages in MESSAGES.values():
        yield from zip(("sv", "en"), (re.sub(r"\{\w*\}", "", message) for message in messages), strict=True)


@lru_cache(maxsize=1024)
def _primary(tag: str | None) -> str:
    return (tag or "").partition("-")[0]


def _names(case: ValidationInput) -> set[int]:
    """The values of the properties that name, and of those below them."""
    graph = case.graph
    below = graph.backward(graph.number(_SUBPROPERTY))
    naming = closure({graph.number(each) for each in _NAMES}, below)
    values = (each for name in naming for found in graph.forward(name).values() for each in found)
    return {each for each in values if isinstance(graph.terms[each], Literal)}


def _told(rule: str, case: ValidationInput, number: int, said: Texts, **slots: object) -> Iterator[Finding]:
    """A finding for each thing and property that has a text."""
    graph, (sv, en) = case.graph, said
    for predicate in graph.predicates:
        for node in graph.backward(predicate).get(number, ()):
            yield _on(rule, graph, (node, predicate), number, sv=sv, en=en, **slots)


def _on(rule: str, graph: DataGraph, about: tuple[int, int], value: int | None = None, **slots: Any) -> Finding:
    """A finding about a thing, or a blank node, and a property, and a value of it if one is meant."""
    (node, predicate), written = about, None if value is None else str(graph.terms[value])
    focus = graph.texts[node] or str(graph.terms[node])
    return finding(rule, focus=focus, path=graph.texts[predicate], value=written, **slots)


def _placed(sv: str, en: str, place: int) -> Texts:
    """Something with the place in the text where it stands, counted from 0."""
    return f"{sv} (tecken {place + 1})", f"{en} (character {place + 1})"


def _listed(said: Iterable[Texts]) -> Texts:
    """Several things in one text of each language."""
    parts = list(said)
    return ", ".join(sv for sv, _ in parts), ", ".join(en for _, en in parts)
