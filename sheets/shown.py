"""A sheet as its import shows it: each cell with what became of it, and the activities as they will be.

It is written once by the worker as a zip of small pieces, so that a page of a sheet of 20,000 rows opens a few of them.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

import msgspec
from django.utils.translation import gettext_noop as _

from display.message import Day, Label, Message, Words, message, value_of
from matrices.reading.cells import text_of
from matrices.reading.mending import cell_at
from matrices.reading.rows import Heading, Matrix
from matrices.workbook.grid import Cell, Grid, Place, letter
from sheets.loading.differences import LABELS
from sheets.loading.result import Result
from sheets.loading.values import RowValues
from sheets.loading.writing import MODELS

PIECE = 50  # rows or activities of a piece
FATES = ("error", "doubt", "puzzle", "left", "field", "plain")  # the worst that was said of a cell, first
_DOUBTS = ("error", "doubt")


class ShownCell(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A cell that holds something: what became of it (of FATES), what was said of it, and the fields that it filled."""

    column: int
    text: str
    fate: str
    told: tuple[Message, ...] = ()
    reading: tuple[tuple[Words, Words], ...] = ()  # field and value
    was: str | None = None  # what the file says, when somebody mended it

    @property
    def letter(self) -> str:
        return letter(self.column)


class ShownRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    row: int
    cells: tuple[ShownCell, ...]
    told: tuple[Message, ...] = ()  # of the row as a whole
    is_doubtful: bool = False
    repair: str = ""  # the row as it would be read in its order, while it is not
    covered: tuple[int, ...] = ()  # columns that a merged range covers


class ShownSheet(msgspec.Struct, frozen=True, array_like=True):
    name: str
    hidden: bool
    width: int  # columns
    rows: tuple[int, ...]  # numbers of the rows that hold something
    doubtful: tuple[int, ...]  # their positions among those
    headings: tuple[Heading, ...]


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An activity as it will be, in one line."""

    number: str
    name: str
    state: str  # "created", "changed", "unchanged", "error"
    place: Place | None
    owners: tuple[Words, ...]
    block: Words
    target: Words  # "" without one
    product: str  # where the words of a target that is no number went
    dates: tuple[Day, ...]
    doubts: tuple[tuple[str, Place, Message], ...] = ()  # "error" or "doubt", its cell and what was said


class Index(msgspec.Struct, frozen=True, array_like=True):
    sheets: tuple[ShownSheet, ...]
    n_lines: int = 0
    doubtful_lines: tuple[int, ...] = ()


class Shown:
    """Reads what `write` wrote."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)
        self.index = msgspec.msgpack.decode(self._zip.read("index"), type=Index)
        self._pieces: dict[str, list] = {}

    def sheet_at(self, name: str) -> int | None:
        return next((at for at, sheet in enumerate(self.index.sheets) if sheet.name == name), None)

    def rows(self, sheet: int, positions: Iterable[int]) -> list[ShownRow]:
        """The rows in these positions among those of the sheet."""
        return self._items(f"rows/{sheet}", positions, ShownRow)

    def row(self, sheet: int, number: int) -> ShownRow | None:
        """The row of this number; None when nothing stands in it."""
        position = self.position(sheet, number)
        rows = self.index.sheets[sheet].rows
        if position == len(rows) or rows[position] != number:
            return None
        return self.rows(sheet, [position])[0]

    def position(self, sheet: int, number: int) -> int:
        """Where the row of this number stands, or would."""
        return bisect_left(self.index.sheets[sheet].rows, number)

    def lines(self, positions: Iterable[int]) -> list[Line]:
        return self._items("lines", positions, Line)

    def _items(self, folder: str, positions: Iterable[int], kind: type) -> list:
        items = []
        for position in positions:
            name = f"{folder}/{position // PIECE}"
            if name not in self._pieces:
                self._pieces[name] = msgspec.msgpack.decode(self._zip.read(name), type=list[kind])
            items.append(self._pieces[name][position % PIECE])
        return items


