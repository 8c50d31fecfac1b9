"""The form of a canned query: a field for each of its parameters, and links to the pages of the values of its menus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from samverkan.answers import Table
from samverkan.asking import default
from samverkan.html.alphabet import sorting
from samverkan.html.grid import Cell, grid
from samverkan.queries import LONGEST_TEXT, Parameter, Query
from samverkan.vocabulary import XSD

if TYPE_CHECKING:
    from samverkan.html.sheet import Sheet

WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "form-all": "Alla",
        "form-unset": "Inget eget val",
        "form-fill": "Fyll i {takes}.",
        "form-empty-all": "Ett tomt fält betyder alla.",
        "form-empty": "Ett tomt fält betyder {value}.",
        "form-long": "Menyn är för lång för att visas. Skriv {takes}.",
        "form-more": "Fler finns i formuläret.",
        "form-values": "{label}: en sida för varje värde",
    },
    "en": {
        "form-all": "All",
        "form-unset": "No choice of your own",
        "form-fill": "Give {takes}.",
        "form-empty-all": "An empty field means all.",
        "form-empty": "An empty field means {value}.",
        "form-long": "The menu is too long to be shown. Give {takes}.",
        "form-more": "More of them are in the form.",
        "form-values": "{label}: a page for each value",
    },
}

MOST_OPTIONS = 500
_ROOM = 10_000  # bytes for the options of one menu
_MOST_LINKS = 60
_FEW_LINKS = 12
_INPUTS: Mapping[str, tuple[str, Markup]] = {
    "date": ("date", Markup("")),
    "integer": ("number", Markup(' step="1"')),
    "iri": ("text", Markup(' maxlength="%d" spellcheck="false"') % LONGEST_TEXT),
    "text": ("text", Markup(' maxlength="%d"') % LONGEST_TEXT),
}


class Choice(NamedTuple):
    """A value of a menu: as the query takes it, as a form sends it, what it is called, and the path of its page."""

    value: str
    sent: str
    text: str
    path: str


class Item(NamedTuple):
    """A field of a form: its name, its label, the control itself, and what helps to fill it in."""

    name: str
    label: str
    control: Markup
    help: str


class Links(NamedTuple):
    """The pages of the values of a menu, as links; `folded` where they are many, `cut` where not all are there."""

    label: str
    links: tuple[Markup, ...]
    folded: bool
    cut: bool


def own_parameters(query: Query) -> tuple[Parameter, ...]:
    """The parameters that a reader chooses: a page is in its own language."""
    return tuple(parameter for parameter in query.parameters if parameter.kind != "language")


def label(sheet: Sheet, parameter: Parameter) -> str:
    """What a parameter is called."""
    return sheet.tongue.pick(parameter.label).text or parameter.name


def called(sheet: Sheet, parameter: Parameter, value: str) -> str:
    """What a value of a parameter is called."""
    if parameter.kind == "iri":
        return sheet.text(NamedNode(value))
    datatype = {"date": f"{XSD}date", "integer": f"{XSD}integer"}.get(parameter.kind)
    return sheet.text(Literal(value, datatype=NamedNode(datatype))) if datatype else value


def menu(sheet: Sheet, query: Query, parameter: Parameter) -> tuple[Choice, ...]:
    """The values of a parameter's menu: names in the order of the alphabet, other values in that of the menu."""
    key = ("menu", query.name, parameter.name, sheet.language)
    return sheet.face.once(key, lambda: _menu(sheet, query, parameter))


def _menu(sheet: Sheet, query: Query, parameter: Parameter) -> tuple[Choice, ...]:
    values = sheet.site.menu(parameter)
    sent, texts = sheet.site.names(parameter, values), _texts(sheet, parameter)
    choices = tuple(
        Choice(value, short, texts.get(value) or called(sheet, parameter, value), _path(sheet, query, parameter, value))
        for value, short in zip(values, sent, strict=True)
    )
    if parameter.kind != "iri":
        return choices
    place = sorting(sheet.language)
    return tuple(sorted(choices, key=lambda choice: (place(choice.text), choice.value)))


def _texts(sheet: Sheet, parameter: Parameter) -> Mapping[str, str]:
    """What the query that is the menu of a parameter calls its values."""
    listed = sheet.site.canned(parameter.menu) if parameter.menu and parameter.kind != "iri" else None
    answer = sheet.face.answer(listed, sheet.language) if listed else None
    if not isinstance(answer, Table):
        return {}
    return {_value(row[0]): row[0].text for row in grid(sheet, answer, {}).rows}


def _value(cell: Cell) -> str:
    return str(getattr(cell.term, "value", cell.text))


def _path(sheet: Sheet, query: Query, parameter: Parameter, value: str) -> str:
    """The path of the page of one value, which every value of a menu has."""
    answer = sheet.face.answers.published(query, {parameter.name: value})
    assert answer is not None
    return answer.path


