"""Metrics from the rows of their table."""

from datetime import date


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", str(remark.message)) for remark in remarks]


def test_metrics_fill_their_activity_down_and_say_what_is_missing(matrix):
    found = matrix(
        [
            ["No.", "Actividad", "Mes", "Indicador", "Valor", "Fuente"],
            [1, "Foro", "Mayo", "Participantes", 65, "Listado"],
            [2, None, 6, "Participantes", "70", None],
            [3, "Feria", "mayoo", "Vistas", 3, None],
            [4, "Feria", None, "Vistas", "muchas", None],
            [5, "Feria", None, None, 9, None],
            [6, "Feria", "Julio", "Vistas", None, None],
            ["Total", None, None, None, 138, None],
            ["* Solo quienes firmaron."],
        ],
        merged=["B2:B3"],
    )
    assert [(m.activity.value, m.indicator.value, m.value.value, m.period_from, m.source) for m in found.metrics] == [
        ("Foro", "Participantes", 65, date(2026, 5, 1), "Listado"),
        ("Foro", "Participantes", 70, date(2026, 6, 1), ""),
        ("Feria", "Vistas", 3, None, ""),
        ("Feria", "Vistas", 9, None, ""),
    ]
    assert [where for where, _ in said(found.errors)] == ["C4", "E5"]
    assert [n.text.value for n in found.notes] == ["Solo quienes firmaron."]
    assert ("B7", "La fila no tiene valor.") in said(found.left_out)
    assert said(found.warnings) == [
        ("E8", "El total dice 138 y la suma es 147: se toma la suma. Revise si falta o sobra algún valor.")
    ]
