"""What a site says of itself: `Settings`, read once from `samverkan.toml`."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from samverkan import confined_files
from samverkan.errors import Place, UnreadableError, UnreadableSiteError, printable, uncarried
from samverkan.model import file_mistakes, iris

FILE_NAME = "samverkan.toml"
UNFINISHED = ".samverkan-unfinished.json"
"""What is in the folder of a site while some of its files are being replaced, and where that was interrupted."""

_ADDRESS = re.compile(r"https?://[^/?#\s]+/(?:[^?#\s<>\"{}|\\^`\x00-\x1f\x7f]*/)?")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"?&#%]+@[^\s@<>\"?&#%]+\.[^\s@<>\"?&#%]+")
_SHOWN = 80  # characters of a wrong value
_NEAR = 20  # of those before the one that is wrong
_MOST_LINES = 1000  # in which the line of a wrong value is looked for
_PUBLIC = "public"
_NAMESPACES = frozenset({"base", "ontology"})
_STAND_IN = "https://example.org/"  # for an address that is wrong, while the rest is looked at
_MOST_UNKNOWN = 20  # settings that are told
_MOST_SECONDS = 24 * 60 * 60
_MOST_ROWS = 100_000
_MOST_RELEASES = 1000
_KEYS = {
    "base",
    "ontology",
    "languages",
    "license",
    "title",
    "description",
    "publisher",
    "about",
    "contact",
    "gate",
    "answers",
    "history",
    "trusted_proxies",
    "catalogue",
    "synonyms",
    "look",
}
# The settings of [look], each with what it takes.
_LOOKS = {
    "accent": re.compile("#[0-9a-fA-F]{6}"),
    "accent_dark": re.compile("#[0-9a-fA-F]{6}"),
    "font": re.compile(r"[\w-]+(?: [\w-]+)*(?:, ?[\w-]+(?: [\w-]+)*)*"),
    "mark": re.compile(r"[Mm][MmLlHhVvCcSsQqTtAaZz0-9 .,-]{1,4000}", re.ASCII),
}
LEAST_CONTRAST = 4.5
"""What WCAG 2.2 asks of text (1.4.3, level AA)."""
PAPER, PAPER_DARK = "#ffffff", "#14171a"
"""What pages are written on, by day and by night."""
_DARK_CHANNEL = 0.04045  # below which brightness is linear
TINT = 0.1
"""How much of the accent is in the tinted paper behind some of it."""


@dataclass(frozen=True)
class Contact:
    """Whom to write to about the site: an e-mail address, and what those are called who read it."""

    email: str
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """What harvesters are told of the dataset that nothing else of the site says (DCAT-AP-SE 3.0.1).

    `organisation` is the publisher's Swedish organisation number, ten digits. `publisher_type`, `themes` and `spatial`
    are IRIs of the code lists that the profile names. `keywords` are by language. `identifier` is a UUID.
    `issued` is the day on which the dataset was first published, `start` and `end` the time that it is about.
    """

    organisation: str | None = None
    publisher_type: str | None = None
    themes: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identifier: str | None = None
    issued: date | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Look:
    """How the pages look: the colour of links, by day and by night, the fonts, and the outline of the mark (SVG)."""

    accent: str = ""
    accent_dark: str = ""
    font: str = ""
    mark: str = ""

    @property
    def accent_ratio(self) -> float:
        """The contrast of the accent where it is hardest to read; that of our own colour is known to do."""
        return _hardest(self.accent, PAPER) if self.accent else LEAST_CONTRAST

    @property
    def by_night(self) -> str:
        """The accent by night: the one that is given, else that by day with as much white as it takes to read it."""
        shares = (share / 20 for share in range(21))
        lighter = (mixed(self.accent, PAPER, share) for share in shares) if self.accent else ()
        readable = (colour for colour in lighter if _hardest(colour, PAPER_DARK) >= LEAST_CONTRAST)
        return self.accent_dark or next(iter(readable), "")

    @property
    def dark_ratio(self) -> float:
        """The same by night."""
        return _hardest(self.accent_dark, PAPER_DARK) if self.accent_dark else LEAST_CONTRAST


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another in it.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    parts = (_channels(colour), _channels(other))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in zip(*parts, strict=True))


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _hardest(colour: str, paper: str) -> float:
    """The contrast on paper, or on the tinted one, whichever is less."""
    return min(contrast(colour, paper), contrast(colour, mixed(paper, colour, TINT)))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, contrast ratio).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """How bright a channel is (WCAG 2.2, relative luminance)."""
    return channel / 12.92 if channel <= _DARK_CHANNEL else ((channel + 0.055) / 1.055) ** 2.4


@dataclass(frozen=True)
class Settings:
    """A site's settings.

    `base` is the IRI that every thing of the site starts with and `ontology` the namespace
    of its own terms; both end in `/`. `languages` are BCP 47 tags, the preferred one first.
    `license` is an IRI. `title`, `description`, `publisher` and `about` (whose facts they are) have a text for
    each language. `public` is the place that says that the publisher serves the public, and None where nothing
    does. `contact` is whom to write to. `gate_seconds` limits the time that the SHACL engine may take. `page_rows`
    is how many rows of an answer, or things of a graph, are on one page. `kept_releases` is of how many releases the
    data stay readable, where the site keeps a history, and `notes_releases` whether each release is noted there
    unasked. `inferred` says whether what follows from the
    facts is made, published and asked. `catalogue` is for harvesters.
    `synonyms` are groups of words that mean the same to those who search.
    `look` is how the pages look.
    `trusted_proxies` are the addresses and networks (CIDR) of the web servers in front that may say for whom they ask.
    """

    root: Path
    base: str
    ontology: str
    languages: tuple[str, ...] = ("sv", "en")
    license: str | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    publisher: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    public: Place | None = None
    gate_seconds: int = 300
    page_rows: int = 1000
    kept_releases: int = 10
    notes_releases: bool = True
    inferred: bool = True
    contact: Contact | None = None
    trusted_proxies: tuple[str, ...] = ()
    catalogue: Catalogue = field(default_factory=Catalogue)
    synonyms: tuple[tuple[str, ...], ...] = ()
    look: Look = field(default_factory=Look)

    def place(self, name: str) -> Place:
        """Where a setting stands; the file where it doesn't."""
        return Place(FILE_NAME, _line(_content(self.root), (name,)))


