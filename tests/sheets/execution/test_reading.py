"""Which sheets say what was done, and what of them is never read."""

from io import BytesIO

import pytest

from matrices.workbook.grid import Unreadable
from matrices.workbook.opening import open_workbook
from sheets.reader import read_execution
from tests.sheets.conftest import YEAR, assert_one_fate_each, build_ods, build_xlsx

HEAD = ["No", "Actividad", "Fecha", "Asistentes"]
ROW = ["1.1", "Encuentro", "17/03/26", 30]


def read(rows, name="hoja.xlsx", groups=(), **ways):
    content = rows if isinstance(rows, bytes) else build_xlsx(rows if isinstance(rows, dict) else {"H": rows}, **ways)
    found = read_execution(open_workbook(BytesIO(content), name), groups=set(groups), **YEAR)
    if content.startswith(b"PK"):
        assert_one_fate_each(found, content)
    return found


def meant(found):
    return {one.header: one.meaning for one in found.headings}


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Fecha de realización", "held"),
        ("Realizado el", "held"),
        ("Fecha en que se hizo", "held"),
        ("Programado para", "planned"),
        ("Fecha programada", "planned"),
        ("Realizado", "done"),
        ("¿Se hizo?", "done"),
        ("Cantidad ejecutada", "done"),
        ("N.º de asistentes", "attendance"),
        ("Total de participantes", "attendance"),
        ("Mujeres", "group"),
        ("Personas de Mujeres", "group"),
        ("Aportes de la ciudadanía", "contributions"),
        ("Motivo de lo que faltó", "reason"),
        ("¿Por qué no se hizo?", "reason"),
        ("Dirección", "place"),
        ("Meta", "not_stored"),
        ("Responsable", "not_stored"),
        ("Personas alcanzadas", "not_stored"),
        ("Enlace", "not_stored"),
        ("Cosas", ""),
    ],
)
def test_headings_mean_what_was_done(heading, meaning):
    found = read([[*HEAD[:2], heading, "Resultados"], [*ROW[:2], None, "Un acta"]], groups=["mujeres"])
    assert meant(found)[heading] == meaning


def test_titles_totals_notes_and_signatures_are_no_rows():
    rows = [
        ["RELACIÓN DE ESPACIOS 2026"],
        [],
        HEAD,
        ROW,
        ["TOTAL", None, None, 30],
        [],
        ["Elaboró: Ana"],
    ]
    found = read(rows)
    assert [(one.number.value, one.name.value) for one in found.spaces] == [("1.1", "Encuentro")]
    assert (found.errors, found.warnings) == ((), ())


def test_a_merged_or_blank_activity_holds_for_the_rows_below():
    rows = [HEAD, ROW, [None, None, "18/03/26", 10], [None, None, "19/03/26", 11], ["1.2", "Feria", "20/03/26", 5]]
    found = read(rows, merged=["A2:A3", "B2:B3"])
    assert [one.number.value for one in found.spaces] == ["1.1", "1.1", "1.1", "1.2"]


def test_other_sheets_of_the_file_are_left_out():
    found = read(
        {
            "H": [HEAD, ROW],
            "Métricas": [
                ["Actividad", "Mes o periodo", "Indicador", "Valor"],
                ["Encuentro de juntas", "Marzo", "Vistas del video", 10],
            ],
            "Compromisos": [
                ["Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"],
                ["Mesa", "Marzo", "Publicar el acta", "Salud", "31/03/26", "Cumplido"],
            ],
            "Notas": [["Llamar a la junta"]],
            "Oculta": [HEAD, ROW],
        },
        hidden=["Oculta"],
    )
    assert [(one.place.sheet, one.place.row) for one in found.spaces] == [("H", 2)]
    told = {(one.place.sheet, str(one.message)) for one in found.left_out if one.place.sheet != "H"}
    why = "Esta hoja no dice qué se hizo."
    assert told == {("Métricas", why), ("Compromisos", why), ("Notas", why), ("Oculta", "Hoja oculta: no se lee.")}


def test_a_formula_is_its_result_and_one_without_result_is_an_error(with_results):
    content = build_xlsx({"H": [HEAD, [*ROW[:3], "=10+20"]]})
    assert [str(one.message) for one in read(content).errors] == [
        "La fórmula de esta celda no trae su resultado. Escriba el valor, o abra el archivo en su hoja de cálculo, "
        "guárdelo y vuelva a subirlo."
    ]
    found = read_execution(open_workbook(BytesIO(with_results(content, {"D2": 30})), "h.xlsx"), groups=set(), **YEAR)
    assert found.spaces[0].counts["attendance_total"].value == 30


def test_a_sheet_of_text_and_one_of_libreoffice_are_read():
    text = b"No;Actividad;Fecha;Asistentes\n1.1;Encuentro;17/03/26;30\n"
    for content, name in ((text, "hoja.csv"), (build_ods([HEAD, ROW]), "hoja.ods")):
        (space,) = read(content, name).spaces
        assert (space.number.value, space.counts["attendance_total"].value) == ("1.1", 30)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [["Fase", "Actividad", "Meta"], ["Uno", "Encuentro", 1]],
            "No se encontró una fila de encabezados con lo que se hizo.",
        ),
        ([["Hola"]], "No se encontró una fila de encabezados con lo que se hizo."),
        ([HEAD], "El archivo tiene encabezados y ninguna fila con datos debajo de ellos."),
    ],
)
def test_a_sheet_that_says_nothing_is_told_what_to_write(rows, sentence):
    (error,) = read(rows).errors
    assert str(error.message).startswith(sentence)


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" + bytes(range(256)) * 40, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 900]
)
def test_what_is_no_sheet_is_refused(content):
    with pytest.raises(Unreadable):
        read(content, "hoja.xlsx")


@pytest.mark.parametrize(
    "head",
    [
        ["No", "Nombres y apellidos", "Cédula", "Teléfono", "Correo", "Firma"],
        ["Nombre", "Correo electrónico"],
        ["NOMBRE COMPLETO", "No. de identificación", "Entidad"],
        ["Actividad", "Nombre", "Documento", "Firma"],
        ["Actividad", "Nombre del asistente", "Celular", "Email"],
    ],
)
def test_a_list_of_people_is_refused_in_words_and_nothing_is_read(head):
    rows = [["LISTA DE ASISTENCIA"], head, ["Ana Pérez"] * len(head)]
    with pytest.raises(Unreadable, match="parece una lista de asistencia") as told:
        read({"Espacios": [HEAD, ROW], "Quiénes": rows}, hidden=["Quiénes"])
    assert "Ana" not in str(told.value)


@pytest.mark.parametrize(
    "head", [HEAD, [*HEAD, "Correo", "Teléfono"], ["Nombre del espacio", "Fecha", "Asistentes"], [*HEAD, "Nombre"]]
)
def test_who_to_call_of_an_activity_is_no_list_of_people(head):
    row = [*ROW, *["x"] * (len(head) - len(HEAD))] if head[0] == "No" else ["Encuentro", "17/03/26", 30]
    assert len(read([head, row]).spaces) == 1
