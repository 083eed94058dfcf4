"""Monthly returns: which are owed, what they hold, who moves them, and what an accepted one holds."""

from copy import copy
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Role
from activities import actions as writes
from activities import progress, reporting
from activities.changes import actions as changes
from activities.changes import rules, wanted
from activities.models import ChangeRequest, Metric, MonthlyReturn, Session
from activities.returns import actions, contents, opening, shown
from activities.returns.locking import Held
from plans.models import Plan
from records.models import Notice
from records.refusals import NotAllowed, NotReady, Refused, Stale
from tests.activities.returning import APRIL_10, MARCH, accepted, approve, return_of
from tests.factories import make_activity, make_dependency, make_plan, make_session, make_user

DAY = date(2026, 3, 16)


@pytest.fixture
def activity(plan, dependency):
    activity = make_activity(plan, dependency, name="Mesa de diálogo", incidence_level="consultation")
    approve(plan)
    activity.plan = plan
    return activity


@pytest.fixture
def session(activity):
    return make_session(activity, DAY, executed_units=1, held_on=DAY, attendance_total=20, topics="El río")


def report(session: Session, by, **fields) -> Session:
    before = copy(session)
    for name, value in fields.items():
        setattr(session, name, value)
    return reporting.report_session(session=session, before=before, kept={}, people={}, by=by, seen=session.revision)


def owed(plan: Plan) -> list[tuple[str, str]]:
    rows = plan.returns.order_by("dependency__name", "month").select_related("dependency")
    return [(row.dependency.name, f"{row.month:%m}") for row in rows]


# --- Which are owed ---------------------------------------------------------------------------------------------------


def test_each_leading_dependency_owes_each_month_that_ended_since_the_approval(plan, entity):
    leads, supports = make_dependency(entity, "Gobierno"), make_dependency(entity, "Prensa")
    activity = make_activity(plan, leads)
    activity.responsibilities.create(dependency=supports, part="support")
    approve(plan, date(2026, 2, 10))
    assert [row.month for row in opening.open_returns(plan, date(2026, 4, 30))] == [date(2026, 2, 28), MARCH]
    assert owed(plan) == [("Gobierno", "02"), ("Gobierno", "03")]


def test_looking_again_opens_nothing(plan, activity, django_assert_num_queries):
    opening.open_returns(plan, APRIL_10)
    with django_assert_num_queries(2):
        assert opening.open_returns(plan, APRIL_10) == []


def test_the_schedule_opens_those_of_every_approved_plan_where_its_entity_is(entity, dependency):
    other = make_plan(entity)
    make_activity(other, dependency)
    draft = make_plan(entity)
    make_activity(draft, dependency)
    approve(other)
    # 30 April, 23:00 in Bogotá: April has not ended.
    opening.open_all(datetime(2026, 5, 1, 4, tzinfo=UTC))
    assert [f"{row.month:%m}" for row in other.returns.order_by("month")] == ["01", "02", "03"]
    assert not draft.returns.exists()


def test_a_database_has_one_of_each_month(plan, activity, dependency):
    return_of(plan, dependency)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyReturn.objects.create(plan=plan, dependency=dependency, month=MARCH)


def test_when_the_lead_changes_each_owes_its_own_months(plan, entity, dependency, planner):
    activity = make_activity(plan, dependency)
    approve(plan)
    activity.plan = plan
    make_session(activity, date(2026, 2, 16), executed_units=1, held_on=date(2026, 2, 16))
    make_session(activity, date(2026, 5, 18))
    heir = make_dependency(entity, "Zona rural")
    values = {**wanted.stored(activity), "lead": heir.pk, "support": []}
    asked = ChangeRequest(plan=plan, kind="modify", activity=activity, reason="staff", wanted={"activity": values})
    changes.ask(change=asked, by=planner, on=date(2026, 3, 10), approve=True)
    opening.open_returns(plan, date(2026, 6, 1))
    old = [(name, month) for name, month in owed(plan) if name == dependency.name]
    assert [month for _name, month in old] == ["01", "02", "03"]
    assert [month for name, month in owed(plan) if name == heir.name] == ["03", "04", "05"]
    assert len(contents.collect(return_of(plan, dependency, date(2026, 2, 28), date(2026, 6, 1))).spaces) == 1


def test_one_that_no_longer_exists_owes_no_later_month(plan, dependency):
    make_activity(plan, dependency)
    approve(plan)
    dependency.valid_to = date(2026, 2, 15)
    dependency.save()
    opening.open_returns(plan, APRIL_10)
    assert [month for _name, month in owed(plan)] == ["01", "02"]