def read_settings(root: Path) -> Settings:
    """Read the settings of the site in the folder `root`.

    Raises `UnreadableError` with the line where the file is missing, is not TOML, or has a key or a
    value that means nothing here, or that not every page, format and header can carry.
    """
    text = _content(root)
    errors, renamed = list[UnreadableError](), dict[str, str]()
    table: Mapping[str, Any] = _table(text)
    while len(errors) <= len(_KEYS) + _MOST_UNKNOWN:
        try:
            found = _settings(root, table, text)
        except _WrongError as wrong:
            written = (renamed.get(wrong.keys[0], wrong.keys[0]), *wrong.keys[1:])
            place = Place(FILE_NAME, _line(text, written))
            if wrong.keys[0] not in renamed:  # a setting under a wrong name is told by that
                errors.append(UnreadableError(wrong.en, remedy=wrong.remedy, place=place, sv=wrong.sv))
            renamed |= {wrong.meant: wrong.keys[0]} if wrong.meant else {}
            table = _without(table, wrong)
        else:
            break
    if len(errors) > 1:
        raise UnreadableSiteError(errors)
    if errors:
        raise errors[0]
    return found


def _without(table: Mapping[str, Any], wrong: _WrongError) -> Mapping[str, Any]:
    """The settings without one that is wrong, so that what else is wrong is told as well."""
    key, others = wrong.keys[0], {name: value for name, value in table.items() if name != wrong.keys[0]}
    if wrong.meant:
        return {wrong.meant: table[key], **others}
    return {**others, key: _STAND_IN} if key in _NAMESPACES else others


