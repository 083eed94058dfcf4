"""Metrics under the activity that they name."""

from datetime import date

from activities.models import Metric
from tests.sheets.loading.matrices import counted, run, said


def test_metrics_find_their_activity_or_make_one_outside_the_plan(matrix, plan):
    found = matrix(
        {
            "Plan": [["Actividad", "Fecha"], ["1.1 Foros de salud", "3/5/26"]],
            "Métricas": [
                ["Actividad", "Mes", "Indicador", "Valor"],
                ["1.1 Foros de salud", "Mayo", "Asistentes", 65],
                ["foros de salud", None, "Vistas", 8],
                ["Campus virtual", "Enero-Junio", "Transmisiones", 12],
                ["Campus Virtual", "Enero-Junio", "Países", 3],
                ["Foro de salud", "Mayo", "Vistas", 1],
            ],
        }
    )
    result = run(found, plan, dry_run=True)
    assert said(result.errors) == [
        ("A6", "«Foro de salud» no es una actividad del plan. ¿Quiso decir «Foros de salud»? Escríbala igual.")
    ]
    del found
    found = matrix(
        {
            "Plan": [["Actividad", "Fecha"], ["1.1 Foros de salud", "3/5/26"]],
            "Métricas": [
                ["Actividad", "Mes", "Indicador", "Valor"],
                ["1.1 Foros de salud", "Mayo", "Asistentes", 65],
                ["foros de salud", None, "Vistas", 8],
                ["Campus virtual", "Enero-Junio", "Transmisiones", 12],
                ["Campus Virtual", "Enero-Junio", "Países", 3],
            ],
        }
    )
    result = run(found, plan)
    assert counted(result) == {"activities": 2, "sessions": 1, "metrics": 4}
    assert said(result.warnings) == [
        ("A4", "«Campus virtual» no está entre las actividades: queda como actividad fuera del plan.")
    ]
    assert list(
        Metric.objects.order_by("pk").values_list("activity__name", "activity__outside_plan", "kind", "period_from")
    ) == [
        ("Foros de salud", False, "participantes", date(2026, 5, 1)),
        ("Foros de salud", False, "visualizaciones", date(2026, 5, 3)),
        ("Campus virtual", True, "transmisiones", date(2026, 1, 1)),
        ("Campus virtual", True, "paises", date(2026, 1, 1)),
    ]
    again = run(found, plan)
    assert (counted(again), counted(again, "changed"), again.warnings) == ({}, {}, [])
    assert counted(again, "unchanged") == {"activities": 2, "sessions": 1, "metrics": 4}


def test_metric_said_twice_is_an_error(matrix, plan):
    rows = [
        ["Actividad", "Mes", "Indicador", "Valor"],
        ["Foro", "Mayo", "Alcance", 10],
        ["Foro", "Mayo", "Personas alcanzadas", 11],
    ]
    assert said(run(matrix(rows), plan).errors) == [
        (
            "D3",
            "«Personas alcanzadas» de esa actividad y ese periodo ya está en la celda D2. Deje un solo valor.",
        )
    ]
