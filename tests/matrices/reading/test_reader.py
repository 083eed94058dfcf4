"""Whole files with the quirks of the real ones: an invented municipality, San Jacinto del Valle."""

import io
from datetime import date, datetime
from decimal import Decimal

from matrices.workbook.grid import Place
from matrices.workbook.opening import open_workbook


def test_phases_merged_and_numbers_in_names(matrix):
    found = matrix(
        [
            ["Estrategia de participación de San Jacinto del Valle"],
            ["Formato de planeación"],
            [],
            ["Fase del ciclo de la Gestión", "Actividades", "Objetivo (s) de la actividad", "Meta/Producto"],
            ["Diagnóstico", "1.1 Recorridos por las veredas", "Conocer los problemas del agua", "Mapa de problemas"],
            [None, "1.2 Encuesta telefónica", "Medir la satisfacción", "Informe de la encuesta"],
            ["Formulación/Planeación", "2.1 Mesas del presupuesto", "Priorizar las obras", "Acta de priorización"],
            [None, "3.1 Veeduría al acueducto", "Vigilar la obra", "del ejercicio y acta"],
            ["Implementación", "3.2 Audiencia pública", "Realizar 2 audiencias", "Audiencias realizadas"],
        ],
        merged=["A1:D1", "A2:D2", "A5:A6", "A7:A8"],
    )
    assert [(a.number, a.name.value, a.phase.value, a.phase_is_merged) for a in found.activities] == [
        ("1.1", "Recorridos por las veredas", "Diagnóstico", False),
        ("1.2", "Encuesta telefónica", "Diagnóstico", True),
        ("2.1", "Mesas del presupuesto", "Formulación/Planeación", False),
        ("3.1", "Veeduría al acueducto", "Formulación/Planeación", True),
        ("3.2", "Audiencia pública", "Implementación", False),
    ]
    assert found.activities[4].texts["product"].value == "Audiencias realizadas"
    assert found.activities[4].texts["objective"].value == "Realizar 2 audiencias"
    assert all(a.target is None and not a.dates for a in found.activities)
    assert not found.not_understood
    assert not found.errors
    assert [(w.place.row, str(w.message)) for w in found.warnings] == [
        (4, "La tabla no tiene una columna de fechas: sus 5 actividades quedan sin espacios."),
        (
            8,
            "La actividad 3.1 está bajo «Formulación/Planeación». Por su número queda en «Implementación».",
        ),
    ]
    assert [(r.place.row, str(r.message)) for r in found.left_out] == [(1, "Título."), (2, "Título.")] + [
        (4, "Encabezado.")
    ] * 4


PAAC = [
    ["Plan Anticorrupción de San Jacinto del Valle"],
    [],
    ["Subcomponente", "Actividades", None, "Meta", "Indicadores", "Responsable", "Fecha programada"],
    [
        "Subcomponente 1. Información", "1.1", "Informes al Concejo", 4, "Número de informes",
        "Oficina TIC\nTodas las Dependencias", "31/01/26",
    ],
    [None, None, None, None, None, None, "22/04/26"],
    [None, None, None, None, None, None, "22/07/26"],
    [None, None, None, None, None, None, "22/10/26"],
    [None, "1.2", "Plan de compras en la web", 1, "Porcentaje de planes", "Secretaría General", date(2026, 12, 31)],
    [None, "1.3", "Contratos en la web", "100%", "Porcentaje de contratos", "Todas las Áreas\nPrensa", "17/07/26"],
    [None, None, None, None, None, None, "31/12/26"],
    [None, "1.4", "Informe de contratación", 2, "Número de informes", "Secretaría Jurídica", "28/02/26\n30/08/26"],
    ["Subcomponente 2. Diálogo", "2.1", "Ejecutar la estrategia", 1, "Porcentaje de avance", "Despacho", "31/12/26"],
    [None, "2.2", "Sensibilizaciones", 3, "Número de sensibilizaciones", "Secretaría Jurídica", datetime(2026, 11, 30)],
]  # fmt: skip
PAAC_MERGED = ["A1:G1", "B3:C3", "A4:A11", "B4:B7", "C4:C7", "D4:D7", "E4:E7", "F4:F7", "D9:D10", "F9:F10", "A12:A13"]


