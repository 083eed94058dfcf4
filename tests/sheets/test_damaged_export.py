"""An exported plan that people and programs worked on before it came back."""

import csv
import io
import random
import string
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from odf.opendocument import load as load_ods

from activities.models import Activity, Session
from commitments.models import Commitment
from plans.models import Plan
from sheets.loading.result import Choices, choice_key
from sheets.reader import read
from sheets.resources.columns import key_prefix
from tests.factories import make_activity, make_plan
from tests.sheets.conftest import assert_one_fate_each
from tests.sheets.plans import make_full_plan
from tests.sheets.test_round_trip import assert_no_op, differences, edited, exported, imported, saved, stored_rows


@pytest.fixture
def full(entity, planner):
    return make_full_plan(entity, planner)


def book_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def column_of(sheet, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def errors_of(result) -> list[tuple[str, str, str]]:
    return [(remark.place.sheet, remark.place.cell, str(remark.message)) for remark in result.errors]


# --- Saved again, sorted, moved, renamed ------------------------------------------------------------------------------


def test_saved_again_by_openpyxl(full):
    assert_no_op(imported(saved(book_of(exported(full))), full))


def test_saved_again_by_odfpy(full):
    document = load_ods(io.BytesIO(exported(full, "ods")))
    file = io.BytesIO()
    document.write(file)
    assert_no_op(imported(file.getvalue(), full, "plan.ods"))


def test_csvs_with_semicolons_in_a_folder(full):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported(full, "zip"))) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            rows = csv.reader(io.StringIO(before.read(name).decode("utf-8-sig"), newline=""))
            text = io.StringIO(newline="")
            csv.writer(text, delimiter=";").writerows(rows)
            after.writestr(f"plan/{name}", text.getvalue())
    assert_no_op(imported(file.getvalue(), full, "plan.zip"))


def test_sheets_renamed_and_in_another_order(full):
    book = book_of(exported(full))
    book._sheets.reverse()
    for at, sheet in enumerate(book.worksheets):
        sheet.title = f"Hoja {at}"
    assert_no_op(imported(saved(book), full))


def test_rows_sorted_and_columns_moved(full):
    book = book_of(exported(full))
    for sheet in book.worksheets[1:]:
        headings, *rows = sheet.iter_rows(values_only=True)
        order = list(range(len(headings)))
        random.Random(1).shuffle(order)
        table = [[row[at] for at in order] for row in (headings, *reversed(rows))]
        sheet.delete_rows(1, sheet.max_row)
        for row in table:
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s" if cell.data_type == "f" else cell.data_type  # a text that begins as a formula
    assert_no_op(imported(saved(book), full))


def test_deleted_columns_leave_their_fields_alone(full):
    book = book_of(exported(full))
    for title, heading in (
        ("Actividades", "Descripción"), ("Actividades", "Lidera"), ("Actividades", "Grupos"), ("Actividades", "Fase"),
        ("Espacios", "Actividad"), ("Espacios", "Asistentes"), ("Compromisos", "Responsables"), ("Fases", "Número"),
        ("Asistencia", "Espacio"), ("Seguimientos", "Clave del compromiso"), ("Plan", "Estado"),
    ):  # fmt: skip
        sheet = book[title]
        sheet.delete_cols(column_of(sheet, heading))
    assert_no_op(imported(saved(book), full))


def test_deleted_keys_leave_the_natural_keys(full):
    book = book_of(exported(full))
    for sheet in book.worksheets[1:]:
        sheet.delete_cols(1)
    assert_no_op(imported(saved(book), full))


def test_deleted_sheets_and_rows_delete_nothing(full):
    book = book_of(exported(full))
    for title in ("Plan", "Fases", "Asistencia", "Líneas"):
        book.remove(book[title])
    book["Actividades"].delete_rows(3)
    book["Espacios"].delete_rows(2, 2)
    before = stored_rows()
    assert_no_op(imported(saved(book), full))
    assert stored_rows() == before


def test_own_columns_and_sheets_are_not_understood_and_harm_nothing(full):
    book = book_of(exported(full))
    sheet = book["Actividades"]
    sheet.cell(1, sheet.max_column + 1, "Mi nota")
    sheet.cell(2, sheet.max_column, "revisar")
    book.create_sheet("Mis cuentas").append(["Actividad", "Meta"])
    content = saved(book)
    result = imported(content, full)
    assert differences(result) == result.errors == []
    assert {remark.place.sheet for remark in result.not_understood} == {"Actividades", "Mis cuentas"}
    assert len(result.not_understood) == 4


def test_title_rows_above_the_headings_and_merged_cells(full):
    book = book_of(exported(full))
    sheet = book["Actividades"]
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Alcaldía de San Jacinto"
    sheet.merge_cells("A1:D1")
    assert_no_op(imported(saved(book), full))


