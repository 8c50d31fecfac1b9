"""The page that tells how the facts are checked: the conclusion, what was found, what is checked, and on how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.errors import Place
from samverkan.model import addresses, paths
from samverkan.model.media_types import JSON, TURTLE
from samverkan.model.namespaces import SH, TYPE
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.publication.html.locale import Name, Words, plain
from samverkan.publication.html.page import HtmlPage, small
from samverkan.validation.findings import WAITING, Finding, Report, Severity

PATH = paths.VALIDATION
MOST_FINDINGS = 60
"""How many findings of one severity the page shows at most."""
_SEVERAL = 3  # findings that say the same, from which on they are told together
_FEW = 12  # notes on things that are seen at once
_MOST = ((MOST_FINDINGS, 150), (30, 80), (15, 40), (5, 15), (1, 1))  # findings and shapes

_FORMS = (
    ("Turtle", TURTLE.media_type, TURTLE.suffix),
    ("JSON", JSON, ".json"),
    ("SARIF", JSON, ".sarif"),
)
_CODE = re.compile(r"(?<![\w:/#^;.-])[a-z][\w-]*:[A-Za-z][\w-]*(?:/[\w-]+)*(?![\w:/])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zåäö])")
_SHAPES = frozenset({f"{SH}NodeShape", f"{SH}PropertyShape"})

MESSAGES: Words = {
    "sv": {
        "validation-title": "Datakvalitet",
        "validation-lead": "Innan något publiceras kontrolleras alla uppgifter automatiskt, och ett fel stoppar "
        "publiceringen.",
        "validation-passed": "Uppgifterna har klarat kontrollen.",
        "validation-passed-one": "Uppgifterna har klarat kontrollen, men en sak bör ses över.",
        "validation-passed-many": "Uppgifterna har klarat kontrollen, men {count} saker bör ses över.",
        "validation-failed-one": "Uppgifterna har inte klarat kontrollen: ett fel måste rättas.",
        "validation-failed-many": "Uppgifterna har inte klarat kontrollen: {count} fel måste rättas.",
        "validation-unreadable": "Uppgifterna går inte att läsa, så ingenting har kontrollerats.",
        "validation-sum": "{violations}, {warnings} och {notes}.",
        "validation-checked": "Den {day} prövades {triples} uppgifter mot {shapes} krav.",
        "validation-violation-none": "Inga fel",
        "validation-violation-one": "1 fel",
        "validation-violation-many": "{count} fel",
        "validation-warning-none": "inga varningar",
        "validation-warning-one": "1 varning",
        "validation-warning-many": "{count} varningar",
        "validation-info-none": "inga upplysningar",
        "validation-info-one": "1 upplysning",
        "validation-info-many": "{count} upplysningar",
        "validation-violation": "Fel",
        "validation-warning": "Varningar",
        "validation-info": "Upplysningar",
        "validation-lead-warning": "Det här bör ses över. Öppna en rad för att se vad som kan göras.",
        "validation-lead-explained": "En anmärkning förklarar varför det är så. Inget behöver göras.",
        "validation-lead-info": "Inget av det här är fel. Det säger vad som inte är känt, eller kan bli bättre.",
        "validation-meaning": "Det betyder att uppgifterna följer reglerna och stämmer med sina belägg. Om källorna "
        "själva har rätt prövas inte. Där de inte säger något gissar vi inte: sidorna visar då ingenting, eller "
        "”uppgift saknas”.",
        "validation-waiting": "Krav och frågor som det inte finns uppgifter om än: {count}.",
        "validation-why": "Varför? {note}",
        "validation-advice": "Till den som redigerar:",
        "validation-is-warning": "Varning",
        "validation-is-info": "Upplysning",
        "validation-things": "Om enskilda saker",
        "validation-what": "Vad som kontrolleras",
        "validation-what-lead": "Kontrollen läser alla uppgifter, kraven på dem, frågorna och ordlistan.",
        "validation-what-all": "Alla {count} kontroller",
        "validation-coverage": "Alla {count} krav på uppgifterna",
        "validation-coverage-lead": "Varje typ av uppgifter har egna krav. Talet säger hur många saker kravet har "
        "prövats på; 0 betyder att det inte finns någon sådan än.",
        "validation-alike-unused-shape": "Krav som inte har något att pröva än, för det finns inga sådana uppgifter",
        "validation-alike-empty-answer": "Frågor som inget i uppgifterna besvarar än",
        "validation-shape": "Krav på",
        "validation-nodes": "Prövat på",
        "validation-data": "Kontrollens resultat som data",
        "validation-as-data": "Alla finns i resultatet som data.",
        "check-duties_are_met": "Att den som publicerar för allmänheten uppfyller kraven i DOS-lagen.",
        "check-nothing_is_missing": "Att ingen fil saknas, är tom eller blir oläst.",
        "check-names_are_declared": "Att varje ord som används finns i ordlistan.",
        "check-terms_are_current": "Att inget ord används som har utgått ur ordlistan.",
        "check-standard_names_exist": "Att ord ur standarder finns i sin standard.",
        "check-shapes_stay_in_the_site": "Att kraven inte hämtar något utifrån och att inget av dem är avstängt.",
        "check-queries_are_sound": "Att frågor i kraven går att läsa och bara läser det som finns här.",
        "check-check": "Att uppgifterna uppfyller kraven på dem (SHACL).",
        "check-shapes_reach_nodes": "Att varje krav gäller något som finns.",
        "check-shapes_have_work": "Att varje krav verkligen prövar något.",
        "check-classes_have_shapes": "Att varje typ av saker har krav på sig.",
        "check-things_have_classes": "Att det för varje sak framgår vad den är.",
        "check-links_lead_somewhere": "Att varje länk leder till något som beskrivs.",
        "check-replacements_lead_on": "Att det som ersatts leder vidare till något som finns.",
        "check-links_lead_to_the_living": "Att inget hänvisar till det som är indraget.",
        "check-withdrawals_are_explained": "Att det framgår varför något är indraget.",
        "check-prefixes_are_as_usual": "Att inget prefix står för en namnrymd där det som menas inte finns.",
        "check-schemes_are_right": "Att namnrymder börjar med rätt schema, http eller https.",
        "check-graphs_are_described": "Att det för varje fil framgår var uppgifterna kommer ifrån.",
        "check-evidence_agrees_with_facts": "Att beläggen säger detsamma som uppgifterna.",
        "check-facts_have_evidence": "Att uppgifter från en källa har belägg.",
        "check-notes_agree_with_facts": "Att anmärkningarna stämmer med uppgifterna.",
        "check-passages_are_under_their_headings": "Att beläggen står under rätt rubrik.",
        "check-notes_are_of_their_classes": "Att anmärkningar gäller sådant som kan ha uppgiften.",
        "check-interpretations_have_notes": "Att tolkningar har en anmärkning som säger varför.",
        "check-heads_are_in_all_languages": "Att frågornas texter finns på alla språk.",
        "check-concepts_are_of_one_list": "Att begrepp hör till en enda lista, med dem som står över och under.",
        "check-texts_are_unspoilt": "Att texter finns på riktigt och har rätt tecken.",
        "check-names_fit_addresses": "Att begreppens namn stämmer med deras adresser.",
        "check-numbers_are_the_same": "Att talen är desamma på alla språk.",
        "check-names_are_words": "Att inget heter som en webbadress.",
        "check-nothing_is_nameless": "Att allt har en egen adress.",
        "check-every_format_can_say_it": "Att uppgifterna går att skriva i alla format.",
        "check-every_reader_can_read_it": "Att uppgifterna går att läsa för alla program som läser RDF 1.1.",
        "check-queries_tell_what_is_written": "Att det framgår när frågor ger värden på annat sätt än de är skrivna.",
        "check-shapes_that_are_named_exist": "Att krav som andra krav nämner finns.",
        "check-parameters_have_what_they_need": "Att ingen del av ett krav saknar en annan som den behöver.",
        "check-nothing_is_to_be_inferred": "Att krav inte förutsätter att något först härleds, för det görs inte.",
        "check-switches_are_on_or_off": "Att det som slås på i ett krav är skrivet så att det verkligen gäller.",
        "check-shapes_ask_for_what_is_evaluated": "Att kraven bara använder det som kontrollen klarar.",
        "check-choices_are_usable": "Att de värden som en fråga tar går att välja.",
        "check-views_are_answered": "Att frågorna om varifrån uppgifterna kommer går att besvara.",
        "check-heads_say_what_is_read": "Att nycklarna i frågornas huvuden är rätt stavade.",
        "check-variables_have_values": "Att variablerna i frågorna är rätt stavade och får värden.",
        "check-constraints_can_hold": "Att inga villkor i ett krav motsäger varandra.",
        "check-texts_are_in_all_languages": "Att kravens texter finns på webbplatsens alla språk.",
        "check-queries_have_variables": "Att kravens frågor gäller det som prövas och har rätt variabler.",
        "check-messages_are_filled": "Att det som ett krav lämnar öppet i sitt meddelande blir ifyllt.",
        "check-questions_have_answers": "Att frågorna har svar.",
        "check-addresses_are_good": "Att adresserna är varaktiga och går att skilja åt.",
        "check-prefixes_are_of_the_site": "Att inget prefix är kvar från en annan webbplats.",
        "check-graphs_have_files": "Att varje fil som beskrivs finns.",
        "check-web_addresses_name_a_host": "Att webbadresser leder till en server.",
        "check-mailboxes_can_be_written_to": "Att det går att skriva till de e-postadresser som anges.",
        "check-concepts_are_of_their_lists": "Att varje begrepp kommer ur den lista som uppgiften kräver.",
        "check-concepts_are_led_to": "Att varje begrepp används.",
        "check-properties_are_of_their_classes": "Att egenskaper gäller och leder till rätt slags saker.",
        "check-nothing_is_above_itself": "Att inget är överordnat sig självt.",
        "check-nothing_contradicts_itself": "Att uppgifterna inte motsäger varandra enligt ordlistan, inte heller det "
        "som följer av dem.",
        "check-inferred_graphs_are_free": "Att ingen fil har namnet på en graf med det som följer av uppgifterna.",
        "check-personal_data_are_apart": "Att personuppgifter bara finns i filer som är till för dem.",
        "check-withdrawn_persons_are_nameless": "Att beskedet om en borttagen person saknar namn.",
        "check-names_are_tidy": "Att namn inte har mellanslag för mycket.",
        "check-nothing_is_hidden": "Att texter inte har tecken som inte syns.",
        "check-texts_are_plain": "Att texter inte innehåller HTML eller Markdown.",
        "check-letters_are_whole": "Att varje bokstav är ett enda tecken.",
        "check-languages_are_known": "Att texternas språkkoder är kända.",
        "check-one_name_for_each_language": "Att saker har ett namn på varje språk.",
        "check-languages_fit": "Att texter är på det språk som de sägs vara.",
    },
    "en": {
        "validation-title": "Data quality",
        "validation-lead": "All facts are checked automatically before anything is published, and an error stops "
        "publication.",
        "validation-passed": "The facts have passed the checks.",
        "validation-passed-one": "The facts have passed the checks, but one thing should be looked at.",
        "validation-passed-many": "The facts have passed the checks, but {count} things should be looked at.",
        "validation-failed-one": "The facts have not passed the checks: one error must be corrected.",
        "validation-failed-many": "The facts have not passed the checks: {count} errors must be corrected.",
        "validation-unreadable": "The facts can’t be read, so nothing has been checked.",
        "validation-sum": "{violations}, {warnings} and {notes}.",
        "validation-checked": "On {day}, {triples} facts were tried against {shapes} requirements.",
        "validation-violation-none": "No errors",
        "validation-violation-one": "1 error",
        "validation-violation-many": "{count} errors",
        "validation-warning-none": "no warnings",
        "validation-warning-one": "1 warning",
        "validation-warning-many": "{count} warnings",
        "validation-info-none": "no notes",
        "validation-info-one": "1 note",
        "validation-info-many": "{count} notes",
        "validation-violation": "Errors",
        "validation-warning": "Warnings",
        "validation-info": "Notes",
        "validation-lead-warning": "This should be looked at. Open a line to see what can be done.",
        "validation-lead-explained": "A note explains why it is so. Nothing needs to be done.",
        "validation-lead-info": "None of this is wrong. It tells what is not known, or could be better.",
        "validation-meaning": "That means that the facts keep to the rules and agree with their evidence. Whether the "
        "sources themselves are right is not checked. Where they say nothing, nothing is guessed: pages then show "
        "nothing, or “not given”.",
        "validation-waiting": "Requirements and questions that there are no facts about yet: {count}.",
        "validation-why": "Why? {note}",
        "validation-advice": "For editors:",
        "validation-is-warning": "Warning",
        "validation-is-info": "Note",
        "validation-things": "About single things",
        "validation-what": "What is checked",
        "validation-what-lead": "The facts, the requirements on them, the queries and the vocabulary are all read.",
        "validation-what-all": "All {count} checks",
        "validation-coverage": "All {count} requirements on the facts",
        "validation-coverage-lead": "Each kind of fact has requirements of its own. The number tells how many things a "
        "requirement was tried on; 0 means that there is no such thing yet.",
        "validation-alike-unused-shape": "Requirements with nothing to try yet, for there are no such facts",
        "validation-alike-empty-answer": "Questions that nothing in the facts answers yet",
        "validation-shape": "Requirement on",
        "validation-nodes": "Tried on",
        "validation-data": "The result as data",
        "validation-as-data": "All of them are in the result as data.",
        "check-duties_are_met": "That whoever publishes for the public meets the demands of DOS-lagen.",
        "check-nothing_is_missing": "That no file is missing, empty or left unread.",
        "check-names_are_declared": "That every word that is used is in the vocabulary.",
        "check-terms_are_current": "That no word is used that is deprecated in the vocabulary.",
        "check-standard_names_exist": "That words from standards exist in their standard.",
        "check-shapes_stay_in_the_site": "That no requirement fetches anything from outside, or is switched off.",
        "check-queries_are_sound": "That queries in the requirements can be read, and read only what is here.",
        "check-check": "That the facts meet their requirements (SHACL).",
        "check-shapes_reach_nodes": "That each requirement is about something that exists.",
        "check-shapes_have_work": "That each requirement really tries something.",
        "check-classes_have_shapes": "That each kind of thing has requirements.",
        "check-things_have_classes": "That it is stated for each thing what it is.",
        "check-links_lead_somewhere": "That each link leads to something that is described.",
        "check-replacements_lead_on": "That what was replaced leads on to something that exists.",
        "check-links_lead_to_the_living": "That nothing refers to what has been withdrawn.",
        "check-withdrawals_are_explained": "That it is stated why something has been withdrawn.",
        "check-prefixes_are_as_usual": "That no prefix stands for a namespace in which what is meant is not.",
        "check-schemes_are_right": "That namespaces begin with the right scheme, http or https.",
        "check-graphs_are_described": "That it is stated for each file where its facts come from.",
        "check-evidence_agrees_with_facts": "That the evidence says the same as the facts.",
        "check-facts_have_evidence": "That facts from a source have evidence.",
        "check-notes_agree_with_facts": "That the notes agree with the facts.",
        "check-passages_are_under_their_headings": "That evidence stands under the right heading.",
        "check-notes_are_of_their_classes": "That notes are about what can have the property.",
        "check-interpretations_have_notes": "That interpretations have a note that says why.",
        "check-heads_are_in_all_languages": "That the texts of the queries are in all languages.",
        "check-concepts_are_of_one_list": "That concepts belong to a single list, together with those above and below.",
        "check-texts_are_unspoilt": "That texts are there and have the right characters.",
        "check-names_fit_addresses": "That the names of concepts fit their addresses.",
        "check-numbers_are_the_same": "That the numbers are the same in all languages.",
        "check-names_are_words": "That nothing has a web address as its name.",
        "check-nothing_is_nameless": "That everything has an address of its own.",
        "check-every_format_can_say_it": "That the facts can be written in every format.",
        "check-every_reader_can_read_it": "That every program that reads RDF 1.1 can read the facts.",
        "check-queries_tell_what_is_written": "That it is stated where queries see values otherwise than as written.",
        "check-shapes_that_are_named_exist": "That requirements that others name exist.",
        "check-parameters_have_what_they_need": "That no part of a requirement lacks another that it needs to apply.",
        "check-nothing_is_to_be_inferred": "That requirements don't expect anything to be inferred first.",
        "check-switches_are_on_or_off": "That what a requirement switches on is written so that it really applies.",
        "check-shapes_ask_for_what_is_evaluated": "That the requirements use nothing but what the check can do.",
        "check-choices_are_usable": "That the values which a query takes can be chosen.",
        "check-views_are_answered": "That the queries about where facts come from can be answered.",
        "check-heads_say_what_is_read": "That the keys in the heads of queries are spelt correctly.",
        "check-variables_have_values": "That the variables of queries are spelt correctly and get values.",
        "check-constraints_can_hold": "That no constraints of a requirement contradict each other.",
        "check-texts_are_in_all_languages": "That the texts of the requirements are in all languages of the site.",
        "check-queries_have_variables": "That queries of requirements ask about what is tested, by the right names.",
        "check-messages_are_filled": "That what a requirement leaves open in its message is filled in.",
        "check-questions_have_answers": "That the queries have answers.",
        "check-addresses_are_good": "That addresses last and can be told apart.",
        "check-prefixes_are_of_the_site": "That no prefix is left from another site.",
        "check-graphs_have_files": "That every file that is described is there.",
        "check-web_addresses_name_a_host": "That web addresses lead to a server.",
        "check-mailboxes_can_be_written_to": "That mail can be sent to the addresses that are given.",
        "check-concepts_are_of_their_lists": "That each concept is from the list that its property asks for.",
        "check-concepts_are_led_to": "That every concept is used.",
        "check-properties_are_of_their_classes": "That properties are used of, and lead to, the right kinds of things.",
        "check-nothing_is_above_itself": "That nothing is above itself.",
        "check-nothing_contradicts_itself": "That the facts don't contradict each other by the vocabulary, nor does "
        "what follows from them.",
        "check-inferred_graphs_are_free": "That no file is called as a graph of what follows from the facts.",
        "check-personal_data_are_apart": "That personal data are only in files that are meant for them.",
        "check-withdrawn_persons_are_nameless": "That the notice of a removed person has no name.",
        "check-names_are_tidy": "That names have no superfluous spaces.",
        "check-nothing_is_hidden": "That texts have no characters that can't be seen.",
        "check-texts_are_plain": "That texts contain neither HTML nor Markdown.",
        "check-letters_are_whole": "That each letter is a single character.",
        "check-languages_are_known": "That the language tags of texts are known.",
        "check-one_name_for_each_language": "That things have one name in each language.",
        "check-languages_fit": "That texts are in the language that they are said to be in.",
    },
}


class ShownFinding(NamedTuple):
    """A finding in plain words: what is wrong, what to do, the files and lines, and how bad it is if less than others.

    The first sentence of a message says what is wrong, and the others what to do. Where a note of the curators says why
    it is so, `why` leads there and there is nothing to do.
    """

    message: Markup
    advice: Markup | None
    places: str
    severity: str
    why: Markup | None = None


class ShownThing(NamedTuple):
    """A thing with all that was found about it; None where nothing is spoken of but a file."""

    thing: Markup | None
    found: tuple[ShownFinding, ...]


class Alike(NamedTuple):
    """Findings that say the same: that, how many there are, and what they are about, each with its file and line."""

    label: Markup | str
    total: int
    found: tuple[tuple[Markup | None, str], ...]


class Severe(NamedTuple):
    """The things whose worst finding is of one severity.

    Its heading and what that means, those that are shown, how many findings they have if they are folded (0 if they
    are not), findings that say the same, and what is said where not all are shown.
    """

    label: str
    lead: str
    things: tuple[ShownThing, ...]
    folded: int
    alike: tuple[Alike, ...]
    cut: str


def validation(page: HtmlPage) -> str:
    """The page about the last validation of a site; of very many findings and shapes some."""
    return small(_page(page, findings, shapes) for findings, shapes in _MOST)


def _page(page: HtmlPage, most_findings: int, most_shapes: int) -> str:
    from samverkan.validation import CHECKS

    report, translate = page.site.report, page.translate
    shapes = shape_files(page)
    title = translate("validation-title")
    return page.render(
        "validation.html",
        title=title,
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        description=verdict(page, report),
        verdict=verdict(page, report),
        meaning=translate("validation-meaning") if report.conforms else "",
        checked=f"{_checked(page, report)} {summary(page, report)}" if report.readable else "",
        waited=_waited(page, report),
        groups=_groups(page, shapes, most_findings),
        waiting=_waiting(page, shapes, most_findings),
        checks=list(dict.fromkeys(translate(f"check-{check.__name__}") for check in CHECKS)),
        coverage=[_covered(page, each.shape, each.label, each.nodes, shapes) for each in report.coverage[:most_shapes]],
        coverage_count=page.locale.number(len(report.coverage)),
        coverage_cut=cut(page, most_shapes, len(report.coverage), "validation-as-data"),
        formats=[(name, media_type, page.url(PATH + suffix)) for name, media_type, suffix in _FORMS],
    )


def shape_files(page: HtmlPage) -> Mapping[str, str]:
    """The way to the file that each shape stands in."""
    found: dict[str, str] = {}
    for file in page.site.shapes:
        way = page.url(f"{paths.SHAPES}{addresses.segment(Path(file.name).stem)}.ttl")
        for t in file.triples:
            if t.predicate == TYPE and isinstance(t.object, NamedNode) and t.object.value in _SHAPES:
                found.setdefault(getattr(t.subject, "value", ""), way)
    return found


def cut(page: HtmlPage, most: int, count: int, where: str) -> str:
    """What is said where only the first of many are shown, and where all of them are; empty where all are shown."""
    if count <= most:
        return ""
    number = page.locale.number
    return f"{page.translate('shown-of', shown=number(most), all=number(count))} {page.translate(where)}"


def summary(page: HtmlPage, report: Report) -> str:
    """How many findings of each severity there are, in words, but for those of what has no facts yet."""
    if not report.readable:
        return page.translate("validation-unreadable")
    others = [finding for finding in report.findings if finding.rule not in WAITING]
    found = {severity: sum(f.severity is severity for f in others) for severity in Severity}
    counted = {severity: _counted(page, severity, count) for severity, count in found.items()}
    return page.translate(
        "validation-sum",
        violations=counted[Severity.VIOLATION],
        warnings=counted[Severity.WARNING],
        notes=counted[Severity.INFO],
    )


def _waited(page: HtmlPage, report: Report) -> str:
    """How many requirements and queries have no facts yet; nothing where all have some."""
    count = sum(finding.rule in WAITING for finding in report.findings)
    return page.translate("validation-waiting", count=page.locale.number(count)) if count else ""


def _counted(page: HtmlPage, severity: Severity, count: int) -> str:
    form = {0: "none", 1: "one"}.get(count, "many")
    return page.translate(f"validation-{severity.name.lower()}-{form}", count=page.locale.number(count))


def verdict(page: HtmlPage, report: Report) -> str:
    """What comes of a check, in a sentence."""
    if not report.readable:
        return page.translate("validation-unreadable")
    errors = sum(finding.severity is Severity.VIOLATION for finding in report.findings)
    count = errors or len(_unexplained(page, report.findings))
    form = {0: "", 1: "-one"}.get(count, "-many")
    return page.translate(f"validation-{'failed' if errors else 'passed'}{form}", count=page.locale.number(count))


def _unexplained(page: HtmlPage, findings: Iterable[Finding]) -> list[Finding]:
    """The warnings of which no note says why it is so."""
    return [each for each in findings if each.severity is Severity.WARNING and not _explanations(page, each)]


def _explanations(page: HtmlPage, finding: Finding) -> list[str]:
    """The notes of the curators that say why the thing has no value of a property that the message speaks of."""
    codes = _CODE.findall(" ".join(finding.message.values()))
    spoken = {finding.path, *(page.site.prefixes.expand(code) for code in codes)} - {None}
    notes = page.context.origins.notes(finding.focus or "")
    return [note.iri for note in notes if note.is_missing and note.property in spoken]


def _checked(page: HtmlPage, report: Report) -> str:
    number, day = page.locale.number, page.locale.day(page.site.as_of)
    return page.translate(
        "validation-checked", day=day, triples=number(report.triples), shapes=number(len(report.coverage))
    )


def _groups(page: HtmlPage, shapes: Mapping[str, str], most: int) -> list[Severe]:
    """The findings by how bad the worst is of those about the same thing, without those of what has no facts yet."""
    others = [finding for finding in page.site.report.findings if finding.rule not in WAITING]
    found = {severity: [f for f in others if f.severity is severity] for severity in Severity}
    alike = {severity: _by_rule(found[severity][:most], shapes) for severity in Severity}
    by_thing: dict[str | int, list[Finding]] = {}
    for finding in (f for severity in reversed(Severity) for f in found[severity][:most]):
        if finding.rule not in alike[finding.severity]:
            by_thing.setdefault(finding.focus or len(by_thing), []).append(finding)
    return [
        _severe(page, severity, [each for each in by_thing.values() if each[0].severity is severity], shapes)._replace(
            alike=tuple(_alike(page, each, shapes) for each in alike[severity].values()),
            cut=cut(page, most, len(found[severity]), "validation-as-data"),
        )
        for severity in reversed(Severity)
    ]


def _waiting(page: HtmlPage, shapes: Mapping[str, str], most: int) -> list[Alike]:
    """The requirements and the queries that have no facts yet, by what they are."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in page.site.report.findings:
        if finding.rule in WAITING:
            by_rule.setdefault(finding.rule, []).append(finding)
    return [
        Alike(page.translate(f"validation-alike-{rule}"), len(found), _parts(page, found[:most], shapes))
        for rule, found in sorted(by_rule.items())
    ]


