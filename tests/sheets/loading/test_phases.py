"""Phases and lines from the rows of activities."""

import pytest

from tests.sheets.loading.matrices import run, said


def test_number_beats_the_merged_phase(matrix, plan):
    rows = [["Fase", "Actividad"], ["Planear", "1.1 Uno"], [None, "2.1 Dos"], ["Hacer", "2.2 Tres"]]
    result = run(matrix(rows, merged=["A2:A3"]), plan)
    assert list(plan.activities.values_list("number", "phase__name")) == [
        ("1.1", "Planear"),
        ("2.1", "Hacer"),
        ("2.2", "Hacer"),
    ]
    assert ("A2", "El nombre «Planear» no dice a qué etapa del ciclo corresponde. Elíjala después en el plan.") in said(
        result.warnings
    )


@pytest.mark.parametrize("column", ["Fase", "Línea estratégica"])
def test_hundreds_of_phases_or_lines_are_one_error(matrix, plan, column):
    rows = [[column, "Actividad"], *([f"Tema {n}a", f"Foro {n}"] for n in range(201))]
    (error,) = run(matrix(rows), plan).errors
    assert error.place.column == "A"
    assert str(error.message) == (
        "El archivo trae más de 200 nombres distintos en esta columna. Revise que sea la correcta."
    )
    assert not plan.phases.exists() and not plan.lines.exists()