def test_dates_on_rows_below_and_targets_of_two_kinds(matrix):
    found = matrix(PAAC, merged=PAAC_MERGED, formats={"D8": "0%"})
    assert [(a.number, a.name.value, len(a.dates)) for a in found.activities] == [
        ("1.1", "Informes al Concejo", 4),
        ("1.2", "Plan de compras en la web", 1),
        ("1.3", "Contratos en la web", 2),
        ("1.4", "Informe de contratación", 2),
        ("2.1", "Ejecutar la estrategia", 1),
        ("2.2", "Sensibilizaciones", 1),
    ]
    assert [(a.target.kind, a.target.value) for a in found.activities] == [
        ("count", 4), ("percentage", 100), ("percentage", 100), ("count", 2), ("count", 1), ("count", 3),
    ]  # fmt: skip
    assert [d.on for d in found.activities[0].dates] == [
        date(2026, 1, 31), date(2026, 4, 22), date(2026, 7, 22), date(2026, 10, 22),
    ]  # fmt: skip
    assert found.activities[0].dates[3].place == Place("Plan", 7, "G")
    assert found.activities[0].responsible.value == "Oficina TIC\nTodas las Dependencias"
    assert not found.errors
    assert not found.not_understood
    assert [(w.place, str(w.message)) for w in found.warnings] == [
        (
            Place("Plan", 12, "D"),
            "La meta es 1 y el indicador habla de un porcentaje. Si lo es, escriba la meta con %.",
        ),
        (Place("Plan", 13, "D"), "La meta es 3 y hay una sola fecha: queda un espacio que cuenta 3."),
    ]


MONTHS = [
    ["Plan de participación 2026, julio a septiembre"],
    [],
    ["Línea o dependencia", "Actividad", "Grupos de interés", "Julio", None, "Agosto", None, "Total", None],
    [None, None, None, "P", "E", "P", "E", "P", "E"],
    ["Estrategia de difusión", "Talleres en las veredas", "Ciudadanía", 6, 6, 7, 5, "=D5+F5", "=E5+G5"],
    ["Secretaría de Salud", "Comité de salud", "Mujeres; Comunidades afro", 2, 3, None, None, "=D6+F6", "=E6+G6"],
    [None, "Rondas de salud", "Niñas, niños y adolescentes", None, 1, 4, 0, "=D7+F7", "=E7+G7"],
    ["TOTAL", None, None, "=SUM(D5:D7)", "=SUM(E5:E7)", "=SUM(F5:F7)", "=SUM(G5:G7)", None, None],
    ["* Dos talleres de agosto pasan a la vigencia 2027."],
    ["Nota: Las rondas no se hicieron por la ola invernal."],
    ["Elaboró: Ana Rueda", None, "Revisó: Luis Peña"],
]
MONTHS_MERGED = ["A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:I3", "A6:A7"]


def test_months_in_pairs_with_totals_notes_and_sign_off(matrix):
    found = matrix(MONTHS, merged=MONTHS_MERGED)
    workshop, committee, rounds = found.activities
    july, august = date(2026, 7, 31), date(2026, 8, 31)
    assert [
        [(m.month, m.planned and m.planned.value, m.executed and m.executed.value) for m in a.months]
        for a in found.activities
    ] == [[(july, 6, 6), (august, 7, 5)], [(july, 2, 3)], [(july, None, 1), (august, 4, 0)]]
    assert rounds.months[1].executed.place == Place("Plan", 7, "G")
    assert [a.block.value for a in found.activities] == ["Estrategia de difusión"] + ["Secretaría de Salud"] * 2
    assert [g.value for g in committee.groups] == ["Mujeres", "Comunidades afro"]
    assert [g.value for g in rounds.groups] == ["Niñas, niños y adolescentes"]
    assert [n.text.value for n in found.notes] == [
        "Dos talleres de agosto pasan a la vigencia 2027.",
        "Las rondas no se hicieron por la ola invernal.",
    ]
    assert workshop.phase is None
    assert not found.not_understood
    assert not found.errors
    assert not found.warnings
    reasons = {r.place: str(r.message) for r in found.left_out}
    assert reasons[Place("Plan", 5, "H")] == "Total: se calcula de nuevo."
    assert reasons[Place("Plan", 8, "A")] == "Total: se calcula de nuevo."
    assert reasons[Place("Plan", 11, "C")] == "Firma o pie de página."


