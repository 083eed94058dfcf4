"""The standing of a commitment at a cut-off: computed from its dates, never stored (balance.py counts them)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from commitments.states import FULFILLED
from display.dates import Precision, month_end


class Standing(TextChoices):
    FULFILLED = "fulfilled", _("Cumplido")
    OVERDUE = "overdue", _("Vencido")
    OPEN = "open", _("En plazo")
    UNDATED = "undated", _("Cerrado, sin fecha")
    CLOSED = "closed", _("Cerrado sin cumplir")


def stands(as_: str, on: date) -> Q:
    """The condition of having the standing `as_` at `on`: Commitment.standing in SQL. Each has exactly one."""
    ended = closed(on)
    still = Q(closed_until=None) & (Q(closed_on=None) | Q(closed_on__gt=on))
    return {
        Standing.FULFILLED: ended & Q(state__in=FULFILLED),
        Standing.CLOSED: ended & ~Q(state__in=FULFILLED),
        Standing.OVERDUE: still & Q(due_on__lt=on),
        Standing.OPEN: still & Q(due_on__gte=on),
        # Closed on an unknown day, that may be before the cut-off or after it.
        Standing.UNDATED: Q(closed_until__gt=on),
    }[Standing(as_)]


def closed(on: date) -> Q:
    """Closed by the cut-off `on`; on an unknown day, from the last that it can have been."""
    return Q(closed_on__lte=on) | Q(closed_until__lte=on)


def due(on: date) -> Q:
    """Its deadline is the cut-off or before it; of one that may be closed already nobody knows whether it still was."""
    return Q(due_on__lte=on) & (Q(closed_until=None) | Q(closed_until__lte=on))


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
