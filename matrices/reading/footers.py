"""Footers that are not data: totals, sign-offs and notes; and the sums with which totals are compared."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from display.text import normalise
from matrices.reading.cells import is_nothing, number_of, text_of
from matrices.reading.columns import Role, role_of
from matrices.reading.continuations import NAMES_BELOW, SIGNED, may_sign
from matrices.reading.headers import Meaning
from matrices.reading.ledger import Ledger
from matrices.reading.rows import NoteRow, Text
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell

_TOTAL = re.compile(
    r"(?:sub ?|gran )?total(?:es)?\b|porcentaje (?:de )?(?:cumplimiento|ejecucion|avance)|cumplimiento$"
)
_NOTE = re.compile(r"\*+\s*|\bnotas?\s*(?:aclaratorias?)?\s*\d*\s*[:.]\s*", re.IGNORECASE)
_NOTES_BELOW = re.compile(r"(?:notas?|observaciones)\s*:?", re.IGNORECASE)
_SOURCE = re.compile(r"fuente\s*:", re.IGNORECASE)


class Footers:
    """Settles the rows of a table that hold no data of their own, one after another from the top."""

    def __init__(self, table: Table, ledger: Ledger) -> None:
        self.table, self.grid, self.ledger = table, table.grid, ledger
        self.notes: list[NoteRow] = []
        self.totals = Totals(table, ledger)
        self._signed_at = 0
        self._signed_columns: set[int] = set()
        self._notes_below = 0
        self._named = set(table.numbers(Meaning.ACTIVITY, Meaning.COMMITMENT, Meaning.INDICATOR))

    def own(self, row: int) -> dict[int, Cell]:
        """The row's cells that show; what a merged range covers is left out."""
        cells = self.grid.rows[row]
        if not self.grid.anchors:
            return cells
        covered = [number for number in cells if (row, number) in self.grid.anchors]
        for number in covered:
            self.ledger.leave(self.grid.place(row, number), _("Tapada por una celda combinada: no se ve."))
        return {number: cell for number, cell in cells.items() if number not in covered}

    def settles(self, row: int, cells: dict[int, Cell]) -> bool:
        """Whether the row is a total, a sign-off or a note; if so its cells have their fate."""
        first, cell = next(iter(cells.items()))
        text = cell.value if isinstance(cell.value, str) else ""
        if text and len(cells) == 1 and self._settles_note(row, first, text):
            return True
        if text and _TOTAL.match(normalise(text.replace("%", "porcentaje "))) and self._is_total(first, cells):
            self.totals.compare(row, first, cells)
            return True
        if self._is_signed(row, cells):
            self._leave(row, cells, _("Firma o pie de página."))
            return True
        return False

    def _leave(self, row: int, cells: dict[int, Cell], why: str) -> None:
        for number in cells:
            self.ledger.leave(self.grid.place(row, number), why)

    def _settles_note(self, row: int, number: int, text: str) -> bool:
        place = self.grid.place(row, number)
        if _SOURCE.match(text):
            self.ledger.leave(place, _("Fuente de la tabla."))
        elif _NOTES_BELOW.fullmatch(text):
            self._notes_below = row
            self.ledger.leave(place, _("Título de las notas."))
        elif _NOTE.match(text) or (self._notes_below and row == self._notes_below + 1 and not SIGNED.match(text)):
            self._notes_below = row if self._notes_below else 0
            self._keep_notes(text, place)
        else:
            return False
        return True

    def _keep_notes(self, text: str, place) -> None:
        """One note per line that begins as one; other lines go on with the note before."""
        notes: list[str] = []
        for line in text.split("\n"):
            if (match := _NOTE.match(line)) or not notes:
                notes.append(line[match.end() :] if match else line)
            else:
                notes[-1] += f" {line}"
        kept = [note.strip() for note in notes if note.strip()]
        self.notes += [NoteRow(Text(note, place)) for note in kept]
        if kept:
            self.ledger.use(place)
        else:
            self.ledger.leave(place, _("Nota sin texto."))

    def _is_total(self, first: int, cells: dict[int, Cell]) -> bool:
        others = [cell for number, cell in cells.items() if number != first]
        return all(cell.formula or number_of(cell) is not None or _is_rate(cell) or is_nothing(cell) for cell in others)

    def _is_signed(self, row: int, cells: dict[int, Cell]) -> bool:
        labels = {number for number, cell in cells.items() if isinstance(cell.value, str) and SIGNED.match(cell.value)}
        if labels and min(labels) == min(cells):
            bare = all(":" not in text_of(cells[number]).rstrip(": ") for number in labels)
            self._signed_at = row if bare else 0
            self._signed_columns = set(cells)
            return True
        follows = self._signed_at and row - self._signed_at <= NAMES_BELOW and set(cells) <= self._signed_columns
        return bool(follows) and all(may_sign(cell.value) for cell in cells.values())


