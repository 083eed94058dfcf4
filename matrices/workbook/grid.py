"""A spreadsheet file opened safely, as plain grids of cells: what stands where, and which cells are merged.

The format is told by the file's first bytes, never by its name. Every limit is checked while reading, on the cells that
hold something: what a sheet says about its own size is not believed, and cells with only a colour do not count.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from math import isfinite

import msgspec
from django.utils.translation import gettext_noop as _

from display.message import Told

MAX_BYTES = 20 * 2**20
LIST_SIGN = "Convite · "  # how the list of errors begins
MAX_SHEETS = 200
MAX_COLUMNS = 500
MAX_ROWS = 20_000
MAX_CELLS = 1_000_000  # in the whole file: a plan of 2,000 activities and 24,000 sessions comes back
LONGEST_CELL = 32_767  # characters as they come, blanks included: what a spreadsheet program lets a person type
MAX_CHARACTERS = 30_000_000  # in the whole file: cells may share one long text that is stored once
MAX_ELEMENTS = 10_000_000  # XML elements in the whole file, those without any content included: they cost time
MAX_BYTES_APART = 2**20  # from one XML element to the next: a longer tag or comment is read again with every block
MAX_DEPTH = 100  # of elements inside elements; real files stay under 20
MAX_MERGED = 500_000  # cells under merged ranges, in the whole file

Value = str | int | float | bool | date | datetime | time | None

_TOO_MUCH = _(
    "El archivo tiene demasiado contenido para una matriz de planeación. "
    "Deje solo las hojas del plan y vuelva a subirlo."
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028\u2029\u2060\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"\s{2,}|[^\S \n]")


class Unreadable(Told):
    """The file cannot be read as a spreadsheet; its message says why, and what to do."""


class Place(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A cell: sheet name, row from 1, column letter ("" when the whole row is meant)."""

    sheet: str
    row: int
    column: str = ""

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty. A formula's value is the one its program saved; None when it saved none."""

    value: Value
    number_format: str = ""
    formula: bool = False

    @property
    def is_percentage(self) -> bool:
        return "%" in self.number_format and isinstance(self.value, int | float)


@dataclass(slots=True)
class Grid:
    """A sheet: `rows[row][column]` are the cells that hold something, both counted from 1."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    ends: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # first cell of a merged range → last
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # covered cell → first of its range
    raw: dict[tuple[int, int], str] = field(default_factory=dict)  # texts to the letter, where tidying changed them
    samples: tuple[str, ...] = ()  # of a text whose letters may be wrong: pieces to look at
    moved: dict[tuple[int, int], int] = field(default_factory=dict)  # a cell that a repair put here → its own column

    @property
    def is_list(self) -> bool:
        """Whether it is the list of errors with which a refused file came back (`sheets/annotated.py`)."""
        first = self.own(1, 1)
        return first is not None and str(first.value).startswith(LIST_SIGN)

    def own(self, row: int, column: int) -> Cell | None:
        """What is written in the cell itself; a cell covered by a merged range shows nothing."""
        return None if (row, column) in self.anchors else self.rows.get(row, {}).get(column)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell that shows in this place: the first of its merged range, or itself."""
        return self.anchors.get((row, column), (row, column))

    def shown(self, row: int, column: int) -> Cell | None:
        """What a reader sees in this place, merged ranges filled down and across."""
        row, column = self.anchor(row, column)
        return self.rows.get(row, {}).get(column)

    def last_column(self, row: int, column: int) -> int:
        """The last column that the cell reaches across."""
        return self.ends.get((row, column), (row, column))[1]

    def place(self, row: int, column: int) -> Place:
        """Where the file has the cell, wherever a repair put it."""
        return Place(self.name, row, letter(self.moved.get((row, column), column)))

    def move(self, row: int, columns: dict[int, int]) -> dict[int, Cell]:
        """Put the cells of a row in other columns (by their own), and return the row."""
        cells = self.rows[row]
        self.moved |= {(row, to): column for column, to in columns.items() if to != column}
        self.rows[row] = dict(sorted((columns.get(column, column), cell) for column, cell in cells.items()))
        return self.rows[row]


