"""Actions on a plan: create, edit, sign, approve, reopen, close. Refusals carry a message for the person."""

from collections.abc import Iterable, Mapping
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
from display.dates import Precision
from plans import notifications, signing
from plans.approval import named, outside_dates
from plans.models import Plan
from plans.signing import OnPaper
from plans.states import PLANS, hold_draft
from records import audit, sign_offs
from records.models import StoredFile
from records.refusals import NotAllowed, NotReady


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


@transaction.atomic
def submit(
    *,
    plan: Plan,
    people: Mapping[str, User],
    position: str,
    by: User,
    on: date,
    seen: int | None = None,
    reason: str = "",
) -> Plan:
    """Sends a draft to whom it names (`people`: reviewed, approved), signed by who prepared it.

    A `reason` once it has versions. Raises Stale when it changed since revision `seen`, NotReady with what is missing.
    """
    hold_draft(plan)
    signing.name(plan, people, by=by)
    PLANS.move(plan, Plan.State.IN_REVIEW, by=by, seen=seen, on=on, position=position, reason=reason.strip())
    notifications.tell_turn(plan, people[signing.Stage.REVIEWED], by=by)
    return plan


@transaction.atomic
def sign(*, plan: Plan, position: str, by: User, on: date, seen: int | None = None) -> Plan:
    """The next step of a plan in review, by whom it names for it: the review or, after it, the approval. Who is named
    for both takes both. Raises NotAllowed, Stale and NotReady."""
    plan.claim(seen, state=Plan.State.IN_REVIEW)
    people = signing.named(plan)
    if signing.next_stage(plan) == signing.Stage.REVIEWED:
        if people[signing.Stage.REVIEWED] != by:
            raise NotAllowed
        signing.put(plan, signing.Stage.REVIEWED, by=by, on=on, position=position)
        if people[signing.Stage.APPROVED] != by:
            notifications.tell_turn(plan, people[signing.Stage.APPROVED], by=by)
            return plan
    reason = reason_of(plan, "plan.submit")
    PLANS.move(plan, Plan.State.APPROVED, by=by, on=on, position=position, reason=reason)
    notifications.tell_approval(plan, by=by)
    return plan


@transaction.atomic
def give_back(*, plan: Plan, note: str, by: User, seen: int | None = None) -> Plan:
    """A plan in review is a draft again, with a note for who prepared it. Raises NotAllowed, Stale and NotReady."""
    told = [signed.person for signed in sign_offs.standing(plan)]
    PLANS.move(plan, Plan.State.DRAFT, by=by, seen=seen, note=note.strip())
    sign_offs.give_back(plan, note=note.strip(), by=by)
    notifications.tell_return(plan, told, note=note.strip(), by=by)
    return plan


@transaction.atomic
def approve(
    *,
    plan: Plan,
    by: User,
    on: date,
    seen: int | None = None,
    reason: str = "",
    precision: str = Precision.DAY,
    act: str = "",
    document: StoredFile | None = None,
    signed: Iterable[OnPaper] = (),
    today: date | None = None,
) -> Plan:
    """Registers an approval given outside this system: its date, the act and the document that say so, and who signed
    it. Freezes the next version: the baseline the first time, later one with a `reason`.

    Raises Stale when it changed since revision `seen`, and NotReady with what is missing.
    """
    signing.copy(plan, signed, by=by, on=on, precision=precision)
    approval = {"on": on, "precision": precision, "act": act.strip(), "document": document, "today": today}
    PLANS.move(plan, Plan.State.APPROVED, by=by, seen=seen, reason=reason.strip(), **approval)
    notifications.tell_approval(plan, by=by)
    return plan


@transaction.atomic
def reopen(*, plan: Plan, reason: str, by: User, seen: int | None = None) -> Plan:
    """Raises Stale when it changed since revision `seen`, and NotReady without a reason or with published reports."""
    PLANS.move(plan, Plan.State.DRAFT, by=by, seen=seen, reason=reason.strip())
    return plan


@transaction.atomic
def close(*, plan: Plan, by: User, on: date, seen: int | None = None) -> Plan:
    """Nothing more is reported of it. Raises Stale, and NotReady before its final report is published."""
    PLANS.move(plan, Plan.State.CLOSED, by=by, seen=seen, on=on)
    return plan


@transaction.atomic
def resume(*, plan: Plan, reason: str, by: User, seen: int | None = None) -> Plan:
    """A closed plan receives reports again. Raises Stale, and NotReady without a reason."""
    PLANS.move(plan, Plan.State.APPROVED, by=by, seen=seen, reason=reason.strip())
    return plan


def archive(*, plan: Plan, by: User, seen: int | None = None) -> Plan:
    """Leaves the lists of staff; the public still reads it. Raises Stale when it is not closed."""
    PLANS.move(plan, Plan.State.ARCHIVED, by=by, seen=seen)
    return plan


def unarchive(*, plan: Plan, by: User, seen: int | None = None) -> Plan:
    PLANS.move(plan, Plan.State.CLOSED, by=by, seen=seen)
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
    if plan.evidence.exists():
        blockers.append(_("El plan tiene evidencias, que no se borran."))
    if carried := plan.commitments.exclude(carried_from=None).count():
        blockers.append(
            ngettext(
                "El plan tiene %(n)d compromiso que viene de otro plan: lo prometido a la ciudadanía no se borra.",
                "El plan tiene %(n)d compromisos que vienen de otro plan: lo prometido a la ciudadanía no se borra.",
                carried,
            )
            % {"n": carried}
        )
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
        for rows in (plan.changes, plan.commitments, plan.activities, plan.lines, plan.phases):  # whoever refers first
            rows.all().delete()
        plan.delete()


def reason_of(plan: Plan, verb: str) -> str:
    """Of the last time that the trail has that verb of the plan; "" when it never has."""
    entries = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Plan), object_id=plan.pk, verb=verb
    )
    entry = entries.order_by("-timestamp", "-pk").first()
    return entry.changes.get("reason", ["", ""])[1] if entry else ""
