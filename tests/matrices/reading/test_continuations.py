"""Rows that a page break cut, and the lists, instructions and signatures that stand around a table."""

import pytest

from matrices.reading.continuations import goes_on, is_item

HEADERS = ["Actividad", "Meta", "Unidad de medida", "Indicador", "Responsable", "Periodicidad"]
SIGNED = [["Elaboró:"], ["ANA RUEDA PEÑA"], ["Fecha: Noviembre de 2025"], ["Aprobó:"], ["LUIS MORA"], ["Fecha: 2025"]]
FORUM = ["Hacer el foro de cuencas con las juntas de agua", "Foro", "Foro", "Foro hecho", "Despacho", "Diciembre"]


def said(remarks):
    return [(remark.place.cell, str(remark.message)) for remark in remarks]


@pytest.mark.parametrize(
    ("before", "after", "right_below", "parted"),
    [
        ("Revisar los canales que son aptos de acuerdo", "con lo que dicen las juntas", True, True),
        ("Capacitar a los grupos con el propósito", "firme de escuchar", False, True),
        ("Recorrer la vereda y", "La Palma", True, True),
        ("Recorrer (con las juntas", "y los colegios) la vereda", True, True),
        ("Contar: 1. Cuántos fueron 2. De dónde venían", "3. Qué dijeron 4. Qué se hizo", True, True),
        ("Foro", "taller de jóvenes", False, True),
        ("Foro.", "taller de jóvenes", False, False),
        ("Foro", "Taller de jóvenes", False, False),
        ("Foro", "3. Taller de jóvenes", False, False),
        ("Recorrer la vereda y", "2.3 Taller", False, False),
    ],
)
def test_what_goes_on_with_a_sentence(before, after, right_below, parted):
    assert (goes_on(before, after, is_parted=False), goes_on(before, after, is_parted=True)) == (right_below, parted)


def test_items_of_a_list():
    assert all(map(is_item, ["1. Diligencie", "2) Diligencie", "a) El jefe", "- Firma", "• Firma", "iv. Firma"]))
    assert not any(map(is_item, ["1.2 Foro", "2 encuentros", "Foro", "12/08/2026", "A la ciudadanía"]))


def test_row_cut_by_a_page_break_goes_on_below_the_signatures(matrix):
    cut = ["Revisar si los canales son aptos de acuerdo", "Medir los", "Canales", "Canales", "Despacho", "Diciembre"]
    rest = ["con lo que dicen las juntas de agua.", "canales de hoy", None, "medidos"]
    found = matrix([HEADERS, FORUM, cut, *SIGNED, rest, ["Otro foro", *FORUM[1:]]])
    assert [a.name.value for a in found.activities] == [
        FORUM[0],
        "Revisar si los canales son aptos de acuerdo con lo que dicen las juntas de agua.",
        "Otro foro",
    ]
    joined = found.activities[1]
    assert joined.texts["product"].value == "Medir los canales de hoy"
    assert joined.texts["indicator"].value == "Canales medidos"
    assert (
        "A10",
        "La fila sigue a la de la celda A3, que quedó cortada: se unieron «Revisar si los canales son aptos de "
        "acuerdo» y «con lo que dicen las juntas de agua.».",
    ) in said(found.warnings)
    assert not found.errors
    assert not found.not_understood


def test_list_cut_by_a_page_break_keeps_its_numbers_in_its_activity(matrix):
    cut = ["Contar cuánto se hizo: 1. Cuántos fueron 2. De dónde venían", *FORUM[1:]]
    found = matrix([HEADERS, FORUM, cut, *SIGNED, ["3. Qué dijeron. 4. Qué se hizo."], ["Cierre", *FORUM[1:]]])
    assert [(a.number, a.name.value) for a in found.activities][1:] == [
        ("", "Contar cuánto se hizo: 1. Cuántos fueron 2. De dónde venían 3. Qué dijeron. 4. Qué se hizo."),
        ("", "Cierre"),
    ]


@pytest.mark.parametrize("mark", ["(cont.)", "(Continuación)", "Cont."])
@pytest.mark.parametrize("at", [0, 3, 5], ids=["number", "text", "date"])
def test_row_marked_as_continued_in_another_column_is_joined(matrix, mark, at):
    headers = ["No.", "Actividad", "Meta", "Indicador", "Responsable", "Fecha"]
    cut = [1, "Mesas con juntas de acción", "4 mesas", "Mesas hechas", "Planeación", "30/03/2026"]
    rest = [None, "Comunal de las veredas altas", None, None, None, None]
    rest[at] = mark
    found = matrix([headers, cut, rest, [2, "Foro", 1, "Foro hecho", "Prensa", "30/06/2026"]])
    assert [(a.number, a.name.value) for a in found.activities] == [
        ("1", "Mesas con juntas de acción Comunal de las veredas altas"),
        ("2", "Foro"),
    ]
    assert (
        "B3",
        "La fila sigue a la de la celda B2, que quedó cortada: se unieron «Mesas con juntas de acción» y «Comunal de "
        "las veredas altas».",
    ) in said(found.warnings)
    assert said(found.left_out)[-1] == (f"{'ABCDEF'[at]}3", "Marca de que la fila sigue a la de arriba.")
    assert found.activities[0].texts["indicator"].value == "Mesas hechas"
    assert not found.errors
    assert not found.not_understood


