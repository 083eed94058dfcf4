from datetime import date, time

import pytest

from tests.factories import make_activity, make_dependency, make_entity, make_plan, make_session
from tests.reports.taking import monthly, printed, shown

MARCH = date(2026, 3, 1)


@pytest.fixture
def plan(db):
    return make_plan(make_entity())


def test_next_month_says_what_when_and_who_and_measuring_dates_apart(plan):
    walk = make_activity(plan, make_dependency(plan.entity, "Planeación"), name="Recorrido")
    everybody = make_activity(plan, name="Audiencia", all_dependencies=True)
    answers = make_activity(plan, name="Respuestas", target_kind="percentage", target_value=95)
    make_session(walk, date(2026, 4, 9), hour=time(9), modality="in_person", place="Parque", planned_units=2)
    make_session(everybody, date(2026, 4, 30), planned_precision="month")
    make_session(answers, date(2026, 4, 15))
    make_session(walk, date(2026, 3, 9))
    make_session(walk, date(2026, 5, 9))
    make_session(walk, date(2026, 4, 10), withdrawn_on=date(2026, 3, 20))
    make_session(make_activity(plan, outside_plan=True), date(2026, 4, 11))
    context = shown(monthly(plan, MARCH, "viene"), "viene")
    assert context["lead"] == "Para abril de 2026 hay en el plan 3 espacios. Se mide 1 meta en porcentaje."
    assert printed(context["space_table"]) == [
        ["Actividad", "Cuándo", "Lidera", "Espacios"],
        ["Recorrido [Presencial · Parque]", "9\u00a0abr\u00a02026, 09:00", "Planeación", "2"],
        ["Audiencia", "Sin día fijado", "Todas las dependencias", "1"],
    ]
    assert context["date_table"].title == "Metas en porcentaje que se miden en abril de 2026"
    assert printed(context["date_table"]) == [["Actividad", "Cuándo"], ["Respuestas", "15\u00a0abr\u00a02026"]]


def test_months_alone_need_no_column_of_days(plan):
    make_session(make_activity(plan, name="Feria"), date(2026, 4, 30), planned_precision="month")
    context = shown(monthly(plan, MARCH, "viene"), "viene")
    assert printed(context["space_table"]) == [["Actividad"], ["Feria"]]
    assert context["space_table"].notes == ("Sin día fijado: el plan solo dice el mes.",)


def test_last_month_of_a_plan_has_nothing_to_come(plan):
    make_session(make_activity(plan), date(2026, 12, 1))
    assert shown(monthly(plan, date(2026, 12, 1), "viene"), "viene") is None
    assert shown(monthly(plan, MARCH, "viene"), "viene") is None
    assert shown(monthly(plan, date(2026, 11, 1), "viene"), "viene") is not None
