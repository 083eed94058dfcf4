"""One plan at a glance: its figures once, each a door; of a draft, what it lacks and nothing of execution."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.quality import findings_of
from dashboard.glance import glance_of
from display.charts import COMPLETE, EXPLAINED, NOTHING, UNEXPLAINED
from tests.activities.executions import FEB, JAN, MAR, held
from tests.factories import make_activity, make_dependency, make_plan, make_session

ON = date(2026, 3, 31)


@pytest.fixture
def approved(entity):
    return make_plan(entity, title="Plan aprobado", state="approved", approved_on=date(2026, 1, 2))


def page_of(client, plan):
    return client.get(reverse("dashboard:plan_detail", args=[plan.entity.slug, plan.slug]))


def test_blocks_come_in_order_of_need_and_each_leads_to_its_rows(entity, approved):
    units = [make_dependency(entity, name) for name in ("Completa", "Explicada", "Callada", "A medias")]
    done, explained, silent, short = (make_activity(approved, unit) for unit in units)
    held(done, JAN)
    held(explained, JAN, planned_units=4, executed_units=1, reason="Llovió.")
    make_session(silent, JAN)
    held(short, JAN, planned_units=5, executed_units=2)
    blocks = glance_of(approved, ON).blocks
    assert [(bar.label, bar.value, bar.detail, bar.state) for bar in blocks] == [
        ("A medias", "40,0\xa0%", "2 de 5", UNEXPLAINED),
        ("Callada", "sin reporte", "– de 1", NOTHING),
        ("Explicada", "25,0\xa0%", "1 de 4", EXPLAINED),
        ("Completa", "100,0\xa0%", "1 de 1", COMPLETE),
    ]
    assert f"conjunto=dependencia-{units[3].pk}" in blocks[0].url and "corte=2026-03-31" in blocks[0].url


def test_months_of_the_table_add_up_to_the_plan(approved, dependency):
    activity = make_activity(approved, dependency)
    held(activity, JAN, planned_units=3, executed_units=2)
    make_session(activity, FEB)
    make_session(activity, date(2026, 10, 1), planned_units=6)
    glance = glance_of(approved, ON)
    assert len(glance.months) == 12
    rows = [(row.figure.planned, row.figure.executed, row.to_come) for row in glance.months]
    assert rows[:2] == [(3, 2, 0), (1, 0, 0)] and rows[9] == (0, 0, 6)
    assert "Hecho hasta hoy: 2 espacios, de 10 de todo el plan" in glance.curve
    assert ">hoy</text>" in glance.curve and "var(--action)" in glance.curve


def test_draft_says_what_it_lacks_by_name_and_nothing_of_execution(client, plan, dependency, planner):
    make_session(make_activity(plan, dependency, name="Sin meta ninguna"), date(2020, 1, 1))
    make_activity(plan, name="Foro sin nadie", target_kind="count", target_value=1)
    client.force_login(planner)
    html = page_of(client, plan).content.decode()
    assert [(finding.code, finding.n) for finding in findings_of(plan)] == [
        ("espacio-fuera-de-fechas", 1),  # what blocks an approval
        *(("sin-responsable", 1), ("sin-fecha", 1), ("sin-meta", 1), ("sin-indicador", 2), ("sin-incidencia", 2)),
        ("dia-no-habil", 1),
        *((code, 1) for code in ("sin-objetivo", "sin-capitulos", "sin-marco-legal", "sin-fases", "sin-grupos")),
    ]
    assert "Foro sin nadie" in html and "Sin meta ninguna" in html
    assert "Atrasado" not in html and "sin explicar" not in html and "0,0" not in html


def test_every_figure_of_the_page_is_a_link(client, approved, dependency, planner):
    activity = make_activity(approved, dependency)
    today = timezone.localdate()
    for days in (60, 40):
        make_session(activity, today - timedelta(days=days))
    make_session(activity, today + timedelta(days=1))
    client.force_login(planner)
    html = page_of(client, approved).content.decode()
    for what in ("falta", "sin-explicar", "por-venir"):
        assert f"que={what}" in html
    assert f"cifras/?corte={today}&amp;conjunto=total" in html


def test_page_shows_the_coverage_once_some_activity_is_for_somebody(client, entity, plan, planner):
    entity.groups.create(name="Juventud")
    activity = make_activity(plan)
    client.force_login(planner)
    said = "Para quiénes es: actividades por grupo y etapa"
    assert said not in page_of(client, plan).content.decode()
    activity.groups.set(entity.groups.all())
    assert said in page_of(client, plan).content.decode()


def test_plan_tells_how_it_came_to_be_what_it_is_once_it_changed(client, approved, dependency, planner):
    activity = make_activity(approved, dependency)
    gone = make_session(activity, JAN)
    client.force_login(planner)
    assert "bridge" not in page_of(client, approved).context
    heir = make_session(activity, FEB, in_force_from=date(2026, 1, 10))
    gone.withdrawn_on, gone.replaced_by = date(2026, 1, 10), heir
    gone.save()
    html = page_of(client, approved).content.decode()
    assert "La línea base programó 1 espacio; se agregaron 1 y se retiraron 1: al corte rigen 1." in html
    assert "De ellos, 1 solo cambió: salió del plan y volvió a entrar con otra fecha u otros datos." in html
    assert "Rigen al corte" in html


@pytest.mark.parametrize("size", [2, 60])
@pytest.mark.parametrize(("state", "queries"), [("approved", 27), ("draft", 23)])
def test_plan_asks_the_same_number_of_queries(
    client, entity, dependency, planner, django_assert_num_queries, state, queries, size
):
    plan = make_plan(entity, state=state, approved_on=MAR if state == "approved" else None)
    group = entity.groups.create(name="Juventud")
    for _number in range(size):
        activity = make_activity(plan, dependency)
        activity.groups.add(group)
        held(activity, JAN)
        make_session(activity, FEB)
        make_session(activity, timezone.localdate() + timedelta(days=9))
    client.force_login(planner)
    page_of(client, plan)
    with django_assert_num_queries(queries):
        assert page_of(client, plan).status_code == 200
