"""The tables of a sheet: where their headers stand under titles, in how many rows, and which rows are theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from display.written_dates import MONTHS
from matrices.reading.cells import activity_number
from matrices.reading.columns import Column, Kind, column_of, kind_of, meaning_of, month_of, role_of, settle
from matrices.reading.continuations import NAMES_BELOW, SIGNED
from matrices.reading.headers import Meaning
from matrices.reading.mending import chosen, header_key
from matrices.workbook.grid import Cell, Grid, Place, one_line

_SEARCHED = 60  # rows looked at for a header that is not written in so many words
_NEEDED: dict[Kind, set[Meaning]] = {
    "plan": {Meaning.ACTIVITY},
    "spaces": {Meaning.ACTIVITY},
    "metrics": {Meaning.ACTIVITY, Meaning.INDICATOR, Meaning.VALUE},
    "commitments": {Meaning.COMMITMENT},
}
_INITIALS = "EFMAMJJASOND"
_DEPTH = 2  # rows of headers under the main one


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns by number, and the numbers of its title, header and data rows."""

    grid: Grid
    kind: Kind
    columns: dict[int, Column]
    titles: tuple[int, ...]
    headers: tuple[int, ...]
    rows: tuple[int, ...]

    def numbers(self, *meanings: Meaning) -> list[int]:
        """The columns that have one of these meanings, from the left."""
        return [number for number, column in self.columns.items() if column.meaning in meanings]

    @property
    def place(self) -> Place:
        return Place(self.grid.name, self.headers[0])


def tables_of(grid: Grid, known: Mapping[str, Meaning] | None = None) -> list[Table]:
    """The tables of a sheet from the top; none when no row reads as headers. `known` are meanings that people gave."""
    known = known or {}
    numbers = list(grid.rows)
    mains = _strict_headers(grid, numbers, known) or _likely_header(grid, numbers, known)
    tables: list[Table] = []
    for index, (position, kind) in enumerate(mains):
        end = mains[index + 1][0] if index + 1 < len(mains) else len(numbers)
        children = _children(grid, numbers[position:end])
        parent = numbers[position - 1 : position] if index == 0 and position and _heads(grid, numbers, position) else []
        headers = (*parent, numbers[position], *children)
        columns = chosen(_columns(grid, headers), known)
        kind = kind_of(column.meaning for column in columns.values()) or kind
        first = position + 1 + len(children)
        rows = numbers[first:end]
        columns = settle(_widened(grid, columns, rows), kind)
        titles = tuple(numbers[: position - len(parent)]) if index == 0 else ()
        if index + 1 < len(mains):
            rows, after = _without_titles(grid, rows, columns)
            titles += after
        if {column.meaning for column in columns.values()} >= _NEEDED[kind]:
            table = Table(grid, kind, columns, titles, headers, tuple(rows))
            if tables and _is_next_page(tables[0], tables[-1], table):
                tables[-1] = replace(
                    tables[-1],
                    titles=tables[-1].titles + titles,
                    headers=tables[-1].headers + headers,
                    rows=tables[-1].rows + table.rows,
                )
            else:
                tables.append(table)
    return tables


def _is_next_page(first: Table, before: Table, table: Table) -> bool:
    """Whether a table is the one before it under the same headers again, with no new title between the two."""

    def meanings(of: Table) -> dict[int, Meaning | None]:
        return {number: column.meaning for number, column in of.columns.items()}

    def texts(rows: Iterable[int]) -> set[str]:
        return {one_line(str(cell.value)) for row in rows for cell in _own(table.grid, row).values()}

    above = [row for row in first.titles if row < first.headers[0]]
    between = [row for row in before.titles if max(before.headers) < row < table.headers[0]]
    signed = [row for row in between if any(map(SIGNED.match, texts([row])))]
    between = [row for row in between if not any(0 <= row - one <= NAMES_BELOW for one in signed)]
    return before.kind == table.kind and meanings(before) == meanings(table) and texts(between) <= texts(above)


def _strict_headers(grid: Grid, numbers: list[int], known: Mapping[str, Meaning]) -> list[tuple[int, Kind]]:
    """Rows most of whose cells are headers in so many words."""
    found = []
    for position, number in enumerate(numbers):
        cells = _own(grid, number)
        misses, allowed = 0, len(cells) * 2 // 5
        meanings = []
        for cell in cells.values():
            meaning = _given(cell, known) or _exact(cell)
            if meaning:
                meanings.append(meaning)
            else:
                misses += 1
                if misses > allowed:
                    break
        else:
            kind = kind_of(meanings)
            if kind and len(meanings) > 1 and len(cells) > 1:
                found.append((position, kind))
    return found


def _exact(cell: Cell) -> Meaning | None:
    if cell.formula or not isinstance(cell.value, str | date):
        return None
    meaning, exact = meaning_of(cell.value)
    if meaning and exact:
        return meaning
    if month_of(cell.value):
        return Meaning.MONTH
    return Meaning.ROLE if role_of(cell.value) else None


def _given(cell: Cell, known: Mapping[str, Meaning]) -> Meaning | None:
    return known.get(header_key(cell.value)) if known and isinstance(cell.value, str) else None


def _likely_header(grid: Grid, numbers: list[int], known: Mapping[str, Meaning]) -> list[tuple[int, Kind]]:
    """The one row, near the top, with the most cells that contain the words of a header."""
    best, best_score = [], 1
    for position, number in enumerate(numbers[:_SEARCHED]):
        found = [
            ((given, True) if (given := _given(cell, known)) else meaning_of(cell.value), cell)
            for cell in _own(grid, number).values()
            if not cell.formula
        ]
        meanings = [Meaning.MONTH if month_of(cell.value) else meaning for (meaning, _), cell in found]
        score = sum(meaning is not None for meaning in meanings) + sum(exact for (_, exact), _ in found)
        kind = kind_of(meanings)
        if kind and score > best_score and len({meaning for meaning in meanings if meaning}) > 1:
            best, best_score = [(position, kind)], score
    return best


