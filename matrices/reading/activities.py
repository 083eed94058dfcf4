"""Activities of a plan, and the spaces held outside of it, from the rows of their tables."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop as _

from display.message import message
from display.written_dates import Span, holds_dates
from matrices.reading.activity_builder import ActivityBuilder
from matrices.reading.cells import activity_number, number_of, split_number, text_of
from matrices.reading.columns import Role, role_of
from matrices.reading.headers import Meaning
from matrices.reading.ledger import Ledger
from matrices.reading.mending import Mending
from matrices.reading.pages import Pages
from matrices.reading.phases import FILLED, FillDown
from matrices.reading.rows import ActivityRow, NoteRow, Text
from matrices.reading.shifts import Shifts
from matrices.reading.table_reader import TableReader
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell, Place, one_line

M = Meaning
_NO_DATES = (M.RESPONSIBLE, M.TARGET, M.INDICATOR, M.PRODUCT, M.UNIT)
_NUMERIC = {M.TARGET, M.MONTH, M.ATTENDANCE, M.QUESTIONS, M.COMMENTS, M.METRIC, M.BUDGET}


def read_activities(
    table: Table, ledger: Ledger, span: Span, *, repair: bool, mending: Mending
) -> tuple[list[ActivityRow], list[NoteRow]]:
    """The activities of a plan's table, or the spaces outside a plan, and the notes under them."""
    sheet = table.grid.name
    joined, apart = (frozenset(rows.get(sheet, ())) for rows in (mending.joined, mending.apart))
    shifts = Shifts(table, ledger, repair=repair, rows=frozenset(mending.shifted.get(sheet, ())))
    table = shifts.table
    reader = _ActivityReader(table, ledger, span, apart)
    for row in table.rows:
        if row in joined:
            reader.join(row)
        elif not shifts.refuses(row):
            reader.read(row)
    return reader.finished(), reader.notes


