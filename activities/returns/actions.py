"""What people do to a monthly return: write its texts, send it, take it back, accept it, return it, reopen it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import MonthlyReturn
from activities.returns import contents, notifications
from activities.returns.states import RETURNS, State
from records.audit import acting_as
from records.locks import raise_revisions
from records.refusals import Refused

SENT = {
    State.SUBMITTED: _("Este formato ya se envió a planeación: para cambiarlo, retírelo antes."),
    State.ACCEPTED: _("Planeación ya aceptó este formato, y lo aceptado no cambia: puede reabrirlo, con un motivo."),
}


@transaction.atomic
def save_texts(*, monthly: MonthlyReturn, by: User, seen: int | None = None) -> MonthlyReturn:
    """Stores what the head wrote. Raises Refused once it was sent, Stale when it changed since revision `seen`."""
    stored = MonthlyReturn.objects.values_list("state", flat=True).get(pk=monthly.pk)
    if stored not in MonthlyReturn.OPEN:
        raise Refused(SENT[stored])
    monthly.claim(seen, state__in=MonthlyReturn.OPEN)
    with acting_as(by):
        monthly.save(update_fields=MonthlyReturn.TEXTS)
    return monthly


@transaction.atomic
def submit(*, monthly: MonthlyReturn, by: User, on: date, seen: int | None = None) -> MonthlyReturn:
    """Freezes what the month holds. Raises NotReady while a space of it is not reported, Stale, NotAllowed."""
    RETURNS.move(monthly, State.SUBMITTED, by=by, seen=seen, on=on, sender=by)
    notifications.tell_sent(monthly, by=by)
    return monthly


@transaction.atomic
def withdraw(*, monthly: MonthlyReturn, by: User, seen: int | None = None) -> MonthlyReturn:
    """To mend what was sent, before it is decided."""
    RETURNS.move(monthly, State.DUE, by=by, seen=seen)
    return monthly


@transaction.atomic
def accept(*, monthly: MonthlyReturn, by: User, on: date, seen: int | None = None, note: str = "") -> MonthlyReturn:
    """Holds the month: what was reported of it no longer changes. Raises NotReady when it is not as it was sent."""
    # A report that is being saved is stored before what was sent is compared, or comes after and is refused.
    MonthlyReturn.objects.select_for_update().get(pk=monthly.pk)
    raise_revisions(list(contents.sessions_of(monthly)))
    RETURNS.move(monthly, State.ACCEPTED, by=by, seen=seen, on=on, decider=by)
    notifications.tell_decided(monthly, by=by)
    return monthly


@transaction.atomic
def send_back(*, monthly: MonthlyReturn, by: User, note: str, seen: int | None = None, on: date | None = None) -> None:
    """To the dependency, with a note; of an accepted one, its month is open again. Raises NotReady without a note."""
    reopened = monthly.state == State.ACCEPTED
    RETURNS.move(monthly, State.RETURNED, by=by, seen=seen, note=note.strip())
    notifications.tell_back(monthly, by=by, reopened=reopened)
