"""Who answers for a report: prepared, reviewed, approved, in that order, before it is published.

Each signs what they saw: whoever changes a text or the cut-off afterwards voids every signature, and those who signed
are told. A signatory may return the report with a note instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, may
from records import audit
from records.models import SignOff
from records.refusals import Blocker, NotReady
from records.transitions import Machine, Transition
from reports import notifications
from reports.models import Report

Stage = SignOff.Stage
State = SignOff.State


def _says_why(sign_off: SignOff, *, note: str = "", **_facts) -> Iterator[Blocker]:
    if not note:
        yield Blocker(_("Diga por qué lo devuelve."), field="note")


SIGN_OFFS = Machine(
    Transition(
        State.SIGNED,
        State.RETURNED,
        Permission.SIGN_REPORT,
        needs=(_says_why,),
        sets=lambda sign_off, *, note, **facts: {"note": note},
        verb="signoff.return",
    ),
    Transition(State.SIGNED, State.VOID, verb="signoff.void"),
    may=may,
)


def standing(report: Report) -> list[SignOff]:
    """The signatures that hold, in the order of the steps."""
    if report.pk is None:
        return []
    order = list(Stage)
    return sorted(report.sign_offs.filter(state=State.SIGNED), key=lambda each: order.index(each.stage))


def missing(report: Report) -> list[Stage]:
    signed = {each.stage for each in standing(report)}
    return [stage for stage in Stage if stage not in signed]


@transaction.atomic
def sign(*, report: Report, position: str, seen: int, on: date, by: User) -> SignOff:
    """The next step, by this person. Raises Stale when the report changed since revision `seen`, NotReady when nothing
    is left to sign."""
    report.claim(seen, state=Report.State.DRAFT)
    left = missing(report)
    if not left:
        raise NotReady(_("Este informe ya tiene todas sus firmas."))
    with audit.acting_as(by):
        signed = SignOff.objects.create(
            entity_id=report.entity_id,
            target=report,
            stage=left[0],
            person=by,
            name=by.full_name,
            position=position,
            signed_on=on,
        )
    notifications.tell_signature(report, signed, by=by)
    return signed


@transaction.atomic
def give_back(*, report: Report, note: str, seen: int, by: User) -> None:
    """Undoes the signatures, and tells those who signed why. Raises Stale, and NotReady when nobody signed."""
    report.claim(seen, state=Report.State.DRAFT)
    signed = standing(report)
    if not signed:
        raise NotReady(_("Nadie ha firmado este informe todavía: no hay a quién devolverlo."))
    for each in signed:
        SIGN_OFFS.move(each, State.RETURNED, by=by, note=note)
    notifications.tell_return(report, [each.person for each in signed], note=note, by=by)


def void(report: Report, *, by: User) -> None:
    """What was signed changes: no signature holds any more. Call it in the transaction of the change."""
    signed = standing(report)
    with audit.acting_as(by):
        for each in signed:
            SIGN_OFFS.move(each, State.VOID, by=None)  # of no right of its own: the change asked for it
    if signed:
        notifications.tell_void(report, [each.person for each in signed], by=by)
