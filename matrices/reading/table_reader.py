"""What the readers of every kind of table share: which rows hold data, and which of their cells fill a field."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from display.written_dates import MONTHS, BadDate, Span, read_dates
from matrices.reading.cells import text_of
from matrices.reading.columns import Column
from matrices.reading.footers import Footers
from matrices.reading.headers import Meaning
from matrices.reading.ledger import Ledger
from matrices.reading.rows import NoteRow, Text, When
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell, Place, Value, one_line

M = Meaning
_DATED = (M.DATE, M.DUE, M.CLOSED, M.PERIOD, M.VALUE)


class TableReader:
    """Reads a table row by row. Dates of a `loose` one may lie outside the plan."""

    def __init__(self, table: Table, ledger: Ledger, span: Span, *, loose: bool) -> None:
        self.table, self.grid, self.ledger = table, table.grid, ledger
        self.span = Span(span.starts_on, span.ends_on, loose=loose)
        self.footers = Footers(table, ledger)

    @property
    def notes(self) -> list[NoteRow]:
        return self.footers.notes

    def data_cells(self, row: int) -> dict[int, Cell]:
        """The row's own cells; none when it is a total, a sign-off or a note."""
        cells = self.footers.own(row)
        return {} if not cells or self.footers.settles(row, cells) else cells

    def fills_field(self, place: Place, column: Column | None) -> bool:
        """Whether a cell under this column fills a field; one that does not gets its fate."""
        if column is None:
            self.ledger.puzzle(place, _("La columna no tiene encabezado. Escriba uno para que se pueda leer."))
        elif column.meaning is None:
            self.ledger.puzzle(place, _("No se reconoce el encabezado «%(header)s»."), header=column.header)
        elif column.meaning is M.NOT_STORED:
            self.ledger.puzzle(place, _("La columna «%(header)s» no se importa."), header=column.header)
        elif column.meaning is M.ORDINAL:
            self.ledger.leave(place, _("Número de orden de la lista."))
        elif column.meaning is M.TOTAL:
            self.ledger.leave(place, _("Total: se calcula de nuevo."))
        else:
            return True
        return False

    def merged_above(self, row: int, number: int) -> tuple[int, Cell | None]:
        """The row and the cell of the same column that reach down to this place, merged."""
        at, first = self.grid.anchors.get((row, number), (row, 0))
        return at, self.grid.rows[at][first] if first == number else None


class ListReader(TableReader):
    """Reads tables of one row each; what stands in a column of `fills` holds for the rows below that leave it blank."""

    def __init__(self, table: Table, ledger: Ledger, span: Span, *, fills: tuple[Meaning, ...]) -> None:
        super().__init__(table, ledger, span, loose=True)
        self.fills = {number: meaning for meaning in fills for number in table.numbers(meaning)}
        self.last: dict[int, Text] = {}

    def field_cells(self, row: int) -> dict[int, Cell]:
        """The cells of a data row that fill a field; the others have their fate."""
        return {
            number: cell
            for number, cell in self.data_cells(row).items()
            if self.fills_field(self.grid.place(row, number), self.table.columns.get(number))
        }

    def take(self, row: int, cells: dict[int, Cell], meaning: Meaning) -> list[tuple[int, Cell]]:
        """The cells with this meaning, those merged from above included, as (column, cell)."""
        taken = []
        for number in self.table.numbers(meaning):
            at, cell = (row, cells[number]) if number in cells else self.merged_above(row, number)
            if cell is not None and (used := self.ledger.take(self.grid, at, number, cell)):
                taken.append((number, used))
        return taken

    def texts(self, row: int, cells: dict[int, Cell]) -> dict[Meaning, Text]:
        texts: dict[Meaning, Text] = {}
        for meaning in {column.meaning for column in self.table.columns.values()} - {None, *_DATED}:
            for number, cell in self.take(row, cells, meaning):
                words = text_of(cell) if meaning is M.RESPONSIBLE else one_line(text_of(cell))
                before = texts.get(meaning)
                place = self.grid.place(*self.grid.anchor(row, number))
                texts[meaning] = Text(f"{before.value}\n{words}", before.place) if before else Text(words, place)
        for number, meaning in self.fills.items():
            if meaning in texts:
                self.last[number] = texts[meaning]
            elif number in self.last and number not in cells:
                texts[meaning] = self.last[number]
        return texts

    def when(self, row: int, cells: dict[int, Cell], meaning: Meaning) -> When | None:
        for number, cell in self.take(row, cells, meaning):
            place = self.grid.place(*self.grid.anchor(row, number))
            try:
                dates, doubt = read_dates(month_named(cell.value), self.span)
            except BadDate as error:
                self.ledger.error(place, error.message)
                continue
            if len(dates) > 1:
                self.ledger.error(place, _("Aquí va una sola fecha. Deje una, o use una fila para cada compromiso."))
            elif doubt:
                self.ledger.warn(place, doubt)
            return When(dates[0].on, dates[0].precision, place)
        return None


def month_named(value: Value) -> Value:
    """7 in a column of months is July."""
    return MONTHS[value - 1] if isinstance(value, int) and 1 <= value <= 12 else value
