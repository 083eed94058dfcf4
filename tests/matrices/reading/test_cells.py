"""Numbers, targets and the other small values of a cell."""

from datetime import date, time
from decimal import Decimal

import pytest

from matrices.reading.cells import (
    Goal,
    activity_number,
    attendance_of,
    goal_of,
    is_cell_error,
    is_nothing,
    number_of,
    says_percentage,
    split_number,
    text_of,
)
from matrices.workbook.grid import Cell


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, "3"), (0.1, "0.1"), ("12.151", "12151"), ("19,419", "19419"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
        ("2,5", "2.5"), ("0,125", "0.125"), ("0.125", "0.125"), ("$ 2.000.000", "2000000"), ("3 pesos", "3"),
        ("6,8 mil", "6800"), ("2 millones", "2000000"), ("-3", "-3"), ("abc", None), ("", None), ("12/05", None),
        ("9" * 60, None), (1e300, None), (True, None), (None, None),
    ],
)  # fmt: skip
def test_numbers_as_colombia_writes_them(value, number):
    assert number_of(Cell(value)) == (Decimal(number) if number is not None else None)


@pytest.mark.parametrize(
    ("cell", "goal"),
    [
        (Cell(4), Goal("count", Decimal(4))),
        (Cell("100%"), Goal("percentage", Decimal(100))),
        (Cell("100 por ciento"), Goal("percentage", Decimal(100))),
        (Cell(1, "0%"), Goal("percentage", Decimal(100))),
        (Cell(0.955, "0.0%"), Goal("percentage", Decimal("95.5"))),
        (Cell(0.8), Goal("percentage", Decimal(80), guessed=True)),
        (Cell("4 encuentros"), Goal("count", Decimal(4), "encuentros")),
        (Cell("100% de los contratos"), Goal("percentage", Decimal(100), "de los contratos")),
        (Cell("4 (cuatro)"), Goal("count", Decimal(4), "cuatro")),
        (Cell("Documento"), None),
        (Cell("31/12/20"), None),
        (Cell("2-3"), None),
        (Cell(1e300), None),
    ],
)
def test_targets(cell, goal):
    assert goal_of(cell) == goal


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1.2 Encuesta de satisfacción", ("1.2", "Encuesta de satisfacción")),
        ("1.2. Encuesta", ("1.2", "Encuesta")),
        ("1.2Encuesta", ("1.2", "Encuesta")),
        ("1.1- Foro", ("1.1", "Foro")),
        ("1.10 Foro", ("1.10", "Foro")),
        ("1.2.3 Foro", ("1.2.3", "Foro")),
        ("1. Encuesta", ("1", "Encuesta")),
        ("1) Encuesta", ("1", "Encuesta")),
        ("3 - Foro", ("3", "Foro")),
        ("5.1 «Voces» del barrio", ("5.1", "«Voces» del barrio")),
        ("2 encuentros con jóvenes", ("", "2 encuentros con jóvenes")),
        ("100% de los barrios", ("", "100% de los barrios")),
        ("1.000 personas capacitadas", ("", "1.000 personas capacitadas")),
        ("3.5% de avance", ("", "3.5% de avance")),
        ("12.05.2020 reunión", ("", "12.05.2020 reunión")),
        ("2020", ("", "2020")),
        ("Foro 1.2", ("", "Foro 1.2")),
    ],
)
def test_number_and_name(text, parts):
    assert split_number(text) == parts


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (Cell("1.2"), "1.2"), (Cell("1.2."), "1.2"), (Cell(1.1), "1.1"), (Cell(1.1, "0.00"), "1.10"), (Cell(1), "1"),
        (Cell("RC-01"), "RC-01"), (Cell("A"), "A"), (Cell("Diagnóstico"), None), (Cell(date(2020, 2, 1)), None),
        (Cell(True), None),
    ],
)  # fmt: skip
def test_numbers_in_a_cell_of_their_own(cell, number):
    assert activity_number(cell) == number


@pytest.mark.parametrize(
    ("value", "people"),
    [
        ("219 personas - Ciudadanía", (219, "Ciudadanía")),
        ("222 personas - Ciudadanía, contratistas y funcionarios", (222, "Ciudadanía, contratistas y funcionarios")),
        ("1.200 asistentes (jóvenes)", (1200, "jóvenes")),
        ("219 personas", (219, "")),
        ("30 mujeres", (30, "mujeres")),
        (40, (40, "")),
        ("Ciudadanía", None),
    ],
)
def test_attendance_and_its_words(value, people):
    assert attendance_of(Cell(value)) == people


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell("a\nb"), "a\nb"), (Cell(4), "4"), (Cell(2.5), "2,5"), (Cell(1, "0%"), "100%"),
        (Cell(0.125, "0.0%"), "12,5%"), (Cell(date(2020, 5, 9)), "09/05/2020"),
        (Cell(time(10, 0)), "10:00"), (Cell(True), "Sí"), (Cell(None), ""),
    ],
)  # fmt: skip
def test_any_value_as_words(cell, text):
    assert text_of(cell) == text


def test_cells_that_say_nothing_or_show_an_error():
    assert all(is_nothing(Cell(text)) for text in ("-", "N/A", "n.a.", "No aplica", "—"))
    assert not any(is_nothing(Cell(text)) for text in ("0", "No", "Ninguna persona asistió", 0))
    assert all(is_cell_error(Cell(text)) for text in ("#REF!", "#DIV/0!", "#N/A", "#¿NOMBRE?", "#VALUE!", "Err:502"))
    assert not is_cell_error(Cell("#participa"))


def test_words_that_say_percentage():
    assert says_percentage("Porcentaje de avance")
    assert says_percentage("% de ejecución")
    assert not says_percentage("Número de informes")