@pytest.mark.parametrize("format", ["xlsx", "zip"])
def test_every_cell_has_one_fate(full, format):
    content = exported(full, format)
    matrix = read(io.BytesIO(content), f"plan.{format}", starts_on=full.starts_on, ends_on=full.ends_on)
    if format == "xlsx":
        assert_one_fate_each(matrix, content)
    assert matrix.not_understood == ()
    assert len(matrix.sheets) == 11


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_key_that_is_no_row_of_the_plan_is_an_error_at_its_cell(full):
    prefix = key_prefix(full.uid)
    content = edited(exported(full), ("Actividades", 2, "Clave", f"{prefix}-999999"))
    assert errors_of(imported(content, full)) == [
        ("Actividades", "A3", "El plan no tiene una fila con esta clave: se eliminó, o la clave es de otra hoja.")
    ]


def test_two_rows_of_one_key_are_an_error_at_the_second(full):
    content = exported(full)
    key = book_of(content)["Compromisos"]["A2"].value
    result = imported(edited(content, ("Compromisos", 2, "Clave", key)), full)
    assert errors_of(result) == [("Compromisos", "A3", "Esta clave ya está en la celda A2. Deje una de las dos filas.")]


def test_text_that_is_no_key_is_an_error(full):
    result = imported(edited(exported(full), ("Fases", 1, "Clave", "uno")), full)
    assert errors_of(result)[0] == (
        "Fases", "A2", "No es una clave. Deje la que traía la fila, o la celda vacía si es nueva.",
    )  # fmt: skip


def test_nothing_is_stored_when_a_key_is_wrong(full):
    content = edited(exported(full), ("Fases", 1, "Clave", "uno"), ("Espacios", 1, "Asistentes", 9))
    before = stored_rows()
    imported(content, full)
    assert stored_rows() == before


def test_sheet_of_another_plan_begins_this_one_by_natural_keys(full, entity):
    """Its keys are no rows of this plan, and it says so once."""
    other = make_plan(entity, title="Plan 2026 bis")
    book = book_of(exported(full))
    for title in ("Compromisos", "Seguimientos"):
        book.remove(book[title])
    result = imported(saved(book), other)
    assert errors_of(result) == []
    assert [str(remark.message) for remark in result.warnings] == [
        "Las claves son de otro plan y no se usan: las filas se buscan por número, nombre y fecha."
    ]
    assert result.counts("created") | {"groups": 0} == {
        "plan": 0, "phases": 2, "lines": 1, "chapters": 1, "dependencies": 0, "groups": 0, "activities": 3,
        "sessions": 4, "attendance": 2, "metrics": 5, "commitments": 0,
    }  # fmt: skip
    assert {str(remark.message) for remark in result.left_out if remark.place.sheet == "Espacios"} >= {
        "Se retiró de otro plan: a este no entra."
    }
    other.refresh_from_db()
    assert (other.title, other.objective) == ("Plan 2026 bis", full.objective)
    assert differences(imported(saved(book), other)) == []
    copied = other.activities.get(number="1.10")
    assert [str(part) for part in copied.responsibilities.all()] == [
        "Secretaría de Gobierno · Lidera",
        "Oficina de Planeación; y Sistemas · Apoya",
        "Salud, Educación y Cultura · Apoya",
    ]
    assert copied.groups.count() == 2