def test_of_the_last_month_its_head_is_told_once(plan, activity, head):
    opening.open_returns(plan, APRIL_10)
    opening.open_returns(plan, APRIL_10)
    [told] = Notice.objects.filter(recipient=head)
    assert (told.kind, told.params["month"], told.params["due"]) == ("return.due", "2026-03", "2026-04-09")


def test_five_working_days_without_those_of_easter(plan, activity, dependency):
    monthly = return_of(plan, dependency)  # 2 and 3 April 2026 are Maundy Thursday and Good Friday
    assert monthly.due_on == date(2026, 4, 9)
    assert not monthly.is_late(date(2026, 4, 9))
    assert monthly.is_late(date(2026, 4, 10))


# --- What they hold ---------------------------------------------------------------------------------------------------


def test_it_holds_what_was_planned_or_held_in_the_month(plan, activity, session, dependency, entity):
    late = make_session(activity, date(2026, 3, 30), executed_units=1, held_on=date(2026, 4, 2))
    extra = make_session(activity, date(2026, 3, 20), planned_units=0, executed_units=1, held_on=date(2026, 3, 20))
    make_session(activity, date(2026, 4, 6))
    make_session(make_activity(plan, make_dependency(entity)), DAY)
    found = contents.collect(return_of(plan, dependency))
    assert [space.id for space in found.spaces] == [session.pk, extra.pk, late.pk]
    assert (found.planned, found.executed) == (2, 1)  # on the 31st one of two was done
    assert shown.lead(found, MARCH, plan.unit) == (
        "Para marzo de 2026 había 2 espacios, y al terminar el mes se había hecho 1: 50,0\u00a0%. "
        "1 se hizo después, y no cuenta en esa cifra. Además se hizo 1 que no era de este mes del plan."
    )


def test_the_returns_of_a_month_add_up_to_the_plan(plan, entity):
    for n in range(1, 5):
        activity = make_activity(plan, make_dependency(entity))
        for day in range(2, 2 + n):
            make_session(
                activity, date(2026, 3, day), executed_units=day % 2, held_on=date(2026, 3, day) if day % 2 else None
            )
    approve(plan)
    opening.open_returns(plan, APRIL_10)
    month = next(each for each in progress.of_plan(plan, MARCH).months if each.last_day == MARCH)
    rows = [contents.collect(row) for row in plan.returns.filter(month=MARCH)]
    assert (sum(row.planned for row in rows), sum(row.executed for row in rows)) == (
        month.figure.planned,
        month.figure.executed,
    )


def test_reading_it_takes_as_many_statements_whatever_its_size(
    plan, activity, dependency, entity, django_assert_num_queries
):
    group = entity.groups.create(name="Mujeres")
    for day in range(1, 4):
        made = make_session(activity, date(2026, 3, day), executed_units=1, held_on=date(2026, 3, day))
        made.attendances.create(group=group, people=4)
    monthly = return_of(plan, dependency)
    with django_assert_num_queries(5):
        contents.collect(monthly)
    for _n in range(20):
        make_session(make_activity(plan, dependency), DAY, executed_units=1, held_on=DAY).attendances.create(
            group=group
        )
    with django_assert_num_queries(5):
        assert contents.collect(monthly).groups == [("Mujeres", 23, 4)]


def test_a_percentage_target_is_an_indicator_and_no_space(plan, dependency):
    target = make_activity(plan, dependency, target_kind="percentage", target_value=95, name="Responder peticiones")
    make_session(target, MARCH, executed_units=1, held_on=MARCH, numerator=45, denominator=50)
    approve(plan)
    found = contents.collect(return_of(plan, dependency))
    assert (found.planned, found.executed) == (0, 0)
    indicators = {part.name: part for part in shown.parts(found, MARCH, plan.unit)}["indicators"]
    assert [row[2] for row in indicators.tables[0].rows] == ["45 de 50: 90,0\u00a0% de una meta de 95\u00a0%"]


def test_what_was_sent_is_read_as_it_was(plan, activity, session, dependency, head):
    monthly = return_of(plan, dependency)
    before = contents.collect(monthly)
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    report(session, head, topics="Otra cosa")
    monthly.refresh_from_db()
    assert contents.of(monthly) == before
    assert contents.changed(monthly) == ["Mesa de diálogo"]


