"""Sessions that were held and measuring dates that were answered, in a few words; and the figures to expect of them."""

from datetime import date

from activities.figures import Figure
from tests.factories import make_activity, make_session

JAN, FEB, MAR, APR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)
END = date(2026, 12, 31)


def held(activity, planned_on, executed=1, **fields):
    """A session planned and held on a day."""
    return make_session(activity, planned_on, **{"held_on": planned_on, "executed_units": executed, **fields})


def percentage(plan, target=100, **fields):
    return make_activity(plan, target_kind="percentage", target_value=target, **fields)


def answered(activity, planned_on, numerator, denominator, **fields):
    """A measuring date of a percentage target, reported on its day."""
    return make_session(
        activity,
        planned_on,
        **{"held_on": planned_on, "numerator": numerator, "denominator": denominator, **fields},
    )


def figure(planned, executed, unexplained=0, excess=0):
    return Figure(planned, executed, unexplained, excess)


def months_of(found):
    return {month.last_day: month.figure for month in found.months}
