"""The plan in the format on which entities plan their participation: phase, activity, objective, target or product.

The matrix that planning offices already have and send on (Formato Planeación de la Participación): our own importer
reads it like any other.
"""

from __future__ import annotations

from itertools import groupby
from typing import BinaryIO

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from activities.models import Activity
from display import figures
from matrices.workbook.neutral import RUNS, typed
from plans.models import Plan
from sheets.resources.widgets import SPANISH, writable

NAME = "Formato"
SUBTITLE = "Formato Planeación de la Participación"
HEADINGS = ("Fase del ciclo de la gestión", "Actividades", "Objetivo(s) de la actividad", "Meta/Producto")
WIDTHS = (26, 48, 56, 36)  # characters
FIRST = 5  # row of the first activity
LINE = Side(style="thin", color="A6B0BB")


def write_format(plan: Plan, file: BinaryIO) -> None:
    """Writes an xlsx. One statement."""
    book = Workbook()
    sheet = book.active
    sheet.title = NAME
    _begin(sheet, plan)
    with translation.override(SPANISH):
        rows = list(plan.activities.in_plan().filter(withdrawn_on=None).by_phase())
        row = FIRST
        for phase, activities in groupby(rows, key=lambda activity: activity.phase):
            first = row
            for activity in activities:
                told = phase.name if phase and row == first else ""
                _fill(sheet, row, (told, str(activity), activity.objective, target_or_product(activity)))
                row += 1
            if phase and row - first > 1:
                sheet.merge_cells(start_row=first, end_row=row - 1, start_column=1, end_column=1)
    sheet.print_title_rows = f"{FIRST - 1}:{FIRST - 1}"
    book.save(file)


def target_or_product(activity: Activity) -> str:
    """ "Actas publicadas" · "4 informes" · "Actas publicadas (4 informes)"."""
    target = ""
    if activity.target_value is not None:
        is_share = activity.target_kind == Activity.TargetKind.PERCENTAGE
        number = figures.goal_percent(activity.target_value) if is_share else figures.measure(activity.target_value)
        target = f"{number} {'' if is_share else activity.unit}".strip()
    if activity.product and target:
        return f"{activity.product} ({target})"
    return activity.product or target


def _begin(sheet: Worksheet, plan: Plan) -> None:
    for row, text, size in ((1, plan.title, 14), (2, SUBTITLE, 11)):
        _say(sheet.cell(row, 1), text)
        sheet.cell(row, 1).font = Font(bold=True, size=size)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(HEADINGS))
    for at, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True), 1):
        cell = sheet.cell(FIRST - 1, at, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EDF3")
        cell.alignment, cell.border = Alignment(vertical="center", wrap_text=True), Border(bottom=LINE)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = sheet.cell(FIRST, 1)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _fill(sheet: Worksheet, row: int, values: tuple[str, ...]) -> None:
    for at, value in enumerate(values, 1):
        cell = sheet.cell(row, at)
        cell.alignment, cell.border = Alignment(vertical="top", wrap_text=True), Border(bottom=LINE)
        if value:
            _say(cell, value)


def _say(cell: Cell, text: str) -> None:
    cell.value, cell.data_type = typed(writable(text)), "s"
    cell.quotePrefix = text.startswith(RUNS)  # it stays a text when somebody edits it
