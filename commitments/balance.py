"""The balance of commitments at a cut-off: computed from their dates, never stored.

At a cut-off `on`, of the commitments made by then (one without a date counts from the start; one of which only the
month is known, from that month's first day), each has one standing (standing.py), and they add up to `made`:

- closed by then as reported done or verified: fulfilled; closed otherwise (not viable, breached, carried over): closed;
- still open, its deadline before the cut-off: overdue; else open. One closed after the cut-off was open at it.
- closed on an unknown day: from the last day that it can have been (`closed_until`) as above; before it, undated:
  neither fulfilled nor overdue, and not due.

Due = deadline on or before the cut-off = fulfilled among them + overdue + due on that very day + closed without being
fulfilled. Fulfilment = fulfilled among due / due.
Open at start + new - closed in the period = open at end = open + overdue + undated.
Fulfilled = kept on time + kept late + kept on an unknown day; on time by the deadline in force at the cut-off, and by
the one that was told first. Overdue = the sum of its ages, in working days. The deadline at a cut-off is the one in
force then (`standing.due_at`).

Source: docs/architecture.md, "Commitments".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet, TextChoices
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.models import Commitment
from commitments.standing import (
    Age,
    Standing,
    aged,
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

    @property
    def kept_unknown(self) -> int | None:
        """Fulfilled on a day that nobody wrote down: on time or late, nobody knows."""
        return None if self.kept_on_time is None else self.fulfilled - self.kept_on_time - self.kept_late

    @property
    def kept_after_promise(self) -> int | None:
        """Fulfilled after the deadline that was told first."""
        return None if self.kept_as_promised is None else self.kept_on_time + self.kept_late - self.kept_as_promised


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceBalance(Counts):
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBalance(InstanceBalance):
    month: date | None  # its first day: in which they were made; None when nobody wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Counts):
    open_at_start: int
    new: int
    closed_in_period: int
    open_at_end: int
    instances: tuple[InstanceBalance, ...]  # in the order of their first commitment
    months: tuple[MonthBalance, ...] = ()  # by instance, in that order, and by month
    ages: tuple[int, ...] | None = None  # of the overdue ones, in the order of Age; None in older reports


class Part(NamedTuple):
    """The commitments of a dependency or a group: one of several counts in each, so that parts do not add up."""

    code: str  # its id; EVERY or NONE
    name: str
    counts: Counts


EVERY, NONE = "todas", "ninguna"
OF_COUNTS = tuple(field.name for field in fields(Counts))


class Figure(TextChoices):
    """What a balance counts that is no standing, to ask for its rows."""

    OPEN_AT_START = "open_at_start", gettext_lazy("Abiertos al comenzar")
    NEW = "new", gettext_lazy("Nuevos en el periodo")
    CLOSED_IN_PERIOD = "closed_in_period", gettext_lazy("Cerrados en el periodo")
    OPEN_AT_END = "open_at_end", gettext_lazy("Abiertos al corte")
    DUE = "due", gettext_lazy("Vencían hasta el corte")
    FULFILLED_DUE = "fulfilled_due", gettext_lazy("Cumplidos de los que vencían")
    KEPT_ON_TIME = "kept_on_time", gettext_lazy("Cumplidos a tiempo")
    KEPT_LATE = "kept_late", gettext_lazy("Cumplidos después del plazo")
    KEPT_UNKNOWN = "kept_unknown", gettext_lazy("Cumplidos en un día que nadie registró")
    KEPT_AS_PROMISED = "kept_as_promised", gettext_lazy("Cumplidos dentro del primer plazo")
    KEPT_AFTER_PROMISE = "kept_after_promise", gettext_lazy("Cumplidos después del primer plazo")


def of_plan(plan: Plan, on: date, since: date | None = None, dependencies: Collection[int] | None = None) -> Balance:
    """The balance at the cut-off `on`, for the period from `since` (default: the plan's start): one query.

    `dependencies`: ids; only the commitments that name one of them or are of all. Such views do not add up to the plan.
    """
    commitments = Commitment.objects.filter(plan=plan)
    if dependencies is not None:
        commitments = commitments.of_dependencies(dependencies)
    return of(commitments, on, since or plan.starts_on)


def of(commitments: QuerySet[Commitment], on: date, since: date) -> Balance:
    """Of some commitments: one query, grouped by instance and month, which add up to each instance and to all."""
    conditions = _conditions(on)
    of_all = _of_period(on, since) | {f"age_{age}": aged(age, on) for age in Age}
    counted = {name: Count("pk", filter=condition) for name, condition in (conditions | of_all).items()}
    rows = commitments.filter(made(on)).order_by().values("instance", month=TruncMonth("made_on"))
    rows = list(rows.annotate(**counted, first=Min("pk")))
    by_instance = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["first"]):
        by_instance[row["instance"]].append(row)
    total = _sum(rows, counted)
    return Balance(
        **{name: total[name] for name in (*conditions, "open_at_start", "new", "closed_in_period")},
        open_at_end=total["open"] + total["overdue"] + total["undated"],
        instances=tuple(
            InstanceBalance(instance=instance, **_sum(some, conditions)) for instance, some in by_instance.items()
        ),
        months=tuple(
            MonthBalance(instance=instance, month=row["month"], **{name: row[name] for name in conditions})
            for instance, some in by_instance.items()
            for row in sorted(some, key=lambda row: row["month"] or date.min)
        ),
        ages=tuple(total[f"age_{age}"] for age in Age),
    )


def _sum(rows: list[dict], names: Iterable[str]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in names}


def by_dependency(commitments: QuerySet[Commitment], on: date) -> list[Part]:
    """By who answers for them, in their order; those of all and of nobody at the end. Three queries."""
    named = _by(commitments, on, "responsible__order", "responsible__name", "responsible")
    of_all = _by(commitments.filter(all_dependencies=True), on, "all_dependencies")
    nobody = _by(commitments.filter(responsible=None, all_dependencies=False), on, "all_dependencies")
    return [
        *(Part(str(pk), name, counts) for (_order, name, pk), counts in named if name),
        *(Part(EVERY, _("Todas las dependencias"), counts) for _key, counts in of_all),
        *(Part(NONE, _("Sin responsable"), counts) for _key, counts in nobody),
    ]


def by_group(commitments: QuerySet[Commitment], on: date) -> list[Part]:
    """By whom they were made with, in alphabetical order; those that name no group at the end. One query."""
    rows = [
        Part(str(pk or NONE), name or _("Sin grupo registrado"), counts)
        for (name, pk), counts in _by(commitments, on, "groups__name", "groups")
    ]
    return sorted(rows, key=lambda part: (part.code == NONE, part.name))


def _by(commitments: QuerySet[Commitment], on: date, *fields: str) -> list[tuple[tuple, Counts]]:
    """Those made by `on`, by the values of some fields, in their order: one query. One with several values, as a
    commitment of two dependencies has, counts in each."""
    counted = {name: Count("pk", filter=condition) for name, condition in _conditions(on).items()}
    rows = commitments.filter(made(on)).order_by(*fields).values(*fields).annotate(**counted)
    return [(tuple(row[field] for field in fields), Counts(**{name: row[name] for name in counted})) for row in rows]


def condition(figure: str, on: date, since: date) -> Q:
    """Of the commitments that a figure counts, among those made by the cut-off `on`."""
    fulfilled = stands(Standing.FULFILLED, on)
    open_at_end = stands(Standing.OPEN, on) | stands(Standing.OVERDUE, on) | stands(Standing.UNDATED, on)
    others = {
        Figure.OPEN_AT_END: open_at_end,
        Figure.KEPT_UNKNOWN: fulfilled & Q(closed_on=None),
        Figure.KEPT_AFTER_PROMISE: fulfilled & Q(closed_on__isnull=False) & ~kept_by(promised_for(), on),
    }
    return (_conditions(on) | _of_period(on, since) | others)[figure]


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


def _of_period(on: date, since: date) -> dict[str, Q]:
    before = made_before(since)
    still_at_start = Q(closed_on=None, closed_until=None) | Q(closed_on__gte=since) | Q(closed_until__gte=since)
    return {
        "open_at_start": before & still_at_start,
        "new": ~before,
        "closed_in_period": closed_between(since, on),
    }
