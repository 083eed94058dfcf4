"""What paper does to a table of activities: rows that a page break cut, and the texts that stand around the rows."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.utils.translation import gettext_noop as _

from display.text import normalise
from display.written_dates import Span, holds_dates
from matrices.reading.activity_builder import ActivityBuilder
from matrices.reading.cells import activity_number, split_number
from matrices.reading.continuations import first_words, goes_on, is_item, is_mark, last_words
from matrices.reading.headers import TEXTS
from matrices.reading.headers import Meaning as M
from matrices.reading.ledger import Ledger
from matrices.reading.phases import FILLED, HEADINGS
from matrices.reading.rows import Text
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell, one_line

_CUT = (TEXTS - {M.UNIT, M.PERIODICITY, M.BUDGET}) | {M.ACTIVITY, M.TARGET, M.GROUPS}  # where a sentence may be cut


class Pages:
    """Tells the rest of an activity, and what is no row of the table, from a row. Rows come from the top."""

    def __init__(self, table: Table, ledger: Ledger, span: Span) -> None:
        self.table, self.grid, self.ledger, self.span = table, table.grid, ledger, span
        self.name_columns = table.numbers(M.ACTIVITY)
        self.titles = {one_line(str(cell.value)) for row in table.titles for cell in self.grid.rows[row].values()}
        self.furniture = self._furniture()
        self.pieces: dict[int, Text] = {}  # by column: what the last activity says in words, and where it last did
        self.numbers: defaultdict[int, set[str]] = defaultdict(set)  # of the activities, by how many dots they have
        self.n_begun = self.n_alone = 0  # activities; those of which the sheet only says the name
        self.last_apart = 0

    def begin(self, row: int, cells: dict[int, Cell], number: str) -> None:
        """An activity of this number ("" for none) begins in this row."""
        if number:
            self.numbers[number.count(".")].add(number)
        self.n_begun += 1
        self.n_alone += len(cells) == 1
        self.pieces = {}
        self.add(row, cells)

    def add(self, row: int, cells: dict[int, Cell]) -> None:
        words = {number: one_line(cell.value) for number, cell in cells.items() if self._may_be_cut(number, cell)}
        self.pieces |= {number: Text(text, self.grid.place(row, number)) for number, text in words.items() if text}

    def goes_on(self, row: int, cells: dict[int, Cell], is_parted: bool) -> bool:
        """Whether the row is the rest of the activity above, cut by a page: it has no owner, no date and no unit."""
        rest = {number: cell for number, cell in cells.items() if not is_mark(cell.value)}
        is_marked = len(rest) < len(cells)
        named = [number for number in self.name_columns if number in rest]
        if len(named) > 1 or not (named or is_parted or is_marked) or self._is_furniture(cells):
            return False
        if not all(self._may_be_cut(number, cell) for number, cell in rest.items()):
            return False
        if any((row, number) in self.grid.ends for number in cells):
            return False
        return all(
            number in self.pieces
            and (is_marked or goes_on(self.pieces[number].value, str(rest[number].value), is_parted=is_parted))
            for number in named or rest
        )

    def join(self, row: int, cells: dict[int, Cell], activity: ActivityBuilder) -> None:
        for number in [number for number, cell in cells.items() if is_mark(cell.value)]:
            self.ledger.leave(self.grid.place(row, number), _("Marca de que la fila sigue a la de arriba."))
        cells = {number: cell for number, cell in cells.items() if not is_mark(cell.value)}
        if not cells:
            return
        first = next((number for number in self.name_columns if number in cells), min(cells))
        before, after = self.pieces[first], str(cells[first].value)
        self.ledger.warn(
            self.grid.place(row, first),
            _("La fila sigue a la de la celda %(cell)s, que quedó cortada: se unieron «%(before)s» y «%(after)s»."),
            cell=before.place.cell,
            before=last_words(before.value),
            after=first_words(after),
        )
        self._unite(row, cells, activity)

    def add_rest(self, row: int, cells: dict[int, Cell], activity: ActivityBuilder) -> dict[int, Cell]:
        """Join the texts of a row that a person said to be the rest of the activity; the other cells are given back."""
        marks = {number for number, cell in cells.items() if is_mark(cell.value)}
        for number in marks:
            self.ledger.leave(self.grid.place(row, number), _("Marca de que la fila sigue a la de arriba."))
        texts = {number for number, cell in cells.items() if self._may_be_cut(number, cell)} - marks
        self._unite(row, {number: cells[number] for number in sorted(texts)}, activity)
        return {number: cell for number, cell in cells.items() if number not in texts | marks}

    def _unite(self, row: int, cells: dict[int, Cell], activity: ActivityBuilder) -> None:
        for number, cell in cells.items():
            place, words = self.grid.place(row, number), one_line(str(cell.value))
            self.ledger.use(place)
            activity.go_on(self.table.columns[number].meaning, words, place)
            whole = f"{self.pieces[number].value} {words}" if number in self.pieces else words
            self.pieces[number] = Text(whole, place)

    def is_apart(self, row: int, cells: dict[int, Cell], is_parted: bool) -> bool:
        """Whether the row is no row of the table: instructions, a list, what each page repeats.

        In a table that says more than names, it says a name alone, and stands apart or is a list's item.
        """
        is_bare = self.n_alone * 2 >= self.n_begun  # most of its rows are names alone
        if self._is_furniture(cells) and (not is_bare or one_line(str(cells[min(cells)].value)) in self.titles):
            return True
        ordinals = self.table.numbers(M.NUMBER)
        last = max(cells)
        if is_bare or last not in self.name_columns:
            return False
        cell = cells[last]
        if not set(cells) <= {*self.name_columns, *ordinals} or cell.formula or not isinstance(cell.value, str):
            return False
        text = one_line(cell.value)
        number = activity_number(cells[min(cells)]) if len(cells) > 1 else split_number(text)[0]
        if holds_dates(text, self.span) or (number and self._goes_on_counting(number)):
            return False
        return row == self.last_apart + 1 or is_item(text) or (is_parted and (bool(number) or len(cells) == 1))

    def leave(self, row: int, cells: dict[int, Cell]) -> None:
        words = first_words(str(cells[max(cells)].value))
        if row != self.last_apart + 1 and not self._is_furniture(cells):
            self.ledger.warn(
                self.grid.place(row, min(cells)),
                _("«%(words)s» no parece una fila de la tabla: se deja por fuera, con lo que le sigue."),
                words=words,
            )
        for number in cells:
            self.ledger.leave(
                self.grid.place(row, number), _("No es una fila de la tabla: texto, lista o instrucción.")
            )
        self.last_apart = row

    def _goes_on_counting(self, number: str) -> bool:
        """Whether a number is the next of the table's own: «2.4» where others are «2.3», 5 after 4."""
        alike = self.numbers[number.count(".")]
        return number not in alike and (str(int(number) - 1) in alike if number.isdigit() else bool(alike))

    def _may_be_cut(self, number: int, cell: Cell) -> bool:
        column = self.table.columns.get(number)
        return column is not None and column.meaning in _CUT and isinstance(cell.value, str) and not cell.formula

    def _is_furniture(self, cells: dict[int, Cell]) -> bool:
        return len(cells) == 1 and one_line(str(next(iter(cells.values())).value)) in self.furniture

    def _furniture(self) -> set[str]:
        """What several pages repeat alone in a row, the title of the plan or the entity's name, and is no heading."""
        texts: Counter[str] = Counter()
        for row in (*self.table.titles, *self.table.rows):
            cells = self.grid.rows[row]
            if len(cells) == 1:
                ((number, cell),) = cells.items()
                column = self.table.columns.get(number)
                if column is None or column.meaning in (M.ACTIVITY, M.NUMBER, *FILLED):
                    texts[one_line(str(cell.value))] += 1
        return {text for text, count in texts.items() if count > 1 and not normalise(text).startswith(HEADINGS)}
