"""What is wrong in a workbook, or worth telling, with the cell in which it stands."""

from __future__ import annotations

from dataclasses import dataclass

from samverkan.tables.descriptions import Texts
from samverkan.tables.messages import LABELS, texts


class CellError(Exception):
    """What a cell holds can't be read; `said` is why, in each language."""

    def __init__(self, key: str, **slots: object) -> None:
        super().__init__(key)
        self.said = texts(key, **slots)


@dataclass(frozen=True)
class Spot:
    """A cell, row or sheet of a file; rows and columns are counted from 1, and 0 where none is meant."""

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    title: str = ""


@dataclass(frozen=True, eq=False)
class CellFault:
    """Something to tell of a spot: a fault, which keeps all from being written, or a note."""

    spot: Spot
    said: Texts
    is_note: bool = False

    def line(self, language: str) -> str:
        """`avtal.xlsx, rad 7, Undertecknat: …`."""
        spot = self.spot
        key = "place" if spot.row and spot.title else "row place" if spot.row else "sheet place"
        text = LABELS[key][0 if language == "sv" else 1]
        return text.format(file=spot.file, row=spot.row, column=spot.title, message=self.said[language])
