"""The sheet that a dependency fills in with what it did: its spaces, with their empty columns. It comes back by
`matrices.reading.execution`, whose headings these are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import BinaryIO

from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from activities.models import Activity, Session
from activities.models.reasons import Reason
from display.dates import Precision, month
from display.text import normalise
from matrices.workbook.grid import MAX_ROWS
from matrices.workbook.neutral import neutral
from plans.models import Plan
from sheets.resources.columns import key_prefix
from sheets.resources.widgets import SPANISH, writable

TITLE, LISTS, HOW = "Lo que se hizo", "Listas", "Cómo llenarla"
GIVEN = ("Número", "Actividad", "Fecha programada", "Programados")  # of the plan, not to be changed
FILLED = ("Fecha en que se hizo", "Cuántos se hicieron", "Asistentes")
MEASURED = ("Recibidos", "Atendidos")  # only of percentages
TOLD = ("Fuente del conteo", "Temas", "Aportes", "Resultados", "Lugar", "Motivo si no se hizo", "Detalle del motivo")
KEY = "Clave"
MOST_GROUPS = 20  # columns of people
WIDTHS = {"Actividad": 46, "Aportes": 40, "Resultados": 40, "Temas": 30, "Motivo si no se hizo": 30} | {
    "Detalle del motivo": 30, "Lugar": 24, "Fuente del conteo": 24, "Número": 10,
}  # fmt: skip
READ_ME = (
    "Cómo decir lo que se hizo",
    "Llene las columnas blancas de la hoja «Lo que se hizo», una fila por espacio, y súbala en «Subir lo hecho».",
    "Antes de guardar verá qué cambia en cada espacio. Una fila vacía no cambia nada.",
    "«Cuántos se hicieron»: un número, o «sí» si se hizo como estaba, o «no» si no se hizo.",
    "Si no se hizo, o se hizo menos, diga el motivo: la celda ofrece la lista.",
    "«Asistentes» es el total. Si cuenta por grupo, escriba cada persona en un solo grupo.",
    "No escriba nombres, documentos, teléfonos ni firmas: aquí no entran personas.",
    "No cambie la clave: dice de qué espacio es la fila. Una fila que usted agregue va sin clave.",
)


def write_blank(plan: Plan, activities: Iterable[int], file: BinaryIO) -> None:
    """Writes an xlsx with the spaces of these activities (ids) of which nothing was reported. Three statements."""
    sessions = list(
        Session.objects.filter(activity__in=activities, withdrawn_on=None, planned_units__gt=0, carried_to_year=None)
        .filter(executed_units=None, denominator=None, held_on=None)
        .select_related("activity")
        .order_by("planned_on", "activity__order", "pk")[: MAX_ROWS - 1]
    )
    with translation.override(SPANISH):
        groups = _groups(sessions)
        is_measured = any(_is_measure(session) for session in sessions)
        headings = [*GIVEN, *FILLED, *groups, *(MEASURED if is_measured else ()), *TOLD, KEY]
        book = Workbook()
        sheet = book.active
        sheet.title = TITLE
        _head(sheet, headings)
        for row, session in enumerate(sessions, 2):
            _fill(sheet, row, headings, session, plan)
        _choose(book, sheet, headings, max(len(sessions) + 1, 2))
        _explain(book)
        book.save(file)


def _groups(sessions: list[Session]) -> list[str]:
    """The groups of their activities, those of most activities first. A name that is another column's has none."""
    through = Activity.groups.through
    counts: dict[str, int] = defaultdict(int)
    pairs = through.objects.filter(activity__in={session.activity_id for session in sessions})
    for name in pairs.values_list("stakeholdergroup__name", flat=True):
        counts[name] += 1
    taken = {normalise(one) for one in (*GIVEN, *FILLED, *MEASURED, *TOLD, KEY)}
    names = sorted((name for name in counts if normalise(name) not in taken), key=lambda name: (-counts[name], name))
    return [f"Personas de {name}" for name in names[:MOST_GROUPS]]


def _is_measure(session: Session) -> bool:
    return session.activity.target_kind == Activity.TargetKind.PERCENTAGE


def _head(sheet: Worksheet, headings: list[str]) -> None:
    for at, heading in enumerate(headings, 1):
        cell = sheet.cell(1, at, neutral(writable(heading)))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EDF3")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS.get(heading, 15)
    sheet.freeze_panes = "C2"


def _fill(sheet: Worksheet, row: int, headings: list[str], session: Session, plan: Plan) -> None:
    activity = session.activity
    is_month = session.planned_precision == Precision.MONTH
    day = month(session.planned_on).capitalize() if is_month else session.planned_on
    given = (activity.number, activity.name, day, "" if _is_measure(session) else session.planned_units)
    for at, value in enumerate(given, 1):
        cell = sheet.cell(row, at)
        cell.fill = PatternFill("solid", fgColor="F3F5F7")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if isinstance(value, str):
            cell.value, cell.data_type = (neutral(writable(value)), "s") if value else (None, "n")
        else:
            cell.value = value
    sheet.cell(row, 3).number_format = "dd/mm/yyyy"
    sheet.cell(row, headings.index("Fecha en que se hizo") + 1).number_format = "dd/mm/yyyy"
    sheet.cell(row, len(headings), f"{key_prefix(plan.uid)}-{session.pk}").font = Font(color="808080")


def _choose(book: Workbook, sheet: Worksheet, headings: list[str], last: int) -> None:
    """The reasons to choose from, in a sheet of their own, and dates that are dates."""
    lists = book.create_sheet(LISTS)
    for row, reason in enumerate(Reason, 1):
        lists.cell(row, 1, reason.own_words)
    lists.sheet_state = "hidden"
    reasons = DataValidation("list", formula1=f"'{LISTS}'!$A$1:$A${len(Reason)}", allow_blank=True)
    reasons.showErrorMessage = False  # other words are «Otro motivo»
    numbers = DataValidation("whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    numbers.error, numbers.errorTitle = "Escriba un número entero, sin palabras.", "¿Cuántos?"
    sheet.add_data_validation(reasons)
    sheet.add_data_validation(numbers)
    for at, heading in enumerate(headings, 1):
        cells = f"{get_column_letter(at)}2:{get_column_letter(at)}{last}"
        if heading == "Motivo si no se hizo":
            reasons.add(cells)
        elif heading == "Asistentes" or heading in MEASURED or heading.startswith("Personas de "):
            numbers.add(cells)


def _explain(book: Workbook) -> None:
    sheet = book.create_sheet(HOW)
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(READ_ME, 1):
        cell = sheet.cell(row, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = Font(bold=True)
