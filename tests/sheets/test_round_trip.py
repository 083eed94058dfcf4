"""A plan that goes out and comes back: nothing changes, or exactly what somebody edited."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from activities.models import Session
from plans.models import Plan
from records import files, sources
from records.models import Origin
from sheets.export import FORMATS, write_plan
from sheets.loading.load import load
from sheets.reader import read
from tests.factories import make_entity
from tests.guard.test_guard import MATRICES, stored_rows
from tests.sheets.plans import make_full_plan, make_large_plan

AT = datetime(2026, 7, 1, 15, tzinfo=UTC)
INPUTS = Path(__file__).parent.parent / "guard" / "inputs"


def exported(plan, format="xlsx", **options) -> bytes:
    file = io.BytesIO()
    write_plan(plan, file, format, at=AT, **options)
    return file.getvalue()


def imported(content: bytes, plan: Plan, name="plan.xlsx", by=None, dry_run=False, **ways):
    matrix = read(io.BytesIO(content), name, starts_on=plan.starts_on, ends_on=plan.ends_on)
    return load(matrix, plan=plan, by=by, dry_run=dry_run, **ways)


def assert_no_op(result):
    assert [(remark.place, str(remark.message)) for remark in result.errors] == []
    assert [(remark.place, str(remark.message)) for remark in result.warnings] == []
    assert [(remark.place, str(remark.message)) for remark in result.not_understood] == []
    assert differences(result) == []


def differences(result) -> list[tuple]:
    return [
        (
            item.kind,
            item.state,
            *((str(change.label), str(change.before), str(change.after)) for change in item.changes),
        )
        for item in result.items
        if item.state != "unchanged"
    ]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", MATRICES)
def test_matrix_that_went_in_goes_out_and_comes_back_unchanged(db, name, format):
    entity = make_entity("guarda")
    start, end = MATRICES[name]
    options = {"entity": entity.slug, "title": "Plan", "start": start, "end": end}
    arguments = (f"--{key}={value}" for key, value in options.items())
    call_command("import_plan", INPUTS / f"{name}.xlsx", *arguments, "--create-missing", stdout=io.StringIO())
    plan = Plan.objects.get()
    before = stored_rows()
    assert_no_op(imported(exported(plan, format), plan))
    assert stored_rows() == before


@pytest.mark.parametrize("format", FORMATS)
def test_plan_with_every_field_comes_back_unchanged(entity, planner, format):
    plan = make_full_plan(entity, planner)
    before = stored_rows()
    result = imported(exported(plan, format), plan)
    assert_no_op(result)
    assert stored_rows() == before
    assert result.counts("unchanged") == {
        "plan": 1, "phases": 2, "lines": 1, "chapters": 1, "dependencies": 0, "groups": 2, "activities": 3,
        "sessions": 5, "attendance": 2, "metrics": 5, "commitments": 2, "follow_ups": 2,
    }  # fmt: skip


# --- One edited cell --------------------------------------------------------------------------------------------------


def edited(content: bytes, *edits) -> bytes:
    """The xlsx with cells changed: (sheet, row from 1, heading, value); saved as another program would."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for title, row, heading, value in edits:
        sheet = book[title]
        at = next(cell.column for cell in sheet[1] if cell.value == heading)
        sheet.cell(row + 1, at).value = value
    return saved(book)


def saved(book) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


