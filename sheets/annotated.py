"""The file that comes back: what was sent, a comment on each wrong cell, and a first sheet that lists them.

A spreadsheet of Excel is kept as it is (looks, merged cells, formulas; not its macros). Any other file, and one too
large to be held with its looks, is written anew from its cells. What an earlier round wrote is taken out first, so that
the same file can go and come until nothing is wrong.
"""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import chain
from math import ceil
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter, quote_sheetname, range_boundaries
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink

from matrices.reading.cells import text_of
from matrices.workbook.grid import LIST_SIGN, Grid, Place
from matrices.workbook.opening import open_workbook

Severity = Literal["error", "warning"]

# Held with its looks a cell costs about a kilobyte, whether something is written in it or only a colour.
MAX_HELD_CELLS = 50_000
MAX_HELD_XML = 30 * 2**20
MAX_LISTED = 10_000  # remarks: nobody mends more in one round
LONGEST = 32_000  # characters of a cell or a comment; Excel's own limit is a little higher
LONGEST_SHEET_NAME = 31
FIRST_EXCEL_YEAR = 1900

AUTHOR = "Convite"
SIGN = LIST_SIGN  # our part of a comment begins so too: by it the next round knows them
_BETWEEN = "\n———\n"
_FILLS = {"error": PatternFill("solid", "FFF9D5D3"), "warning": PatternFill("solid", "FFFFF0C2")}
_INK = "FF3B1210"  # readable on both, whatever colour the letters had
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_CELLS = re.compile(rb"<(?:\w+:)?c[\s/>]")
_AREAS = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref=[\"']([^\"']+)[\"']")

logger = logging.getLogger(__name__)


class Finding(NamedTuple):
    """What is wrong in a place. `message` is written in the language of the moment: str(message)."""

    place: Place  # row 0: the file or the sheet as a whole; column "": the row as a whole
    message: object
    severity: Severity = "error"


@dataclass
class Marked:
    """A cell with all that was said about it."""

    severity: Severity
    sentences: list[str] = field(default_factory=list)


Marks = dict[tuple[int, int], Marked]  # of a sheet, by row and column


def annotated(content: bytes, name: str, findings: Iterable[Finding]) -> bytes:
    """The .xlsx that says what is wrong in a file. Raises Unreadable for what no reader of ours opens."""
    grids = [grid for grid in open_workbook(BytesIO(content), name) if not grid.is_list]
    findings = _in_order(findings, grids)
    book = _as_sent(content, grids)
    if book is not None:
        titles = {grid.name: grid.name for grid in grids}
        remarks = [_("Las macros del archivo no vuelven en este.")] if _has_macros(content) else []
    else:
        book, titles = Workbook(write_only=True), _valid_titles(grids)
        remarks = [
            _("La hoja «%(sent)s» se llama aquí «%(title)s»: Excel no admite el nombre que traía.")
            % {"sent": sent, "title": title}
            for sent, title in titles.items()
            if sent != title
        ]
        remarks.insert(0, _("El archivo se escribió de nuevo con sus datos: los colores y las fórmulas no vuelven."))
    _write_list(book, name, findings, {grid.name: grid for grid in grids}, titles, remarks)
    for number, grid in enumerate(grids, 1):
        marks = _marks(grid, findings[:MAX_LISTED])
        if book.write_only:
            _write_anew(book, titles[grid.name], grid, marks)
        else:
            _mark_held(book.worksheets[number], marks)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _in_order(findings: Iterable[Finding], grids: list[Grid]) -> list[Finding]:
    """Errors first; then as one reads: the whole file, its sheets, their rows."""
    order = {grid.name: number for number, grid in enumerate(grids)}
    return sorted(
        findings,
        key=lambda finding: (
            finding.severity != "error",
            order.get(finding.place.sheet, -1),
            finding.place.row,
            _column(finding.place),
        ),
    )


def _column(place: Place) -> int:
    return column_index_from_string(place.column) if place.column else 0


def _spot(grid: Grid, place: Place) -> tuple[int, int]:
    """The row and column that a place is shown in; of a whole row, its first written cell."""
    column = _column(place) or next(iter(grid.rows.get(place.row, ())), 1)
    return grid.anchor(place.row, column)


def _marks(grid: Grid, findings: list[Finding]) -> Marks:
    marks: Marks = {}
    for finding in findings:  # errors come first, and give the cell its colour
        if finding.place.sheet == grid.name and finding.place.row > 0:
            marked = marks.setdefault(_spot(grid, finding.place), Marked(finding.severity))
            marked.sentences.append(f"{_severity(finding.severity)}: {finding.message}")
    return marks


def _severity(severity: Severity) -> str:
    return _("Error") if severity == "error" else _("Advertencia")


