"""The states of a request: who moves it, what each move needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, limited_to, may
from activities.models import Activity, ChangeRequest
from plans.models import PlanVersion
from records.refusals import Blocker
from records.transitions import Machine, Transition

State = ChangeRequest.State


def is_of(change: ChangeRequest, by: User) -> bool:
    """Whether the person asked it, or directs the dependency that did."""
    if change.requested_by_id == by.pk:
        return True
    reach = limited_to(by, Permission.REQUEST_CHANGE, change.entity_id)
    return reach is not None and change.dependency_id in reach


def _says_why(change: ChangeRequest, *, note: str = "", **_facts) -> Iterator[Blocker]:
    if not note:
        yield Blocker(_("Diga por qué: quien la pidió lo lee."), field="note")


def _of_who_asked(change: ChangeRequest, *, asker: User, **_facts) -> Iterator[Blocker]:
    if not is_of(change, asker):
        yield Blocker(_("Solo quien la pidió puede hacer eso."))


def _approved(
    change: ChangeRequest,
    *,
    on: date,
    decider: User,
    activity: Activity | None = None,
    version: PlanVersion | None = None,
    note: str = "",
    **_facts,
) -> dict:
    return {
        "decided_by": decider,
        "decided_on": on,
        "decision_note": note,
        "activity": activity or change.activity,
        "version": version,
    }


def _rejected(change: ChangeRequest, *, on: date, decider: User, note: str, **_facts) -> dict:
    return {"decided_by": decider, "decided_on": on, "decision_note": note}


def _returned(change: ChangeRequest, *, decider: User, note: str, **_facts) -> dict:
    return {"decided_by": decider, "decision_note": note}


def _again(change: ChangeRequest, **_facts) -> dict:
    return {"decided_by": None, "decision_note": "", "requested_at": timezone.now()}  # from when it waits


ASK, DECIDE = Permission.REQUEST_CHANGE, Permission.DECIDE_CHANGE
CHANGES = Machine(
    Transition(State.REQUESTED, State.APPROVED, DECIDE, sets=_approved, verb="change.approve"),
    Transition(State.REQUESTED, State.RETURNED, DECIDE, needs=(_says_why,), sets=_returned, verb="change.return"),
    *(
        Transition(source, State.REJECTED, DECIDE, needs=(_says_why,), sets=_rejected, verb="change.reject")
        for source in ChangeRequest.OPEN
    ),
    *(
        Transition(source, State.CANCELLED, ASK, needs=(_of_who_asked,), verb="change.cancel")
        for source in ChangeRequest.OPEN
    ),
    Transition(State.RETURNED, State.REQUESTED, ASK, needs=(_of_who_asked,), sets=_again, verb="change.send"),
    may=may,
)
