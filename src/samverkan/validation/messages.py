"""What our own checks say, in Swedish and English: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samverkan.errors import Place
from samverkan.validation.findings import Finding, Severity

INFO, WARNING, VIOLATION = Severity

_LONGEST = 120  # characters of a value in a message

MESSAGES: Mapping[str, tuple[Severity, str, str]] = {
    "empty-folder": (
        VIOLATION,
        "Mappen {folder}/ säger ingenting, så det finns inget att kontrollera. Lägg till en fil som slutar på .ttl.",
        "The folder {folder}/ states nothing, so there is nothing to check. Add a file that ends in .ttl.",
    ),
    "empty-file": (
        WARNING,
        "Filen är tom. Fyll i den eller ta bort den.",
        "The file is empty. Fill it in or remove it.",
    ),
    "ignored-file": (
        WARNING,
        "Det här läses inte: bara filer som slutar på .ttl läses här. Byt namn på filen eller flytta den.",
        "This is not read: only files that end in .ttl are read here. Rename or move it.",
    ),
    "public-without-publisher": (
        VIOLATION,
        "Det framgår inte vem som publicerar för allmänheten. Lägg till namnet, eller ta bort public = true.",
        "It is not stated who publishes for the public. Add the name, or remove public = true.",
    ),
    "public-without-contact": (
        VIOLATION,
        "DOS-lagen kräver att brister kan påtalas. Lägg till [contact] med email, eller ta bort public = true.",
        "Swedish law (DOS-lagen) requires a way to report faults. Add [contact] with email, or remove public = true.",
    ),
    "public-without-audit": (
        VIOLATION,
        "Tillgänglighetsredogörelsen har inget test att bygga på. Kör samverkan audit, eller ta bort public = true.",
        "The accessibility statement has no test to rest on. Run samverkan audit, or remove public = true.",
    ),
    "site-without-title": (
        WARNING,
        'Webbplatsen saknar namn på något av sina språk. Skriv [title] och under den en rad för varje språk: sv = "…".',
        'The site has no name in one of its languages. Write [title] and under it a line for each language: en = "…".',
    ),
    "wrong-base": (
        VIOLATION,
        (
            "Ingenting i data/ har en adress som börjar med {name}, men {count} saker har en som börjar med {meant}. "
            'Menade du base = "{meant}"? Inget annat kontrolleras innan det är rättat.'
        ),
        (
            "Nothing in data/ has an address that begins with {name}, but {count} things have one that begins with "
            '{meant}. Did you mean base = "{meant}"? Nothing else is checked until this is corrected.'
        ),
    ),
    "wrong-ontology": (
        VIOLATION,
        (
            "Inget begrepp i ontology/ börjar med {name}, men {count} klasser börjar med {meant}. "
            'Menade du ontology = "{meant}"? Inget annat kontrolleras innan det är rättat.'
        ),
        (
            "No term in ontology/ begins with {name}, but {count} classes begin with {meant}. "
            'Did you mean ontology = "{meant}"? Nothing else is checked until this is corrected.'
        ),
    ),
    "wrong-language": (
        VIOLATION,
        (
            "Ingen text i data/ är på språket {name}, som står i languages, men {count} är på {meant}, som inte står "
            "där. Menade du {meant}? Inget annat kontrolleras innan det är rättat."
        ),
        (
            "No text in data/ is in the language {name}, which is one of the languages, but {count} are in {meant}, "
            "which is not. Did you mean {meant}? Nothing else is checked until this is corrected."
        ),
    ),
    "missing-graph": (
        VIOLATION,
        "Lagret saknar grafen {name}. Skicka dit filen igen.",
        "The store lacks the graph {name}. Send the file there again.",
    ),
    "foreign-graph": (
        WARNING,
        "Lagret har en graf under webbplatsens adress som webbplatsen inte har: {name}. Ta bort den ur lagret.",
        "The store has a graph under the site's address that the site does not have: {name}. Remove it from the store.",
    ),
    "deprecated-term": (
        WARNING,
        "{name} har utgått ur ontologin.{sv}",
        "{name} is deprecated in the ontology.{en}",
    ),
    "undeclared-term": (
        VIOLATION,
        "{name} finns inte i ontologin.{sv} Rätta stavningen eller lägg till begreppet i ontology/.",
        "{name} is not in the ontology.{en} Correct the spelling or add the term to ontology/.",
    ),
    "unknown-standard-term": (
        VIOLATION,
        "{name} finns inte i sin standard.{sv} Rätta stavningen.",
        "{name} does not exist in its standard.{en} Correct the spelling.",
    ),
    "unreached-shape": (
        VIOLATION,
        "Formen når ingenting: inget i data är eller har {names}. Rätta stavningen eller ta bort formen.",
        "The shape reaches nothing: nothing in the data is or has {names}. Correct the spelling or remove the shape.",
    ),
    "unused-shape": (
        INFO,
        "Formen har inget att kontrollera än: inget i data är eller har {names}.",
        "The shape has nothing to check yet: nothing in the data is or has {names}.",
    ),
    "class-without-shape": (
        VIOLATION,
        "Ingen form kontrollerar {name}. Lägg till en form i shapes/ eller rätta stavningen av klassen.",
        "No shape checks {name}. Add a shape to shapes/ or correct the spelling of the class.",
    ),
    "thing-without-class": (
        VIOLATION,
        (
            "Det framgår inte vad {name} är, och inget har en liknande adress.{sv} Rätta stavningen om den är fel. Är "
            "det något nytt, så skriv vad det är: a, och klassen."
        ),
        (
            "Nothing says what {name} is, and nothing has a similar address.{en} Correct the spelling if "
            "it is wrong. If it "
            "is something new, say what it is: a, and the class."
        ),
    ),
    "misspelt-thing": (
        VIOLATION,
        "{name} är inte samma adress som {other}, och bara den ena beskrivs. Menade du {other}?",
        "{name} is not the same address as {other}, and only one of them is described. Did you mean {other}?",
    ),
    "other-scheme": (
        VIOLATION,
        (
            "Adressen {wrong} börjar med {scheme} men ska börja med {other}, annars är det andra namn än de som menas. "
            "Skriv {right}{sv}."
        ),
        (
            "The address {wrong} begins with {scheme} but should begin with {other}, or else these "
            "are other names than "
            "those that are meant. Write {right}{en}."
        ),
    ),
    "other-namespace": (
        VIOLATION,
        "Prefixet {prefix}: står här för {wrong}, och där finns inte det som namnen i filen betecknar. Skriv {right}.",
        "The prefix {prefix}: stands for {wrong} here, where what the names in the file mean is not. Write {right}.",
    ),
    "table-file": (
        WARNING,
        (
            "Ett kalkylblad läses inte härifrån: bara filer som slutar på .ttl läses. Kör samverkan import {name}, som "
            "gör om raderna till uppgifter i en .ttl-fil, och flytta sedan bladet från mappen."
        ),
        (
            "A spreadsheet is not read from here: only files that end in .ttl are. Run samverkan import {name}, which "
            "turns its rows into facts in a .ttl file, and then move the spreadsheet out of this folder."
        ),
    ),
    "dangling-link": (
        VIOLATION,
        "Länken leder ingenstans: {name} beskrivs inte.{sv} Rätta stavningen eller beskriv det.",
        "The link leads nowhere: {name} is not described.{en} Correct the spelling or describe it.",
    ),
    "unknown-successor": (
        VIOLATION,
        "Det som anges som ersättare, {name}, beskrivs inte här. Rätta stavningen eller beskriv det.",
        "What is given as the replacement, {name}, is not described here. Correct the spelling or describe it.",
    ),
    "circular-successor": (
        VIOLATION,
        "Ersättaren {name} leder runt i en cirkel. Ta bort det dcterms:isReplacedBy som går åt fel håll.",
        "The replacement {name} leads round in a circle. Remove the dcterms:isReplacedBy that goes the wrong way.",
    ),
    "withdrawn-successor": (
        VIOLATION,
        "Allt som ersätter detta är självt indraget. Ange något som finns kvar, eller ta bort dcterms:isReplacedBy.",
        "All that replaces this is withdrawn, too. Name something that still exists, or remove dcterms:isReplacedBy.",
    ),
    "withdrawn-link": (
        WARNING,
        "Länken leder till {name}, som är indraget. {sv}",
        "The link leads to {name}, which is withdrawn. {en}",
    ),
    "unexplained-withdrawal": (
        WARNING,
        "Detta är indraget, men det framgår inte vad det hette eller varför. Lägg till rdfs:label och rdfs:comment.",
        "This is withdrawn, but its name or the reason is missing. Add rdfs:label and rdfs:comment.",
    ),
    "described-withdrawal": (
        INFO,
        "Detta är indraget men har kvar sin klass, så frågor hittar det än. Ta bort klassen om det inte är meningen.",
        "This is withdrawn but still has its class, so queries find it. Remove the class unless that is intended.",
    ),
    "undescribed-graph": (
        INFO,
        "Det framgår inte vad den här filen är och var uppgifterna kommer ifrån. Beskriv {name} i data/.",
        "Nothing says what this file is and where its facts come from. Describe {name} in data/.",
    ),
    "blank-node": (
        VIOLATION,
        "Här finns något utan namn ([ … ], ( … ) eller _:x). Ge det en egen adress.",
        "Something here has no name ([ … ], ( … ) or _:x). Give it an address of its own.",
    ),
    "control-character": (
        VIOLATION,
        "Texten innehåller ett osynligt styrtecken som XML inte kan bära. Skriv texten utan det.",
        "The text has an invisible control character that XML can't carry. Write the text without it.",
    ),
    "newer-rdf": (
        VIOLATION,
        "{sv} hör till RDF 1.2, och program som läser RDF 1.1 kan inte läsa filen. {sv_do}",
        "{en} belongs to RDF 1.2, and programs that read RDF 1.1 can't read this file. {en_do}",
    ),
    "unwritable-property": (
        VIOLATION,
        "Egenskapen {name} kan inte skrivas i RDF/XML: {sv}",
        "The property {name} can't be written in RDF/XML: {en}",
    ),
    "unusable-choice": (VIOLATION, "{sv}", "{en}"),
    "unanswered-view": (VIOLATION, "{sv}", "{en}"),
    "misspelt-key": (
        WARNING,
        "{name} är ingen nyckel i ett huvud, så raden har ingen verkan. Menade du {meant}?",
        "{name} is not a key of a query head, so the line has no effect. Did you mean {meant}?",
    ),
    "unbound-variable": (
        WARNING,
        "{name} får aldrig något värde i frågan.{sv} Rätta stavningen, eller ta bort variabeln.",
        "{name} never gets a value in the query.{en} Correct the spelling, or remove the variable.",
    ),
    "similar-variable": (
        WARNING,
        "{name} står bara här, och en annan variabel heter nästan likadant.{sv} Rätta stavningen, eller byt namn.",
        "{name} occurs only here, and another variable has nearly that name.{en} Correct the spelling, or rename it.",
    ),
    "unasked-focus": (
        WARNING,
        "Frågan i formen nämner inte $this, så svaret är detsamma för allt. Skriv $this i den.",
        "The query in the shape does not ask about $this, so its answer is the same for all. Write $this in it.",
    ),
    "unselected-focus": (
        WARNING,
        "Frågan i formen ger inte $this, som SHACL kräver. Skriv SELECT $this.",
        "The query in the shape does not select $this, as SHACL demands. Write SELECT $this.",
    ),
    "unfilled-message": (
        WARNING,
        "Meddelandet har luckan {name}, men frågan ger inget sådant värde.{sv} Rätta namnet, eller lägg det i SELECT.",
        "The message leaves {name} open, but the query gives no such value.{en} Correct the name, or add it to SELECT.",
    ),
    "contradictory-shape": (
        WARNING,
        "{one} och {other} går inte att uppfylla samtidigt. Rätta det ena.",
        "{one} and {other} can't both be met. Correct one of them.",
    ),
    "untranslated-shape": (
        WARNING,
        "{name} finns inte på alla webbplatsens språk: {languages} saknas.{sv} Lägg till texten.",
        "{name} is not in all languages of the site: {languages} is missing.{en} Add the text.",
    ),
    "empty-answer": (
        INFO,
        "Ingenting på webbplatsen besvarar frågan, vad man än väljer. Rätta den, om det borde finnas ett svar.",
        "Nothing on the site answers the query, whatever is chosen. Correct it, if there should be an answer.",
    ),
    "weaker-shape": (
        WARNING,
        "Formen kräver mindre än i {rev}: {sv}. Återställ kravet, om det inte är meningen.",
        "The shape asks for less than in {rev}: {en}. Restore that, unless this is intended.",
    ),
    "removed-shape": (
        WARNING,
        "Formen {name} finns i {rev} men inte här, så inget prövar det längre. Återställ den, om det inte är meningen.",
        "The shape {name} is in {rev} but not here, so nothing checks that now. Restore it, unless this is intended.",
    ),
    "changed-shape": (
        INFO,
        "En SPARQL-fråga i formen är inte densamma som i {rev}. Kontrollera att den fortfarande kräver lika mycket.",
        "A SPARQL query in the shape differs from that in {rev}. Check that it still asks for as much.",
    ),
    "removed-term": (
        WARNING,
        "{name} finns i ontologin i {rev} men inte här. Andra kan använda det: behåll det, med owl:deprecated true.",
        "{name} is in the ontology in {rev} but not here. Others may use it: keep it, with owl:deprecated true.",
    ),
    "removed-axiom": (
        WARNING,
        "Ontologin säger inte längre {said}, som i {rev}. Återställ det, om det inte är meningen.",
        "The ontology no longer says {said}, as it does in {rev}. Restore that, unless this is intended.",
    ),
    "removed-query": (
        WARNING,
        "Frågan {name} finns i {rev} men inte här, så adresserna försvinner. Återställ den om det inte är meningen.",
        "The query {name} is in {rev} but not here, so its addresses disappear. Restore it, unless this is intended.",
    ),
    "narrowed-query": (
        WARNING,
        "Frågan har inte längre {names}, som i {rev}. De som använder den kan behöva det. Återställ det.",
        "The query no longer has {names}, as it does in {rev}. Those who use it may need that. Restore it.",
    ),
    "changed-answer": (
        WARNING,
        "Samma data ger ett annat svar än i {rev}: {gone} rader är borta, {new} är nya. Kontrollera att det är rätt.",
        "The same data give another answer than in {rev}: {gone} rows are gone, {new} are new. Check that it is right.",
    ),
    "changed-query": (
        INFO,
        "Frågan söker efter något annat än i {rev}. Kontrollera att svaret fortfarande är rätt.",
        "The query looks for something other than in {rev}. Check that the answer is still right.",
    ),
    "unwritable-answer": (VIOLATION, "{sv}", "{en}"),
    "foreign-address": (
        WARNING,
        "Adressen ligger utanför webbplatsen, så detta får ingen egen sida. Ge det en adress under basen.",
        "The address is outside the site, so this gets no page of its own. Give it an address under the base.",
    ),
    "concept-of-another-scheme": (
        VIOLATION,
        (
            "{name} hör till {found}, men {property} tar begrepp ur {wanted}.{sv} Byt till ett begrepp därifrån. Är "
            "begreppet rätt, låt dess lista vara en del av {lists} (dcterms:isPartOf)."
        ),
        (
            "{name} belongs to {found}, but {property} takes concepts from {wanted}.{en} Use one of those. If the "
            "concept is right, say that its scheme is a part of {lists} (dcterms:isPartOf)."
        ),
    ),
    "unlisted-scheme": (
        WARNING,
        (
            "{property} tar begrepp ur {lists}, och ingen av webbplatsens listor hör dit. Är {found} den rätta, lägg "
            "till dcterms:isPartOf {lists} på den."
        ),
        (
            "{property} takes concepts from {lists}, and no scheme of the site belongs there. If {found} is the right "
            "one, add dcterms:isPartOf {lists} to it."
        ),
    ),
    "property-of-another-class": (
        WARNING,
        "{property} är till för {wanted}, men det här är {found}. Rätta egenskapen, eller flytta uppgiften.",
        "{property} is for {wanted}, but this is {found}. Correct the property, or move the statement.",
    ),
    "value-of-another-class": (
        WARNING,
        "{property} ska leda till {wanted}, men värdet är {found}. Rätta värdet eller egenskapen.",
        "{property} must lead to {wanted}, but the value is {found}. Correct the value or the property.",
    ),
    "unused-concept": (
        INFO,
        (
            "Inget använder begreppet, och inte heller något begrepp över eller under det ({names}; antal: {count}). "
            "Använd det, länka det till ett som används, eller ta bort det."
        ),
        (
            "Nothing uses the concept, or any above or below it ({names}; {count} in all). Use it, link it to one "
            "that is used, or remove it."
        ),
    ),
    "circular-hierarchy": (
        VIOLATION,
        (
            "De här länkarna bildar en cirkel, så att saken står över sig själv: {links}. "
            "Ta bort den länk som går åt fel håll."
        ),
        (
            "These links form a circle, so that the thing stands above itself: {links}. "
            "Remove the link that goes the wrong way."
        ),
    ),
    "disjoint-classes": (
        VIOLATION,
        (
            "De här två uppgifterna utesluter varandra, för ingenting kan vara både {one} och {other}: {first_sv}; "
            "{second_sv}. Ta bort den felaktiga, eller rätta ontologin."
        ),
        (
            "These two statements exclude each other, for nothing can be both {one} and {other}: {first_en}; "
            "{second_en}. Remove the wrong one, or correct the ontology."
        ),
    ),
    "functional-property": (
        VIOLATION,
        (
            "{property} har högst ett värde, men här står två olika: {first_sv}; {second_sv}. Ta bort det felaktiga. "
            "Är två adresser samma sak, behåll en av dem eller skriv owl:sameAs mellan dem."
        ),
        (
            "{property} has at most one value, and here are two: {first_en}; {second_en}. Remove the wrong one. If two "
            "addresses are one thing, keep one of them, or write owl:sameAs between them."
        ),
    ),
    "inverse-functional-property": (
        VIOLATION,
        (
            "Bara en sak kan ha ett visst värde på {property}, men här har två saker samma: {first_sv}; {second_sv}. "
            "Rätta den ena. Är två adresser samma sak, behåll en av dem eller skriv owl:sameAs mellan dem."
        ),
        (
            "Only one thing can have a certain value of {property}, and here two have the same: {first_en}; "
            "{second_en}. Correct one of them. If two addresses are one thing, keep one of them, or write "
            "owl:sameAs between them."
        ),
    ),
    "asymmetric-property": (
        VIOLATION,
        "{property} gäller aldrig åt båda håll, men här gör den det: {first_sv}; {second_sv}. Ta bort den felaktiga.",
        "{property} never holds in both directions, and here it does: {first_en}; {second_en}. Remove the wrong one.",
    ),
    "irreflexive-property": (
        VIOLATION,
        "{property} leder aldrig från en sak till saken själv, men här gör den det: {first_sv}. Rätta värdet.",
        "{property} never leads from a thing to itself, and here it does: {first_en}. Correct the value.",
    ),
    "too-much-follows": (
        VIOLATION,
        (
            "Av {property} följer mer än {most} uppgifter, och därför härleds ingenting alls. Ta bort det i ontologin "
            "som gör egenskapen transitiv eller symmetrisk, eller skriv inferred = false under [answers] i "
            "samverkan.toml."
        ),
        (
            "More than {most} statements would follow from {property}, so none are worked out. Remove what makes the "
            "property transitive or symmetric from the ontology, or write inferred = false under [answers] in "
            "samverkan.toml."
        ),
    ),
    "reserved-graph": (
        VIOLATION,
        (
            "{name} heter som en graf med det som följer av uppgifterna. Byt namn på filen, eller skriv inferred = "
            "false under [answers] i samverkan.toml."
        ),
        (
            "{name} is called as a graph that holds what follows from the facts. Rename the file, or write inferred = "
            "false under [answers] in samverkan.toml."
        ),
    ),
    "prefix-of-another-site": (
        VIOLATION,
        "Prefixet {prefix}: står för en annan webbplats, {name}. Skriv {wanted}.",
        "The prefix {prefix}: stands for another site, {name}. Write {wanted}.",
    ),
    "graph-without-file": (
        WARNING,
        "Här beskrivs en fil som inte finns, {name}. Lägg tillbaka filen, rätta adressen, eller ta bort beskrivningen.",
        (
            "This describes a file that is not there, {name}. Put the file back, correct the address, or remove the "
            "description."
        ),
    ),
    "bad-mailto": (
        VIOLATION,
        "Det går inte att skriva till {name}. Skriv adressen så: <mailto:namn@example.org>.",
        "Nobody can write to {name}. Write the address like this: <mailto:name@example.org>.",
    ),
    "bad-web-address": (
        WARNING,
        "Adressen {name} leder inte till den server som det ser ut som. Skriv https:// en gång, och sedan servern.",
        "The address {name} does not lead to the server that it seems to. Write https:// once, and then the server.",
    ),
    "person-outside": (
        VIOLATION,
        (
            "{name} är en person, men filen är inte angiven som en fil med personuppgifter. Flytta uppgiften till "
            "en fil som är det, så att alla personuppgifter kan tas bort i ett steg."
        ),
        (
            "{name} is a person, but the file is not declared to contain personal data. Move the statement to a file "
            "that is, so that all personal data can be removed in one step."
        ),
    ),
    "nobody-personal": (
        WARNING,
        "Filen uppges innehålla personuppgifter, men ingen person finns i den. Rätta uppgiften, eller ta bort filen.",
        "The file is declared to contain personal data, but nobody is in it. Correct that, or remove the file.",
    ),
    "named-person": (
        VIOLATION,
        "Texten nämner {name}, men filen är inte angiven som en fil med personuppgifter. Skriv texten utan namnet.",
        "The text names {name}, but the file is not declared to contain personal data. Remove the name from the text.",
    ),
    "named-tombstone": (
        VIOLATION,
        (
            "Personen är borttagen, men namnet står kvar i beskedet om det. "
            "Skriv beskedet utan namn, till exempel ”Borttagen person”."
        ),
        (
            "The person has been removed, but the notice of it still has the name. "
            "Write the notice without a name, such as “Removed person”."
        ),
    ),
    "like-personal-data": (
        WARNING,
        (
            "Det här ser ut som {sv}: ”{text}”. Är det en persons, ta bort det ur texten: filen är inte angiven som en "
            "fil med personuppgifter."
        ),
        (
            "This looks like {en}: “{text}”. If it is a person's, take it out of the text: the file is not declared to "
            "contain personal data."
        ),
    ),
    "misleading-address": (
        VIOLATION,
        (
            "Webben läser inte adressen längre än till {end}, så den leder till en annan sak: {name}. Ge saken en "
            "adress utan ? och #."
        ),
        (
            "The web reads the address no further than {end}, so it leads to another thing: {name}. Give the thing an "
            "address without ? and #."
        ),
    ),
    "same-address": (
        VIOLATION,
        "Adressen skiljer sig från {name} bara i stora och små bokstäver. Byt namn på den ena.",
        "The address differs from {name} only in upper and lower case. Rename one of them.",
    ),
    "odd-address": (
        WARNING,
        "Adressen bör vara id/sort/namn med små bokstäver a till z, siffror och bindestreck.",
        "The address should be id/kind/name in lower-case letters a to z, digits and hyphens.",
    ),
    "untidy-name": (
        WARNING,
        "Namnet har {sv}. Skriv det med ett mellanslag mellan orden och inget runt om.",
        "The name has {en}. Write it with one space between the words and none around them.",
    ),
    "invisible-character": (
        WARNING,
        "Texten har tecken som inte syns: {sv}. Skriv den utan dem, med vanliga mellanslag.",
        "The text has characters that can't be seen: {en}. Write it without them, with plain spaces.",
    ),
    "markup": (
        WARNING,
        "Texten innehåller uppmärkning, som visas precis som den står: {sv}. Skriv vanlig text utan märken.",
        "The text has markup, which is shown just as it stands: {en}. Write plain text without marks.",
    ),
    "decomposed-letter": (
        WARNING,
        "En bokstav är skriven i delar, så sökningar hittar den inte: {sv}. Skriv den som ett enda tecken (NFC).",
        "A letter is written in parts, so searches don't find it: {en}. Write it as one character (NFC).",
    ),
    "unknown-language": (
        WARNING,
        "{tag} är inget språk här, så frågor hittar inte texten.{sv}",
        "{tag} is no language here, so questions don't find the text.{en}",
    ),
    "unknown-region": (
        WARNING,
        "{tag} har ingen landskod som finns, eller en som knappast är menad.{sv}",
        "{tag} has no code of a country that there is, or one that is hardly meant.{en}",
    ),
    "two-names": (
        WARNING,
        "Saken har flera namn på språket {language}: {names}. Listor visar den då flera gånger. Behåll ett av namnen.",
        "The thing has several names in the language {language}: {names}. Lists then show it twice. Keep one of them.",
    ),
    "swapped-languages": (
        WARNING,
        "Texterna ser ut att ha bytt språk: den med {one} ser ut att vara {other}, och tvärtom. Byt plats på språken.",
        "The texts seem to have swapped languages: that with {one} looks like {other}, and the reverse. Swap the tags.",
    ),
    "other-language": (
        WARNING,
        "Texten har språket {tag} men ser ut att vara på ett annat ({sv}). Rätta språket, eller översätt texten.",
        "The text has the language {tag} but seems to be in another one ({en}). Correct the tag, or translate it.",
    ),
    "javascript-shape": (
        VIOLATION,
        "sh:js ignoreras. Skriv kravet i SHACL utan JavaScript.",
        "sh:js is ignored. Write the constraint in SHACL without JavaScript.",
    ),
    "deactivated-shape": (
        WARNING,
        "Formen är avstängd och kontrollerar ingenting. Slå på den eller ta bort den.",
        "The shape is switched off and checks nothing. Switch it on or remove it.",
    ),
    "import": (
        WARNING,
        "owl:imports följs inte: inget hämtas från nätet. Lägg filen i ontology/.",
        "owl:imports is not followed: nothing is fetched. Put the file into ontology/.",
    ),
    "import-not-followed": (
        INFO,
        "owl:imports följs inte: inget hämtas. Ange {name} med --shapes om formerna där också ska gälla.",
        "owl:imports is not followed: nothing is fetched. Name {name} with --shapes if the shapes there apply too.",
    ),
    "nothing-checked": (
        WARNING,
        "Ingen form når något i data, så inget har kontrollerats. Har data de klasser och egenskaper som krävs?",
        "No shape reaches anything in the data, so nothing was checked. Do the data have the classes it asks for?",
    ),
    "rewritten-value": (
        INFO,
        "Frågor ger {kept} där filen har {written}. Dokumenten är som de skrevs. Så många värden gäller det: {count}.",
        "Queries give {kept} where the file has {written}. Documents stay as written. Values concerned: {count}.",
    ),
    "advanced-shape": (
        WARNING,
        "{name} hör till SHACL Advanced Features och utvärderas inte här. Skriv kravet med SHACL Core eller sh:sparql.",
        "{name} belongs to SHACL Advanced Features and is not evaluated here. Write it with SHACL Core or sh:sparql.",
    ),
    "unknown-shape": (
        VIOLATION,
        "{name} är ingen form som finns, så inget krävs med den. Rätta stavningen, eller lägg till formen.{sv}",
        "{name} is no shape that exists, so nothing is asked by it. Correct the spelling, or add the shape.{en}",
    ),
    "lone-parameter": (
        WARNING,
        "{name} har ingen verkan utan {sv}. Lägg till det som fattas, eller ta bort {name}.",
        "{name} has no effect without {en}. Add what is missing, or remove {name}.",
    ),
    "unsupported-entailment": (
        VIOLATION,
        "Formerna begär {name}, men inget härleds här innan de prövas. Ta bort sh:entailment, och ange det i data.",
        "The shapes ask for {name}, but nothing is inferred here. Remove sh:entailment, and state it in the data.",
    ),
    "unclear-switch": (
        WARNING,
        "sh:{name} är skrivet {written}, och SHACL slår bara på det med true. Skriv true eller false.",
        "sh:{name} is written {written}, and SHACL switches it on by true alone. Write true or false.",
    ),
    "idle-shape": (
        VIOLATION,
        "Formen kontrollerar ingenting: den har inget mål (sh:targetClass …) och ingen annan form pekar på den.",
        "The shape checks nothing: it has no target (sh:targetClass …), and no other shape points to it.",
    ),
    "unused-property": (
        WARNING,
        "{name} finns inte i data, så kravet på den har ingen verkan. Rätta stavningen om den är fel.",
        "{name} is nowhere in the data, so the constraint on it has no effect. Correct the spelling if it is wrong.",
    ),
    "outside-query": (
        VIOLATION,
        "Frågan i formen får inte läsa utifrån. Ta bort SERVICE, FROM och LOAD.",
        "The query in the shape may not read from outside. Remove SERVICE, FROM and LOAD.",
    ),
    "broken-query": (
        VIOLATION,
        "Frågan i formen går inte att läsa: {reason_sv}. Rätta den, eller deklarera prefixet med sh:prefixes.",
        "The query in the shape can't be read: {reason}. Correct it, or declare the prefix with sh:prefixes.",
    ),
    "unfinished": (
        VIOLATION,
        "SHACL-kontrollen blev inte klar på {seconds} sekunder. Leta i shapes/ efter ett uttryck som tar för lång tid.",
        "The SHACL check did not finish in {seconds} seconds. Look in shapes/ for an expression that takes too long.",
    ),
    "too-many-results": (
        VIOLATION,
        "Formerna ger fler än {count} resultat, {most} från {shape}. Resten visas inte. Kräver den formen för mycket?",
        "The shapes give more than {count} results, {most} from {shape}. The rest is not shown. Does it ask too much?",
    ),
    "ill-formed-shape": (
        VIOLATION,
        "Formen går inte att använda: {reason_sv}. Rätta den.",
        "The shape can't be used: {reason}. Correct it.",
    ),
    "evidence-differs": (
        VIOLATION,
        "{here} säger {name} {said}, men belägget {there} säger {borne}. Rätta det av dem som är fel.",
        "{here} says {name} {said}, but its evidence at {there} says {borne}. Correct whichever is wrong.",
    ),
    "evidence-of-another-type": (
        VIOLATION,
        (
            "{here} säger {name} {said}, men belägget {there} säger {borne}: språket eller datatypen är en annan. "
            "Rätta det av dem som är fel."
        ),
        (
            "{here} says {name} {said}, but its evidence at {there} says {borne}: another language or datatype. "
            "Correct whichever is wrong."
        ),
    ),
    "fact-beyond-evidence": (
        VIOLATION,
        "{here} säger {name} {said}, men belägget {there} säger bara {borne}. Ange inte mer än källan säger.",
        (
            "{here} says {name} {said}, but its evidence at {there} says no more than {borne}. "
            "State no more than the source does."
        ),
    ),
    "evidence-without-fact": (
        VIOLATION,
        (
            "Det finns belägg för en uppgift som inte finns i data: {told}. Lägg till uppgiften om den saknas; "
            "annars rätta uppgiften eller belägget, eller ta bort belägget."
        ),
        (
            "There is evidence for a fact that the data don't have: {told}. Add the fact if it is missing; "
            "otherwise correct the fact or the evidence, or remove the evidence."
        ),
    ),
    "evidence-of-another-status": (
        VIOLATION,
        (
            "Uppgiften står i {graph}, där uppgifterna har statusen {status}, men dess belägg har statusen {other}. "
            "Flytta uppgiften till en fil med rätt status, eller rätta belägget."
        ),
        (
            "The fact is in {graph}, whose facts have the status {status}, but its evidence has the status {other}. "
            "Move the fact to a file of the right status, or correct the evidence."
        ),
    ),
    "evidence-from-elsewhere": (
        WARNING,
        (
            "Uppgiften står i {graph}, men dess belägg är från {source}, som inte är någon av grafens källor. "
            "Lägg till källan i beskrivningen av grafen, flytta uppgiften, eller rätta belägget."
        ),
        (
            "The fact is in {graph}, but its evidence is from {source}, which is not among the sources of the graph. "
            "Add the source to the description of the graph, move the fact, or correct the evidence."
        ),
    ),
    "fact-without-evidence": (
        WARNING,
        (
            "Uppgifter utan belägg ({count}): {names}. Lägg till dem för det ställe i källan som de bygger på, "
            "den första så: {text}"
        ),
        (
            "Facts without evidence ({count}): {names}. Add them to the passage of the source on which they rest, "
            "the first one like this: {text}"
        ),
    ),
    "graph-without-evidence": (
        VIOLATION,
        (
            "Ingen av de {count} uppgifterna i {graph} har något belägg, fast webbplatsen har belägg för andra "
            "med samma status. Lägg till beläggen, eller ändra grafens status."
        ),
        (
            "None of the {count} facts of {graph} has any evidence, though the site has evidence for others of the "
            "same status. Add the evidence, or change the status of the graph."
        ),
    ),
    "nothing-has-evidence": (
        INFO,
        (
            "Grafer med källor: {count}, men ingen uppgift har något belägg. Lägg till belägg, så att läsarna ser var "
            "i källan varje uppgift står."
        ),
        (
            "Graphs with sources: {count}, but no fact has any evidence. Add some, so that readers see where in the "
            "source each fact stands."
        ),
    ),
    "note-contradicted": (
        WARNING,
        (
            "Anmärkningen säger att {property} saknas för {name}, men {here} anger {said}. "
            "Ta bort anmärkningen, eller rätta uppgiften."
        ),
        (
            "The note says that {property} of {name} is missing, but {here} gives {said}. "
            "Remove the note, or correct the fact."
        ),
    ),
    "note-from-elsewhere": (
        WARNING,
        "Anmärkningen gäller {source}, men det som data säger om {name} kommer från {other}. Rätta den ena.",
        "The note is on {source}, but what the data say of {name} is from {other}. Correct one of them.",
    ),
    "note-of-nothing": (
        WARNING,
        "Anmärkningen gäller en uppgift som inte finns: {told}. Rätta den eller ta bort den.",
        "The note is about a fact that is not there: {told}. Correct it or remove it.",
    ),
    "misread-text": (
        WARNING,
        (
            "Texten innehåller tecken som har blivit fel: {sv}. Troligen har filen lästs med en annan teckenkodning än "
            "den sparades med. Skriv rätt tecken, och spara filen som UTF-8."
        ),
        (
            "The text has characters that went wrong: {en}. The file was probably read in another encoding than it was "
            "saved in. Write the right characters, and save the file as UTF-8."
        ),
    ),
    "styled-letter": (
        WARNING,
        "Bokstäverna är tecken som bara ser ut som vanliga: {sv}. Sökningar hittar dem inte. Skriv vanliga bokstäver.",
        "The letters are characters that only look like plain ones: {en}. Searches don't find them. Write plain ones.",
    ),
    "mixed-alphabets": (
        WARNING,
        (
            "Ordet blandar bokstäver ur två alfabet som ser likadana ut: {sv}. Sökningar hittar det inte. Skriv det "
            "med ett enda alfabet."
        ),
        (
            "The word mixes letters of two alphabets that look the same: {en}. Searches don't find it. Write it in "
            "one alphabet."
        ),
    ),
    "stand-in-text": (
        WARNING,
        "Här står något i stället för en text: {sv}. Skriv texten, eller ta bort värdet.",
        "This stands in for a text: {en}. Write the text, or remove the value.",
    ),
    "address-as-name": (
        WARNING,
        "Namnet är en webbadress. Skriv vad det heter, och ange adressen med en egenskap för länkar.",
        "The name is a web address. Write what it is called, and give the address with a property for links.",
    ),
    "evidence-under-another-heading": (
        WARNING,
        (
            "Belägget står under rubriken ”{heading}”, som handlar om {other}, men uppgiften gäller {name}, som hör "
            "till en annan rubrik på sidan. Flytta uppgiften till rätt ställe."
        ),
        (
            "The evidence stands under the heading “{heading}”, which is about {other}, but the fact is about {name}, "
            "which belongs to another heading on the page. Move the fact to the right passage."
        ),
    ),
    "evidence-under-a-second-heading": (
        INFO,
        (
            "Uppgiften om {name} har belägg under sin egen rubrik, och även under ”{heading}”, som handlar om {other}. "
            "Kontrollera att sidan säger det även där, och ta annars bort det belägget."
        ),
        (
            "The fact about {name} has evidence under its own heading, and also under “{heading}”, which is about "
            "{other}. Check that the page says so there too, and remove that evidence if it doesn't."
        ),
    ),
    "graph-without-source": (
        WARNING,
        (
            "Uppgifterna i {graph} har belägg från {source}, men grafen anger ingen källa. Lägg till den i "
            "beskrivningen av grafen (dcterms:source)."
        ),
        (
            "The facts of {graph} have evidence from {source}, but the graph names no source. Add it to the "
            "description of the graph (dcterms:source)."
        ),
    ),
    "name-of-another": (
        WARNING,
        (
            "Namnet {name} hör efter adressen att döma till {other}, som inte heter så. Har namnen blivit förväxlade, "
            "byt tillbaka dem."
        ),
        (
            "By its address the name {name} belongs to {other}, which is not called so. If the names were mixed up, "
            "change them back."
        ),
    ),
    "other-numbers": (
        WARNING,
        ("Talen är inte desamma på båda språken: @{one} har {first}, @{other} har {second}. Rätta det som är fel."),
        (
            "The numbers are not the same in both languages: @{one} has {first}, @{other} has {second}. Correct "
            "whichever is wrong."
        ),
    ),
    "fact-without-note": (
        WARNING,
        (
            "Uppgiften {told} är en tolkning utan anmärkning, medan de andra i {graph} har en som säger varför. Lägg "
            "till en anmärkning, eller nämn uppgiften i en som finns."
        ),
        (
            "The fact {told} is an interpretation without a note, while the others of {graph} have one that says why. "
            "Add a note, or name the fact in one that is there."
        ),
    ),
    "note-of-another-class": (
        WARNING,
        (
            "Anmärkningen gäller {property} för {name}, men den egenskapen är till för {wanted}, och det här är "
            "{found}. Rätta vad anmärkningen gäller, eller egenskapen."
        ),
        (
            "The note is about {property} of {name}, but that property is for {wanted}, and this is {found}. Correct "
            "what the note is about, or the property."
        ),
    ),
    "concept-of-two-lists": (
        WARNING,
        (
            "{name} finns i begreppslistor för olika egenskaper: {found}. Ingen egenskap tar begrepp ur dem alla. Ta "
            "bort den som är fel, eller gör två begrepp."
        ),
        (
            "{name} is in concept schemes for different properties: {found}. No property takes concepts from all of "
            "them. Remove the wrong one, or make two concepts."
        ),
    ),
    "hierarchy-across-lists": (
        WARNING,
        (
            "{name} och {other} står över och under varandra, men hör till listor för olika egenskaper: {found} och "
            "{others}. Rätta länken, eller skriv skos:related."
        ),
        (
            "{name} and {other} stand above and below each other, but are in schemes for different properties: {found} "
            "and {others}. Correct the link, or write skos:related."
        ),
    ),
    "unknown-thing": (
        WARNING,
        "Frågan nämner något som inte beskrivs: {name}. Rätta stavningen, annars hittar frågan ingenting där.",
        "The query names something that is not described: {name}. Correct the spelling, or it finds nothing there.",
    ),
    "untranslated-head": (
        WARNING,
        "{name} finns inte på alla webbplatsens språk: {languages} saknas.{sv} Lägg till texten.",
        "{name} is not in all languages of the site: {languages} is missing.{en} Add the text.",
    ),
    "broken-shapes": (
        VIOLATION,
        "SHACL-motorn kan inte använda shapes/: {reason}. Rätta formen, eller ta bort den.",
        "The SHACL engine can't use shapes/: {reason}. Correct the shape, or remove it.",
    ),
    "broken-evaluation": (
        VIOLATION,
        (
            "SHACL-motorn klarar inte något i data: {reason}. Formerna i shapes/ går att använda. Rätta de andra felen "
            "först; finns det inga, så rapportera det som ett fel i Samverkan."
        ),
        (
            "The SHACL engine can't cope with something in the data: {reason}. The shapes in shapes/ can be used. "
            "Correct the other findings first; if there are none, report this as a fault of Samverkan."
        ),
    ),
    "broken-check": (
        VIOLATION,
        "Kontrollen {name} gick sönder: {reason}. Rapportera det som ett fel i Samverkan.",
        "The check {name} broke: {reason}. Please report it as a fault of Samverkan.",
    ),
}


# What is added to the message of a shape.
REMARKS: Mapping[str, tuple[str, str]] = {
    "value": ("Här står {value}.", "The value here is {value}."),
    "meant": ("Menade du {meant}?", "Did you mean {meant}?"),
    "borne": ("Det finns belägg för {meant}.", "There is evidence for {meant}."),
    "codes": ("Skriv en av koderna: {codes}.", "Write one of the codes: {codes}."),
}


def finding(  # noqa: PLR0913 - a finding has many faces, all named
    rule: str,
    *,
    focus: str | None = None,
    path: str | None = None,
    value: str | None = None,
    file: str | None = None,
    place: Place | None = None,
    meant: str | None = None,
    **slots: object,
) -> Finding:
    """A finding of one of the rules above; `file` is a file to be searched for the line, `place` the line itself.

    `meant` is what was probably meant in place of `value`.
    """
    severity, sv, en = MESSAGES[rule]
    found = place or (Place(file) if file else None)
    return Finding(
        check="house",
        rule=rule,
        severity=severity,
        message={"sv": sv.format(meant=meant, **slots), "en": en.format(meant=meant, **slots)},
        focus=focus,
        path=path,
        value=value,
        places=(found,) if found else (),
        meant=meant,
    )


# What a shape without a message of its own says, by the constraint that is broken: an engine's own words are neither
# in Swedish nor the same in two engines.
CONSTRAINTS: Mapping[str, tuple[str, str]] = {
    "Class": ("Värdet är inte av rätt klass.", "The value is not of the right class."),
    "Datatype": ("Värdet har inte rätt datatyp.", "The value does not have the right datatype."),
    "NodeKind": ("Värdet är av fel slag.", "The value is of the wrong kind."),
    "MinCount": ("Här finns för få värden.", "There are too few values here."),
    "MaxCount": ("Här finns för många värden.", "There are too many values here."),
    "MinExclusive": ("Värdet är för litet.", "The value is too small."),
    "MinInclusive": ("Värdet är för litet.", "The value is too small."),
    "MaxExclusive": ("Värdet är för stort.", "The value is too large."),
    "MaxInclusive": ("Värdet är för stort.", "The value is too large."),
    "MinLength": ("Texten är för kort.", "The text is too short."),
    "MaxLength": ("Texten är för lång.", "The text is too long."),
    "Pattern": ("Texten har inte rätt form.", "The text does not have the right form."),
    "LanguageIn": ("Texten är inte på ett av språken.", "The text is not in one of the languages."),
    "UniqueLang": ("Här finns flera texter på samma språk.", "There are several texts in one language."),
    "Equals": (
        "Värdet finns inte hos båda de egenskaper som ska ha samma värden.",
        "Two properties must have the same values, and one of them lacks this one.",
    ),
    "Disjoint": (
        "Värdet finns hos två egenskaper som inte får ha något gemensamt.",
        "Two properties must have no value in common, and both have this one.",
    ),
    "LessThan": ("Värdet är inte mindre än det andra.", "The value is not less than the other one."),
    "LessThanOrEquals": ("Värdet är större än det andra.", "The value is greater than the other one."),
    "Not": ("Värdet är något som det inte får vara.", "The value is something that it must not be."),
    "And": ("Värdet uppfyller inte alla krav.", "The value does not meet all demands."),
    "Or": ("Värdet uppfyller inget av kraven.", "The value meets none of the demands."),
    "Xone": ("Värdet uppfyller inte precis ett av kraven.", "The value does not meet exactly one of the demands."),
    "Node": ("Värdet uppfyller inte sin form.", "The value does not conform to its shape."),
    "QualifiedMinCount": ("Här finns för få värden av rätt slag.", "There are too few values of the right kind."),
    "QualifiedMaxCount": ("Här finns för många värden av slaget.", "There are too many values of the kind."),
    "Closed": ("Egenskapen får inte användas här.", "The property may not be used here."),
    "HasValue": ("Ett värde som måste finnas saknas.", "A value that must be here is missing."),
    "In": ("Värdet finns inte i listan.", "The value is not in the list."),
    "SPARQL": ("Ett villkor är inte uppfyllt.", "A condition is not met."),
}


def with_message(found: Finding) -> Finding:
    """A result of a shape that says nothing itself, with words of ours; any other constraint keeps the engine's."""
    component = (found.component or "").rpartition("#")[2].removesuffix("ConstraintComponent")
    if component not in CONSTRAINTS:
        return found
    sv, en = CONSTRAINTS[component]
    return replace(
        found, message={"sv": sv + _about(found, "Egenskap", "Värde"), "en": en + _about(found, "Property", "Value")}
    )


def _about(found: Finding, path: str, value: str) -> str:
    """The property and the value that words of ours are about: a shape that says nothing may have no name either."""
    walked = found.path or (str(found.complex_path) if found.complex_path else "")
    said = ((path, walked), (value, found.value if found.value and not found.value.startswith("_:") else ""))
    return "".join(f" {name}: {_cut(text)}." for name, text in said if text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
