"""The balance of commitments at a cut-off: computed from their dates, never stored.

At a cut-off `on`, of the commitments made by then (one without a date counts from the start; one of which only the
month is known counts in that month, whatever the day), each has one standing (standing.py), and they add up to `made`:

- closed by then as reported done or verified: fulfilled; closed otherwise (not viable, breached, carried over): closed;
- still open, its deadline before the cut-off: overdue; else open. One closed after the cut-off was open at it.
- closed on an unknown day: from the last day that it can have been (`closed_until`) as above; before it, undated:
  neither fulfilled nor overdue, and not due.

Due = deadline on or before the cut-off = fulfilled among them + overdue + due on that very day + closed without being
fulfilled. Fulfilment = fulfilled among due / due.
Open at start + new - closed in the period = open at end = open + overdue + undated.
Fulfilled = kept on time + kept late + kept on an unknown day; on time by the deadline in force at the cut-off, and by
the one that was told first. The deadline at a cut-off is the one in force then (`standing.due_at`).

Source: docs/architecture.md, "Commitments".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Min, Q, QuerySet

from commitments.models import Commitment
from commitments.standing import (
    Standing,
    closed_between,
    due,
    due_at,
    has_come,
    kept_by,
    made,
    made_before,
    promised_for,
    stands,
)
from plans.models import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of the commitments of an instance, or of all of them."""

    made: int
    fulfilled: int
    overdue: int
    open: int  # deadline on the cut-off or after it
    undated: int  # closed on an unknown day that may be before the cut-off or after it
    closed: int  # without being fulfilled
    due: int
    fulfilled_due: int
    due_today: int  # of the open ones, those whose deadline is the cut-off
    closed_due: int
    undated_due: int  # of the undated ones, those whose deadline has come; not in `due`
    # None in reports published before they were counted.
    kept_on_time: int | None = None  # fulfilled by the deadline in force at the cut-off
    kept_late: int | None = None
    kept_as_promised: int | None = None  # fulfilled by the deadline that was told first, whatever was granted since

    @property
    def fulfilment(self) -> Fraction | None:
        """Fulfilled among due ÷ due, from 0 to 1; None when nothing was due."""
        return Fraction(self.fulfilled_due, self.due) if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceBalance(Counts):
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Counts):
    open_at_start: int
    new: int
    closed_in_period: int
    open_at_end: int
    instances: tuple[InstanceBalance, ...]  # in the order of their first commitment


def of_plan(plan: Plan, on: date, since: date | None = None, dependencies: Collection[int] | None = None) -> Balance:
    """The balance at the cut-off `on`, for the period from `since` (default: the plan's start): one query.

    `dependencies`: ids; only the commitments that name one of them or are of all. Such views do not add up to the plan.
    """
    since = since or plan.starts_on
    before, conditions = made_before(since), _conditions(on)
    still_at_start = Q(closed_on=None, closed_until=None) | Q(closed_on__gte=since) | Q(closed_until__gte=since)
    of_period = {
        "open_at_start": before & still_at_start,
        "new": ~before,
        "closed_in_period": closed_between(since, on),
    }
    counted = {name: Count("pk", filter=condition) for name, condition in (conditions | of_period).items()}
    commitments = Commitment.objects.filter(made(on), plan=plan)
    if dependencies is not None:
        commitments = commitments.of_dependencies(dependencies)
    rows = list(commitments.values("instance").annotate(**counted, first=Min("pk")).order_by("first"))
    total = {name: sum(row[name] for row in rows) for name in counted}
    return Balance(
        **total,
        open_at_end=total["open"] + total["overdue"] + total["undated"],
        instances=tuple(
            InstanceBalance(instance=row["instance"], **{name: row[name] for name in conditions}) for row in rows
        ),
    )


def of(commitments: QuerySet[Commitment], on: date) -> Counts:
    """Of those made by `on`: one query."""
    return Counts(
        **commitments.filter(made(on)).aggregate(
            **{name: Count("pk", filter=condition) for name, condition in _conditions(on).items()}
        )
    )


def by(commitments: QuerySet[Commitment], on: date, *fields: str) -> list[tuple[tuple, Counts]]:
    """Those made by `on`, by the values of some fields, in their order: one query. One with several values, as a
    commitment of two dependencies has, counts in each."""
    counted = {name: Count("pk", filter=condition) for name, condition in _conditions(on).items()}
    rows = commitments.filter(made(on)).order_by(*fields).values(*fields).annotate(**counted)
    return [(tuple(row[field] for field in fields), Counts(**{name: row[name] for name in counted})) for row in rows]


def _conditions(on: date) -> dict[str, Q]:
    in_time = kept_by(due_at(on), on)
    return {
        "made": Q(),
        **{str(standing): stands(standing, on) for standing in Standing},
        "due": due(on),
        "fulfilled_due": has_come(on) & stands(Standing.FULFILLED, on),
        "due_today": has_come(on) & stands(Standing.OPEN, on),
        "closed_due": has_come(on) & stands(Standing.CLOSED, on),
        "undated_due": has_come(on) & stands(Standing.UNDATED, on),
        "kept_on_time": in_time,
        "kept_late": stands(Standing.FULFILLED, on) & Q(closed_on__isnull=False) & ~in_time,
        "kept_as_promised": kept_by(promised_for(), on),
    }
