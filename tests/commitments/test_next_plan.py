"""The plan of the next year: what is copied, the dates that move, and the promises and spaces that pass on."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Activity, Session
from commitments import balance, timeline
from commitments.actions import add_follow_up, delete_commitment
from commitments.models import Commitment, FollowUp
from commitments.next_plan import leaving
from commitments.next_plan.copying import copy_plan, foreseen, next_year
from commitments.verifications.actions import verify
from plans.actions import approve, delete_plan
from plans.models import Plan
from plans.states import Frozen
from records.refusals import NotReady
from tests.factories import make_activity, make_commitment, make_dependency, make_minutes, make_plan, make_session

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)  # in Colombia
NEXT = {"title": "Plan 2027", "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}
EVERYTHING = {"activities": True, "dates": True, "chapters": True}


def copied(plan, planner, **parts):
    return copy_plan(source=plan, by=planner, **NEXT, **{**EVERYTHING, **parts})


@pytest.fixture
def group(entity):
    return entity.groups.create(name="Juntas de acción comunal")


@pytest.fixture
def running(plan, planner, group):
    phase = plan.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
    line = plan.lines.create(name="Línea de gobierno abierto")
    plan.chapters.create(title="Marco legal", purpose="legal", body="Ley 1757 de 2015.")
    activity = make_activity(
        plan, make_dependency(plan.entity, "Planeación"), number="1.1", name="Foro", phase=phase, line=line, budget=9
    )
    activity.groups.add(group)
    make_session(activity, date(2026, 3, 2), planned_units=2, place="Casa de la cultura", hour=time(9))
    make_session(activity, date(2026, 10, 31), planned_precision="month")
    approve(plan=plan, by=planner, on=date(2026, 1, 15))
    return Plan.objects.select_related("entity").get(pk=plan.pk)


def test_next_plan_is_a_draft_with_everything_a_year_later(running, planner, group):
    result = copied(running, planner)
    plan = Plan.objects.get(pk=result.plan.pk)
    assert (plan.state, plan.continues, plan.starts_on) == ("draft", running, date(2027, 1, 1))
    activity = plan.activities.get()
    assert (activity.number, activity.name, activity.budget) == ("1.1", "Foro", 9)
    assert (activity.phase.plan, activity.phase.stage, activity.line.plan) == (plan, "diagnosis", plan)
    assert [str(part) for part in activity.responsibilities.all()] == ["Planeación · Lidera"]
    assert list(activity.groups.all()) == [group]
    assert [
        (row.planned_on, row.planned_precision, row.planned_units, row.place, row.hour)
        for row in activity.sessions.all()
    ] == [
        (date(2027, 3, 2), "day", 2, "Casa de la cultura", time(9)),
        (date(2027, 10, 31), "month", 1, "", None),
    ]
    assert [(row.title, row.body) for row in plan.chapters.all()] == [("Marco legal", "Ley 1757 de 2015.")]
    assert Plan.objects.get(pk=running.pk).state == "approved"  # the old one still runs
    assert AuditEntry.objects.filter(verb="session.create", object_id__in=activity.sessions.values("pk")).count() == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (date(2026, 3, 2), date(2027, 3, 2)),  # a Monday, then a Tuesday
        (date(2026, 5, 4), date(2027, 5, 4)),
        (date(2026, 5, 8), date(2027, 5, 11)),  # a Saturday; the Monday is the Ascension
        (date(2026, 3, 20), date(2027, 3, 23)),  # Saturday, Sunday, Saint Joseph's Monday
        (date(2026, 3, 7), date(2027, 3, 6)),  # a Saturday fair stays on a Saturday
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_dates_move_off_weekends_and_holidays(running, planner, before, after):
    Session.objects.all().delete()
    make_session(running.activities.get(), before)
    result = copied(running, planner)
    assert [row.planned_on for row in Session.objects.filter(activity__plan=result.plan)] == [after]
    moved = [(row.before, row.after) for row in result.moved]
    assert moved == ([] if (before.month, before.day) == (after.month, after.day) else [(before, after)])


def test_leap_day_and_months():
    assert next_year(date(2028, 2, 29), "day", 1) == date(2029, 2, 28)
    assert next_year(date(2027, 2, 28), "month", 1) == date(2028, 2, 29)


def test_two_dates_that_would_meet_stay_two(running, planner):
    Session.objects.all().delete()
    for day in (7, 8):  # Saturday and Sunday of 2027 for Thursday and Friday of 2026
        make_session(running.activities.get(), date(2026, 5, day))
    result = copied(running, planner)
    found = Session.objects.filter(activity__plan=result.plan).order_by("planned_on")
    assert [row.planned_on for row in found] == [date(2027, 5, 7), date(2027, 5, 11)]


def test_what_no_longer_exists_stays_behind_and_is_told(running, planner, group):
    part = running.activities.get().responsibilities.get()
    part.dependency.valid_to = date(2026, 12, 31)
    part.dependency.save()
    group.active = False
    group.save()
    result = copied(running, planner)
    assert result.without == ["Planeación", group.name]
    assert not result.plan.activities.get().responsibilities.exists()


def test_withdrawn_and_outside_are_not_copied_nor_parts_that_nobody_asks_for(running, planner):
    make_activity(running, name="Feria", outside_plan=True)
    make_activity(running, name="Cabildo", withdrawn_on=date(2026, 5, 1))
    make_session(running.activities.get(name="Foro"), date(2026, 6, 1), withdrawn_on=date(2026, 5, 1))
    result = copied(running, planner, chapters=False)
    assert (result.activities, result.sessions) == (1, 2)
    assert not result.plan.chapters.exists()
    only = copy_plan(
        source=running, by=planner, **{**NEXT, "title": "Otro"}, activities=True, dates=False, chapters=True
    )
    assert not Session.objects.filter(activity__plan=only.plan).exists()


def test_shorter_plan_leaves_out_the_dates_that_it_does_not_reach(running, planner):
    short = {"title": "Plan 2027", "starts_on": date(2027, 1, 1), "ends_on": date(2027, 6, 30)}
    ahead = foreseen(running, short["starts_on"], short["ends_on"])
    result = copy_plan(source=running, by=planner, **short, **EVERYTHING)
    assert (result.sessions, result.outside) == (ahead.sessions, ahead.outside) == (1, 1)


@pytest.mark.parametrize("size", [2, 60])
def test_statements_do_not_grow(plan, planner, group, size, django_assert_max_num_queries):
    lead = make_dependency(plan.entity)
    for _n in range(size):
        activity = make_activity(plan, lead)
        activity.groups.add(group)
        make_session(activity)
    with django_assert_max_num_queries(47):  # SQLite parts larger writes
        assert copied(plan, planner).sessions == size


def test_activity_that_went_on_in_another_is_copied_whole(running, planner):
    old = running.activities.get()
    Activity.objects.filter(pk=old.pk).update(withdrawn_on=date(2026, 5, 1))
    heir = make_activity(running, number="1.1", name="Foro", replaces=old, in_force_from=date(2026, 5, 1))
    old.sessions.filter(planned_on=date(2026, 10, 31)).update(activity=heir)
    result = copied(running, planner)
    assert (result.activities, result.sessions, result.outside) == (1, 2, 0)
    assert result.plan.activities.get().sessions.count() == 2


# --- What the plan before left ----------------------------------------------------------------------------------------


def test_carried_space_goes_on_in_the_new_plan(running, planner):
    space = running.activities.get().sessions.get(planned_units=2)
    Session.objects.filter(pk=space.pk).update(
        executed_units=1, held_on=date(2026, 3, 2), carried_to_year=2027, reason="Llovió"
    )
    plan = copied(running, planner).plan
    assert list(leaving.carried(plan)) == [space]
    assert leaving.bring(plan=plan, sessions=[space], commitments=[], on=TODAY, by=planner) == (1, 0)
    space.refresh_from_db()
    new = space.carried_to
    assert (new.activity.plan, new.activity.name, new.planned_on, new.planned_precision, new.planned_units) == (
        plan,
        "Foro",
        date(2027, 1, 31),
        "month",
        1,
    )
    assert new.footnote == f"Viene de {running.title}: estaba programado para 2 de marzo de 2026."
    assert not leaving.carried(plan).exists()  # never twice


def test_activity_that_was_not_copied_comes_with_its_space(running, planner):
    Session.objects.filter(planned_units=2).update(carried_to_year=2027, reason="Llovió", executed_units=0)
    plan = copied(running, planner, activities=False, dates=False).plan
    leaving.bring(plan=plan, sessions=leaving.carried(plan), commitments=[], on=TODAY, by=planner)
    activity = plan.activities.get()
    assert (activity.name, activity.phase.plan, activity.responsibilities.count()) == ("Foro", plan, 1)


@time_machine.travel(NOON)
def test_promise_goes_on_with_its_whole_history(running, planner, group):
    promise = make_commitment(running, code="C-1", text="Abrir el parque", due_on=date(2027, 3, 1))
    promise.groups.add(group)
    promise.responsible.add(make_dependency(running.entity, "Obras"))
    add_follow_up(
        follow_up=FollowUp(commitment=promise, on=date(2026, 6, 1), progress=40, done="Se contrató"), by=planner
    )
    plan = copied(running, planner).plan
    leaving.bring(plan=plan, sessions=[], commitments=[promise], on=TODAY, by=planner)
    old = Commitment.objects.get(pk=promise.pk)
    assert (old.state, old.closed_on, old.carried_to_year, old.reason) == (
        "carried_over",
        TODAY,
        2027,
        "Sigue en «Plan 2027».",
    )
    new = plan.commitments.get()
    assert (new.carried_from, new.code, new.text, new.made_on, new.due_on, new.state) == (
        old,
        "C-1",
        "Abrir el parque",
        date(2026, 3, 16),
        date(2027, 3, 1),
        "in_progress",
    )
    assert [str(row) for row in new.responsible.all()] == ["Obras"]
    assert [event.kind for event in timeline.events_of(new)] == ["made", "followed", "in_progress", "carried_over"]
    old_year = balance.of_plan(running, on=date(2026, 12, 31))
    new_year = balance.of_plan(plan, on=date(2027, 1, 31), since=date(2027, 1, 1))
    assert (old_year.closed, new_year.open_at_start, new_year.open_at_end) == (1, 1, 1)


def test_first_deadline_goes_on_through_every_plan(running, planner, client):
    promise = make_commitment(running, text="Abrir el parque", due_on=date(2027, 2, 1))
    for before, after in ((date(2026, 9, 1), date(2026, 11, 1)), (date(2026, 11, 1), date(2027, 2, 1))):
        promise.extensions.create(
            due_before=before,
            due_on=after,
            reason="Llovió",
            state="granted",
            asked_by=planner,
            asked_on=before,
            decided_by=planner,
            decided_on=before,
        )
    plan = copied(running, planner).plan
    leaving.bring(plan=plan, sessions=[], commitments=[promise], on=TODAY, by=planner)
    second = plan.commitments.get()
    assert (second.due_on, second.promised_for) == (date(2027, 2, 1), date(2026, 9, 1))
    following = make_plan(plan.entity, starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31), continues=plan)
    leaving.bring(plan=following, sessions=[], commitments=[second], on=date(2027, 12, 1), by=planner)
    third = following.commitments.get()
    assert (third.due_on, third.promised_for) == (date(2027, 2, 1), date(2026, 9, 1))
    Commitment.objects.filter(pk=third.pk).update(state="reported_done", closed_on=date(2027, 1, 15))
    found = balance.of_plan(following, date(2028, 1, 31))
    assert (found.kept_on_time, found.kept_late, found.kept_as_promised, found.kept_after_promise) == (1, 0, 0, 1)
    client.force_login(planner)
    page = client.get(reverse("commitments:commitment_list", args=[following.entity.slug, following.slug]))
    assert "se prometió para el 1 sep 2026" in page.content.decode().replace("\u00a0", " ")


def test_dispute_without_a_reply_goes_on_with_the_promise_and_holds_it(running, planner):
    promise = make_commitment(running, state="partly_done")
    replied = {"reply": "Ya va", "replied_on": date(2026, 11, 2), "replied_by": planner}
    for n, fields in enumerate(({}, replied)):
        promise.answers.create(
            kind="disputes", text=f"Falta {n}", same_text=f"{n}", answered_on=date(2026, 11, 1), **fields
        )
    plan = copied(running, planner).plan
    leaving.bring(plan=plan, sessions=[], commitments=[promise], on=TODAY, by=planner)
    new = plan.commitments.get()
    assert [row.text for row in new.answers.all()] == ["Falta 0"]
    assert [row.text for row in promise.answers.all()] == ["Falta 1"]
    Commitment.objects.filter(pk=new.pk).update(state="reported_done", closed_on=TODAY)
    new.refresh_from_db()
    said = {"is_kept": True, "with_whom": "La mesa", "found": "Quedó hecho", "minutes": make_minutes(plan)}
    with pytest.raises(NotReady, match="espera respuesta"):
        verify(commitment=new, on=TODAY, by=planner, **said)


def test_promise_that_came_from_another_plan_is_not_deleted_with_the_draft(running, planner):
    promise = make_commitment(running)
    plan = copied(running, planner).plan
    leaving.bring(plan=plan, sessions=[], commitments=[promise], on=TODAY, by=planner)
    with pytest.raises(NotReady, match="El plan tiene 1 compromiso que viene de otro plan"):
        delete_plan(plan=plan, by=planner)
    with pytest.raises(ValidationError, match="lo prometido a la ciudadanía no se borra"):
        delete_commitment(commitment=plan.commitments.get(), by=planner)


def test_only_a_draft_takes_what_another_left(running, planner):
    plan = copied(running, planner).plan
    approve(plan=plan, by=planner, on=TODAY)
    with pytest.raises(Frozen):
        leaving.bring(plan=plan, sessions=[], commitments=[], on=TODAY, by=planner)


def test_pages_propose_the_next_year_and_tick_what_surely_passes(client, running, planner):
    Plan.objects.filter(pk=running.pk).update(title="Plan de participación 2026")
    late = make_commitment(running, text="Abrir el parque", due_on=date(2027, 3, 1))
    make_commitment(running, text="Pintar el aula", due_on=date(2099, 1, 1), state="reported_done", closed_on=TODAY)
    client.force_login(planner)
    at = reverse("commitments:plan_next", args=[running.entity.slug, running.slug])
    html = client.get(at).content.decode()
    assert 'value="Plan de participación 2027"' in html and 'value="2027-01-01"' in html
    given = {"title": "Plan de participación 2027", "starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    answer = client.post(at, {**given, "activities": "on", "dates": "on"}, follow=True)
    html = answer.content.decode()
    assert "El borrador quedó creado, con 1 actividad y 2 espacios." in html
    assert f'value="{late.pk}"' in html and "Pintar el aula" not in html
    plan = Plan.objects.get(title=given["title"])
    bring = reverse("commitments:plan_bring", args=[plan.entity.slug, plan.slug])
    answer = client.post(bring, {"commitments": [late.pk]}, follow=True)
    assert "Pasaron a este plan: espacios, 0; compromisos, 1." in answer.content.decode()
    assert "No queda nada por traer" in client.get(bring).content.decode()
    assert Activity.objects.filter(plan=plan).count() == 1


def test_title_taken_is_told_and_nothing_is_made(client, running, planner):
    client.force_login(planner)
    at = reverse("commitments:plan_next", args=[running.entity.slug, running.slug])
    given = {"title": running.title, "starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    assert "La entidad ya tiene un plan con ese título." in client.post(at, given).content.decode()
    html = client.post(at, {**given, "title": "Otro", "ends_on": "2026-12-31"}).content.decode()
    assert "El plan no puede terminar antes de empezar." in html
    assert Plan.objects.count() == 1