# --- Sent, accepted, returned, reopened -------------------------------------------------------------------------------


def test_nothing_is_sent_while_a_space_of_the_month_is_not_reported(plan, activity, dependency, head):
    make_session(activity, DAY)
    monthly = return_of(plan, dependency)
    with pytest.raises(NotReady, match="Falta reportar «Mesa de diálogo»") as refused:
        actions.submit(monthly=monthly, by=head, on=APRIL_10)
    assert refused.value.blockers[0].url.endswith("/reporte/")
    assert MonthlyReturn.objects.get(pk=monthly.pk).state == "due"


def test_a_month_without_activities_is_sent_as_it_is(plan, activity, dependency, head, planner):
    monthly = return_of(plan, dependency)
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    assert contents.of(monthly).is_empty
    told = Notice.objects.get(recipient=planner)
    assert (told.kind, told.params["dependency"]) == ("return.sent", dependency.name)


def test_of_two_who_send_the_second_is_told(plan, activity, dependency, head, planner):
    first, second = return_of(plan, dependency), return_of(plan, dependency)
    actions.submit(monthly=first, by=head, on=APRIL_10)
    with pytest.raises(Stale):
        actions.submit(monthly=second, by=planner, on=APRIL_10)
    assert AuditEntry.objects.filter(verb="return.submit").count() == 1


def test_texts_written_while_planning_accepts_are_refused_and_said_so(plan, activity, dependency, head, planner):
    open_form = return_of(plan, dependency)
    accepted(plan, dependency, head=head, planner=planner)
    open_form.results = "Se acordó la ruta"
    with pytest.raises(Refused, match="ya aceptó este formato"):
        actions.save_texts(monthly=open_form, by=head, seen=0)


def test_what_changed_after_it_was_sent_is_not_accepted_unseen(plan, activity, session, dependency, head, planner):
    monthly = return_of(plan, dependency)
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    report(session, head, attendance_total=200)
    with pytest.raises(NotReady, match="cambió lo reportado de «Mesa de diálogo»"):
        actions.accept(monthly=monthly, by=planner, on=APRIL_10)
    monthly = return_of(plan, dependency)
    actions.send_back(monthly=monthly, by=planner, note="Envíelo con lo nuevo.")
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    actions.accept(monthly=monthly, by=planner, on=APRIL_10)
    assert (monthly.state, monthly.accepted_by, monthly.accepted_on) == ("accepted", planner, APRIL_10)


def test_going_back_needs_a_reason_which_the_head_reads(plan, activity, dependency, head, planner):
    monthly = accepted(plan, dependency, head=head, planner=planner)
    with pytest.raises(NotReady):
        actions.send_back(monthly=return_of(plan, dependency), by=planner, note="  ")
    actions.send_back(monthly=monthly, by=planner, note="Faltó una mesa")
    assert (monthly.state, monthly.facts, monthly.accepted_by, monthly.note) == (
        "returned",
        None,
        None,
        "Faltó una mesa",
    )
    entry = AuditEntry.objects.get(verb="return.unlock")
    assert (entry.actor, entry.changes["note"]) == (planner, ["", "Faltó una mesa"])
    assert Notice.objects.filter(recipient=head, kind="return.reopened", params__note="Faltó una mesa").count() == 1


def test_a_head_takes_back_what_was_sent_and_decides_nothing(plan, activity, dependency, head, planner):
    monthly = return_of(plan, dependency)
    actions.submit(monthly=monthly, by=head, on=APRIL_10)
    with pytest.raises(NotAllowed):
        actions.accept(monthly=return_of(plan, dependency), by=head, on=APRIL_10)
    actions.withdraw(monthly=monthly, by=head)
    assert (monthly.state, monthly.facts) == ("due", None)


def test_only_whoever_directs_the_dependency_or_one_above_sends_it(plan, entity, head, planner, control):
    above = make_dependency(entity)
    below = make_dependency(entity, parent=above)
    make_activity(plan, below)
    approve(plan)
    chief = make_user(entity, Role.HEAD, above)
    for person in (head, control):
        with pytest.raises(NotAllowed):
            actions.submit(monthly=return_of(plan, below), by=person, on=APRIL_10)
    actions.submit(monthly=return_of(plan, below), by=chief, on=APRIL_10)