def write(
    grids: Sequence[Grid],
    matrix: Matrix,
    result: Result,
    rows: Mapping[str, Sequence[RowValues]],
    before: Mapping[Place, Cell | None],
) -> bytes:
    """What the pages show of an import; `rows` as they will be, `before` what the file has where somebody mended it."""
    told = _Told(matrix, result, rows, before)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        sheets = []
        for at, grid in enumerate(grids):
            shown = told.rows(grid)
            _write_pieces(package, f"rows/{at}", shown)
            sheets.append(
                ShownSheet(
                    grid.name,
                    grid.hidden,
                    max((row.cells[-1].column for row in shown), default=0),
                    tuple(row.row for row in shown),
                    tuple(position for position, row in enumerate(shown) if row.is_doubtful),
                    tuple(heading for heading in matrix.headings if heading.place.sheet == grid.name),
                )
            )
        lines = lines_of(rows, result, {(place.sheet, place.row) for place in matrix.fields})
        _write_pieces(package, "lines", lines)
        index = Index(tuple(sheets), len(lines), tuple(at for at, line in enumerate(lines) if line.doubts))
        package.writestr(zipfile.ZipInfo("index"), msgspec.msgpack.encode(index))
    return stream.getvalue()


def _write_pieces(package: zipfile.ZipFile, folder: str, items: list) -> None:
    for start in range(0, len(items), PIECE):
        name = zipfile.ZipInfo(f"{folder}/{start // PIECE}")  # of no date: the same sheet is the same file
        name.compress_type = zipfile.ZIP_DEFLATED
        package.writestr(name, msgspec.msgpack.encode(items[start : start + PIECE]))


class _Told:
    """What is known of each cell of a file."""

    def __init__(self, matrix: Matrix, result: Result, rows, before: Mapping[Place, Cell | None]) -> None:
        self.fields, self.before = matrix.fields, before
        self.said: dict[Place, list[tuple[str, Message]]] = defaultdict(list)
        for fate, remarks in (
            ("error", result.errors),
            ("doubt", result.warnings),
            ("puzzle", result.not_understood),
            ("left", result.left_out),
        ):
            for remark in remarks:
                self.said[remark.place].append((fate, remark.message))
        self.readings = _readings(rows)
        self.repairs = {repair.place: repair.words for repair in matrix.repairs if not repair.is_done}

    def rows(self, grid: Grid) -> list[ShownRow]:
        emptied: dict[int, list[int]] = defaultdict(list)
        for place in self.before:
            if place.sheet == grid.name and (at := cell_at(place.cell)):
                emptied[at[0]].append(at[1])
        numbers = sorted({row for row, cells in grid.rows.items() if cells} | emptied.keys())
        return [self._row(grid, row, sorted({*grid.rows.get(row, ()), *emptied.get(row, ())})) for row in numbers]

    def _row(self, grid: Grid, row: int, columns: list[int]) -> ShownRow:
        cells = tuple(self._cell(grid, row, column) for column in columns)
        whole = self.said.get(Place(grid.name, row), ())
        fates = {cell.fate for cell in cells} | {fate for fate, _message in whole}
        is_lost = "puzzle" in fates and "field" not in fates
        return ShownRow(
            row,
            cells,
            tuple(message for _fate, message in whole),
            is_lost or not fates.isdisjoint(_DOUBTS),
            self.repairs.get(Place(grid.name, row), ""),
            tuple(column for column in range(1, max(columns, default=0) + 1) if (row, column) in grid.anchors),
        )

    def _cell(self, grid: Grid, row: int, column: int) -> ShownCell:
        place, cell = Place(grid.name, row, letter(column)), grid.rows.get(row, {}).get(column)
        remarks = self.said.get(place, ())
        fates = {fate for fate, _message in remarks} | ({"field"} if place in self.fields else set()) | {"plain"}
        was = None
        if place in self.before:
            was = text_of(self.before[place]) if self.before[place] else ""
        return ShownCell(
            column,
            text_of(cell) if cell else "",
            next(fate for fate in FATES if fate in fates),
            tuple(message for _fate, message in remarks),
            tuple(self.readings.get(place, ())),
            was,
        )


def _readings(rows: Mapping[str, Sequence[RowValues]]) -> dict[Place, list[tuple[Words, Words]]]:
    """By cell, each field that it filled and its value, in words when they are read."""
    readings: dict[Place, dict[tuple[Words, Words], None]] = defaultdict(dict)
    for kind, of_kind in rows.items():
        model = MODELS.get(kind)
        fields = {field.name: field for field in model._meta.get_fields()} if model else {}
        for row in of_kind:
            for name, place in row.places.items():
                value = row.values.get(name)
                if name in LABELS:
                    found = getattr(row, name, None) or ()
                    words = ", ".join(str(one[0] if isinstance(one, tuple) else one) for one in found)
                    readings[place][Message(LABELS[name]), words] = None
                elif name in fields and value not in (None, "", False) and not name.endswith("_precision"):
                    words = str(value) if fields[name].is_relation else value_of(model, name, value)
                    readings[place][Label(model._meta.label_lower, name), words] = None
    return {place: list(found) for place, found in readings.items()}


