"""Metrics from the rows of their table: an indicator's value, its activity and its period."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop as _

from display.written_dates import BadDate, Span, read_period
from matrices.reading.cells import number_of, text_of
from matrices.reading.headers import Meaning as M
from matrices.reading.ledger import Ledger
from matrices.reading.rows import MetricRow, NoteRow, Number
from matrices.reading.table_reader import ListReader, month_named
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell


def read_metrics(table: Table, ledger: Ledger, span: Span) -> tuple[list[MetricRow], list[NoteRow]]:
    """One metric per row; an activity or indicator written once over several rows holds for them all."""
    reader = _MetricReader(table, ledger, span, fills=(M.ACTIVITY, M.INDICATOR))
    return [metric for row in table.rows if (metric := reader.read(row))], reader.notes


class _MetricReader(ListReader):
    def read(self, row: int) -> MetricRow | None:
        cells = self.field_cells(row)
        if not cells:
            return None
        texts, values = self.texts(row, cells), self.take(row, cells, M.VALUE)
        if not values:
            for number in cells:
                place = self.grid.place(row, number)
                self.ledger.release(place).leave(place, _("La fila no tiene valor."))
            return None
        number, cell = values[0]
        place = self.grid.place(row, number)
        value = number_of(cell)
        if value is None:
            self.ledger.error(
                place,
                _("«%(words)s» no es un número. Escriba solo la cifra, por ejemplo 12.151."),
                words=text_of(cell),
            )
            return None
        self.footers.totals.add(number, value)
        activity, indicator = texts.get(M.ACTIVITY), texts.get(M.INDICATOR)
        if activity is None or indicator is None:
            no_activity = _("A este valor le falta la actividad en su fila. Escríbala en la misma fila.")
            no_indicator = _("A este valor le falta el indicador en su fila. Escríbalo en la misma fila.")
            self.ledger.error(place, no_activity if activity is None else no_indicator)
            return None
        period = self._period(row, cells)
        source = texts.get(M.SOURCE)
        return MetricRow(activity, indicator, Number(value, place), *period, source=source.value if source else "")

    def _period(self, row: int, cells: dict[int, Cell]) -> tuple[date | None, date | None]:
        for number, cell in self.take(row, cells, M.PERIOD):
            try:
                return read_period(month_named(cell.value), self.span)
            except BadDate as error:
                self.ledger.error(self.grid.place(row, number), error.message)
        return None, None
