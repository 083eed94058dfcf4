"""What a person mends of a sheet: cells, headers, torn and shifted rows. The file stays as it came."""

import io

import pytest

from matrices.reading.mending import Mending, cell_at, mend
from matrices.workbook.grid import Cell, Place
from matrices.workbook.opening import open_workbook
from sheets.reader import read_grids
from tests.sheets.conftest import YEAR, build_xlsx

ROWS = [
    ["No", "Actividad", "Meta", "Responsable", "Fecha programada"],
    ["1.1", "Encuesta de necesidades", 1, "Planeación", "29/05/26"],
    ["1.2", "Audiencia pública sobre", 2, "Prensa", "30/06/26"],
]


def read(rows, **mended):
    grids = open_workbook(io.BytesIO(build_xlsx(rows)), "plan.xlsx")
    mending = Mending(**mended)
    before = mend(grids, mending)
    return read_grids(grids, **YEAR, mending=mending), before


def test_mended_cell_is_read_as_typed_and_the_file_keeps_its_own():
    wrong = [*ROWS, ["1.3", "Foro", 1, "Prensa", "31/02/2026"]]
    assert len(read(wrong)[0].errors) == 1
    found, before = read(wrong, cells={"Plan": {"E4": "28/02/2026", "C4": "4 foros", "D2": ""}})
    assert found.errors == ()
    assert [when.on.day for when in found.activities[2].dates] == [28]
    assert (found.activities[2].target.value, found.activities[2].texts["unit"].value) == (4, "foros")
    assert found.activities[0].responsible is None
    assert before == {
        Place("Plan", 4, "E"): Cell("31/02/2026"),
        Place("Plan", 4, "C"): Cell(1),
        Place("Plan", 2, "D"): Cell("Planeación"),
    }


def test_formula_and_markup_typed_in_a_cell_are_words():
    found, _before = read(ROWS, cells={"Plan": {"B2": '=HYPERLINK("x")', "B3": "<script>alert(1)</script>"}})
    assert [activity.name.value for activity in found.activities] == ['=HYPERLINK("x")', "<script>alert(1)</script>"]
    assert found.warnings == read(ROWS)[0].warnings


@pytest.mark.parametrize("name", ["", "4C", "C0", "C04", "ZZZZ1", "C4:C9", "c4", "C9999999"])
def test_name_of_no_cell_is_none(name):
    assert cell_at(name) is None


def test_cells_rows_and_sheets_that_the_file_has_not_are_nobody_s():
    plain = read(ROWS)[0]
    forged = {
        "cells": {"Plan": {"A999": "x", "basura": "x"}, "Otra": {"A1": "x"}},
        "joined": {"Plan": [999, -1], "Otra": [3]},
        "shifted": {"Plan": [999]},
        "meanings": {"": "activity", "meta": "nada"},
    }
    found, before = read(ROWS, **forged)
    assert (found, before) == (plain, {})


def test_torn_row_is_joined_with_all_that_it_says():
    rows = [*ROWS, [None, "Lo que el barrio pidió", None, "Sistemas", None], ["1.3", "Feria", 1, "Prensa", "01/07/26"]]
    assert [one.name.value for one in read(rows)[0].activities][2] == "Lo que el barrio pidió"
    found, _before = read(rows, joined={"Plan": [4]})
    assert [one.name.value for one in found.activities] == [
        "Encuesta de necesidades",
        "Audiencia pública sobre Lo que el barrio pidió",
        "Feria",
    ]
    assert found.activities[1].responsible.value == "Prensa\nSistemas"
    assert found.errors == ()
    assert not any(remark.place.row == 4 for remark in found.warnings)


def test_row_joined_to_nothing_is_read_alone_and_said():
    found, _before = read(ROWS, joined={"Plan": [2]})
    assert len(found.activities) == 2
    (told,) = (str(remark.message) for remark in found.warnings if remark.place.row == 2)
    assert told == "No hay arriba una actividad a la que unir esta fila: léala sola."


def test_row_that_was_joined_by_itself_is_kept_apart():
    rows = [*ROWS, [None, "y sobre el presupuesto", None, None, None]]
    assert len(read(rows)[0].activities) == 2
    assert len(read(rows, apart={"Plan": [4]})[0].activities) == 3


def test_one_shifted_row_is_read_in_its_order_and_the_other_stays_an_error():
    shifted = [
        ["Publicar lo que se acordó en la plaza", 1, "Prensa", "30/07/26"],
        ["Publicar lo que se acordó en la sede", 1, "Prensa", "30/08/26"],
    ]
    rows = [*ROWS, *([f"1.{n}", None, *row] for n, row in enumerate(shifted, 3))]
    assert [repair.is_done for repair in read(rows)[0].repairs] == [False, False]
    found, _before = read(rows, shifted={"Plan": [4]})
    assert [(repair.place.row, repair.is_done) for repair in found.repairs] == [(4, True), (5, False)]
    assert [one.name.value for one in found.activities][2:] == ["Publicar lo que se acordó en la plaza"]
    assert [remark.place.row for remark in found.errors] == [5]


def test_header_means_what_a_person_says():
    rows = [["No", "Qué vamos a hacer", "Meta", "Responsable", "Fecha programada"], *ROWS[1:]]
    assert read(rows)[0].activities == ()
    found, _before = read(rows, meanings={"que vamos a hacer": "activity"})
    assert [one.name.value for one in found.activities] == ["Encuesta de necesidades", "Audiencia pública sobre"]
    (told,) = (heading for heading in found.headings if heading.is_chosen)
    assert (told.column, told.header, told.meaning, told.kind, told.starts) == (
        "B",
        "Qué vamos a hacer",
        "activity",
        "plan",
        2,
    )


def test_chosen_header_takes_the_place_of_the_one_that_was_read():
    rows = [["Actividad", "Acción", "Responsable"], ["Un título", "Encuesta de necesidades", "Prensa"]]
    found, _before = read(rows, meanings={"accion": "activity"})
    assert [one.name.value for one in found.activities] == ["Encuesta de necesidades"]
    assert found.activities[0].texts["description"].value == "Un título"
