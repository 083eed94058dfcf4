"""Where every cell of a file ended, and what was said about it on the way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from display.message import Message, message
from matrices.reading.cells import is_cell_error, is_nothing, text_of
from matrices.reading.rows import Remark, Repair
from matrices.workbook.grid import Cell, Grid, Place


class Ledger:
    """Each non-empty cell gets one fate: used in a field, left out with a reason, or not understood.

    A cell used once stays used: a merged date that serves three activities is one cell. What is said is a msgid with
    its blanks, or a Message (display/message.py).
    """

    def __init__(self) -> None:
        self.fields: set[Place] = set()
        self.errors: list[Remark] = []
        self.warnings: list[Remark] = []
        self._left_out: dict[Place, Message] = {}
        self._puzzles: dict[Place, Message] = {}
        self._said: set[Remark] = set()
        self.repairs: list[Repair] = []

    def use(self, place: Place) -> None:
        self.fields.add(place)
        self._left_out.pop(place, None)
        self._puzzles.pop(place, None)

    def release(self, place: Place) -> Ledger:
        """Take a cell back from its field, to give it another fate."""
        self.fields.discard(place)
        return self

    def leave(self, place: Place, why: str | Message, **params: Any) -> None:
        if place not in self.fields:
            self._puzzles.pop(place, None)
            self._left_out.setdefault(place, _message(why, params))

    def puzzle(self, place: Place, why: str | Message, **params: Any) -> None:
        if place not in self.fields and place not in self._left_out:
            self._puzzles.setdefault(place, _message(why, params))

    def knows(self, place: Place) -> bool:
        return place in self.fields or place in self._left_out or place in self._puzzles

    def error(self, place: Place, text: str | Message, **params: Any) -> None:
        self._say(self.errors, Remark(place, _message(text, params)))

    def warn(self, place: Place, text: str | Message, **params: Any) -> None:
        self._say(self.warnings, Remark(place, _message(text, params)))

    def _say(self, remarks: list[Remark], remark: Remark) -> None:
        if remark not in self._said:
            self._said.add(remark)
            remarks.append(remark)

    def left_out(self) -> list[Remark]:
        return [Remark(place, why) for place, why in self._left_out.items()]

    def not_understood(self) -> list[Remark]:
        return [Remark(place, why) for place, why in self._puzzles.items()]

    def take(self, grid: Grid, row: int, column: int, cell: Cell) -> Cell | None:
        """The cell for use in a field, or None when it holds nothing to use; its fate is settled either way."""
        place = grid.place(row, column)
        if is_nothing(cell):
            self.leave(place, _("«%(words)s»: sin dato."), words=text_of(cell))
            return None
        if cell.formula and cell.value == "":
            self.leave(place, _("Fórmula que no muestra nada."))
            return None
        self.use(place)
        if cell.formula and cell.value is None:
            self.error(
                place,
                _(
                    "La fórmula de esta celda no trae su resultado. Escriba el valor, "
                    "o abra el archivo en su hoja de cálculo, guárdelo y vuelva a subirlo."
                ),
            )
            return None
        if is_cell_error(cell):
            self.error(
                place,
                _("La celda muestra el error %(error)s. Corrija la fórmula o escriba el valor."),
                error=str(cell.value),
            )
            return None
        if cell.formula:
            self.warn(
                place,
                _("La celda es una fórmula: se tomó el resultado que el archivo guarda, «%(result)s»."),
                result=text_of(cell),
            )
        return cell


def _message(text: str | Message, params: dict[str, Any]) -> Message:
    return text if isinstance(text, Message) else message(text, **params)
