"""The pages where changes are asked, listed and decided, and those of the proposals for a draft."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.models import Activity, ChangeRequest, Session
from plans.models import NoProposal
from records.models import Notice
from tests.activities.changes.asking import request, to
from tests.factories import make_activity, make_dependency, make_session, make_user
from tests.reports.reporting import approve

YEAR = timezone.localdate().year
COMING = date(YEAR + 1, 7, 10)
OTHER = date(YEAR + 1, 9, 10)


@pytest.fixture
def plan(plan):
    plan.starts_on, plan.ends_on = date(YEAR, 1, 1), date(YEAR + 1, 12, 31)
    plan.save()
    return plan


@pytest.fixture
def activity(plan, dependency):
    return make_activity(plan, dependency, name="Mesa de trabajo")


@pytest.fixture
def session(activity):
    made = make_session(activity, COMING)
    approve(activity.plan)
    return made


def at(name, plan, *args):
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


def text_of(answer):
    return " ".join(answer.content.decode().split())


WHY = {"reason": "agenda", "reason_text": "", "public_note": "Se movió de día."}


def test_head_asks_another_date_from_the_space(client, plan, session, head):
    client.force_login(head)
    assert at("session_change", plan, session.pk) in text_of(client.get(session.get_absolute_url()))
    page = text_of(client.get(at("session_change", plan, session.pk)))
    assert "?que=reschedule" in page and "?que=withdraw" in page
    address = at("session_change", plan, session.pk) + "?que=reschedule"
    assert "Como está" in text_of(client.get(address))
    answer = client.post(address, {"planned_precision": "day", "day": OTHER.isoformat(), **WHY})
    change = ChangeRequest.objects.get()
    assert answer.url == change.get_absolute_url()
    assert (change.kind, change.dependency.name, change.after["planned_on"]) == (
        "reschedule",
        "Secretaría de Gobierno",
        OTHER.isoformat(),
    )
    assert Session.objects.get().withdrawn_on is None


def test_space_whose_date_was_asked_to_change_says_so(client, plan, session, head):
    said = "Cambio de fecha pedido"
    client.force_login(head)
    pages = (session.get_absolute_url(), session.activity.get_absolute_url())
    assert [said in text_of(client.get(page)) for page in pages] == [False, False]
    address = at("session_change", plan, session.pk) + "?que=reschedule"
    client.post(address, {"planned_precision": "day", "day": OTHER.isoformat(), **WHY})
    assert [said in text_of(client.get(page)) for page in pages] == [True, True]
    ChangeRequest.objects.update(state="cancelled")
    assert [said in text_of(client.get(page)) for page in pages] == [False, False]


def test_planner_saves_and_approves_in_one_step(client, plan, session, planner):
    client.force_login(planner)
    address = at("session_change", plan, session.pk) + "?que=reschedule"
    client.post(address, {"planned_precision": "day", "day": OTHER.isoformat(), "approve": "1", **WHY})
    assert ChangeRequest.objects.get().state == "approved"
    assert Session.objects.get(withdrawn_on=None).planned_on == OTHER


def test_second_request_of_a_space_is_told_in_the_form(client, plan, session, planner):
    request(plan, planner, "withdraw", session=session, on=timezone.localdate())
    client.force_login(planner)
    assert "Ya hay una solicitud sin decidir." in text_of(client.get(at("session_change", plan, session.pk)))
    address = at("session_change", plan, session.pk) + "?que=carry"
    answer = client.post(address, {"year": YEAR + 2, **WHY})
    assert "Ya hay una solicitud sin decidir sobre ese espacio." in text_of(answer)


def test_other_reason_asks_for_its_words(client, plan, session, planner):
    client.force_login(planner)
    answer = client.post(at("session_change", plan, session.pk) + "?que=withdraw", {**WHY, "reason": "other"})
    assert "Si es otro motivo, escriba cuál." in text_of(answer)
    assert not ChangeRequest.objects.exists()


def test_reported_space_offers_nothing_and_says_why(client, plan, session, planner):
    Session.objects.update(executed_units=1, held_on=date(YEAR, 1, 20))
    client.force_login(planner)
    assert "El espacio ya se reportó" in text_of(client.get(at("session_change", plan, session.pk)))


def test_activity_is_modified_from_its_page(client, plan, activity, session, planner):
    client.force_login(planner)
    assert at("activity_change", plan, activity.pk) in text_of(client.get(activity.get_absolute_url()))
    address = at("activity_change", plan, activity.pk) + "?que=modify"
    shown = client.get(address).context["what"].initial
    values = {"name": "Mesa de diálogo", "lead": shown["lead"], "support": []}
    client.post(address, {**values, **WHY, "approve": "1"})
    activity.refresh_from_db()
    assert (activity.name, activity.withdrawn_on) == ("Mesa de diálogo", None)


def test_spaces_are_added_by_months_and_days(client, plan, activity, session, planner):
    client.force_login(planner)
    address = at("activity_change", plan, activity.pk) + "?que=add"
    dates = {"months": [f"{YEAR + 1}-03"], "days": f"16/04/{YEAR + 1}, 2026-13-40"}
    assert "«2026-13-40» no es una fecha" in text_of(client.post(address, {**dates, **WHY}))
    dates["days"] = f"16/04/{YEAR + 1}"
    client.post(address, {**dates, **WHY, "approve": "1"})
    added = activity.sessions.exclude(in_force_from=None).values_list("planned_on", "planned_precision")
    assert list(added) == [(date(YEAR + 1, 3, 31), "month"), (date(YEAR + 1, 4, 16), "day")]


def test_activity_is_added_to_an_approved_plan(client, plan, session, dependency, planner):
    client.force_login(planner)
    values = {"name": "Feria de servicios", "lead": dependency.pk, "days": f"16/04/{YEAR + 1}", **WHY}
    client.post(at("change_create", plan), {**values, "approve": "1"})
    added = Activity.objects.get(name="Feria de servicios")
    assert (added.in_force_from, added.sessions.count()) == (timezone.localdate(), 1)


def test_several_are_approved_with_one_click(client, plan, activity, session, planner):
    other = make_session(activity, OTHER)
    changes = [request(plan, planner, "withdraw", session=one, on=timezone.localdate()) for one in (session, other)]
    client.force_login(planner)
    assert "2 solicitudes por decidir" in text_of(client.get(at("change_list", plan)))
    answer = client.post(
        at("change_decide", plan), {"pk": [change.pk for change in changes], "decision": "approved"}, follow=True
    )
    assert "Se aprobaron 2 cambios: son la versión 1." in text_of(answer)


def test_who_decides_is_told_that_the_date_is_past(client, plan, activity, session, planner):
    late = make_session(activity, timezone.localdate() - timedelta(days=3))
    change = request(plan, planner, "reschedule", session=late, sessions=[to(OTHER)], on=timezone.localdate())
    coming = request(plan, planner, "withdraw", session=session, on=timezone.localdate())
    client.force_login(planner)
    assert "nadie ha reportado qué pasó" in text_of(client.get(change.get_absolute_url()))
    assert "nadie ha reportado qué pasó" not in text_of(client.get(coming.get_absolute_url()))


def test_refused_decision_keeps_what_was_chosen_and_written(client, plan, session, planner):
    change = request(plan, planner, "reschedule", session=session, sessions=[to(OTHER)], on=timezone.localdate())
    client.force_login(planner)
    html = client.post(
        at("change_decide", plan), {"pk": [change.pk], "decision": "returned", "note": " "}, follow=True
    ).content.decode()
    assert re.search(rf'value="{change.pk}"[^>]*checked', html)
    Session.objects.filter(pk=session.pk).update(executed_units=0)
    sent = {"pk": [change.pk], "decision": "approved", "note": "Quedó para septiembre"}
    html = client.post(at("change_decide", plan), sent, follow=True).content.decode()
    assert "El espacio ya se reportó" in html
    assert re.search(rf'value="{change.pk}"[^>]*checked', html) and "Quedó para septiembre</textarea>" in html
    html = client.get(at("change_list", plan)).content.decode()  # once
    assert "Quedó para septiembre" not in html


def test_returning_asks_for_a_note(client, plan, session, planner, head, dependency):
    change = request(plan, head, "withdraw", session=session, dependency=dependency, on=timezone.localdate())
    client.force_login(planner)
    answer = client.post(change.get_absolute_url(), {"decision": "returned", "revision": 0})
    assert "Diga por qué: quien la pidió lo lee." in text_of(answer)
    client.post(change.get_absolute_url(), {"decision": "returned", "revision": 0, "note": "¿Por qué?"})
    client.force_login(head)
    address = at("change_update", plan, change.pk)
    assert address in text_of(client.get(change.get_absolute_url()))
    stored = ChangeRequest.objects.get()
    client.post(address, {**WHY, "reason": "budget", "revision": stored.revision})
    stored.refresh_from_db()
    assert (stored.state, stored.reason) == ("requested", "budget")


def test_head_reads_what_is_theirs_and_decides_nothing(client, plan, session, planner, head):
    change = request(plan, planner, "withdraw", session=session, on=timezone.localdate())
    client.force_login(head)
    answer = client.get(at("change_list", plan), follow=True)
    assert "Retirar" in text_of(answer) and "Aprobar las marcadas" not in text_of(answer)
    assert client.post(change.get_absolute_url(), {"decision": "approved"}).status_code == 403


def test_groups_were_told(client, plan, session, planner):
    change = request(plan, planner, "withdraw", session=session, on=timezone.localdate())
    client.force_login(planner)
    client.post(change.get_absolute_url(), {"decision": "approved", "revision": 0})
    assert "no se hará" in text_of(client.get(change.get_absolute_url()))
    today = timezone.localdate().isoformat()
    client.post(at("change_told", plan, change.pk), {"how": "Correo", "on": today, "revision": ""})
    assert "Se les avisó el" in text_of(client.get(change.get_absolute_url()))


@pytest.mark.parametrize("number", [2, 12])
def test_list_asks_the_same_whatever_its_size(
    client, plan, activity, dependency, planner, head, number, django_assert_num_queries
):
    for n in range(number):
        session = make_session(activity, COMING + timedelta(days=n))
        approve(plan)
        request(plan, head, "withdraw", session=session, dependency=dependency, on=timezone.localdate())
    client.force_login(planner)
    client.get(at("change_list", plan))
    with django_assert_num_queries(QUERIES["change_list"]):
        client.get(at("change_list", plan))


QUERIES = {"change_list": 9, "proposal_list": 11}

# --- Proposals --------------------------------------------------------------------------------------------------------


def call(client, plan, planner):
    client.force_login(planner)
    until = timezone.localdate() + timedelta(days=20)
    return client.post(at("proposal_call", plan), {"until": until.isoformat(), "revision": plan.revision}, follow=True)


def test_call_tells_every_head(client, plan, planner, head):
    assert "Se avisó a 1 jefatura." in text_of(call(client, plan, planner))
    assert Notice.objects.get(recipient=head).kind == "proposals.called"


def test_head_proposes_with_the_form_of_an_activity_and_planning_accepts(client, plan, planner, head, dependency):
    call(client, plan, planner)
    client.force_login(head)
    assert at("change_create", plan) in text_of(client.get(at("proposal_list", plan)))
    other = make_dependency(plan.entity)
    values = {"name": "Feria de servicios", "months": [f"{YEAR + 1}-03"], "reason_text": ""}
    refused = client.post(at("change_create", plan), {**values, "lead": other.pk})
    assert "lead" in refused.context["what"].errors
    client.post(at("change_create", plan), {**values, "lead": dependency.pk})
    assert not Activity.objects.exists()
    change = ChangeRequest.objects.get()
    client.force_login(planner)
    assert "Propuesta" in text_of(client.get(at("proposal_list", plan)))
    client.post(at("change_decide", plan), {"pk": [change.pk], "decision": "approved"})
    added = Activity.objects.get()
    assert (added.name, added.sessions.count(), added.in_force_from) == ("Feria de servicios", 1, None)
    assert "Aceptada" in text_of(client.get(change.get_absolute_url()))
    assert not plan.versions.exists()


def test_nobody_proposes_before_the_call(client, plan, head, dependency):
    client.force_login(head)
    answer = client.post(at("change_create", plan), {"name": "Feria", "lead": dependency.pk, "reason_text": ""})
    assert "Planeación todavía no pide propuestas para este plan." in text_of(answer)


def test_silent_dependencies_are_reminded_once_a_day(client, plan, planner, head, dependency):
    answered = make_user(plan.entity, Role.HEAD)
    call(client, plan, planner)
    client.force_login(answered)
    client.post(at("proposal_none", plan))
    assert NoProposal.objects.get().dependency == answered.memberships.get().dependency
    client.force_login(planner)
    assert "falta 1 de 2" in text_of(client.get(at("proposal_list", plan)))
    assert "Se le recordó a 1 jefatura." in text_of(client.post(at("proposal_remind", plan), follow=True))
    assert "Hoy ya se les recordó" in text_of(client.post(at("proposal_remind", plan), follow=True))
    assert [notice.recipient for notice in Notice.objects.filter(kind="proposals.reminder")] == [head]


def test_proposal_takes_back_that_there_was_none(client, plan, planner, head, dependency):
    call(client, plan, planner)
    client.force_login(head)
    client.post(at("proposal_none", plan))
    client.post(at("change_create", plan), {"name": "Feria", "lead": dependency.pk, "reason_text": ""})
    assert (NoProposal.objects.count(), ChangeRequest.objects.count()) == (0, 1)


@pytest.mark.parametrize("number", [2, 12])
def test_proposals_ask_the_same_whatever_their_size(client, plan, planner, number, django_assert_num_queries):
    call(client, plan, planner)
    for n in range(number):
        head = make_user(plan.entity, Role.HEAD)
        unit = head.memberships.get().dependency
        asked = {"activity_values": {"name": f"Feria {n}", "lead": unit.pk}, "sessions": [to(OTHER)]}
        request(plan, head, "add", dependency=unit, reason="", on=timezone.localdate(), **asked)
    client.get(at("proposal_list", plan))
    with django_assert_num_queries(QUERIES["proposal_list"]):
        client.get(at("proposal_list", plan))
