"""The period of a report as it is stored and stands in its address: "2020-09" is a month, "2020" or "2020-2021" the
whole plan, "2020-03-05-a-2020-04-20" those days."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from display import dates
from plans.models import Plan

Days = tuple[date, date]  # the first and the last
MOST = 24  # characters
SEPARATOR = "-a-"


def whole(plan: Plan) -> str:
    return "-".join(str(year) for year in sorted({plan.starts_on.year, plan.ends_on.year}))


def of_days(plan: Plan, days: Days) -> str:
    """ValueError, with a sentence to show, for days that are in the wrong order or outside the plan."""
    first, last = days
    if first > last:
        raise ValueError(_("El primer día del periodo no puede ser posterior al último."))
    if first < plan.starts_on or last > plan.ends_on:
        raise ValueError(
            _("Los días del periodo deben estar dentro del plan, que va del %(start)s al %(end)s.")
            % {"start": dates.day(plan.starts_on), "end": dates.day(plan.ends_on)}
        )
    return key(days)


def key(days: Days) -> str:
    return f"{days[0]}{SEPARATOR}{days[1]}"


def parsed(key: str) -> Days:
    first, _separator, last = key.partition(SEPARATOR)
    return date.fromisoformat(first), date.fromisoformat(last)


def of_days_or_whole(plan: Plan, days: Days | None) -> str:
    """Of the whole plan without days, and with all of its own."""
    return of_days(plan, days) if days and days != (plan.starts_on, plan.ends_on) else whole(plan)


def days_of(plan: Plan, period: str) -> Days:
    """The days of such a period, inside the plan as it is now; of the whole plan when the period names none."""
    if SEPARATOR not in period:
        return plan.starts_on, plan.ends_on
    first, last = parsed(period)
    return max(first, plan.starts_on), min(last, plan.ends_on)


def words(period: str) -> str:
    """ "septiembre de 2020" · "2020 a 2021" · "enero a abril de 2020" · "los días 5 de marzo a 20 de abril de 2020"."""
    return dates.days(*parsed(period)) if SEPARATOR in period else dates.period(period)
