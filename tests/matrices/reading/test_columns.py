"""What headers mean, alone and in the table that they stand in."""

from datetime import datetime

import pytest

from matrices.reading.columns import Column, column_of, kind_of, meaning_of, month_of, role_of, settle
from matrices.reading.headers import Meaning as M
from matrices.workbook.grid import Place


def settled(*headers):
    columns = {number: column_of([text], Place("x", 1, str(number))) for number, text in enumerate(headers, 1)}
    kind = kind_of(column.meaning for column in columns.values())
    return kind, [column.meaning for column in settle(columns, kind).values()] if kind else []


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Fase del ciclo de la Gestión", M.PHASE), ("FASES", M.PHASE), ("Subcomponente", M.PHASE),
        ("Actividades", M.ACTIVITY), ("ACTIVIDAD(ES)", M.ACTIVITY), ("Actividades de gestión", M.ACTIVITY),
        ("Objetivo (s) de la actividad", M.OBJECTIVE), ("Meta/Producto", M.TARGET), ("METAS", M.TARGET),
        ("Meta 2026", M.TARGET), ("Indicadores", M.INDICATOR), ("Responsable(s)", M.RESPONSIBLE),
        ("Dependencia responsable", M.RESPONSIBLE), ("Fecha programada", M.DATE), ("Fecha de inicio", M.START),
        ("Fecha fin", M.END), ("Componente", M.LINE), ("Línea estratégica", M.LINE), ("Línea base", M.NOT_STORED),
        ("Línea o dependencia", M.BLOCK), ("Línea/Dependencia", M.BLOCK), ("Grupos de valor", M.GROUPS),
        ("Grupos de interés", M.GROUPS), ("Grupo(s) de valor y/o interés", M.GROUPS), ("Periodicidad", M.PERIODICITY),
        ("Canal", M.CHANNELS), ("Canales y medios", M.CHANNELS), ("Modalidad", M.MODALITY), ("Presupuesto", M.BUDGET),
        ("Unidad de medida", M.UNIT), ("Unidad responsable", M.RESPONSIBLE), ("Fórmula", M.FORMULA),
        ("Producto/Entregable", M.PRODUCT), ("Observaciones", M.NOT_STORED), ("N°", M.NUMBER), ("#", M.NUMBER),
        ("No.", M.NUMBER), ("Nivel de incidencia", M.INCIDENCE), ("Personas alcanzadas", M.METRIC),
        ("Veces compartido", M.METRIC), ("Número de asistentes", M.ATTENDANCE), ("% de cumplimiento", M.RATE),
        ("Estado", M.STATE), ("Fecha límite", M.DUE), ("Compromiso", M.COMMITMENT), ("Instancia", M.INSTANCE),
    ],
)  # fmt: skip
def test_a_header_that_says_one_thing(header, meaning):
    assert meaning_of(header) == (meaning, True)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Responsable de la actividad (dependencia líder)", M.RESPONSIBLE),
        ("Fecha y hora", M.DATE),
        ("Metas propuestas", M.TARGET),
        ("Color favorito", None),
        ("Se hará una actividad con la comunidad en la que cada responsable dará cuenta de la meta", None),
        ("x" * 100, None),
        (3, None),
        (None, None),
    ],
)
def test_a_header_that_only_contains_it(header, meaning):
    assert meaning_of(header) == (meaning, False)


@pytest.mark.parametrize(
    ("text", "role"),
    [("P", "P"), ("Prog.", "P"), ("Programadas", "P"), ("E", "E"), ("Ejec.", "E"), ("Ejecutado", "E"),
     ("P/E", None), ("Meta", None), ("", None), (3, None)],
)  # fmt: skip
def test_roles(text, role):
    assert role_of(text) == role


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Julio", ((7, None, 1), None)),
        ("Julio P", ((7, None, 1), "P")),
        ("E - Julio", ((7, None, 1), "E")),
        ("Programado julio", ((7, None, 1), "P")),
        ("Ejecutado en marzo de 2026", ((3, 2026, 1), "E")),
        (datetime(2026, 5, 1), ((5, 2026, 1), None)),
        ("P", None),
        ("Meta de julio", None),
    ],
)
def test_months_and_their_roles(text, month):
    assert month_of(text) == month


def test_headers_in_two_rows():
    place = Place("x", 1, "A")
    assert column_of(["Julio", "E"], place) == Column(M.MONTH, "Julio · E", place, month=(7, None, 1), role="E")
    assert column_of(["Fecha", "Inicio"], place).meaning is M.START
    assert column_of(["Meta", "Unidad"], place).meaning is M.UNIT
    assert column_of(["Planeación", "Metas propuestas"], place).meaning is M.TARGET
    assert column_of(["Total", "P"], place) == Column(M.TOTAL, "Total · P", place, role="P")
    assert column_of(["Total ejecutado"], place).role == "E"


def test_kinds_are_told_by_their_headers():
    assert settled("Fase", "Actividad", "Meta") == ("plan", [M.PHASE, M.ACTIVITY, M.TARGET])
    assert settled("Actividad", "Mes o periodo", "Indicador", "Valor") == (
        "metrics", [M.ACTIVITY, M.PERIOD, M.INDICATOR, M.VALUE],
    )  # fmt: skip
    assert settled("Nro.", "Nombre del evento", "Fecha", "Grupos de interés que participaron", "Preguntas") == (
        "spaces", [M.ORDINAL, M.ACTIVITY, M.DATE, M.GROUPS, M.QUESTIONS],
    )  # fmt: skip
    assert settled("Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado") == (
        "commitments", [M.INSTANCE, M.DATE, M.COMMITMENT, M.RESPONSIBLE, M.DUE, M.STATE],
    )  # fmt: skip
    assert settled("Concepto de gasto", "Presupuesto") == (None, [])


def test_meanings_that_depend_on_the_table():
    assert settled("Código", "Acción", "Fecha límite", "Cantidad", "Mes") == (
        "plan", [M.NUMBER, M.ACTIVITY, M.DATE, M.TARGET, M.DATE],
    )  # fmt: skip
    assert settled("Actividad", "Inicio", "Plazo") == ("plan", [M.ACTIVITY, M.START, M.END])
    assert settled("Espacio de participación", "Meta", "Responsable") == ("plan", [M.ACTIVITY, M.TARGET, M.RESPONSIBLE])
    assert settled("Descripción de la actividad", "Meta") == ("plan", [M.ACTIVITY, M.TARGET])
    assert settled("Evento", "Fecha", "Indicador", "Cantidad") == (
        "metrics", [M.ACTIVITY, M.PERIOD, M.INDICATOR, M.VALUE],
    )  # fmt: skip
    assert settled("Compromiso", "Fecha", "Fecha de cumplimiento", "Actividad") == (
        "commitments", [M.COMMITMENT, M.DATE, M.DUE, M.INSTANCE],
    )  # fmt: skip


def test_of_two_headers_with_one_meaning_the_first_keeps_it():
    assert settled("Actividad", "Acción", "Meta") == ("plan", [M.ACTIVITY, M.DESCRIPTION, M.TARGET])
    assert settled("Subcomponente", "Fase", "Actividad") == ("plan", [M.PHASE, M.LINE, M.ACTIVITY])
    assert settled("Responsable", "Corresponsable", "Actividad") == (
        "plan", [M.RESPONSIBLE, M.RESPONSIBLE, M.ACTIVITY],
    )  # fmt: skip
