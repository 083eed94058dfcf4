"""Leaving a finding about a plan as it is, said once in writing, and taking that back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from plans.models import Justification, Plan
from records.audit import acting_as


@transaction.atomic
def justify(*, plan: Plan, finding: str, subject: str, reason: str, by: User) -> Justification:
    """ValidationError without a reason, or when it was justified already."""
    row = Justification(plan=plan, finding=finding, subject=subject, reason=reason.strip(), by=by)
    if not row.reason:
        raise ValidationError({"reason": _("Diga por qué se deja así.")})
    row.validate_constraints()
    with acting_as(by):
        row.save()
    return row


@transaction.atomic
def take_back(*, justification: Justification, by: User) -> None:
    with acting_as(by):
        justification.delete()