def test_totals_that_do_not_add_up(matrix, xlsx, with_results):
    right = {"H5": 13, "I5": 11, "H6": 2, "I6": 3, "H7": 4, "I7": 1, "D8": 8, "E8": 10, "F8": 11, "G8": 5}
    content = xlsx(MONTHS, MONTHS_MERGED)
    assert not matrix(with_results(content, right)).warnings
    found = matrix(with_results(content, right | {"I5": 13, "F8": 12}))
    assert [(w.place.column, w.place.row, str(w.message)) for w in found.warnings] == [
        ("I", 5, "El total dice 13 y la suma es 11: se toma la suma. Revise si falta o sobra algún valor."),
        ("F", 8, "El total dice 12 y la suma es 11: se toma la suma. Revise si falta o sobra algún valor."),
    ]


def test_the_same_months_as_csv_without_merged_cells(matrix):
    text = (
        "Plan de participación 2026;;;;;;\n;;;;;;\n"
        "Línea o dependencia;Actividad;Grupos de interés;Julio;;Agosto;\n;;;P;E;P;E\n"
        "Estrategia de difusión;Talleres en las veredas;Ciudadanía;6;6;7;5\n"
        'Secretaría de Salud;Comité de salud;"Mujeres\nComunidades afro";2;3;;\n'
        ";Rondas de salud;;;1;4;0\nTOTAL;;;8;10;12;5\n* Una nota.;;;;;;\n"
    )
    found = matrix(text)
    assert [(a.name.value, a.block.value, len(a.months)) for a in found.activities] == [
        ("Talleres en las veredas", "Estrategia de difusión", 2),
        ("Comité de salud", "Secretaría de Salud", 1),
        ("Rondas de salud", "Secretaría de Salud", 2),
    ]
    assert [g.value for g in found.activities[1].groups] == ["Mujeres", "Comunidades afro"]
    assert [(w.place, str(w.message)[:34]) for w in found.warnings] == [
        (Place("plan", 8, "F"), "El total dice 12 y la suma es 11: ")
    ]
    assert not found.not_understood


def test_four_kinds_of_sheet_told_by_their_headers(matrix):
    found = matrix(
        {
            "Hoja1": [["Actividad", "Fecha programada"], ["Foro juvenil", "5 de mayo"]],
            "Hoja2": [
                ["Actividad", "Mes o periodo", "Indicador", "Valor"],
                ["Foro juvenil", "Mayo", "Participantes", 65],
                ["Foro juvenil", "Julio-Octubre", "Reproducciones", "12.151"],
            ],
            "Hoja3": [
                ["Nro.", "Nombre del evento", "Fecha del evento", "Grupos de interés que participaron",
                 "Personas alcanzadas", "Minutos reproducidos", "Veces compartido", "Preguntas", "Comentarios"],
                [1, "Diálogo por la paz", "26 de marzo de 2025", "219 personas - Ciudadanía y expertos",
                 19400, 7496, 55, 34, 16],
            ],
            "Hoja4": [
                ["Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"],
                ["Mesa de víctimas", "Julio", "Entregar el cronograma", "Despacho", "26/02/2027", "Cumplido"],
            ],
        }
    )  # fmt: skip
    forum, dialogue = found.activities
    assert not forum.outside_plan
    assert (dialogue.outside_plan, dialogue.number, dialogue.name.value) == (True, "", "Diálogo por la paz")
    assert [d.on for d in dialogue.dates] == [date(2025, 3, 26)]
    assert (dialogue.attendance.value, dialogue.attendance_note) == (219, "Ciudadanía y expertos")
    assert (dialogue.questions.value, dialogue.comments.value, dialogue.groups) == (34, 16, [])
    assert [(m.indicator.value, m.value.value, m.activity, m.period_from) for m in dialogue.metrics] == [
        ("Personas alcanzadas", 19400, None, None),
        ("Minutos reproducidos", 7496, None, None),
        ("Veces compartido", 55, None, None),
    ]
    assert [
        (m.activity.value, m.indicator.value, m.value.value, m.period_from, m.period_to) for m in found.metrics
    ] == [
        ("Foro juvenil", "Participantes", 65, date(2026, 5, 1), date(2026, 5, 31)),
        ("Foro juvenil", "Reproducciones", 12151, date(2026, 7, 1), date(2026, 10, 31)),
    ]
    (commitment,) = found.commitments
    assert (commitment.instance.value, commitment.text.value) == ("Mesa de víctimas", "Entregar el cronograma")
    assert (commitment.made_on.on, commitment.made_on.precision) == (date(2026, 7, 31), "month")
    assert (commitment.due_on.on, commitment.state.value) == (date(2027, 2, 26), "Cumplido")
    assert commitment.responsible.value == "Despacho"
    assert not found.errors
    assert not found.warnings
    assert not found.not_understood
    assert ("Hoja3", "Número de orden de la lista.") in [(r.place.sheet, str(r.message)) for r in found.left_out]