def _severe(
    page: HtmlPage, severity: Severity, things: Sequence[Sequence[Finding]], shapes: Mapping[str, str]
) -> Severe:
    name = severity.name.lower()
    said = (
        name if severity is not Severity.WARNING or _unexplained(page, (f for t in things for f in t)) else "explained"
    )
    lead = "" if severity is Severity.VIOLATION else page.translate(f"validation-lead-{said}")
    count = sum(map(len, things)) if severity is Severity.INFO else 0
    shown = tuple(_explained_alike(_about(page, findings, shapes) for findings in things))
    return Severe(page.translate(f"validation-{name}"), lead, shown, count if count > _FEW else 0, (), "")


def _by_rule(found: Sequence[Finding], shapes: Mapping[str, str]) -> Mapping[str, Sequence[Finding]]:
    """The findings that are told together: those by which several requirements, or several files, fail one rule."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in found:
        if not finding.focus or finding.focus in shapes:
            by_rule.setdefault(finding.rule, []).append(finding)
    return {rule: each for rule, each in by_rule.items() if len(each) >= _SEVERAL and _is_one(each)}


def _is_one(found: Sequence[Finding]) -> bool:
    """Whether all findings say the same."""
    return all(each.message == found[0].message for each in found)


def _alike(page: HtmlPage, found: Sequence[Finding], shapes: Mapping[str, str]) -> Alike:
    return Alike(_message(page, found[0]), len(found), _parts(page, found, shapes))


def _parts(
    page: HtmlPage, found: Sequence[Finding], shapes: Mapping[str, str]
) -> tuple[tuple[Markup | None, str], ...]:
    """What each of some findings is about, with its file and line."""
    return tuple((_thing(page, each, shapes), ", ".join(_places(page, each.places))) for each in found)


def _about(page: HtmlPage, findings: Sequence[Finding], shapes: Mapping[str, str]) -> ShownThing:
    worst = findings[0].severity
    shown = (_shown(page, each, worst) for each in findings)
    return ShownThing(_thing(page, findings[0], shapes), tuple(_by_note(shown)))


def _by_note(found: Iterable[ShownFinding]) -> Iterator[ShownFinding]:
    """Some findings about a thing; those that one note explains are told together."""
    by_note: dict[object, list[ShownFinding]] = {}
    for number, each in enumerate(found):
        by_note.setdefault((each.why, each.severity) if each.why else number, []).append(each)
    for alike in by_note.values():
        yield alike[0]._replace(message=Markup(" ").join(each.message for each in alike))


def _explained_alike(things: Iterable[ShownThing]) -> Iterator[ShownThing]:
    """Some things; those of which the same notes explain the same are told together."""
    alike: dict[object, list[ShownThing]] = {}
    for number, each in enumerate(things):
        explained = each.thing and all(found.why for found in each.found)
        alike.setdefault(each.found if explained else number, []).append(each)
    for first, *others in alike.values():
        names = Markup(", ").join(each.thing for each in (first, *others) if each.thing)
        yield first._replace(thing=names or None)


def _shown(page: HtmlPage, finding: Finding, worst: Severity) -> ShownFinding:
    found = page.locale.pick(finding.message)
    first, advice = _sentences(found.text)
    less = page.translate(f"validation-is-{finding.severity.name.lower()}") if finding.severity < worst else ""
    notes = Markup(", ").join(page.link(note) for note in dict.fromkeys(_explanations(page, finding)))
    return ShownFinding(
        _with_names(page, found._replace(text=first)),
        _with_names(page, found._replace(text=advice)) if advice else None,
        "" if notes else ", ".join(_places(page, finding.places)),
        less,
        Markup(page.translate("validation-why")).format(note=notes) if notes else None,  # noqa: S704 - our own text
    )


def _sentences(text: str) -> tuple[str, str]:
    """The first sentence of a text and the others; a point within a quotation ends none.

    >>> _sentences('It says "No. Never". Mend it. Soon.')
    ('It says "No. Never".', 'Mend it. Soon.')
    """
    for end in _SENTENCE.finditer(text):
        if not text[: end.start()].count('"') % 2:
            return text[: end.start()], text[end.end() :]
    return text, ""


def _message(page: HtmlPage, finding: Finding) -> Markup:
    return _with_names(page, page.locale.pick(finding.message))


def _with_names(page: HtmlPage, text: Name) -> Markup:
    """A text with the name of each term beside its code: readers know the one, and who edits the other."""
    said, known = page.named(text), page.site.documents.labels

    def with_name(code: re.Match[str]) -> str:
        iri = page.site.prefixes.expand(code[0])
        return f"{page.label(iri)} <small>({code[0]})</small>" if iri and iri in known else code[0]

    return Markup(_CODE.sub(with_name, said))  # noqa: S704 - both are escaped


def _thing(page: HtmlPage, finding: Finding, shapes: Mapping[str, str]) -> Markup | None:
    """What a finding is about: a link to its page, to that of a query, or to the file of a shape."""
    if not finding.focus:
        return _query(page, finding)
    if finding.focus in shapes:
        label = finding.label or page.context.once("shapes-called", lambda: _called(page)).get(finding.focus, {})
        name = page.locale.pick(label).text or page.name(finding.focus).text
        return Markup('<a href="%s"><bdi>%s</bdi></a>') % (shapes[finding.focus], name)
    return page.link(finding.focus) if page.context.target(finding.focus) else page.label(finding.focus)


def _called(page: HtmlPage) -> Mapping[str, Mapping[str, str]]:
    """What the requirements are called."""
    return {each.shape: each.label for each in page.site.report.coverage}


def _query(page: HtmlPage, finding: Finding) -> Markup | None:
    """The query in whose file something was found, if it is one."""
    files = (Path(place.file) for place in finding.places)
    query = next((page.site.queries[file.stem] for file in files if _is_query(page, file)), None)
    if query is None:
        return None
    name = page.named(page.locale.pick(query.summary)) if query.summary else Markup.escape(query.name)
    return Markup('<a href="%s">%s</a>') % (page.page_url(f"{paths.ANSWERS}{query.name}"), name)


def _is_query(page: HtmlPage, file: Path) -> bool:
    return file.suffix == QUERY_SUFFIX and file.stem in page.site.queries


def _places(page: HtmlPage, places: tuple[Place, ...]) -> Iterator[str]:
    for place in places:
        yield plain(f"{place.file}, {page.translate('line', line=place.line)}" if place.line else place.file)


def _covered(
    page: HtmlPage, shape: str, label: Mapping[str, str], nodes: int, shapes: Mapping[str, str]
) -> tuple[Markup, str]:
    """A requirement as a link to its file, and the number of things that it was tried on."""
    name = page.named(page.locale.pick(label)) if label else page.label(shape)
    linked = Markup('<a href="%s">%s</a>') % (shapes[shape], name) if shape in shapes else name
    return linked, page.locale.number(nodes)
