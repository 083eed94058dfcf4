"""Reminders of promises: 15, 5 and 1 working days before, on the day, and every week while one is overdue."""

from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import Membership, Role
from commitments.actions import move_commitment
from commitments.models import Commitment, Extension
from dashboard.models import Reminded, ReminderChoice
from dashboard.reminders import digests
from dashboard.reminders.steps import step_of_promise
from dashboard.tasks import send_reminders
from records.models import Mail
from tests.factories import make_activity, make_commitment, make_dependency, make_plan, make_session, make_user

BOGOTA = ZoneInfo("America/Bogota")
DAY = timedelta(days=1)


def november(day: int) -> date:
    return date(2026, 11, day)


def december(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("on", "step"),
    [
        (november(3), None),
        (november(4), ("15_before", 0)),  # the 16th is a holiday
        (november(18), ("15_before", 0)),
        (november(19), ("5_before", 0)),
        (november(24), ("5_before", 0)),
        (november(25), ("1_before", 0)),
        (november(26), ("on_day", 0)),  # a Thursday
        (november(27), ("on_day", 0)),  # what was not told on the day is, until the week ends
        (november(29), ("on_day", 0)),
        (november(30), ("weekly", 1)),
        (december(4), ("weekly", 1)),
        (december(7), ("weekly", 2)),
        (date(2027, 11, 22), ("weekly", 52)),
    ],
)
def test_step_of_a_promise_is_the_latest_reached(on, step):
    assert step_of_promise(november(26), on) == step


def test_what_is_due_on_a_day_off_is_told_on_the_last_working_day_before():
    saturday = november(28)
    assert step_of_promise(saturday, november(26)) == ("1_before", 0)
    assert step_of_promise(saturday, november(27)) == ("on_day", 0)


# --- Two months -------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(entity, dependency):
    """By name. Nobody directs Prensa; Beto wants one mail a week, on Tuesdays."""

    def somebody(name: str, role: str, unit=None):
        person = make_user(entity, role, unit)
        person.full_name, person.email = name, f"{name.lower()}@example.org"
        person.save()
        return person

    treasury = make_dependency(entity, "Hacienda")
    make_dependency(entity, "Prensa")
    found = {
        "Ana": somebody("Ana", Role.HEAD, dependency),
        "Beto": somebody("Beto", Role.HEAD, treasury),
        "Clara": somebody("Clara", Role.PLANNER),
    }
    ReminderChoice.objects.create(person=found["Beto"], weekday=1)
    return found