class Builder:
    """Collects the cells of a file's sheets and refuses what is too large; shared by the three formats."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self._ranges: list[tuple[int, int, int, int]] = []
        self._cells = self._characters = self._merged = self._elements = self._bytes = 0

    def start(self, name: str, *, hidden: bool = False) -> None:
        if len(self.grids) == MAX_SHEETS:
            raise Unreadable(_TOO_MUCH)
        names = {grid.name for grid in self.grids}
        while name in names:
            name += " (2)"
        self.grids.append(Grid(name=name, hidden=hidden))
        self._ranges = []

    def add(self, row: int, column: int, value: Value, number_format: str = "", *, formula: bool = False) -> None:
        """Keep a cell, unless nothing is written in it."""
        raw = None
        if isinstance(value, str):
            self._count_characters(row, column, len(value))
            raw, value = value, tidy(value)
        elif isinstance(value, float) and not isfinite(value):
            value = str(value)
        if row < 1 or column < 1:
            raise ValueError("cells are counted from 1")
        grid = self.grids[-1]
        if (value is None or value == "") and not formula:
            if raw and row <= MAX_ROWS and column <= MAX_COLUMNS and len(grid.raw) < MAX_CELLS:
                self._characters += len(raw)
                grid.raw[row, column] = raw  # blanks, which an exported text may be
            return
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise Unreadable(
                _(
                    "La hoja «%(sheet)s» tiene datos en la celda %(cell)s. Se leen hasta %(rows)s filas y %(columns)s "
                    "columnas: borre lo que sobre y vuelva a subir el archivo."
                ),
                sheet=grid.name,
                cell=f"{letter(column)}{row}",
                rows=MAX_ROWS,
                columns=MAX_COLUMNS,
            )
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise Unreadable(_TOO_MUCH)
        if raw is not None and raw != value:
            grid.raw[row, column] = raw
        grid.rows.setdefault(row, {})[column] = Cell(value, number_format, formula)

    def _count_characters(self, row: int, column: int, length: int) -> None:
        """Before anything is done with a text: tidying a long one of blanks costs as much as one of words."""
        self._characters += length
        if self._characters > MAX_CHARACTERS:
            raise Unreadable(_TOO_MUCH)
        if length > LONGEST_CELL:
            raise Unreadable(
                _(
                    "La celda %(cell)s de la hoja «%(sheet)s» tiene más de %(limit)s caracteres. "
                    "Acorte su texto y vuelva a subir el archivo."
                ),
                cell=f"{letter(column)}{row}",
                sheet=self.grids[-1].name,
                limit=LONGEST_CELL,
            )

    def count_bytes(self, number: int) -> None:
        self._bytes += number
        if self._bytes > MAX_BYTES_APART:
            raise Unreadable(_TOO_MUCH)

    def count_element(self, depth: int) -> None:
        self._elements, self._bytes = self._elements + 1, 0
        if self._elements > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise Unreadable(_TOO_MUCH)

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        if (row, column) != (last_row, last_column):
            self._ranges.append((row, column, last_row, last_column))
        if len(self._ranges) > MAX_MERGED:
            raise Unreadable(_TOO_MUCH)

    def finish(self) -> None:
        """Close the sheet: order its rows and spread its merged ranges, no farther than the cells in use."""
        grid = self.grids[-1]
        grid.rows = {row: dict(sorted(grid.rows[row].items())) for row in sorted(grid.rows)}
        bottom = max(grid.rows, default=0)
        right = max((max(cells) for cells in grid.rows.values()), default=0)
        for row, column, last_row, last_column in self._ranges:
            if column not in grid.rows.get(row, ()) or (row, column) in grid.anchors:
                continue
            last_row, last_column = min(last_row, bottom), min(last_column, right)
            self._merged += (last_row - row + 1) * (last_column - column + 1)
            if self._merged > MAX_MERGED:
                raise Unreadable(
                    _(
                        "La hoja «%(sheet)s» tiene demasiadas celdas combinadas. "
                        "Separe las que no hagan falta y vuelva a subir el archivo."
                    ),
                    sheet=grid.name,
                )
            grid.ends[row, column] = (last_row, last_column)
            for r in range(row, last_row + 1):
                for c in range(column, last_column + 1):
                    if (r, c) != (row, column):
                        grid.anchors.setdefault((r, c), (row, column))


def tidy(text: str) -> str:
    """White space tidied and unseen characters taken out; line breaks stay, blank lines do not."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return _SPACES.sub(lambda blank: "\n" if "\n" in blank[0] else " ", _UNSEEN.sub("", text)).strip()


def one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def letter(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