def test_export_makes_a_plan_that_is_not_stored_yet(full, entity):
    new = Plan(entity=entity, title="Otro", slug="otro", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    book = book_of(exported(full))
    for title in ("Compromisos", "Seguimientos"):
        book.remove(book[title])
    result = imported(saved(book), new)
    assert errors_of(result) == []
    stored = Plan.objects.get(title="Otro")
    assert (stored.objective, stored.activities.count()) == (full.objective, 3)


# --- New rows ---------------------------------------------------------------------------------------------------------


def append(book, title: str, **cells):
    sheet = book[title]
    row = sheet.max_row + 1
    for heading, value in cells.items():
        sheet.cell(row, column_of(sheet, heading.replace("_", " ")), value)


def test_new_rows_name_each_other_by_words(full, planner):
    book = book_of(exported(full))
    append(book, "Fases", Número=4, Fase="Evaluación", Etapa_del_ciclo="evaluation")
    append(
        book,
        "Actividades",
        Número="4.1",
        Actividad="Rendir cuentas",
        Fase="Evaluación",
        Lidera="Secretaría de Gobierno",
    )
    append(book, "Espacios", Actividad="4.1", Programado_para=date(2026, 11, 5))
    append(book, "Asistencia", Espacio="4.1 Rendir cuentas · 05/11/2026", Grupo="Jóvenes", Personas=40)
    append(book, "Compromisos", Compromiso="Publicar el informe", Plazo=date(2026, 12, 1), Estado="Registrado")
    append(book, "Seguimientos", Compromiso="Publicar el informe", Fecha=date(2026, 11, 20))
    sheet = book["Seguimientos"]
    sheet.cell(sheet.max_row, column_of(sheet, "Avance en %"), 10)
    sheet.cell(sheet.max_row, column_of(sheet, "Qué se hizo"), "Borrador")
    result = imported(saved(book), full, by=planner)
    assert errors_of(result) == []
    assert {kind for kind, state, *_changes in differences(result) if state == "created"} == {
        "phases", "activities", "sessions", "attendance", "commitments", "follow_ups",
    }  # fmt: skip
    activity = Activity.objects.get(number="4.1")
    assert (str(activity.phase), activity.order) == ("4. Evaluación", 1 + max(
        full.activities.exclude(pk=activity.pk).values_list("order", flat=True)
    ))  # fmt: skip
    session = activity.sessions.get()
    assert (session.planned_units, session.planned_precision, session.executed_units) == (1, "day", None)
    assert session.attendances.get().people == 40
    assert Commitment.objects.get(text="Publicar el informe").follow_ups.get().by == planner


def test_unknown_names_are_errors_until_somebody_decides(full):
    content = edited(exported(full), ("Actividades", 2, "Lidera", "Oficina de Prensa"))
    refused = imported(content, full)
    assert [message for _sheet, _cell, message in errors_of(refused)] == [
        "«Oficina de Prensa» no es una dependencia de esta entidad. "
        "¿Quiso decir «Oficina de Planeación; y Sistemas» o «Secretaría de Gobierno»?"
    ] or errors_of(refused)
    assert [unknown.name for unknown in refused.dependencies] == ["Oficina de Prensa"]
    choices = Choices(dependencies={choice_key("Oficina de Prensa"): "create"})
    result = imported(content, full, choices=choices)
    assert errors_of(result) == []
    assert [(kind, state) for kind, state, *_changes in differences(result)] == [
        ("dependencies", "created"), ("activities", "changed"),
    ]  # fmt: skip
    assert differences(imported(content, full)) == []


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (("Espacios", 1, "Cantidad ejecutada", "muchas"), ("Espacios", "I2", "«muchas» no es un número.")),
        (("Espacios", 1, "Cantidad ejecutada", 1.5), ("Espacios", "I2", "«1.5» no es un número entero.")),
        (("Fases", 1, "Número", None), ("Fases", "B2", "Número: Este campo no puede ser nulo.")),
        (
            ("Grupos", 1, "Clase", "de todos"),
            ("Grupos", "C2", "«de todos» no es uno de los valores posibles: Grupo de valor, Grupo de interés."),
        ),
        (
            ("Espacios", 1, "Realizado el", None),
            ("Espacios", "2", "Si se ejecutó, diga en qué fecha."),
        ),
        (
            ("Espacios", 1, "Programado para", datetime(2027, 1, 1)),
            ("Espacios", "D2", "La fecha queda fuera del plan. Corríjala, o las fechas del plan."),
        ),
        (
            ("Plan", 1, "Estado", "Aprobado"),
            ("Plan", "L2", "Esto no se cambia en la hoja. Deje lo que decía: «Borrador»."),
        ),
        (
            ("Actividades", 1, "Fase", "7. Otra"),
            ("Actividades", "D2", "«7. Otra» no está en el archivo ni en el plan."),
        ),
        (
            ("Compromisos", 2, "Estado", "Registrado"),
            (
                "Compromisos", "N3",
                "El compromiso está «Verificado con la ciudadanía» y de ahí no pasa a «Registrado». "
                "Cámbielo en la página del compromiso.",
            ),
        ),
        (
            ("Plan", 1, "Termina", datetime(2026, 6, 30)),
            (
                "Plan", "E2",
                "Con esas fechas quedan espacios por fuera del plan: «PQRSD» del 31 de diciembre de 2026. "
                "Cambie antes esos espacios.",
            ),
        ),
    ],
)  # fmt: skip
def test_wrong_cell_is_an_error_at_it(full, edit, error):
    assert errors_of(imported(edited(exported(full), edit), full)) == [error]


def test_words_beside_a_key_that_are_another_rows_are_a_warning(full):
    content = edited(exported(full), ("Espacios", 1, "Actividad", "PQRSD"))
    result = imported(content, full)
    assert differences(result) == result.errors == []
    assert [str(remark.message) for remark in result.warnings] == [
        "La clave es de «1.10 Mesa de diálogo»: se usa la clave, y no este texto."
    ]


