"""The accessibility statement, as the Swedish act 2018:1937 on access to digital public service wants it."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from samverkan.model import paths
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage
from samverkan.site.audit_record import Audit

PATH = paths.ACCESSIBILITY
_DIGG = "https://www.digg.se/tdosanmalan"

MESSAGES: Words = {
    "sv": {
        "accessibility-title": "Tillgänglighets\u00adredogörelse",
        "accessibility-who": "{publisher} står bakom den här webbplatsen. Så många som möjligt ska kunna använda "
        "den. Här står "
        "hur den uppfyller lagen om tillgänglighet till digital offentlig service (2018:1937), vilka brister som är "
        "kända "
        "och hur du kan anmäla fler.",
        "accessibility-who-unknown": "Så många som möjligt ska kunna använda den här webbplatsen. Här står hur den "
        "uppfyller "
        "lagen om tillgänglighet till digital offentlig service (2018:1937), vilka brister som är kända och hur du kan "
        "anmäla fler.",
        "accessibility-how": "Hur tillgänglig är webbplatsen?",
        "accessibility-partly": "Webbplatsen är delvis förenlig med lagen.",
        "accessibility-clean": "Den är byggd efter WCAG 2.1 på nivå AA, som lagen kräver, och det senaste "
        "automatiska testet fann inga "
        "brister. "
        "Ett sådant test prövar ändå bara en del av kraven. Därför påstår vi inte att webbplatsen är helt förenlig.",
        "accessibility-unclean": "Den är byggd efter WCAG 2.1 på nivå AA, som lagen kräver, men det senaste "
        "automatiska testet fann de "
        "brister "
        "som står nedan.",
        "accessibility-untested": "Den är byggd efter WCAG 2.1 på nivå AA, som lagen kräver, men är ännu inte testad.",
        "accessibility-technical": "Teknisk information om webbplatsens tillgänglighet",
        "accessibility-conformance": "Webbplatsen är delvis förenlig med WCAG 2.1 på nivå AA. {sentence}",
        "accessibility-aims": "Den är byggd också efter WCAG 2.2 på "
        "nivå AA, som kräver mer än lagen, till exempel att det som trycks på är minst 24 bildpunkter stort.",
        "accessibility-limits": "Innehåll som inte är tillgängligt",
        "accessibility-limits-lead": "Det här är kända brister:",
        "accessibility-burden": "Oskäligt betungande anpassning",
        "accessibility-burden-none": "Inget undantag åberopas.",
        "accessibility-outside": "Innehåll som inte omfattas av lagen",
        "accessibility-alternative": "Vad kan du göra om du inte kan använda delar av webbplatsen?",
        "accessibility-alternative-data": "Det mesta finns i mer än en form: varje bild står också som text eller "
        "tabell, varje sida fungerar utan JavaScript, och alla uppgifter finns",
        "accessibility-alternative-link": "som data att ladda ner",
        "accessibility-alternative-write": "Behöver du något i en annan form, skriv till oss. Adressen står nedan.",
        "accessibility-alternative-nobody": "Önskemål om andra former kan inte tas emot ännu, för webbplatsen har "
        "ingen adress att skriva till.",
        "accessibility-limit-language": "Där en text saknas på ditt språk visas den på ett annat. Det andra språket "
        "står då "
        "angivet.",
        "accessibility-limit-pictures": "Breda bilder och tabeller rullas i sidled på små skärmar. Det som en bild "
        "visar står "
        "alltid också som text eller tabell.",
        "accessibility-limit-data": "Datafilerna, som CSV och Turtle, är till för program och är inte formgivna för "
        "läsning. "
        "Det viktigaste i dem finns på webbsidorna.",
        "accessibility-limit-away": "Länkar som leder till andra webbplatser leder till sidor som vi inte råder över.",
        "accessibility-limit-people": "Webbplatsen är inte prövad med skärmläsare av personer som använder sådana "
        "till vardags.",
        "accessibility-rule": "Brist",
        "accessibility-elements": "Antal ställen",
        "accessibility-pages": "Antal sidor",
        "accessibility-found": "Brister som testet fann",
        "accessibility-report": "Rapportera brister",
        "accessibility-write": "Skriv till {name}:",
        "accessibility-write-publisher": "Någon adress att rapportera till finns inte ännu. {publisher} publicerar "
        "webbplatsen, och är den som brister ska rapporteras till.",
        "accessibility-write-nobody": "Någon adress att rapportera till finns inte ännu.",
        "accessibility-write-tell": "Säg vilken sida det gäller och vad som inte fungerar. Hör också av dig om du "
        "behöver "
        "innehållet i en annan form.",
        "accessibility-us": "oss",
        "accessibility-authority": "Tillsyn",
        "accessibility-digg": "Myndigheten för digital förvaltning, Digg, har tillsyn över lagen. Är du inte nöjd "
        "med hur en rapporterad brist hanteras kan du anmäla det dit:",
        "accessibility-digg-link": "anmäl bristande tillgänglighet till Digg",
        "accessibility-tested": "Hur webbplatsen har testats",
        "accessibility-tested-when": "Det senaste testet gjordes {date}. Det var automatiskt: ett program öppnade "
        "{pages} sidor av "
        "{kinds} slag på {languages}, och prövade var och en mot reglerna för WCAG 2.2 på nivå A och AA samt god sed.",
        "accessibility-tested-windows": "Varje sida prövades i fönster som var {widths} bildpunkter breda, i ljusa "
        "och mörka färger.",
        "accessibility-tested-with": "Verktyg: axe-core {axe}, {browser}.",
        "accessibility-not-tested": "Inget test har gjorts ännu. Det görs med kommandot",
        "accessibility-reviewed": "Redogörelsen sågs senast över {date}, när testet gjordes.",
        "and": "och",
    },
    "en": {
        "accessibility-title": "Accessibility statement",
        "accessibility-who": "{publisher} is responsible for this website. As many people as possible should be "
        "able to use it. Here you "
        "can read how it meets the Swedish act on access to digital public service (2018:1937), which shortcomings are "
        "known, and how you can report others.",
        "accessibility-who-unknown": "As many people as possible should be able to use this website. Here you "
        "can read how it meets the "
        "Swedish act on access to digital public service (2018:1937), which shortcomings are known, and how you can "
        "report "
        "others.",
        "accessibility-how": "How accessible is the website?",
        "accessibility-partly": "The website is partially compliant with the act.",
        "accessibility-clean": "It is built to WCAG 2.1, level AA, as the act requires, and the last automatic test "
        "found no "
        "shortcomings. Such a test "
        "tries only some of the requirements, however. So we do not claim that the website is fully compliant.",
        "accessibility-unclean": "It is built to WCAG 2.1, level AA, as the act requires, but the last automatic "
        "test found the "
        "shortcomings below.",
        "accessibility-untested": "It is built to WCAG 2.1, level AA, as the act requires, but has not been tested "
        "yet.",
        "accessibility-technical": "Technical information on the accessibility of the website",
        "accessibility-conformance": "The website is partially conformant with WCAG 2.1, level AA. {sentence}",
        "accessibility-aims": "It is built to WCAG 2.2, level AA, as well, which requires more than the act, such as "
        "targets of at least 24 pixels.",
        "accessibility-limits": "Content that is not accessible",
        "accessibility-limits-lead": "These shortcomings are known:",
        "accessibility-burden": "Disproportionate burden",
        "accessibility-burden-none": "No exception is claimed.",
        "accessibility-outside": "Content outside the scope of the act",
        "accessibility-alternative": "What can you do if you can't use parts of the website?",
        "accessibility-alternative-data": "Most of it is there in more than one form: every picture stands as text or "
        "as a table as well, every page works without JavaScript, and all facts are there",
        "accessibility-alternative-link": "as data to download",
        "accessibility-alternative-write": "If you need something in another form, write to us. The address is below.",
        "accessibility-alternative-nobody": "Requests for other forms can't be received yet, for the website has no "
        "address to write to.",
        "accessibility-limit-language": "Where a text is missing in your language it is shown in another one. That "
        "language is "
        "then named.",
        "accessibility-limit-pictures": "Wide pictures and tables scroll sideways on small screens. What a picture "
        "shows always "
        "stands as text or as a table as well.",
        "accessibility-limit-data": "The data files, such as CSV and Turtle, are meant for programs and not laid out "
        "for reading. "
        "What matters most in them is on the pages.",
        "accessibility-limit-away": "Links to other websites lead to pages that are not ours.",
        "accessibility-limit-people": "The website has not been tried with screen readers by people who use them "
        "every day.",
        "accessibility-rule": "Shortcoming",
        "accessibility-elements": "Places",
        "accessibility-pages": "Pages",
        "accessibility-found": "Shortcomings that the test found",
        "accessibility-report": "Report shortcomings",
        "accessibility-write": "Write to {name}:",
        "accessibility-write-publisher": "There is no address to report to yet. The website is published by "
        "{publisher}, to whom shortcomings are to be reported.",
        "accessibility-write-nobody": "There is no address to report to yet.",
        "accessibility-write-tell": "Say which page it is about and what does not work. Write too if you need the "
        "content in "
        "another form.",
        "accessibility-us": "us",
        "accessibility-authority": "Supervision",
        "accessibility-digg": "The Swedish Agency for Digital Government, Digg, supervises the act. If you are not "
        "content with how a shortcoming that you reported is dealt with, you can report it there:",
        "accessibility-digg-link": "report a lack of accessibility to Digg (in Swedish)",
        "accessibility-tested": "How the website was tested",
        "accessibility-tested-when": "The last test was made on {date}. It was automatic: a program opened {pages} "
        "pages of {kinds} "
        "kinds in {languages}, and tried each against the rules for WCAG 2.2, levels A and AA, and best practice.",
        "accessibility-tested-windows": "Each page was tried in windows {widths} pixels wide, in light and dark "
        "colours.",
        "accessibility-tested-with": "Tools: axe-core {axe}, {browser}.",
        "accessibility-not-tested": "No test has been made yet. It is made with the command",
        "accessibility-reviewed": "The statement was last reviewed on {date}, when the test was made.",
        "and": "and",
    },
}

_LIMITS = ("language", "pictures", "data", "people")


def accessibility(page: HtmlPage) -> str:
    """The accessibility statement of a site, with the facts of its last test."""
    audit, translate = page.site.audit, page.translate
    publisher = page.locale.pick(page.site.settings.publisher).text
    return page.render(
        "accessibility.html",
        title=translate("accessibility-title"),
        crumbs=page.crumbs(),
        who=translate("accessibility-who", publisher=publisher)
        if publisher
        else translate("accessibility-who-unknown"),
        state=translate(f"accessibility-{_state(audit)}"),
        violations=audit.violations if audit else (),
        alternative=translate(f"accessibility-alternative-{'write' if page.site.settings.contact else 'nobody'}"),
        limits=[translate(f"accessibility-limit-{limit}") for limit in _LIMITS],
        report=_report(page, publisher),
        tested=_tested(page, audit) if audit else (),
        digg=_DIGG,
    )


def _state(audit: Audit | None) -> str:
    if audit is None:
        return "untested"
    return "unclean" if audit.violations else "clean"


def _report(page: HtmlPage, publisher: str) -> Markup:
    """How to report a shortcoming: to the contact of the site, else to whoever publishes it."""
    contact, translate = page.site.settings.contact, page.translate
    if contact is None:
        text = (
            translate("accessibility-write-publisher", publisher=publisher)
            if publisher
            else translate("accessibility-write-nobody")
        )
        return Markup("%s") % text
    name = page.locale.pick(contact.name).text or publisher or translate("accessibility-us")
    link = Markup('<a href="mailto:%s">%s</a>') % (quote(contact.email, safe="@!$'*+"), contact.email)
    return Markup("%s %s. %s") % (
        translate("accessibility-write", name=name),
        link,
        translate("accessibility-write-tell"),
    )


def _tested(page: HtmlPage, audit: Audit) -> tuple[str, ...]:
    """When, how and with what the site was tested, a sentence or two each."""
    translate, locale = page.translate, page.locale
    day = locale.day(audit.date)
    languages = _and(page, [locale.language_name(tag) for tag in audit.languages])
    widths = _and(page, [locale.number(width) for width in audit.widths])
    number = {"pages": locale.number(audit.pages), "kinds": locale.number(audit.kinds)}
    return (
        translate("accessibility-tested-when", date=day, languages=languages, **number),
        translate("accessibility-tested-windows", widths=widths),
        translate("accessibility-tested-with", axe=audit.axe, browser=audit.browser),
        translate("accessibility-reviewed", date=day),
    )


def _and(page: HtmlPage, parts: list[str]) -> str:
    return f" {page.translate('and')} ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