# --- The workbook as it was sent --------------------------------------------------------------------------------------


def _as_sent(content: bytes, grids: list[Grid]) -> Workbook | None:
    """The workbook with all that it has, without an earlier list of ours; None when it has to be written anew."""
    if not content.startswith(b"PK") or not _can_be_held(content):
        return None
    try:
        book = load_workbook(BytesIO(content))
    except Exception:  # it refuses many files that every spreadsheet program, and our reader, opens
        logger.info("openpyxl does not hold this workbook: it is written anew", exc_info=True)
        return None
    for sheet in book.worksheets:
        if str(sheet["A1"].value).startswith(SIGN):
            book.remove(sheet)
    titles = [sheet.title for sheet in book.worksheets]
    if titles != [grid.name for grid in grids] or any(title != _valid(title) for title in titles):
        return None
    book.template = False
    book.calculation.fullCalcOnLoad = True  # the results of its formulas are not kept
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False  # two selected sheets are edited together
    return book


def _can_be_held(content: bytes) -> bool:
    """Whether it is of Excel, and what it says costs little: a merged area becomes cells, however empty."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {part.filename: part.file_size for part in package.infolist()}
        if "[Content_Types].xml" not in parts or "content.xml" in parts:
            return False
        if sum(size for part, size in parts.items() if part.endswith((".xml", ".rels", ".vml"))) > MAX_HELD_XML:
            return False
        cells = 0
        for part in parts:
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                text = package.read(part)
                cells += sum(1 for _cell in _CELLS.finditer(text)) + sum(map(_area, _AREAS.findall(text)))
    return cells <= MAX_HELD_CELLS


def _area(reference: bytes) -> int:
    try:
        left, top, right, bottom = range_boundaries(reference.decode())
        return (right - left + 1) * (bottom - top + 1)
    except (ValueError, TypeError):  # whole columns, or nonsense
        return MAX_HELD_CELLS + 1


def _has_macros(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return any(part.endswith("vbaProject.bin") for part in package.namelist())


def _mark_held(sheet, marks: Marks) -> None:
    _clean(sheet)
    anchors = {
        covered: (area.min_row, area.min_col) for area in sheet.merged_cells.ranges for covered in area.cells
    }  # also of an area whose first cell is empty, which a grid leaves apart
    for (row, column), marked in marks.items():
        _mark(sheet.cell(*anchors.get((row, column), (row, column))), marked)


def _clean(sheet) -> None:
    """Takes out what an earlier round said; the colour that a marked cell had before it is not known any more."""
    for cell in chain.from_iterable(sheet.iter_rows()):
        if cell.comment and SIGN in cell.comment.text:
            own = cell.comment.text.partition(SIGN)[0].removesuffix(_BETWEEN)
            cell.comment = Comment(own, cell.comment.author) if own else None
            if any(cell.fill.fgColor.rgb == fill.fgColor.rgb for fill in _FILLS.values()):
                cell.fill, cell.font = PatternFill(), _with_colour(cell.font, None)


def _mark(cell: Cell, marked: Marked) -> None:
    said = SIGN + "\n".join(marked.sentences)
    author = AUTHOR
    if cell.comment:
        said, author = cell.comment.text + _BETWEEN + said, cell.comment.author
    text = _plain(said)
    lines = sum(ceil(len(line) / 45) or 1 for line in text.split("\n"))
    cell.comment = Comment(text, author, width=320, height=min(24 + 18 * lines, 400))
    cell.fill = _FILLS[marked.severity]
    cell.font = _with_colour(cell.font, _INK)


def _with_colour(font: Font, colour: str | None) -> Font:
    font = copy(font)
    font.color = colour
    return font


# --- Written anew -----------------------------------------------------------------------------------------------------


def _valid(title: str) -> str:
    """As Excel takes it: without []:*?/\\, without an apostrophe at its ends, and of 31 characters."""
    return _NOT_IN_A_SHEET_NAME.sub(" ", title).strip("'")[:LONGEST_SHEET_NAME].strip(" '") or _("Hoja")


def _valid_titles(grids: list[Grid]) -> dict[str, str]:
    """A title for each sheet's name, no two alike in any case, none that of the list."""
    taken, titles = {_("Errores").casefold()}, {}
    for grid in grids:
        titles[grid.name] = title = _unlike(_valid(grid.name), taken)
        taken.add(title.casefold())
    return titles


def _unlike(title: str, taken: set[str]) -> str:
    number, base = 2, title
    while title.casefold() in taken:
        ending = f" ({number})"
        title, number = base[: LONGEST_SHEET_NAME - len(ending)] + ending, number + 1
    return title


