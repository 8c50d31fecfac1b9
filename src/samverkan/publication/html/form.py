"""The form of a canned query: a field for each of its parameters, and links to the pages of the values of its menus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import XSD
from samverkan.model.queries import LONGEST_TEXT, Parameter, Query
from samverkan.model.results import Table
from samverkan.publication.html.alphabet import sorting
from samverkan.publication.html.grid import Cell, grid
from samverkan.site.querying import default

if TYPE_CHECKING:
    from samverkan.publication.html.page import HtmlPage

MESSAGES: Mapping[str, Mapping[str, str]] = {
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
_MOST_LINKS = 54
_FEW_LINKS = 12
_MOST_BOXES = 40
_BETWEEN = "+"  # stands between the values of a parameter that takes several
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


class FormField(NamedTuple):
    """A field of a form: its name, its label, the control itself, or several of them, and what helps to fill it in."""

    name: str
    label: str
    control: Markup
    help: str
    is_group: bool = False


class MenuLinks(NamedTuple):
    """The pages of the values of a menu, as links; `folded` where they are many, `cut` where not all are there."""

    label: str
    links: tuple[Markup, ...]
    folded: bool
    cut: bool


def own_parameters(query: Query) -> tuple[Parameter, ...]:
    """The parameters that a reader chooses: a page is in its own language."""
    return tuple(parameter for parameter in query.parameters if parameter.kind != "language")


def label(page: HtmlPage, parameter: Parameter) -> str:
    """What a parameter is called."""
    return page.locale.pick(parameter.label).text or parameter.name


def called(page: HtmlPage, parameter: Parameter, value: str) -> str:
    """What a value of a parameter is called."""
    if parameter.kind == "iri":
        return page.text(NamedNode(value))
    datatype = {"date": f"{XSD}date", "integer": f"{XSD}integer"}.get(parameter.kind)
    return page.text(Literal(value, datatype=NamedNode(datatype))) if datatype else value


def chosen(page: HtmlPage, query: Query, parameter: Parameter, value: str) -> str:
    """What a value that was chosen is called: as the menu calls it, where the parameter has one of texts."""
    several = _several(page, query, parameter)
    if several:
        return ", ".join(several.get(end, end) for end in value.split(_BETWEEN))
    named = menu(page, query, parameter) if parameter.menu and parameter.kind == "text" else ()
    return next((choice.text for choice in named if choice.value == value), called(page, parameter, value))


def menu(page: HtmlPage, query: Query, parameter: Parameter) -> tuple[Choice, ...]:
    """The values of a parameter's menu: names in the order of the alphabet, other values in that of the menu."""
    key = ("menu", query.name, parameter.name, page.language)
    return page.context.once(key, lambda: _menu(page, query, parameter))


def _menu(page: HtmlPage, query: Query, parameter: Parameter) -> tuple[Choice, ...]:
    values = page.site.menu(parameter)
    sent, texts = page.site.names(parameter, values), _texts(page, parameter)
    choices = tuple(
        Choice(value, short, texts.get(value) or called(page, parameter, value), _path(page, query, parameter, value))
        for value, short in zip(values, sent, strict=True)
    )
    if parameter.kind != "iri":
        return choices
    place = sorting(page.language)
    return tuple(sorted(choices, key=lambda choice: (place(choice.text), choice.value)))


def _texts(page: HtmlPage, parameter: Parameter) -> Mapping[str, str]:
    """What the query that is the menu of a parameter calls its values."""
    listed = page.site.canned(parameter.menu) if parameter.menu and parameter.kind != "iri" else None
    answer = page.context.answer(listed, page.language) if listed else None
    if not isinstance(answer, Table):
        return {}
    return {_value(row[0]): row[0].text for row in grid(page, answer, {}).rows}


def _value(cell: Cell) -> str:
    return str(getattr(cell.term, "value", cell.text))


def _path(page: HtmlPage, query: Query, parameter: Parameter, value: str) -> str:
    """The path of the page of one value, which every value of a menu has."""
    answer = page.context.answers.published(query, {parameter.name: value})
    assert answer is not None
    return answer.path


def items(page: HtmlPage, query: Query, values: Mapping[str, str]) -> Iterator[FormField]:
    """The fields of the form of a query, with what is chosen."""
    for parameter in own_parameters(query):
        value, named = values.get(parameter.name, ""), label(page, parameter)
        options = _options(page, query, parameter) if page.site.menu(parameter) else None
        several = _several(page, query, parameter)
        if several:
            yield FormField(parameter.name, named, _boxes(parameter, several, value), "", is_group=True)
        elif options is None:
            yield FormField(parameter.name, named, _input(parameter, value), _help(page, query, parameter))
        else:
            is_open = _is_open(page, query, parameter)
            control = select(
                parameter.name, page.translate("form-all" if is_open else "form-unset"), options.chosen(value)
            )
            yield FormField(parameter.name, named, control, "" if is_open else _empty(page, query, parameter))


def _several(page: HtmlPage, query: Query, parameter: Parameter) -> Mapping[str, str]:
    """What can be chosen together: the ends of the addresses in a column of the answer, with what each is called.

    There are none where they are too many for a page.
    """
    key = ("several", query.name, parameter.name, page.language)
    return page.context.once(key, lambda: _ends(page, query, parameter)) if parameter.several else {}


