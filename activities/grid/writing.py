"""What the table writes: some rows changed and some new, all or none, in as many statements whatever their number."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from activities import several
from activities.grid.rows import Row, rows_of
from activities.kept import Kept, Seen, held, write_kept
from activities.models import Activity, Session
from plans.models import Plan
from plans.states import hold_draft
from records import audit
from records.locks import raise_revisions
from records.refusals import Refused

ALL_FIELDS = (
    "number",
    "name",
    "target_kind",
    "target_value",
    "unit",
    "indicator",
    "periodicity",
    "incidence_level",
    "order",
)
Values = dict[str, Any]


@dataclass
class Written:
    """The rows as they were and as they are, in the order asked; and what undoes it."""

    rows: list[tuple[Row, Row]]
    stash: dict[str, Any]
    names: int = 0  # phases, dependencies and groups made for them, which stay

    @property
    def changed(self) -> int:
        return len(self.stash["grid"]["rows"])

    @property
    def made(self) -> int:
        return len(self.stash["grid"]["made"])


class RefusedCells(Refused):
    """`cells`: {place of the row: {column: sentence}}."""

    def __init__(self, cells: dict[int, dict[str, str]]):
        super().__init__([sentence for row in cells.values() for sentence in row.values()])
        self.cells = cells


def compare(plan: Plan, asked: list[tuple[Row, Values]]) -> tuple[list[tuple[Row, Row]], dict[int, dict[str, str]]]:
    """Each row as it is and as it would be, and what no row may be: {its place: {column: sentence}}. One statement."""
    pairs = [(row, row.with_values(values)) for row, values in asked]
    refused = {at: found for at, (before, after) in enumerate(pairs) if (found := after.refusals(before))}
    own = {before.activity.pk for before, _after in pairs}
    wanted = [after.activity.number for _before, after in pairs if after.activity.number]
    rows = plan.activities.filter(number__in=wanted, withdrawn_on=None).exclude(pk__in=own - {None})
    taken = set(rows.values_list("number", flat=True))
    for at, (_before, after) in enumerate(pairs):
        number = after.activity.number
        if number in taken:
            refused.setdefault(at, {})["number"] = _("Otra actividad ya tiene el número %(n)s.") % {"n": number}
        if number:
            taken.add(number)
    return pairs, refused


@transaction.atomic
def write(*, plan: Plan, seen: Seen, asked: list[tuple[int | None, Values]], by: User) -> Written:
    """`asked`: (key of a row of `seen`, or None for a new one; its values). One that is new in a phase goes to its end.

    Raises Frozen, Stale with the names, or RefusedCells.
    """
    stored = rows_of(held(plan, seen))
    pairs, refused = compare(plan, [(stored[pk] if pk else Row(Activity(plan=plan)), values) for pk, values in asked])
    if refused:
        raise RefusedCells(refused)
    made = [after for _before, after in pairs if after.activity._state.adding]
    kept = [(before, after) for before, after in pairs if not after.activity._state.adding]
    _make(plan, made, by)
    changed = [pair for pair in kept if _differ(*pair)]
    _to_the_end(plan, [after for before, after in changed if before.kept.phase != after.kept.phase])
    _change(plan, changed, by)
    added, gone = _programme([*changed, *((Row(after.activity), after) for after in made)], by)
    stash = {
        "made": {after.activity.pk: after.activity.revision for after in made},
        "rows": [
            [
                row.activity.pk,
                row.activity.revision + 1,
                row.kept,
                {name: getattr(row.activity, name) for name in ALL_FIELDS},
            ]
            for row, _after in changed
        ],
        "added": [session.pk for session in added],
        "gone": gone,
    }
    return Written(pairs, {"grid": stash})


def _differ(before: Row, after: Row) -> bool:
    return (
        before.kept != after.kept
        or before.days != after.days
        or any(getattr(before.activity, name) != getattr(after.activity, name) for name in ALL_FIELDS)
    )


def _to_the_end(plan: Plan, rows: list[Row]) -> None:
    """Of their phase."""
    if rows:
        last = plan.activities.aggregate(last=Max("order"))["last"] or 0
        for order, row in enumerate(rows, start=last + 1):
            row.activity.order = order


def _make(plan: Plan, rows: list[Row], by: User) -> None:
    if not rows:
        return
    _to_the_end(plan, rows)
    phases = {phase.pk: phase for phase in plan.phases.all()}
    for row in rows:
        row.activity.all_dependencies = row.kept.of_all
        row.activity.phase = phases.get(row.kept.phase)
    activities = [row.activity for row in rows]
    Activity.objects.bulk_create(activities)
    audit.record_created(activities, by=by)
    before = {row.activity.pk: Kept(*row.kept[:3], (), ()) for row in rows}
    write_kept(plan, activities, before, {row.activity.pk: row.kept for row in rows}, by)


def _change(plan: Plan, pairs: list[tuple[Row, Row]], by: User) -> None:
    if not pairs:
        return
    activities = [after.activity for _before, after in pairs]
    write_kept(
        plan,
        activities,
        {before.activity.pk: before.kept for before, _after in pairs},
        {after.activity.pk: after.kept for _before, after in pairs},
        by,
    )
    own = [(before.activity, after.activity) for before, after in pairs]
    own = [pair for pair in own if any(getattr(pair[0], name) != getattr(pair[1], name) for name in ALL_FIELDS)]
    _store(plan, own)
    audit.record_changed([(_with_keys(before, after), after) for before, after in own], by=by)
    raise_revisions(activities)
    for activity in activities:
        activity.revision += 1


def _with_keys(before: Activity, after: Activity) -> Activity:
    """Phase and the like as they are now: `write_kept` tells of them."""
    before = copy(before)
    before.phase_id, before.line_id, before.all_dependencies = after.phase_id, after.line_id, after.all_dependencies
    return before


def _store(plan: Plan, pairs: list[tuple[Activity, Activity]]) -> None:
    renumbered = [after for before, after in pairs if before.number != after.number]
    if renumbered:  # emptied first, because two may exchange theirs
        plan.activities.filter(pk__in=[row.pk for row in renumbered]).update(number="", search_text="")
    Activity.objects.bulk_update([after for _before, after in pairs], ALL_FIELDS, batch_size=500)


def _programme(pairs: list[tuple[Row, Row]], by: User) -> tuple[list[Session], list]:
    """The spaces that the days ask for; returns those added, and those that are gone as `serializers` keeps them."""
    wanted = [(after.activity, before.days, after.days) for before, after in pairs if before.days != after.days]
    if not wanted:
        return [], []
    activities = {activity.pk: activity for activity, _was, _now in wanted}
    stored = Session.objects.filter(activity__in=activities, withdrawn_on=None, planned_units__gt=0)
    lost = {(activity.pk, *day) for activity, was, now in wanted for day in was - now}
    gone = [row for row in stored if (row.activity_id, row.planned_on, row.planned_precision) in lost]
    added = [
        Session(activity=activity, planned_on=on, planned_precision=precision)
        for activity, was, now in wanted
        for on, precision in sorted(now - was)
    ]
    kept = serializers.serialize("python", gone)
    for row in gone:
        row.activity = activities[row.activity_id]
    with audit.record_at_once(by=by) as pairs_:
        pairs_ += [(copy(row), None) for row in gone]
        Session.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Session.objects.bulk_create(added)
    audit.record_created(added, by=by)
    return added, kept


@transaction.atomic
def undo(*, plan: Plan, stash: dict[str, Any], by: User) -> int:
    """Puts back what `write` did; returns of how many activities. Raises Frozen, or Refused when somebody changed them
    since."""
    kept = stash["grid"]
    hold_draft(plan)
    before = rows_of(held(plan, {pk: revision for pk, revision, *_rest in kept["rows"]}))
    sessions = Session.objects.filter(pk__in=kept["added"]).select_related("activity__plan")
    untouched = list(sessions.untouched())
    if len(untouched) < len(kept["added"]):
        raise Refused(_("Alguien ya cambió los espacios que se agregaron: quítelos uno por uno."))
    with audit.record_at_once(by=by) as pairs:
        pairs += [(copy(session), None) for session in untouched]
        sessions.delete()
    if kept["made"]:
        several.delete(plan=plan, seen=kept["made"], by=by)
    rows = []
    for pk, _revision, (phase, line, of_all, parts, groups), fields in kept["rows"]:
        activity = copy(before[pk].activity)
        for name, value in fields.items():
            setattr(activity, name, value)
        parts = tuple((key, part) for key, part in parts)
        rows.append((before[pk], Row(activity, Kept(phase, line, of_all, parts, tuple(groups)), before[pk].days)))
    _change(plan, rows, by)
    back = [found.object for found in serializers.deserialize("python", kept["gone"])]
    activities = {after.activity.pk: after.activity for _before, after in rows}
    for session in back:
        session.activity = activities[session.activity_id]
    Session.objects.bulk_create(back)
    audit.record_created(back, by=by)
    return len(rows) + len(kept["made"])
