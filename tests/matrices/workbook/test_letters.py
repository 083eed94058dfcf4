"""The letters of a text file, which does not say how they are written."""

import io

import pytest

from matrices.workbook.opening import open_workbook
from sheets.reader import read
from tests.sheets.conftest import YEAR

ROWS = "Actividad;Responsable\nDiálogo con la niñez;Planeación\nAudiencia pública «abierta»;Oficina\n¿Cómo va?;¡Ya!\n"


def sheet(content):
    (grid,) = open_workbook(io.BytesIO(content), "plan.csv")
    return [[cell.value for cell in cells.values()] for cells in grid.rows.values()], grid.samples


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_read_without_a_doubt(encoding):
    rows, samples = sheet(ROWS.encode(encoding))
    assert rows[1] == ["Diálogo con la niñez", "Planeación"]
    assert samples == ()


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_letters_of_dos_and_of_mac_are_recognised_and_asked_about(encoding):
    rows, samples = sheet(ROWS.encode(encoding))
    assert rows[1:3] == [["Diálogo con la niñez", "Planeación"], ["Audiencia pública «abierta»", "Oficina"]]
    assert samples == ("Diálogo con la niñez", "Planeación")


def test_letters_lost_before_are_asked_about():
    rows, samples = sheet("Actividad;Meta\nParticipaciÃ³n ciudadana;2\nForo;1\n".encode())
    assert rows[1][0] == "ParticipaciÃ³n ciudadana"
    assert samples == ("ParticipaciÃ³n ciudadana",)


@pytest.mark.parametrize("text", ["½ día en la plaza", "5° encuentro, n.º 3", "Recorrido «Río»: 2ª etapa", "A+B & C"])
def test_signs_around_words_are_no_doubt(text):
    assert sheet(f"Actividad;Meta\n{text};2\n".encode("cp1252"))[1] == ()


def test_doubt_is_a_question_with_samples():
    content = "Actividad;Fecha\nDiálogo con la niñez;Mayo\nEncuesta telefónica;Junio\n".encode("cp850")
    found = read(io.BytesIO(content), "plan.csv", **YEAR)
    assert str(found.warnings[0].message) == (
        "¿Se lee bien? El archivo de texto dice «Diálogo con la niñez» y «Encuesta telefónica». "
        "Si no, guárdelo como .xlsx o como CSV UTF-8."
    )
    assert [row.name.value for row in found.activities] == ["Diálogo con la niñez", "Encuesta telefónica"]


def test_semicolons_inside_one_quoted_cell_do_not_part_a_file_of_commas():
    prose = "; ".join(f"tema {n}" for n in range(18))
    text = f'Actividad,Meta,Responsable\nForo,1,Planeación\nFeria,2,"{prose}"\nMesa,3,Gobierno\n'
    (grid,) = open_workbook(io.BytesIO(text.encode()), "matriz.csv")
    assert [len(cells) for cells in grid.rows.values()] == [3, 3, 3, 3]
    assert grid.rows[3][3].value == prose