def _settings(root: Path, table: Mapping[str, Any], text: str) -> Settings:
    _refuse_unknown_keys(table)
    return Settings(
        root=root,
        base=_namespace(table, "base"),
        ontology=_namespace(table, "ontology"),
        languages=_languages(table),
        license=_license(table),
        title=_texts(table, "title"),
        description=_texts(table, "description"),
        publisher=_publisher(table),
        about=_texts(table, "about"),
        public=_public(table, text),
        gate_seconds=_whole_number(table, "gate", "seconds", 300, _MOST_SECONDS),
        page_rows=_whole_number(table, "answers", "rows", 1000, _MOST_ROWS),
        kept_releases=_kept_releases(table),
        notes_releases=_switch(table, "history", "automatic"),
        inferred=_switch(table, "answers", "inferred"),
        contact=_contact(table),
        trusted_proxies=_trusted_proxies(table),
        catalogue=_catalogue(table),
        synonyms=_synonyms(table),
        look=_look(table),
    )


def _content(root: Path) -> str:
    if confined_files.is_there(root / UNFINISHED):
        raise UnreadableError(
            "A change of this site was interrupted, so its files do not belong together.",
            remedy="Run samverkan upgrade --write; it finishes what was begun.",
            place=Place(UNFINISHED),
            sv="En ändring av webbplatsen avbröts, så filerna hör inte ihop. "
            "Kör samverkan upgrade --write, som gör klart det påbörjade.",
        )
    if not confined_files.is_there(root / FILE_NAME):
        raise UnreadableError(
            f"There is no site in {root.name or 'this folder'}: it has no {FILE_NAME}.",
            remedy="Go to the folder of a site, or name it: samverkan --site FOLDER …",
            sv=f"Det finns ingen webbplats i {root.name or 'den här mappen'}: där finns ingen {FILE_NAME}. "
            "Gå till en webbplats mapp, eller ange den: samverkan --site MAPP …",
        )
    try:
        content = confined_files.read_file(root / FILE_NAME, FILE_NAME).decode("utf-8-sig")
        return StringIO(content, newline=None).read()  # every end of a line is \n
    except UnicodeDecodeError:
        raise UnreadableError(
            "The file is not in UTF-8.",
            remedy="Save it as UTF-8.",
            place=Place(FILE_NAME),
            sv="Filen är inte i UTF-8. Spara den som UTF-8.",
        ) from None
    except OSError as error:
        raise UnreadableError(
            f"The file can't be read: {error.strerror}.",
            place=Place(FILE_NAME),
            sv=f"Filen går inte att läsa ({error.strerror}).",
        ) from None


