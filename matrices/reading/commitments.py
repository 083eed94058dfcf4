"""Commitments from the rows of their table."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from display.written_dates import Span
from matrices.reading.headers import Meaning as M
from matrices.reading.ledger import Ledger
from matrices.reading.rows import CommitmentRow, NoteRow
from matrices.reading.table_reader import ListReader
from matrices.reading.tables import Table


def read_commitments(table: Table, ledger: Ledger, span: Span) -> tuple[list[CommitmentRow], list[NoteRow]]:
    """One commitment per row; its dates may lie outside the plan."""
    reader = _CommitmentReader(table, ledger, span, fills=(M.INSTANCE,))
    return [commitment for row in table.rows if (commitment := reader.read(row))], reader.notes


class _CommitmentReader(ListReader):
    def read(self, row: int) -> CommitmentRow | None:
        cells = self.field_cells(row)
        if not cells:
            return None
        texts = self.texts(row, cells)
        text = texts.get(M.COMMITMENT)
        if text is None:
            for number in cells:
                place = self.grid.place(row, number)
                self.ledger.release(place).puzzle(place, _("La fila no tiene compromiso."))
            return None
        code = texts.get(M.CODE)
        return CommitmentRow(
            place=text.place,
            text=text,
            instance=texts.get(M.INSTANCE),
            made_on=self.when(row, cells, M.DATE),
            responsible=texts.get(M.RESPONSIBLE),
            due_on=self.when(row, cells, M.DUE),
            state=texts.get(M.STATE),
            closed_on=self.when(row, cells, M.CLOSED),
            code=code.value if code else "",
        )
