"""The rows of a plan's table, with the habits of those who fill them in."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from sheets.workbook.grid import Place

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def days(activity):
    return [(when.on, when.precision) for when in activity.dates]


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", remark.message) for remark in remarks]


def test_number_in_its_own_column_or_before_the_name(matrix):
    found = matrix(
        [
            ["No.", "Actividad", "Fecha"],
            ["1.1", "Foro", "1/2/2026"],
            [1.2, "Taller", "1/2/2026"],
            [3, "2.1 Encuesta", "1/2/2026"],
            ["2.2", "2.2 Recorrido", "1/2/2026"],
            ["2.3", "2.4 Cabildo", "1/2/2026"],
            [None, "2 encuentros con jóvenes", "1/2/2026"],
            ["Foro", "Mesa", "1/2/2026"],
            [1.1, "Consulta", "1/2/2026"],
        ],
        formats={"A9": "0.00"},
    )
    assert [(a.number, a.name.value) for a in found.activities] == [
        ("1.1", "Foro"),
        ("1.2", "Taller"),
        ("2.1", "Encuesta"),
        ("2.2", "Recorrido"),
        ("2.3", "Cabildo"),
        ("", "2 encuentros con jóvenes"),
        ("", "Mesa"),
        ("1.10", "Consulta"),
    ]
    assert said(found.warnings) == [
        ("A6", "El número de la columna, 2.3, y el del nombre, 2.4, no coinciden: se tomó 2.3.")
    ]
    assert said(found.errors) == [("A8", "«Foro» no es un número de actividad. Escríbalo como texto, por ejemplo 1.2.")]
    assert ("A4", "Número de orden: la actividad trae su propio número.") in said(found.left_out)


def test_two_activities_with_one_number_are_an_error_at_the_second(matrix):
    found = matrix(
        {
            "Uno": [["Actividad", "Fecha"], ["1.1 Foro", "1/2/2026"], ["1.1 Taller", "1/3/2026"]],
            "Dos": [["Actividad", "Fecha"], ["1.1 Mesa", "1/4/2026"], ["Feria", "1/4/2026"], ["FERIA", "1/5/2026"]],
        }
    )
    how = "Cambie uno de los dos; si son más fechas de la misma actividad, deje vacíos su número y su nombre."
    assert [(e.place.sheet, e.place.row, e.message) for e in found.errors] == [
        ("Uno", 3, f"El número 1.1 ya está en la celda A2. {how}"),
        ("Dos", 2, f"El número 1.1 ya está en la celda A2 de la hoja «Uno». {how}"),
        (
            "Dos",
            4,
            "La actividad «FERIA» ya está en la celda A3. Cambie uno de los dos nombres; "
            "si son más fechas de la misma actividad, deje vacío el nombre.",
        ),
    ]


def test_the_same_name_in_two_blocks_is_two_activities(matrix):
    found = matrix(
        [
            ["Línea o dependencia", "Actividad", "Julio"],
            ["Secretaría de Salud", "Mesa de trabajo", 1],
            ["Secretaría de Cultura", "Mesa de trabajo", 2],
        ]
    )
    assert not found.errors
    assert [a.block.value for a in found.activities] == ["Secretaría de Salud", "Secretaría de Cultura"]


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
    assert ("B3", "Inicio del periodo: la jornada se programa en la fecha de fin.") in said(found.left_out)


def test_a_period_is_one_date_at_its_end_with_a_doubt(matrix):
    found = matrix([["Actividad", "Fecha programada"], ["Foro", "Enero a marzo"], ["Taller", "II trimestre"]])
    assert [days(a) for a in found.activities] == [[(date(2026, 3, 31), "month")], [(date(2026, 6, 30), "month")]]
    assert said(found.warnings) == [
        ("B2", "Es un periodo: se programa en su fin, marzo de 2026."),
        ("B3", "Es un periodo: se programa en su fin."),
    ]


def test_a_date_alone_under_the_activities_belongs_to_the_one_above(matrix):
    found = matrix(
        [["Actividad", "Meta", "Fecha"], ["1.2 Informes", 2, "31/01/26"], ["22/10/26"], ["1.3 Foro", 1, "Mayo"]]
    )
    assert days(found.activities[0]) == [(date(2026, 1, 31), "day"), (date(2026, 10, 22), "day")]
    assert said(found.warnings) == [
        ("A3", "«22/10/26» es una fecha en la columna «Actividad»: se tomó para la actividad de arriba.")
    ]


def test_a_row_shifted_one_column_is_an_error(matrix):
    found = matrix([["Subcomponente", "Actividades", "Meta"], ["1.3 Publicar el plan", "100%", "Porcentaje"]])
    assert said(found.errors) == [
        (
            "B2",
            "«100%» no parece el nombre de una actividad. "
            "Revise si la fila está corrida una columna y escriba el nombre.",
        )
    ]


def test_a_number_without_an_activity_is_an_error(matrix):
    found = matrix([["No.", "Actividad", "Fecha"], ["1.1", "Foro", "Mayo"], ["1.2", None, "Junio"]])
    assert said(found.errors) == [("A3", "La fila tiene número y no tiene actividad. Escriba el nombre que falta.")]


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
        ("B2", "La meta es 3 y hay 2 fechas: quedan 2 jornadas de 1 unidad."),
        ("B4", "La meta es 2 y el indicador habla de un porcentaje. Si lo es, escriba la meta con %."),
        ("B5", "La meta es 4 y hay una sola fecha: queda una jornada de 4 unidades."),
        ("A6", "«Cabildo» no tiene fecha: queda sin jornadas."),
    ]


def test_a_formula_gives_its_saved_value_with_a_warning_and_without_one_is_an_error(matrix, xlsx, with_results):
    content = xlsx(
        [
            ["Actividad", "Meta", "Fecha", "Julio", "Nota interna"],
            ["Foro", "=2+2", None, "=1+0", "=B2*2"],
            ["Taller", "=2+2", None, None, None],
            ["Mesa", "#REF!", None, None, None],
        ]
    )
    found = matrix(with_results(content, {"B2": 4, "D2": 1}))
    assert (found.activities[0].target.value, found.activities[0].months[0].planned.value) == (4, 1)
    kept = "La celda es una fórmula: se tomó el resultado que el archivo guarda"
    assert ("B2", f"{kept}, «4».") in said(found.warnings)
    assert ("D2", f"{kept}, «1».") in said(found.warnings)
    assert [(f"{e.place.column}{e.place.row}", e.message[:42]) for e in found.errors] == [
        ("B3", "La fórmula de esta celda no trae su result"),
        ("B4", "La celda muestra el error #REF!. Corrija l"),
    ]


def test_a_formula_in_a_csv_has_no_result(matrix):
    found = matrix("Actividad,Meta,Fecha\n=1+1,2,Mayo\nForo,=SUM(B2:B9),Mayo\n")
    assert [f"{e.place.column}{e.place.row}" for e in found.errors] == ["A2", "B3"]


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
    assert [(r.place.row, r.message) for r in found.not_understood] == [
        (5, "«Evaluación» no tiene actividades debajo.")
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
    mend = "no es un número de jornadas. Escriba un entero (0, 1, 2…) o deje la celda vacía."
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


def test_cells_merged_over_several_activities_hold_for_each(matrix):
    found = matrix(
        [
            ["Actividad", "Responsable", "Meta", "Fecha"],
            ["Foro", "Secretaría de Salud", 2, "Mayo"],
            ["Taller"],
            ["Mesa", "Despacho", 1, "Junio"],
        ],
        merged=["B2:B3", "C2:C3", "D2:D3"],
    )
    assert [(a.responsible.value, a.target.value, a.dates[0].on) for a in found.activities] == [
        ("Secretaría de Salud", 2, date(2026, 5, 31)),
        ("Secretaría de Salud", 2, date(2026, 5, 31)),
        ("Despacho", 1, date(2026, 6, 30)),
    ]
    assert said(found.warnings)[0] == (
        "C2",
        "Esta celda combinada abarca varias actividades: su valor se tomó para cada una. "
        "Sepárela si es el de una sola o el de todas juntas.",
    )


def test_rows_below_an_activity_add_to_it(matrix):
    found = matrix(
        [
            ["Actividad", "Responsable", "Grupos de valor", "Indicador", "Meta", "Fecha"],
            ["Foro", "Secretaría de Salud", "Jóvenes; Mujeres", "Asistentes", 2, "Mayo"],
            [None, "Despacho", "- Campesinos\n- Gremios", "Acuerdos", 5, "Junio"],
        ]
    )
    (forum,) = found.activities
    assert forum.responsible.value == "Secretaría de Salud\nDespacho"
    assert [g.value for g in forum.groups] == ["Jóvenes", "Mujeres", "Campesinos", "Gremios"]
    assert forum.texts["indicator"].value == "Asistentes\nAcuerdos"
    assert forum.target.value == 2
    assert len(forum.dates) == 2
    assert said(found.not_understood) == [("E3", "La actividad ya tiene otra meta: «5» no se suma a ella.")]


def test_headers_repeated_at_a_page_break_and_a_second_table(matrix):
    found = matrix(
        [
            ["Actividad", "Meta", "Fecha"],
            ["1.1 Foro", 1, "Mayo"],
            ["Actividad", "Meta", "Fecha"],
            ["1.2 Taller", 1, "Junio"],
            [],
            ["Participantes y métricas"],
            ["Actividad", "Periodo", "Indicador", "Valor"],
            ["Foro", "Mayo", "Participantes", 40],
        ]
    )
    assert [a.number for a in found.activities] == ["1.1", "1.2"]
    assert [m.value.value for m in found.metrics] == [40]
    assert ("A6", "Título.") in said(found.left_out)
    assert not found.not_understood


def test_sign_offs_and_the_names_under_them_are_left_out(matrix):
    found = matrix(
        [
            ["Actividad", "Responsable", "Fecha"],
            ["1.1 Foro", "Despacho", "Mayo"],
            ["Elaboró:", "Revisó:", "Aprobó:"],
            ["Ana Rueda", "Luis Peña", "Luis Peña"],
            ["Profesional", "Secretario", "Alcalde"],
            ["Fecha: Noviembre de 2025"],
            ["Fuente: Secretaría de Planeación"],
        ]
    )
    assert [a.name.value for a in found.activities] == ["Foro"]
    assert [r.message for r in found.left_out if r.place.row > 2] == ["Firma o pie de página."] * 10 + [
        "Fuente de la tabla."
    ]
    assert not found.not_understood


def test_notes_of_several_lines_and_under_a_heading(matrix):
    found = matrix(
        [
            ["Actividad", "Fecha"],
            ["Foro", "Mayo"],
            ["* La feria pasa a 2027\npor el invierno.\n** El foro fue virtual."],
            ["NOTAS:"],
            ["El taller se aplazó."],
            ["La mesa se hizo dos veces."],
            ["*"],
        ]
    )
    assert [n.text.value for n in found.notes] == [
        "La feria pasa a 2027 por el invierno.",
        "El foro fue virtual.",
        "El taller se aplazó.",
        "La mesa se hizo dos veces.",
    ]
    assert len(found.activities) == 1
    assert ("A7", "Nota sin texto.") in said(found.left_out)


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


def test_a_text_far_below_a_numbered_table_is_not_an_activity(matrix):
    found = matrix([["Actividad", "Fecha"], ["1.1 Foro", "Mayo"], [], [], ["Alcaldía de San Jacinto del Valle"]])
    assert len(found.activities) == 1
    assert said(found.not_understood) == [("A5", "La fila no tiene actividad ni sigue a una.")]


def test_a_total_named_activity_is_an_activity(matrix):
    found = matrix([["Actividad", "Fecha"], ["Total transparencia en la plaza", "Mayo"]])
    assert [a.name.value for a in found.activities] == ["Total transparencia en la plaza"]


def test_numbers_beside_the_names_under_one_header_or_none(matrix):
    for headers in ("Subcomponente;Actividades;;Meta", "Subcomponente;;Actividades;Meta"):
        found = matrix(f"{headers}\nInformación;1.1;Informes;4\n;1.2;Contratos;100%\n;;;\nDiálogo;2.1;Foro;1\n")
        assert [(a.phase.value, a.number, a.name.value) for a in found.activities] == [
            ("Información", "1.1", "Informes"),
            ("Información", "1.2", "Contratos"),
            ("Diálogo", "2.1", "Foro"),
        ]
        assert not found.not_understood


def test_months_headed_by_their_initials(matrix):
    found = matrix(
        [["Actividad", "Responsable", *"EFMAMJJASOND"], ["Foro", "Despacho", None, None, "x"] + [None] * 8 + [2]]
    )
    assert [(m.month, m.planned.value) for m in found.activities[0].months] == [
        (date(2026, 3, 31), 1),
        (date(2026, 12, 31), 2),
    ]


def test_totals_by_role_and_their_rates(matrix):
    found = matrix(
        [
            [
                "Actividad",
                "Julio P",
                "Julio E",
                "Agosto P",
                "Agosto E",
                "Total programado",
                "Total ejecutado",
                "% ejecución",
            ],
            ["Foro", 2, 1, 3, 3, 5, 4, "80%"],
            ["Taller", 1, 1, 1, 0, 3, 1, 0.5],
            ["Subtotal", 3, 2, 4, 3, 7, 5, None],
            ["Mesa", 1, 1, None, None, 1, 1, None],
            ["TOTAL", 4, 3, 4, 3, 8, 6, "75%"],
        ],
        formats={"H3": "0%"},
    )
    assert said(found.warnings) == [
        ("F3", "El total dice 3 y la suma es 2: se toma la suma. Revise si falta o sobra algún valor.")
    ]
    assert not found.not_understood


def test_a_hundred_with_an_indicator_of_percentage_is_a_percentage(matrix):
    found = matrix([["Actividad", "Meta", "Indicador", "Fecha"], ["Foro", 100, "Porcentaje de foros", "Mayo"]])
    assert (found.activities[0].target.kind, found.activities[0].target.value) == ("percentage", 100)
    assert said(found.warnings) == [
        ("B2", "La meta es 100 y el indicador habla de un porcentaje: se leyó como 100\u00a0%.")
    ]


def test_titles_and_identity_over_the_headers_are_left_out(matrix):
    found = matrix(
        [
            ["Alcaldía de San Jacinto del Valle"],
            ["Entidad:", "Alcaldía", "Vigencia:", 2026],
            ["Fases del proceso participativo", "Actividades a desarrollar", "Metas propuestas", "Mes de ejecución"],
            ["Diagnóstico", "Encuesta", 1, "Mayo"],
        ],
        merged=["A1:D1"],
    )
    (survey,) = found.activities
    assert (survey.phase.value, survey.target.value, survey.dates[0].on) == ("Diagnóstico", 1, date(2026, 5, 31))
    assert [r.message for r in found.left_out] == ["Título."] * 5 + ["Encabezado."] * 4
