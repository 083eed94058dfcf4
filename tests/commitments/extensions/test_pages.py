"""An extension on the pages: asked by who answers for the promise, decided by planning, told beside what it moved."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from commitments.extensions.actions import ask_extension, grant_extension
from commitments.models import Extension
from dashboard import asked
from plans.models import Plan
from records.models import Notice
from tests.factories import make_commitment

TODAY, NOW = date(2026, 5, 4), datetime(2026, 5, 4, 15, tzinfo=UTC)
FIRST, LATER = date(2026, 4, 30), date(2026, 6, 30)


def at(name: str, plan, pk) -> str:
    return reverse(f"commitments:{name}", args=[plan.entity.slug, plan.slug, pk])


@pytest.fixture
def commitment(plan, dependency):
    with time_machine.travel(NOW, tick=False):
        commitment = make_commitment(plan, text="Reparar la vía", due_on=FIRST)
        commitment.responsible.add(dependency)
        Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 15))
        plan.refresh_from_db()
        yield commitment


def ask(commitment, by, due_on=LATER) -> Extension:
    return ask_extension(commitment=commitment, due_on=due_on, reason="Faltan estudios", on=TODAY, by=by)


def test_head_asks_planning_grants_and_both_deadlines_are_told(client, head, planner, plan, commitment):
    client.force_login(head)
    page = client.get(at("commitment_detail", plan, commitment.pk)).content.decode()
    assert at("extension_ask", plan, commitment.pk) in page
    response = client.post(
        at("extension_ask", plan, commitment.pk), {"due_on": "2026-06-30", "reason": "Faltan estudios"}, follow=True
    )
    extension = Extension.objects.get()
    page = response.content.decode()
    assert "falta que planeación decida" in page and "Pedir una prórroga" not in page
    client.force_login(planner)
    client.post(at("extension_decide", plan, extension.pk), {"decision": "granted", "note": "", "revision": 0})
    commitment.refresh_from_db()
    assert commitment.due_on == LATER
    page = client.get(at("commitment_detail", plan, commitment.pk))
    told = [(event.kind, event.on, event.who) for event in page.context["page"]]
    assert told[1:] == [("requested", TODAY, head.full_name), ("granted", TODAY, planner.full_name)]
    html = " ".join(page.content.decode().split())
    assert "Se prometió para el 30 de abril de 2026" in html and "30 de junio de 2026" in html
    listed = " ".join(
        client.get(reverse("commitments:commitment_list", args=[plan.entity.slug, plan.slug])).content.decode().split()
    )
    assert "se prometió para el 30 abr 2026" in listed
    assert Notice.objects.filter(recipient=head, kind="extension.granted").exists()


def test_planner_who_asks_decides_next(client, planner, plan, commitment):
    client.force_login(planner)
    data = {"due_on": "2026-06-30", "reason": "Faltan estudios"}
    response = client.post(at("extension_ask", plan, commitment.pk), data)
    assert response.url == Extension.objects.get().get_absolute_url()
    again = client.get(at("extension_ask", plan, commitment.pk), follow=True)
    assert "Ya hay una prórroga por decidir" in again.content.decode()


def test_form_tells_each_rule_and_keeps_what_was_typed(client, head, plan, commitment):
    client.force_login(head)

    def errors(**data):
        page = client.post(at("extension_ask", plan, commitment.pk), {"reason": "Faltan estudios", **data})
        assert "Faltan estudios" in page.content.decode() or not data.get("reason", "x")
        return dict(page.context["form"].errors.items())

    assert errors(due_on="2026-04-30") == {
        "due_on": ["Una prórroga es para después del plazo que tiene: 30 de abril de 2026."]
    }
    assert errors(due_on="2026-05-01") == {"due_on": ["Ese día ya pasó: un plazo nuevo es para hoy o después."]}
    assert errors(due_on="2026-06-30", reason="").keys() == {"reason"}
    assert not Extension.objects.exists()


def test_closed_promise_asks_for_no_time(client, head, plan, commitment):
    plan.commitments.update(state="reported_done", closed_on=TODAY)
    client.force_login(head)
    page = client.get(at("extension_ask", plan, commitment.pk), follow=True).content.decode()
    assert "ya está cerrado: no necesita más plazo" in page and "Pedir una prórroga" not in page


def test_two_who_decide_the_second_is_told_and_keeps_the_note(client, head, planner, plan, commitment):
    extension = ask(commitment, head)
    client.force_login(planner)
    url = extension.get_absolute_url()
    client.post(url, {"decision": "refused", "note": "Ya hubo tiempo", "revision": 0})
    page = client.post(url, {"decision": "granted", "note": "De acuerdo", "revision": 0})
    assert "Otra persona cambió estos datos" in page.content.decode()
    extension.refresh_from_db()
    assert (extension.state, extension.note) == ("refused", "Ya hubo tiempo")
    assert Notice.objects.filter(recipient=head, kind="extension.refused").count() == 1


def test_refusing_says_why(client, head, planner, plan, commitment):
    extension = ask(commitment, head)
    client.force_login(planner)
    form = client.post(extension.get_absolute_url(), {"decision": "refused", "note": "", "revision": 0}).context["form"]
    assert form.errors == {"note": ["Diga por qué se niega: quien la pidió lo lee."]}


def test_only_who_answers_asks_and_only_planning_decides(client, head, control, planner, plan, commitment):
    extension = ask(commitment, head)
    other = make_commitment(plan)
    for person, asks, decides in ((head, 403, 403), (control, 403, 403), (planner, 200, 302)):
        client.force_login(person)
        assert client.get(at("extension_ask", plan, other.pk)).status_code == asks
        assert client.get(extension.get_absolute_url()).status_code == 200
        data = {"decision": "refused", "note": "No", "revision": 0}
        assert client.post(extension.get_absolute_url(), data).status_code == decides


def test_planning_is_asked_in_a_row_for_each_plan(client, head, planner, plan, commitment):
    ask(commitment, head)
    [row] = asked.extensions_to_decide(plan.entity, date(2026, 5, 6))
    assert (row.label, row.since) == ("1 prórroga por decidir", "la más antigua, hace 2 días hábiles")
    client.force_login(planner)
    page = client.get(row.url)
    assert [each.commitment for each in page.context["page"].object_list] == [commitment]
    plan.commitments.update(state="reported_done", closed_on=TODAY)
    assert asked.extensions_to_decide(plan.entity, TODAY) == []


def test_edit_form_leaves_a_deadline_that_was_told(client, planner, plan, commitment):
    client.force_login(planner)
    page = client.get(at("commitment_update", plan, commitment.pk))
    assert "due_on" not in page.context["form"].fields
    assert "solo lo cambia una prórroga" in page.content.decode()
    data = {"text": "Reparar la vía", "made_on": "2026-03-16", "due_on": "2026-12-31", "code": "", "revision": 0}
    client.post(at("commitment_update", plan, commitment.pk), data)
    commitment.refresh_from_db()
    assert (commitment.due_on, commitment.revision) == (FIRST, 1)
    late = client.post(at("commitment_update", plan, commitment.pk), data | {"made_on": "2026-05-02", "revision": 1})
    assert late.context["form"].errors == {"made_on": ["El plazo no puede ser anterior al día en que se adquirió."]}


def test_what_is_owed_says_both_deadlines(head, planner, plan, commitment):
    from dashboard.owed import promises, shown

    grant_extension(extension=ask(commitment, head), on=TODAY, by=planner)
    [row] = shown(promises(plan.commitments.all(), TODAY, date(2026, 7, 30)), TODAY)
    assert (row.when, row.note) == ("30 de junio de 2026", "se prometió para el 30\xa0abr\xa02026")