class Totals:
    """Our own sums of each column, to compare with those that the sheet shows."""

    def __init__(self, table: Table, ledger: Ledger) -> None:
        self.table, self.grid, self.ledger = table, table.grid, ledger
        self._all: defaultdict[int, Decimal] = defaultdict(Decimal)
        self._since: defaultdict[int, Decimal] = defaultdict(Decimal)  # since the last total

    def add(self, number: int, value: Decimal) -> None:
        self._all[number] += value
        self._since[number] += value

    def compare(self, row: int, label: int, cells: dict[int, Cell]) -> None:
        """Leave a row of totals out; warn where a saved value is not our sum."""
        role = role_of(_last_words(text_of(cells[label])))
        for number, cell in cells.items():
            place = self.grid.place(row, number)
            self.ledger.leave(place, _("Total: se calcula de nuevo."))
            shown = number_of(cell)
            column = self.table.columns.get(number)
            if shown is None or number == label or number not in self._all or cell.is_percentage:
                continue
            if role and column and column.role and column.role != role:
                continue
            self._warn(place, shown, {self._all[number], self._since[number]}, self._all[number])
        self._since.clear()

    def across(self, row: int, cells: dict[int, Cell], numbers: list[int], planned, executed) -> None:
        """Leave the totals of one row out; `planned` and `executed` are its units by column, as (column, units)."""
        since = {"P": 0, "E": 0}
        for number in numbers:
            column = self.table.columns[number]
            role: Role = column.role or "P"
            units = executed if role == "E" else planned
            part = [counted for at, counted in units if since[role] < at < number]
            ours = (sum((counted for _, counted in units), Decimal(0)), sum(part, Decimal(0)))
            since[role] = number
            known = column.meaning is Meaning.TOTAL and not (column.role is None and executed)
            if known:
                self.add(number, ours[0])
            cell = cells.get(number)
            if cell is not None:
                place = self.grid.place(row, number)
                self.ledger.leave(place, _("Total: se calcula de nuevo."))
                shown = number_of(cell)
                if known and shown is not None and not _is_rate(cell) and not cell.is_percentage:
                    self._warn(place, shown, set(ours), ours[0])

    def _warn(self, place, shown: Decimal, accepted: set[Decimal], ours: Decimal) -> None:
        if shown not in accepted:
            self.ledger.warn(
                place,
                _(
                    "El total dice %(shown)s y la suma es %(ours)s: se toma la suma. "
                    "Revise si falta o sobra algún valor."
                ),
                shown=shown,
                ours=ours,
            )


def _is_rate(cell: Cell) -> bool:
    return isinstance(cell.value, str) and re.fullmatch(r"[\d.,]+\s*%", cell.value.strip()) is not None


def _last_words(label: str) -> str:
    return " ".join(word for word in label.split() if normalise(word) not in ("total", "totales", "subtotal", "de"))
