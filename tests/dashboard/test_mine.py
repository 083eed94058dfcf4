"""Mi tablero: what each role sees first."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.permissions import memberships
from dashboard.mine import board_of
from records import audit, files
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_plan,
    make_session,
    make_user,
)

TODAY = date(2026, 6, 1)


@pytest.fixture
def approved(entity):
    return make_plan(entity, title="Plan aprobado", state="approved", approved_on=date(2026, 1, 2))


def board(user, entity):
    return board_of(entity, memberships(user, entity.pk), on=TODAY)


def url(entity):
    return reverse("dashboard:board", args=[entity.slug])


def test_planner_sees_plans_sessions_commitments_and_drafts(entity, plan, approved, dependency, planner):
    activity = make_activity(approved, dependency)
    make_session(activity, date(2026, 3, 1), executed_units=1, held_on=date(2026, 3, 1))
    silent = make_session(activity, date(2026, 4, 1))
    make_session(activity, date(2026, 7, 1))
    make_session(make_activity(plan), date(2026, 4, 1))  # a draft promises nothing yet
    late = make_commitment(approved, due_on=date(2026, 5, 31))
    soon = make_commitment(approved, due_on=date(2026, 7, 1))
    make_commitment(approved, due_on=date(2026, 7, 2))
    make_commitment(approved, due_on=date(2026, 5, 1), state="reported_done", closed_on=date(2026, 5, 1))
    seen = board(planner, entity)
    (glance,) = seen.plans
    figure = glance.figure
    assert (glance.plan, figure.planned, figure.executed, figure.unexplained) == (approved, 2, 1, 1)
    assert list(seen.to_report) == [silent]
    assert seen.owed.rows == [late, soon]
    assert seen.drafts.rows == [plan]
    assert (seen.of_dependencies, seen.trail, seen.checks) == (None, None, None)


def test_head_sees_what_their_dependencies_answer_for(entity, approved, dependency, head):
    below = make_dependency(entity, "Oficina de Paz", parent=dependency)
    other = make_dependency(entity, "Secretaría de Hacienda")
    day = date(2026, 4, 1)
    mine = [
        make_session(make_activity(approved, dependency), day),
        make_session(make_activity(approved, below), day),
        make_session(make_activity(approved, all_dependencies=True), day),
    ]
    make_session(make_activity(approved, other), day)
    owed, foreign = (make_commitment(approved, due_on=day) for _number in range(2))
    owed.responsible.add(below)
    foreign.responsible.add(other)
    seen = board(head, entity)
    assert list(seen.to_report) == mine
    assert seen.owed.rows == [owed]
    assert seen.of_dependencies == ["Secretaría de Gobierno"]
    assert (seen.plans, seen.drafts, seen.trail, seen.checks) == (None, None, None, None)


def test_control_sees_gaps_overdue_commitments_and_the_trail(entity, plan, approved, control):
    make_session(make_activity(approved), date(2026, 4, 1))
    late = make_commitment(approved, due_on=date(2026, 5, 31))
    make_commitment(approved, due_on=date(2026, 6, 15))
    audit.record(by=control, verb="plan.approve", target=approved)
    seen = board(control, entity)
    assert [glance.figure.unexplained for glance in seen.plans] == [1]
    assert seen.owed.rows == [late]
    assert seen.trail[0][1:] == ("Aprobó", "plan")
    assert (seen.to_report, seen.drafts, seen.checks) == (None, None, None)


def test_administrator_sees_what_the_entity_lacks(entity, dependency, administrator):
    def checks() -> dict[str, bool]:
        return {check.text: check.done for check in board(administrator, entity).checks}

    assert checks() == {
        "Escudo": False,
        "Colores propios": False,
        "NIT": False,
        "Municipio y su código": False,
        "Correo de contacto": False,
        "Administración: 1 persona": True,
        "Planeación: 0 personas": False,
        "Jefatura de dependencia: 0 personas": False,
        "Control interno: 0 personas": False,
        "1 dependencia sin jefatura": False,
    }
    entity.nit, entity.primary, entity.shield = "899999061-9", "#000000", files.keep(b"png")
    Membership.objects.create(
        user=make_user(entity, Role.PLANNER), entity=entity, role=Role.HEAD, dependency=dependency
    )
    make_dependency(entity, valid_to=date(2025, 12, 31))
    after = checks()
    assert [text for text, done in after.items() if not done] == [
        "Municipio y su código",
        "Correo de contacto",
        "Control interno: 0 personas",
    ]
    assert after["0 dependencias sin jefatura"]


def test_planner_who_is_also_head_sees_the_whole_entity(entity, approved, planner, dependency):
    Membership.objects.create(user=planner, entity=entity, role=Role.HEAD, dependency=dependency)
    foreign = make_session(make_activity(approved, make_dependency(entity)), date(2026, 4, 1))
    assert list(board(planner, entity).to_report) == [foreign]


def test_board_is_of_one_entity(entity, planner):
    other = make_plan(make_entity("otra"), state="approved", approved_on=date(2026, 1, 2))
    make_session(make_activity(other), date(2026, 4, 1))
    make_commitment(other)
    seen = board(planner, entity)
    assert (seen.plans, list(seen.to_report), seen.owed.total, seen.drafts.total) == ([], [], 0, 0)


def test_long_lists_say_how_many_more(client, entity, approved, planner):
    for _number in range(12):
        make_commitment(approved, due_on=timezone.localdate() - timedelta(days=1), made_on=date(2020, 1, 1))
    client.force_login(planner)
    answer = client.get(url(entity))
    assert (len(answer.context["board"].owed.rows), answer.context["board"].owed.hidden) == (10, 2)
    assert "Y 2 más." in answer.content.decode()


@pytest.mark.parametrize(("who", "queries"), [("planner", 13), ("head", 9), ("control", 10), ("administrator", 6)])
@pytest.mark.parametrize("size", [2, 60])
def test_board_asks_the_same_number_of_queries(
    request, client, entity, dependency, django_assert_num_queries, who, queries, size
):
    user = request.getfixturevalue(who)
    past = timezone.localdate() - timedelta(days=10)
    for _number in range(size):
        make_plan(entity)
        plan = make_plan(entity, starts_on=date(2020, 1, 1), state="approved", approved_on=date(2026, 1, 2))
        make_session(make_activity(plan, dependency), past)
        make_commitment(plan, due_on=past, made_on=date(2020, 1, 1)).responsible.add(dependency)
        make_dependency(entity)
    client.force_login(user)
    client.get(url(entity))
    with django_assert_num_queries(queries):
        html = client.get(url(entity)).content.decode()
    assert "<h1>Mi tablero</h1>" in html


def test_outsider_has_no_board_here(client, entity, outsider):
    client.force_login(outsider)
    assert client.get(url(entity)).status_code == 404


def test_board_leads_to_report_a_session(client, entity, approved, dependency, head):
    session = make_session(make_activity(approved, dependency), timezone.localdate() - timedelta(days=1))
    client.force_login(head)
    address = reverse("activities:session_update", args=[entity.slug, approved.slug, session.pk])
    assert f'href="{address}"' in client.get(url(entity)).content.decode()


def test_plan_of_percentage_targets_alone_says_so_instead_of_a_bar(client, entity, approved, dependency, planner):
    past = timezone.localdate() - timedelta(days=9)
    target = {"target_kind": "percentage", "target_value": 100}
    for attended in (4, 3):
        activity = make_activity(approved, dependency, **target)
        make_session(activity, past, held_on=past, numerator=attended, denominator=4)
    client.force_login(planner)
    assert "Metas en porcentaje: 1 de 2 metas cumplidas" in client.get(url(entity)).content.decode()
    page = client.get(reverse("dashboard:plan_detail", args=[entity.slug, approved.slug]))
    html = page.content.decode()
    assert "El plan solo tiene metas en porcentaje, que no se cuentan como espacios." in html
    assert "3 de 4: 75,0\xa0% de una meta de 100\xa0%" in html
    assert "1 meta sin cumplir y sin causa registrada" in html
    assert "Todavía no vence ningún espacio" not in html
