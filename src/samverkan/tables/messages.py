"""What is told of a workbook: every fault and every note, in Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    # ------------------------------------------------------------ cells
    "date": (
        "”{value}” går inte att läsa som ett datum. Skriv till exempel 2025-06-03, 3/6 2025, juni 2025, våren 2026 "
        "eller 2020.",
        "“{value}” can't be read as a date. Write for example 2025-06-03, 3 June 2025, June 2025, spring 2026 or 2020.",
    ),
    "no such day": (
        "Dagen {value} finns inte i kalendern. Rätta datumet.",
        "There is no such day as {value} in the calendar. Correct the date.",
    ),
    "month and day": (
        "”{value}” går att läsa på två sätt. Skriv {iso} om det är det som avses.",
        "“{value}” can be read in two ways. Write {iso} if that is what is meant.",
    ),
    "year of two digits": (
        "”{value}” har ett årtal med två siffror. Skriv hela årtalet: {iso}.",
        "“{value}” has a year of two digits. Write the whole year: {iso}.",
    ),
    "rough": (
        "”{value}” säger inte hur säkert datumet är. Skriv det så noga som det är känt, till exempel 2018, våren 2018 "
        "eller 2017–2019.",
        "“{value}” doesn't say how certain the date is. Write it as precisely as it is known, such as 2018, "
        "spring 2018 or 2017–2019.",
    ),
    "reversed": (
        "”{value}” slutar före det börjar. Byt plats på de två datumen.",
        "“{value}” ends before it begins. Swap the two dates.",
    ),
    "period": (
        "”{value}” går inte att läsa som en tid. Skriv till exempel 6 månader, 1 år eller 90 dagar.",
        "“{value}” can't be read as a length of time. Write for example 6 months, 1 year or 90 days.",
    ),
    "link": (
        "”{value}” är ingen webbadress. Skriv hela adressen, med https:// framför.",
        "“{value}” is no web address. Write the whole address, with https:// in front.",
    ),
    "mailbox": (
        "”{value}” är ingen e-postadress. Skriv till exempel samverkan@exempel.se.",
        "“{value}” is no e-mail address. Write for example collaboration@example.org.",
    ),
    "mailbox of a person": (
        "”{value}” har en persons namn i sig, och en persons e-postadress publiceras inte. Skriv funktionens adress, "
        "eller töm cellen.",
        "“{value}” has the name of a person in it, and a person's mailbox is not published. Write the address of the "
        "function, or empty the cell.",
    ),
    "number": ("”{value}” är inget heltal. Skriv med siffror.", "“{value}” is no whole number. Write digits."),
    "unknown": (
        "”{value}” finns inte i listan. {meant}",
        "“{value}” is not in the list. {meant}",
    ),
    "meant": ("Menade du {names}?", "Did you mean {names}?"),
    "allowed": (
        "Välj bland: {names}. Är det något nytt, lägg till det i tabellen ”{table}” först.",
        "Choose from: {names}. If it is something new, add it to the table “{table}” first.",
    ),
    "nothing allowed": (
        "Listan är tom. Lägg först till det i tabellen ”{table}”.",
        "The list is empty. Add it to the table “{table}” first.",
    ),
    "ambiguous": (
        "”{value}” kan vara flera: {names}. Skriv adressen som står inom parentes.",
        "“{value}” may be several things: {names}. Write the address that stands in brackets.",
    ),
    "no person": (
        "”{value}” är inte bara namnet på en person. Skriv bara namnet, med förnamnet först. Är det flera, skriv "
        "semikolon emellan.",
        "“{value}” isn't just the name of one person. Write only the name, with the first name first. If there are "
        "several, put semicolons between them.",
    ),
    "another thing": (
        "Raden gällde {name}, men har fått helt andra uppgifter. Den läses som en ny, och {name} har ingen rad längre.",
        "The row was about {name}, but says other things now. It is read as a new one, and {name} has no row any more.",
    ),
    "only one": (
        "Här får bara ett värde stå, och det är {count}: {names}. Behåll ett.",
        "Only one value may stand here, and there are {count}: {names}. Keep one.",
    ),
    "error cell": (
        "Cellen innehåller Excels felvärde {value}. Rätta formeln, eller skriv värdet.",
        "The cell holds Excel's error value {value}. Correct the formula, or write the value.",
    ),
    "formula": (
        "Cellen har en formel som inte är uträknad. Öppna arbetsboken i Excel eller LibreOffice och spara den, "
        "eller skriv värdet.",
        "The cell has a formula that has not been calculated. Open the workbook in Excel or LibreOffice and save it, "
        "or write the value.",
    ),
    "control": (
        "Cellen innehåller ett osynligt tecken (U+{code}) som inte kan stå i en text. Skriv om texten.",
        "The cell holds an invisible character (U+{code}) that no text may have. Write the text again.",
    ),
    "too long": (
        "Texten är {count} tecken lång, och får vara högst {most}. Korta den.",
        "The text has {count} characters, and may have at most {most}. Shorten it.",
    ),
    # ------------------------------------------------------------ rows and columns
    "required": ("Det saknas ett värde. Fyll i {column}.", "A value is missing. Fill in {column}."),
    "missing column": (
        "Det saknas en kolumn för {column}. Lägg till den, eller ange i {file} vad den heter här.",
        "There is no column for {column}. Add it, or say in {file} what it is called here.",
    ),
    "unknown column": (
        "Kolumnen ”{value}” hör inte till tabellen ”{table}” och lästes inte.{meant}",
        "The column “{value}” is not one of the table “{table}” and was not read.{meant}",
    ),
    "twice": (
        "Två kolumner är {column}: {first} och {second}. Ta bort den ena, eller ge den ett annat namn.",
        "Two columns are {column}: {first} and {second}. Remove one, or give it another name.",
    ),
    "unknown address": (
        "Adressen {value} finns inte på webbplatsen. Töm cellen om raden är ny, eller exportera igen.",
        "The address {value} is not in the site. Empty the cell if the row is new, or export again.",
    ),
    "wrong address": (
        "{value} är ingen adress för tabellen ”{table}”. Skriv till exempel {example}.",
        "{value} is no address for the table “{table}”. Write for example {example}.",
    ),
    "same thing": (
        "Raden handlar om samma sak som rad {row}: {name}. Slå ihop dem, eller ge den ena en egen adress.",
        "The row is about the same thing as row {row}: {name}. Merge the two, or give "
        "one of them an address of its own.",
    ),
    "ambiguous row": (
        "Raden kan vara flera av dem som redan finns: {names}. Exportera och ändra i den arbetsboken, där varje rad "
        "har sin adress.",
        "The row may be several of those that are there already: {names}. Export, and change that workbook, in which "
        "each row has its address.",
    ),
    "collision": (
        "{name} och {other} skulle få samma adress, {address}. Skriv en egen adress för den ena i kolumnen "
        "”{column}”, till exempel {address}-2.",
        "{name} and {other} would have the same address, {address}. Write an address of its own for one of them in "
        "the column “{column}”, such as {address}-2.",
    ),
    "taken": (
        "Adressen {address} hör till {other}, så {name} får adressen {given}.",
        "The address {address} belongs to {other}, so {name} has the address {given}.",
    ),
    "no name": (
        "Det går inte att ge raden en adress: {column} har inga bokstäver som kan stå i en. Skriv en adress i "
        "kolumnen ”{address}”.",
        "The row can't be given an address: {column} has no letters that can stand in one. Write an address in the "
        "column “{address}”.",
    ),
    "changed since": (
        "Webbplatsen har sedan exporten fått ett annat värde här: ”{now}”. Exportera igen och gör ändringen där.",
        "Since the export the site has been given another value here: “{now}”. Export again, and make the change "
        "there.",
    ),
    "several middles": (
        "{name} har flera ({names}). Ändra dem i tabellen ”{table}”.",
        "{name} has several of them ({names}). Change them in the table “{table}”.",
    ),
    "no own": (
        "Det framgår inte vilken organisation som är er egen. Ge den samma namn som under [about] i samverkan.toml.",
        "It is not known which organisation is your own. Give it the name that stands under [about] in samverkan.toml.",
    ),
    # ------------------------------------------------------------ notes
    "hidden sheet": (
        "Bladet ”{value}” är dolt och lästes inte. Visa det om det ska läsas.",
        "The sheet “{value}” is hidden and was not read. Unhide it if it is to be read.",
    ),
    "group row": (
        "Raden ser ut som en rubrik för raderna under den och lästes inte.",
        "The row looks like a heading for those below it and was not read.",
    ),
    "total row": ("Raden ser ut som en summarad och lästes inte.", "The row looks like a total and was not read."),
    "hidden row": ("Raden är dold, men lästes.", "The row is hidden, but was read."),
    "hidden column": ("Kolumnen är dold, men lästes.", "The column is hidden, but was read."),
    "formulas": (
        "Celler med formler: {count}. De värden som senast räknades ut lästes.",
        "Cells with formulas: {count}. The values that were calculated last were read.",
    ),
    "external": (
        "Arbetsboken länkar till andra filer. Länkarna följs inte.",
        "The workbook links to other files. The links are not followed.",
    ),
    "blank rows": (
        "Efter rad {row} kommer fler än {most} tomma rader. Bladet lästes inte längre än så.",
        "After row {row} there are more than {most} blank rows. The sheet was read no further.",
    ),
    "other sheet": (
        "Bladet ”{value}” liknar ingen tabell och lästes inte.",
        "The sheet “{value}” is like no table and was not read.",
    ),
    "new thing": (
        "Ny: {name} ({address}), som inte fanns i tabellen ”{table}”.",
        "New: {name} ({address}), which was not in the table “{table}”.",
    ),
    "source only": (
        "Källan gäller de uppgifter som raden ändrar, och den ändrar inga.",
        "The source is that of the facts that the row changes, and it changes none.",
    ),
}

LABELS: Mapping[str, tuple[str, str]] = {
    "address": ("Adress", "Address"),
    "exported": ("Vid exporten", "As exported"),
    "place": ("{file}, rad {row}, {column}: {message}", "{file}, row {row}, {column}: {message}"),
    "row place": ("{file}, rad {row}: {message}", "{file}, row {row}: {message}"),
    "sheet place": ("{file}: {message}", "{file}: {message}"),
    "faults": ("Fel", "Faults"),
    "fault columns": ("Blad|Rad|Kolumn|Vad|Ställe", "Sheet|Row|Column|What|Where"),
    "told": (
        "Det som är fel i arbetsboken. Rätta, och importera igen. Cellerna är markerade.",
        "What is wrong in the workbook. Correct it, and import again. The cells are marked.",
    ),
}


def texts(key: str, **slots: object) -> Mapping[str, str]:
    """A message in both languages; a slot may have a text for each."""
    found = {}
    for tag, text in zip(("sv", "en"), MESSAGES.get(key) or LABELS[key], strict=True):
        chosen = {name: value[tag] if isinstance(value, Mapping) else value for name, value in slots.items()}
        found[tag] = text.format_map(chosen)
    return found


def label(key: str, language: str) -> str:
    """A label without slots."""
    return LABELS[key][0 if language == "sv" else 1]
