"""The automatic test of accessibility: a page of every kind, in every language, tried by axe in a real browser.

The site is not published for it: the pages come from the same hall that the server and the release ask, one by one as
the browser wants them, on this machine only. Playwright and axe are the optional dependency `audit`.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from samverkan.errors import GateError, SamverkanError, UnreadableError
from samverkan.model import media_types, paths
from samverkan.publication import resolver
from samverkan.publication.html import PATHS, missing
from samverkan.publication.html.page import SUFFIX, suffix
from samverkan.site import preview_picture
from samverkan.site.audit_record import Audit, Violation
from samverkan.validation.findings import Severity

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from samverkan.publication.published import Site
    from samverkan.publication.release_file import ReleaseFile

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""The names under which a browser is looked for."""
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = (360, 1280)
"""How wide the windows are: a phone's and a desk's."""

_HEIGHT = 800
_UNTESTED = "public-without-audit"  # what a test mends
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
_UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true })"  # axe passes over what is folded
# What axe finds is many times as large as what is asked of it, and slow to bring over.
_RUN = """options => axe.run(options).then(({ testEngine, violations }) => [
    testEngine.version, violations.map(({ id, help, nodes }) => [id, help, nodes.map(node => node.html)])
])"""


class NoBrowserError(SamverkanError):
    """There is no browser to test with, or nothing that drives it."""

    exit_code = 4


@dataclass(frozen=True)
class Fault:
    """A rule of axe that an element of a page breaks."""

    page: str
    rule: str
    help: str
    element: str


def check_conforms(site: Site) -> None:
    """Refuse a site that may not be published; raises `GateError`, for its pages will not stand anywhere.

    A record of the last test that can't be read, or is missing, is left out of account, for it is made anew.
    """
    try:
        site.audit  # noqa: B018 - whether it can be read is found out here
    except UnreadableError:
        site.__dict__["audit"] = None
    if any(each.severity is Severity.VIOLATION and each.rule != _UNTESTED for each in site.report.findings):
        raise GateError(
            "The site has violations, so it has no pages to test.",
            remedy="See them with: samverkan validate",
            sv="Webbplatsen har fel, så det finns inga sidor att pröva. Se dem med: samverkan validate",
        )


def kinds(site: Site) -> Mapping[str, str]:
    """A page of every kind, as a path without suffix: each that there is one of, each view, each class of thing.

    Of a class it is the thing that most is said of, for its page has most that can be wrong.
    """
    found = {path: path for path in (*PATHS, missing.PATH)}
    for query in site.queries.values():
        found.setdefault(f"query: {query.view or query.form.lower()}", f"{paths.ANSWERS}{query.name}")
    richest: dict[str, tuple[int, str]] = {}
    for iri, facts in site.documents.about.items():
        path = site.addresses.document(iri)
        if not path or path in found.values() or not site.documents.has(path, iri):
            continue
        for triple in facts:
            if triple.predicate.value.endswith("#type"):
                kind = getattr(triple.object, "value", "")
                richest[kind] = max(richest.get(kind, (0, "")), (len(facts), path))
    found |= {f"thing: {site.prefixes.compact(kind)}": path for kind, (_, path) in sorted(richest.items())}
    if site.kinds:
        found["kind"] = max(site.kinds, key=lambda path: len(site.kinds[path]))
    graph = next((site.addresses.document(file.graph) for file in site.dataset.data), None)
    return {**found, "graph": graph} if graph else found


def addresses(site: Site) -> list[str]:
    """The pages of every kind in every language, below the root; what the site does not have is left out."""
    paths = dict.fromkeys(kinds(site).values())
    suffixes = [*map(suffix, site.settings.languages), SUFFIX]  # the page for what is missing has one language
    return [path + each for path in paths for each in suffixes if _stands(site, path + each)]


def _stands(site: Site, path: str) -> bool:
    try:
        return resolver.find(site, f"/{quote(path)}").exact is not None
    except SamverkanError:
        return False


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The pages of a site at an address of this machine, made as they are asked for.

    It has the path of the base: the page for what is missing has links that begin there. A page is made once, however
    often it is asked for: it is tried at several widths, and everything that it loads with it.
    """
    root = urlsplit(site.settings.base).path
    fetch = staticmethod(cache(partial(resolver.fetch, site)))
    handler = type("Handler", (_Handler,), {"fetch": fetch, "root": unquote(root), "lock": threading.Lock()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{quote(root, safe='/%')}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers with what stands at a path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body may wait for an acknowledgement of the headers
    fetch: Callable[[str], ReleaseFile]
    root: str
    lock: threading.Lock  # a site is made for one thread

    def do_GET(self) -> None:
        """One answer."""
        try:
            with self.lock:
                item = type(self).fetch(unquote(self.path.partition("?")[0]).removeprefix(self.root))
        except SamverkanError:
            self._answer(HTTPStatus.NOT_FOUND, media_types.PLAIN, b"")
        else:
            self._answer(HTTPStatus.OK, item.media_type, item.content)

    def _answer(self, status: HTTPStatus, media_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: who tests wants to read what was found."""