def items(sheet: Sheet, query: Query, values: Mapping[str, str]) -> Iterator[Item]:
    """The fields of the form of a query, with what is chosen."""
    for parameter in own_parameters(query):
        value, named = values.get(parameter.name, ""), label(sheet, parameter)
        options = _options(sheet, query, parameter) if sheet.site.menu(parameter) else None
        if options is None:
            yield Item(parameter.name, named, _input(parameter, value), _help(sheet, query, parameter))
        else:
            is_open = _is_open(sheet, query, parameter)
            control = select(parameter.name, sheet.say("form-all" if is_open else "form-unset"), options.chosen(value))
            yield Item(parameter.name, named, control, "" if is_open else _empty(sheet, query, parameter))


def _help(sheet: Sheet, query: Query, parameter: Parameter) -> str:
    """What a field takes that is no menu."""
    key = "form-long" if sheet.site.menu(parameter) else "form-fill"
    takes = sheet.say(key, takes=sheet.tongue.pick(parameter.takes).text)
    return f"{takes} {_empty(sheet, query, parameter)}"


def select(name: str, unset: str, options: Markup) -> Markup:
    """A menu; `unset` is what stands for no choice."""
    return Markup('<select id="f-%s" name="%s"><option value="">%s</option>%s</select>') % (name, name, unset, options)


def option(sheet: Sheet, choice: Choice, text: str, *, is_chosen: bool = False) -> Markup:
    """An option of a menu, which knows the way to its page, for a script where there is no server."""
    return Markup('<option value="%s"%s data-path="%s">%s</option>') % (
        choice.sent,
        Markup(" selected") if is_chosen else "",
        sheet.page_url(choice.path),
        text,
    )


class _Options(NamedTuple):
    """The options of a menu as HTML, and how each of them begins."""

    html: str
    starts: Mapping[str, str]

    def chosen(self, value: str) -> Markup:
        """The options with one of them chosen."""
        start = self.starts.get(value)
        return Markup(self.html.replace(start, f"{start} selected", 1) if start else self.html)  # noqa: S704 - HTML


def _options(sheet: Sheet, query: Query, parameter: Parameter) -> _Options | None:
    """The options of a menu; None where they are too many for a page."""
    if len(sheet.site.menu(parameter)) > MOST_OPTIONS:
        return None
    key = ("options", query.name, parameter.name, sheet.language, sheet.root)
    return sheet.face.once(key, lambda: _made(sheet, menu(sheet, query, parameter)))


def _made(sheet: Sheet, choices: tuple[Choice, ...]) -> _Options | None:
    html = "".join(option(sheet, choice, choice.text) for choice in choices)
    if len(html.encode()) > _ROOM:
        return None
    return _Options(html, {choice.value: f'<option value="{escape(choice.sent)}"' for choice in choices})


def _input(parameter: Parameter, value: str) -> Markup:
    kind, more = _INPUTS[parameter.kind]
    return Markup('<input id="f-%s" name="%s" type="%s" value="%s"%s aria-describedby="h-%s">') % (
        parameter.name,
        parameter.name,
        kind,
        value,
        more,
        parameter.name,
    )


def _is_open(sheet: Sheet, query: Query, parameter: Parameter) -> bool:
    """Whether a query leaves a parameter open where none is given."""
    start, end = parameter.span
    return sheet.face.once(("open", query.name, parameter.name), lambda: query.text[start:end].split() == ["UNDEF"])


def _empty(sheet: Sheet, query: Query, parameter: Parameter) -> str:
    """What an empty field means."""
    if _is_open(sheet, query, parameter):
        return sheet.say("form-empty-all")
    term = sheet.face.once(("default", query.name, parameter.name), lambda: default(query, parameter))
    text = sheet.text(term) if term is not None else ""
    return sheet.say("form-empty", value=text) if text else sheet.say("form-empty-all")


def links(sheet: Sheet, query: Query) -> Iterator[Links]:
    """For each menu of a query the links to the pages of its values, made once for each depth of folders."""
    key = ("links", query.name, sheet.language, sheet.root)
    yield from sheet.face.once(key, lambda: tuple(_links(sheet, query)))


def _links(sheet: Sheet, query: Query) -> Iterator[Links]:
    for parameter in own_parameters(query):
        choices = menu(sheet, query, parameter)
        if choices:
            shown = tuple(_link(sheet, choice) for choice in choices[:_MOST_LINKS])
            named = sheet.say("form-values", label=label(sheet, parameter))
            yield Links(named, shown, len(choices) > _FEW_LINKS, len(choices) > _MOST_LINKS)


def _link(sheet: Sheet, choice: Choice) -> Markup:
    return Markup('<a href="%s"><bdi>%s</bdi></a>') % (sheet.page_url(choice.path), choice.text)