def _table(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UnreadableError(
            "This TOML is nested too deeply to be read.",
            remedy="Take out the brackets within brackets: no setting needs more than two.",
            place=Place(FILE_NAME),
            sv="Den här TOML-filen är för djupt nästlad för att läsas. Ta bort hakparenteserna i varandra: ingen "
            "inställning behöver fler än två.",
        ) from None
    except ValueError as error:  # a number of thousands of digits is one as well
        raise _not_toml(text, error) from None


def _not_toml(text: str, error: ValueError) -> UnreadableError:
    """All that is wrong with a text that is no TOML."""
    found = file_mistakes.of_toml(text)
    said = [UnreadableError(each.en, place=Place(FILE_NAME, each.line), sv=each.sv) for each in found]
    if not said:  # only one of a kind that is gone when a line is
        return UnreadableError(
            f"This is not TOML: {error}.", place=Place(FILE_NAME), sv=f"Det här är inte TOML: {error}."
        )
    return said[0] if len(said) == 1 else UnreadableSiteError(said)


class _WrongError(Exception):
    """A setting that means nothing: its keys from the top, what is wrong with it, and how to mend it."""

    def __init__(self, keys: tuple[str, ...], what: str, meant: str = "", **values: str) -> None:
        super().__init__(what)
        self.keys, self.meant = keys, meant
        key = ".".join(keys)
        self.en, self.remedy, self.sv = (said.format_map({"key": key, **values}) for said in _SAID[what])


# What is wrong and how to mend it, in English, and both in Swedish.
_SAID: Mapping[str, tuple[str, str, str]] = {
    "unknown": (
        "{value} is not a setting.",
        "The settings are {known}.",
        "{value} är ingen inställning. Inställningarna är {known}.",
    ),
    "misspelt": (
        "{value} is not a setting.",
        "Did you mean {known}?",
        "{value} är ingen inställning. Menade du {known}?",
    ),
    "no text": (
        "'{key}' must be a text in quotes.",
        'Write {key} = "…".',
        "'{key}' ska vara en text inom citattecken. Skriv {key} = \"…\".",
    ),
    "uncarried": (
        "'{key}' has the invisible character {code}, which XML can't carry: {value}.",
        "Write the text without it.",
        "'{key}' innehåller det osynliga tecknet {code}, som XML inte kan bära: {value}. Skriv texten utan det.",
    ),
    "missing": ("'{key}' is missing.", 'Write {key} = "https://…/".', "'{key}' saknas. Skriv {key} = \"https://…/\"."),
    "no namespace": (
        "'{key}' must be an http or https address that ends in /, not {value}.",
        "Write it in full, without spaces, query or fragment.",
        "'{key}' ska vara en http- eller https-adress som slutar med /, inte {value}. Skriv den utan ? och #.",
    ),
    "no license": (
        "'{key}' must be the address of a licence, not {value}.",
        'Write {key} = "https://…".',
        "'{key}' ska vara adressen till en licens, inte {value}. Skriv {key} = \"https://…\".",
    ),
    "no iri": (
        "'{key}' is not a valid IRI: {value} ({why}).",
        "Correct the address; a host may also be written as it stands in the DNS, xn--….",
        "'{key}' är ingen giltig IRI: {value} ({why}). Rätta adressen; en värd kan också skrivas som i DNS, xn--….",
    ),
    "no languages": (
        "'{key}' must be a list of language tags, not {value}.",
        'Write {key} = ["sv", "en"].',
        '\'{key}\' ska vara en lista med språktaggar, inte {value}. Skriv {key} = ["sv", "en"].',
    ),
    "no networks": (
        "'{key}' must be a list of IP addresses or networks, not {value}.",
        'Write {key} = ["127.0.0.1", "10.0.0.0/8"].',
        (
            "'{key}' ska vara en lista med IP-adresser eller nät, inte {value}. "
            'Skriv {key} = ["127.0.0.1", "10.0.0.0/8"].'
        ),
    ),
    "no texts": (
        "'{last}' must be a table of texts.",
        'Write [{key}] and under it sv = "…".',
        "'{last}' ska vara en tabell med texter. Skriv [{key}] och under den sv = \"…\".",
    ),
    "no tag": (
        "{value} is no language tag.",
        "Write a tag such as sv or en.",
        "{value} är ingen språktagg. Skriv en tagg som sv eller en.",
    ),
    "tag twice": (
        "There are two texts for {value}.",
        "Remove one of them.",
        "Det finns två texter för {value}. Ta bort den ena.",
    ),
    "no contact": (
        "'{key}' takes email and name.",
        'Write [{key}] and under it email = "…".',
        "'{key}' tar email och name. Skriv [{key}] och under den email = \"…\".",
    ),
    "no email": (
        "'email' of 'contact' must be an e-mail address, not {value}.",
        'Write email = "name@…".',
        "'email' i 'contact' ska vara en e-postadress, inte {value}. Skriv email = \"namn@…\".",
    ),
    "no truth value": (
        "'{key}' must be true or false, not {value}.",
        "Write public = true under [publisher], or leave it out.",
        "'{key}' ska vara true eller false, inte {value}. Skriv public = true under [publisher], eller utelämna det.",
    ),
    "no catalogue": (
        "'{key}' is not a setting of [catalogue].",
        "They are {known}.",
        "'{key}' är ingen inställning i [catalogue]. Inställningarna där är {known}.",
    ),
    "no organisation": (
        "'{key}' must be a Swedish organisation number, not {value}: ten digits, the last of them a check digit.",
        'Write organisation = "202100-2973".',
        "'{key}' ska vara ett organisationsnummer (tio siffror, den sista en kontrollsiffra), inte {value}.",
    ),
    "no iris": (
        "'{key}' must be a list of addresses, not {value}.",
        'Write {last} = ["http://…"].',
        "'{key}' ska vara en lista med adresser, inte {value}. Skriv {last} = [\"http://…\"].",
    ),
    "no keywords": (
        "'{key}' must be a list of texts for each language, not {value}.",
        'Write [{key}] and under it en = ["…", "…"].',
        "'{key}' ska vara en lista med texter för varje språk, inte {value}. Skriv [{key}] och där sv = [\"…\"].",
    ),
    "no uuid": (
        "'{key}' must be a UUID, not {value}.",
        "Make one with the command uuidgen.",
        "'{key}' ska vara en UUID, inte {value}. Skapa en med kommandot uuidgen.",
    ),
    "no day": (
        "'{key}' must be a date, not {value}.",
        "Write {last} = 2026-01-31, without quotes.",
        "'{key}' ska vara ett datum, inte {value}. Skriv {last} = 2026-01-31, utan citattecken.",
    ),
    "end before start": (
        "The time that the dataset is about ends ({end}) before it starts ({start}).",
        "Correct one of them.",
        "Tiden som datamängden handlar om slutar ({end}) innan den börjar ({start}). Rätta det ena.",
    ),
    "no seconds": (
        "'gate' takes seconds, a whole number of at least 1 and at most {most}.",
        "Write [gate] and under it seconds = 300.",
        "'gate' tar seconds, ett heltal från 1 till {most}. Skriv [gate] och under den seconds = 300.",
    ),
    "no synonyms": (
        "'{key}' must be a list of groups of words that mean the same, each of two or more, not {value}.",
        'Write {key} = [["…", "…"]].',
        (
            "'{key}' ska vara en lista med grupper av ord som betyder detsamma, minst två i varje, inte {value}. "
            'Skriv {key} = [["…", "…"]].'
        ),
    ),
    "no look": (
        "'{key}' is not a setting of [look].",
        "They are {known}.",
        "'{key}' är ingen inställning i [look]. Inställningarna där är {known}.",
    ),
    "no accent": (
        "'{key}' must be a colour of six hexadecimal digits, not {value}.",
        'Write {key} = "#7b1e4b".',
        "'{key}' ska vara en färg med sex hexadecimala siffror, inte {value}. Skriv {key} = \"#7b1e4b\".",
    ),
    "no font": (
        "'{key}' must be names of fonts with commas between, not {value}.",
        'Write {key} = "Inter, Arial, sans-serif".',
        "'{key}' ska vara namn på teckensnitt med komma mellan, inte {value}. Skriv {key} = \"Inter, Arial\".",
    ),
    "no mark": (
        "'{key}' must be the outline of a mark as an SVG path within 16 by 16, not {value}.",
        'Write what stands in d="…" of the path.',
        "'{key}' ska vara märkets form som en SVG-bana inom 16 gånger 16, inte {value}. Skriv banans d=\"…\".",
    ),
    "low contrast": (
        "'{key}' ({value}) has a contrast of {ratio} to 1 where it is hardest to read, and WCAG 2.2 asks for {least}.",
        "Take a darker colour for 'accent', a lighter one for 'accent_dark'.",
        (
            "'{key}' ({value}) har kontrasten {ratio} till 1 där den är svårast att läsa, och WCAG 2.2 kräver {least}. "
            "Välj en mörkare färg för 'accent', en ljusare för 'accent_dark'."
        ),
    ),
    "no switch": (
        "'{key}' must be true or false, not {value}.",
        "Write [{table}] and under it {name} = false, or leave it out.",
        (
            "'{key}' ska vara true eller false, inte {value}. Skriv [{table}] och under den {name} = false, eller "
            "utelämna det."
        ),
    ),
    "no rows": (
        "'answers' takes rows, a whole number of at least 1 and at most {most}.",
        "Write [answers] and under it rows = 1000.",
        "'answers' tar rows, ett heltal från 1 till {most}. Skriv [answers] och under den rows = 1000.",
    ),
    "no releases": (
        "'history' takes releases, a whole number of at least 0 and at most {most}.",
        "Write [history] and under it releases = 10.",
        "'history' tar releases, ett heltal från 0 till {most}. Skriv [history] och under den releases = 10.",
    ),
}


def _line(text: str, keys: tuple[str, ...]) -> int | None:
    """The line where the statement begins that gives a setting its value; None where there is none.

    The parser does not tell it. So it is the first line behind all those that can be read alone and lack the setting.
    """
    lines, done = text.split("\n")[:_MOST_LINES], 0
    for end in range(1, len(lines) + 1):
        try:
            table = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a statement
        if _has(table, keys):
            return done + 1
        done = end
    return None


def _has(table: object, keys: tuple[str, ...]) -> bool:
    return not keys or (isinstance(table, dict) and keys[0] in table and _has(table[keys[0]], keys[1:]))


def _shown(value: object) -> str:
    """A value as it may stand in a message: escaped, and cut where it is long."""
    written = repr(value)
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"


def _refuse_unknown_keys(table: Mapping[str, Any]) -> None:
    for key in sorted(set(table) - _KEYS):
        if meant := difflib.get_close_matches(key.lower(), _KEYS - set(table), n=1, cutoff=0.7):
            raise _WrongError((key,), "misspelt", meant[0], value=_shown(key), known=meant[0])
        raise _WrongError((key,), "unknown", value=_shown(key), known=", ".join(sorted(_KEYS)))


def _text(value: object, *keys: str) -> str:
    """A text that every format can carry."""
    if not isinstance(value, str):
        raise _WrongError(keys, "no text")
    character = uncarried(value)
    if character:
        near = value[max(0, value.index(character) - _NEAR) :]
        raise _WrongError(keys, "uncarried", code=f"U+{ord(character):04X}", value=_shown(near))
    return value


def _namespace(table: Mapping[str, Any], key: str) -> str:
    if key not in table:
        raise _WrongError((key,), "missing")
    value = _text(table[key], key)
    if not _ADDRESS.fullmatch(value):
        raise _WrongError((key,), "no namespace", value=_shown(value))
    return _iri(value, key)


def _license(table: Mapping[str, Any]) -> str | None:
    if "license" not in table:
        return None
    value = _text(table["license"], "license")
    if not _IRI.fullmatch(value):
        raise _WrongError(("license",), "no license", value=_shown(value))
    return _iri(value, "license")


def _iri(value: str, key: str) -> str:
    """A text that looks like an IRI, if it is one and has a URI (RFC 3987, sections 2.2 and 3.1)."""
    from pyoxigraph import NamedNode

    try:
        _check_host(NamedNode(value).value)
    except ValueError as error:
        raise _WrongError((key,), "no iri", value=_shown(value), why=printable(str(error))) from None
    return value


def _check_host(iri: str) -> None:
    """Raises `ValueError` where the host or the port of an IRI is none."""
    parts = urlsplit(iri)
    iris.host(parts.hostname or "")
    if parts.port == 0 or (parts.scheme in {"http", "https"} and not parts.hostname):
        raise ValueError("it names no host, or port 0")


def _languages(table: Mapping[str, Any]) -> tuple[str, ...]:
    value = table.get("languages", ["sv", "en"])
    tags = [tag.lower() for tag in value if _is_language(tag)] if isinstance(value, list) else []
    if not tags or len(tags) != len(value):
        raise _WrongError(("languages",), "no languages", value=ascii(value)[:_SHOWN])
    return tuple(dict.fromkeys(tags))


def _is_language(tag: object) -> bool:
    """Whether this is a language tag that RDF takes (BCP 47, well-formed)."""
    from pyoxigraph import Literal

    if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag):
        return False
    try:
        Literal("", language=tag)
    except ValueError:
        return False
    return True