def _ends(page: HtmlPage, query: Query, parameter: Parameter) -> Mapping[str, str]:
    answer = page.context.answer(query, page.language)
    assert isinstance(answer, Table)
    at, place = answer.variables.index(parameter.several), sorting(page.language)
    things = dict.fromkeys(row[at] for row in answer.rows)
    found = [(each.value.rpartition("/")[2], page.text(each)) for each in things if isinstance(each, NamedNode)]
    return dict(sorted(found, key=lambda each: (place(each[1]), each[0]))) if len(found) <= _MOST_BOXES else {}


def _boxes(parameter: Parameter, several: Mapping[str, str], value: str) -> Markup:
    """A check box for each of several things."""
    chosen = value.split(_BETWEEN)
    return Markup().join(
        Markup('<li><label><input type="checkbox" name="%s" value="%s"%s> %s</label></li>')
        % (parameter.name, end, Markup(" checked") if end in chosen else "", name)
        for end, name in several.items()
    )


def _help(page: HtmlPage, query: Query, parameter: Parameter) -> str:
    """What a field takes that is no menu: in the words of the query, where it has some."""
    own = page.locale.pick(parameter.help).text
    if own:
        return own
    key = "form-long" if page.site.menu(parameter) else "form-fill"
    takes = page.translate(key, takes=page.locale.pick(parameter.takes).text)
    return f"{takes} {_empty(page, query, parameter)}"


def select(name: str, unset: str, options: Markup) -> Markup:
    """A menu; `unset` is what stands for no choice."""
    return Markup('<select id="f-%s" name="%s"><option value="">%s</option>%s</select>') % (name, name, unset, options)


def option(
    page: HtmlPage,
    choice: Choice,
    text: str,
    *,
    is_chosen: bool = False,
    data: Mapping[str, str] = MappingProxyType({}),
) -> Markup:
    """An option of a menu, for a script where there is no server: it knows its other `data`, and its page.

    Of the path of that page it has what is its own: what it has in common with the others stands in the form.
    """
    own = page.page_url(choice.path).partition("=")[2].removesuffix(page.suffix)
    return Markup('<option value="%s"%s data-path="%s"%s>%s</option>') % (
        choice.sent,
        Markup(" selected") if is_chosen else "",
        own,
        Markup().join(Markup(' data-%s="%s"') % each for each in data.items()),
        text,
    )


class _MenuOptions(NamedTuple):
    """The options of a menu as HTML, and how each of them begins."""

    html: str
    starts: Mapping[str, str]

    def chosen(self, value: str) -> Markup:
        """The options with one of them chosen."""
        start = self.starts.get(value)
        return Markup(self.html.replace(start, f"{start} selected", 1) if start else self.html)  # noqa: S704 - HTML


def _options(page: HtmlPage, query: Query, parameter: Parameter) -> _MenuOptions | None:
    """The options of a menu; None where they are too many for a page."""
    if len(page.site.menu(parameter)) > MOST_OPTIONS:
        return None
    key = ("options", query.name, parameter.name, page.language, page.root)
    return page.context.once(key, lambda: _made(page, menu(page, query, parameter)))


def _made(page: HtmlPage, choices: tuple[Choice, ...]) -> _MenuOptions | None:
    html = "".join(option(page, choice, choice.text) for choice in choices)
    if len(html.encode()) > _ROOM:
        return None
    return _MenuOptions(html, {choice.value: f'<option value="{escape(choice.sent)}"' for choice in choices})


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


def _is_open(page: HtmlPage, query: Query, parameter: Parameter) -> bool:
    """Whether a query leaves a parameter open where none is given."""
    start, end = parameter.span
    return page.context.once(("open", query.name, parameter.name), lambda: query.text[start:end].split() == ["UNDEF"])


def _empty(page: HtmlPage, query: Query, parameter: Parameter) -> str:
    """What an empty field means."""
    if _is_open(page, query, parameter):
        return page.translate("form-empty-all")
    term = page.context.once(("default", query.name, parameter.name), lambda: default(query, parameter))
    text = page.text(term) if term is not None else ""
    return page.translate("form-empty", value=text) if text else page.translate("form-empty-all")


def links(page: HtmlPage, query: Query) -> Iterator[MenuLinks]:
    """For each menu of a query the links to the pages of its values, made once for each depth of folders."""
    key = ("links", query.name, page.language, page.root)
    yield from page.context.once(key, lambda: tuple(_links(page, query)))


def _links(page: HtmlPage, query: Query) -> Iterator[MenuLinks]:
    for parameter in own_parameters(query):
        choices = menu(page, query, parameter)
        if choices:
            shown = tuple(_link(page, choice) for choice in choices[:_MOST_LINKS])
            named = page.translate("form-values", label=label(page, parameter))
            yield MenuLinks(named, shown, len(choices) > _FEW_LINKS, len(choices) > _MOST_LINKS)


def _link(page: HtmlPage, choice: Choice) -> Markup:
    return Markup('<a href="%s"><bdi>%s</bdi></a>') % (page.page_url(choice.path), choice.text)
