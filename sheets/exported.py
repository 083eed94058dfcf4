"""Sheets of a plan that this product exported, read by their declared columns; edited, sorted or renamed in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from itertools import islice

from django.utils.translation import gettext_noop as _

from display.text import normalise
from matrices.reading.cells import decimal
from matrices.reading.ledger import Ledger
from matrices.reading.rows import Moment, PlanSheet, Said, SheetRow
from matrices.workbook.grid import Cell, Grid, letter
from matrices.workbook.neutral import original
from sheets.resources.columns import KEY, Sheet, piece_of
from sheets.resources.declared import SHEETS
from sheets.resources.readme import HEADING, TITLE, moment_in

_LOOKED_AT = 20  # rows in which the headings may be: people write titles over them
_ENOUGH = 0.6  # of a sheet's columns make it ours without its keys, when it also has its name

Columns = dict[int, tuple[str, int]]  # column → name, and which piece of its texts


def read_exported(grids: Iterable[Grid], ledger: Ledger) -> list[PlanSheet]:
    """The sheets that were exported; none when the file is a planning office's own."""
    found = [(grid, *match) for grid in grids if not grid.hidden and (match := _recognise(grid))]
    sheets = [_read(grid, sheet, row, columns, ledger) for grid, sheet, row, columns in found]
    if sheets:
        for grid in grids:
            if _is_readme(grid):
                _leave(grid, grid.rows, ledger, _("Instrucciones del plan exportado."))
    return sheets


def made_at(grids: Iterable[Grid]) -> Moment | None:
    """When the export was made; None when its instructions are gone, or are of before they said it."""
    for grid in grids:
        for row, cells in grid.rows.items() if _is_readme(grid) else ():
            for at, cell in cells.items():
                if isinstance(cell.value, str) and (moment := moment_in(cell.value)):
                    return Moment(moment, grid.place(row, at))
    return None


def _recognise(grid: Grid) -> tuple[type[Sheet], int, Columns] | None:
    """Which sheet this is, in which row it has its headings, and its columns."""
    for row, cells in islice(grid.rows.items(), _LOOKED_AT):
        headings = {at: cell.value for at, cell in cells.items() if isinstance(cell.value, str) and not cell.formula}
        matches = [(sheet, _columns(sheet, headings)) for sheet in SHEETS]
        sheet, columns = max(matches, key=lambda match: _likeness(grid, *match))
        names = {name for name, _piece in columns.values()}
        has_key = "key" in names and (len(names) >= len(headings) / 2 or _has_keys(grid, row, columns))
        is_whole = len(names) >= _ENOUGH * len(sheet.fields) and _is_named(grid, sheet)
        if len(names) > 1 and (has_key or is_whole):
            return sheet, row, columns
    return None


@cache
def _names(sheet: type[Sheet]) -> dict[str, str]:
    return {normalise(column.heading): name for name, column in sheet.fields.items()}


def _columns(sheet: type[Sheet], headings: dict[int, str]) -> Columns:
    """The columns that the sheet declares, each where it comes first."""
    columns: Columns = {}
    for at, text in headings.items():
        heading, piece = piece_of(text.strip())
        if (name := _names(sheet).get(normalise(heading))) and (name, piece) not in columns.values():
            columns[at] = name, piece
    return columns


def _likeness(grid: Grid, sheet: type[Sheet], columns: Columns) -> tuple[int, bool, int]:
    """With as many columns in common, it is the sheet of this name, else the one that has fewer columns."""
    return len(columns), _is_named(grid, sheet), -len(sheet.fields)


def _is_named(grid: Grid, sheet: type[Sheet]) -> bool:
    return normalise(grid.name).rstrip("0123456789 ") == normalise(sheet._meta.title)


def _has_keys(grid: Grid, headings: int, columns: Columns) -> bool:
    at = next(at for at, (name, _piece) in columns.items() if name == "key")
    keys = (cells[at].value for row, cells in grid.rows.items() if row > headings and at in cells)
    return any(isinstance(key, str) and KEY.fullmatch(key) for key in islice(keys, _LOOKED_AT))


def _read(grid: Grid, sheet: type[Sheet], headings: int, columns: Columns, ledger: Ledger) -> PlanSheet:
    _leave(grid, [row for row in grid.rows if row < headings], ledger, _("Título."))
    for at in columns:
        ledger.leave(grid.place(headings, at), _("Encabezado."))
    letters = {name: letter(at) for at, (name, piece) in reversed(columns.items()) if piece == 1}
    letters |= {name: letter(at) for at, (name, _piece) in columns.items() if name not in letters}
    blanks: dict[int, list[int]] = {}
    for row, at in grid.raw:
        if at in columns and at not in grid.rows.get(row, ()):
            blanks.setdefault(row, []).append(at)
    rows = []
    for row in grid.rows:
        if row > headings and (cells := _cells(grid, row, columns, blanks.get(row, ()), ledger)):
            rows.append(SheetRow(row, cells))
    return PlanSheet(sheet._meta.kind, grid.name, letters, tuple(rows))


def _cells(grid: Grid, row: int, columns: Columns, blanks: Sequence[int], ledger: Ledger) -> dict[str, Said]:
    pieces: dict[str, dict[int, Said]] = {}
    for at, cell in grid.rows[row].items():
        if at in columns and (said := _said(grid, row, at, cell, ledger)):
            name, piece = columns[at]
            pieces.setdefault(name, {})[piece] = said
    if pieces:  # a row of blanks alone is none
        for at in blanks:
            name, piece = columns[at]
            pieces.setdefault(name, {})[piece] = Said("text", grid.raw[row, at])
    return {name: _joined(of_cell) for name, of_cell in pieces.items()}


def _joined(pieces: dict[int, Said]) -> Said:
    if len(pieces) == 1:
        return next(iter(pieces.values()))
    return Said("text", "".join(pieces[piece].text for piece in sorted(pieces)))


def _said(grid: Grid, row: int, at: int, cell: Cell, ledger: Ledger) -> Said | None:
    """What a cell says; an error is told at it."""
    place = grid.place(row, at)
    if (row, at) in grid.anchors:
        return None  # under a merged one
    if cell.formula:
        if ledger.take(grid, row, at, cell) is None:
            return None
    else:
        ledger.use(place)
    match cell.value:
        case str():
            return Said("text", original(grid.raw.get((row, at), cell.value)))
        case bool():
            return Said("truth", "1" if cell.value else "0")
        case int() | float():
            number = decimal(cell.value)
            return Said("number", str(number * 100 if cell.is_percentage else number))
        case datetime():
            return Said("date", cell.value.date().isoformat())
        case date():
            return Said("date", cell.value.isoformat())
        case time():
            return Said("time", cell.value.isoformat())
    return None


def _is_readme(grid: Grid) -> bool:
    first = next(iter(grid.rows.items()), (0, {}))[1]
    texts = [cell.value for cell in first.values()]
    return normalise(grid.name) == normalise(TITLE) or texts[:1] == [HEADING]


def _leave(grid: Grid, rows: Iterable[int], ledger: Ledger, why: str) -> None:
    for row in rows:
        for at in grid.rows[row]:
            ledger.leave(grid.place(row, at), why)
