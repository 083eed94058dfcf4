from datetime import date

import pytest

from display.dates import month_end
from tests.factories import make_activity, make_entity, make_plan, make_session
from tests.reports.taking import final, monthly, printed, shown


@pytest.fixture
def plan(db):
    return make_plan(make_entity())


def measured(activity, name, number, value, kind="", **fields):
    first = date(2026, number, 1)
    fields = {"period_from": first, "period_to": month_end(first), **fields}
    return activity.metrics.create(kind=kind or name.lower(), name=name, value=value, **fields)


def test_each_metric_is_a_line_of_months_and_its_source_is_named_once(plan):
    radio = make_activity(plan, number="5.1", name="Programa de radio")
    measured(radio, "Reproducciones", 2, 1204, source="La emisora")
    measured(radio, "Reproducciones", 3, "98.5", source="La emisora")
    measured(radio, "Conferencistas", 3, 4, source="La emisora")
    measured(radio, "Alcance", 3, 9, source="La emisora")
    measured(radio, "Participantes", 3, 50)
    measured(radio, "Reproducciones", 4, 7, source="La emisora")
    (table,) = shown(monthly(plan, date(2026, 3, 1), "metricas"), "metricas")["tables"]
    assert printed(table) == [
        ["Métrica", "Mar", "Feb"],
        ["5.1 Programa de radio"],
        ["Alcance [personas]", "9", "–"],
        ["Conferencistas [personas]", "4", "–"],
        ["Reproducciones", "98,5", "1.204"],
    ]
    assert table.source == "Fuente: La emisora."
    assert table.notes == ("Un guion dice que nadie registró el dato.",)


def test_two_sources_of_one_measure_stand_side_by_side(plan):
    radio = make_activity(plan, name="Radio")
    measured(radio, "Visitas", 3, 10, source="Portal")
    measured(radio, "Visitas", 3, 12, source="Redes")
    (table,) = shown(final(plan, "metricas"), "metricas")["tables"]
    assert printed(table)[2:] == [["Visitas [Portal]", "10"], ["Visitas [Redes]", "12"]]
    assert table.source == ""


def test_activity_outside_the_plan_with_nothing_else_has_its_metrics_here(plan):
    fair, talk = (make_activity(plan, outside_plan=True, name=name) for name in ("Feria", "Charla"))
    for activity in (fair, talk):
        measured(activity, "Países", 3, 60, period_from=date(2026, 1, 1))
    make_session(talk, date(2026, 3, 4), held_on=date(2026, 3, 4), executed_units=1)
    (table,) = shown(final(plan, "metricas"), "metricas")["tables"]
    assert printed(table) == [
        ["Métrica", "Periodo", "Valor"],
        ["Feria (fuera del plan)"],
        ["Países", "enero a marzo", "60"],
    ]


def test_without_metrics_there_is_no_section(plan):
    measured(make_activity(plan), "Participantes", 3, 50)
    assert shown(final(plan, "metricas"), "metricas") is None
