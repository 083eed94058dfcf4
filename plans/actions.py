"""Verbs about a plan: make, edit, approve, reopen. What is refused says why, for the person."""

from dataclasses import dataclass
from datetime import date
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import formats
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RESERVED_SLUGS, AuditEntry, User
from activities.models import Responsibility, Session
from display.dates import Precision, month_end
from plans import versions
from plans.models import Plan
from plans.states import hold_draft
from records import audit


@dataclass(frozen=True)
class Blocker:
    """Why a plan cannot be approved yet, and the page where it is mended."""

    text: str
    url: str


class NotReady(Exception):
    """A plan that cannot be approved yet; `blockers` say why, one sentence each."""

    def __init__(self, blockers: list[Blocker]):
        super().__init__(" ".join(blocker.text for blocker in blockers))
        self.blockers = blockers


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


def outside_dates(plan: Plan) -> list[Session]:
    """In-plan sessions outside the plan's dates as this object has them, by date; a month is in when part of it is."""
    end_of_month = month_end(plan.ends_on)
    late = Q(planned_on__gt=plan.ends_on, planned_precision=Precision.DAY) | Q(planned_on__gt=end_of_month)
    sessions = Session.objects.filter(activity__plan=plan, withdrawn_on=None).in_plan()
    return list(sessions.filter(Q(planned_on__lt=plan.starts_on) | late).select_related("activity"))


def named(sessions: list[Session], most: int = 5) -> str:
    """ "«1.2 Encuesta» del 3 de enero de 2027", up to `most` of them."""
    names = [
        _("«%(activity)s» del %(day)s")
        % {"activity": session.activity, "day": formats.date_format(session.planned_on, "DATE_FORMAT")}
        for session in sessions[:most]
    ]
    if rest := len(sessions) - len(names):
        names.append(ngettext("y %(n)d más", "y %(n)d más", rest) % {"n": rest})
    return ", ".join(names)


def approval_blockers(plan: Plan) -> list[Blocker]:
    """What must be mended before approving; empty when the plan is ready. Two queries."""
    at = [plan.entity.slug, plan.slug]
    blockers = []
    if not plan.activities.in_plan().exists():
        text = _("El plan no tiene actividades. Importe su matriz o escríbalas.")
        blockers.append(Blocker(text, reverse("activities:activity_list", args=at)))
    blockers += [
        Blocker(_("La jornada %(which)s queda por fuera de las fechas del plan.") % {"which": named([session])}, url)
        for session in outside_dates(plan)
        for url in [reverse("activities:activity_detail", args=[*at, session.activity_id])]
    ]
    return blockers


def approval_warnings(plan: Plan) -> list[str]:
    """What the plan still lacks but may be approved with. One query."""
    activities = plan.activities.in_plan().aggregate(
        undated=models.Count("pk", filter=~models.Exists(Session.objects.filter(activity=models.OuterRef("pk")))),
        unowned=models.Count(
            "pk",
            filter=Q(all_dependencies=False)
            & ~models.Exists(Responsibility.objects.filter(activity=models.OuterRef("pk"))),
        ),
    )
    return [
        text % {"n": number}
        for number, text in (
            (
                activities["undated"],
                ngettext(
                    "%(n)d actividad no tiene jornadas: no entra en el porcentaje de ejecución.",
                    "%(n)d actividades no tienen jornadas: no entran en el porcentaje de ejecución.",
                    activities["undated"],
                ),
            ),
            (
                activities["unowned"],
                ngettext(
                    "%(n)d actividad no dice quién responde por ella.",
                    "%(n)d actividades no dicen quién responde por ellas.",
                    activities["unowned"],
                ),
            ),
        )
        if number
    ]


@transaction.atomic
def approve(*, plan: Plan, by: User, on: date, seen: int | None = None, reason: str = "") -> Plan:
    """Approves a draft and freezes its next version: the baseline the first time, later with a `reason`.

    Raises Stale when somebody changed or approved it since revision `seen`, NotReady with its blockers, and
    ValidationError when a later version has no reason.
    """
    plan.claim(seen, state=Plan.State.DRAFT)
    if blockers := approval_blockers(plan):
        raise NotReady(blockers)
    if not reason.strip():
        if plan.versions.exists():
            raise ValidationError(_("Diga qué cambió desde la versión anterior."))
        reason = _("Línea base")
    move(plan, state=Plan.State.APPROVED, approved_on=on)
    version = versions.freeze(plan, reason=reason, by=by)
    changes = {
        "state": ["draft", "approved"],
        "approved_on": ["None", str(on)],
        "version": ["", str(version.number)],
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
    changes = {"state": ["approved", "draft"], "approved_on": [str(before), "None"], "reason": ["", reason]}
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
