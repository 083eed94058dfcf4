"""How commitments stand at a cut-off: computed again from their dates, never stored.

At a cut-off `on`, of the commitments made by then (one without a date counts from the start; one of which only the
month is known was made in that month, whatever the day):

- closed by then as reported done or verified: fulfilled; closed otherwise (not viable, breached, carried over): closed;
- still open, its deadline before the cut-off: overdue; else open. One closed after the cut-off was open at it.
- due = its deadline on or before the cut-off, whatever became of it; fulfilment = fulfilled among due ÷ due.
- open at start + new - closed in the period = open at end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Min, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment
from display.dates import Precision, month_end
from plans.models import Plan


class Standing(TextChoices):
    """How a commitment stands at a cut-off."""

    FULFILLED = "fulfilled", _("Cumplido")
    OVERDUE = "overdue", _("Vencido")
    OPEN = "open", _("En plazo")
    CLOSED = "closed", _("Cerrado sin cumplir")


@dataclass(frozen=True, slots=True)
class InstanceBalance:
    instance: str
    made: int
    fulfilled: int
    open: int  # not fulfilled, not yet due
    overdue: int
    closed: int  # closed without being fulfilled


@dataclass(frozen=True, slots=True)
class Balance:
    """Of a plan at the cut-off. open_at_start + new - closed_in_period = open_at_end = open + overdue."""

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
    instances: tuple[InstanceBalance, ...]  # in the order in which they were recorded

    @property
    def fulfilment(self) -> Fraction | None:
        """Fulfilled among due ÷ due, from 0 to 1; None when nothing was due."""
        return Fraction(self.fulfilled_due, self.due) if self.due else None


def standing(commitment: Commitment, on: date) -> Standing:
    """How one commitment, made by then, stands at the cut-off `on`."""
    if commitment.closed_on and commitment.closed_on <= on:
        return Standing.FULFILLED if commitment.state in Commitment.FULFILLED else Standing.CLOSED
    return Standing.OVERDUE if commitment.due_on < on else Standing.OPEN


def stands(as_: str, on: date) -> Q:
    """The condition of `standing`, for querysets: Commitment.objects.filter(made(on), stands(Standing.OVERDUE, on))."""
    ended = Q(closed_on__lte=on)
    still = Q(closed_on=None) | Q(closed_on__gt=on)
    return {
        Standing.FULFILLED: ended & Q(state__in=Commitment.FULFILLED),
        Standing.CLOSED: ended & ~Q(state__in=Commitment.FULFILLED),
        Standing.OVERDUE: still & Q(due_on__lt=on),
        Standing.OPEN: still & Q(due_on__gte=on),
    }[Standing(as_)]


def made(on: date) -> Q:
    """Made on or before the cut-off `on`."""
    of_month = Q(made_precision=Precision.MONTH, made_on__lte=month_end(on))
    return Q(made_on=None) | Q(made_on__lte=on) | of_month


def of_plan(plan: Plan, on: date, since: date | None = None) -> Balance:
    """The balance of a commitments at the cut-off `on`, for the period from `since` (the plan's start): one query.

    Commitments without a date of their own were there before any period.
    """
    since = since or plan.starts_on
    before = Q(made_on=None) | Q(made_on__lt=since)
    closed_before = before & Q(closed_on__lt=since)
    counts = {
        "made": Count("pk"),
        **{str(each): Count("pk", filter=stands(each, on)) for each in Standing},
        "due": Count("pk", filter=Q(due_on__lte=on)),
        "fulfilled_due": Count("pk", filter=Q(due_on__lte=on) & stands(Standing.FULFILLED, on)),
        "open_at_start": Count("pk", filter=before & (Q(closed_on=None) | Q(closed_on__gte=since))),
        "new": Count("pk", filter=~before),
        "closed_in_period": Count("pk", filter=Q(closed_on__lte=on) & ~closed_before),
    }
    rows = list(
        Commitment.objects.filter(made(on), plan=plan)
        .order_by()
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
