"""Actions on a plan: create, edit, approve, reopen. Refusals carry a message for the person."""

from datetime import date
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RESERVED_SLUGS, AuditEntry, User
from plans.approval import named, outside_dates
from plans.models import Plan
from plans.states import PLANS, hold_draft
from records import audit
from records.refusals import NotReady


def free_slug(title: str) -> str:
    """Unique in the installation: title, title-2, title-3…"""
    longest = Plan._meta.get_field("slug").max_length - 5  # room for the number
    base = slugify(title)[:longest].strip("-") or "plan"
    taken = set(Plan.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(slug for n in count(1) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def create_plan(*, plan: Plan, by: User) -> Plan:
    """Gives the plan a free slug. ValidationError when the entity has a plan with that title."""
    plan.slug = free_slug(plan.title)
    plan.validate_constraints()
    with audit.acting_as(by):
        plan.save()
    return plan


@transaction.atomic
def edit_plan(*, plan: Plan, by: User, seen: int | None = None) -> Plan:
    """Raises Stale when it changed since revision `seen`, Frozen when approved, ValidationError when sessions would
    fall outside its dates."""
    # The slug stays even when the title changes: people have the address in their messages.
    hold_draft(plan)
    plan.claim(seen)
    if sessions := outside_dates(plan):
        raise ValidationError(
            _("Con esas fechas quedan espacios por fuera del plan: %(which)s. Cambie antes esos espacios.")
            % {"which": named(sessions)}
        )
    plan.validate_constraints()
    with audit.acting_as(by):
        plan.save()
    return plan


def approve(*, plan: Plan, by: User, on: date, seen: int | None = None, reason: str = "") -> Plan:
    """Freezes the next version: the baseline the first time, later one with a `reason`.

    Raises Stale when it changed since revision `seen`, and NotReady with what is missing.
    """
    PLANS.move(plan, Plan.State.APPROVED, by=by, seen=seen, on=on, reason=reason.strip())
    return plan


def reopen(*, plan: Plan, reason: str, by: User, seen: int | None = None) -> Plan:
    """Raises Stale when it changed since revision `seen`, and NotReady without a reason or with published reports."""
    PLANS.move(plan, Plan.State.DRAFT, by=by, seen=seen, reason=reason.strip())
    return plan


def deletion_blockers(plan: Plan) -> list[str]:
    """Why a draft cannot be deleted, one sentence each; empty when it can."""
    blockers = []
    if reports := plan.reports.count():
        blockers.append(
            ngettext(
                "El plan tiene %(n)d informe: elimine antes su borrador.",
                "El plan tiene %(n)d informes: elimine antes sus borradores.",
                reports,
            )
            % {"n": reports}
        )
    if plan.versions.exists():
        blockers.append(_("El plan ya se aprobó una vez y sus versiones se conservan: corríjalo y apruébelo de nuevo."))
    return blockers


def goes_with(plan: Plan) -> dict[str, int]:
    """How many rows of each kind a deletion takes with the plan."""
    below = plan.activities.aggregate(
        sessions=Count("sessions", distinct=True), metrics=Count("metrics", distinct=True)
    )
    return {
        "phases": plan.phases.count(),
        "lines": plan.lines.count(),
        "activities": plan.activities.count(),
        **below,
        "commitments": plan.commitments.count(),
    }


@transaction.atomic
def delete_plan(*, plan: Plan, by: User) -> None:
    """A draft that was never approved, with all that is in it; the trail keeps one entry, which says how much went.

    Raises Frozen when it is approved, NotReady with the blockers.
    """
    hold_draft(plan)
    if blockers := deletion_blockers(plan):
        raise NotReady(*blockers)
    gone = {f"n_{kind}": (count, None) for kind, count in goes_with(plan).items() if count}
    kept = {"title": (plan.title, None), "starts_on": (plan.starts_on, None), "ends_on": (plan.ends_on, None)}
    audit.write([audit.Act(plan, audit.DELETE, kept | gone)], by=by)
    with audit.record_at_once(by=by):
        for rows in (plan.commitments, plan.activities, plan.lines, plan.phases):  # whoever refers first
            rows.all().delete()
        plan.delete()


def reason_of_reopening(plan: Plan) -> str:
    """Of the last time, from the audit trail; "" when it was never reopened."""
    entries = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Plan), object_id=plan.pk, verb="plan.reopen"
    )
    entry = entries.order_by("-timestamp", "-pk").first()
    return entry.changes["reason"][1] if entry else ""