# --- An approved plan -------------------------------------------------------------------------------------------------


@pytest.fixture
def approved(full):
    Plan.objects.filter(pk=full.pk).update(state="approved", approved_on=date(2026, 1, 15))
    full.refresh_from_db()
    return full


def test_approved_plan_comes_back_unchanged(approved):
    assert_no_op(imported(exported(approved), approved))


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "cell"),
    [
        ("Actividades", "Actividad", "Otra", "C2"),
        ("Actividades", "Apoyan", None, "G2"),
        ("Espacios", "Programado para", datetime(2026, 3, 20), "D2"),
        ("Espacios", "Cantidad programada", 5, "F2"),
        ("Fases", "Fase", "Otra", "C2"),
        ("Líneas", "Línea", "Otra", "B2"),
        ("Plan", "Título", "Otro", "B2"),
    ],
)
def test_planned_side_of_an_approved_plan_is_an_error_at_its_cell(approved, sheet, heading, value, cell):
    result = imported(edited(exported(approved), (sheet, 1, heading, value)), approved)
    assert [(place, at) for place, at, _message in errors_of(result)] == [(sheet, cell)]
    assert "el plan aprobado dice" in errors_of(result)[0][2]


@pytest.mark.parametrize(
    ("sheet", "row", "heading", "value"),
    [
        ("Espacios", 1, "Cantidad ejecutada", 2),
        ("Espacios", 1, "Lugar o enlace", "Parque"),
        ("Asistencia", 1, "Personas", 9),
        ("Grupos", 1, "Grupo", "Consejo"),
        ("Actividades", 2, "Actividad", "Por fuera"),
        ("Compromisos", 1, "Instancia o espacio", "Mesa"),
    ],
)
def test_execution_of_an_approved_plan_is_taken(approved, sheet, row, heading, value):
    Session.objects.filter(attendance_total=0).update(attendance_total=40)
    result = imported(edited(exported(approved), (sheet, row, heading, value)), approved)
    assert errors_of(result) == []
    assert len(differences(result)) == 1


def test_deadline_that_was_told_is_an_error_at_its_cell(approved):
    result = imported(edited(exported(approved), ("Compromisos", 1, "Plazo", datetime(2026, 10, 1))), approved)
    [(sheet, cell, message)] = errors_of(result)
    assert (sheet, cell) == ("Compromisos", "J2") and "solo lo cambia una prórroga" in message


# --- Any text ---------------------------------------------------------------------------------------------------------

NASTY = [
    "=1+1", "+1", "-1", "@a", "\ta", "\na", "'=a", "''=a", "'a", "'", "=", "0012", "1/2", "TRUE", "1e5", "#N/A",
    "_x0041_", " a", "a ", "  ", "a  b", "a\n\nb", "\n", "a\n", "a\tb", "<a>&amp;\"", "«ñ»", "a\u00a0b", "\u200b",
    "e\u0301", "😀", "a;b,c\"d", "2026-03-01", "12:30", "50%", "$ 5", "N/A", "x" * 500, "=" * 500,
    "\n".join("abc") * 900,
]  # fmt: skip
LOST = ["a\x01b", "a\r\nb", "a\rb", "\x0b", "\ufffe"]  # no cell holds them; coming back, they are no difference


def sampled(count: int) -> list[str]:
    """Texts of the characters that formats treat apart, always the same ones."""
    source = random.Random(2026)
    alphabet = "=+-@'\t\n \"<>&;,_x05F\u00a0ñ😀%#\x02\r" + string.ascii_letters[:4]
    return ["".join(source.choices(alphabet, k=source.randint(1, 12))) for _ in range(count)]


@pytest.mark.parametrize("format", ["xlsx", "ods", "zip"])
def test_any_text_comes_back_to_the_letter(entity, format):
    plan = make_plan(entity)
    texts = [*NASTY, *LOST, *sampled(300)]
    for at, text in enumerate(texts):
        make_activity(plan, number=str(at), name=f"Actividad {at}", description=text)
    assert_no_op(imported(exported(plan, format), plan))


@pytest.mark.parametrize("format", ["xlsx", "ods", "zip"])
def test_any_text_arrives_in_another_plan(entity, format):
    plan, other = make_plan(entity), make_plan(entity)
    for at, text in enumerate([*NASTY, *sampled(100)]):
        make_activity(
            plan, number=str(at), name=f"Actividad {at}", description=text.replace("\r", "").replace("\x02", "")
        )
    result = imported(exported(plan, format), other)
    assert errors_of(result) == []
    assert list(other.activities.order_by("order").values_list("description", flat=True)) == list(
        plan.activities.order_by("order").values_list("description", flat=True)
    )
    assert Session.objects.count() == 0
