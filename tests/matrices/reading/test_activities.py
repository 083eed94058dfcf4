"""The rows of a plan's table, with the habits of those who fill them in."""

from datetime import date

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def days(activity):
    return [(when.on, when.precision) for when in activity.dates]


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", str(remark.message)) for remark in remarks]


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
    assert [(e.place.sheet, e.place.row, str(e.message)) for e in found.errors] == [
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


def test_a_date_alone_under_the_activities_belongs_to_the_one_above(matrix):
    found = matrix(
        [["Actividad", "Meta", "Fecha"], ["1.2 Informes", 2, "31/01/26"], ["22/10/26"], ["1.3 Foro", 1, "Mayo"]]
    )
    assert days(found.activities[0]) == [(date(2026, 1, 31), "day"), (date(2026, 10, 22), "day")]
    assert said(found.warnings) == [
        ("A3", "«22/10/26» es una fecha en la columna «Actividad»: se tomó para la actividad de arriba.")
    ]


def test_a_date_alone_under_those_who_answer_belongs_to_the_one_above(matrix):
    rows = [["Actividad", "Responsable", "Fecha"], ["1.2 Informes", "Despacho", "31/01/26"], [None, "31/12/26"]]
    found = matrix(rows)
    assert [on for on, _precision in days(found.activities[0])] == [date(2026, 1, 31), date(2026, 12, 31)]
    assert found.activities[0].responsible.value == "Despacho"
    assert said(found.warnings) == [
        ("B3", "«31/12/26» es una fecha en la columna «Responsable»: se tomó para la actividad de arriba.")
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
    assert [(f"{e.place.column}{e.place.row}", str(e.message)[:42]) for e in found.errors] == [
        ("B3", "La fórmula de esta celda no trae su result"),
        ("B4", "La celda muestra el error #REF!. Corrija l"),
    ]


def test_a_formula_in_a_csv_has_no_result(matrix):
    found = matrix("Actividad,Meta,Fecha\n=1+1,2,Mayo\nForo,=SUM(B2:B9),Mayo\n")
    assert [f"{e.place.column}{e.place.row}" for e in found.errors] == ["A2", "B3"]


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


def test_a_text_far_below_a_numbered_table_is_not_an_activity(matrix):
    found = matrix([["Actividad", "Fecha"], ["1.1 Foro", "Mayo"], [], [], ["Alcaldía de San Jacinto del Valle"]])
    assert len(found.activities) == 1
    assert said(found.left_out)[-1] == ("A5", "No es una fila de la tabla: texto, lista o instrucción.")
    assert said(found.warnings) == [
        (
            "A5",
            "«Alcaldía de San Jacinto del Valle» no parece una fila de la tabla: se deja por fuera, "
            "con lo que le sigue.",
        )
    ]


def test_numbers_beside_the_names_under_one_header_or_none(matrix):
    for headers in ("Subcomponente;Actividades;;Meta", "Subcomponente;;Actividades;Meta"):
        found = matrix(f"{headers}\nInformación;1.1;Informes;4\n;1.2;Contratos;100%\n;;;\nDiálogo;2.1;Foro;1\n")
        assert [(a.phase.value, a.number, a.name.value) for a in found.activities] == [
            ("Información", "1.1", "Informes"),
            ("Información", "1.2", "Contratos"),
            ("Diálogo", "2.1", "Foro"),
        ]
        assert not found.not_understood


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
    assert [str(r.message) for r in found.left_out] == ["Título."] * 5 + ["Encabezado."] * 4