def _children(grid: Grid, numbers: list[int]) -> list[int]:
    """The rows just below a header that go on heading it: «P», «E», a month, or «Inicio» and «Fin» under «Fecha»."""
    children: list[int] = []
    main = numbers[0]
    for row in numbers[1 : 1 + _DEPTH]:
        cells = _own(grid, row)
        exact = sum(_exact(cell) is not None for cell in cells.values())
        parted = any(grid.last_column(main, number) > number for number in grid.rows[main])
        wordy = all(isinstance(cell.value, str) for cell in cells.values())
        goes_on = exact == len(cells) or (parted and wordy and exact * 5 >= len(cells) * 3)
        if row != main + len(children) + 1 or not goes_on:
            break
        children.append(row)
    return children


def _heads(grid: Grid, numbers: list[int], position: int) -> bool:
    """Whether the row above a header groups its columns («Programación» over the months) and is not a title."""
    row, main = numbers[position - 1], numbers[position]
    cells = _own(grid, row)
    grouping = [number for number, cell in cells.items() if _may_reach(cell) or grid.last_column(row, number) > number]
    return row == main - 1 and bool(grouping) and (len(cells) > 1 or _may_reach(cells[grouping[0]]))


def _columns(grid: Grid, headers: tuple[int, ...]) -> dict[int, Column]:
    """What stands over each column; without merged cells, a month reaches over the blanks to its right."""
    levels: dict[int, list] = {}
    width = max(max(grid.rows[row]) for row in headers)
    width = max([width, *(grid.last_column(row, number) for row in headers for number in grid.rows[row])])
    anchors: dict[int, tuple[int, int]] = {}
    for row in headers:
        reaching: tuple[tuple[int, int], object] | None = None
        for number in range(1, width + 1):
            anchor = grid.anchor(row, number)
            cell = grid.rows.get(anchor[0], {}).get(anchor[1])
            if cell is not None:
                reaching = (anchor, cell.value) if row != headers[-1] and _may_reach(cell) else None
                text = cell.value
            elif reaching and (row, number) not in grid.anchors and _is_below(grid, headers, row, number):
                anchor, text = reaching
            else:
                continue
            if anchors.get(number) != anchor:  # a header merged down is one header
                levels.setdefault(number, []).append(text)
                anchors[number] = anchor
    spelled = _spelled(levels)
    return {
        number: column_of(spelled.get(number, levels[number]), grid.place(*anchors[number]))
        for number in sorted(levels)
    }


def _spelled(levels: dict[int, list]) -> dict[int, list]:
    """Twelve columns headed E F M A M J J A S O N D are the months of a year."""
    for first in levels:
        numbers = range(first, first + 12)
        if "".join(str(levels.get(number, [""])[-1]) for number in numbers).upper() == _INITIALS:
            return dict(zip(numbers, ([month] for month in MONTHS), strict=True))
    return {}


def _widened(grid: Grid, columns: dict[int, Column], rows: list[int]) -> dict[int, Column]:
    """The same, and a column without a header beside the activities' where one of the two holds only their numbers."""
    names = [number for number, column in columns.items() if column.meaning is Meaning.ACTIVITY]
    if len(names) != 1:
        return columns
    (name,) = names
    if name + 1 not in columns and _is_numbers(grid, rows, name):
        return dict(sorted({**columns, name + 1: columns[name]}.items()))
    if name - 1 not in columns and _is_numbers(grid, rows, name - 1):
        return dict(sorted({**columns, name - 1: columns[name]}.items()))
    return columns


def _is_numbers(grid: Grid, rows: list[int], number: int) -> bool:
    cells = [cell for row in rows if (cell := grid.own(row, number))]
    return bool(cells) and all(not cell.formula and activity_number(cell) for cell in cells)


def _may_reach(cell: Cell) -> bool:
    return bool(month_of(cell.value) or role_of(cell.value) or _exact(cell) is Meaning.TOTAL)


def _is_below(grid: Grid, headers: tuple[int, ...], row: int, number: int) -> bool:
    """Whether the next header row says P, E or a month in this column."""
    below = grid.own(headers[headers.index(row) + 1], number)
    return below is not None and bool(role_of(below.value) or month_of(below.value))


def _without_titles(grid: Grid, rows: list[int], columns: dict[int, Column]) -> tuple[list[int], tuple[int, ...]]:
    """The rows of a table, and those at its end that are the next table's title: one cell alone, not an activity."""
    last = len(rows)
    while last:
        cells = _own(grid, rows[last - 1])
        number = next(iter(cells), 0)
        text = str(cells[number].value) if len(cells) == 1 else "*"
        is_title = len(cells) == 1 and not text.startswith("*") and not text.casefold().startswith("nota")
        spans = grid.last_column(rows[last - 1], number) > number
        named = number in columns and columns[number].meaning in (Meaning.ACTIVITY, Meaning.EVENT) and not spans
        alone = last < 2 or rows[last - 1] > rows[last - 2] + 1
        if not is_title or (named and not alone):
            break
        last -= 1
    return rows[:last], tuple(rows[last:])


def _own(grid: Grid, row: int) -> dict[int, Cell]:
    cells = grid.rows[row]
    if not grid.anchors:
        return cells
    return {number: cell for number, cell in cells.items() if (row, number) not in grid.anchors}
