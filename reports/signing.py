"""Who answers for a report: prepared, reviewed, approved, in that order, before it is published.

Each signs what they saw: whoever changes a text or the cut-off afterwards voids every signature, and those who signed
are told. A signatory may return the report with a note instead.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from records import audit, sign_offs
from records.models import SignOff
from records.refusals import NotReady
from records.sign_offs import standing
from reports import notifications
from reports.models import Report

Stage = SignOff.Stage


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
    sign_offs.give_back(report, note=note, by=by)
    notifications.tell_return(report, [each.person for each in signed], note=note, by=by)


def void(report: Report, *, by: User) -> None:
    """What was signed changes: no signature holds any more. Call it in the transaction of the change."""
    if signed := sign_offs.void(report, by=by):
        notifications.tell_void(report, [each.person for each in signed], by=by)
