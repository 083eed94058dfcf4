"""The balance of commitments at a cut-off: computed from their dates, never stored.

At a cut-off `on`, of the commitments made by then (one without a date counts from the start; one of which only the
month is known counts in that month, whatever the day):

- closed by then as reported done or verified: fulfilled; closed otherwise (not viable, breached, carried over): closed;
- still open, its deadline before the cut-off: overdue; else open. One closed after the cut-off was open at it.
- closed on an unknown day: closed from the last day that it can have been (`closed_until`); before it, open and counted
  in `undated`, neither due nor overdue.
- due = deadline on or before the cut-off, whatever its state; fulfilment = fulfilled among due ÷ due.
- open at start + new - closed in the period = open at end.

Source: docs/architecture.md, "Commitments".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Min, Q

from commitments.models import Commitment
from commitments.standing import Standing, closed, made, stands, undated
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class InstanceBalance:
    instance: str
    made: int
    fulfilled: int
    open: int  # not closed, deadline on or after the cut-off; or closed on an unknown day
    overdue: int
    closed: int  # closed without being fulfilled


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of commitments at the cut-off. open_at_start + new - closed_in_period = open_at_end = open + overdue."""

    made: int
    fulfilled: int
    overdue: int
    open: int
    closed: int
    due: int
    fulfilled_due: int
    open_at_start: int
    new: int
    closed_in_period: int
    open_at_end: int
    undated: int  # of the open ones, those closed on an unknown day that may have come already
    instances: tuple[InstanceBalance, ...]  # in the order of their first commitment

    @property
    def fulfilment(self) -> Fraction | None:
        """Fulfilled among due ÷ due, from 0 to 1; None when nothing was due."""
        return Fraction(self.fulfilled_due, self.due) if self.due else None


def of_plan(plan: Plan, on: date, since: date | None = None) -> Balance:
    """The balance at the cut-off `on`, for the period from `since` (default: the plan's start): one query.

    Commitments without a date count as made before the period.
    """
    since = since or plan.starts_on
    before = Q(made_on=None) | Q(made_on__lt=since)
    still_at_start = Q(closed_on=None, closed_until=None) | Q(closed_on__gte=since) | Q(closed_until__gte=since)
    closed_before = before & (Q(closed_on__lt=since) | Q(closed_until__lt=since))
    counts = {
        "made": Count("pk"),
        **{str(each): Count("pk", filter=stands(each, on)) for each in Standing},
        "due": Count("pk", filter=Q(due_on__lte=on) & (Q(closed_until=None) | Q(closed_until__lte=on))),
        "fulfilled_due": Count("pk", filter=Q(due_on__lte=on) & stands(Standing.FULFILLED, on)),
        "open_at_start": Count("pk", filter=before & still_at_start),
        "new": Count("pk", filter=~before),
        "closed_in_period": Count("pk", filter=closed(on) & ~closed_before),
        "undated": Count("pk", filter=undated(on)),
    }
    rows = list(
        Commitment.objects.filter(made(on), plan=plan)
        .values("instance")
        .annotate(**counts, first=Min("pk"))
        .order_by("first")
    )
    total = {name: sum(row[name] for row in rows) for name in counts}
    instances = (
        InstanceBalance(row["instance"], *(row[name] for name in ("made", "fulfilled", "open", "overdue", "closed")))
        for row in rows
    )
    return Balance(**total, open_at_end=total["open"] + total["overdue"], instances=tuple(instances))
