"""New things by asking: the answers to a recipe's questions are a row of its table, and are taken in as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from samverkan.errors import UsageError
from samverkan.tables.descriptions import ColumnDescription, Recipe, TableDescription
from samverkan.tables.evidence import EvidenceIndex
from samverkan.tables.exporting import cell
from samverkan.tables.facts import SiteFacts, close, same
from samverkan.tables.importing import Imported, import_workbook
from samverkan.tables.messages import label
from samverkan.tables.workbooks import Sheet, Workbook, WorkbookCell

_MOST_SUGGESTED = 15


@dataclass(frozen=True)
class RecipeQuestions:
    """A recipe of a site, with what it knows already."""

    facts: SiteFacts
    recipe: Recipe

    @property
    def table(self) -> TableDescription:
        """The table that the thing is a row of."""
        return self.facts.descriptions.tables[self.recipe.table]

    @property
    def columns(self) -> tuple[ColumnDescription, ...]:
        """What is asked, in its order."""
        return tuple(map(self.table.column, self.recipe.ask))

    @property
    def book(self) -> str:
        """What stands for the workbook where facts are said to be from."""
        return f"samverkan new {self.recipe.name}"

    def suggestions(self, column: ColumnDescription, language: str) -> tuple[str, ...]:
        """Names that an answer may be, where it is one of a list."""
        if column.reads != "thing":
            return ()
        names = sorted((self.facts.shown(each, language, column) for each in self.facts.candidates(column)), key=same)
        return tuple(names[:_MOST_SUGGESTED])

    def thing(self, name: str) -> str:
        """The thing of the table that is called so; raises `UsageError` that says which may be meant."""
        known: dict[str, list[str]] = {}
        for each in self.facts.rows(self.table):
            for called in (*self.facts.all_names(each), self.facts.short(each), each):
                known.setdefault(same(called), []).append(each)
        found = list(dict.fromkeys(known.get(same(name), ())))
        if len(found) == 1:
            return found[0]
        meant = found or [known[each][0] for each in close(name, known)]
        names = ", ".join(self.facts.short(each) for each in (meant or self.facts.rows(self.table))[:_MOST_SUGGESTED])
        raise UsageError(
            f"'{name}' is not the name or address of one of the {self.table.title['en'].lower()}.",
            remedy=f"It may be one of: {names}.",
            sv=f"”{name}” är varken namn eller adress i tabellen {self.table.title['sv']}. Det kan vara: {names}.",
        )

    def imported(self, answers: Mapping[str, str], about: str, language: str) -> Imported:
        """What the answers change; `about` names what is there already, for a recipe that changes something."""
        row = {name: text for name, text in {**self._copied(answers, language), **answers}.items() if text}
        row |= {name: self.facts.folder.prefixes.expand(text) or text for name, text in self.recipe.set.items()}
        headings = [self.table.column(name).title[language] for name in row]
        values = [*row.values()]
        if self.recipe.changing:
            headings.append(label("address", language))
            values.append(self.facts.short(self.thing(about)))
        rows = (tuple(map(WorkbookCell, headings)), tuple(map(WorkbookCell, values)))
        sheet = Sheet(self.table.title[language], rows)
        found = import_workbook(self.facts, Workbook(self.book, (sheet,), "csv"), self.table.name)
        found.gone.clear()
        return found

    def _copied(self, answers: Mapping[str, str], language: str) -> Mapping[str, str]:
        """What is taken over from another thing that an answer names."""
        if not self.recipe.copy_from or not answers.get(self.recipe.copy_from):
            return {}
        other, evidence = self.thing(answers[self.recipe.copy_from]), EvidenceIndex(self.facts)
        columns = map(self.table.column, self.recipe.copied)
        return {each.name: str(cell(self.facts, evidence, other, each, language) or "") for each in columns}
