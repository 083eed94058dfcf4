"""The file that comes back: what was sent, its wrong cells marked, and a first sheet that lists them."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from matrices.workbook.grid import Place, Unreadable
from matrices.workbook.opening import open_workbook
from sheets import annotated as module
from sheets.annotated import Finding, annotated
from sheets.reader import read
from tests.sheets.conftest import build_ods, build_xlsx, replace_parts, saved

HEADER = ["No.", "Actividad", "Responsable", "Meta", "Fecha"]
ROWS = [HEADER, *([str(number), f"Feria {number}", "Gobierno", 1, "12/10/2026"] for number in range(1, 12))]


def error(sheet, column, row, message="No se entiende. Escríbala de nuevo."):
    return Finding(Place(sheet, row, column), message)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def listed(book):
    """The lines of the list, under its headings: sheet, cell, kind, what it says, what is wrong."""
    rows = [tuple(cell.value or "" for cell in row) for row in book.worksheets[0].iter_rows(max_col=5)]
    headings = ("Hoja", "Celda", "Clase", "Lo que dice", "Qué pasa y cómo corregirlo")
    return rows[rows.index(headings) + 1 :]


def introduction(book):
    return [row[0].value for row in book.worksheets[0].iter_rows(max_col=1, max_row=6) if row[0].value]


def comments(sheet):
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


@pytest.fixture(autouse=True)
def spanish():
    """A request in English leaves its language to the test after it."""
    with translation.override("es-co"):
        yield


@pytest.fixture(params=["kept", "anew"])
def either_way(request, monkeypatch):
    """Twice: as it was sent, and as if it had been too large for that."""
    if request.param == "anew":
        monkeypatch.setattr(module, "MAX_HELD_CELLS", 0)


# --- Where the comments go --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("either_way")
def test_ten_wrong_cells_come_back_with_ten_comments_where_they_belong():
    content = build_xlsx({"Plan": ROWS, "Otra": [["Nota"]]})
    found = [error("Plan", "E", row, f"La fecha de la fila {row} no se entiende.") for row in range(2, 12)]
    result = annotated(content, "plan.xlsx", found)
    book = opened(result)
    assert book.sheetnames == ["Errores", "Plan", "Otra"]
    assert comments(book["Plan"]) == {
        f"E{row}": f"Convite · Error: La fecha de la fila {row} no se entiende." for row in range(2, 12)
    }
    assert comments(book["Otra"]) == {}
    assert {book["Plan"][f"E{row}"].fill.fgColor.rgb for row in range(2, 12)} == {"FFF9D5D3"}
    assert book["Plan"]["D2"].fill.fill_type is None
    assert listed(book)[0] == ("Plan", "E2", "Error", "12/10/2026", "La fecha de la fila 2 no se entiende.")
    assert len(listed(book)) == 10
    links = [cell.hyperlink.location for row in book["Errores"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'Plan'!E{row}" for row in range(2, 12)]
    grids = open_workbook(io.BytesIO(result), "plan.xlsx")
    assert [grid.name for grid in grids] == ["Errores", "Plan", "Otra"]
    assert {row: [cell.value for cell in cells.values()] for row, cells in grids[1].rows.items()} == dict(
        enumerate(ROWS, 1)
    )


@pytest.mark.usefixtures("either_way")
def test_our_reader_takes_the_file_that_came_back_as_the_one_that_went():
    dates = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    before = read(io.BytesIO(build_xlsx({"Plan": ROWS})), "plan.xlsx", **dates)
    result = annotated(
        build_xlsx({"Plan": ROWS}), "plan.xlsx", [error("Plan", "E", 3), error("", "", 0, "Falta algo.")]
    )
    after = read(io.BytesIO(result), "plan.xlsx", **dates)
    assert after.activities == before.activities
    assert (after.errors, after.warnings) == (before.errors, before.warnings)
    assert {remark.place.sheet for remark in after.not_understood} <= {"Errores"}


@pytest.mark.parametrize("language", ["es-co", "en"])
def test_what_our_reader_says_comes_back_in_the_readers_language(language):
    content = build_xlsx({"Plan": [*ROWS, ["12", "Feria 12", "Gobierno", 1, "31/02/2026"]]})
    dates = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    errors = read(io.BytesIO(content), "plan.xlsx", **dates).errors
    with translation.override(language):
        book = opened(annotated(content, "plan.xlsx", [Finding(remark.place, remark.message) for remark in errors]))
        assert comments(book["Plan"]) == {"E13": f"Convite · Error: {errors[0].message}"}


def test_what_is_said_of_the_whole_file_stands_in_the_list_alone():
    found = [
        error("", "", 0, "El archivo no nombra ninguna vigencia."),
        error("Plan", "", 0, "La hoja no tiene la columna «Fecha»."),
        error("No existe", "B", 4),
    ]
    book = opened(annotated(build_xlsx({"Plan": ROWS}), "plan.xlsx", found))
    assert comments(book["Plan"]) == {}
    assert listed(book) == [
        ("", "", "Error", "", "El archivo no nombra ninguna vigencia."),
        ("No existe", "", "Error", "", "No se entiende. Escríbala de nuevo."),
        ("Plan", "", "Error", "", "La hoja no tiene la columna «Fecha»."),
    ]


@pytest.mark.usefixtures("either_way")
def test_a_whole_row_is_marked_at_its_first_written_cell():
    content = build_xlsx({"Plan": [HEADER, [None, None, "Gobierno"]]})
    book = opened(annotated(content, "plan.xlsx", [error("Plan", "", 2), error("Plan", "", 9)]))
    assert list(comments(book["Plan"])) == ["C2", "A9"]
    assert [line[1] for line in listed(book)] == ["C2", "A9"]


@pytest.mark.usefixtures("either_way")
def test_a_cell_inside_a_merged_area_is_marked_at_its_first():
    content = build_xlsx({"Plan": [HEADER, ["1", "Feria", "Gobierno"], ["2", None, "Salud"]]}, merged=["B2:B3"])
    book = opened(annotated(content, "plan.xlsx", [error("Plan", "B", 3)]))
    assert list(comments(book["Plan"])) == ["B2"]
    assert [str(area) for area in book["Plan"].merged_cells.ranges] == ["B2:B3"]
    assert listed(book)[0][:4] == ("Plan", "B2", "Error", "Feria")


def test_a_merged_area_with_an_empty_first_cell_is_marked_there_too():
    content = build_xlsx({"Plan": [HEADER, ["1", None, "Gobierno"]]}, merged=["B2:B3"])
    assert list(comments(opened(annotated(content, "plan.xlsx", [error("Plan", "B", 3)]))["Plan"])) == ["B2"]


@pytest.mark.usefixtures("either_way")
def test_one_cell_gathers_all_that_is_said_of_it_and_an_error_gives_its_colour():
    found = [
        Finding(Place("Plan", 2, "E"), "Cae en domingo.", "warning"),
        error("Plan", "E", 2, "No es de la vigencia."),
    ]
    book = opened(annotated(build_xlsx({"Plan": ROWS}), "plan.xlsx", found))
    assert comments(book["Plan"]) == {"E2": "Convite · Error: No es de la vigencia.\nAdvertencia: Cae en domingo."}
    assert book["Plan"]["E2"].fill.fgColor.rgb == "FFF9D5D3"
    assert [line[2] for line in listed(book)] == ["Error", "Advertencia"]
    assert introduction(book)[1] == "1 error, 1 advertencia."


# --- What is kept -----------------------------------------------------------------------------------------------------


def formatted():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    for row in ROWS:
        sheet.append(row)
    sheet["A1"].fill, sheet["A1"].font = PatternFill("solid", "FF112233"), Font(color="FFFFFFFF", bold=True)
    sheet["G2"] = "=SUM(D2:D12)"
    sheet["B3"].comment = Comment("Confirmar con Salud", "Ana")
    sheet.column_dimensions["B"].width = 44
    book.create_sheet("Escondida").sheet_state = "hidden"
    book["Escondida"]["A1"] = "apunte"
    return saved(book)


def test_what_was_sent_keeps_its_looks_formulas_and_comments():
    book = opened(annotated(formatted(), "plan.xlsx", [error("Plan", "B", 3), error("Plan", "A", 1)]))
    sheet = book["Plan"]
    assert sheet["G2"].value == "=SUM(D2:D12)"
    assert book.calculation.fullCalcOnLoad
    assert sheet.column_dimensions["B"].width == 44
    assert book["Escondida"].sheet_state == "hidden"
    assert sheet["B3"].comment.text == (
        "Confirmar con Salud\n———\nConvite · Error: No se entiende. Escríbala de nuevo."
    )
    assert sheet["B3"].comment.author == "Ana"
    assert sheet["A1"].font.bold
    assert sheet["A1"].font.color.rgb == "FF3B1210"  # white letters would not be read on our colour
    assert [sheet.sheet_view.tabSelected for sheet in book] == [True, False, False]


def test_the_next_round_takes_out_what_the_one_before_said():
    first = annotated(formatted(), "plan.xlsx", [error("Plan", "B", 3), error("Plan", "C", 4)])
    book = opened(annotated(first, "plan.xlsx", [error("Plan", "D", 5)]))
    assert book.sheetnames == ["Errores", "Plan", "Escondida"]
    assert comments(book["Plan"]) == {
        "B3": "Confirmar con Salud",
        "D5": "Convite · Error: No se entiende. Escríbala de nuevo.",
    }
    assert book["Plan"]["C4"].fill.fill_type is None
    assert [line[1] for line in listed(book)] == ["D5"]


def test_a_sheet_of_the_sender_called_like_the_list_stays():
    book = opened(annotated(build_xlsx({"Errores": ROWS}), "plan.xlsx", [error("Errores", "B", 2)]))
    assert book.sheetnames == ["Errores (2)", "Errores"]
    assert list(comments(book["Errores"])) == ["B2"]


def test_macros_do_not_come_back_and_the_list_says_so():
    content = replace_parts(build_xlsx({"Plan": ROWS}), {"xl/vbaProject.bin": b"\0" * 100})
    result = annotated(content, "plan.xlsm", [error("Plan", "B", 2)])
    assert "xl/vbaProject.bin" not in zipfile.ZipFile(io.BytesIO(result)).namelist()
    assert "Las macros del archivo no vuelven en este." in introduction(opened(result))


# --- Written anew -----------------------------------------------------------------------------------------------------


def test_a_csv_with_semicolons_in_windows_1252_comes_back_as_a_workbook():
    content = "No.;Actividad;Teléfono\r\n1;Reunión en Nariño;+57 601 000\r\n2;@todos;-5\r\n".encode("cp1252")
    book = opened(annotated(content, "plan de acción.csv", [error("plan de acción", "C", 2)]))
    assert book.sheetnames == ["Errores", "plan de acción"]
    sheet = book["plan de acción"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["No.", "Actividad", "Teléfono"],
        ["1", "Reunión en Nariño", "+57 601 000"],
        ["2", "@todos", "-5"],
    ]
    assert {sheet[cell].data_type for cell in ("C2", "B3", "C3")} == {"s"}
    assert all(sheet[cell].quotePrefix for cell in ("C2", "B3", "C3"))
    assert list(comments(sheet)) == ["C2"]
    assert "El archivo se escribió de nuevo con sus datos: los colores y las fórmulas no vuelven." in introduction(book)


def test_an_ods_comes_back_as_a_workbook():
    rows = [["No.", "Actividad"], ["1", {"valuetype": "string", "text": "=SUMA(A1)"}], ["2", "Feria"]]
    book = opened(annotated(build_ods(rows), "plan.ods", [error("Plan", "B", 3)]))
    assert book["Plan"]["B2"].value == "=SUMA(A1)"
    assert book["Plan"]["B2"].data_type == "s"
    assert comments(book["Plan"]) == {"B3": "Convite · Error: No se entiende. Escríbala de nuevo."}


@pytest.mark.usefixtures("either_way")
def test_what_the_list_says_is_never_a_formula():
    found = [error("=1+1", "B", 2, '=HYPERLINK("http://example.org")'), error("Plan", "B", 2, "\x07suena")]
    book = opened(annotated(build_xlsx({"Plan": ROWS}), "=plan.xlsx", found))
    assert {cell.data_type for row in book["Errores"].iter_rows() for cell in row} <= {"s", "n"}
    assert [line[4] for line in listed(book)] == ['=HYPERLINK("http://example.org")', "suena"]


def test_names_that_excel_does_not_take_are_made_valid_and_the_list_says_so():
    name = "Plan [2026]: metas/avances de participación"
    book = opened(annotated(b"a,b\n1,2\n", name + ".csv", [error(name.rpartition("/")[2], "B", 2)]))
    assert book.sheetnames == ["Errores", "avances de participación"]  # a path's last part is the name

    long = "Plan de participación ciudadana 2026"
    content = replace_parts(
        build_xlsx({"Plan": ROWS, "Plan 2": [["b"]]}),
        {"xl/workbook.xml": lambda xml: xml.replace('"Plan"', f'"{long} [1]"').replace('"Plan 2"', f'"{long} [2]"')},
    )
    book = opened(annotated(content, "plan.xlsx", [error(f"{long} [1]", "B", 2), error(f"{long} [2]", "A", 1)]))
    assert book.sheetnames == ["Errores", "Plan de participación ciudadana", "Plan de participación ciuda (2)"]
    assert [line[:2] for line in listed(book)] == [(book.sheetnames[1], "B2"), (book.sheetnames[2], "A1")]
    assert (
        f"La hoja «{long} [1]» se llama aquí «Plan de participación ciudadana»: Excel no admite el nombre que traía."
        in introduction(book)
    )


def test_a_file_too_large_to_be_held_is_written_anew(monkeypatch):
    content = build_xlsx({"Plan": ROWS}, formats={"D2": "0%"})
    monkeypatch.setattr(module, "MAX_HELD_CELLS", 59)  # it has 60
    book = opened(annotated(content, "plan.xlsx", [error("Plan", "B", 2)]))
    assert "El archivo se escribió de nuevo" in introduction(book)[3]
    assert book["Plan"]["D2"].number_format == "0%"


@pytest.mark.parametrize(
    "part",
    [
        '<mergeCells count="1"><mergeCell ref="B2:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A:XFD"/></hyperlinks>',
    ],
)
def test_an_area_that_would_fill_the_memory_is_counted_before_it_is_loaded(part):
    content = replace_parts(
        build_xlsx({"Plan": ROWS}),
        {"xl/worksheets/sheet1.xml": lambda xml: xml.replace("</sheetData>", "</sheetData>" + part)},
    )
    book = opened(annotated(content, "plan.xlsx", [error("Plan", "D", 5)]))
    assert list(comments(book["Plan"]))
    assert "El archivo se escribió de nuevo" in introduction(book)[3]


def test_a_workbook_that_openpyxl_refuses_is_written_anew():
    content = replace_parts(
        build_xlsx({"Plan": ROWS}), {"xl/theme/theme1.xml": b"<broken", "docProps/core.xml": b"<broken"}
    )
    book = opened(annotated(content, "plan.xlsx", [error("Plan", "B", 2)]))
    assert list(comments(book["Plan"])) == ["B2"]


# --- Many, in the reader's language, and files that nobody opens ------------------------------------------------------


def test_five_thousand_errors_come_back():
    rows = [HEADER, *([number, f"Feria {number}"] for number in range(5_000))]
    found = [error("Plan", "B", row) for row in range(2, 5_002)]
    book = opened(annotated(build_xlsx({"Plan": rows}), "plan.xlsx", found))
    assert len(comments(book["Plan"])) == len(listed(book)) == 5_000


def test_the_list_says_that_there_are_more_than_it_holds(monkeypatch):
    monkeypatch.setattr(module, "MAX_LISTED", 2)
    book = opened(annotated(build_xlsx({"Plan": ROWS}), "p.xlsx", [error("Plan", "B", row) for row in range(2, 5)]))
    assert introduction(book)[1] == "3 errores, 0 advertencias."
    assert "Aquí están los primeros 2: corríjalos y suba el archivo de nuevo." in introduction(book)
    assert len(listed(book)) == len(comments(book["Plan"])) == 2


def test_a_message_is_written_in_the_language_of_the_reader():
    found = [error("Plan", "B", 2, _("Jefatura de dependencia"))]
    with translation.override("en"):
        sheet = opened(annotated(build_xlsx({"Plan": ROWS}), "plan.xlsx", found))["Plan"]
        message = str(found[0].message)
    assert message != "Jefatura de dependencia"
    assert comments(sheet)["B2"].endswith(message)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "El archivo tiene contraseña"),
        (build_xlsx({"Plan": ROWS})[:900], "El archivo está incompleto o dañado."),
        (b"%PDF-1.7", "El archivo no es una hoja de cálculo."),
    ],
)
def test_a_file_that_nobody_opens_is_refused_as_the_reader_does(content, sentence):
    with pytest.raises(Unreadable) as refused:
        annotated(content, "plan.xlsx", [])
    assert str(refused.value).startswith(sentence)
