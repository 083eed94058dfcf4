"""Columns of something else under «Responsable» or «Grupo de valor»: refused in seconds, with their cells."""

import time

import pytest

from sheets.loading.load import load
from tests.factories import make_dependency
from tests.sheets.loading.matrices import said

PROSE = "El texto tiene más de 25 palabras seguidas y no es un nombre. Deje en la celda los nombres."
LONG = "El texto es demasiado largo para ser una lista de nombres. Deje en la celda solo los nombres."
MANY = "nombres distintos que la entidad no tiene. Revise que la columna sea la correcta."
UNKNOWN = "no es una dependencia de esta entidad."


def words(row, count, separator=" "):
    return separator.join(f"x{row}y{at}" for at in range(count))


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        ("Responsable", [words(row, 320) for row in range(300)], PROSE),
        ("Grupos de valor", [words(row, 320) for row in range(300)], PROSE),
        ("Responsable", [words(row, 300, ", ") for row in range(290)], PROSE),
        ("Responsable", [words(row, 200) for row in range(250)], PROSE),
        ("Responsable", [words(row, 150) for row in range(150)], PROSE),
        ("Responsable", [words(row, 100) for row in range(60)], PROSE),
        ("Responsable", [words(row, 1_000) for row in range(300)], LONG),
        ("Responsable", [words(row, 24) for row in range(299)], UNKNOWN),
        ("Responsable", [words(row, 200, "; ") for row in range(299)], MANY),
        ("Responsable", ["OATIC " * 480] * 300, ""),
    ],
)
def test_column_of_something_else_is_refused_in_seconds(matrix, plan, header, cells, told):
    for at in range(60):
        make_dependency(plan.entity, f"Secretaría de la vereda {at}")
    make_dependency(plan.entity, "OATIC")
    found = matrix([["Actividad", header], *([f"Foro {at}", cell] for at, cell in enumerate(cells))])
    begun = time.monotonic()
    result = load(found, plan=plan, by=None, dry_run=True)
    assert time.monotonic() - begun < 10
    assert all(sentence.endswith(told) for _cell, sentence in said(result.errors))
    assert {cell[:1] for cell, _sentence in said(result.errors)} == ({"B"} if told else set())
