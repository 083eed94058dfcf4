"""A whole plan on its way out: what its sheets hold, in each format, at a constant cost."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from odf.opendocument import load as load_ods
from odf.table import Table

from sheets.export import FORMATS, write_plan
from sheets.resources.columns import key_prefix
from sheets.resources.declared import EXEMPT, NO_SHEET, OWN_MODELS, SHEETS
from tests.factories import make_commitment, make_entity, make_plan
from tests.sheets.plans import make_full_plan, make_large_plan

AT = datetime(2026, 7, 1, 15, tzinfo=UTC)
TITLES = [
    "Léame", "Plan", "Fases", "Líneas", "Capítulos", "Grupos", "Actividades", "Espacios", "Asistencia", "Métricas",
    "Compromisos", "Seguimientos",
]  # fmt: skip


def exported(plan, format="xlsx", **options) -> bytes:
    file = io.BytesIO()
    write_plan(plan, file, format, at=AT, **options)
    return file.getvalue()


def rows_of(content: bytes, title: str) -> list[dict]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))[title]
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


# --- What is declared -------------------------------------------------------------------------------------------------


def test_every_stored_field_has_a_column_or_a_reason_why_not():
    missing = []
    for model in OWN_MODELS:
        columns = {name for sheet in SHEETS if sheet._meta.model is model for name in sheet.fields}
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            if not {field.name, f"{model.__name__}.{field.name}"} & (EXEMPT.keys() | columns):
                missing.append(f"{model.__name__}.{field.name}")
    assert missing == []


def test_what_is_kept_of_a_promise_has_a_sheet_or_says_why_not():
    models = {model.__name__ for model in apps.get_app_config("commitments").get_models()}
    assert models == {model.__name__ for model in OWN_MODELS if model.__name__ in models} | NO_SHEET.keys()


def test_promise_that_was_extended_says_its_deadlines(entity, planner):
    plan = make_plan(entity)
    commitment = make_commitment(plan, due_on=date(2026, 6, 30))
    days = {"due_before": date(2026, 4, 30), "due_on": date(2026, 6, 30), "decided_on": date(2026, 5, 11)}
    people = {"asked_by": planner, "asked_on": date(2026, 5, 4), "decided_by": planner}
    commitment.extensions.create(reason="Faltan estudios", state="granted", **days, **people)
    make_commitment(plan)
    rows = rows_of(exported(plan), "Compromisos")
    assert [row["Prórrogas"] for row in rows] == [None, "30/04/2026 → 30/06/2026 (11/05/2026)"]


def test_every_column_is_a_field_or_joins_rows():
    for sheet in SHEETS:
        for column in sheet.fields.values():
            assert type(column).__name__ != "Column" or column.field is not None, (sheet, column.name)


def test_headings_of_a_sheet_are_distinct_and_begin_with_the_key():
    for sheet in SHEETS:
        headings = sheet.headings()
        assert headings[0] == "Clave"
        assert len(set(headings)) == len(headings)


# --- What is written --------------------------------------------------------------------------------------------------


def test_workbook_holds_the_whole_plan(entity, planner):
    plan = make_full_plan(entity, planner)
    content = exported(plan)
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == TITLES
    counts = {title: len(rows_of(content, title)) for title in TITLES[1:]}
    assert counts == {
        "Plan": 1, "Fases": 2, "Líneas": 1, "Capítulos": 1, "Grupos": 2, "Actividades": 3, "Espacios": 5,
        "Asistencia": 2, "Métricas": 5, "Compromisos": 2, "Seguimientos": 2,
    }  # fmt: skip


def test_row_says_its_values_in_words_and_typed(entity):
    plan = make_full_plan(entity)
    full, *_others = rows_of(exported(plan), "Actividades")
    activity = plan.activities.get(number="1.10")
    assert full["Clave"] == f"{key_prefix(plan.uid)}-{activity.pk}"
    assert (full["Número"], full["Fase"], full["Línea"]) == ("1.10", "1. Diagnóstico", "Línea de juventud")
    assert full["Lidera"] == "Secretaría de Gobierno"
    assert full["Apoyan"] == "Oficina de Planeación; y Sistemas\nSalud, Educación y Cultura"
    assert full["Grupos"] == "Jóvenes\nConsejo de Planeación"
    assert (full["Clase de meta"], full["Meta"], full["Fuera del plan"]) == ("Cantidad", 2.5, "No")
    assert full["Presupuesto en pesos"] == "9007199254740993"  # a cell would round it


def test_dates_are_dates_and_null_is_neither_zero_nor_text(entity):
    held, _later = rows_of(exported(make_full_plan(entity)), "Espacios")[:2]
    assert held["Programado para"] == datetime(2026, 3, 16)
    assert (held["Realizado el"], held["Precisión de la realización"]) == (datetime(2026, 3, 31), "Solo el mes")
    assert (held["Asistentes"], held["Recibidos"], held["Hora"]) == (0, None, "14:30")


def test_attendance_names_its_session_and_tells_uncounted_from_nobody(entity):
    rows = rows_of(exported(make_full_plan(entity)), "Asistencia")
    assert [(row["Espacio"], row["Grupo"], row["Personas"]) for row in rows] == [
        ("1.10 Mesa de diálogo · 16/03/2026", "Jóvenes", 0),
        ("1.10 Mesa de diálogo · 16/03/2026", "Consejo de Planeación", None),
    ]


def test_no_text_is_a_formula(entity):
    content = exported(make_full_plan(entity))
    cells = [
        cell
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {"=1+1", "@todos", "-5 actas", "+1", "=A1/B1", "''=Verificar", "TRUE", "0012", "1/2"} <= texts
    quoted = {cell.value[0] for cell in cells if cell.quotePrefix}  # texts when somebody edits them, too
    assert quoted == {"=", "+", "-", "@"}


def test_text_longer_than_a_cell_goes_on_in_the_next_column(entity):
    for at, aliases in enumerate(["a" * 16_000 + "=" + "b" * 3_000, "corto"]):
        entity.groups.create(name=f"Grupo {at}", aliases=aliases)
    long, short = rows_of(exported(make_plan(entity)), "Grupos")
    headings = ("Otros nombres", "Otros nombres (continúa 2)")
    assert [long[heading] for heading in headings] == ["a" * 16_000, "=" + "b" * 3_000]
    assert [short[heading] for heading in headings] == ["corto", None]


def test_headers_are_frozen_and_bold(entity):
    sheet = openpyxl.load_workbook(io.BytesIO(exported(make_full_plan(entity))))["Actividades"]
    assert sheet.freeze_panes == "A2"
    assert [sheet["A1"].font.bold, sheet["A2"].font.bold] == [True, False]


def test_ods_holds_the_same_sheets_with_frozen_headers(entity):
    content = exported(make_full_plan(entity), "ods")
    tables = load_ods(io.BytesIO(content)).spreadsheet.getElementsByType(Table)
    assert [table.getAttribute("name") for table in tables] == TITLES
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.infolist()[0].filename == "mimetype"
        assert package.testzip() is None
        assert package.read("settings.xml").count(b"VerticalSplitPosition") == len(TITLES)


def test_zip_holds_a_csv_per_sheet(entity):
    content = exported(make_full_plan(entity), "zip")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.namelist() == [f"{title}.csv" for title in TITLES]
        text = package.read("Espacios.csv").decode("utf-8")
    assert text.startswith("\ufeffClave,")
    headings, held, *_rest = csv.reader(io.StringIO(text[1:], newline=""))
    values = dict(zip(headings, held, strict=True))
    assert (values["Programado para"], values["Precisión"], values["Asistentes"]) == ("2026-03-16", "Día exacto", "0")


def test_template_has_the_headings_and_no_rows(entity):
    content = exported(make_full_plan(entity), template=True)
    assert {title: rows_of(content, title) for title in TITLES[1:]} == {title: [] for title in TITLES[1:]}
    readme = openpyxl.load_workbook(io.BytesIO(content))["Léame"]
    assert "Ejemplo de una fila de «Actividades»:" in [cell.value for cell in readme["A"]]


def test_readme_says_what_the_file_is_and_when_it_was_taken(entity):
    readme = openpyxl.load_workbook(io.BytesIO(exported(make_full_plan(entity))))["Léame"]
    lines = [cell.value for cell in readme["A"]]
    assert len(lines) <= 20
    assert lines[0] == "Cómo editar este plan y volverlo a subir"
    assert (
        lines[1] == "Plan «Plan de participación 2026», de Alcaldía de San Jacinto, como estaba el 1 jul 2026, 10:00."
    )


def test_export_says_how_far_it_is(entity):
    told = []
    exported(make_large_plan(entity, 60), progress=lambda done, total: told.append((done, total)))
    total = told[-1][1]
    assert told == [*((n, total) for n in range(500, total, 500)), (total, total)]


@pytest.mark.parametrize("format", FORMATS)
def test_sql_is_constant_in_the_number_of_rows(entity, format):
    counts = []
    for activities in (3, 30):
        plan = make_large_plan(make_entity(f"entidad-{activities}"), activities)
        with CaptureQueriesContext(connection) as queries:
            exported(plan, format)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_sheet_of_too_many_rows_goes_on_in_the_next(entity, monkeypatch):
    monkeypatch.setattr("sheets.export.MAX_ROWS", 25)
    content = exported(make_large_plan(entity, 5))
    assert [len(rows_of(content, f"Espacios{more}")) for more in ("", " 2", " 3")] == [24, 24, 12]


# --- The command ------------------------------------------------------------------------------------------------------


def test_command_writes_the_plan(entity, tmp_path):
    plan = make_full_plan(entity)
    call_command("export_plan", plan.slug, f"--output={tmp_path}/plan.xlsx")
    assert len(rows_of((tmp_path / "plan.xlsx").read_bytes(), "Espacios")) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


@pytest.mark.parametrize(
    ("slug", "output", "sentence"),
    [
        ("participacion-2026", "plan.pdf", "«plan.pdf» no termina en .xlsx, .ods ni .zip"),
        ("otro", "plan.xlsx", "No hay un plan con la dirección «otro»."),
        ("participacion-2026", "no/hay/plan.xlsx", "No existe la carpeta"),
    ],
)
def test_command_says_what_is_wrong(entity, tmp_path, slug, output, sentence):
    make_full_plan(entity)
    with pytest.raises(CommandError, match=sentence):
        call_command("export_plan", slug, f"--output={tmp_path}/{output}")
    assert list(tmp_path.iterdir()) == []


# --- The identifier ---------------------------------------------------------------------------------------------------


def test_every_plan_has_its_own_prefix(entity):
    assert key_prefix(make_plan(entity).uid) != key_prefix(make_plan(entity).uid)
