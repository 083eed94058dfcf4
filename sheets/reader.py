"""Reads a planning office's own spreadsheet into a Matrix of plain facts, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import BinaryIO

from django.utils.translation import gettext_noop as _

from display.message import listed
from display.written_dates import Span
from matrices.reading.activities import read_activities
from matrices.reading.checks import check_activities
from matrices.reading.commitments import read_commitments
from matrices.reading.execution import is_by_months, read_spaces, tables_done
from matrices.reading.ledger import Ledger
from matrices.reading.mending import Mending, meanings_of
from matrices.reading.metrics import read_metrics
from matrices.reading.people import list_of_people
from matrices.reading.rows import ActivityRow, CommitmentRow, Heading, Matrix, MetricRow, NoteRow, Remark, SpaceRow
from matrices.reading.tables import Table, tables_of
from matrices.workbook.grid import Grid, Place, Unreadable, letter
from matrices.workbook.opening import open_workbook
from sheets.exported import made_at, read_exported

__all__ = ["Unreadable", "read"]


def read(file: BinaryIO, filename: str, *, starts_on: date, ends_on: date, repair: bool = False) -> Matrix:
    """Everything that a spreadsheet says about a plan of these dates; raises Unreadable (`open_workbook`)."""
    return read_grids(open_workbook(file, filename), starts_on=starts_on, ends_on=ends_on, repair=repair)


def read_grids(
    grids: Sequence[Grid],
    *,
    starts_on: date,
    ends_on: date,
    repair: bool = False,
    mending: Mending = Mending(),  # noqa: B008 (frozen)
) -> Matrix:
    """Everything that the sheets of a file say about a plan from `starts_on` to `ends_on`.

    What is wrong or doubtful comes in the Matrix, with its sheet, row and column, and every non-empty cell is once in
    `fields`, `left_out` or `not_understood`. A row whose values are shifted is an error that `repairs` names, unless
    `repair` is asked for, or `mending` names it: then it is read in its order. Of what a person mended, `mending`, the
    cells are in the grids already (`mend`). The rules: "Reading matrices" in docs/architecture.md.
    """
    ledger, span = Ledger(), Span(starts_on, ends_on)
    known = meanings_of(mending)
    headings: list[Heading] = []
    activities: list[ActivityRow] = []
    metrics: list[MetricRow] = []
    commitments: list[CommitmentRow] = []
    notes: list[NoteRow] = []
    for grid in (grid for grid in grids if grid.is_list):
        for row, cells in grid.rows.items():
            for number in cells:
                ledger.leave(grid.place(row, number), _("Lista de errores con la que volvió el archivo."))
    sheets = read_exported(grids, ledger)
    tables = len(sheets)
    for grid in grids:
        if grid.samples and not sheets:
            _ask_about_letters(grid, ledger)
        of_grid = [] if grid.hidden or grid.is_list or sheets else tables_of(grid, known)
        tables += len(of_grid)
        for table in of_grid:
            _leave_headers(table, ledger)
            headings += _headings(table)
            if table.kind == "metrics":
                rows, below = read_metrics(table, ledger, span)
                metrics += rows
            elif table.kind == "commitments":
                rows, below = read_commitments(table, ledger, span)
                commitments += rows
            else:
                rows, below = read_activities(table, ledger, span, repair=repair, mending=mending)
                activities += rows
            notes += below
        _settle_rest(grid, ledger, is_exported=bool(sheets))
    if not tables:
        ledger.error(
            Place(grids[0].name, 1),
            _(
                "No se encontró una fila de encabezados. Escriba sobre sus filas el título de cada columna, "
                "por ejemplo: Actividad, Meta, Responsable, Fecha programada."
            ),
        )
    elif not (activities or metrics or commitments or any(sheet.rows for sheet in sheets)):
        ledger.error(
            Place(grids[0].name, 1), _("El archivo tiene encabezados y ninguna fila con datos debajo de ellos.")
        )
    check_activities(activities, ledger)
    return _matrix(
        grids,
        ledger,
        headings,
        activities=tuple(activities),
        metrics=tuple(metrics),
        commitments=tuple(commitments),
        notes=tuple(notes),
        sheets=tuple(sheets),
        made=made_at(grids) if sheets else None,
    )


def read_execution(
    grids: Sequence[Grid],
    *,
    starts_on: date,
    ends_on: date,
    groups: Collection[str],
    mending: Mending = Mending(),  # noqa: B008 (frozen)
) -> Matrix:
    """What the sheets of a dependency say that it did: `spaces`, or `activities` with their months, and notes.

    `groups`: names of the entity's groups, without accents. Raises Unreadable for a list of people, of which nothing is
    read. Each cell has one fate, as in `read_grids`.
    """
    if place := list_of_people(grids):
        raise Unreadable(
            _(
                "La hoja «%(sheet)s» parece una lista de asistencia: en la fila %(row)s pide nombres, documentos, "
                "teléfonos, correos o firmas. Aquí no entran personas, y el archivo no se guardó. Suba solo la hoja de "
                "los espacios con cuántas personas fueron; la lista firmada se agrega como evidencia del espacio."
            ),
            sheet=place.sheet,
            row=str(place.row),
        )
    ledger, span = Ledger(), Span(starts_on, ends_on)
    headings: list[Heading] = []
    activities: list[ActivityRow] = []
    spaces: list[SpaceRow] = []
    notes: list[NoteRow] = []
    n_tables = 0
    for grid in grids:
        if grid.samples:
            _ask_about_letters(grid, ledger)
        tables = [] if grid.hidden or grid.is_list else tables_done(grid, groups)
        n_tables += len(tables)
        for table in tables:
            _leave_headers(table, ledger)
            headings += _headings(table)
            if is_by_months(table):
                rows, below = read_activities(table, ledger, span, repair=False, mending=mending)
                activities += rows
                notes += below
            else:
                spaces += read_spaces(table, ledger, span, groups)
        if not tables and not grid.hidden:
            _leave_sheet(grid, ledger)
        _settle_rest(grid, ledger, is_exported=False)
    if not n_tables:
        ledger.error(
            Place(grids[0].name, 1),
            _(
                "No se encontró una fila de encabezados con lo que se hizo. Escriba sobre sus filas el título de cada "
                "columna, por ejemplo: Número, Actividad, Fecha, Cuántos se hicieron, Asistentes. O descargue la hoja "
                "con sus espacios y llénela."
            ),
        )
    elif not activities and not spaces:
        ledger.error(
            Place(grids[0].name, 1), _("El archivo tiene encabezados y ninguna fila con datos debajo de ellos.")
        )
    return _matrix(grids, ledger, headings, activities=tuple(activities), spaces=tuple(spaces), notes=tuple(notes))


def _matrix(grids: Sequence[Grid], ledger: Ledger, headings: Sequence[Heading], **rows) -> Matrix:
    order = {grid.name: position for position, grid in enumerate(grids)}

    def in_order(remarks: list[Remark]) -> tuple[Remark, ...]:
        def key(remark: Remark):
            place = remark.place
            return order[place.sheet], place.row, len(place.column), place.column

        return tuple(sorted(remarks, key=key))

    return Matrix(
        **rows,
        errors=in_order(ledger.errors),
        warnings=in_order(ledger.warnings),
        fields=frozenset(ledger.fields),
        left_out=in_order(ledger.left_out()),
        not_understood=in_order(ledger.not_understood()),
        repairs=tuple(ledger.repairs),
        headings=tuple(headings),
    )


def _leave_sheet(grid: Grid, ledger: Ledger) -> None:
    """A sheet of something else beside that of what was done: indicators, commitments, instructions."""
    why = _("Lista de errores con la que volvió el archivo.") if grid.is_list else _("Esta hoja no dice qué se hizo.")
    for row, cells in grid.rows.items():
        for number in cells:
            ledger.leave(grid.place(row, number), why)


def _ask_about_letters(grid: Grid, ledger: Ledger) -> None:
    """A text file does not say how its letters are written; two samples let a person tell."""
    samples = listed([f"«{sample}»" for sample in grid.samples])
    ledger.warn(
        Place(grid.name, 1),
        _("¿Se lee bien? El archivo de texto dice %(samples)s. Si no, guárdelo como .xlsx o como CSV UTF-8."),
        samples=samples,
    )


def _leave_headers(table: Table, ledger: Ledger) -> None:
    for rows, why in ((table.titles, _("Título.")), (table.headers, _("Encabezado."))):
        for row in rows:
            for number in table.grid.rows[row]:
                ledger.leave(table.grid.place(row, number), why)


def _headings(table: Table) -> list[Heading]:
    starts = max(table.headers) + 1 if not table.rows else table.rows[0]
    return [
        Heading(
            column.place,
            letter(number),
            column.header,
            column.meaning.value if column.meaning else "",
            column.is_chosen,
            table.kind,
            starts,
        )
        for number, column in table.columns.items()
    ]


def _settle_rest(grid: Grid, ledger: Ledger, *, is_exported: bool) -> None:
    """The fate of the cells that no table read: each one has one."""
    for row, cells in grid.rows.items():
        for number, cell in cells.items():
            place = grid.place(row, number)
            if ledger.knows(place):
                continue
            if grid.hidden:
                ledger.leave(place, _("Hoja oculta: no se lee."))
            elif (row, number) in grid.anchors:
                ledger.leave(place, _("Tapada por una celda combinada: no se ve."))
            elif is_exported:
                ledger.puzzle(place, _("No es de una hoja ni de una columna del plan exportado."))
            elif cell.formula:
                ledger.leave(place, _("Fórmula fuera de las columnas de datos."))
            else:
                ledger.puzzle(place, _("Está fuera de las columnas y filas que se reconocen."))