# --- One line per activity --------------------------------------------------------------------------------------------


def lines_of(rows: Mapping[str, Sequence[RowValues]], result: Result, read: Container[tuple[str, int]]) -> list[Line]:
    """The activities that the file names, in its order; `read` are the rows (sheet and number) that fill fields."""
    dates: dict[int, list[Day]] = defaultdict(list)
    for row in rows.get("sessions", ()):
        on, precision = row.values.get("planned_on"), row.values.get("planned_precision")
        owner = getattr(row, "activity", None) or getattr(row.instance, "activity", None)
        if on and owner is not None:
            dates[id(owner)].append(Day(on, precision or "day"))
    activities = [row for row in rows.get("activities", ()) if row.place and row.place.row]
    doubts = _doubts(activities, result, read)
    return [
        _line(row, dates.get(id(row)) or dates.get(id(row.instance)) or [], doubts.get(id(row), ()))
        for row in activities
    ]


def _line(row: RowValues, dates: list[Day], doubts: Sequence[tuple[str, Place, Message]]) -> Line:
    activity = row.instance or row.stored
    owners = getattr(row, "responsible", None)
    if owners is None and hasattr(row, "lists"):  # of an exported sheet
        owners = [*row.lists.get("lead", ()), *row.lists.get("support", ())]
    if owners is None:
        owners = getattr(row.stored, "responsible_now", ())
    names: list[Words] = [str(owner) for owner in owners]
    if row.values.get("all_dependencies") or (not names and getattr(activity, "all_dependencies", False)):
        names.append(row.values.get("responsible_text") or Message(_("Todas las dependencias")))
    line = getattr(activity, "line", None) or row.values.get("line")
    is_wrong = row.instance is None or any(fate == "error" for fate, _place, _message in doubts)
    return Line(
        str(row.values.get("number") or getattr(activity, "number", "")),
        str(row.values.get("name") or getattr(activity, "name", row.label)),
        "error" if is_wrong else row.state,
        row.place,
        tuple(names),
        str(line) if line else names[0] if names else "",
        _target(row, activity),
        str(row.values.get("product") or getattr(activity, "product", "")),
        tuple(sorted(dates, key=lambda day: day.on)),
        tuple(doubts),
    )


def _target(row: RowValues, activity) -> Words:
    kind, value, unit = (
        row.values.get(name) or getattr(activity, name, None) for name in ("target_kind", "target_value", "unit")
    )
    if not kind or value is None:
        return ""
    if kind == "percentage":
        return message(_("%(goal)s %%"), goal=Decimal(value))
    return message("%(count)s %(unit)s" if unit else "%(count)s", count=Decimal(value), unit=unit or "")


def _doubts(
    activities: Sequence[RowValues], result: Result, read: Container[tuple[str, int]]
) -> dict[int, list[tuple[str, Place, Message]]]:
    """What was said of the rows of each activity: from its own to the next one's, and no further than its last cell."""
    of_sheet: dict[str, list[tuple[int, RowValues]]] = defaultdict(list)
    last: dict[int, int] = {}
    for row in activities:
        of_sheet[row.place.sheet].append((row.place.row, row))
        here = [place.row for place in row.places.values() if place.sheet == row.place.sheet]
        last[id(row)] = max([row.place.row, *here])
    doubts = defaultdict(list)
    for pairs in of_sheet.values():
        pairs.sort(key=lambda pair: pair[0])
    for fate, remarks in (("error", result.errors), ("doubt", result.warnings)):
        for remark in remarks:
            pairs = of_sheet.get(remark.place.sheet, ())
            at = bisect_right(pairs, remark.place.row, key=lambda pair: pair[0]) - 1
            if at < 0:
                continue
            _row, activity = pairs[at]
            is_between = at + 1 < len(pairs) and (remark.place.sheet, remark.place.row) in read
            if is_between or remark.place.row <= last[id(activity)]:
                doubts[id(activity)].append((fate, remark.place, remark.message))
    return doubts
