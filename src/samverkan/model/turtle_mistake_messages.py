"""What is said of mistakes in Turtle files, in Swedish and English: what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "other-format": (
        "Filen är inte Turtle, för den börjar med {start}. Gör om det som är XML, HTML eller JSON till Turtle.",
        "The file is no Turtle: it begins with {start}. Convert what is XML, HTML or JSON to Turtle.",
    ),
    "missing-dot": (
        "Efter {before} saknas en punkt. Det som börjar på rad {line} är ett nytt påstående: avsluta med punkt här.",
        "A dot is missing after {before}. Line {line} begins a new statement: end this one with a dot here.",
    ),
    "missing-dot-at-end": (
        "Efter {before} saknas en punkt: filens sista påstående är inte avslutat. Skriv en punkt här.",
        "A dot is missing after {before}: the last statement of the file has no end. Write a dot here.",
    ),
    "missing-semicolon": (
        "Efter {before} saknas ett semikolon, eftersom fler uppgifter om samma sak följer ({after}). Skriv ; här.",
        "A semicolon is missing after {before}, since more about the same thing follows ({after}). Write ; here.",
    ),
    "missing-comma": (
        "Mellan {before} och {after} saknas ett komma. Skriv ett kommatecken mellan två värden.",
        "A comma is missing between {before} and {after}. Write a comma between two values.",
    ),
    "dot-for-semicolon": (
        (
            "Punkten efter {before} avslutar påståendet, men raden under ({after}) handlar om samma sak. "
            "Skriv ; i stället för punkten."
        ),
        (
            "The dot after {before} ends the statement, but the next line ({after}) is about the same thing. "
            "Write ; instead of the dot."
        ),
    ),
    "semicolon-for-dot": (
        (
            "Semikolonet efter {before} säger att mer om samma sak följer, men {after} på rad {line} är något nytt. "
            "Skriv en punkt i stället för semikolonet."
        ),
        (
            "The semicolon after {before} says that more about the same thing follows, but {after} on line {line} is "
            "something new. Write a dot instead of the semicolon."
        ),
    ),
    "stray-dot": (
        "Här står en punkt för mycket. Ta bort den.",
        "There is a dot too many here. Remove it.",
    ),
    "missing-value": (
        "Efter {before} saknas ett värde. Skriv det, eller ta bort {before}.",
        "A value is missing after {before}. Write it, or remove {before}.",
    ),
    "value-after-comma": (
        (
            "Efter kommatecknet ska ett värde till följa, men här kommer {after}. Skriv värdet, eller ta "
            "bort kommatecknet."
        ),
        "Another value should follow the comma, but here is {after}. Write the value, or remove the comma.",
    ),
    "missing-property": (
        "Här väntades en egenskap, till exempel rdfs:label, men här står {after}. Skriv egenskapen före värdet.",
        "A property was expected here, such as rdfs:label, but this is {after}. Write the property before the value.",
    ),
    "missing-subject": (
        "Ett påstående börjar med adressen till det som det handlar om, men här står {after}. Skriv adressen först.",
        "A statement begins with the address of what it is about, but this is {after}. Write the address first.",
    ),
    "unclosed": (
        "{before} öppnas här men stängs aldrig. Skriv {closing} där det slutar.",
        "{before} opens here and is never closed. Write {closing} where it ends.",
    ),
    "unopened": (
        "{after} stänger något som aldrig har öppnats. Ta bort det, eller skriv {opening} där det börjar.",
        "{after} closes something that was never opened. Remove it, or write {opening} where it begins.",
    ),
    "unclosed-quote": (
        (
            'På raden saknas ett citattecken: texten {text} börjar eller slutar utan. Skriv " både '
            "före och efter texten. "
            'Ska det stå ett citattecken inne i texten, så skriv \\" där.'
        ),
        (
            'A quotation mark is missing on this line: the text {text} begins or ends without one. Write " before and '
            'after the text. If a quotation mark belongs inside the text, write \\" there.'
        ),
    ),
    "text-of-several-lines": (
        "Texten som börjar här fortsätter på nästa rad. Skriv {text} både före och efter en text med flera rader.",
        "The text that begins here goes on in the next line. Write {text} before and after a text of several lines.",
    ),
    "quote-in-text": (
        (
            'Texten slutar vid citattecknet efter {before}, men {text} följer direkt. Skriv \\" för '
            "ett citattecken inne i "
            "en text."
        ),
        (
            "The text ends at the quotation mark after {before}, but {text} follows at once. Write "
            '\\" for a quotation mark '
            "inside a text."
        ),
    ),
    "unclosed-long-text": (
        "Texten som börjar här med {text} slutar aldrig. Skriv {text} också där den slutar.",
        "The text that begins here with {text} never ends. Write {text} where it ends, too.",
    ),
    "bare-word": (
        (
            "{text} är varken text, tal eller adress. Text skrivs inom citattecken, och en adress "
            "som prefix:namn eller "
            "inom < och >."
        ),
        (
            "{text} is no text, number or address. Write text within quotation marks, and an address as prefix:name or "
            "within < and >."
        ),
    ),
    "space-in-name": (
        (
            "Efter {before} står {text}, som inte hör till någon adress: en adress har inget mellanslag. "
            "Skriv bindestreck i stället, eller ta bort ordet."
        ),
        (
            "After {before} stands {text}, which belongs to no address: an address has no space. "
            "Write a hyphen instead, or remove the word."
        ),
    ),
    "meant-word": (
        "{text} kan inte stå så här. Menade du {meant}?",
        "{text} can't be written like this. Did you mean {meant}?",
    ),
    "comment": (
        "En kommentar börjar med #, inte med {text}. Skriv # i stället.",
        "A comment begins with #, not with {text}. Write # instead.",
    ),
    "unknown-prefix": (
        "Prefixet {prefix} är inte deklarerat i filen{lines}. {remedy}",
        "The prefix {prefix} is not declared in this file{lines}. {remedy}",
    ),
    "no-scheme": (
        "Adressen {text} är inte hel. Skriv den med https:// framför: <https://{bare}>.",
        "The address {text} is not whole. Write it with https:// in front: <https://{bare}>.",
    ),
    "bad-percent": (
        "Adressen {text} har ett procenttecken utan två hexadecimala siffror efter sig. Skriv %25.",
        "The address {text} has a percent sign without two hexadecimal digits behind it. Write %25.",
    ),
    "bad-address": (
        "Adressen {text} har ett tecken som inte kan stå i en adress: {character}. Skriv {meant}.",
        "The address {text} has a character that no address can have: {character}. Write {meant}.",
    ),
    "unclosed-address": (
        "Adressen {text} slutar aldrig. Skriv > efter den.",
        "The address {text} never ends. Write > after it.",
    ),
    "bad-name": (
        (
            "Tecknet {character} kan inte stå i det förkortade namnet {text}. Skriv hela adressen inom < och >, eller "
            "byt ut tecknet."
        ),
        (
            "The character {character} can't be in the short name {text}. Write the whole address within < and >, or "
            "replace the character."
        ),
    ),
    "bad-language": (
        "{text} är inget språk. {remedy}",
        "{text} is no language. {remedy}",
    ),
    "bad-escape": (
        "I texten står {text}, och tecknet \\ har en egen betydelse. Skriv \\\\ för ett vanligt omvänt snedstreck.",
        "The text has {text}, and the character \\ has a meaning of its own. Write \\\\ for a plain backslash.",
    ),
    "datatype": (
        "Före datatypen {after} ska det stå ^^. Skriv {before}^^{after}.",
        "^^ belongs before the datatype {after}. Write {before}^^{after}.",
    ),
    "missing-datatype": (
        "Efter ^^ ska en datatyp stå, till exempel xsd:date, men här står {after}. Skriv den, eller ta bort ^^.",
        "A datatype should follow ^^, such as xsd:date, but this is {after}. Write it, or remove ^^.",
    ),
    "directive": (
        "Ett prefix deklareras så: {meant} Rätta raden.",
        "A prefix is declared like this: {meant} Correct the line.",
    ),
    "directive-dot": (
        "Efter {before} saknas en punkt. En rad som börjar med @ slutar med punkt: skriv den här.",
        "A dot is missing after {before}. A line that begins with @ ends with a dot: write it here.",
    ),
    "unexpected": (
        "{after} kan inte stå här. Titta på den här raden och raden före.",
        "{after} can't be here. Look at this line and the one before.",
    ),
    "deep": (
        "Något är skrivet inuti något annat i fler än {most} nivåer. Ge det adresser i stället.",
        "Something is nested in more than {most} levels. Give it addresses instead.",
    ),
    "parser": (
        (
            "Filen bryter mot Turtle-reglerna: {reason_sv}. Titta på den här raden och raden före: ofta saknas ett "
            "semikolon, en punkt eller ett citattecken."
        ),
        (
            "The Turtle is broken: {reason}. Look at this line and the one before: often a ; or . is "
            "missing, or a quote "
            "is left open."
        ),
    ),
}

REMEDIES: Mapping[str, tuple[str, str]] = {
    "declare": (
        "Skriv överst i filen: @prefix {prefix} <{iri}> .",
        "Write at the top of the file: @prefix {prefix} <{iri}> .",
    ),
    "declare-any": (
        "Deklarera det överst i filen: @prefix {prefix} <https://…> .",
        "Declare it at the top of the file: @prefix {prefix} <https://…> .",
    ),
    "meant": ("Menade du {meant}?", "Did you mean {meant}?"),
    "language": (
        "Skriv språket efter @ så här: @sv, @en eller @sv-FI.",
        "Write the language after @ like this: @sv, @en or @sv-FI.",
    ),
    "lines": (" (rad {lines})", " (lines {lines})"),
    "end-of-file": ("filens slut", "the end of the file"),
}

PARSER: tuple[tuple[str, str], ...] = (
    (r"A dot is expected at the end of statements", "en punkt saknas efter ett påstående"),
    (r"(.*) is not a valid subject or graph name", r"\1 kan inte vara det som ett påstående handlar om"),
    (r"(.*) is not a valid RDF object", r"\1 kan inte vara ett värde"),
    (r"(.*) is not a valid predicate", r"\1 kan inte vara en egenskap"),
    (r"The prefix (\S+) has not been declared", r"prefixet \1 är inte deklarerat"),
    (r"No scheme found in an absolute IRI", "en adress är inte hel"),
    (r"Invalid IRI code point (.*)", r"en adress har ett otillåtet tecken: \1"),
    (r"Invalid IRI.*", "en adress är felskriven"),
    (r"Line jumps are not allowed in string literals.*", "en text mellan enkla citattecken får inte ha en radbrytning"),
    (r"Unexpected end of file|Unexpected end", "filen slutar mitt i något"),
    (r"Unexpected character (.*)", r"tecknet \1 kan inte stå här"),
    (r"blank node property lists should end with a '\]'", "en hakparentes stängs aldrig"),
    (r"The PREFIX keyword should be followed.*", "efter @prefix ska ett namn med kolon stå"),
    (
        r"The PREFIX declaration should be followed.*",
        "efter @prefix ska ett namn med kolon stå, och sedan en adress inom < och >",
    ),
    (r"The BASE.*", "efter @base ska en adress inom < och > stå"),
    (r"(.*) is not allowed at the beginning of a prefix name", r"tecknet \1 kan inte börja ett namn"),
    (
        r"The datatype of .* rdf:langString",
        "en text av typen rdf:langString behöver en språkkod (som @sv), och ingen datatyp",
    ),
    (r".*(?:language|subtag).*", "en språkkod är felskriven (skriv till exempel @sv)"),
    (r".*escape.*", "tecknet \\\\ står framför något som det inte kan stå framför"),
    (r".*(?:nested|depth).*", "något är skrivet inuti något annat i för många nivåer"),
)
"""What the parser says, as patterns, and the same in Swedish."""