def _write_anew(book: Workbook, title: str, grid: Grid, marks: Marks) -> None:
    sheet = book.create_sheet(title)
    sheet.sheet_state = "hidden" if grid.hidden else "visible"
    columns = chain((max(cells) for cells in grid.rows.values()), (column for _row, column in marks))
    last_column = max(columns, default=0)
    for column in range(1, last_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 18
    for row in range(1, max(chain(grid.rows, (row for row, _column in marks)), default=0) + 1):
        sheet.append([_copied(sheet, grid, row, column, marks) for column in range(1, last_column + 1)])
    for (row, column), (last_row, last) in grid.ends.items():
        area = CellRange(min_row=row, min_col=column, max_row=last_row, max_col=last)
        sheet.merged_cells.ranges.add(area)  # not `add`, which compares with every other


def _copied(sheet, grid: Grid, row: int, column: int, marks: Marks) -> Cell | None:
    written, marked = grid.own(row, column), marks.get((row, column))
    if written is None and marked is None:
        return None
    cell = _cell(sheet, row, column, written.value if written else None)
    if written and written.number_format:
        cell.number_format = written.number_format
    if marked:
        _mark(cell, marked)
    return cell


def _cell(sheet, row: int, column: int, value) -> Cell:
    """A cell to be appended; a text stays a text, whatever it begins with."""
    cell = Cell(sheet, row=row, column=column)
    if isinstance(value, str):
        cell._value, cell.data_type = _plain(value), "s"
        if value.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True  # so that it does not become a formula when somebody edits it
    elif isinstance(value, date) and value.year < FIRST_EXCEL_YEAR:
        return _cell(sheet, row, column, value.isoformat())
    else:
        cell.value = value
    return cell


def _plain(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]


# --- The list ---------------------------------------------------------------------------------------------------------


def _write_list(
    book: Workbook,
    name: str,
    findings: list[Finding],
    grids: dict[str, Grid],
    titles: dict[str, str],
    remarks: list[str],
) -> None:
    taken = {sheet.title.casefold() for sheet in book.worksheets}
    sheet = book.create_sheet(_unlike(_("Errores"), taken), 0)
    book.active, sheet.sheet_view.tabSelected = 0, True
    headings = [_("Hoja"), _("Celda"), _("Clase"), _("Lo que dice"), _("Qué pasa y cómo corregirlo")]
    for letter, width in zip("ABCDE", (24, 10, 14, 40, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    introduction = [
        SIGN + _("qué corregir en «%(name)s»") % {"name": name},
        _said(findings),
        _("Corrija cada celda en su hoja y suba este mismo archivo. Esta hoja y los comentarios no se leen."),
        *remarks,
    ]
    if len(findings) > MAX_LISTED:
        introduction.append(
            _("Aquí están los primeros %(shown)s: corríjalos y suba el archivo de nuevo.") % {"shown": MAX_LISTED}
        )
    start = len(introduction) + 2
    sheet.freeze_panes = f"A{start + 1}"
    bold = Font(bold=True)
    for row, sentence in enumerate(introduction, 1):
        cell = _cell(sheet, row, 1, sentence)
        cell.font = bold if row == 1 else Font()
        sheet.append([cell])
    sheet.append([])
    header = [_cell(sheet, start, column, heading) for column, heading in enumerate(headings, 1)]
    for cell in header:
        cell.font = bold
    sheet.append(header)
    for row, finding in enumerate(findings[:MAX_LISTED], start + 1):
        sheet.append(list(_line(sheet, row, finding, grids, titles)))
    sheet.auto_filter.ref = f"A{start}:E{start + min(len(findings), MAX_LISTED)}"


def _said(findings: list[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    said = [
        ngettext("%(count)s error", "%(count)s errores", errors) % {"count": errors},
        ngettext("%(count)s advertencia", "%(count)s advertencias", warnings) % {"count": warnings},
    ]
    return ", ".join(said) + "."


def _line(sheet, row: int, finding: Finding, grids: dict[str, Grid], titles: dict[str, str]) -> Iterator[Cell]:
    place, grid = finding.place, grids.get(finding.place.sheet)
    spot = _spot(grid, place) if grid and place.row > 0 else None
    title = titles.get(place.sheet, place.sheet) if place.row or place.sheet in titles else ""
    address = f"{get_column_letter(spot[1])}{spot[0]}" if spot else ""
    written = grid.shown(*spot) if spot and place.column else None
    wrapped = Alignment(wrap_text=True, vertical="top")
    values = [title, address, _severity(finding.severity), text_of(written) if written else "", str(finding.message)]
    for column, value in enumerate(values, 1):
        cell = _cell(sheet, row, column, value or None)
        cell.alignment = wrapped
        if column == 2 and spot:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(title)}!{address}")
            cell.font = Font(underline="single", color="FF0B5CAD")
        if column == 3:
            cell.fill = _FILLS[finding.severity]
        yield cell
