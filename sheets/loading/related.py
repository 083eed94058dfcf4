"""What hangs from loaded rows, written in bulk with its audit: dependencies, groups, attendance."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from accounts.models import User
from activities.models import Activity, Attendance, Responsibility
from commitments.models import Commitment
from records import audit
from sheets.loading.values import ActivityValues, CommitmentValues, RowValues, SessionValues

BATCH = 1000


def write_responsibilities(activities: Sequence[ActivityValues], *, by: User | None) -> None:
    """The dependencies of each activity, the first leads; those that the file no longer names go."""
    changed = _changed(activities, "responsible")
    stored = Responsibility.objects.filter(activity__in=[activity.stored for activity in changed if activity.stored])
    with audit.record_at_once(by=by) as pairs:
        pairs += [(row, None) for row in stored.select_related("activity__plan", "dependency")]
        stored.delete()
    rows = [
        Responsibility(activity=activity.instance, dependency=dependency, part=_part(position))
        for activity in changed
        for position, dependency in enumerate(activity.responsible)
    ]
    Responsibility.objects.bulk_create(rows, batch_size=BATCH)
    audit.record_created(rows, by=by)


def write_groups(activities: Sequence[ActivityValues], *, by: User | None) -> None:
    _write_many(Activity.groups.through, "activity", "stakeholdergroup", activities, "groups", by)


def write_responsible(commitments: Sequence[CommitmentValues], *, by: User | None) -> None:
    _write_many(Commitment.responsible.through, "commitment", "dependency", commitments, "responsible", by)


def write_attendance(sessions: Sequence[SessionValues], *, by: User | None) -> None:
    """The groups that came; those stored stay, and get their number of people when the file says it."""
    new, counted = [], {}
    for session in _changed(sessions, "present"):
        stored = session.stored.present_now if session.stored else {}
        for group, people in session.present:
            if group.pk not in stored:
                new.append(Attendance(session=session.instance, group=group, people=people))
            elif people is not None and people != stored[group.pk][1]:
                counted[session.instance.pk, group.pk] = people
    Attendance.objects.bulk_create(new, batch_size=BATCH)
    audit.record_created(new, by=by)
    stored = Attendance.objects.filter(session__in={session for session, _group in counted})
    changed = []
    for row in stored.select_related("session__activity__plan", "group"):
        if (people := counted.get((row.session_id, row.group_id))) is not None:
            before, row.people = copy(row), people
            changed.append((before, row))
    Attendance.objects.bulk_update([row for _before, row in changed], ["people"], batch_size=BATCH)
    audit.record_changed(changed, by=by)


def _changed(rows: Sequence[RowValues], name: str) -> list[RowValues]:
    """The rows of which the file says `name`, and something else than what is stored."""
    return [
        row
        for row in rows
        if getattr(row, name) is not None
        and (row.stored is None or any(changed == name for changed, _before, _after in row.changes))
    ]


def _part(position: int) -> str:
    return Responsibility.Part.SUPPORT if position else Responsibility.Part.LEAD


def _write_many(through, owner: str, other: str, rows: Sequence[RowValues], name: str, by: User | None) -> None:
    """Rows of the many-to-many table of `name`, and an entry for each side that changed."""
    added, removed = [], []
    for row in _changed(rows, name):
        before, after = getattr(row.stored, f"{name}_now") if row.stored else [], getattr(row, name)
        added.append((row.instance, [unit for unit in after if unit not in before]))
        removed.append((row.instance, [unit for unit in before if unit not in after]))
    new = [through(**{owner: instance, other: unit}) for instance, units in added for unit in units]
    through.objects.bulk_create(new, batch_size=BATCH)
    for instance, units in removed:
        if units:
            through.objects.filter(**{owner: instance, f"{other}__in": units}).delete()
    audit.record_related(added, field=name, operation="add", by=by)
    audit.record_related(removed, field=name, operation="delete", by=by)
