"""Ten matrices with the damage that paper and copying do: no row is lost or doubled, and everything doubtful is said.

Each is the same eight promises, damaged in one or two ways; read with repair, they are those eight promises again.
"""

import io
import random

import pytest

from sheets.reader import read
from tests.sheets.conftest import YEAR, assert_one_fate_each, build_xlsx

HEADERS = ["Fase", "Actividad", "Meta", "Indicador", "Responsable", "Periodicidad"]
RIVER, WORKS = "Oficina de Riego", "Secretaría de Obras"
ROWS = [
    ["Diagnóstico", "1.1 Recorrer el río con las juntas", 4, "Número de rutas", RIVER, "marzo, mayo, junio y julio"],
    [None, "1.2 Preguntar en el mercado qué obra hace falta", 1, "Número de encuestas", WORKS, "Abril"],
    ["Formulación", "2.1 Dibujar el mapa de riesgos con los colegios", 2, "Número de mapas", RIVER, "mayo y agosto"],
    [None, "2.2 Escoger entre todos las obras del año", 3, "Número de obras", WORKS, "junio, julio y agosto"],
    ["Ejecución", "3.1 Sembrar la ronda del río con las veredas", 2, "Número de jornadas", RIVER, "abril y octubre"],
    [None, "3.2 Abrir la obra para que la gente la visite", 1, "Número de visitas", WORKS, "Noviembre"],
    ["Evaluación", "4.1 Contar en la emisora lo cumplido", 2, "Número de programas", "Despacho", "julio y diciembre"],
    [None, "4.2 Recibir las cuentas en la plaza principal", 1, "Número de audiencias", "Despacho", "Diciembre"],
]  # fmt: skip
SIGNED = [[], ["Elaboró:"], ["MARTA SALAZAR"], ["Fecha: Enero de 2026"], ["Aprobó:"], ["JAIME OSPINA"], []]


def clean():
    return [list(row) for row in ROWS]


def cut(rows, at):
    """The name of a row goes on below the signatures of its page."""
    name = rows[at][1]
    half = name.index(" ", len(name) // 2)
    rows[at][1] = name[:half]
    rows[at + 1 : at + 1] = [*SIGNED, [None, name[half + 1 :]]]
    return rows


def new_page(rows, at):
    """The headers again, below the signatures."""
    rows[at:at] = [*SIGNED, list(HEADERS)]
    return rows


def to_the_left(rows, at):
    """The cell of the phase, which the row above says, is missing, and the rest takes its place."""
    rows[at] = rows[at][1:]
    return rows


def to_the_right(rows, *ats):
    """The number has a cell of its own."""
    for at in ats:
        number, name = rows[at][1].split(" ", 1)
        rows[at][1:2] = [number, name]
    return rows


def with_instructions(rows):
    return [*rows, [], [None, "Instrucciones"], [None, "1. Llene cada columna."], [None, "2. No borre filas."]]


def with_furniture(rows, at):
    rows[at:at] = [["Municipio de La Palma"], *SIGNED, ["Municipio de La Palma"]]
    return rows


DAMAGED = {
    "none": clean(),
    "cut": cut(clean(), 2),
    "cut twice": cut(cut(clean(), 5), 1),
    "new page": new_page(clean(), 4),
    "to the left": to_the_left(clean(), 3),
    "to the right": to_the_right(clean(), 5, 6, 7),
    "instructions": with_instructions(clean()),
    "cut and to the right": to_the_right(cut(clean(), 2), 13, 14, 15),
    "new page and to the left": to_the_left(new_page(clean(), 4), 13),
    "furniture, cut and instructions": with_instructions(cut(with_furniture(clean(), 6), 3)),
}


def seen(found):
    return [
        (row.number, row.name.value, row.phase.value, row.target.value, row.responsible.value, len(row.dates))
        for row in found.activities
    ]


def read_rows(rows, **ways):
    content = build_xlsx([["Plan de participación 2026"], HEADERS, *rows])
    found = read(io.BytesIO(content), "plan.xlsx", **YEAR, **ways)
    assert_one_fate_each(found, content)
    return found


PROMISES = seen(read_rows(clean()))


def test_undamaged_matrix_is_eight_promises():
    assert [number for number, *_rest in PROMISES] == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2"]
    assert [dates for *_rest, dates in PROMISES] == [4, 1, 2, 3, 2, 1, 2, 1]


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_matrix_is_the_same_promises_again(name):
    found = read_rows(DAMAGED[name], repair=True)
    assert seen(found) == PROMISES
    assert found.errors == ()
    assert found.not_understood == ()


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_said_and_nothing_is_repaired_unasked(name):
    found, asked = read_rows(DAMAGED[name]), read_rows(DAMAGED[name], repair=True)
    assert [one.place for one in found.repairs] == [one.place for one in asked.repairs]
    assert [error.place.row for error in found.errors] == [one.place.row for one in found.repairs]
    assert [row for row in seen(found) if row not in PROMISES] == []
    assert len(found.activities) + len(found.repairs) == len(PROMISES)
    joined = [remark for remark in asked.warnings if "se unieron" in str(remark.message)]
    assert len(joined) == name.count("cut") + name.count("twice")
    assert len(asked.repairs) == {"left": 1, "right": 3}.get(name.split()[-1], 0)
    told = [remark for remark in asked.warnings if "no parece una fila de la tabla" in str(remark.message)]
    assert len(told) == ("instructions" in name)


@pytest.mark.parametrize("seed", range(40))
def test_any_row_may_be_cut_or_shifted(seed):
    """One promise cut and another shifted, anywhere: the eight are there, each once."""
    chance = random.Random(seed)
    shifted = chance.choice([1, 3, 5, 7])  # its phase is that of the row above
    rows = to_the_left(clean(), shifted) if chance.random() < 0.5 else to_the_right(clean(), shifted)
    whole = [at for at in range(8) if at != shifted]
    rows = cut(rows, chance.choice(whole))
    assert seen(read_rows(rows, repair=True)) == PROMISES
