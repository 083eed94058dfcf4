"""The number that each phase of a file has."""

from sheets.reading.phases import phase_numbers
from sheets.reading.rows import ActivityRow, Text
from sheets.workbook.grid import Place

PLACE = Place("Plan", 2, "A")


def rows(*pairs):
    return [
        ActivityRow(place=PLACE, name=Text("Foro", PLACE), number=number, phase=Text(phase, PLACE) if phase else None)
        for phase, number in pairs
    ]


def test_a_phase_has_its_own_number():
    found = phase_numbers(rows(("Subcomponente 2. Diálogo", "2.1"), ("1. Información", "1.1"), (None, "9.1")))
    assert found == {"Subcomponente 2. Diálogo": 2, "1. Información": 1}


def test_a_phase_without_number_has_that_of_most_of_its_activities():
    found = phase_numbers(
        rows(("Formulación", "2.1"), ("Formulación", "2.2"), ("Formulación", "3.1"), ("Control", "4.1"))
    )
    assert found == {"Formulación": 2, "Control": 4}


def test_phases_without_any_number_have_their_position():
    assert phase_numbers(rows(("Diagnóstico", ""), ("Evaluación", ""), ("Diagnóstico", "7"))) == {
        "Diagnóstico": 1,
        "Evaluación": 2,
    }
    assert phase_numbers(rows(("Uno", "1.1"), ("Dos", "1.2"))) == {"Uno": 1, "Dos": 2}
