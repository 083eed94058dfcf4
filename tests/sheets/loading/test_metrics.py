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
            "«Personas alcanzadas» de esa actividad y ese periodo ya está en la celda D2. "
            "Deje un solo valor, o diga la fuente de cada uno.",
        )
    ]


def test_second_source_of_a_metric_stands_beside_the_first(matrix, plan):
    def sheet(*rows):
        return matrix([["Actividad", "Mes", "Indicador", "Valor", "Fuente"], *rows])

    def stored():
        return list(Metric.objects.order_by("pk").values_list("source", "value"))

    town, radio = ["Foro", "Mayo", "Alcance", 10, "Alcaldía"], ["Foro", "Mayo", "Alcance", 25, "Emisora"]
    assert run(sheet(town), plan).errors == []
    result = run(sheet(town, radio), plan)
    assert (result.errors, counted(result)) == ([], {"metrics": 1})
    assert stored() == [("Alcaldía", 10), ("Emisora", 25)]
    again = run(sheet(["Foro", "Mayo", "Alcance", 12, "ALCALDIA"], radio), plan)
    assert (counted(again), counted(again, "changed")) == ({}, {"metrics": 1})
    assert stored() == [("ALCALDIA", 12), ("Emisora", 25)]
    unsaid = run(sheet(["Foro", "Mayo", "Alcance", 7, None]), plan)
    assert counted(unsaid) == {"metrics": 1}  # of which of the two it is, nobody knows


def test_metric_whose_source_the_file_leaves_out_is_the_only_one_there_is(matrix, plan):
    headers = ["Actividad", "Mes", "Indicador", "Valor", "Fuente"]
    run(matrix([headers, ["Foro", "Mayo", "Alcance", 10, "Alcaldía"]]), plan)
    result = run(matrix([headers[:4], ["Foro", "Mayo", "Alcance", 11]]), plan)
    assert counted(result, "changed") == {"metrics": 1}
    assert list(Metric.objects.values_list("source", "value")) == [("Alcaldía", 11)]
