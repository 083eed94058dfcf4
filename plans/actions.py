"""Verbs about a plan: make, edit, approve, reopen. What is refused says why, for the person."""

from datetime import date
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RESERVED_SLUGS, AuditEntry, User
from plans import versions
from plans.approval import approval_blockers, named, outside_dates
from plans.models import Plan
from plans.states import hold_draft
from records import audit
from records.refusals import NotReady


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


@transaction.atomic
def approve(*, plan: Plan, by: User, on: date, seen: int | None = None, reason: str = "") -> Plan:
    """Approves a draft and freezes its next version: the baseline the first time, later with a `reason`.

    Raises Stale when somebody changed or approved it since revision `seen`, NotReady with its blockers, and
    ValidationError when a later version has no reason.
    """
    plan.claim(seen, state=Plan.State.DRAFT)
    if blockers := approval_blockers(plan):
        raise NotReady(*blockers)
    if not reason.strip():
        if plan.versions.exists():
            raise ValidationError(_("Diga qué cambió desde la versión anterior."))
        reason = _("Línea base")
    move(plan, state=Plan.State.APPROVED, approved_on=on)
    version = versions.freeze(plan, reason=reason, by=by)
    changes = {
        "state": ["draft", "approved"],
        "approved_on": [None, on],
        "version": [None, version.number],
    }
    audit.record(by=by, verb="plan.approve", target=plan, changes=changes)
    return plan


@transaction.atomic
def reopen(*, plan: Plan, reason: str, by: User, seen: int | None = None) -> Plan:
    """Takes an approved plan back to draft. Stale when it moved on; ValidationError without a reason or with published
    reports: what a reader was told of a plan can only be superseded."""
    plan.claim(seen, state=Plan.State.APPROVED)
    if not reason.strip():
        raise ValidationError(_("Diga por qué vuelve a borrador."))
    if published := plan.reports.exclude(state="draft").count():
        raise ValidationError(
            ngettext(
                "El plan ya tiene %(n)d informe publicado, así que no puede volver a borrador.",
                "El plan ya tiene %(n)d informes publicados, así que no puede volver a borrador.",
                published,
            )
            % {"n": published}
        )
    before = plan.approved_on
    move(plan, state=Plan.State.DRAFT, approved_on=None)
    changes = {"state": ["approved", "draft"], "approved_on": [before, None], "reason": ["", reason]}
    audit.record(by=by, verb="plan.reopen", target=plan, changes=changes)
    return plan


def reason_of_reopening(plan: Plan) -> str:
    """What was said when it last went back to draft; empty when it never did."""
    trail = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Plan), object_id=plan.pk, verb="plan.reopen"
    )
    entry = trail.order_by("-timestamp", "-pk").first()
    return entry.changes["reason"][1] if entry else ""


def move(plan: Plan, **fields) -> None:
    """Stores fields of a plan just claimed; the verb that moves it leaves the one audit entry."""
    Plan.objects.filter(pk=plan.pk).update(**fields)
    for name, value in fields.items():
        setattr(plan, name, value)
