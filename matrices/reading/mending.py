"""What a person mends of a sheet while they import it: kept beside the file, which never changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from display.text import normalise
from matrices.reading.columns import Column
from matrices.reading.headers import Meaning
from matrices.workbook.grid import Cell, Grid, Place, tidy

_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class Mending:
    """By sheet: the cells with another text ("" empties one), and rows; what the sheet does not have is nobody's."""

    cells: dict[str, dict[str, str]] = field(default_factory=dict)  # sheet → "C4" → text
    joined: dict[str, list[int]] = field(default_factory=dict)  # rows that are the rest of the activity above
    apart: dict[str, list[int]] = field(default_factory=dict)  # rows that are not, though they look so
    shifted: dict[str, list[int]] = field(default_factory=dict)  # shifted rows to be read in their order
    meanings: dict[str, str] = field(default_factory=dict)  # header_key → Meaning


def header_key(header: str) -> str:
    """A header as it is remembered, whatever its accents, case and signs."""
    return normalise(header)[:200]


def meanings_of(mending: Mending) -> dict[str, Meaning]:
    known = {meaning.value for meaning in Meaning}
    return {key: Meaning(meaning) for key, meaning in mending.meanings.items() if meaning in known}


def chosen(columns: dict[int, Column], meanings: Mapping[str, Meaning]) -> dict[int, Column]:
    """The columns with the meanings that a person gave to their headers."""
    if not meanings:
        return columns
    return {
        number: replace(column, meaning=meaning, exact=True, month=None, role=None, is_chosen=True)
        if (meaning := meanings.get(header_key(column.header)))
        else column
        for number, column in columns.items()
    }


def mend(grids: Sequence[Grid], mending: Mending) -> dict[Place, Cell | None]:
    """Puts the mended cells in the grids; what the file has in their places, None for nothing."""
    before: dict[Place, Cell | None] = {}
    for grid in grids:
        for name, text in mending.cells.get(grid.name, {}).items():
            at = cell_at(name)
            if at is None or at[0] not in grid.rows or at in grid.anchors:
                continue
            row, column = at
            cells = grid.rows[row]
            before[grid.place(row, column)] = cells.get(column)
            grid.raw.pop(at, None)
            if words := tidy(text):
                cells[column] = Cell(words)
                grid.rows[row] = dict(sorted(cells.items()))
            else:
                cells.pop(column, None)
    return before


def cell_at(name: str) -> tuple[int, int] | None:
    """Row and column of "C4"; None when it is no cell."""
    match = _CELL.fullmatch(name)
    if match is None:
        return None
    column = 0
    for sign in match[1]:
        column = column * 26 + ord(sign) - ord("A") + 1
    return int(match[2]), column