class _ActivityReader(TableReader):
    def __init__(self, table: Table, ledger: Ledger, span: Span, apart: frozenset[int]) -> None:
        self.outside, self.apart = table.kind == "spaces", apart
        super().__init__(table, ledger, span, loose=self.outside)
        self.name_columns = table.numbers(M.ACTIVITY)
        self.totals = table.numbers(M.TOTAL, M.RATE)
        self.dated = table.numbers(M.DATE, M.START, M.END, M.MONTH)
        self.role_columns = self._role_columns()
        self.fill_down = FillDown(table, ledger)
        apart = {*self.name_columns, *self.totals, *self.role_columns, *table.numbers(M.NUMBER, *FILLED)}
        self.others = [(number, column) for number, column in table.columns.items() if number not in apart]
        self.activities: list[ActivityBuilder] = []
        self.activity: ActivityBuilder | None = None  # the one that the rows below add to
        self.pages = Pages(table, ledger, self.span)
        self.last_row = 0

    def finished(self) -> list[ActivityRow]:
        for activity in self.activities:
            activity.settle_period(bool(self.table.numbers(M.END, M.DATE)))
            activity.settle_periodicity()
        self.fill_down.finish()
        self._warn_undated()
        return [activity.finish() for activity in self.activities]

    def read(self, row: int) -> None:
        cells = self.data_cells(row)
        if not cells:
            return
        is_parted = row != self.last_row + 1
        if self.activity and row not in self.apart and self.pages.goes_on(row, cells, is_parted):
            self.pages.join(row, cells, self.activity)
        elif self.pages.is_apart(row, cells, is_parted):
            self.pages.leave(row, cells)
            return
        elif self.fill_down.takes_band(row, cells):
            self.activity = None
        else:
            named = self._name(row, cells)
            self.fill_down.fill(row, cells, begins=named is not None)
            if named is not None:
                self._start(row, cells, *named)
            else:
                self._continue(row, cells)
        self.last_row = row

    def join(self, row: int) -> None:
        """A person said that the row is the rest of the activity above."""
        cells = self.data_cells(row)
        if not cells:
            return
        if self.activity is None:
            self.ledger.warn(
                self.grid.place(row, min(cells)), _("No hay arriba una actividad a la que unir esta fila: léala sola.")
            )
            self.read(row)
            return
        self.fill_down.fill(row, cells, begins=False)
        rest = self.pages.add_rest(row, cells, self.activity)
        for number in self.table.numbers(M.NUMBER, M.ACTIVITY):
            if number in rest:
                self.ledger.leave(self.grid.place(row, number), _("Número de una fila que se unió a la de arriba."))
        self._add_cells(row, rest, fills=False)
        self.last_row = row

    def _name(self, row: int, cells: dict[int, Cell]) -> tuple[str, Text] | None:
        """Number and name of the activity that begins in this row; None when none does."""
        parts = [(number, cells[number]) for number in self.name_columns if number in cells]
        if not parts:
            return None
        number_text, words, place = "", [], self.grid.place(row, parts[0][0])
        for at, cell in parts:
            taken = self.ledger.take(self.grid, row, at, cell)
            if taken is None:
                continue
            typed = activity_number(taken) if len(parts) > 1 and not words and not number_text else None
            if typed is not None:
                number_text = typed
            else:
                words.append(one_line(text_of(taken)))
                place = self.grid.place(row, at) if len(words) == 1 else place
        name = " ".join(words)
        if not number_text:
            number_text, name = split_number(name)
        if not name:
            name, number_text = number_text, ""
        return (number_text, Text(name.rstrip("* "), place)) if name.rstrip("* ") else None

    def _start(self, row: int, cells: dict[int, Cell], number: str, name: Text) -> None:
        if self._is_no_name(name):
            if len(cells) == 1 and self.activity and self._add_stray_date(name):
                return
            self.ledger.error(
                name.place,
                _(
                    "«%(name)s» no parece el nombre de una actividad. "
                    "Revise si la fila está corrida una columna y escriba el nombre."
                ),
                name=name.value,
            )
        number, number_at = self._numbered(row, cells, number)
        activity = ActivityRow(name.place, name, number, number_at, outside_plan=self.outside)
        for meaning, (text, is_filled) in self.fill_down.used(row).items():
            setattr(activity, meaning.value, text)
            activity.phase_is_merged |= meaning is M.PHASE and is_filled
        self.activity = ActivityBuilder(activity, self.ledger, self.span)
        self.activities.append(self.activity)
        self.pages.begin(row, cells, number)
        self._add_cells(row, cells, fills=True)

    def _is_no_name(self, name: Text) -> bool:
        return len(name.value) < 30 and (
            number_of(Cell(name.value.rstrip("%"))) is not None or holds_dates(name.value, self.span)
        )

    def _add_stray_date(self, name: Text) -> bool:
        """A date alone in the column of the activities is one more date of the activity above."""
        if not holds_dates(name.value, self.span):
            return False
        column = self.table.columns[self.name_columns[0]]
        self._tell_stray_date(name.value, column.header, name.place)
        self.activity.add_dates(M.DATE, Cell(name.value), name.place)
        return True

    def _add_date_aside(self, row: int, cells: dict[int, Cell]) -> bool:
        """A date alone under the goals or those who answer is one more date of the activity above."""
        ((number, cell), *others) = cells.items()
        column = self.table.columns.get(number)
        if others or not self.dated or column is None or column.meaning not in _NO_DATES:
            return False
        if cell.formula or not (isinstance(cell.value, date) or holds_dates(str(cell.value), self.span)):
            return False
        place = self.grid.place(row, number)
        self.ledger.use(place)
        self._tell_stray_date(text_of(cell), column.header, place)
        self.activity.add_dates(M.DATE, cell, place)
        return True

    def _tell_stray_date(self, words: str, header: str, place: Place) -> None:
        self.ledger.warn(
            place,
            _("«%(date)s» es una fecha en la columna «%(header)s»: se tomó para la actividad de arriba."),
            date=words,
            header=header,
        )

    def _numbered(self, row: int, cells: dict[int, Cell], number: str) -> tuple[str, Place | None]:
        """The activity's number and the cell of it: of its own column, else of its name, which has no cell apart.

        A plain ordinal gives way to «1.2».
        """
        place = None
        for at in self.table.numbers(M.NUMBER):
            cell = cells.get(at)
            taken = self.ledger.take(self.grid, row, at, cell) if cell else None
            if taken is None:
                continue
            typed = activity_number(taken)
            here = self.grid.place(row, at)
            if typed is None:
                self.ledger.error(
                    here,
                    _("«%(words)s» no es un número de actividad. Escríbalo como texto, por ejemplo 1.2."),
                    words=text_of(taken),
                )
            elif not number or typed == number:
                number, place = typed, here
            elif "." in number and typed.isdigit():
                self.ledger.release(here).leave(here, _("Número de orden: la actividad trae su propio número."))
            else:
                self.ledger.warn(
                    here,
                    _("El número de la columna, %(typed)s, y el del nombre, %(own)s, no coinciden: se tomó %(typed)s."),
                    typed=typed,
                    own=number,
                )
                number, place = typed, here
        return ("", None) if self.outside else (number, place)

    def _continue(self, row: int, cells: dict[int, Cell]) -> None:
        """A row without an activity of its own adds to the one above."""
        rest = {number: cell for number, cell in cells.items() if number not in self.table.numbers(*FILLED)}
        if not rest:
            return
        numbers = [number for number in self.table.numbers(M.NUMBER) if number in rest]
        for number in numbers:
            self.ledger.use(self.grid.place(row, number))
            self.ledger.error(
                self.grid.place(row, number),
                _("La fila tiene número y no tiene actividad. Escriba el nombre que falta."),
            )
        follows = self.activity is not None and (
            row == self.last_row + 1 or self.grid.anchor(row, self.name_columns[0])[0] != row
        )
        if follows and not numbers and self._add_date_aside(row, rest):
            return
        if follows and not numbers:
            self.pages.add(row, rest)
            self._add_cells(row, rest, fills=False)
            return
        for number in rest:
            self.ledger.puzzle(self.grid.place(row, number), _("La fila no tiene actividad ni sigue a una."))

    def _add_cells(self, row: int, cells: dict[int, Cell], *, fills: bool) -> None:
        role = self._role(row, cells)
        for number, column in self.others:
            at, cell = row, cells.get(number)
            if cell is None and fills:
                at, cell = self.merged_above(row, number)
                if cell is not None and column.meaning in _NUMERIC:
                    self._warn_shared(at, number)
            if cell is None or not self.fills_field(self.grid.place(at, number), column):
                continue
            if taken := self.ledger.take(self.grid, at, number, cell):
                counted = self.activity.add(number, column, taken, self.grid.place(at, number), role)
                if counted is not None and at == row:
                    self.footers.totals.add(number, counted)
        for number in cells:
            if number not in self.table.columns:
                self.fills_field(self.grid.place(row, number), None)
        if self.totals:
            planned, executed = self.activity.units["P"], self.activity.units["E"]
            self.footers.totals.across(row, cells, self.totals, planned, executed)

    def _warn_shared(self, row: int, number: int) -> None:
        self.ledger.warn(
            self.grid.place(row, number),
            _(
                "Esta celda combinada abarca varias actividades: su valor se tomó para cada una. "
                "Sepárela si es el de una sola o el de todas juntas."
            ),
        )

    def _role_columns(self) -> set[int]:
        """Columns whose cells only say P or E, where the months themselves do not."""
        months = [self.table.columns[number] for number in self.table.numbers(M.MONTH)]
        if not months or any(column.role == "E" for column in months):
            return set()
        roles = set(self.table.numbers(M.ROLE))
        for number in {number for row in self.table.rows[:50] for number in self.grid.rows[row]} - roles:
            column = self.table.columns.get(number)
            if column is None or column.meaning in (None, M.NOT_STORED):
                cells = [cell for row in self.table.rows if (cell := self.grid.own(row, number))]
                if cells and all(role_of(cell.value) for cell in cells):
                    roles.add(number)
        return roles

    def _role(self, row: int, cells: dict[int, Cell]) -> Role | None:
        for number in self.role_columns:
            if number in cells and (role := role_of(cells[number].value)):
                self.ledger.use(self.grid.place(row, number))
                return role
        return None

    def _warn_undated(self) -> None:
        undated = [activity for activity in self.activities if not (activity.is_dated or activity.is_proposed)]
        if not undated:
            return
        if not self.dated:
            one = _("La tabla no tiene una columna de fechas: su actividad queda sin espacios.")
            many = _("La tabla no tiene una columna de fechas: sus %(count)s actividades quedan sin espacios.")
            count = len(undated)
            self.ledger.warn(self.table.place, message(many, count=count) if count > 1 else message(one))
            return
        for activity in undated:
            name = activity.row.name
            self.ledger.warn(name.place, _("«%(name)s» no tiene fecha: queda sin espacios."), name=name.value)
