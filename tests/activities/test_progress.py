"""What a set of sessions adds up to: counted targets, and shares."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from activities import progress
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
    assert (known.figure, known.sessions, known.scheduled, known.no_demand) == (figure(0, 0), 0, 0, False)


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


def test_only_sessions_that_pass_to_another_year_are_carried_and_a_share_has_no_units_to_carry(plan):
    activity = make_activity(plan)
    held(activity, JAN, 1, planned_units=4, carried_to_year=2027)
    make_session(activity, FEB, planned_units=9)
    answered(percentage(plan), JAN, 1, 2, planned_units=4, carried_to_year=2027)
    found = progress.of_plan(plan, END)
    assert (found.carried_over, found.carried_to_year) == (3, 2027)


def test_year_of_a_share_counts_among_the_years(plan):
    make_session(make_activity(plan), JAN, carried_to_year=2027)
    answered(percentage(plan), JAN, 1, 2, carried_to_year=2028)
    found = progress.of_plan(plan, END)
    assert (found.carried_over, found.carried_to_year) == (1, None)


# --- Percentage targets -----------------------------------------------------------------------------------------------


def test_percentage_target_executes_its_sessions_times_the_ratio_of_sums_over_the_target(plan):
    activity = percentage(plan, 90)
    answered(activity, JAN, 10, 10)
    answered(activity, FEB, 20, 50)  # 30 of 60: half, of a target of nine tenths
    found = progress.of_plan(plan, END)
    assert found.total == figure(2, Fraction(10, 9), Fraction(8, 9))
    assert (found.activities[activity.pk].no_demand, found.no_demand) == (False, ())
    (miss,) = found.misses
    assert (miss.session, miss.first, miss.last, miss.planned, miss.executed) == (None, JAN, FEB, 2, Fraction(10, 9))


def test_percentage_target_shares_one_ratio_among_its_months_so_that_they_add_up(plan):
    activity = percentage(plan)
    answered(activity, JAN, 3, 3)
    answered(activity, MAR, 0, 4, planned_units=2)
    found = progress.of_plan(plan, END)
    assert found.total == figure(3, Fraction(9, 7), Fraction(12, 7))
    months = months_of(found)
    assert (months[JAN], months[MAR]) == (
        figure(1, Fraction(3, 7), Fraction(4, 7)),
        figure(2, Fraction(6, 7), Fraction(8, 7)),
    )
    assert sum(month.executed for month in months.values()) == found.total.executed


def test_percentage_target_above_its_goal_executes_no_more_than_its_sessions(plan):
    answered(percentage(plan, 80), JAN, 9, 10)
    found = progress.of_plan(plan, END)
    assert found.total == figure(1, 1)
    assert found.misses == ()


def test_percentage_target_of_which_some_is_unreported_takes_the_ratio_of_what_is(plan):
    activity = percentage(plan)
    answered(activity, JAN, 1, 2)
    make_session(activity, FEB)
    assert progress.of_plan(plan, END).total == figure(2, 1, 1)


def test_percentage_target_reported_without_cases_is_out_of_both_sums(plan):
    activity = percentage(plan, number="5.2", name="Respuesta a peticiones")
    answered(activity, JAN, 0, 0, held_on=None)
    held(make_activity(plan), JAN)
    found = progress.of_plan(plan, END)
    assert found.total == figure(1, 1)
    assert found.no_demand == ("5.2 Respuesta a peticiones",)
    assert found.activities[activity.pk].no_demand
    assert found.activities[activity.pk].figure == figure(0, 0)
    assert progress.execution(activity.sessions.all(), END) == figure(0, 0)


@pytest.mark.parametrize("reported", [True, False])
def test_percentage_target_with_nothing_or_not_all_reported_and_no_cases_is_not_executed(plan, reported):
    activity = percentage(plan)
    if reported:
        answered(activity, JAN, 0, 0)
    make_session(activity, FEB)
    found = progress.of_plan(plan, END)
    assert found.total == figure(1 + reported, 0, 1 + reported)
    assert found.misses[0].reported is reported


def test_percentage_target_reported_after_the_cut_off_is_unreported_at_it(plan):
    answered(percentage(plan), JAN, 5, 5, held_on=date(2026, 2, 3))
    assert progress.of_plan(plan, JAN).total == figure(1, 0, 1)
    assert progress.of_plan(plan, date(2026, 2, 2)).total == figure(1, 0, 1)
    assert progress.of_plan(plan, date(2026, 2, 3)).total == figure(1, 1)


def test_percentage_target_has_one_reason_for_all_its_sessions(plan):
    activity = percentage(plan)
    answered(activity, JAN, 1, 2, reason="Faltó personal")
    answered(activity, FEB, 0, 2)
    found = progress.of_plan(plan, END)
    assert found.total == figure(2, Fraction(1, 2), 0)
    assert [miss.reason for miss in found.misses] == ["Faltó personal"]


def test_percentage_target_takes_the_last_reason_and_year_that_were_written(plan):
    activity = percentage(plan)
    answered(activity, JAN, 1, 2, reason="Faltó personal", carried_to_year=2027)
    answered(activity, FEB, 0, 2, reason="Se cayó el sistema", carried_to_year=2028)
    make_session(activity, MAR)
    (miss,) = progress.of_plan(plan, END).misses
    assert (miss.reason, miss.carried_to_year) == ("Se cayó el sistema", 2028)


def test_sessions_of_a_percentage_target_are_read_by_date_then_as_they_were_written(plan):
    activity = percentage(plan)
    answered(activity, MAR, 1, 2, planned_precision="month", reason="Faltó personal", carried_to_year=2027)
    answered(activity, MAR, 1, 2, planned_precision="day", reason="Se cayó el sistema", carried_to_year=2028)
    answered(activity, JAN, 1, 2, planned_precision="month", reason="Lluvias", carried_to_year=2029)
    (miss,) = progress.of_plan(plan, END).misses
    assert (miss.first, miss.last, miss.precision) == (JAN, MAR, "day")
    assert (miss.reason, miss.carried_to_year) == ("Se cayó el sistema", 2028)


def test_shares_reported_of_a_target_that_is_now_a_count_execute_nothing(plan):
    answered(make_activity(plan), JAN, 5, 5)
    found = progress.of_plan(plan, END)
    assert found.total == figure(1, 0, 1)
    assert [(miss.session is None, miss.executed) for miss in found.misses] == [(False, 0)]
