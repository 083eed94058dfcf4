"""What a set of sessions adds up to, and percentage targets, which are in no sum."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from activities import progress
from activities.figures import Target, Targets, TargetState
from tests.activities.executions import APR, END, FEB, JAN, MAR, answered, figure, held, months_of, percentage
from tests.factories import make_activity, make_session

# --- Counted targets --------------------------------------------------------------------------------------------------


def test_each_session_is_capped_and_what_exceeds_is_shown_apart(plan):
    activity = make_activity(plan)
    held(activity, JAN, 7, planned_units=4)
    held(activity, FEB, 1, planned_units=4, reason="Sin quórum")
    found = progress.of_plan(plan, END)
    assert found.total == figure(8, 5, 0, 3)
    assert found.total.shortfall == 3
    assert found.total.ratio == Fraction(5, 8)


def test_extra_session_executes_nothing_that_was_planned(plan):
    held(make_activity(plan), JAN, 2, planned_units=0)
    found = progress.of_plan(plan, END)
    assert found.total == figure(0, 0, 0, 2)
    assert found.total.ratio is None
    assert (found.months, found.misses) == ((), ())


def test_unreported_and_not_held_both_fall_short_unexplained_without_a_reason(plan):
    activity = make_activity(plan)
    make_session(activity, JAN, planned_units=2)
    make_session(activity, FEB, executed_units=0)
    make_session(activity, MAR, executed_units=0, reason="Paro")
    found = progress.of_plan(plan, END)
    assert found.total == figure(4, 0, 3)
    assert [(miss.planned, miss.reported, miss.reason) for miss in found.misses] == [
        (2, False, ""),
        (1, True, ""),
        (1, True, "Paro"),
    ]


def test_total_is_the_ratio_of_sums_and_never_a_mean(plan):
    held(make_activity(plan), JAN, 1)
    make_session(make_activity(plan), JAN, planned_units=9)
    assert progress.of_plan(plan, END).total.ratio == Fraction(1, 10)


def test_session_held_after_the_cut_off_is_not_executed_at_it_and_counts_in_its_planned_month(plan):
    make_session(make_activity(plan), JAN, held_on=date(2026, 3, 5), executed_units=1)
    assert progress.of_plan(plan, FEB).total == figure(1, 0, 1)
    assert not progress.of_plan(plan, FEB).misses[0].reported
    later = progress.of_plan(plan, MAR)
    assert later.total == figure(1, 1)
    assert months_of(later)[JAN] == figure(1, 1)
    assert months_of(later)[MAR] == figure(0, 0)


def test_session_planned_after_the_cut_off_only_waits(plan):
    activity = make_activity(plan)
    held(activity, JAN)
    held(activity, APR, 3, planned_units=3)
    found = progress.of_plan(plan, MAR)
    assert found.total == figure(1, 1)
    assert found.scheduled_after == 3
    assert (found.activities[activity.pk].sessions, found.activities[activity.pk].scheduled) == (2, 3)


def test_session_planned_on_the_cut_off_is_due(plan):
    make_session(make_activity(plan), MAR)
    assert progress.of_plan(plan, MAR).total.planned == 1
    assert progress.of_plan(plan, MAR - timedelta(days=1)).total.planned == 0


def test_change_counts_from_its_day_and_any_past_cut_off_is_computed_again(plan):
    activity = make_activity(plan)
    held(activity, JAN)
    make_session(activity, FEB, planned_units=2, withdrawn_on=date(2026, 2, 10))
    make_session(activity, FEB, planned_units=5, planned_precision="month", in_force_from=date(2026, 2, 10))
    before, after = progress.of_plan(plan, date(2026, 2, 9)), progress.of_plan(plan, FEB)
    assert (before.total, before.scheduled_after) == (figure(1, 1), 2)
    assert (before.baseline, before.added, before.withdrawn) == (3, 0, 0)
    assert after.total == figure(6, 1, 5)
    assert (after.baseline, after.added, after.withdrawn) == (3, 5, 2)
    assert after.baseline + after.added - after.withdrawn == after.total.planned + after.scheduled_after


def test_activity_without_sessions_has_nothing(plan):
    activity = make_activity(plan)
    known = progress.of_plan(plan, END).activities[activity.pk]
    assert (known.figure, known.sessions, known.scheduled, known.target) == (figure(0, 0), 0, 0, None)


def test_space_outside_the_plan_is_in_no_figure(plan):
    outside = make_activity(plan, outside_plan=True)
    held(outside, JAN, 2, planned_units=5)
    found = progress.of_plan(plan, END)
    assert (found.total, found.blocks, found.activities) == (figure(0, 0), (), {})
    assert (found.months, found.misses, found.baseline, found.scheduled_after) == ((), (), 0, 0)
    assert progress.execution(outside.sessions.all(), END) == figure(0, 0)


def test_units_carried_to_another_year_are_not_executed_in_this_one(plan):
    activity = make_activity(plan)
    held(activity, JAN, 2, planned_units=4, carried_to_year=2027, reason="Lluvias")
    make_session(activity, FEB, carried_to_year=2027)
    found = progress.of_plan(plan, END)
    assert found.total == figure(5, 2, 1)
    assert (found.carried_over, found.carried_to_year) == (3, 2027)


def test_units_carried_to_different_years_have_no_common_year(plan):
    activity = make_activity(plan)
    make_session(activity, JAN, carried_to_year=2027)
    make_session(activity, FEB, carried_to_year=2028)
    found = progress.of_plan(plan, END)
    assert (found.carried_over, found.carried_to_year) == (2, None)


def test_only_sessions_that_pass_to_another_year_are_carried_and_a_measuring_date_has_no_units_to_carry(plan):
    activity = make_activity(plan)
    held(activity, JAN, 1, planned_units=4, carried_to_year=2027)
    make_session(activity, FEB, planned_units=9)
    answered(percentage(plan), JAN, 1, 2, planned_units=4, carried_to_year=2027)
    found = progress.of_plan(plan, END)
    assert (found.carried_over, found.carried_to_year) == (3, 2027)


# --- Percentage targets -----------------------------------------------------------------------------------------------


def only(plan, on=END):
    (target,) = progress.of_plan(plan, on).percentages
    return target


def test_percentage_target_is_the_ratio_of_sums_and_no_space(plan):
    activity = percentage(plan, 90, number="5.2", name="Respuesta a peticiones")
    answered(activity, JAN, 10, 10)
    answered(activity, FEB, 20, 50, planned_units=7, reason="Faltó personal", carried_to_year=2027)
    make_session(activity, APR, planned_units=3)
    held(make_activity(plan), JAN)
    found = progress.of_plan(plan, MAR)
    assert found.percentages == (
        Target(
            *(activity.pk, "5.2", "Respuesta a peticiones", Decimal(90), 2, 2, 30, 60),
            *(TargetState.SHORT, "Faltó personal", 2027),
        ),
    )
    assert found.percentages[0].measured == "30 de 60: 50,0\u00a0% de una meta de 90\u00a0%"
    assert (found.total, found.misses, found.carried_over) == (figure(1, 1), (), 0)
    assert (found.baseline, found.scheduled_after) == (1, 0)
    assert months_of(found)[FEB] == figure(0, 0)
    known = found.activities[activity.pk]
    assert (known.figure, known.sessions, known.scheduled, known.target) == (figure(0, 0), 3, 0, found.percentages[0])
    assert progress.execution(activity.sessions.all(), END) == figure(0, 0)


@pytest.mark.parametrize(
    ("goal", "attended", "received", "state"),
    [
        (100, 348, 348, "met"),
        (100, 347, 348, "short"),
        (95, 95, 100, "met"),
        (95, 949, 1000, "short"),
        (Decimal("92.5"), 37, 40, "met"),
        (80, 0, 1, "short"),
    ],
)
def test_percentage_target_is_met_from_its_goal_on(plan, goal, attended, received, state):
    answered(percentage(plan, goal), JAN, attended, received)
    assert only(plan).state == state


@pytest.mark.parametrize(
    ("dates", "state", "told"),
    [
        ([], "not_yet_due", 0),
        ([{}], "not_reported", 0),
        ([{"denominator": 9, "numerator": 9}, {}], "not_reported", 1),
        ([{"executed_units": 2, "held_on": JAN}], "not_reported", 0),  # held, without its two numbers
        ([{"denominator": 0, "numerator": 0}], "no_demand", 1),
        ([{"denominator": 0, "numerator": 0}, {"denominator": 4, "numerator": 4}], "met", 2),
        ([{"executed_units": 0}], "short", 1),  # it says that nobody measured
        ([{"executed_units": 0}, {"denominator": 0, "numerator": 0}], "short", 2),
        ([{"executed_units": 0}, {"denominator": 3, "numerator": 3}], "met", 2),
        ([{"carried_to_year": 2027}], "short", 1),
    ],
)
def test_state_of_a_percentage_target_is_that_of_its_dates_due(plan, dates, state, told):
    activity = percentage(plan)
    for month, facts in zip((JAN, FEB), dates, strict=False):
        make_session(activity, month, **facts)
    make_session(activity, MAR, planned_units=0, numerator=1, denominator=9)  # extra: it was never a date of the target
    make_session(activity, APR)
    found = only(plan, MAR)
    assert (found.state, found.due, found.reported) == (state, len(dates), told)


def test_percentage_target_reported_after_the_cut_off_is_unreported_at_it(plan):
    answered(percentage(plan), JAN, 5, 5, held_on=date(2026, 2, 3))
    early, on_time = only(plan, date(2026, 2, 2)), only(plan, date(2026, 2, 3))
    assert (early.state, early.reported, early.received, early.measured) == ("not_reported", 0, 0, "")
    assert (on_time.state, on_time.reported, on_time.received) == ("met", 1, 5)


def test_percentage_target_counts_the_dates_in_force_at_the_cut_off(plan):
    activity = percentage(plan)
    answered(activity, JAN, 1, 2, withdrawn_on=FEB)
    answered(activity, JAN, 3, 3, planned_precision="month", in_force_from=FEB)
    assert (only(plan, JAN).attended, only(plan, JAN).received) == (1, 2)
    assert (only(plan, FEB).attended, only(plan, FEB).received) == (3, 3)


def test_percentage_target_has_the_reason_of_its_latest_date_due(plan):
    activity = percentage(plan)
    answered(activity, MAR, 1, 2, planned_precision="month", reason="Se cayó el sistema", carried_to_year=2028)
    answered(activity, MAR, 1, 2, planned_precision="day", reason="Faltó personal", carried_to_year=2027)
    answered(activity, JAN, 1, 2, reason="Lluvias")
    make_session(activity, APR, reason="Aún no")
    found = only(plan, MAR)
    assert (found.reason, found.carried_to_year) == ("Faltó personal", 2027)
    assert only(plan, JAN).reason == "Lluvias"


def test_targets_without_a_reason_are_counted_beside_the_unexplained_units(plan):
    answered(percentage(plan), JAN, 2, 2)
    answered(percentage(plan), JAN, 1, 2, reason="Faltó personal")
    answered(percentage(plan), JAN, 1, 2)
    make_session(percentage(plan), JAN)
    answered(percentage(plan), JAN, 0, 0)
    make_session(percentage(plan), APR)
    make_session(make_activity(plan), JAN)
    found = progress.of_plan(plan, MAR)
    assert found.targets == Targets(met=1, counted=4, unexplained=2, total=6)
    assert found.targets.words == "Metas en porcentaje: 1 de 4 metas cumplidas"
    assert (found.total, found.only_targets) == (figure(1, 0, 1), False)


def test_plan_of_percentage_targets_alone_says_so(plan, dependency):
    answered(percentage(plan, lead=dependency), JAN, 1, 1)
    make_session(percentage(plan), APR)
    found = progress.of_plan(plan, MAR)
    assert (found.only_targets, found.total.ratio, found.months) == (True, None, ())
    assert [(block.name, block.targets.brief, block.targets.words) for block in found.blocks] == [
        ("Secretaría de Gobierno", "1 de 1", "Metas en porcentaje: 1 de 1 meta cumplida"),
        ("Sin responsable", "no aplica", "Metas en porcentaje: ninguna ha vencido con demanda"),
    ]
    assert progress.of_plan(plan, date(2025, 12, 31)).targets == Targets(total=2)


def test_numbers_reported_of_a_target_that_is_now_a_count_execute_nothing(plan):
    answered(make_activity(plan), JAN, 5, 5)
    found = progress.of_plan(plan, END)
    assert (found.total, found.percentages) == (figure(1, 0, 1), ())
    assert [(miss.planned, miss.executed) for miss in found.misses] == [(1, 0)]


def test_percentage_target_outside_the_plan_is_none(plan):
    answered(percentage(plan, outside_plan=True), JAN, 1, 2)
    found = progress.of_plan(plan, END)
    assert (found.percentages, found.targets) == ((), Targets())
