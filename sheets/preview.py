"""What the page of an import shows: what would change, the lines of its activities and a page of the sheet's grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matrices.reading.headers import Meaning
from matrices.reading.mending import Mending, cell_at
from matrices.workbook.grid import letter
from sheets.headings import in_words
from sheets.loading.result import Item, Result
from sheets.shown import Line, Shown, ShownCell, ShownRow, ShownSheet

PREVIEWED_ROWS = 200  # rows of a list: beyond, a sentence tells how many there are
WORDS = {
    "plan": gettext_lazy("Plan"),
    "phases": gettext_lazy("Fases"),
    "lines": gettext_lazy("Líneas estratégicas"),
    "chapters": gettext_lazy("Capítulos"),
    "dependencies": gettext_lazy("Dependencias"),
    "groups": gettext_lazy("Grupos"),
    "activities": gettext_lazy("Actividades"),
    "sessions": gettext_lazy("Espacios"),
    "attendance": gettext_lazy("Asistencia"),
    "metrics": gettext_lazy("Métricas"),
    "commitments": gettext_lazy("Compromisos"),
    "follow_ups": gettext_lazy("Seguimientos"),
}


@dataclass(frozen=True)
class Part:
    """A list of the preview, no longer than a page can bear; `total` counts all."""

    title: str
    rows: list
    total: int
    open: bool = False

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


@dataclass(frozen=True)
class Preview:
    """A result as the page shows it."""

    errors: Part
    totals: list[tuple[str, int, int, int]]  # kind in words, new, changed, unchanged
    n_created: int
    n_changed: int
    n_unchanged: int
    items: list[Part]
    remarks: list[Part]

    @classmethod
    def of(cls, result: Result) -> Preview:
        created, changed, same = (result.counts(state) for state in ("created", "changed", "unchanged"))
        by_state: dict[str, list[Item]] = {"changed": [], "created": [], "unchanged": []}
        for item in result.items:
            by_state[item.state].append(item)
        titles = {"changed": _("Cambian"), "created": _("Nuevas"), "unchanged": _("Quedan igual")}
        return cls(
            errors=_part(_("Errores"), result.errors, open=True),
            totals=[
                (WORDS[kind], created[kind], changed[kind], same[kind])
                for kind in result.kinds
                if created[kind] or changed[kind] or same[kind]
            ],
            n_created=sum(created.values()),
            n_changed=sum(changed.values()),
            n_unchanged=sum(same.values()),
            items=[
                _part(titles[state], [(WORDS[item.kind], item) for item in items], open=state == "changed")
                for state, items in by_state.items()
                if items
            ],
            remarks=[
                _part(title, remarks, open=is_open)
                for title, remarks, is_open in (
                    (_("Advertencias"), result.warnings, True),
                    (_("No se entendió: no entra al plan"), result.not_understood, True),
                    (_("Se deja por fuera: títulos, encabezados, totales y firmas"), result.left_out, False),
                )
                if remarks
            ],
        )


def _part(title: str, rows: list, *, open: bool) -> Part:
    return Part(title, rows[:PREVIEWED_ROWS], len(rows), open)


# --- The grid ---------------------------------------------------------------------------------------------------------

LINES = 50  # activities of a page
CELLS = 2_000  # of a page of the grid: a wide sheet has fewer rows
MOST_ROWS, FEWEST_ROWS = 50, 10


@dataclass(frozen=True)
class Cell:
    """A place of the grid: what it holds (None for nothing), and how it is called."""

    name: str  # "C4"
    shown: ShownCell | None
    is_covered: bool

    @property
    def fate(self) -> str:
        return self.shown.fate if self.shown else "plain"


@dataclass(frozen=True)
class Column:
    letter: str
    header: str = ""
    meaning: str = ""  # a Meaning
    words: str = ""  # it in words; "" when no table has the column
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    shown: ShownRow
    cells: list[Cell]
    is_joined: bool
    is_apart: bool
    is_shifted: bool
    may_join: bool  # it stands in a table of activities, under another row

    @property
    def number(self) -> int:
        return self.shown.row

    @property
    def is_as_it_is(self) -> bool:
        return not (self.is_joined or self.is_apart or self.is_shifted)


@dataclass(frozen=True)
class GridPage:
    """A page of a sheet; `only_doubtful` leaves the rows of which nothing was said out."""

    sheet: ShownSheet
    columns: list[Column]
    rows: list[Row]
    page: Page
    only_doubtful: bool


def grid_page(
    shown: Shown, mending: Mending, at: int, *, number: str | int | None, row: int = 0, only_doubtful: bool = False
) -> GridPage:
    """The page of sheet `at` that the address asks for, else that of `row`, else the first."""
    sheet = shown.index.sheets[at]
    positions = list(sheet.doubtful) if only_doubtful else range(len(sheet.rows))
    size = max(FEWEST_ROWS, min(MOST_ROWS, CELLS // max(1, sheet.width)))
    paginator = Paginator(positions, size)
    if number is None and row:
        before = shown.position(at, row)
        before = sum(position <= before for position in positions) if only_doubtful else before + 1
        number = max(1, ceil(before / size))
    page = paginator.get_page(number)
    columns = _columns(sheet)
    rows = [row_of(sheet, found, mending, len(columns)) for found in shown.rows(at, page.object_list)]
    return GridPage(sheet, columns, rows, page, only_doubtful)


def row_of(sheet: ShownSheet, found: ShownRow, mending: Mending, width: int) -> Row:
    cells = {cell.column: cell for cell in found.cells}
    kinds = {heading.kind: heading.starts for heading in sheet.headings}
    first = min((starts for kind, starts in kinds.items() if kind in ("plan", "spaces")), default=None)
    return Row(
        found,
        [
            Cell(f"{letter(column)}{found.row}", cells.get(column), column in found.covered)
            for column in range(1, width + 1)
        ],
        found.row in mending.joined.get(sheet.name, ()),
        found.row in mending.apart.get(sheet.name, ()),
        found.row in mending.shifted.get(sheet.name, ()),
        first is not None and found.row > first,
    )


def _columns(sheet: ShownSheet) -> list[Column]:
    """The columns of a sheet, one more than it uses, with what those of its first table mean."""
    found: dict[str, Column] = {}
    for heading in sheet.headings:
        words = heading.header if heading.meaning == Meaning.MONTH else in_words(heading.meaning)
        column = Column(heading.column, heading.header, heading.meaning, words, heading.is_chosen)
        found.setdefault(heading.column, column)
    width = min(sheet.width + 1, max(sheet.width, 1) if sheet.width >= 500 else sheet.width + 1)
    return [found.get(letter(at), Column(letter(at))) for at in range(1, width + 1)]


def lines_page(shown: Shown, *, number: str | int | None, only_doubtful: bool) -> tuple[Page, list[Line]]:
    positions = list(shown.index.doubtful_lines) if only_doubtful else range(shown.index.n_lines)
    page = Paginator(positions, LINES).get_page(number)
    return page, shown.lines(page.object_list)


# --- What somebody looks at -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Focus:
    """A cell, a row or a column of the sheet, to be read and mended."""

    kind: str  # "cell", "row" or "column"
    row: Row | None = None
    cell: Cell | None = None
    column: Column | None = None


def focus_of(shown: Shown, mending: Mending, at: int, asked: dict[str, str]) -> Focus | None:
    """What the address asks for (`celda`, `fila` or `columna`); None when the sheet has it not."""
    sheet = shown.index.sheets[at]
    columns = {column.letter: column for column in _columns(sheet)}
    if name := asked.get("columna"):
        column = columns.get(name)
        return Focus("column", column=column) if column and column.header else None
    place = cell_at(asked.get("celda", ""))
    number = asked.get("fila", "")
    row_number = place[0] if place else int(number) if number.isdecimal() and len(number) < 7 else 0
    found = shown.row(at, row_number)
    if found is None:
        return None
    row = row_of(sheet, found, mending, len(columns))
    if not place:
        return Focus("row", row=row)
    if place[1] > len(row.cells) or row.cells[place[1] - 1].is_covered:
        return None
    return Focus("cell", row=row, cell=row.cells[place[1] - 1], column=columns[letter(place[1])])


@dataclass(frozen=True)
class Mend:
    """Something that was mended, in words, and what undoes it (fields of the form)."""

    words: str
    undo: dict[str, str | int]


def mends_of(mending: Mending, headers: dict[str, str]) -> Iterator[Mend]:
    """All that was mended; `headers` are the headers of the sheet by their keys."""
    for sheet, cells in mending.cells.items():
        for name, text in cells.items():
            words = _("%(place)s ahora dice «%(text)s»") % {"place": f"{sheet} · {name}", "text": text}
            words = words if text else _("%(place)s queda vacía") % {"place": f"{sheet} · {name}"}
            yield Mend(words, {"deed": "cell", "sheet": sheet, "cell": name, "as_it_was": "on"})
    for kind, told in (
        ("joined", _("%(sheet)s · la fila %(row)s se une con la de arriba")),
        ("apart", _("%(sheet)s · la fila %(row)s se lee aparte")),
        ("shifted", _("%(sheet)s · la fila %(row)s, corrida, se lee en su orden")),
    ):
        for sheet, rows in getattr(mending, kind).items():
            for row in rows:
                yield Mend(told % {"sheet": sheet, "row": row}, {"deed": "as_it_is", "sheet": sheet, "row": row})
    for header, meaning in mending.meanings.items():
        if header in headers:
            words = _("«%(header)s» se lee como %(meaning)s") % {
                "header": headers[header],
                "meaning": in_words(meaning),
            }
            yield Mend(words, {"deed": "meaning", "header": header, "meaning": ""})
