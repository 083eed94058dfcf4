"""The months that a periodicity names are dates; an interval only proposes them."""

from datetime import date

import pytest

from display.periodicity import months_meant, months_named
from display.written_dates import Span

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
HALF = Span(date(2026, 7, 1), date(2026, 12, 31))


def said(remarks):
    return [(remark.place.cell, str(remark.message)) for remark in remarks]


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("Diciembre", [12]),
        ("enero y julio", [1, 7]),
        ("Marzo, junio y septiembre", [3, 6, 9]),
        ("Trimestral: marzo, junio", [3, 6]),
        ("Semestral (junio y diciembre)", [6, 12]),
        ("Trimestral", []),
        ("Permanente", []),
        ("12 de marzo", []),
    ],
)
def test_months_named(words, months):
    assert [one.on.month for one in months_named(words, YEAR)[0]] == months


@pytest.mark.parametrize(
    ("words", "span", "months"),
    [
        ("Trimestral", YEAR, [3, 6, 9, 12]),
        ("TRIMESTRALMENTE", HALF, [9, 12]),
        ("Semestral", YEAR, [6, 12]),
        ("Anual", YEAR, [12]),
        ("Mensual", HALF, [7, 8, 9, 10, 11, 12]),
        ("Cada vez que se necesite", YEAR, []),
    ],
)
def test_months_meant(words, span, months):
    assert [on.month for on in months_meant(words, span)] == months


def test_months_of_the_periodicity_are_dates_and_intervals_only_a_proposal(matrix):
    found = matrix(
        [
            ["Actividad", "Responsable", "Periodicidad"],
            ["Foro", "Despacho", "Diciembre"],
            ["Feria", "Despacho", "enero y julio"],
            ["Informe", "Despacho", "Trimestral"],
            ["Taller", "Despacho", "Permanente"],
        ]
    )
    assert [[(when.on, when.precision) for when in row.dates] for row in found.activities] == [
        [(date(2026, 12, 31), "month")],
        [(date(2026, 1, 31), "month"), (date(2026, 7, 31), "month")],
        [],
        [],
    ]
    assert [row.texts["periodicity"].value for row in found.activities][:2] == ["Diciembre", "enero y julio"]
    assert said(found.warnings) == [
        ("1", "La tabla no tiene una columna de fechas: su actividad queda sin espacios."),
        (
            "C4",
            "«Trimestral» no dice en qué meses: serían marzo de 2026, junio de 2026, septiembre de 2026 y diciembre de "
            "2026. Escríbalos si son esos; la actividad queda sin espacios.",
        ),
    ]


def test_dates_win_over_the_periodicity(matrix):
    found = matrix([["Actividad", "Fecha", "Periodicidad"], ["Foro", "12/05/2026", "Diciembre"]])
    assert [when.on for when in found.activities[0].dates] == [date(2026, 5, 12)]


def test_interval_in_the_column_of_dates_is_kept_and_proposed(matrix):
    found = matrix([["Actividad", "Fecha"], ["Foro", "Semestral"]])
    assert found.activities[0].texts["periodicity"].value == "Semestral"
    assert [words[:44] for _cell, words in said(found.warnings)] == [
        "«Semestral» no es una fecha: se guarda como ",
        "«Semestral» no dice en qué meses: serían jun",
    ]


def test_month_of_a_periodicity_outside_the_plan_is_a_warning(matrix):
    found = matrix([["Actividad", "Periodicidad"], ["Foro", "Enero"]], starts_on=date(2026, 7, 1))
    assert found.activities[0].dates == []
    assert said(found.warnings)[-1][1].startswith("«enero» no cae dentro del plan (del 1 de julio de 2026")
