"""Rows that are no data: totals, sign-offs and notes."""

from datetime import date

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", str(remark.message)) for remark in remarks]


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
    assert [str(r.message) for r in found.left_out if r.place.row > 2] == ["Firma o pie de página."] * 10 + [
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


def test_a_total_named_activity_is_an_activity(matrix):
    found = matrix([["Actividad", "Fecha"], ["Total transparencia en la plaza", "Mayo"]])
    assert [a.name.value for a in found.activities] == ["Total transparencia en la plaza"]


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
