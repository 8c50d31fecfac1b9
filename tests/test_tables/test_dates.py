"""Dates and lengths of time as people write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from samverkan.tables.dates import of_rdf, read_date, read_period, shown_date, shown_period
from samverkan.tables.faults import CellError

WRITTEN: list[tuple[object, str, str]] = [
    ("3/6 2025", "2025-06-03", "day"),
    ("3/6-2025", "2025-06-03", "day"),
    ("3.6.2025", "2025-06-03", "day"),
    ("2025-06-03", "2025-06-03", "day"),
    ("2025-06-03 00:00:00", "2025-06-03", "day"),
    ("20250603", "2025-06-03", "day"),
    ("den 3 juni 2025", "2025-06-03", "day"),
    ("June 3, 2025", "2025-06-03", "day"),
    (datetime(2025, 6, 3), "2025-06-03", "day"),  # noqa: DTZ001 - as Excel has it
    (date(2025, 6, 3), "2025-06-03", "day"),
    (45811, "2025-06-03", "day"),
    ("45811", "2025-06-03", "day"),
    (45811.75, "2025-06-03", "day"),
    ("juni 2025", "2025-06", "month"),
    ("mars 2020", "2020-03", "month"),
    ("Sept. 2021", "2021-09", "month"),
    ("2020-03", "2020-03", "month"),
    ("våren 2026", "2026-21", "season"),
    ("Autumn 2020", "2020-23", "season"),
    ("VT26", "2026-40", "season"),
    ("första halvåret 2026", "2026-40", "season"),
    ("Q1 2026", "2026-33", "season"),
    ("2020", "2020", "year"),
    (2020, "2020", "year"),
    ("maj–juni 2023", "2023-05/2023-06", "range"),
    ("2017-2019", "2017/2019", "range"),
    ("1/7 2024 - 30/6 2027", "2024-07-01/2027-06-30", "range"),
]
REFUSED = [
    ("31/2 2025", "no such day"),
    ("2025-13-01", "no such day"),
    ("6/25/2025", "2025-06-25"),
    ("3/6-25", "2025-06-03"),
    ("3/6 -25", "2025-06-03"),
    ("juni -22", "juni 2022"),
    ("våren ’23", "våren 2023"),
    ("ca 2018", "how certain"),
    ("2019-2017", "ends before"),
    ("snart", "can't be read"),
    ("99999999", "can't be read"),
]


@pytest.mark.parametrize(("value", "text", "precision"), WRITTEN)
def test_a_date_is_read_as_precisely_as_it_is_written(value: object, text: str, precision: str) -> None:
    found = read_date(value)
    assert (found.text, found.precision) == (text, precision)
    assert found == of_rdf(found.text, found.datatype)
    assert [read_date(shown_date(found, language)) for language in ("sv", "en")] == [found, found]


@pytest.mark.parametrize(("value", "said"), REFUSED)
def test_what_is_no_date_or_may_be_several_is_told_with_what_to_write(value: str, said: str) -> None:
    with pytest.raises(CellError) as raised:
        read_date(value)
    assert said in raised.value.said["en"]
    assert value in raised.value.said["sv"]


def test_a_date_of_excels_other_calendar_is_that_day() -> None:
    assert read_date(44349, is_1904=True).text == "2025-06-03"


@pytest.mark.parametrize(
    ("value", "text"),
    [("6 månader", "P6M"), ("ett år", "P1Y"), ("tre mån.", "P3M"), ("P6M", "P6M"), (6, "P6M"), ("90 dagar", "P90D")],
)
def test_a_length_of_time_is_read_and_shown_in_words(value: object, text: str) -> None:
    assert read_period(value, "M") == text
    assert [read_period(shown_period(text, language)) for language in ("sv", "en")] == [text, text]


@pytest.mark.parametrize("value", ["en stund", "6 elefanter", "månader", "0 år"])
def test_what_is_no_length_of_time_is_told(value: str) -> None:
    with pytest.raises(CellError):
        read_period(value)