def found(browser: str | None) -> str:
    """The path of a browser: the one that is named, else an installed one; `NoBrowserError` where there is none."""
    path = browser or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path or not shutil.which(path):
        raise NoBrowserError(
            f"There is no browser at {path}." if path else "No browser was found.",
            remedy="Install Chromium, or name a browser: samverkan audit --browser PATH",
            sv="Ingen webbläsare hittades. Installera Chromium, eller ange en: samverkan audit --browser SÖKVÄG",
        )
    return path


@contextmanager
def opened(path: str) -> Iterator[Browser]:
    """A browser, driven by Playwright; `NoBrowserError` where it does not start."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowserError(
            "Nothing is installed that drives a browser.",
            remedy="Install it: pip install '.[audit]'",
            sv="Det som styr webbläsaren är inte installerat. Installera det: pip install '.[audit]'",
        ) from None
    with sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(executable_path=path, args=flags())
        except Error as error:
            reason = str(error).partition("\n")[0]
            raise NoBrowserError(
                f"The browser does not start: {reason}",
                remedy="Name another one: samverkan audit --browser PATH",
                sv=f"Webbläsaren startar inte ({reason}). Ange en annan: samverkan audit --browser SÖKVÄG",
            ) from None
        try:
            yield browser
        finally:
            browser.close()


def flags() -> list[str]:
    """The flags that a browser is started with; its sandbox does not work for the super-user."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, "--no-sandbox"] if is_root else [*FLAGS]


@dataclass
class Trial:
    """Tries pages in a browser with axe, and gathers what it finds, each fault once."""

    browser: Browser
    axe: str = ""
    faults: dict[Fault, None] = field(default_factory=dict)

    def __call__(self, root: str, path: str) -> list[Fault]:
        """Try one page in every window, in light and dark colours; what is wrong with it."""
        self._page.goto(root + quote(path, safe="/~=?&"))
        faults = dict.fromkeys(fault for tried in self._rounds(path) for fault in tried)
        self.faults |= faults
        return list(faults)

    def _rounds(self, path: str) -> Iterator[list[Fault]]:
        self._page.emulate_media(color_scheme="light")
        for width in WIDTHS:
            self._page.set_viewport_size({"width": width, "height": _HEIGHT})
            yield self.run(self._page, path, _RULES)
        self._page.emulate_media(color_scheme="dark")
        yield self.run(self._page, path, _COLOURS)

    @cached_property
    def _page(self) -> Page:
        return self.browser.new_page()

    def run(self, page: Page, path: str, options: Mapping[str, Any] = _RULES) -> list[Fault]:
        """Try the page that is open, with all that is folded away unfolded; what is wrong with it."""
        from axe_playwright_python.sync_playwright import Axe

        if not page.evaluate("'axe' in window"):
            page.evaluate(f"{Axe().axe_script}; null")
        page.evaluate(_UNFOLD)
        self.axe, broken = page.evaluate(_RUN, dict(options))
        return [Fault(path, rule, words, element) for rule, words, elements in broken for element in elements]


def audit(site: Site, browser: Browser, report: Callable[[str, list[Fault]], object] = lambda *_: None) -> Audit:
    """Try a page of every kind in every language; `report` is called with each page and what is wrong with it."""
    paths = addresses(site)
    trial = Trial(browser)
    with served(site) as root:
        for path in paths:
            report(path, trial(root, path))
    return Audit(
        date=date.today(),  # noqa: DTZ011 - the day where the test is made
        axe=trial.axe,
        browser=f"Chromium {browser.version}",
        pages=len(paths),
        kinds=len(set(kinds(site).values())),
        languages=site.settings.languages,
        widths=WIDTHS,
        violations=tuple(_summed(list(trial.faults))),
    )


def preview(site: Site, browser: Browser) -> bytes:
    """A picture of the start page in the first language of the site, as PNG, as large as others show it."""
    with served(site) as root:
        page = browser.new_page(viewport={"width": preview_picture.WIDE, "height": preview_picture.HIGH})
        page.goto(f"{root}{paths.START}{suffix(site.settings.languages[0])}")
        found = page.screenshot(type="png")
        page.close()
    return found


def _summed(faults: list[Fault]) -> Iterator[Violation]:
    """The faults by rule, the commonest first."""
    rules = {fault.rule: fault.help for fault in faults}
    of = {rule: [fault for fault in faults if fault.rule == rule] for rule in rules}
    for rule in sorted(of, key=lambda rule: (-len(of[rule]), rule)):
        yield Violation(rule, rules[rule], len(of[rule]), len({fault.page for fault in of[rule]}))
