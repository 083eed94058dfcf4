"""What the cells of an activity say: dates, targets, months, budget and texts."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from matrices.workbook.grid import Place

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def days(activity):
    return [(when.on, when.precision) for when in activity.dates]


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", str(remark.message)) for remark in remarks]


def test_an_impossible_date_and_a_year_outside_the_plan_are_errors_with_their_cell(matrix):
    found = matrix(
        [
            ["Actividad", "Fecha programada"],
            ["Foro", "31/02/2026"],
            ["Taller", "15/03/2025"],
            ["Mesa", datetime(2027, 1, 1)],
            ["Feria", "cuando se pueda"],
            ["Cabildo", "12/31/2026"],
        ]
    )
    year = "del 1 de enero de 2026 al 31 de diciembre de 2026"
    mend = "Corrija la fecha o las fechas del plan."
    assert said(found.errors) == [
        ("B2", "«31/02/2026» no existe en el calendario. Revise el día y el mes: el orden es día/mes/año."),
        ("B3", f"15 de marzo de 2025 queda fuera del plan ({year}). {mend}"),
        ("B4", f"1 de enero de 2027 queda fuera del plan ({year}). {mend}"),
        ("B6", "«12/31/2026» no existe en el calendario: no hay mes 31. El orden es día/mes/año."),
    ]
    assert ("B5", "«cuando se pueda» no es una fecha: se guarda como periodicidad.") in said(found.warnings)
    assert found.activities[3].texts["periodicity"].value == "cuando se pueda"
    assert Place("Plan", 2, "B") in found.fields


def test_a_month_takes_the_year_in_which_it_falls_inside_the_plan(matrix):
    dates = {"starts_on": date(2026, 7, 1), "ends_on": date(2027, 6, 30)}
    rows = [["Actividad", "Fecha"], ["Foro", "Octubre"], ["Taller", "marzo"], ["Mesa", "5 de mayo"]]
    found = matrix(rows, **dates)
    assert [days(a) for a in found.activities] == [
        [(date(2026, 10, 31), "month")],
        [(date(2027, 3, 31), "month")],
        [(date(2027, 5, 5), "day")],
    ]
    found = matrix(rows, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))
    assert said(found.errors)[0] == ("B2", "«octubre» cae en 2026 y en 2027: escriba también el año.")


def test_start_and_end_make_one_session_at_the_end(matrix):
    found = matrix(
        [
            ["Actividad", "Fecha", None],
            [None, "Inicio", "Fin"],
            ["Foro", "01/02/2026", "28/02/2026"],
            ["Taller", "01/04/2026", None],
            ["Mesa", "10/05/2026", "01/05/2026"],
        ],
        merged=["A1:A2", "B1:C1"],
    )
    assert [days(a) for a in found.activities] == [
        [(date(2026, 2, 28), "day")],
        [(date(2026, 4, 1), "day")],
        [(date(2026, 5, 1), "day")],
    ]
    assert said(found.errors) == [("B5", "La fecha de inicio es posterior a la de fin. Corrija una de las dos.")]
    assert ("B3", "Inicio del periodo: el espacio se programa en la fecha de fin.") in said(found.left_out)


def test_a_period_is_one_date_at_its_end_with_a_doubt(matrix):
    found = matrix([["Actividad", "Fecha programada"], ["Foro", "Enero a marzo"], ["Taller", "II trimestre"]])
    assert [days(a) for a in found.activities] == [[(date(2026, 3, 31), "month")], [(date(2026, 6, 30), "month")]]
    assert said(found.warnings) == [
        ("B2", "Es un periodo: se programa en su fin, marzo de 2026."),
        ("B3", "Es un periodo: se programa en su fin."),
    ]


TARGETS = [
    (4, None, ("count", 4)),
    ("100%", None, ("percentage", 100)),
    ("80,5 %", None, ("percentage", Decimal("80.5"))),
    (1, "0%", ("percentage", 100)),
    ("4 encuentros", None, ("count", 4)),
    ("1.200", None, ("count", 1200)),
    (0.8, None, ("percentage", 80)),
]


@pytest.mark.parametrize(("value", "number_format", "target"), TARGETS)
def test_targets_are_counts_or_percentages(matrix, value, number_format, target):
    formats = {"B2": number_format} if number_format else None
    found = matrix([["Actividad", "Meta", "Fecha"], ["Foro", value, None]], formats=formats)
    assert (found.activities[0].target.kind, found.activities[0].target.value) == target
    assert Place("Plan", 2, "B") in found.fields


def test_what_a_target_says_besides_its_number(matrix):
    found = matrix(
        [
            ["Actividad", "Meta", "Unidad de medida", "Fecha"],
            ["Foro", "4 encuentros", None, "Mayo"],
            ["Taller", "2 informes de gestión", "Informe", "Mayo"],
            ["Mesa", "Acta publicada", None, "Mayo"],
            ["Feria", 100, "Porcentaje", "Mayo"],
            ["Cabildo", "-", None, "Mayo"],
            ["Ronda", 0, None, "Mayo"],
            ["Minga", 2.5, None, "Mayo"],
        ]
    )
    forum, workshop, table, fair, *_ = found.activities
    assert forum.texts["unit"].value == "encuentros"
    assert workshop.texts["product"].value == "2 informes de gestión"
    assert (table.target, table.texts["product"].value) == (None, "Acta publicada")
    assert (fair.target.kind, fair.target.value) == ("percentage", 100)
    assert said(found.errors) == [
        ("B7", "La meta «0» debe ser mayor que cero."),
        ("B8", "La meta «2,5» no es un número entero. Si es un porcentaje, escríbala con %."),
    ]
    assert ("B6", "«-»: sin dato.") in said(found.left_out)


def test_target_and_product_in_one_column_and_apart(matrix):
    one = matrix([["Actividad", "Meta/Producto"], ["Foro", "2 actas de foro"], ["Taller", 3]]).activities
    assert [(a.target.value, a.texts.get("product") and a.texts["product"].value) for a in one] == [
        (2, "2 actas de foro"),
        (3, None),
    ]
    (apart,) = matrix([["Actividad", "Meta", "Producto / Entregable"], ["Foro", 3, "Acta"]]).activities
    assert (apart.target.value, apart.texts["product"].value) == (3, "Acta")


def test_dates_that_do_not_match_the_target_are_a_doubt(matrix):
    found = matrix(
        [
            ["Actividad", "Meta", "Indicador", "Fecha"],
            ["Foro", 3, "Número de foros", "1/2/2026\n1/3/2026"],
            ["Taller", 2, "Número de talleres", "1/2/2026; 1/3/2026"],
            ["Mesa", 2, "Porcentaje de mesas", "1/2/2026 y 1/3/2026"],
            ["Feria", 4, None, "5 de mayo"],
            ["Cabildo", 4, None, None],
        ]
    )
    assert said(found.warnings) == [
        ("B2", "La meta es 3 y hay 2 fechas: quedan 2 espacios que cuentan 1."),
        ("B4", "La meta es 2 y el indicador habla de un porcentaje. Si lo es, escriba la meta con %."),
        ("B5", "La meta es 4 y hay una sola fecha: queda un espacio que cuenta 4."),
        ("A6", "«Cabildo» no tiene fecha: queda sin espacios."),
    ]


def test_target_is_held_against_the_months_where_a_row_has_both_months_and_dates(matrix):
    """The months are what is programmed: what a date alone would make is not said."""
    rows = [
        ["Actividad", "Meta", "Fecha", "Marzo", "Junio"],
        ["Foro", 4, "31/03/2026", 2, 1],
        ["Taller", 3, "31/03/2026; 30/06/2026", 2, 1],
        ["Mesa", 2, "31/03/2026", 1, 1],
    ]
    assert said(matrix(rows).warnings) == [
        ("B2", "La meta es 4 y los meses suman 3: se programa lo que dicen los meses."),
    ]


def test_months_alone_are_programmed_and_marks_are_one_unit(matrix):
    found = matrix(
        [
            ["Actividad", "Ene", "Feb.", "jul-26", datetime(2026, 8, 1), "Total"],
            ["Foro", "X", 2, 3.0, None, 6],
            ["Taller", "dos", -1, 1.5, "50%", 0],
        ]
    )
    assert [(m.month, m.planned.value) for m in found.activities[0].months] == [
        (date(2026, 1, 31), 1),
        (date(2026, 2, 28), 2),
        (JULY, 3),
    ]
    mend = "no es un número de espacios. Escriba un entero (0, 1, 2…) o deje la celda vacía."
    assert said(found.errors) == [
        ("B3", f"«dos» {mend}"), ("C3", f"«-1» {mend}"), ("D3", f"«1,5» {mend}"), ("E3", f"«50%» {mend}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        ["Actividad", "Julio P", "Julio E", "Agosto P", "Agosto E"],
        ["Actividad", "P Julio", "E Julio", "P Agosto", "E Agosto"],
        ["Actividad", "Julio programado", "Julio ejecutado", "Agosto - Prog.", "Agosto - Ejec."],
    ],
)
def test_programmed_and_executed_in_one_header_row(matrix, headers):
    found = matrix([headers, ["Foro", 2, 1, 3, None]])
    assert [(m.month, m.planned.value, m.executed and m.executed.value) for m in found.activities[0].months] == [
        (JULY, 2, 1),
        (AUGUST, 3, None),
    ]


def test_months_under_programmed_and_under_executed(matrix):
    found = matrix(
        [
            ["Actividad", "Programación", None, "Ejecución", None],
            [None, "Julio", "Agosto", "Julio", "Agosto"],
            ["Foro", 2, 3, 1, None],
        ],
        merged=["A1:A2", "B1:C1", "D1:E1"],
    )
    assert [(m.month, m.planned.value, m.executed and m.executed.value) for m in found.activities[0].months] == [
        (JULY, 2, 1),
        (AUGUST, 3, None),
    ]


def test_programmed_and_executed_in_two_rows(matrix):
    found = matrix(
        [
            ["Actividad", "Seguimiento", "Julio", "Agosto"],
            ["Foro", "Programado", 2, 3],
            [None, "Ejecutado", 1, None],
            ["Taller", "P", 4, None],
            [None, "E", 4, None],
        ],
        merged=["A2:A3", "A4:A5"],
    )
    assert [
        [(m.month, m.planned.value, m.executed and m.executed.value) for m in a.months] for a in found.activities
    ] == [[(JULY, 2, 1), (AUGUST, 3, None)], [(JULY, 4, 4)]]
    assert not found.not_understood


def test_a_month_outside_the_plan_is_an_error_unless_it_is_zero(matrix):
    dates = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}
    found = matrix([["Actividad", "Junio", "Julio"], ["Foro", 0, 1], ["Taller", 2, 1]], **dates)
    assert said(found.errors) == [
        (
            "B3",
            "«junio» no cae dentro del plan (del 1 de julio de 2026 al 31 de diciembre de 2026). "
            "Corrija la fecha o las fechas del plan.",
        )
    ]
    assert ("B2", "Cero en un mes fuera del plan.") in said(found.left_out)


def test_quarters_are_programmed_in_their_last_month(matrix):
    found = matrix([["Actividad", "Trimestre 1", "II trimestre"], ["Foro", 2, None], ["Taller", None, 1]])
    assert [(m.month, m.planned.value) for a in found.activities for m in a.months] == [
        (date(2026, 3, 31), 2),
        (date(2026, 6, 30), 1),
    ]
    assert said(found.warnings)[0] == ("B1", "«Trimestre 1» reúne varios meses: se programa en el último.")


def test_a_budget_is_whole_pesos_or_a_resource(matrix):
    found = matrix(
        [
            ["Actividad", "Presupuesto", "Fecha"],
            ["Foro", "$ 12.000.000", "Mayo"],
            ["Taller", 3500000.0, "Mayo"],
            ["Mesa", "Recursos propios", "Mayo"],
            ["Feria", "N/A", "Mayo"],
        ]
    )
    assert [a.texts.get("budget") and a.texts["budget"].value for a in found.activities] == [
        "12000000", "3500000", None, None,
    ]  # fmt: skip
    assert found.activities[2].texts["resources"].value == "Recursos propios"


def test_every_text_of_an_activity_has_its_field(matrix):
    headers = {
        "Descripción": "description", "Objetivo": "objective", "Producto": "product", "Unidad de medida": "unit",
        "Indicador": "indicator", "Fórmula": "formula", "Nivel de incidencia": "incidence_level",
        "Mecanismo de participación": "mechanism", "Canales": "channels", "Modalidad": "modality",
        "Periodicidad": "periodicity", "Lugar": "locality", "Recursos": "resources", "Alianzas": "alliances",
    }  # fmt: skip
    found = matrix([["Actividad", *headers], ["Foro", *(f"Texto de {header}" for header in headers)]])
    assert {key: text.value for key, text in found.activities[0].texts.items()} == {
        key: f"Texto de {header}" for header, key in headers.items()
    }


def test_months_headed_by_their_initials(matrix):
    found = matrix(
        [["Actividad", "Responsable", *"EFMAMJJASOND"], ["Foro", "Despacho", None, None, "x"] + [None] * 8 + [2]]
    )
    assert [(m.month, m.planned.value) for m in found.activities[0].months] == [
        (date(2026, 3, 31), 1),
        (date(2026, 12, 31), 2),
    ]


def test_a_hundred_with_an_indicator_of_percentage_is_a_percentage(matrix):
    found = matrix([["Actividad", "Meta", "Indicador", "Fecha"], ["Foro", 100, "Porcentaje de foros", "Mayo"]])
    assert (found.activities[0].target.kind, found.activities[0].target.value) == ("percentage", 100)
    assert said(found.warnings) == [
        ("B2", "La meta es 100 y el indicador habla de un porcentaje: se leyó como 100\u00a0%.")
    ]


def test_goals_in_words_go_to_the_product_with_one_warning(matrix):
    found = matrix(
        [
            ["Actividad", "Meta", "Fecha"],
            ["Foro de la cuenca", "Acordar el cuidado del agua", "Mayo"],
            ["Feria de semillas", "Cambiar semillas entre veredas", "Mayo"],
        ]
    )
    assert [row.texts["product"].value for row in found.activities] == [
        "Acordar el cuidado del agua",
        "Cambiar semillas entre veredas",
    ]
    assert said(found.warnings) == [
        (
            "B1",
            "Lo que en la columna «Meta» no es una cantidad va a «Producto»: esas actividades quedan sin meta.",
        )
    ]