EDITS = {
    "a number": (
        ("Espacios", 1, "Asistentes", 12),
        ("sessions", "changed", ("Asistentes", "0", "12")),
    ),
    "a date": (
        ("Espacios", 1, "Programado para", datetime(2026, 3, 20)),
        ("sessions", "changed", ("Programado para", "16 de marzo de 2026", "20 de marzo de 2026")),
    ),
    "a date typed as text": (
        ("Espacios", 1, "Programado para", "15 de marzo de 2026"),
        ("sessions", "changed", ("Programado para", "16 de marzo de 2026", "15 de marzo de 2026")),
    ),
    "a name": (
        ("Actividades", 1, "Actividad", "Mesa de jóvenes"),
        ("activities", "changed", ("Actividad", "Mesa de diálogo", "Mesa de jóvenes")),
    ),
    "a number of activity": (
        ("Actividades", 1, "Número", "2.1"),
        ("activities", "changed", ("Número", "1.10", "2.1")),
    ),
    "a promise": (
        ("Compromisos", 1, "Compromiso", "Entregar dos actas"),
        ("commitments", "changed", ("Compromiso", "Entregar el acta\nen su mesa", "Entregar dos actas")),
    ),
    "an attendance": (
        ("Asistencia", 1, "Personas", 7),
        ("attendance", "changed", ("Personas", "0", "7")),
    ),
    "an attendance that nobody counted": (
        ("Asistencia", 2, "Personas", 0),
        ("attendance", "changed", ("Personas", "", "0")),
    ),
    "a follow-up": (
        ("Seguimientos", 1, "Qué se hizo", "Se citó a todos"),
        ("follow_ups", "changed", ("Qué se hizo", "Se citó", "Se citó a todos")),
    ),
    "a metric": (
        ("Métricas", 1, "Valor", 1500.25),
        ("metrics", "changed", ("Valor", "1.234,5", "1.500,25")),
    ),
    "a metric's name": (
        ("Métricas", 1, "Métrica", "Vistas"),
        ("metrics", "changed", ("Métrica", "Reproducciones", "Vistas")),
    ),
    "a phase": (
        ("Fases", 2, "Etapa del ciclo", "Evaluation"),
        ("phases", "changed", ("Etapa del ciclo", "", "Evaluación")),
    ),
    "a line": (
        ("Líneas", 1, "Línea", "Juventud"),
        ("lines", "changed", ("Línea", "Línea de juventud", "Juventud")),
    ),
    "a chapter": (
        ("Capítulos", 1, "Clase de capítulo", "Marco legal"),
        ("chapters", "changed", ("Clase de capítulo", "Texto, antes de la matriz", "Marco legal")),
    ),
    "a group": (
        ("Grupos", 2, "Activo", "yes"),
        ("groups", "changed", ("Activo", "No", "Sí")),
    ),
    "the plan's objective": (
        ("Plan", 1, "Objetivo", "Otro"),
        ("plan", "changed", ("Objetivo", "Que la gente decida.\n\nY que se vea.", "Otro")),
    ),
    "a support": (
        ("Actividades", 1, "Apoyan", "Salud, Educación y Cultura"),
        (
            "activities",
            "changed",
            (
                "Apoyan",
                "Oficina de Planeación; y Sistemas, Salud, Educación y Cultura",
                "Salud, Educación y Cultura",
            ),
        ),
    ),
    "the groups": (
        ("Actividades", 2, "Grupos", "Jóvenes"),
        ("activities", "changed", ("Grupos", "", "Jóvenes")),
    ),
    "an emptied text": (
        ("Actividades", 1, "Fórmula", None),
        ("activities", "changed", ("Fórmula", "=A1/B1", "")),
    ),
    "an emptied number": (
        ("Actividades", 1, "Presupuesto en pesos", None),
        ("activities", "changed", ("Presupuesto en pesos", "9007199254740993", "")),
    ),
    "an emptied phase": (
        ("Actividades", 1, "Fase", None),
        ("activities", "changed", ("Fase", "1. Diagnóstico", "")),
    ),
    "a precision, whose date becomes the month's last day": (
        ("Espacios", 1, "Precisión", "Solo el mes"),
        (
            "sessions",
            "changed",
            ("Precisión", "Día exacto", "Solo el mes"),
            ("Programado para", "16 de marzo de 2026", "31 de marzo de 2026"),
        ),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_edited_cell_is_one_difference(entity, planner, name):
    edit, difference = EDITS[name]
    plan = make_full_plan(entity, planner)
    if name == "an attendance":  # of a session to which more people came
        Session.objects.filter(attendance_total=0).update(attendance_total=40)
    content = edited(exported(plan), edit)
    result = imported(content, plan, by=planner)
    assert [str(remark.message) for remark in result.errors] == []
    assert differences(result) == [difference]
    again = imported(content, plan, by=planner)
    assert differences(again) == []
    assert AuditEntry.objects.filter(actor=planner).count() == 1


def test_differential_count_goes_out_to_be_read_and_comes_back_untouched(entity, planner):
    plan = make_full_plan(entity, planner)
    session = Session.objects.get(activity__plan=plan, planned_on=date(2026, 3, 16))
    Session.objects.filter(pk=session.pk).update(attendance_total=20)
    for value, people in ("man", 3), ("woman", 12):
        session.disaggregations.create(variable="sex", value=value, people=people)
    content = exported(plan)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Espacios"]
    columns = (list(column) for column in sheet.iter_cols(values_only=True))
    (said,) = next(set(column[1:]) - {None} for column in columns if column[0] == "Conteo diferencial")
    assert said == "Sexo: Mujer 12, Hombre 3, Sin dato 5"
    for brought in (content, edited(content, ("Espacios", 1, "Conteo diferencial", "Sexo: Mujer 1"))):
        assert_no_op(imported(brought, plan))
    assert sorted(session.disaggregations.values_list("value", "people")) == [("man", 3), ("woman", 12)]


def test_preview_writes_nothing(entity, planner):
    plan = make_full_plan(entity, planner)
    content = edited(exported(plan), *(edit for edit, _difference in list(EDITS.values())[:1]))
    before = stored_rows()
    assert len(differences(imported(content, plan, dry_run=True))) == 1
    assert stored_rows() == before


def test_preview_asks_as_much_of_a_plan_of_any_size(entity):
    counts = []
    for activities in (3, 30):
        plan = make_large_plan(make_entity(f"entidad-{activities}"), activities)
        content = exported(plan)
        with CaptureQueriesContext(connection) as queries:
            assert_no_op(imported(content, plan, dry_run=True))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_import_writes_in_as_many_statements_for_many_rows_as_for_few(entity, planner):
    counts = []
    for edits in (2, 40):
        plan = make_large_plan(make_entity(f"entidad-{edits}"), 10, slug=f"plan-{edits}")
        rows = [("Asistencia", row, "Personas", 5) for row in range(1, edits + 1)]
        rows += [("Actividades", row, "Apoyan", None) for row in range(1, 1 + min(edits, 10))]
        content = edited(exported(plan), *rows)
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as queries:
            result = imported(content, plan, by=planner)
        assert len(differences(result)) == edits + min(edits, 10)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_difference_keeps_the_file_and_its_cell(entity, planner):
    plan = make_full_plan(entity, planner)
    content = edited(exported(plan), ("Espacios", 1, "Asistentes", 12))
    origin = Origin(entity=entity, file=files.keep(content), file_name="plan.xlsx", brought_at=AT, brought_by=planner)
    imported(content, plan, by=planner, origin=origin)
    session = plan.activities.get(number="1.10").sessions.get(planned_on="2026-03-16")
    (cited,) = sources.of(session)
    assert (cited.sheet, cited.row, cited.cells) == ("Espacios", 2, [("Asistentes", "P2")])