def test_mark_in_the_column_of_the_names_continues_the_other_texts(matrix):
    headers = ["No.", "Actividad", "Meta", "Indicador", "Responsable", "Fecha"]
    cut = [1, "Mesas con juntas", "4 mesas", "Mesas hechas", "Planeación", "30/03/2026"]
    found = matrix([headers, cut, [None, "(cont.)", None, "Por cada vereda"], [None, "(cont.)"]])
    (activity,) = found.activities
    assert (activity.name.value, activity.texts["indicator"].value) == (
        "Mesas con juntas",
        "Mesas hechas Por cada vereda",
    )
    assert not found.errors


def test_marked_row_with_a_number_of_its_own_is_an_activity(matrix):
    headers = ["No.", "Actividad", "Meta", "Indicador", "Responsable", "Fecha"]
    rows = [[1, "Foro", 1, "Foro", "Prensa", "30/03/2026"], [2, "Feria", 1, "(cont.)", "Prensa", "30/06/2026"]]
    assert [a.name.value for a in matrix([headers, *rows]).activities] == ["Foro", "Feria"]


def test_row_cut_under_headers_that_the_next_page_repeats(matrix):
    title = ["Plan de participación"]
    cut = ["Hacer la audiencia en la plaza de", "Audiencia", "Audiencia", "Hecha", "Despacho", "Diciembre"]
    found = matrix([title, HEADERS, FORUM, cut, *SIGNED, title, HEADERS, ["mercado del pueblo"], ["Otro", *FORUM[1:]]])
    assert [a.name.value for a in found.activities] == [
        FORUM[0],
        "Hacer la audiencia en la plaza de mercado del pueblo",
        "Otro",
    ]


def test_same_headers_under_another_title_are_another_table(matrix):
    found = matrix([["Uno"], HEADERS, FORUM, [], ["Dos"], HEADERS, ["otra parte", *FORUM[1:]]])
    assert [a.name.value for a in found.activities] == [FORUM[0], "otra parte"]


def test_numbered_list_under_the_table_is_left_out_and_gives_no_number(matrix):
    found = matrix(
        [
            HEADERS,
            FORUM,
            ["Hacer la feria", *FORUM[1:]],
            [],
            ["Instrucciones"],
            ["1. Diligencie cada columna."],
            ["2. Envíe la matriz a Planeación."],
            *SIGNED,
            ["a) No deje filas vacías."],
        ]
    )
    assert [(a.number, a.name.value) for a in found.activities] == [("", FORUM[0]), ("", "Hacer la feria")]
    left = "No es una fila de la tabla: texto, lista o instrucción."
    assert [cell for cell, words in said(found.left_out) if words == left] == ["A5", "A6", "A7", "A14"]
    told = "no parece una fila de la tabla: se deja por fuera, con lo que le sigue."
    assert [cell for cell, words in said(found.warnings) if words.endswith(told)] == ["A5", "A14"]


def test_numbered_list_right_below_with_its_numbers_apart(matrix):
    found = matrix(
        [
            ["No.", "Actividad", "Responsable", "Fecha"],
            [1, "Foro", "Despacho", "Mayo"],
            [2, "Feria", "Despacho", "Mayo"],
            [],
            [1, "Diligencie cada columna"],
            [2, "Envíe la matriz"],
            [3, "Taller", "Despacho", "Junio"],
        ]
    )
    assert [(a.number, a.name.value) for a in found.activities] == [("1", "Foro"), ("2", "Feria"), ("3", "Taller")]
    assert not found.errors


def test_names_alone_in_a_table_that_says_no_more_are_activities(matrix):
    found = matrix([["Actividad", "Fecha"], ["1. Foro"], ["2. Feria"], [], ["3. Taller"]])
    assert [a.number for a in found.activities] == ["1", "2", "3"]


def test_what_every_page_repeats_is_no_activity(matrix):
    page = [["Fondo de Riego del Valle"], ["Alcaldía de San Jacinto"]]
    found = matrix([HEADERS, FORUM, *page, *SIGNED, *page, ["Otro foro", *FORUM[1:]]])
    assert [a.name.value for a in found.activities] == [FORUM[0], "Otro foro"]
    assert not found.errors
