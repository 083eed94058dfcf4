"""The standing of a commitment at a cut-off: computed from its dates, never stored (balance.py counts them)."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db.models import F, OuterRef, Q, Subquery, TextChoices
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from commitments.states import FULFILLED
from display.dates import Precision, month_end


class Standing(TextChoices):
    FULFILLED = "fulfilled", _("Cumplido")
    OVERDUE = "overdue", _("Vencido")
    OPEN = "open", _("En plazo")
    UNDATED = "undated", _("Cerrado, sin fecha")
    CLOSED = "closed", _("Cerrado sin cumplir")


def due_at(on: date) -> Combinable:
    """The deadline in force at the cut-off `on`: the one that the next extension granted after it moved."""
    extensions = apps.get_model("commitments", "Extension").objects.granted()  # a model, which imports this
    later = extensions.filter(commitment=OuterRef("pk"), decided_on__gt=on).order_by("decided_on", "pk")
    return Coalesce(Subquery(later.values("due_before")[:1]), F("due_on"))


def promised_for() -> Combinable:
    """The deadline that citizens were told first, whatever was granted since."""
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


def closed(on: date) -> Q:
    """Closed by the cut-off `on`; on an unknown day, from the last that it can have been."""
    return Q(closed_on__lte=on) | Q(closed_until__lte=on)


def has_come(on: date) -> Q:
    """Its deadline is the cut-off or before it."""
    return Q(LessThanOrEqual(due_at(on), on))


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
    """Before a period that starts on `first`; those without a date count as made before it."""
    return Q(made_on=None) | Q(made_on__lt=first)


def closed_between(first: date, on: date) -> Q:
    """Closed in the period from `first` to the cut-off `on`, those made in it too."""
    before = made_before(first) & (Q(closed_on__lt=first) | Q(closed_until__lt=first))
    return closed(on) & ~before
