"""Twelve tasks of readers, each answered on the first screen of a page that one click on the start page opens.

In a real browser without scripts, on a phone and at a desk, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page
from tests.conftest import ROOT

import samverkan
from samverkan import audit

WIDTHS = (360, 1280)
HEIGHT = 800
# The text on the first screen: of each piece of text, the lines that end above the lower edge of the window.
SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const parent = walker.currentNode.parentElement;
    const shown = parent.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
    if (boxes.length && shown && boxes.at(-1).bottom <= innerHeight) found.push(walker.currentNode.data);
  }
  return found.join(" ").replace(/\\s+/g, " ");
}"""


@dataclass(frozen=True)
class Task:
    """What a reader wants to know, the address of the link on the start page, and what says it, by language."""

    wanted: str
    link: str
    sv: tuple[str, ...]
    en: tuple[str, ...]


LACKING_SV = ("Arbetssätt i enlighet med vetenskap", "Personcentrerad vård", "Solna kommun")
LACKING_EN = ("Working methods in accordance", "Person-centered care", "City of Solna")
TASKS = (
    Task(
        "what the agreement with Huddinge says",
        "doc/agreement/huddinge",
        ("Gäller", "Huddinge kommun", "25 oktober 2022", "Tills vidare"),
        ("In force", "Huddinge Municipality", "25 October 2022", "Until further notice"),
    ),
    Task("whom to call", "query/contacts", ("Christina Joos",), ("Christina Joos",)),
    Task("what Solna has that Huddinge lacks", "doc/organisation/huddinge", LACKING_SV, LACKING_EN),
    Task(
        "which agreements end within a year",
        "query/ending-agreements",
        ("Inget avtal har en känd sista dag som infaller inom ett år.",),
        ("No agreement has a known last day that falls within a year.",),
    ),
    Task(
        "who decides about the ALF money",
        "query/money-flows",
        ("Fördelas av", "Karolinska Institutet", "Region Stockholm"),
        ("Allocated by", "Karolinska Institutet", "Region Stockholm"),
    ),
    Task("how large it is", "query/money-flows", ("Inga belopp nämns",), ("No amounts are mentioned",)),
    Task(
        "where one can do work-based learning",
        "query/work-based-learning",
        ("Kommunernas omsorgsverksamheter",),
        ("Hospitals",),
    ),
    Task(
        "what changed last",
        "query/newest-agreements",
        ("Solna kommun", "3 juni 2025"),
        ("City of Solna", "3 June 2025"),
    ),
    Task(
        "where a fact is from",
        "doc/agreement/solna",
        ("KI:s sida om samarbete med kommuner", "läst 29 november 2026"),
        ("KI's page on collaboration with municipalities", "read on 29 November 2026"),
    ),
    Task(
        "whether it is certain",
        "doc/agreement/solna",
        ("Uppgifter: 14", "Står i källan", ": 13"),
        ("Facts: 14", "Stated", ": 13"),
    ),
    Task("all agreements in a spreadsheet", "query/agreement-list", ("CSV (Excel)",), ("CSV (Excel)",)),
    Task("how to cite the page", "doc/agreement/solna", ("Citera",), ("Cite",)),
)


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    with audit.served(samverkan.open(ROOT)) as address:
        yield address


@pytest.fixture(scope="module", params=WIDTHS)
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(java_script_enabled=False, viewport={"width": request.param, "height": HEIGHT})
    yield page
    page.close()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_twelve_tasks_are_done_on_the_first_screen_behind_one_click(window: Page, root: str, language: str) -> None:
    missed = {}
    for task in TASKS:
        window.goto(f"{root}index.{language}.html")
        link = window.locator(
            f'main a[href="{task.link}.{language}.html"], nav a[href="{task.link}.{language}.html"]'
        ).first
        with window.expect_navigation():
            link.click()
        seen = window.evaluate(SEEN)
        left = [said for said in getattr(task, language) if said not in seen]
        if left:
            missed[task.wanted] = left
    assert missed == {}
