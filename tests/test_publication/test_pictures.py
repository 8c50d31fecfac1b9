"""Pictures of answers: what is drawn, what is said beside it, and what never happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from html.parser import HTMLParser
from importlib.resources import files
from itertools import product
from string import Formatter
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from samverkan import Site
from samverkan.publication import resolver
from samverkan.publication.html.grid import Cell, Column, Grid
from samverkan.publication.html.pictures import MESSAGES, MOST_BYTES, PICTURES, Today, draw, thumbnail
from samverkan.publication.html.pictures.standalone import Drawing, standalone
from samverkan.publication.html.pictures.timeline import Axis, Lane, stretch

XSD = "http://www.w3.org/2001/XMLSchema#"
NOTHING = Cell(None, "", Markup())
HOSTILE = "</svg><script>alert(1)</script>\" onload='x' {0} {x} &amp;"
VOID = {"stop", "circle", "rect", "line", "path", "use"}


def translate(key: str) -> str:
    return MESSAGES["en"][key]


def thing(name: str, text: str | None = None) -> Cell:
    text = name if text is None else text
    link = Markup('<a href="{}.en.html"><bdi>{}</bdi></a>').format(f"../id/{len(name)}", text)
    return Cell(NamedNode(f"https://example.org/id/{name.replace(' ', '-').encode().hex()}"), text, link)


def value(lexical: str, kind: str = "string", text: str | None = None) -> Cell:
    text = text or lexical
    return Cell(Literal(lexical, datatype=NamedNode(XSD + kind)), text, Markup("<bdi>{}</bdi>").format(text))


def grid(columns: str, *rows: tuple[Cell, ...]) -> Grid:
    """Rows under columns; a column is called for people what it is called in capitals."""
    names = columns.split()
    filled = [(*row, *[NOTHING] * (len(names) - len(row))) for row in rows]
    return Grid(tuple(Column(name, name.upper()) for name in names), tuple(filled))


BARE = grid("group order level", (thing("Bare"),), (thing("Full"), value("1"), thing("Top")))
NOTED = grid("flow note remark", (thing("Grant"), thing("No sums"), value("None is named.")), (thing("Fee"),))
UNTIL = thing("until further notice")
PERIODS = "item start startLatest end openEnd longest"


def timeline(*rows: tuple[Cell, ...]) -> str:
    return str(draw("timeline", grid(PERIODS, *rows), translate) or "")


TODAY = Today(date(2025, 7, 1), "1 July 2025")


def day(lexical: str) -> Cell:
    return value(lexical, "date")


AGREEMENTS = (
    (thing("Solna"), value("2025-06-03", "date", "3 June 2025"), NOTHING, NOTHING, UNTIL),
    (thing("Stockholm"), value("2020-03", "gYearMonth", "March 2020"), NOTHING, NOTHING, UNTIL),
)

TIERS = grid(
    "group frame party steering decides order level body multiplicity",
    *(
        (
            *(thing("Together"), thing("Regional"), party, thing("Steering group"), thing("Strategy")),
            *(value(str(order), "integer"), thing(level), thing(body)),
        )
        for party, (order, level, body) in product(
            (thing("University"), thing("Region")),
            ((10, "Ground", "Groups"), (1, "Top", "Board"), (2, "Middle", "Committees")),
        )
    ),
)

AREAS = grid(
    "row column broader through",
    (thing("Health"), thing("Huddinge")),
    (thing("Health"), thing("Huddinge"), NOTHING, thing("Promise")),
    (thing("Health"), thing("Stockholm")),
    (thing("Health"), thing("Solna"), NOTHING, thing("Promise")),
    (thing("Training"), thing("Huddinge"), thing("Learning")),
    (thing("Integrated"), thing("Solna"), thing("Learning")),
    (thing("Learning"), thing("Stockholm")),
)

MONEY = grid(
    "flow from to amount equal allocator via currency basis",
    (thing("Complement"), thing("Region"), NOTHING, NOTHING, thing("Grant"), thing("University")),
    (thing("Complement"), thing("Region"), NOTHING, NOTHING, thing("Grant"), thing("Region")),
    (
        *(thing("Other"), thing("Donor"), thing("University"), value("12", "integer", "12 million"), thing("Grant")),
        *(NOTHING, thing("Broker"), value("SEK"), value("per year")),
    ),
    (thing("Grant"), thing("State"), thing("Councils"), NOTHING, NOTHING, thing("Region")),
)

SHARED = grid(
    "aspect row column broader",
    *((thing("Areas"), thing("Health"), thing(name)) for name in ("Huddinge", "Solna", "Stockholm")),
    *((thing("Areas"), thing("Research"), thing(name)) for name in ("Solna", "Stockholm")),
    (thing("Aims"), thing("Culture"), thing("Solna")),
    (thing("Areas"), thing("Training"), thing("Huddinge"), thing("Learning")),
    (thing("Areas"), thing("Integrated"), thing("Solna"), thing("Learning")),
)

REAL = {
    "timeline": grid(PERIODS, *AGREEMENTS),
    "levels": TIERS,
    "matrix": AREAS,
    "flows": MONEY,
    "comparison": SHARED,
}


class Reader(HTMLParser):
    """Reads a picture strictly: what is opened is closed in turn."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())


def picture(view: str, rows: Grid | None = None) -> str:
    drawn = draw(view, rows or REAL[view], translate)
    assert drawn is not None
    return str(drawn)


