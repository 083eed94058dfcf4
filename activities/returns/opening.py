"""Each month that ends, every dependency that leads something in an approved plan owes its form: the schedule opens
them, and whoever looks at the list does so too, so that nobody depends on the schedule."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from activities.models import MonthlyReturn, Responsibility
from activities.returns import notifications
from display.dates import month_end, months_between
from plans.models import Plan
from records import audit


def open_all(now: datetime) -> list[MonthlyReturn]:
    """Of every approved plan, where its entity is."""
    plans = Plan.objects.filter(state=Plan.State.APPROVED).select_related("entity").order_by("pk")
    return [each for plan in plans for each in open_returns(plan, _today(plan, now))]


def _today(plan: Plan, now: datetime) -> date:
    return now.astimezone(ZoneInfo(plan.entity.time_zone)).date()


def open_returns(plan: Plan, on: date) -> list[MonthlyReturn]:
    """Those that are missing on a day, and now are there: two statements when none is."""
    if plan.state != Plan.State.APPROVED or not _missing(plan, on):
        return []
    with transaction.atomic():
        # The lock is of the plan: of two who look at once, the second finds what the first wrote.
        if not Plan.objects.select_for_update(no_key=True).filter(pk=plan.pk, state=Plan.State.APPROVED).exists():
            return []
        opened = [MonthlyReturn(plan=plan, dependency_id=pk, month=month) for pk, month in _missing(plan, on)]
        MonthlyReturn.objects.bulk_create(opened)
        audit.record_created(opened, by=None)
        last = on.replace(day=1) - timedelta(days=1)
        notifications.tell_due(plan, [each for each in opened if each.month == last])
    return opened


def _missing(plan: Plan, on: date) -> list[tuple[int, date]]:
    """(dependency, last day of the month), the oldest first.

    A month is owed when it ended after the plan was approved, by a dependency that was one then and led something that
    stood in it: where the lead changed, each owes its own months.
    """
    months = [month_end(first) for first in months_between(plan.starts_on, min(plan.ends_on, on))]
    months = [month for month in months if month < on and month >= (plan.approved_on or month)]
    leads = Responsibility.objects.filter(
        activity__plan=plan, activity__outside_plan=False, part=Responsibility.Part.LEAD
    ).order_by("dependency")
    stood = ("activity__in_force_from", "activity__withdrawn_on", "dependency__valid_to")
    rows = list(leads.values_list("dependency", *stood).distinct())
    there = set(MonthlyReturn.objects.filter(plan=plan).values_list("dependency", "month"))
    owed = {
        (month, dependency)
        for month in months
        for dependency, since, until, valid_to in rows
        if (since is None or since <= month)
        and (until is None or until > month.replace(day=1))
        and (valid_to is None or valid_to >= month.replace(day=1))
    }
    return [(dependency, month) for month, dependency in sorted(owed) if (dependency, month) not in there]
