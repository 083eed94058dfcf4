"""The monthly returns of the demonstration: those of earlier months accepted, the last month's still to be sent."""

from copy import copy
from datetime import date, timedelta

from accounts.models import User
from activities.models import MonthlyReturn
from activities.returns import contents, opening
from plans.models import Plan
from records import audit

LATE = 9  # one of ten was never sent


def add_returns(plan: Plan, today: date, by: User) -> None:
    opening.open_returns(plan, today)
    last = today.replace(day=1) - timedelta(days=1)
    befores, rows = [], []
    for monthly in plan.returns.filter(month__lt=last).select_related("dependency").order_by("pk"):
        monthly.plan = plan
        if monthly.pk % 10 == LATE or contents.unreported(monthly, today).exists():
            continue
        befores.append(copy(monthly))
        sent_on = min(monthly.due_on, today)
        monthly.facts, monthly.state = contents.frozen(contents.collect(monthly)), MonthlyReturn.State.ACCEPTED
        monthly.submitted_by = monthly.accepted_by = by
        monthly.submitted_on = monthly.accepted_on = sent_on
        rows.append(monthly)
    told = ("facts", "state", "submitted_by", "submitted_on", "accepted_by", "accepted_on")
    MonthlyReturn.objects.bulk_update(rows, told, batch_size=200)
    audit.record_changed(list(zip(befores, rows, strict=True)), by=by)
