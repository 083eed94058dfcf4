"""Phases, lines and dependencies written once over several activities, and the number of each phase."""

from matrices.reading.phases import phase_numbers
from matrices.reading.rows import ActivityRow, Text
from matrices.workbook.grid import Place

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


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", str(remark.message)) for remark in remarks]


def test_bands_across_the_table_are_phases_lines_or_dependencies(matrix):
    found = matrix(
        [
            ["No.", "Actividad", "Meta", "Fecha"],
            ["FASE 1. DIAGNÓSTICO"],
            ["1.1", "Encuesta", 1, "Mayo"],
            ["Componente 3: Rendición de cuentas"],
            ["1.2", "Foro", 1, "Mayo"],
            ["Secretaría de Cultura"],
            ["1.3", "Festival", 1, "Mayo"],
            ["Sin actividades"],
        ],
        merged=["A2:D2", "A4:D4", "A6:D6"],
    )
    assert [
        (a.phase.value, a.phase_is_merged, a.line and a.line.value, a.block and a.block.value) for a in found.activities
    ] == [
        ("FASE 1. DIAGNÓSTICO", True, None, None),
        ("FASE 1. DIAGNÓSTICO", True, "Componente 3: Rendición de cuentas", None),
        ("FASE 1. DIAGNÓSTICO", True, "Componente 3: Rendición de cuentas", "Secretaría de Cultura"),
    ]
    assert said(found.not_understood) == [("A8", "«Sin actividades» no tiene actividades debajo.")]


def test_a_blank_in_a_column_that_repeats_its_values_is_no_phase(matrix):
    found = matrix(
        "Fase;Actividad;Fecha\nDiagnóstico;Encuesta;Mayo\nDiagnóstico;Foro;Mayo\n;Feria;Mayo\nEvaluación;Mesa;Mayo\n"
    )
    assert [a.phase and a.phase.value for a in found.activities] == ["Diagnóstico", "Diagnóstico", None, "Evaluación"]


def test_a_phase_alone_on_its_row_holds_for_the_rows_below(matrix):
    found = matrix("Fase;Actividad;Fecha\nDiagnóstico;;\n;Encuesta;Mayo\n;Foro;Mayo\nEvaluación;;\n")
    assert [(a.phase.value, a.phase_is_merged) for a in found.activities] == [("Diagnóstico", True)] * 2
    assert [(r.place.row, str(r.message)) for r in found.not_understood] == [
        (5, "«Evaluación» no tiene actividades debajo.")
    ]
