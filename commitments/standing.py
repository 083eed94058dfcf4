"""The standing of a commitment at a cut-off: computed from its dates, never stored (balance.py counts them)."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db.models import F, OuterRef, Q, Subquery, TextChoices
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from commitments.states import FULFILLED
from display.dates import Precision, month_end, working_days_ago, working_days_between


class Standing(TextChoices):
    FULFILLED = "fulfilled", _("Cumplido")
    OVERDUE = "overdue", _("Vencido")
    OPEN = "open", _("En plazo")
    UNDATED = "undated", _("Cerrado, sin fecha")
    CLOSED = "closed", _("Cerrado sin cumplir")


class Age(TextChoices):
    """How long an overdue one waits, in working days after its deadline."""

    RECENT = "15", _("Hasta 15 días hábiles")
    MONTH = "30", _("De 16 a 30 días hábiles")
    TWO_MONTHS = "60", _("De 31 a 60 días hábiles")
    OLD = "mas", _("Más de 60 días hábiles")


LAST_DAYS = {Age.RECENT: 15, Age.MONTH: 30, Age.TWO_MONTHS: 60}


def due_at(on: date) -> Combinable:
    """The deadline in force at the cut-off `on`: the one that the next extension granted after it moved."""
    extensions = apps.get_model("commitments", "Extension").objects.granted()  # a model, which imports this
    later = extensions.filter(commitment=OuterRef("pk"), decided_on__gt=on).order_by("decided_on", "pk")
    return Coalesce(Subquery(later.values("due_before")[:1]), F("due_on"))


def promised_for() -> Combinable:
    """The deadline that citizens were told first, whatever was granted since, in this plan or in those before."""
    return due_at(date.min)


def stands(as_: str, on: date) -> Q:
    """The condition of having the standing `as_` at `on`: Commitment.standing in SQL. Each has exactly one."""
    ended = closed(on)
    still = Q(closed_until=None) & (Q(closed_on=None) | Q(closed_on__gt=on))
    return {
        Standing.FULFILLED: ended & Q(state__in=FULFILLED),
        Standing.CLOSED: ended & ~Q(state__in=FULFILLED),
        Standing.OVERDUE: still & Q(LessThan(due_at(on), on)),
        Standing.OPEN: still & Q(GreaterThanOrEqual(due_at(on), on)),
        # Closed on an unknown day, that may be before the cut-off or after it.
        Standing.UNDATED: Q(closed_until__gt=on),
    }[Standing(as_)]


def aged(age: str, on: date) -> Q:
    """Overdue at `on`, for so long: `age_of` in SQL."""
    ages = list(Age)
    at = ages.index(Age(age))
    within = stands(Standing.OVERDUE, on)
    if last := LAST_DAYS.get(ages[at]):
        within &= Q(GreaterThan(due_at(on), working_days_ago(on, last + 1)))
    if at:
        within &= Q(LessThanOrEqual(due_at(on), working_days_ago(on, LAST_DAYS[ages[at - 1]] + 1)))
    return within


def age_of(due_on: date, on: date) -> Age:
    """Of one that is overdue at `on`."""
    days = working_days_between(due_on, on)
    return next((age for age, last in LAST_DAYS.items() if days <= last), Age.OLD)


def closed(on: date) -> Q:
    """Closed by the cut-off `on`; on an unknown day, from the last that it can have been."""
    return Q(closed_on__lte=on) | Q(closed_until__lte=on)


def has_come(on: date, *, by: date | None = None) -> Q:
    """Its deadline, in force at the cut-off `on`, is that day or before it; or by another day."""
    return Q(LessThanOrEqual(due_at(on), by or on))


def due(on: date) -> Q:
    """Its deadline has come; of one that may be closed already nobody knows whether it still was."""
    return has_come(on) & (Q(closed_until=None) | Q(closed_until__lte=on))


def kept_by(deadline: Combinable, on: date) -> Q:
    """Fulfilled by the cut-off on a known day, which is the deadline or before it."""
    return Q(state__in=FULFILLED, closed_on__lte=on) & Q(LessThanOrEqual(F("closed_on"), deadline))


def made(on: date) -> Q:
    """Made by the cut-off `on`: undated ones always, those of a month from its first day."""
    of_month = Q(made_precision=Precision.MONTH, made_on__lte=month_end(on))
    return Q(made_on=None) | Q(made_on__lte=on) | of_month


def made_before(first: date) -> Q:
    """Made by the day before a period that starts on `first`, so that what was open when one period ended is what is
    open when the next begins."""
    before = Q(made_on=None) | Q(made_on__lt=first)
    if first.day == 1:
        return before
    return before | Q(made_precision=Precision.MONTH, made_on__lte=month_end(first))


def closed_between(first: date, on: date) -> Q:
    """Closed in the period from `first` to the cut-off `on`, those made in it too."""
    before = made_before(first) & (Q(closed_on__lt=first) | Q(closed_until__lt=first))
    return closed(on) & ~before
