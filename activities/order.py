"""Where an activity stands in its plan, and the numbers that follow from it."""

from copy import copy

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity
from plans.models import Plan
from plans.states import hold_draft
from records import audit
from records.locks import raise_revisions
from records.refusals import Stale

Places = list[tuple[str, list[tuple[str, str]]]]  # (phase, [(phase id and id of the activity before, words)])


def places(activity: Activity) -> tuple[Places, str]:
    """Where `activity` may stand, by phase, and where it stands now. Two statements."""
    plan = activity.plan
    groups: dict[int | None, list[tuple[str, str]]] = {}
    phases = {**{phase.pk: str(phase) for phase in plan.phases.all()}, None: _("Sin fase")}
    now = f"{activity.phase_id or 0}:0"
    for pk in phases:
        groups[pk] = [(f"{pk or 0}:0", _("De primera"))]
    for row in plan.activities.filter(outside_plan=activity.outside_plan).by_phase():
        if row.pk == activity.pk:
            now = groups[row.phase_id][-1][0]
        else:
            groups[row.phase_id].append((f"{row.phase_id or 0}:{row.pk}", _("Después de «%(name)s»") % {"name": row}))
    return [(phases[pk], options) for pk, options in groups.items()], now


@transaction.atomic
def move_activity(*, activity: Activity, phase: int | None, after: int | None, by: User) -> None:
    """To `phase`, behind the activity `after` of it, or to its beginning. Raises Frozen, or Stale when that place is no
    longer there."""
    plan = activity.plan
    hold_draft(plan)
    moved = plan.activities.select_related("phase").get(pk=activity.pk)
    beside = plan.activities.filter(outside_plan=moved.outside_plan, phase=phase).exclude(pk=moved.pk)
    rows = list(beside.select_related("phase").order_by("order", "pk"))
    target = plan.phases.filter(pk=phase).first() if phase else None
    place = next((at for at, row in enumerate(rows, start=1) if row.pk == after), None) if after else 0
    if place is None or (phase and target is None):
        raise Stale(_("Otra persona acaba de mover esas actividades. Escoja de nuevo el lugar."))
    rows.insert(place, moved)
    before = {row.pk: copy(row) for row in rows}
    to_another = moved.phase_id != phase
    moved.phase = target
    others = [row.order for row in rows if row is not moved]
    if to_another and others and rows[-1] is moved:
        places = [*others, others[-1] + 1]
    else:  # the places that these have already go round: only those between the old one and the new one change
        places = sorted(row.order for row in rows)
    if len(set(places)) < len(places):
        places = range(places[0], places[0] + len(places))
    for row, order in zip(rows, places, strict=True):
        row.order = order
    pairs = [(before[row.pk], row) for row in rows if row.order != before[row.pk].order or row is moved and to_another]
    Activity.objects.bulk_update([row for _before, row in pairs], ["order", "phase"], batch_size=500)
    raise_revisions([moved] if to_another else [])  # whoever has it open in a form is told
    audit.record_changed(pairs, by=by)


def numbering(plan: Plan) -> list[tuple[Activity, str]]:
    """Each activity with its number by phase and place: 1.1, 1.2…; 1, 2… without a phase.

    Spaces outside the plan keep theirs, or get "" when one of the plan takes it.
    """
    rows = list(plan.activities.by_phase())
    counts: dict[int | None, int] = {}
    numbers = {}
    for row in rows:
        if not row.outside_plan:
            counts[row.phase_id] = counts.get(row.phase_id, 0) + 1
            place = counts[row.phase_id]
            numbers[row.pk] = f"{row.phase.number}.{place}" if row.phase else str(place)
    taken = set(numbers.values())
    return [(row, numbers.get(row.pk, "" if row.number in taken else row.number)) for row in rows]


@transaction.atomic
def renumber(*, plan: Plan, by: User) -> int:
    """Stores the numbers of `numbering`; returns how many changed. Raises Frozen."""
    hold_draft(plan)
    pairs = []
    for row, number in numbering(plan):
        if row.number != number:
            before = copy(row)
            row.number = number
            pairs.append((before, row))
    after = [row for _before, row in pairs]
    # Emptied first, because two may exchange theirs; the revision makes forms that are open stale.
    plan.activities.filter(pk__in=[row.pk for row in after]).update(
        number="", search_text="", revision=F("revision") + 1
    )
    Activity.objects.bulk_update(after, ["number"], batch_size=500)
    audit.record_changed(pairs, by=by)
    return len(after)
