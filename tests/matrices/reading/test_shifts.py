"""Rows whose values stand a column aside: told by the order of what they hold, repaired only when it is asked for."""

import io
import time
from datetime import date

import pytest

from matrices.reading.rows import Repair
from matrices.workbook.grid import Place
from sheets.reader import read
from tests.sheets.conftest import YEAR, assert_one_fate_each, build_xlsx

HEADERS = ["Subcomponente", "Actividades", "Meta", "Indicador", "Responsable", "Fecha programada"]
WELL = ["Información", "1.1 Publicar el balance del agua", 2, "Número de balances", "Oficina de Riego", "30/06/26"]
ASIDE = ["1.2 Explicar la tarifa a las juntas", "100%", "Porcentaje de juntas", "Despacho", "31/12/26"]


def said(remarks):
    return [(remark.place.cell, str(remark.message)) for remark in remarks]


@pytest.fixture
def both():
    """What rows say as they stand, and repaired."""

    def read_twice(rows, merged=()):
        content = build_xlsx(rows, merged)
        found = [read(io.BytesIO(content), "plan.xlsx", **YEAR, repair=repair) for repair in (False, True)]
        for one in found:
            assert_one_fate_each(one, content)
        return found

    return read_twice


def test_missing_cell_shifts_the_whole_row(both):
    as_it_is, repaired = both([HEADERS, WELL, ASIDE])
    words = (
        "«Actividades: 1.2 Explicar la tarifa a las juntas · Meta: 100% · Indicador: Porcentaje de juntas · "
        "Responsable: Despacho · Fecha programada: 31/12/26»"
    )
    assert said(as_it_is.errors) == [
        (
            "A3",
            f"La fila está corrida: se leería {words}. Pida que se lea en su orden, o corríjala.",
        )
    ]
    assert as_it_is.repairs == (Repair(Place("Plan", 3), words, False),)
    assert [a.number for a in as_it_is.activities] == ["1.1"]
    assert {words for _cell, words in said(as_it_is.not_understood)} == {"La fila está corrida."}
    assert repaired.repairs == (Repair(Place("Plan", 3), words, True),)
    assert said(repaired.warnings) == [
        ("C2", "La meta es 2 y hay una sola fecha: queda un espacio que cuenta 2."),
        ("A3", f"La fila estaba corrida y se leyó en su orden: {words}."),
    ]
    tariff = repaired.activities[1]
    assert (tariff.number, tariff.name.value, tariff.phase.value) == (
        "1.2",
        "Explicar la tarifa a las juntas",
        "Información",
    )
    assert (tariff.target.kind, tariff.target.value) == ("percentage", 100)
    assert tariff.target.place.cell == "B3"
    assert (tariff.responsible.value, tariff.dates[0].on) == ("Despacho", date(2026, 12, 31))
    assert not repaired.errors


def test_added_cell_with_the_number_shifts_the_rest(both):
    rows = [
        ["Diálogo", "2.1", "Hacer el cabildo abierto", 1, "Número de cabildos", "Despacho", "30/10/26"],
        [None, "2.2", "Responder en la emisora", 3, "Número de programas", "Oficina de Riego", "Mayo"],
    ]
    as_it_is, repaired = both([HEADERS, WELL, *rows])
    assert [(one.place.row, one.is_done) for one in as_it_is.repairs] == [(3, False), (4, False)]
    assert [(a.number, a.name.value, a.phase.value, a.target.value) for a in repaired.activities] == [
        ("1.1", "Publicar el balance del agua", "Información", 2),
        ("2.1", "Hacer el cabildo abierto", "Diálogo", 1),
        ("2.2", "Responder en la emisora", "Diálogo", 3),
    ]
    assert not repaired.errors
    words = (
        "«Subcomponente: Diálogo · No.: 2.1 · Actividades: Hacer el cabildo abierto · Meta: 1 · "
        "Indicador: Número de cabildos · Responsable: Despacho · Fecha programada: 30/10/26»"
    )
    assert repaired.repairs[0].words == as_it_is.repairs[0].words == words


def test_cell_missing_in_the_middle_shifts_from_there(both):
    row = ["Información", "1.2 Explicar la tarifa a las juntas", 4, "Despacho", "31/12/26", None]
    another = ["Información", "1.3 Medir el agua que llega", 4, "Número de medidas", "Despacho", "31/12/26"]
    as_it_is, repaired = both([HEADERS, WELL, row, another])
    assert [one.place.row for one in as_it_is.repairs] == [3]
    tariff = repaired.activities[1]
    assert (tariff.responsible.value, tariff.dates[0].on) == ("Despacho", date(2026, 12, 31))
    assert "indicator" not in tariff.texts


def test_one_value_aside_is_no_shifted_row(both):
    as_it_is, repaired = both([HEADERS, WELL, ["Información", "1.2 Foro del agua", 4, "Número de foros", "31/12/26"]])
    assert as_it_is.repairs == ()
    assert repaired == as_it_is


def test_rows_in_their_place_are_left_alone(both):
    rows = [
        [None, "1.2 Foro", "Un acta por junta", "Actas", "Todas las dependencias", "Diciembre"],
        [None, None, None, None, None, "30/08/26"],
        [None, "1.3 Informe de 2026", "100%", "Porcentaje", None, "Trimestral"],
        ["Total", None, 3, None, None, None],
    ]
    as_it_is, repaired = both([HEADERS, WELL, *rows])
    assert as_it_is.repairs == ()
    assert repaired == as_it_is


def test_merged_row_is_not_touched(both):
    as_it_is, _repaired = both([HEADERS, WELL, ASIDE], ["C3:D3"])
    assert as_it_is.repairs == ()


def test_many_shifted_rows_are_told_in_a_few_seconds():
    rows = [[f"1.{at} Explicar la tarifa a la junta {at}", *ASIDE[1:]] for at in range(3_000)]
    content = build_xlsx([HEADERS, WELL, *rows])
    start = time.monotonic()
    found = read(io.BytesIO(content), "plan.xlsx", **YEAR)
    assert time.monotonic() - start < 10
    assert len(found.repairs) == 2_000
