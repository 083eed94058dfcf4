"""A verification with citizens is written down, and moves the promise as it says."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Evidence
from commitments.models import Commitment, Verification
from commitments.states import COMMITMENTS, State
from plans.states import refuse_closed
from records.audit import acting_as
from records.refusals import NotReady


@transaction.atomic
def verify(
    *,
    commitment: Commitment,
    on: date,
    is_kept: bool,
    with_whom: str,
    found: str,
    minutes: Evidence,
    by: User,
    seen: int | None = None,
) -> Verification:
    """Kept, it is verified; not kept, it is open again, for what was found. Only of one that was reported done.

    Raises Stale, NotAllowed; NotReady with what hinders it: a dispute that nobody answered, a day too early.
    """
    refuse_closed(commitment.plan)
    if commitment.state != State.REPORTED_DONE:
        raise NotReady(_("Se verifica lo que ya se reportó como cumplido."))
    verification = Verification(
        commitment=commitment,
        on=on,
        is_kept=is_kept,
        with_whom=with_whom.strip(),
        found=found.strip(),
        minutes=minutes,
        by=by,
    )
    facts = {"verification": verification} if is_kept else {"reason": verification.found}
    to = State.VERIFIED if is_kept else State.IN_PROGRESS
    COMMITMENTS.move(commitment, to, by=by, seen=seen, on=on, **facts)
    verification.validate_constraints()
    with acting_as(by):
        verification.save()
    return verification