def test_ods_with_covered_cells_a_percentage_and_a_date(matrix, ods):
    found = matrix(
        ods(
            [
                ["Fase", "Actividad", "Meta", "Fecha programada"],
                [
                    {"valuetype": "string", "text": "Diagnóstico", "numberrowsspanned": 2},
                    "1.1 Encuesta",
                    {"valuetype": "percentage", "value": 0.8, "text": "80%"},
                    {"valuetype": "date", "datevalue": "2026-05-29", "text": "29/05/26"},
                ],
                ["covered", "1.2 Recorrido", 3, "Marzo"],
            ]
        ),
        "plan.ods",
    )
    one, two = found.activities
    assert (one.target.kind, one.target.value, one.dates[0].on) == ("percentage", Decimal(80), date(2026, 5, 29))
    assert (two.phase.value, two.phase_is_merged) == ("Diagnóstico", True)
    assert (two.dates[0].on, two.dates[0].precision) == (date(2026, 3, 31), "month")


def test_csv_in_windows_1252_and_in_utf_8(matrix):
    text = "Actividad,Responsable,Fecha\nAudición pública,Secretaría de Niñez,05/06/2026\n"
    for encoding in ("utf-8", "utf-8-sig"):
        found = matrix(text.encode(encoding), "plan.csv")
        assert found.activities[0].responsible.value == "Secretaría de Niñez"
    for encoding in ("cp1252", "utf-16"):
        (grid,) = open_workbook(io.BytesIO(text.encode(encoding)), "plan.csv")
        assert grid.rows[2][1].value == "Audición pública"


def test_unknown_columns_are_told_cell_by_cell(matrix):
    found = matrix(
        [
            ["Actividad", "Fecha", "Color favorito", None, "Observaciones"],
            ["Foro", "5/5/2026", "azul", "suelto", "Ninguna novedad"],
            ["Taller", "6/5/2026", "verde"],
        ]
    )
    assert [(r.place.column, r.place.row, str(r.message)) for r in found.not_understood] == [
        ("C", 2, "No se reconoce el encabezado «Color favorito»."),
        ("D", 2, "La columna no tiene encabezado. Escriba uno para que se pueda leer."),
        ("E", 2, "La columna «Observaciones» no se importa."),
        ("C", 3, "No se reconoce el encabezado «Color favorito»."),
    ]


def test_a_sheet_without_headers_is_an_error_and_its_cells_are_told(matrix):
    found = matrix([["Presupuesto de la fiesta patronal"], ["pólvora", 3], ["tarima", 2]])
    assert [str(e.message)[:44] for e in found.errors] == ["No se encontró una fila de encabezados. Escr"]
    assert len(found.not_understood) == 5


def test_hidden_sheets_are_left_out(matrix, xlsx):
    sheets = {"Plan": [["Actividad", "Fecha"], ["Foro", "5/5/2026"]], "Listas": [["Actividad", "Fecha"], ["No", None]]}
    found = matrix(xlsx(sheets, hidden=["Listas"]))
    assert [a.name.value for a in found.activities] == ["Foro"]
    assert [str(r.message) for r in found.left_out if r.place.sheet == "Listas"] == ["Hoja oculta: no se lee."] * 3
