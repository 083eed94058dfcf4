"""What a plan leaves to the one that continues it: spaces that were carried over, promises that are not kept yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, Responsibility, Session
from commitments.actions import move_commitment
from commitments.models import Commitment, Extension
from commitments.states import OPEN, State
from display.dates import Precision, month_end, when
from plans.models import Plan
from plans.states import hold_draft
from records import audit

DECIDED = (
    *("due_on", "due_before", "reason", "state", "asked_by", "asked_on", "decided_by", "decided_on", "note"),
)  # of an extension


def carried(plan: Plan) -> QuerySet[Session]:
    """Spaces of the plan before that were to pass to this one's year, and did not yet."""
    return (
        Session.objects.filter(activity__plan=plan.continues, withdrawn_on=None, carried_to=None)
        .filter(carried_to_year__isnull=False, carried_to_year__lte=plan.ends_on.year)
        .select_related("activity")
        .order_by("planned_on", "pk")
    )


def unkept(plan: Plan) -> QuerySet[Commitment]:
    """Promises of the plan before that are still open."""
    rows = Commitment.objects.filter(plan=plan.continues, state__in=OPEN).prefetch_related("extensions")
    return rows.order_by("due_on", "pk")


@transaction.atomic
def bring(
    *, plan: Plan, sessions: Iterable[Session], commitments: Iterable[Commitment], on: date, by: User
) -> tuple[int, int]:
    """Into a draft: each space goes on in an activity of its own name, and each promise in a copy that knows its first,
    which closes as carried over on the day `on`. Returns how many of each. Raises Frozen."""
    hold_draft(plan)
    # As they are now: what somebody brought a moment ago is left out.
    spaces = list(carried(plan).filter(pk__in=[row.pk for row in sessions]))
    promises = list(unkept(plan).filter(pk__in=[row.pk for row in commitments]))
    with translation.override(settings.LANGUAGE_CODE), audit.acting_as(by):
        for space in spaces:
            _carry_space(plan, space)
        for promise in promises:
            _carry_promise(plan, promise, on=on, by=by)
    return len(spaces), len(promises)


def _carry_space(plan: Plan, space: Session) -> None:
    """With what was left of it to do, in the first month of the plan that is free: its date is still to be given."""
    activity = _activity(plan, space.activity)
    taken = set(activity.sessions.filter(withdrawn_on=None).values_list("planned_on", flat=True))
    month = month_end(plan.starts_on)
    while month in taken:
        month = month_end(month + timedelta(days=1))
    values = {name: getattr(space, name) for name in ("modality", "place", "locality", "hour")}
    before = _("Viene de %(plan)s: estaba programado para %(day)s.")
    space.carried_to = Session.objects.create(
        activity=activity,
        planned_on=month,
        planned_precision=Precision.MONTH,
        planned_units=max(space.planned_units - (space.executed_units or 0), 1),
        footnote=before % {"plan": space.activity.plan.title, "day": when(space.planned_on, space.planned_precision)},
        **values,
    )
    space.save(update_fields=["carried_to"])


def _activity(plan: Plan, source: Activity) -> Activity:
    """The copy of an activity in the new plan, made when there is none."""
    same = plan.activities.filter(name=source.name, withdrawn_on=None).order_by("order").first()
    if same:
        return same
    last = plan.activities.aggregate(last=Max("order"))["last"] or 0
    values = {
        name: getattr(source, name)
        for name in (
            *("name", "description", "objective", "product", "target_kind", "target_value", "unit", "indicator"),
            *("formula", "incidence_level", "formal_instance", "accountability_element", "mechanism", "channels"),
            *("modality", "periodicity", "locality", "all_dependencies", "responsible_text"),
        )
    }
    phase = plan.phases.filter(name=source.phase.name).first() if source.phase else None
    made = Activity.objects.create(plan=plan, order=last + 1, phase=phase, **values)
    made.groups.set(source.groups.all())
    for part in source.responsibilities.select_related("dependency"):
        Responsibility.objects.create(activity=made, dependency=part.dependency, part=part.part)
    return made


def _carry_promise(plan: Plan, promise: Commitment, *, on: date, by: User) -> None:
    names = ("code", "text", "instance", "made_on", "made_precision", "due_on", "all_dependencies")
    values = {name: getattr(promise, name) for name in names}
    # Work that began goes on; what was half done is not done.
    state = State.RECORDED if promise.state == State.RECORDED else State.IN_PROGRESS
    copy = Commitment.objects.create(plan=plan, state=state, carried_from=promise, **values)
    copy.groups.set(promise.groups.all())
    copy.responsible.set(promise.responsible.all())
    _carry_deadline(promise, copy)
    for answer in promise.answers.open():  # it is answered where the promise goes on, and holds it there
        answer.claim()
        answer.commitment = copy
        answer.save(update_fields=["commitment"])
    reason = _("Sigue en «%(plan)s».") % {"plan": plan.title}
    move_commitment(
        commitment=promise, to=State.CARRIED_OVER, on=on, by=by, reason=reason, carried_to_year=plan.starts_on.year
    )


def _carry_deadline(promise: Commitment, copy: Commitment) -> None:
    """What moved its deadline goes with it; an extension that nobody decided is decided there."""
    for extension in promise.extensions.all():
        if extension.is_granted:
            Extension.objects.create(commitment=copy, **{name: getattr(extension, name) for name in DECIDED})
        elif extension.state == Extension.State.REQUESTED:
            extension.claim()
            extension.commitment = copy
            extension.save(update_fields=["commitment"])
