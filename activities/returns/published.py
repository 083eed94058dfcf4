"""Which return a report of a dependency and a month prints."""

from __future__ import annotations

from datetime import date

from accounts.models import Dependency
from activities.models import MonthlyReturn
from display.dates import month_end
from plans.models import Plan


def of_period(plan: Plan, dependency: Dependency, period: str) -> MonthlyReturn | None:
    """`period`: "2026-03"."""
    month = month_end(date.fromisoformat(f"{period}-01"))
    rows = MonthlyReturn.objects.select_related("dependency", "submitted_by", "accepted_by")
    monthly = rows.filter(plan=plan, dependency=dependency, month=month).first()
    if monthly:
        monthly.plan = plan
    return monthly