def test_nothing_is_sent_of_a_closed_plan_nor_before_the_month_ends(plan, activity, dependency, head):
    monthly = return_of(plan, dependency)
    with pytest.raises(NotReady, match="Marzo de 2026 todavía no termina"):
        actions.submit(monthly=monthly, by=head, on=MARCH)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.CLOSED, closed_on=APRIL_10)
    plan.refresh_from_db()
    with pytest.raises(NotReady, match="no está en ejecución"):
        actions.submit(monthly=return_of(plan, dependency), by=head, on=APRIL_10)


def test_a_renamed_dependency_keeps_its_returns(plan, activity, dependency, head):
    monthly = return_of(plan, dependency)
    dependency.name = "Secretaría con otro nombre"
    dependency.save()
    assert return_of(plan, dependency).pk == monthly.pk


# --- What an accepted one holds ---------------------------------------------------------------------------------------


@pytest.fixture
def held(plan, activity, session, dependency, head, planner):
    return accepted(plan, dependency, head=head, planner=planner)


def test_a_report_of_the_month_is_refused_with_the_way_to_mend_it(held, session, head):
    with pytest.raises(Held) as refused:
        report(session, head, attendance_total=21)
    [sentence] = refused.value.messages
    assert "Planeación puede reabrirlo, con un motivo." in sentence
    assert f'<a href="{held.get_absolute_url()}">' in sentence
    assert Session.objects.get(pk=session.pk).attendance_total == 20


@pytest.mark.parametrize("fields", [{"held_on": DAY}, {"planned_on": DAY}])
def test_nothing_enters_the_month_from_another(held, activity, planner, fields):
    other = make_session(activity, date(2026, 4, 6), executed_units=1, held_on=date(2026, 4, 6))
    with pytest.raises(Held):
        report(other, planner, **fields)


def test_an_extra_space_of_the_month_is_refused(held, activity, head):
    extra = Session(
        activity=activity, planned_on=date(2026, 3, 3), planned_units=0, executed_units=1, held_on=date(2026, 3, 3)
    )
    with pytest.raises(Held):
        reporting.report_session(session=extra, before=None, kept={}, people={}, by=head, seen=None)
    with pytest.raises(Held):
        writes.delete_session(session=make_session(activity, date(2026, 3, 4), planned_units=0), by=head)


def test_metrics_whose_period_ends_in_the_month_are_held(held, activity, head):
    values = {"activity": activity, "kind": "visitas", "name": "Visitas", "value": 3}
    stored = Metric.objects.create(**values, period_from=DAY, period_to=DAY)
    with pytest.raises(Held):
        writes.delete_metric(metric=stored, by=head)
    stored.period_to = date(2026, 4, 30)
    with pytest.raises(Held):
        writes.save_metric(metric=stored, by=head, seen=0)
    quarter = Metric(**values, period_from=date(2026, 2, 1), period_to=date(2026, 4, 30))
    writes.save_metric(metric=quarter, by=head)


def test_other_months_and_other_dependencies_go_on(held, plan, activity, entity, planner):
    report(make_session(activity, date(2026, 4, 6)), planner, executed_units=1, held_on=date(2026, 4, 6))
    another = make_activity(plan, make_dependency(entity))
    another.plan = plan
    report(make_session(another, DAY), planner, executed_units=1, held_on=DAY)


def test_reopened_it_takes_reports_again(held, session, head, planner):
    with pytest.raises(Held):
        report(session, head, attendance_total=21)  # its form was open since before
    actions.send_back(monthly=held, by=planner, note="Faltó una mesa")
    session.refresh_from_db()
    report(session, head, attendance_total=21)
    assert Session.objects.get(pk=session.pk).attendance_total == 21


def test_no_request_puts_a_space_in_the_month(held, plan, activity, planner, head):
    asked = ChangeRequest(plan=plan, kind="add", activity=activity, reason="agenda", requested_by=head)
    asked.wanted = {"sessions": [{"planned_on": "2026-03-24", "planned_precision": "day", "planned_units": 1}]}
    assert "ya aceptó el formato interno de marzo de 2026" in rules.blockers(asked, APRIL_10)[0].text


def test_a_return_changes_no_figure(plan, activity, session, dependency, head, planner):
    before = progress.of_plan(plan, MARCH)
    accepted(plan, dependency, head=head, planner=planner)
    assert progress.of_plan(plan, MARCH) == before


def test_a_constraint_says_what_an_accepted_one_has(plan, activity, dependency):
    monthly = return_of(plan, dependency)
    monthly.state = "accepted"
    with pytest.raises(ValidationError, match="Un formato aceptado dice quién lo aceptó y cuándo"):
        monthly.validate_constraints()
