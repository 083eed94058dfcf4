"""Verbs about a plan: make, edit, approve, reopen. What is refused says why, for the person."""

from datetime import date
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import RESERVED_SLUGS, AuditEntry, User
from plans.approval import named, outside_dates
from plans.models import Plan
from plans.states import PLANS, hold_draft
from records import audit


def free_slug(title: str) -> str:
    """An address for a plan with this title that no other plan of the installation has."""
    longest = Plan._meta.get_field("slug").max_length - 5
    base = slugify(title)[:longest].strip("-") or "plan"
    taken = set(Plan.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(slug for n in count(1) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def create_plan(*, plan: Plan, by: User) -> Plan:
    """Keeps a new plan at an address of its own. ValidationError when the entity has one with that title."""
    plan.slug = free_slug(plan.title)
    plan.validate_constraints()
    with audit.acting_as(by):
        plan.save()
    return plan


@transaction.atomic
def edit_plan(*, plan: Plan, by: User, seen: int | None = None) -> Plan:
    """Keeps a draft's changes. Stale when it moved on from revision `seen`; Frozen when it is approved; ValidationError
    when sessions would stay outside its dates. The address stays: people have it in their messages."""
    hold_draft(plan)
    plan.claim(seen)
    if left_out := outside_dates(plan):
        raise ValidationError(
            _("Con esas fechas quedan jornadas por fuera del plan: %(which)s. Cambie antes esas jornadas.")
            % {"which": named(left_out)}
        )
    plan.validate_constraints()
    with audit.acting_as(by):
        plan.save()
    return plan


def approve(*, plan: Plan, by: User, on: date, seen: int | None = None, reason: str = "") -> Plan:
    """Approves a draft and freezes its next version: the baseline the first time, later with a `reason`.

    Raises Stale when somebody changed or approved it since revision `seen`, and NotReady with what is missing.
    """
    PLANS.move(plan, Plan.State.APPROVED, by=by, seen=seen, on=on, reason=reason.strip())
    return plan


def reopen(*, plan: Plan, reason: str, by: User, seen: int | None = None) -> Plan:
    """Takes an approved plan back to draft. Stale when it moved on; NotReady without a reason or with published
    reports."""
    PLANS.move(plan, Plan.State.DRAFT, by=by, seen=seen, reason=reason.strip())
    return plan


def reason_of_reopening(plan: Plan) -> str:
    """What was said when it last went back to draft; empty when it never did."""
    trail = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Plan), object_id=plan.pk, verb="plan.reopen"
    )
    entry = trail.order_by("-timestamp", "-pk").first()
    return entry.changes["reason"][1] if entry else ""
