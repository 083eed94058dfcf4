"""Rows whose values stand one or two columns aside from some point on, told by the order of what they hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from display.periodicity import says_how_often
from display.text import normalise
from display.written_dates import Span, holds_dates
from matrices.reading.cells import activity_number, goal_of, split_number, text_of
from matrices.reading.columns import Column
from matrices.reading.footers import Footers
from matrices.reading.headers import UNITS
from matrices.reading.headers import Meaning as M
from matrices.reading.ledger import Ledger
from matrices.reading.phases import HEADINGS
from matrices.reading.rows import Repair
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell, Place, Value, one_line

_INDICATOR = re.compile(r"(?:numero|porcentaje|cantidad|nivel|tasa|total|indice) de\b")
_ANY = Span(date(2000, 1, 1), date(2000, 12, 31), loose=True)
_FURTHEST = 2  # columns aside
_WIDEST, _MOST = 100, 2_000  # cells of a row, and rows, that are put right: more are another kind of damage
_DATES = (M.DATE, M.START, M.END, M.PERIODICITY)
_TYPED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\s*$")
_SHOWN = 40  # characters of each cell in the words of a row

# how well what a cell looks like fits under a column: 2 it is just that, -2 it cannot be; 0 when neither is named
_DATED = {"date": 2, "often": 1, "words": -1} | dict.fromkeys(
    ("goal", "number", "named", "indicator", "unit", "heading", "prose"), -2
)
_GROUPING = {"heading": 2} | dict.fromkeys(("date", "goal", "number", "named", "indicator"), -2)
_FITS: dict[M, dict[str, int]] = {
    M.NUMBER: {"number": 2, "goal": 1} | dict.fromkeys(("date", "named", "indicator", "unit", "prose", "often"), -2),
    M.PHASE: _GROUPING | {"unit": -1},
    M.LINE: _GROUPING,
    M.BLOCK: _GROUPING | {"unit": 1},
    M.ACTIVITY: {"named": 2, "prose": 1, "unit": -1} | dict.fromkeys(
        ("date", "goal", "number", "indicator", "often"), -2
    ),
    M.TARGET: {"goal": 2, "number": -1, "indicator": -1, "unit": -1, "date": -2, "named": -2},
    M.INDICATOR: {"indicator": 2, "unit": -1} | dict.fromkeys(("date", "goal", "number", "named"), -2),
    M.RESPONSIBLE: {"unit": 2} | dict.fromkeys(("date", "goal", "number", "named", "indicator", "often"), -2),
    M.DATE: _DATED, M.START: _DATED, M.END: _DATED,
    M.PERIODICITY: {"often": 2, "date": 1, "unit": -2, "goal": -2, "indicator": -2, "named": -2, "prose": -1},
    M.UNIT: {"date": -2, "unit": -1, "prose": -1, "goal": -1, "indicator": -1},
    M.MONTH: {"goal": 1, "unit": -2, "date": -2, "prose": -2, "named": -2, "indicator": -2},
}  # fmt: skip
_OUTSIDE = -2  # under no column


class Shifts:
    """Refuses the shifted rows of a table, or puts right all (`repair`) or some; `table` is what is to be read."""

    def __init__(self, table: Table, ledger: Ledger, *, repair: bool, rows: frozenset[int] = frozenset()) -> None:
        self.ledger, self.repairs_all, self.rows = ledger, repair, rows
        repair = repair or bool(rows)
        self.numbers = list(table.columns)
        names = table.numbers(M.ACTIVITY)
        self.slot = 0  # where the repair puts a number that has no column of its own
        columns = table.columns
        if names and not table.numbers(M.NUMBER):
            self.slot = max(max(cells) for cells in table.grid.rows.values()) + 1
            header = columns[names[0]]
            columns = {**columns, self.slot: Column(M.NUMBER, header.header, header.place)} if repair else columns
        self.name = min(names, default=0)
        grid = replace(table.grid, rows=dict(table.grid.rows), moved={}) if repair else table.grid
        self.table = replace(table, grid=grid, columns=columns)
        self.footers = Footers(table, Ledger())
        self.units = self._units()
        self.n_tried = 0

    def refuses(self, row: int) -> bool:
        """Whether the row is shifted and stays unread; a repair is made, and told, on the way."""
        cells = self.footers.own(row)
        if not 3 <= len(cells) <= _WIDEST or not self._may_be_shifted(cells) or self.footers.settles(row, cells):
            return False
        columns = self._put_right(cells) if self.n_tried < _MOST else None
        if columns is None or any((row, column) in self.table.grid.ends for column in cells):
            return False
        words = self._words(cells, columns)
        place = self.table.grid.place(row, min(cells))
        is_done = self.repairs_all or row in self.rows
        self.ledger.repairs.append(Repair(Place(place.sheet, row), words, is_done))
        if is_done:
            self.table.grid.move(row, columns)
            if row not in self.rows:  # a person who asked for this very row knows
                self.ledger.warn(place, _("La fila estaba corrida y se leyó en su orden: %(row)s."), row=words)
            return False
        self.ledger.error(
            place,
            _("La fila está corrida: se leería %(row)s. Pida que se lea en su orden, o corríjala."),
            row=words,
        )
        for column in cells:
            self.ledger.puzzle(self.table.grid.place(row, column), _("La fila está corrida."))
        return True

    def _may_be_shifted(self, cells: dict[int, Cell]) -> bool:
        """A first look that costs little: a name without letters, a cell under no column, a date out of its place."""
        name = cells.get(self.name)
        if name is None or not isinstance(name.value, str) or not any(map(str.isalpha, name.value)):
            return True
        for number, cell in cells.items():
            column = self.table.columns.get(number)
            meaning = column.meaning if column else None
            is_date = isinstance(cell.value, date) or (isinstance(cell.value, str) and _TYPED.match(cell.value))
            if meaning is None or (is_date and meaning not in _DATES):
                return True
        return False

    def _put_right(self, cells: dict[int, Cell]) -> dict[int, int] | None:
        """The column of each cell in the one order that fits far better than the row as it stands; None without one."""
        looks = {column: self._look(cell) for column, cell in cells.items()}
        as_it_is = [self._fit(column, look) for column, look in looks.items()]
        if min(as_it_is) > -2:
            return None
        self.n_tried += 1
        best = self._best(list(looks.items()))
        if best is None:
            return None
        fits = {column: self._fit(to, looks[column]) for column, to in best.items()}
        moved = [fits[column] for column, to in best.items() if to != column]
        is_sure = (
            sum(fit == 2 for fit in fits.values()) >= 3
            and sum(fit == 2 for fit in moved) >= 2
            and min(fits.values()) > -2
            and sum(fits.values()) >= sum(as_it_is) + 4
        )
        return best if is_sure else None

    def _best(self, looks: list[tuple[int, str]]) -> dict[int, int] | None:
        """The best way to give each cell a column with their order kept, by dynamic programming from the left.

        A state is the column reached and how far aside the last cell stands; it keeps its score and the way there.
        """
        states: dict[tuple[float, int], tuple[float, tuple]] = {(0.0, 0): (0.0, ())}
        for column, look in looks:
            reached: dict[tuple[float, int], tuple[float, tuple]] = {}
            for (last, aside), (score, way) in states.items():
                options = [(float(column + step), step, column + step) for step in range(-_FURTHEST, _FURTHEST + 1)]
                if look == "number" and self.slot:
                    options.append((self.name - 0.5, aside, self.slot))
                for at, step, to in options:
                    if at <= last:
                        continue
                    total = score + self._fit(to, look) - (step != aside) - 0.25 * (step != 0)
                    if (at, step) not in reached or total > reached[at, step][0]:
                        reached[at, step] = total, (way, column, to)
            states = reached
        if not states:
            return None
        columns: dict[int, int] = {}
        _score, way = max(states.values(), key=lambda state: state[0])
        while way:
            way, column, to = way
            columns[column] = to
        return columns

    def _fit(self, column: int, look: str) -> int:
        if column == self.slot and self.slot:
            return 2 if look == "number" else _OUTSIDE
        found = self.table.columns.get(column)
        if found is None or found.meaning is None:
            return _OUTSIDE
        return _FITS.get(found.meaning, {"date": -1} if found.meaning is not M.NOT_STORED else {}).get(look, 0)

    def _look(self, cell: Cell) -> str:
        if isinstance(cell.value, str) and normalise(cell.value) in self.units:
            return "unit"
        return _look(cell.value, cell.number_format)

    def _units(self) -> frozenset[str]:
        """What the column of those who answer says more than once, in words."""
        cells = [
            cell for row in self.table.rows for number in self.table.numbers(M.RESPONSIBLE)
            if (cell := self.table.grid.own(row, number))
        ]  # fmt: skip
        said = Counter(normalise(cell.value) for cell in cells if isinstance(cell.value, str) and len(cell.value) < 120)
        return frozenset(name for name, count in said.items() if count > 1 and not any(map(str.isdigit, name)))

    def _words(self, cells: dict[int, Cell], columns: dict[int, int]) -> str:
        """«Actividad: Foro · Meta: 2 · …», as the row would be read."""
        told = []
        for column, cell in cells.items():
            header = "No." if columns[column] == self.slot else self.table.columns[columns[column]].header
            text = one_line(text_of(cell))
            told.append(f"{header}: {text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}")
        return f"«{' · '.join(told)}»"


def looks_like(text: str) -> str:
    """What a text is by its own words: a date, a goal, a number, an indicator, the name of a unit…"""
    return _look(text, "")


@lru_cache(maxsize=4096)
def _look(value: Value, number_format: str) -> str:
    """What a cell looks like, whatever its column."""
    cell = Cell(value, number_format)
    if isinstance(value, date):
        return "date"
    if isinstance(value, float) and not (value.is_integer() or cell.is_percentage) and value > 1:
        return "number"
    if not isinstance(value, str):
        return "goal"
    words = normalise(value)
    if holds_dates(value, _ANY):
        return "date"
    if "." in (activity_number(cell) or "") and value[0].isdigit():
        return "number"
    if split_number(value)[0]:
        return "named"
    if (goal := goal_of(cell)) and len(goal.words.split()) <= 3:
        return "goal"
    if _INDICATOR.match(words):
        return "indicator"
    if words.split(" ")[0] in UNITS or words.startswith(("todas las ", "todos los ")):
        return "unit"
    if words.startswith(HEADINGS):
        return "heading"
    if says_how_often(value):
        return "often"
    return "prose" if len(words.split()) >= 4 else "words"