def test_the_suite_has_an_answer_for_every_picture() -> None:
    assert len(REAL) == 5
    assert set(REAL) == set(PICTURES)


@pytest.mark.parametrize("view", REAL)
def test_a_picture_is_well_formed_and_has_neither_script_nor_style(view: str) -> None:
    read = Reader(picture(view))
    assert read.tags.isdisjoint({"script", "style", "foreignobject", "image"})
    assert not [name for name in read.attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("view", REAL)
def test_what_is_drawn_again_stands_in_the_same_picture(view: str) -> None:
    drawn = picture(view)
    again = set(re.findall('<use href="([^"]*)"', drawn)) | {
        f"#{name}" for name in re.findall(r"url\(#([^)]*)\)", drawn)
    }
    assert again == {f"#{name}" for name in re.findall(' id="([^"]*)"', drawn)}
    assert bool(again) == (view == "timeline")


@pytest.mark.parametrize("view", REAL)
def test_every_image_is_hidden_from_those_who_listen_since_the_text_says_the_same(view: str) -> None:
    opened = re.findall("<svg(?! x=)[^>]*>", picture(view))  # those with a place stand in another one
    assert all('aria-hidden="true"' in tag for tag in opened)
    assert opened or view in {"levels", "comparison"}


@pytest.mark.parametrize("view", REAL)
def test_an_answer_without_rows_has_no_picture(view: str) -> None:
    assert draw(view, Grid(REAL[view].columns, ()), translate) is None
    assert draw(view, Grid((), ()), translate) is None


@pytest.mark.parametrize("view", ["list", "", "TIMELINE"])
def test_a_view_without_a_picture_has_none(view: str) -> None:
    assert draw(view, REAL["timeline"], translate) is None


@pytest.mark.parametrize("view", REAL)
def test_the_same_answer_gives_the_same_picture(view: str) -> None:
    assert picture(view) == picture(view)


@pytest.mark.parametrize("view", REAL)
def test_every_name_is_a_link_where_the_cell_is_one(view: str) -> None:
    apart = {"through", "openEnd"}
    linked = [record[name] for record in REAL[view].records() for name in record if name not in apart]
    drawn, cells = picture(view), [cell for cell in linked if "<a " in cell.html]
    assert cells
    assert not [cell.text for cell in cells if cell.html.partition(">")[0] not in drawn]


def hostile(cell: Cell) -> Cell:
    if not isinstance(cell.term, NamedNode):
        return cell
    return Cell(cell.term, HOSTILE + cell.text, Markup("<bdi>{}</bdi>").format(HOSTILE + cell.text))


@pytest.mark.parametrize("view", REAL)
def test_a_hostile_name_stays_text(view: str) -> None:
    columns = tuple(Column(column.name, HOSTILE) for column in REAL[view].columns)
    spoilt = Grid(columns, tuple(tuple(map(hostile, row)) for row in REAL[view].rows))
    read = Reader(picture(view, spoilt))
    assert "script" not in read.tags
    assert "onload" not in read.attributes
    assert " ".join(HOSTILE.split()) in read.text


def long(name: str, number: int) -> Cell:
    return thing(f"A long {name} number {number}")


def many(view: str, number: int) -> Grid:
    """An answer in which much is drawn: `number` things of every kind, none of them the same."""
    names = [column.name for column in REAL[view].columns]
    made: dict[str, Callable[[int], Cell]] = {
        "order": lambda n: value(str(n), "integer"),
        "start": lambda n: value(f"{1900 + n % 120}-03", "gYearMonth"),
        "startLatest": lambda _: NOTHING,
        "group": lambda n: thing(f"group {n // 50}"),
        "steering": lambda n: thing(f"steering {n // 50}"),
        "decides": lambda n: thing(f"decides {n % 3}"),
        "aspect": lambda n: thing(f"aspect {n % 3}"),
        "broader": lambda n: thing(f"broader {n // 9}"),
        "column": lambda n: thing(f"A column with a rather long name {n % 80}"),
    }
    rows = [tuple(made.get(name, partial(long, name))(n) for name in names) for n in range(number)]
    return grid(" ".join(names), *rows)


@pytest.mark.parametrize("view", REAL)
def test_a_long_answer_is_cut_and_says_so(view: str) -> None:
    drawn = picture(view, many(view, 1000))
    Reader(drawn)
    assert 16_000 < len(drawn.encode()) <= MOST_BYTES
    shown, total = (int(n) for n in re.findall(r"the (?:first|latest) (\d+) of (\d+)", drawn)[0])
    assert 1 < shown < total == 1000


@pytest.mark.parametrize("view", REAL)
def test_a_picture_keeps_to_the_room_that_it_is_given(view: str) -> None:
    drawn = draw(view, many(view, 1000), translate, 15_000)
    assert drawn is not None
    assert 10_000 < len(drawn.encode()) <= 15_000
    assert draw(view, many(view, 1000), translate, 2_000) is None


@pytest.mark.parametrize("view", REAL)
def test_an_answer_that_fits_is_not_said_to_be_cut(view: str) -> None:
    assert 'class="cut"' not in picture(view)


def test_the_columns_of_a_wide_matrix_are_cut_as_well_and_those_with_most_marks_stay() -> None:
    marks = [(thing(f"row {row}"), thing(f"{'z' * 300} {row}")) for row in range(30)]
    often = [(thing(f"row {row}"), thing(f"zz often {column}")) for row in range(4) for column in range(5)]
    drawn = picture("matrix", grid("row column", *marks, *often))
    heads = re.findall("<span><a[^>]*><bdi>([^<]*)", drawn[: drawn.index('class="cross"')])
    assert heads == sorted(heads)
    assert [name for name in heads if "often" in name] == [f"zz often {column}" for column in range(5)]
    assert f"COLUMN: the picture shows {len(heads)} of 35, those with the most marks." in drawn
    assert 5 < len(heads) < 35


def test_a_matrix_of_forty_columns_and_thirty_rows_is_whole() -> None:
    cells = [
        (thing(f"Area of working together {row}"), thing(f"The town of {(7 * row + column) % 40}"))
        for row in range(30)
        for column in (1, 5, 20, 39)
    ]
    drawn = picture("matrix", grid("row column", *cells))
    assert drawn.count('class="cross"') == 30
    assert len(re.findall("<span><a[^>]*>", drawn[: drawn.index('class="cross"')])) == 40
    assert 'class="cut"' not in drawn


def test_of_many_lanes_the_latest_stay_and_those_without_a_start_go_first() -> None:
    dates = [(thing(f"P{year}"), day(f"{year}-05-01"), NOTHING, NOTHING, UNTIL) for year in range(1900, 2025)]
    unknown = (thing("Unknown"), NOTHING, NOTHING, NOTHING, UNTIL)
    drawn = timeline(unknown, *dates)
    names = re.findall("<b><a [^>]*><bdi>([^<]*)", drawn)
    assert len(names) >= 60
    assert names == [f"P{year}" for year in range(2025 - len(names), 2025)]
    assert f"ITEM: the picture shows the latest {len(names)} of 126." in drawn
    assert min(map(int, re.findall(r">(\d{4})</text>", drawn))) >= 2025 - len(names)


def test_an_open_end_is_said_in_words_amid_a_sentence() -> None:
    drawn = timeline(*AGREEMENTS)
    assert str(UNTIL.html) not in drawn
    assert drawn.count(f", <bdi>{UNTIL.text.lower()}</bdi>") == 2


@pytest.mark.parametrize("view", REAL)
def test_where_not_even_the_first_thing_fits_there_is_no_picture(view: str) -> None:
    long = Grid(
        REAL[view].columns,
        tuple(
            tuple(Cell(c.term, c.text, c.html and Markup("<bdi>{}</bdi>").format("a" * 20_000)) for c in row)
            for row in REAL[view].rows
        ),
    )
    assert draw(view, long, translate) is None


# ---------------------------------------------------------------- words


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    swedish, english = MESSAGES["sv"], MESSAGES["en"]
    assert set(swedish) == set(english)
    assert all(key.startswith("picture-") for key in swedish)
    assert {key: gaps(text) for key, text in swedish.items()} == {key: gaps(text) for key, text in english.items()}


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_word_is_used() -> None:
    used: set[str] = set()

    def listening(key: str) -> str:
        used.add(key)
        return MESSAGES["sv"][key]

    period = (thing("Old"), value("2019", "gYear"), NOTHING, day("2023-06-30"))
    between = (thing("Between"), day("2019-01-01"), day("2019-02-01"))
    unknown = (thing("Unknown"), NOTHING, NOTHING, day("2019-02-01"))
    renewed = (thing("Renewed"), day("2019-01-01"), NOTHING, day("2020-01-01"), NOTHING, value("2022-01", "gYearMonth"))
    every = (*AGREEMENTS, period, between, unknown, renewed, (thing("Undated"),))
    draw("timeline", grid(PERIODS, *every), listening, today=TODAY)
    for view, rows in REAL.items():
        draw(view, rows, listening)
        draw(view, many(view, 1000), listening)
    draw("levels", BARE, listening)
    draw("flows", NOTED, listening)
    assert used == set(MESSAGES["sv"])


# ---------------------------------------------------------------- timeline


def lengths(drawn: str, kind: str) -> list[tuple[float, float]]:
    """Where bars of a kind begin and how long they are, in percent."""
    found = re.findall(f'<rect class="{kind}" x="([0-9.]+)%" y="[0-9]+" width="([0-9.]+)%"', drawn)
    return [(float(x), float(width)) for x, width in found]


def test_a_month_is_a_bar_as_long_as_the_month() -> None:
    drawn = timeline((thing("March"), value("2020-03", "gYearMonth")))
    ((begin, length),) = lengths(drawn, "within")
    assert begin * 366 / 100 == pytest.approx(60, abs=0.01)  # January and February 2020
    assert length * 366 / 100 == pytest.approx(31, abs=0.01)
    assert "circle" not in drawn


def test_a_year_is_a_bar_as_long_as_the_year() -> None:
    drawn = timeline((thing("Year"), value("2021", "gYear")), (thing("Day"), day("2020-01-01")))
    ((begin, length),) = lengths(drawn, "within")
    assert begin * 731 / 100 == pytest.approx(366, abs=0.01)
    assert length * 731 / 100 == pytest.approx(365, abs=0.01)


def test_a_day_is_a_dot_in_the_middle_of_the_day() -> None:
    drawn = timeline((thing("Day"), day("2021-01-11")))
    (place,) = re.findall('class="day" cx="([0-9.]+)%"', drawn)
    assert float(place) * 365 / 100 == pytest.approx(10.5, abs=0.01)
    assert lengths(drawn, "within") == []


def test_a_period_is_a_bar_from_its_start_to_its_end() -> None:
    drawn = timeline((thing("Period"), value("2021-01", "gYearMonth"), NOTHING, day("2021-03-01")))
    ((begin, length),) = lengths(drawn, "sure")
    assert begin * 365 / 100 == pytest.approx(31, abs=0.01)
    assert length * 365 / 100 == pytest.approx(28, abs=0.01)
    assert "\u00a0–" in drawn


def test_an_open_end_is_an_arrow_that_fades_out_to_the_right_edge_with_its_words() -> None:
    drawn = timeline(*AGREEMENTS)
    arrows = re.findall('<use href="#([^"]+)" x="([0-9.]+)%" width="([0-9.]+)%"/>', drawn)
    assert [name for name, _, _ in arrows] == ["onward", "onward-day"]  # after a month, and from a day
    assert all(float(begin) + float(width) == pytest.approx(100, abs=0.01) for _, begin, width in arrows)
    assert re.findall(r'fill="url\(#([^)]+)\)"', drawn) == re.findall('<linearGradient id="([^"]+)"', drawn)
    assert f"March 2020</bdi>, <bdi>{UNTIL.text.lower()}</bdi>" in drawn


def test_what_goes_on_is_solid_until_today_and_fades_only_then() -> None:
    drawn = str(draw("timeline", grid(PERIODS, *AGREEMENTS), translate, today=TODAY))
    arrows = re.findall('<use href="#onward" x="([0-9.]+)%" width="([0-9.]+)%"/>', drawn.split("<ol>")[1])
    (here,) = {
        float(place) for place in re.findall('class="today" x1="([0-9.]+)%" y1="0" x2="[0-9.]+%" y2="100%"', drawn)
    }
    assert len(arrows) == len(AGREEMENTS)
    assert all(float(begin) == pytest.approx(here, abs=0.05) for begin, _ in arrows)
    solid = [begin + length for begin, length in lengths(drawn.split("<ol>")[1], "sure")]
    assert solid == pytest.approx([here] * len(AGREEMENTS), abs=0.05)
    assert "until today, then fading: goes on, no end is stated" in drawn


@pytest.mark.parametrize(
    ("end", "arrow"), [(day("2021-03-01"), "onward-day"), (value("2021-03", "gYearMonth"), "onward")]
)
def test_what_is_renewed_goes_on_after_its_first_end_and_is_not_over(end: Cell, arrow: str) -> None:
    drawn = str(
        draw(
            "timeline",
            grid(PERIODS, (thing("Renewed"), day("2019-01-01"), NOTHING, end, UNTIL)),
            translate,
            today=TODAY,
        )
    )
    ((name, begin, width),) = re.findall(
        '<use href="#([^"]+)" x="([0-9.]+)%" width="([0-9.]+)%"/>', drawn.split("<ol>")[1]
    )
    ((from_day, length),) = lengths(drawn, "sure")

    assert name == arrow
    assert float(begin) + float(width) == pytest.approx(100, abs=0.01)
    assert from_day + length <= float(begin)
    assert 'class="over"' not in drawn


def test_a_range_at_the_end_of_a_period_stands_in_brackets() -> None:
    rough = Literal("2021-03/2021-05", datatype=NamedNode("http://id.loc.gov/datatypes/edtf/EDTF"))
    cell = Cell(rough, "", Markup("March – May 2021"))
    drawn = re.sub("<[^>]+>", "", timeline((thing("Rough"), cell, NOTHING, day("2027-05-31"))))
    assert "(March – May 2021)" in drawn
    assert "(March – May 2021)" not in re.sub("<[^>]+>", "", timeline((thing("Rough"), cell)))


def test_what_has_neither_a_start_nor_an_end_is_named_below_the_lanes() -> None:
    undated = [(thing(f"Undated {number}"),) for number in range(14)]
    drawn = timeline(*AGREEMENTS, *undated[:2])
    assert drawn.count("<li>") == 2
    assert Reader(drawn).text.endswith("No date is known for: Undated 0, Undated 1.")
    assert Reader(timeline(*AGREEMENTS, *undated)).text.endswith("Undated 10, Undated 11. (+ 2)")


def test_how_long_something_can_go_on_is_drawn_behind_its_first_end_and_said() -> None:
    row = (thing("Renewed"), day("2019-01-01"), NOTHING, day("2020-12-31"), NOTHING, value("2022-12", "gYearMonth"))
    drawn = str(draw("timeline", grid(PERIODS, row), translate, today=Today(date(2022, 6, 1), "")))
    ((start, long),) = lengths(drawn.split("</figcaption>")[1], "way")
    assert start == pytest.approx(50, abs=0.1)
    assert long == pytest.approx(50, abs=0.1)
    assert "2020-12-31. LONGEST: 2022-12" in Reader(drawn).text
    assert 'class="over"' not in drawn


def test_what_a_start_is_stands_before_it_and_further_columns_behind_the_period() -> None:
    rows = grid("item start startProperty note", (thing("A"), day("2019-01-01"), thing("signed"), value("odd")))
    assert "signed 2019-01-01. NOTE: odd" in Reader(picture("timeline", rows)).text


def test_no_year_is_marked_in_the_open_part_of_the_axis() -> None:
    assert re.findall(r">(\d{4})</text>", timeline(*AGREEMENTS))[-1] <= "2025"


def test_what_has_no_open_end_has_no_arrow() -> None:
    drawn = timeline((thing("Day"), day("2020-01-01")))
    assert "linearGradient" not in drawn
    assert 'class="head"' not in drawn


def test_what_began_between_two_days_is_a_bar_as_long_as_that_time() -> None:
    drawn = timeline((thing("Between"), day("2021-03-01"), day("2021-03-10")))
    ((_, length),) = lengths(drawn, "within")
    assert length * 365 / 100 == pytest.approx(10, abs=0.01)
    assert "some time between <bdi>2021-03-01</bdi> and <bdi>2021-03-10</bdi>" in drawn


@pytest.mark.parametrize("latest", ["2020-03-31", "2020-03-01", "2019-01-01", "rubbish"])
def test_a_latest_start_that_adds_nothing_changes_nothing(latest: str) -> None:
    month = value("2020-03", "gYearMonth", "March 2020")
    assert Reader(timeline((thing("Month"), month, day(latest)))).text == Reader(timeline((thing("Month"), month))).text


def test_lanes_come_by_their_start() -> None:
    drawn = timeline(*AGREEMENTS, (thing("Unknown"), NOTHING, NOTHING, NOTHING, UNTIL))
    assert re.findall("<b><a [^>]*><bdi>([^<]*)", drawn) == ["Stockholm", "Solna", "Unknown"]
    assert "not stated, " in drawn


def test_further_columns_do_not_double_a_lane_but_another_period_does() -> None:
    rows = [(*AGREEMENTS[0], NOTHING, thing(each)) for each in ("Huddinge", "Nacka")] + [AGREEMENTS[0][:2]]
    drawn = draw("timeline", grid(PERIODS + " party", *rows), translate)
    assert drawn is not None
    assert drawn.count("<li>") == 2


BAD_DATES = [
    day("2021-02-29"),
    day("2021-13-01"),
    day("0000-01-01"),
    day("-0044-03-15"),
    day("12021-01-01"),
    day("٢٠٢١-٠١-٠١"),
    day(""),
    day("2021-01-01\n"),
    value("2021-01", "gYear"),
    value("2021"),
    thing("2021"),
]


@pytest.mark.parametrize("bad", BAD_DATES)
def test_a_date_that_is_none_keeps_its_words_and_has_no_bar(bad: Cell) -> None:
    drawn = timeline((thing("Bad"), bad, bad, bad, UNTIL), (thing("Good"), day("2021-05-01")))
    assert drawn.count("<li>") == 2
    assert drawn.count('<svg aria-hidden="true" height="18">') == 1
    assert str(bad.html) in drawn
    assert timeline((thing("Bad"), bad)) == ""


def test_the_suite_of_bad_dates_has_eleven() -> None:
    assert len(BAD_DATES) == 11


@pytest.mark.parametrize("zone", ["", "Z", "+02:00", "-11:30"])
def test_a_time_zone_moves_no_day(zone: str) -> None:
    for lexical, kind, days in (("2020-02-29", "date", 1), ("2020-02", "gYearMonth", 29), ("2020", "gYear", 366)):
        found = stretch(value(lexical + zone, kind).term)
        assert found is not None
        assert found.days == days


def test_an_end_before_the_start_is_not_drawn() -> None:
    drawn = timeline((thing("Backwards"), day("2021-05-01"), NOTHING, day("2020-05-01")))
    assert drawn.count("circle") == 2  # the dot and its sign in the legend
    assert 'width="-' not in drawn


def test_the_first_and_the_last_year_of_the_calendar_have_room() -> None:
    drawn = timeline((thing("All"), value("0001", "gYear"), NOTHING, value("9999", "gYear")))
    assert len(re.findall("<text", drawn)) <= 6
    assert "9999-12-31" in timeline((thing("Last"), day("9999-12-31"), NOTHING, NOTHING, UNTIL))


@pytest.mark.parametrize("years", [1, 2, 5, 6, 7, 13, 40, 99, 250, 1800])
def test_few_years_are_marked_and_at_least_one(years: int) -> None:
    axis = Axis.of(
        [Lane({}, stretch(day("2003-05-01").term), stretch(day(f"{2002 + years:04}-05-01").term), open=False)]
    )
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 6
    assert ticks == sorted(set(ticks))
    assert all(0 <= axis.share(date(year, 1, 1).toordinal()) < 100 for year in ticks)


# ---------------------------------------------------------------- levels


def test_levels_are_stacked_by_their_number_and_told_once() -> None:
    drawn = picture("levels")
    assert re.findall('rank"><bdi>([0-9]+)</bdi></span><div><b><a [^>]*><bdi>([^<]*)', drawn) == [
        ("1", "Top"),
        ("2", "Middle"),
        ("10", "Ground"),
    ]
    assert Reader(drawn).text.count("Committees") == 1


def test_a_group_tells_what_it_rests_on_who_takes_part_and_what_steers_it_once() -> None:
    text = Reader(picture("levels")).text
    assert text.startswith("TogetherFRAMERegionalPARTYUniversity, RegionSTEERINGSteering groupDECIDESStrategy1Top")
    assert "MULTIPLICITY" not in text


def test_a_group_without_levels_comes_last_and_says_so() -> None:
    drawn = picture("levels", BARE)
    text = Reader(drawn).text
    assert text.index("Full") < text.index("Top") < text.index("Bare") < text.index("No levels are stated.")
    assert draw("levels", grid("group order level", (thing("Bare"),)), translate) is None


def test_a_note_about_a_flow_unfolds_its_text() -> None:
    drawn = picture("flows", NOTED)
    assert "<summary>No sums</summary>" in re.sub("</?bdi>", "", drawn)
    assert "None is named." in drawn


def test_no_line_joins_the_levels() -> None:
    assert Reader(picture("levels")).tags.isdisjoint({"svg", "path", "line"})


def test_a_level_whose_number_is_none_comes_last() -> None:
    orders = [value("x"), value("NaN", "double"), thing("third"), value("-1", "integer"), value("1.5", "decimal")]
    rows = [(thing("G"), order, thing(f"Level{n}")) for n, order in enumerate(orders)]
    drawn = picture("levels", grid("group order level", *rows))
    assert re.findall("Level([0-9])", drawn) == ["3", "4", "0", "1", "2"]


# ---------------------------------------------------------------- matrix


def dots(drawn: str) -> dict[str, list[int]]:
    """The middles of the dots of a row, by what they mean: each is an arc from its right end."""
    found = re.findall('<path class="(own|below)" d="([^"]*)"/>', drawn)
    return {
        kind: [int(right) - 6 for right in re.findall("M([0-9]+) 12a6 6 0 1 1 0-.1z", path)] for kind, path in found
    }


def diamonds(drawn: str) -> list[int]:
    """The middles of the diamonds of a row: each begins at its left corner."""
    (path,) = re.findall('<path class="way" d="([^"]*)"/>', drawn)
    return [int(left) + 6 for left in re.findall("M([0-9]+) 12l6-6 6 6-6 6z", path)]


def test_a_broader_row_folds_with_the_signs_of_all_that_is_in_it() -> None:
    (fold,) = re.findall("<details>.*</details></div>", picture("matrix"))
    summary, inside = fold.split("</summary>")
    assert dots(summary) == {"own": [80], "below": [16, 48]}
    assert [dots(row) for row in inside.split('class="cross"')[1:]] == [{"own": [16]}, {"own": [48]}]
    assert re.findall(r"<bdi>(\w+)</bdi></a><span", inside) == ["Training", "Integrated"]


def test_the_signs_of_a_row_stand_in_words_too() -> None:
    text = Reader(picture("matrix")).text
    assert "Health: Huddinge, Solna (promise), Stockholm" in text
    assert "Learning: Huddinge, Solna, Stockholm" in text


def test_what_meets_by_way_of_something_else_has_a_sign_of_its_own_that_the_legend_explains() -> None:
    health = picture("matrix").split('class="cross"')[1]
    assert "Health" in health
    assert dots(health) == {"own": [16, 80]}
    assert diamonds(health) == [48]
    legend = picture("matrix").split("<figcaption>")[1]
    assert "said in another way, named below" in legend
    assert "<div><dt>Health</dt><dd>Solna: promise</dd></div>" in legend


def test_what_is_only_read_so_has_a_dashed_ring_and_says_it() -> None:
    row, read = thing("Row"), thing("Interpreted")
    rows = ((row, thing("One"), NOTHING, read), (row, thing("Two"), NOTHING, NOTHING))
    drawn = picture("matrix", grid("row column through status", *rows))
    line = drawn.split('class="cross"')[1].split("<figcaption>")[0]
    assert (line.count('class="read"'), line.count('class="own"')) == (1, 1)
    assert "Row: One (interpreted), Two" in Reader(drawn).text
    assert "directly, interpreted" in drawn.split("<figcaption>")[1]
    stated = picture("matrix", grid("row column through status", *rows, (row, thing("One"), NOTHING, NOTHING)))
    assert 'class="read"' not in stated.split('class="cross"')[1].split("<figcaption>")[0]


def test_ways_have_a_small_letter_unless_they_are_abbreviations() -> None:
    rows = ((thing("Row"), thing("One"), thing("Promise")), (thing("Row"), thing("One"), thing("ALF")))
    assert "<dd>One: promise, ALF</dd>" in picture("matrix", grid("row column through", *rows))


def test_a_matrix_says_which_column_goes_by_which_way_and_once_of_rows_that_are_alike() -> None:
    ways = (("One", "deed"), ("Two", "word"), ("Three", "word"))
    rows = [(thing(row), thing(column), thing(way)) for row in ("Row", "Other") for column, way in ways]
    drawn = picture("matrix", grid("row column through", *rows))
    (said,) = re.findall("<dl>.*</dl>", drawn)
    assert said == ("<dl><div><dt>Row, Other</dt><dd>One: deed</dd><dd>Three, Two: word</dd></div></dl>")


def test_the_rows_of_a_small_matrix_stand_before_its_legend_and_those_of_a_wide_one_behind_it() -> None:
    assert re.findall('class="heads"|<figcaption', picture("matrix")) == ['class="heads"', "<figcaption"]
    cells = [(thing("Row"), thing(f"C{number}"), thing("deed")) for number in range(9)]
    wide = picture("matrix", grid("row column through", *cells))
    assert re.findall('class="heads"|<figcaption', wide) == ["<figcaption", 'class="heads"']


def test_a_matrix_with_many_columns_names_the_ways_in_its_legend() -> None:
    cells = [(thing("Row"), thing(f"C{number}"), thing("deed")) for number in range(9)]
    drawn = picture("matrix", grid("row column through", *cells))
    assert "said in another way: deed" in drawn.split("<figcaption>")[1]
    assert "<small>" not in drawn


def test_a_row_that_folds_does_not_stand_at_the_top_as_well() -> None:
    outside = re.sub("<details>.*</details></div>", "", picture("matrix"))
    assert "Health" in outside
    assert "Learning" not in outside
    assert "Training" not in outside


def test_no_link_stands_in_the_line_that_unfolds() -> None:
    summaries = re.findall("<summary>.*?</summary>", picture("matrix"))
    assert len(summaries) == 2  # a row, and the ways
    assert not any("<a " in summary for summary in summaries)


def test_a_matrix_scrolls_by_itself_and_can_be_reached_with_the_keyboard() -> None:
    assert 'role="group" tabindex="0" aria-label="ROW and COLUMN: a picture that scrolls sideways"' in picture("matrix")


def test_rows_that_are_broader_than_each_other_are_all_drawn() -> None:
    a, b, one = thing("A"), thing("B"), thing("One")
    drawn = picture("matrix", grid("row column broader", (a, one, b), (b, one, a), (a, one, a)))
    assert drawn.count("<details>") == 2
    assert drawn.count('class="own"') == 6  # two summaries, three rows, and the sign of the legend


def test_a_matrix_without_broader_rows_needs_no_legend() -> None:
    assert "figcaption" not in picture("matrix", grid("row column", (thing("A"), thing("B"))))


# ---------------------------------------------------------------- flows


def test_flows_of_about_the_same_size_stand_next_to_each_other_and_say_so() -> None:
    text = Reader(picture("flows")).text
    said = re.findall("Complement|≈ about the same size(?: as)?|Other|Grant", text)
    assert said == ["Complement", "≈ about the same size", "Grant", "≈ about the same size", "Other"]


def test_a_flow_of_the_same_size_that_stands_elsewhere_is_named() -> None:
    rows = [(thing(name), *[NOTHING] * 3, thing("Hub")) for name in ("One", "Two", "Three")]
    text = Reader(picture("flows", grid("flow from to amount equal", *rows, (thing("Hub"),)))).text
    assert text.count("about the same size as Hub") == 1
    assert text.count("≈") == 3


def test_who_is_not_stated_is_said_to_be_not_stated() -> None:
    drawn = picture("flows")
    assert '<div class="taker unstated"><small>TO</small><div>not stated</div></div>' in drawn
    assert drawn.count("unstated") == 1


def test_an_amount_is_shown_where_there_is_one_and_else_nothing() -> None:
    text = Reader(picture("flows")).text
    assert "Other · 12 million SEK per year" in text
    assert text.count("·") == 1
    assert "AMOUNT" not in text


def test_through_whom_a_flow_goes_stands_between_its_ends_where_it_is_known() -> None:
    text = Reader(picture("flows")).text
    assert text.count("VIA") == 1
    assert "FROMDonorVIABrokerTOUniversity" in text
    assert "from the giver to the receiver" in text


def test_what_all_flows_have_is_said_once_above_them() -> None:
    rows = ((thing("Grant"), thing("Vague")), (thing("Loan"), thing("Vague")), (thing("Loan"), thing("Late")))
    above, below = picture("flows", grid("flow note", *rows)).split("<ol>")
    assert "Vague" in above
    assert "Vague" not in below
    assert "Late" in below


def test_those_who_allocate_are_told_once_for_each_flow() -> None:
    text = Reader(picture("flows")).text
    assert text.count("ALLOCATOR") == 2
    assert "ALLOCATORUniversity, Region" in text


# ---------------------------------------------------------------- comparisons


def sections(drawn: str) -> dict[str, str]:
    """The lists of a comparison by their headings, as text."""
    found = re.findall("<h3>(.*?)</h3>(.*?)</section>", drawn)
    return {Reader(head).text: Reader(body).text for head, body in found}


def test_a_comparison_tells_what_all_have_what_several_have_and_what_only_one_has() -> None:
    found = sections(picture("comparison"))
    related = "Related: different words under the same broader concept"
    assert list(found) == [
        "In common",
        related,
        "Only Huddinge",
        "Only Solna",
        "Only Stockholm",
        "Several, but not all",
    ]
    assert found[related] == "LearningTraining (Huddinge)Integrated (Solna)"
    assert found["In common"] == "AreasHealth"
    assert found["Only Solna"] == "AimsCulture"
    assert found["Only Huddinge"] == "Nothing in the facts."
    assert found["Several, but not all"] == "AreasResearch (Solna, Stockholm)"


def test_who_has_what_is_narrower_than_what_another_has_does_not_lack_it() -> None:
    rows = grid(
        "row column broader",
        (thing("Learning"), thing("Solna")),
        (thing("Training"), thing("Huddinge"), thing("Learning")),
        (thing("Culture"), thing("Solna")),
        (thing("Theatre"), thing("Solna"), thing("Culture")),
    )
    found = sections(picture("comparison", rows))
    assert found["Related: different words under the same broader concept"] == (
        "LearningLearning (Solna)Training (Huddinge)"
    )
    assert found["Only Huddinge"] == "Nothing in the facts."
    assert (
        found["Only Solna"] == "CultureTheatre"
    )  # only Solna has either, so that nothing is related to what another has


def test_one_alone_has_nothing_in_common_with_anybody() -> None:
    assert list(sections(picture("comparison", grid("row column", (thing("A"), thing("B")))))) == ["Only B"]


# ---------------------------------------------------------------- what stands beside today


def test_today_is_a_line_and_what_has_ended_is_paler() -> None:
    period = (thing("Old"), value("2019", "gYear"), NOTHING, day("2023-06-30"))
    drawn = str(draw("timeline", grid(PERIODS, *AGREEMENTS, period), translate, today=TODAY))
    assert drawn.count('class="today"') == 2  # in the picture and in its legend
    assert re.findall('<li class="over"><p><b><a [^>]*><bdi>([^<]*)', drawn) == ["Old"]
    assert "today, 1 July 2025" in Reader(drawn).text


@pytest.mark.parametrize("far", [date(1990, 1, 1), date(2090, 1, 1)])
def test_a_day_that_is_far_off_changes_nothing(far: date) -> None:
    rows = grid(PERIODS, *AGREEMENTS)
    assert 'class="today"' not in str(draw("timeline", rows, translate, today=Today(far, "")))


def test_columns_of_a_matrix_stand_beside_those_most_like_them_and_rows_by_their_reach() -> None:
    rows = [(thing("x"), thing(name)) for name in "ADB"] + [(thing("y"), thing(name)) for name in "AD"]
    drawn = picture("matrix", grid("row column", (thing("z"), thing("C")), *rows))
    heads = re.search('<div class="heads">(.*?)</div>', drawn)
    assert heads
    assert Reader(heads[1]).text == "ADBC"
    assert [Reader(name).text for name in re.findall('class="cross"><span>(<a.*?</a>)', drawn)] == ["x", "y", "z"]


@pytest.mark.parametrize("view", [*REAL, "list"])
def test_a_small_picture_has_shapes_and_no_text(view: str) -> None:
    rows = REAL.get(view, grid("item", (thing("A"),), (thing("B"),)))
    small = str(thumbnail(view, rows))
    assert Reader(small).text == ""
    assert small.startswith('<svg class="small" aria-hidden="true"')
    assert len(small) < 6_000
    assert thumbnail(view, Grid(rows.columns, ())) == ""


# ---------------------------------------------------------------- the style sheet


def test_the_style_sheet_of_the_pictures_is_small_and_loads_nothing() -> None:
    style = (files("samverkan.publication.html") / "assets" / "pictures.css").read_bytes()
    assert len(style) <= 5_000
    assert b"url(" not in style
    assert b"@import" not in style


def test_every_class_of_the_style_sheet_occurs_in_a_picture() -> None:
    style = (files("samverkan.publication.html") / "assets" / "pictures.css").read_text("utf-8")
    styled = set(re.findall(r"\.([a-z]+)", re.sub(r"\{[^{}]*\}", "{}", style)))
    period = (thing("Old"), value("2019", "gYear"), NOTHING, day("2023-06-30"))
    drawn = str(draw("timeline", grid(PERIODS, *AGREEMENTS, period), translate, today=TODAY))
    drawn += "".join(map(picture, REAL)) + picture("levels", many("levels", 1000))
    drawn += picture("matrix", grid("row column status", (thing("Row"), thing("One"), thing("Interpreted"))))
    assert len(styled) > 20
    assert styled <= {name for found in re.findall('class="([^"]*)"', drawn) for name in found.split()}


# --- as files


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_picture_is_a_file_of_its_own_that_needs_nothing_else(ki: Site, language: str) -> None:
    pictured = {query.name: query.view for query in ki.queries.values() if query.view in PICTURES}
    assert set(pictured.values()) == set(PICTURES)
    for name in pictured:
        file = resolver.fetch(ki, f"query/{name}/picture.{language}.svg")
        root = ET.fromstring(file.content)
        assert file.media_type == "image/svg+xml"
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not re.search(rb" (?:href|style|class)=|<script|url\(", file.content)
        page = resolver.fetch(ki, f"query/{name}.{language}.html").content.decode()
        assert f'href="../query/{name}/picture.{language}.svg" type="image/svg+xml"' in page


def test_a_picture_as_a_file_says_what_the_picture_of_the_page_says(ki: Site) -> None:
    words = {
        name: " ".join(ET.fromstring(resolver.fetch(ki, f"query/{name}/picture.en.svg").content).itertext())
        for name in ("agreement-timeline", "partner-areas", "governance-levels", "money-flows", "compare-partners")
    }
    assert "25 October 2022" in words["agreement-timeline"]
    assert f"today, {ki.as_of.day}" in words["agreement-timeline"]
    assert "Equal health" in words["partner-areas"]
    assert "Kind of body: FoUU committee" in words["governance-levels"]
    assert "→ Not stated" in words["money-flows"] or "→ not stated" in words["money-flows"]
    assert "Only" in words["compare-partners"]


@pytest.mark.parametrize("view", sorted(PICTURES))
def test_hostile_words_and_very_many_rows_make_a_sound_file(view: str) -> None:
    day = Today(date(2026, 1, 1), "1 January 2026")
    for rows in (REAL[view], many(view, 1000), Grid(REAL[view].columns, ())):
        drawn = standalone(view, rows, translate, day, Drawing('<script>&"', "en", "#7b1e4b"))
        ET.fromstring(drawn)
        assert len(drawn) < 300_000
