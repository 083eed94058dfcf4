"""Where every cell of a file ended, and what was said about it on the way."""

from __future__ import annotations

from sheets.reading.cells import is_cell_error, is_nothing, text_of
from sheets.reading.rows import Remark
from sheets.workbook.grid import Cell, Grid, Place


class Ledger:
    """Each non-empty cell gets one fate: used in a field, left out with a reason, or not understood.

    A cell used once stays used: a merged date that serves three activities is one cell.
    """

    def __init__(self) -> None:
        self.fields: set[Place] = set()
        self.errors: list[Remark] = []
        self.warnings: list[Remark] = []
        self._left_out: dict[Place, str] = {}
        self._puzzles: dict[Place, str] = {}
        self._said: set[tuple[Place, str]] = set()

    def use(self, place: Place) -> None:
        self.fields.add(place)
        self._left_out.pop(place, None)
        self._puzzles.pop(place, None)

    def release(self, place: Place) -> Ledger:
        """Take a cell back from its field, to give it another fate."""
        self.fields.discard(place)
        return self

    def leave(self, place: Place, why: str) -> None:
        if place not in self.fields:
            self._puzzles.pop(place, None)
            self._left_out.setdefault(place, why)

    def puzzle(self, place: Place, why: str) -> None:
        if place not in self.fields and place not in self._left_out:
            self._puzzles.setdefault(place, why)

    def knows(self, place: Place) -> bool:
        return place in self.fields or place in self._left_out or place in self._puzzles

    def error(self, place: Place, message: str) -> None:
        self._say(self.errors, place, message)

    def warn(self, place: Place, message: str) -> None:
        self._say(self.warnings, place, message)

    def _say(self, remarks: list[Remark], place: Place, message: str) -> None:
        if (place, message) not in self._said:
            self._said.add((place, message))
            remarks.append(Remark(place, message))

    def left_out(self) -> list[Remark]:
        return [Remark(place, why) for place, why in self._left_out.items()]

    def not_understood(self) -> list[Remark]:
        return [Remark(place, why) for place, why in self._puzzles.items()]

    def take(self, grid: Grid, row: int, column: int, cell: Cell) -> Cell | None:
        """The cell for use in a field, or None when it holds nothing to use; its fate is settled either way."""
        place = grid.place(row, column)
        if is_nothing(cell):
            self.leave(place, f"«{text_of(cell)}»: sin dato.")
            return None
        if cell.formula and cell.value == "":
            self.leave(place, "Fórmula que no muestra nada.")
            return None
        self.use(place)
        if cell.formula and cell.value is None:
            self.error(
                place,
                "La fórmula de esta celda no trae su resultado. Escriba el valor, "
                "o abra el archivo en su hoja de cálculo, guárdelo y vuelva a subirlo.",
            )
            return None
        if is_cell_error(cell):
            self.error(place, f"La celda muestra el error {cell.value}. Corrija la fórmula o escriba el valor.")
            return None
        if cell.formula:
            self.warn(place, f"La celda es una fórmula: se tomó el resultado que el archivo guarda, «{text_of(cell)}».")
        return cell
