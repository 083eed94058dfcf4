"""The pages of monthly returns, and those that an accepted one holds."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from activities.models import MonthlyReturn, Session
from activities.returns import actions
from tests.activities.returning import APRIL_10, accepted, approve, return_of
from tests.factories import make_activity, make_dependency, make_session, make_user

DAY = date(2026, 3, 16)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("april")]


@pytest.fixture
def april():
    with time_machine.travel("2026-04-10 15:00Z", tick=False):
        yield


@pytest.fixture
def activity(plan, dependency):
    activity = make_activity(plan, dependency, name="Mesa de diálogo")
    approve(plan)
    activity.plan = plan
    return activity


@pytest.fixture
def session(activity):
    return make_session(activity, DAY, executed_units=1, held_on=DAY, attendance_total=20, contributions="Pidieron luz")


def at(plan, name="return_list", *args) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


def typed(monthly: MonthlyReturn, **more) -> dict:
    return dict.fromkeys(MonthlyReturn.TEXTS, "") | {"revision": monthly.revision} | more


def test_the_list_opens_what_the_schedule_did_not(client, planner, plan, activity):
    client.force_login(planner)
    page = client.get(at(plan))
    assert [row.month.month for row in page.context["page"]] == [3, 2, 1]
    assert "venció el 9 abr 2026" in page.content.decode().replace("\u00a0", " ")


def test_a_head_begins_with_what_is_theirs(client, head, plan, activity, entity):
    make_activity(plan, make_dependency(entity, "Prensa"))
    client.force_login(head)
    page = client.get(at(plan), follow=True)
    assert page.redirect_chain == [(at(plan) + "?dependency=mias", 302)]
    assert {row.dependency.name for row in page.context["page"]} == {head.memberships.get().dependency.name}
    assert len(client.get(at(plan) + "?dependency=").context["page"].object_list) == 6


def test_the_list_costs_the_same_at_any_size(client, planner, plan, activity, entity, django_assert_max_num_queries):
    client.force_login(planner)
    client.get(at(plan))
    with django_assert_max_num_queries(60) as few:
        client.get(at(plan))
    for _n in range(12):
        make_activity(plan, make_dependency(entity))
    client.get(at(plan))
    with django_assert_max_num_queries(60) as many:
        client.get(at(plan))
    assert len(many) == len(few)


def test_a_head_writes_and_sends_it(client, head, plan, session, dependency):
    monthly = return_of(plan, dependency)
    client.force_login(head)
    page = client.get(monthly.get_absolute_url()).content.decode()
    assert "Pidieron luz" in page
    client.post(monthly.get_absolute_url(), typed(monthly, results="Se gestionó el alumbrado"))
    monthly.refresh_from_db()
    assert (monthly.state, monthly.results) == ("due", "Se gestionó el alumbrado")
    client.post(monthly.get_absolute_url(), typed(monthly, results="Se gestionó el alumbrado", send="1"))
    monthly.refresh_from_db()
    assert (monthly.state, monthly.submitted_by, monthly.submitted_on) == ("submitted", head, APRIL_10)


def test_without_activities_one_click_sends_it(client, head, plan, activity, dependency):
    monthly = return_of(plan, dependency)
    client.force_login(head)
    assert "Enviar: sin actividades en el mes" in client.get(monthly.get_absolute_url()).content.decode()
    client.post(monthly.get_absolute_url(), typed(monthly, send="1"))
    monthly.refresh_from_db()
    assert monthly.state == "submitted"


def test_what_is_missing_leads_to_its_report(client, head, plan, activity, dependency):
    due = make_session(activity, DAY)
    monthly = return_of(plan, dependency)
    client.force_login(head)
    page = client.get(monthly.get_absolute_url()).content.decode()
    assert f'href="{at(plan, "session_update", due.pk)}"' in page
    assert "Enviar a planeación" not in page
    answer = client.post(monthly.get_absolute_url(), typed(monthly, results="Avanzamos", send="1"), follow=True)
    assert "Falta reportar «Mesa de diálogo» (16 de marzo de 2026)." in answer.content.decode()
    monthly.refresh_from_db()
    assert (monthly.state, monthly.results) == ("due", "Avanzamos")


def test_a_form_sent_after_it_was_accepted_shows_what_was_typed(client, head, planner, plan, activity, dependency):
    monthly = return_of(plan, dependency)
    sent = typed(monthly, results="Lo que escribí")
    accepted(plan, dependency, head=head, planner=planner)
    client.force_login(head)
    page = client.post(monthly.get_absolute_url(), sent).content.decode()
    assert "Planeación ya aceptó este formato" in page
    assert "Lo que escribí" in page


def test_two_who_write_at_once_choose_what_stays(client, head, plan, activity, dependency):
    monthly = return_of(plan, dependency)
    client.force_login(head)
    read = typed(monthly)
    client.post(monthly.get_absolute_url(), {**read, "results": "Lo primero"})
    page = client.post(monthly.get_absolute_url(), {**read, "results": "Lo segundo"}).content.decode()
    assert "Lo primero" in page
    assert "Lo segundo" in page
    monthly.refresh_from_db()
    assert monthly.results == "Lo primero"


def test_planning_returns_with_a_note_and_accepts(client, head, planner, plan, session, dependency):
    monthly = return_of(plan, dependency)
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    client.force_login(planner)
    decide = at(plan, "return_decide", monthly.pk)
    page = client.post(decide, {"decision": "returned", "note": "", "revision": monthly.revision}).content.decode()
    assert "Diga por qué: la dependencia lo lee." in page
    client.post(decide, {"decision": "returned", "note": "Falta el acta", "revision": monthly.revision})
    monthly.refresh_from_db()
    assert (monthly.state, monthly.note) == ("returned", "Falta el acta")
    client.force_login(head)
    assert "Falta el acta" in client.get(monthly.get_absolute_url()).content.decode()
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    client.force_login(planner)
    client.post(decide, {"decision": "accepted", "note": "", "revision": monthly.revision})
    monthly.refresh_from_db()
    assert (monthly.state, monthly.accepted_by) == ("accepted", planner)


def test_whoever_decides_on_an_older_page_is_told(client, head, planner, plan, session, dependency):
    monthly = return_of(plan, dependency)
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    client.force_login(planner)
    old = {"decision": "accepted", "note": "Gracias", "revision": monthly.revision - 1}
    page = client.post(at(plan, "return_decide", monthly.pk), old).content.decode()
    assert "Otra persona cambió estos datos" in page
    assert "Gracias" in page
    monthly.refresh_from_db()
    assert monthly.state == "submitted"


def test_control_and_other_heads_read_and_write_nothing(client, control, plan, session, dependency, entity):
    monthly = return_of(plan, dependency)
    for person in (control, make_user(entity, Role.HEAD)):
        client.force_login(person)
        page = client.get(monthly.get_absolute_url())
        assert (page.status_code, b"<textarea" in page.content) == (200, False)
        assert client.post(monthly.get_absolute_url(), typed(monthly, send="1")).status_code == 403


# --- What an accepted one holds ---------------------------------------------------------------------------------------


@pytest.fixture
def held(plan, session, dependency, head, planner):
    return accepted(plan, dependency, head=head, planner=planner)


def test_the_page_of_a_space_says_that_it_is_held(client, head, plan, held, session):
    client.force_login(head)
    page = client.get(session.get_absolute_url()).content.decode()
    assert f'href="{held.get_absolute_url()}"' in page
    assert at(plan, "session_update", session.pk) not in page
    answer = client.get(at(plan, "session_update", session.pk), follow=True).content.decode()
    assert "Planeación puede reabrirlo, con un motivo." in answer


def test_a_report_posted_after_the_lock_keeps_what_was_typed(client, head, plan, held, session):
    client.force_login(head)
    sent = {"answer": "planned", "held_on": "2026-03-16", "attendance_total": "31", "topics": "Hablamos del río"}
    page = client.post(at(plan, "session_update", session.pk), {**sent, "revision": session.revision}).content.decode()
    assert f'<a href="{held.get_absolute_url()}">Ver el formato</a>' in page
    assert "Hablamos del río" in page
    assert 'value="31"' in page
    assert Session.objects.get(pk=session.pk).attendance_total == 20


def test_why_it_fell_short_is_held_too(client, head, plan, activity, dependency, planner):
    short = make_session(activity, DAY, planned_units=2, executed_units=1, held_on=DAY, reason="Llovió")
    accepted(plan, dependency, head=head, planner=planner)
    client.force_login(head)
    page = client.post(at(plan, "session_explain", short.pk), {"reason": "No llovió", "revision": 0}).content.decode()
    assert "Planeación puede reabrirlo" in page
    assert "No llovió" in page
    assert Session.objects.get(pk=short.pk).reason == "Llovió"


def test_a_metric_of_the_month_keeps_what_was_typed(client, head, plan, held, activity):
    client.force_login(head)
    sent = {"name": "Visitas", "value": "312", "period_from": "2026-03-01", "period_to": "2026-03-31", "revision": "0"}
    page = client.post(at(plan, "metric_create", activity.pk), sent).content.decode()
    assert "Planeación puede reabrirlo" in page
    assert 'value="312"' in page
    assert not activity.metrics.exists()


def test_reopening_says_why(client, planner, plan, held):
    client.force_login(planner)
    client.post(
        at(plan, "return_decide", held.pk), {"decision": "returned", "note": "Faltó una", "revision": held.revision}
    )
    held.refresh_from_db()
    assert (held.state, held.note) == ("returned", "Faltó una")
