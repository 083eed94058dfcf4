"""Metrics and commitments: tables of one row each."""

from __future__ import annotations

from datetime import date

from sheets.reading.dates import MONTHS, BadDate, Span, read_dates, read_period
from sheets.reading.ledger import Ledger
from sheets.reading.matrix import CommitmentRow, MetricRow, NoteRow, Number, Text, When
from sheets.reading.rows import Rows
from sheets.reading.synonyms import Meaning
from sheets.reading.tables import Table
from sheets.reading.values import number_of, text_of
from sheets.workbook.grid import Cell, Value, one_line

M = Meaning


def read_metrics(table: Table, ledger: Ledger, span: Span) -> tuple[list[MetricRow], list[NoteRow]]:
    """One metric per row; an activity or indicator written once over several rows holds for them all."""
    reading = _Reading(table, ledger, span, fills=(M.ACTIVITY, M.INDICATOR))
    return [metric for row in table.rows if (metric := reading.metric(row))], reading.rows.notes


def read_commitments(table: Table, ledger: Ledger, span: Span) -> tuple[list[CommitmentRow], list[NoteRow]]:
    """One commitment per row; its dates may lie outside the plan."""
    reading = _Reading(table, ledger, span, fills=(M.INSTANCE,))
    return [one for row in table.rows if (one := reading.commitment(row))], reading.rows.notes


class _Reading:
    def __init__(self, table: Table, ledger: Ledger, span: Span, fills: tuple[Meaning, ...]) -> None:
        self.table, self.grid, self.ledger = table, table.grid, ledger
        self.span = Span(span.starts_on, span.ends_on, loose=True)
        self.rows = Rows(table, ledger)
        self.fills = {number: meaning for meaning in fills for number in table.numbers(meaning)}
        self.last: dict[int, Text] = {}

    def metric(self, row: int) -> MetricRow | None:
        cells = self._cells(row)
        if not cells:
            return None
        texts, values = self._texts(row, cells), self._at(row, cells, M.VALUE)
        if not values:
            self._leave(row, cells, "La fila no tiene valor.")
            return None
        (number, cell), *_ = values
        place = self.grid.place(row, number)
        value = number_of(cell)
        if value is None:
            self.ledger.error(place, f"«{text_of(cell)}» no es un número. Escriba solo la cifra, por ejemplo 12.151.")
            return None
        self.rows.totals.add(number, value)
        activity, indicator = texts.get(M.ACTIVITY), texts.get(M.INDICATOR)
        if activity is None or indicator is None:
            missing = "la actividad" if activity is None else "el indicador"
            self.ledger.error(place, f"A este valor le falta {missing} en su fila. Escríbalo en la misma fila.")
            return None
        period = self._period(row, cells)
        source = texts.get(M.SOURCE)
        return MetricRow(activity, indicator, Number(value, place), *period, source=source.value if source else "")

    def commitment(self, row: int) -> CommitmentRow | None:
        cells = self._cells(row)
        if not cells:
            return None
        texts = self._texts(row, cells)
        text = texts.get(M.COMMITMENT)
        if text is None:
            for number in cells:
                self.ledger.release(self.grid.place(row, number)).puzzle(
                    self.grid.place(row, number), "La fila no tiene compromiso."
                )
            return None
        code = texts.get(M.CODE)
        return CommitmentRow(
            place=text.place,
            text=text,
            instance=texts.get(M.INSTANCE),
            made_on=self._when(row, cells, M.DATE),
            responsible=texts.get(M.RESPONSIBLE),
            due_on=self._when(row, cells, M.DUE),
            state=texts.get(M.STATE),
            closed_on=self._when(row, cells, M.CLOSED),
            code=code.value if code else "",
        )

    def _cells(self, row: int) -> dict[int, Cell]:
        """The row's own cells, once those that are no field have their fate; none when it is no data row."""
        own = dict(self.rows.own(row))
        if not own or self.rows.settles(row, own):
            return {}
        for number in list(own):
            place = self.grid.place(row, number)
            column = self.table.columns.get(number)
            if column is None:
                self.ledger.puzzle(place, "La columna no tiene encabezado. Escriba uno para que se pueda leer.")
            elif column.meaning is None:
                self.ledger.puzzle(place, f"No se reconoce el encabezado «{column.header}».")
            elif column.meaning is M.NOT_STORED:
                self.ledger.puzzle(place, f"La columna «{column.header}» no se importa.")
            elif column.meaning is M.ORDINAL:
                self.ledger.leave(place, "Número de orden de la lista.")
            elif column.meaning is M.TOTAL:
                self.ledger.leave(place, "Total: se calcula de nuevo.")
            else:
                continue
            del own[number]
        return own

    def _at(self, row: int, cells: dict[int, Cell], meaning: Meaning) -> list[tuple[int, Cell]]:
        """The cells with this meaning, taken; those merged from above included."""
        found = []
        for number in self.table.numbers(meaning):
            at, cell = row, cells.get(number)
            if cell is None and (row, number) in self.grid.anchors:
                at, first = self.grid.anchors[row, number]
                cell = self.grid.rows[at][first] if first == number else None
            if cell is not None and (taken := self.ledger.take(self.grid, at, number, cell)):
                found.append((number, taken))
        return found

    def _texts(self, row: int, cells: dict[int, Cell]) -> dict[Meaning, Text]:
        texts: dict[Meaning, Text] = {}
        dated = (M.DATE, M.DUE, M.CLOSED, M.PERIOD, M.VALUE)
        for meaning in {one.meaning for one in self.table.columns.values()} - {None, *dated}:
            for number, cell in self._at(row, cells, meaning):
                words = text_of(cell)
                if meaning is not M.RESPONSIBLE:
                    words = one_line(words)
                before = texts.get(meaning)
                place = self.grid.place(*self.grid.anchor(row, number))
                texts[meaning] = Text(f"{before.value}\n{words}", before.place) if before else Text(words, place)
        for number, meaning in self.fills.items():
            if meaning in texts:
                self.last[number] = texts[meaning]
            elif number in self.last and number not in cells:
                texts[meaning] = self.last[number]
        return texts

    def _period(self, row: int, cells: dict[int, Cell]) -> tuple[date | None, date | None]:
        for number, cell in self._at(row, cells, M.PERIOD):
            try:
                return read_period(_month_named(cell.value), self.span)
            except BadDate as error:
                self.ledger.error(self.grid.place(row, number), str(error))
        return None, None

    def _when(self, row: int, cells: dict[int, Cell], meaning: Meaning) -> When | None:
        for number, cell in self._at(row, cells, meaning):
            place = self.grid.place(*self.grid.anchor(row, number))
            try:
                found, doubt = read_dates(_month_named(cell.value), self.span)
            except BadDate as error:
                self.ledger.error(place, str(error))
                continue
            if len(found) > 1:
                self.ledger.error(place, "Aquí va una sola fecha. Deje una, o use una fila para cada compromiso.")
            elif doubt:
                self.ledger.warn(place, doubt)
            return When(found[0].on, found[0].precision, place)
        return None

    def _leave(self, row: int, cells: dict[int, Cell], why: str) -> None:
        for number in cells:
            self.ledger.release(self.grid.place(row, number)).leave(self.grid.place(row, number), why)


def _month_named(value: Value) -> Value:
    """7 in a column of months is July."""
    return MONTHS[value - 1] if isinstance(value, int) and 1 <= value <= 12 else value