def _trusted_proxies(table: Mapping[str, Any]) -> tuple[str, ...]:
    value = table.get("trusted_proxies", [])
    networks = [_network(each) for each in value] if isinstance(value, list) else [None]
    if None in networks:
        raise _WrongError(("trusted_proxies",), "no networks", value=_shown(value))
    return tuple(network for network in networks if network)


def _synonyms(table: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    value = table.get("synonyms", [])
    if not isinstance(value, list) or not all(isinstance(group, list) and len(group) > 1 for group in value):
        raise _WrongError(("synonyms",), "no synonyms", value=_shown(value))
    return tuple(tuple(_text(word, "synonyms") for word in group) for group in value)


def _look(table: Mapping[str, Any]) -> Look:
    """How the pages look; a colour that can't be read on paper is refused."""
    value = table.get("look", {})
    unknown = sorted(set(value) - set(_LOOKS)) if isinstance(value, dict) else []
    if unknown or not isinstance(value, dict):
        raise _WrongError(("look", *unknown[:1]), "no look", known=", ".join(_LOOKS))
    for key, pattern in _LOOKS.items():
        if key in value and not (isinstance(value[key], str) and pattern.fullmatch(value[key])):
            raise _WrongError(("look", key), f"no {key.partition('_')[0]}", value=_shown(value[key]))
    look = Look(**value)
    for key, paper in (("accent", look.accent_ratio), ("accent_dark", look.dark_ratio)):
        if paper < LEAST_CONTRAST:
            raise _WrongError(
                ("look", key),
                "low contrast",
                value=_shown(value.get(key)),
                ratio=f"{paper:.1f}",
                least=str(LEAST_CONTRAST),
            )
    return look


def _network(value: object) -> str | None:
    """An IP address or a network as CIDR; None for anything else."""
    from ipaddress import ip_network

    try:
        return str(ip_network(value, strict=False)) if isinstance(value, str) else None
    except ValueError:
        return None


def _texts(table: Mapping[str, Any], *keys: str) -> Mapping[str, str]:
    """A text for each language, by its tag in lower case; `keys` are those from the top, the last one in this table."""
    value = table.get(keys[-1], {})
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _WrongError(keys, "no texts", last=keys[-1])
    found: dict[str, str] = {}
    for tag, text in value.items():
        if not _is_language(tag) or tag.lower() in found:
            raise _WrongError((*keys, tag), "tag twice" if _is_language(tag) else "no tag", value=ascii(tag)[:_SHOWN])
        found[tag.lower()] = _text(text, *keys, tag)
    return found


def _publisher(table: Mapping[str, Any]) -> Mapping[str, str]:
    """Who publishes, by language: the table without the one key that is no language."""
    value = table.get("publisher", {})
    names = {key: text for key, text in value.items() if key != _PUBLIC} if isinstance(value, dict) else value
    return _texts({"publisher": names}, "publisher")


def _public(table: Mapping[str, Any], text: str) -> Place | None:
    """Where the file says that the site is published for the public."""
    value = table.get("publisher", {}).get(_PUBLIC, False)
    if not isinstance(value, bool):
        raise _WrongError(("publisher", _PUBLIC), "no truth value", value=_shown(value))
    return Place(FILE_NAME, _line(text, ("publisher", _PUBLIC))) if value else None


def _contact(table: Mapping[str, Any]) -> Contact | None:
    contact = table.get("contact")
    if contact is None:
        return None
    if not isinstance(contact, dict) or set(contact) - {"email", "name"}:
        raise _WrongError(("contact",), "no contact")
    email = contact.get("email")
    if not isinstance(email, str) or not _EMAIL.fullmatch(email) or not email.isprintable():
        raise _WrongError(("contact", "email")[: 1 + ("email" in contact)], "no email", value=_shown(email))
    return Contact(email, _texts(contact, "contact", "name"))


def _kept_releases(table: Mapping[str, Any]) -> int:
    """Of how many releases the data are kept; of none where that is 0."""
    found = table.get("history")
    is_none = isinstance(found, dict) and type(found.get("releases")) is int and not found["releases"]
    return 0 if is_none else _whole_number(table, "history", "releases", 10, _MOST_RELEASES)


def _whole_number(table: Mapping[str, Any], key: str, name: str, default: int, most: int) -> int:
    """A whole number from 1 that stands in a table of its own; the default where the table is not there."""
    found = table.get(key, {})
    value = found.get(name, default) if isinstance(found, dict) else None
    if type(value) is not int or not 1 <= value <= most:
        raise _WrongError((key, name)[: 1 + isinstance(found, dict)], f"no {name}", most=str(most))
    return value


def _switch(table: Mapping[str, Any], key: str, name: str) -> bool:
    """What is on unless a table says that it is off; a table of the wrong kind was told before."""
    value = table.get(key, {}).get(name, True)
    if not isinstance(value, bool):
        raise _WrongError((key, name), "no switch", table=key, name=name, value=_shown(value))
    return value


def _catalogue(table: Mapping[str, Any]) -> Catalogue:
    given = table.get("catalogue", {})
    if not isinstance(given, dict):
        raise _WrongError(("catalogue",), "no texts", last="catalogue")
    for key in sorted(set(given) - set(_IN_CATALOGUE)):
        raise _WrongError(("catalogue", key), "no catalogue", known=", ".join(sorted(_IN_CATALOGUE)))
    found = Catalogue(**{key: _IN_CATALOGUE[key](value, key) for key, value in given.items()})
    if found.start and found.end and found.end < found.start:
        raise _WrongError(("catalogue", "end"), "end before start", start=str(found.start), end=str(found.end))
    return found


def _organisation(value: object, key: str) -> str:
    """An organisation number as ten digits; the last is the check digit of Luhn's rule."""
    written = _text(value, "catalogue", key)
    digits = written.replace("-", "")
    if not re.fullmatch("[0-9]{6}-?[0-9]{4}", written) or sum(map(int, "".join(_doubled(digits)))) % 10:
        raise _WrongError(("catalogue", key), "no organisation", value=_shown(value))
    return digits


def _doubled(digits: str) -> Iterator[str]:
    return (str(int(digit) * (2 - place % 2)) for place, digit in enumerate(digits))


def _catalogue_iri(value: object, key: str) -> str:
    text = _text(value, "catalogue", key)
    if not _IRI.fullmatch(text):
        raise _WrongError(("catalogue", key), "no iri", value=_shown(value), why="it names no scheme")
    return _iri(text, key)


def _iris(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _WrongError(("catalogue", key), "no iris", value=_shown(value), last=key)
    return tuple(dict.fromkeys(_catalogue_iri(each, key) for each in value))


def _keywords(value: object, key: str) -> Mapping[str, tuple[str, ...]]:
    """Words by language, the language in lower case; none twice."""
    if not isinstance(value, dict):
        raise _WrongError(("catalogue", key), "no keywords", value=_shown(value))
    found: dict[str, tuple[str, ...]] = {}
    for tag, words in value.items():
        if not _is_language(tag):
            raise _WrongError(("catalogue", key, tag), "no tag", value=ascii(tag)[:_SHOWN])
        if not isinstance(words, list):
            raise _WrongError(("catalogue", key), "no keywords", value=_shown(words))
        found[tag.lower()] = tuple(dict.fromkeys(_text(word, "catalogue", key, tag) for word in words))
    return found


def _uuid(value: object, key: str) -> str:
    try:
        return str(UUID(_text(value, "catalogue", key)))
    except ValueError:
        raise _WrongError(("catalogue", key), "no uuid", value=_shown(value)) from None


def _day(value: object, key: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _WrongError(("catalogue", key), "no day", value=_shown(str(value)), last=key)
    return value


_IN_CATALOGUE: Mapping[str, Callable[[object, str], Any]] = {
    "organisation": _organisation,
    "publisher_type": _catalogue_iri,
    "themes": _iris,
    "spatial": _iris,
    "keywords": _keywords,
    "identifier": _uuid,
    "issued": _day,
    "start": _day,
    "end": _day,
}