@pytest.fixture
def promises(entity, people) -> dict[str, Commitment]:
    plan = make_plan(entity, state="approved", approved_on=date(2026, 1, 2))
    draft = make_plan(entity, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    closed = make_plan(entity, state="closed", approved_on=date(2026, 1, 2), closed_on=date(2026, 10, 1))
    units = {unit.name: unit for unit in entity.dependencies.all()}

    def promise(text: str, due_on: date, *names: str, of=plan, **fields) -> Commitment:
        row = make_commitment(of, text=text, due_on=due_on, made_on=None, **fields)
        row.responsible.set([units[name] for name in names])
        return row

    government = "Secretaría de Gobierno"
    rows = [
        promise("Vía", november(26), government),  # kept on the 9th of December
        promise("Parque", december(7), government, "Hacienda"),  # on the 1st it gets until the 18th
        promise("Aula", november(12), "Prensa"),  # kept on the 11th
        promise("Huerta", december(26), "Hacienda", of=draft),  # a Saturday, of a plan that nobody approved yet
        promise("Puente", date(2026, 3, 2), of=closed),
        promise("Hecha", november(20), government, state="reported_done", closed_on=november(1)),
        promise("Lejana", date(2027, 6, 1), government),
    ]
    return {row.text: row for row in rows}


def mails_of(day: date) -> list[str]:
    """ "02-12 Ana: Parque 5_before, Vía weekly 1"."""
    found = []
    for mail in Mail.objects.filter(created_at__date=day).order_by("to"):
        rows = Reminded.objects.filter(person=mail.recipient, on=day).order_by("due_on", "target_id")
        lines = [f"{row.target.text} {row.step}{f' {row.week}' if row.week else ''}" for row in rows]
        found.append(f"{day:%m-%d} {mail.recipient.full_name}: {', '.join(lines)}")
    return found


def pass_through(first: date, last: date, happens: dict) -> list[str]:
    """Lives those days, the schedule running several times in each; the mails of each."""
    told, day = [], first
    while day <= last:
        for hour in (5, 7, 17):
            with time_machine.travel(datetime(day.year, day.month, day.day, hour, 30, tzinfo=BOGOTA), tick=False):
                send_reminders()
        told += mails_of(day)
        if event := happens.get(day):
            event()
        day += DAY
    return told


def test_two_months_of_promises(people, promises):
    def keep(text: str, day: date):
        promises[text].follow_ups.create(on=day, progress=100, done="Se hizo")
        move_commitment(commitment=promises[text], to="reported_done", on=day, by=people["Clara"])

    def extend(text: str, to: date, on: date):
        row = promises[text]
        Extension.objects.create(
            commitment=row, due_before=row.due_on, due_on=to, reason="Llovió", state="granted",
            asked_by=people["Ana"], asked_on=on, decided_by=people["Clara"], decided_on=on,
        )  # fmt: skip
        Commitment.objects.filter(pk=row.pk).update(due_on=to)

    happens = {
        november(11): lambda: keep("Aula", november(11)),
        december(1): lambda: extend("Parque", december(18), december(1)),
        december(9): lambda: keep("Vía", december(9)),
    }
    told = pass_through(november(1), december(31), happens)
    assert told == [
        "11-03 Clara: Aula 15_before",  # the first day: of no head and nothing above
        "11-04 Ana: Vía 15_before",
        "11-05 Clara: Aula 5_before",
        "11-11 Clara: Aula 1_before",  # kept that day: nothing more
        "11-13 Ana: Parque 15_before",
        "11-17 Beto: Parque 15_before",  # a Tuesday
        "11-19 Ana: Vía 5_before",
        "11-25 Ana: Vía 1_before",
        "11-26 Ana: Vía on_day",  # two days running: it does not wait
        "11-30 Ana: Vía weekly 1, Parque 5_before",  # a Monday
        "12-01 Beto: Parque 5_before",  # that day it gets until the 18th
        "12-02 Ana: Parque 15_before",  # of another day, so anew
        "12-07 Ana: Vía weekly 2",
        "12-07 Clara: Vía weekly 2",  # a week late: planning too
        "12-09 Beto: Parque 15_before, Huerta 15_before",  # Tuesday is a holiday
        "12-11 Ana: Parque 5_before",
        "12-15 Beto: Parque 5_before",
        "12-17 Ana: Parque 1_before",
        "12-18 Ana: Parque on_day",
        "12-22 Ana: Parque weekly 1",  # reached on Monday, held by the mail of Friday
        "12-22 Beto: Parque weekly 1, Huerta 5_before",
        "12-28 Ana: Parque weekly 2",
        "12-28 Clara: Parque weekly 2",
        "12-29 Beto: Parque weekly 2, Huerta weekly 1",
    ]
    assert not Reminded.objects.filter(target_id__in=[promises[name].pk for name in ("Puente", "Hecha", "Lejana")])


# --- With the rest ----------------------------------------------------------------------------------------------------


@pytest.fixture
def road(entity, dependency, head) -> Commitment:
    plan = make_plan(entity, state="approved", approved_on=date(2026, 1, 2))
    row = make_commitment(plan, text="Reparar la vía", due_on=november(26), made_on=None)
    row.responsible.add(dependency)
    return row


def sent(on: date) -> list[tuple[str, list[str]]]:
    return [(each.person.full_name, [line.step for line in each.lines]) for each in digests.send(on)]


def test_what_is_due_tomorrow_or_today_does_not_wait_for_the_pause(road, dependency, head):
    make_session(make_activity(road.plan, dependency), november(23))
    assert sent(november(24)) == [(head.full_name, ["next_day", "5_before"])]
    assert sent(november(25)) == [(head.full_name, ["1_before"])]
    assert sent(november(26)) == [(head.full_name, ["third_day", "on_day"])]  # one mail, of all that was waiting
    assert sent(november(27)) == []
    assert sent(november(30)) == [(head.full_name, ["weekly"])]


def test_what_is_five_days_away_waits_for_the_pause(road, dependency, head):
    make_session(make_activity(road.plan, dependency), november(17))
    Reminded.objects.all().delete()
    assert sent(november(18))[0][1] == ["next_day", "15_before"]
    assert sent(november(19)) == []
    assert sent(november(20))[0][1] == ["third_day", "5_before"]


def test_promise_of_two_dependencies_of_one_head_is_told_once(road, entity, head):
    unit = make_dependency(entity, "Obras")
    Membership.objects.create(user=head, entity=entity, role=Role.HEAD, dependency=unit)
    road.responsible.add(unit)
    assert sent(november(19)) == [(head.full_name, ["5_before"])]


def test_planning_is_told_once_a_promise_is_a_week_late(road, head, planner):
    assert [name for name, _steps in sent(november(30))] == [head.full_name]
    assert {name for name, _steps in sent(december(7))} == {head.full_name, planner.full_name}


def test_mail_says_the_first_deadline_beside_the_new_one(road, head, planner):
    Extension.objects.create(
        commitment=road,
        due_before=date(2026, 10, 1),
        due_on=road.due_on,
        reason="Llovió",
        state="granted",
        asked_by=head,
        asked_on=date(2026, 9, 1),
        decided_by=planner,
        decided_on=date(2026, 9, 1),
    )
    digests.send(november(25))
    (mail,) = Mail.objects.all()
    assert mail.subject == "Convite: 1 compromiso por cumplir"
    assert "26 de noviembre de 2026, mañana" in mail.text
    assert "se prometió para el 1 oct 2026" in " ".join(mail.text.split())
    assert f"/compromisos/{road.pk}/seguimiento/\n" in mail.text


def test_who_wants_only_what_is_late_is_told_when_it_is(road, head):
    ReminderChoice.objects.create(person=head, coming=False)
    assert sent(november(25)) == sent(november(26)) == []
    assert sent(november(30)) == [(head.full_name, ["weekly"])]


def test_dry_run_lists_promises(road, head):
    output = StringIO()
    call_command("send_reminders", "--on", "2026-11-30", "--dry-run", stdout=output)
    said = "cada semana, mientras siga vencido · Reparar la vía · 26 de noviembre de 2026 · dirige"
    assert said in output.getvalue()
    assert not Reminded.objects.exists()


@pytest.mark.parametrize("size", [2, 60])
def test_statements_do_not_grow_with_the_promises(road, head, size, django_assert_max_num_queries):
    for n in range(size):
        row = make_commitment(road.plan, due_on=november(26) + (n % 5) * DAY, made_on=None)
        row.responsible.set(road.responsible.all())
    with django_assert_max_num_queries(22):
        [digest] = digests.digests(november(25))
    assert len(digest.lines) == size + 1
