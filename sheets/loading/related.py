"""What hangs from loaded rows, written in bulk with its audit: dependencies, groups, attendance."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from activities.models import Activity, Attendance, Responsibility
from commitments.models import Commitment
from records import audit
from sheets.loading.values import ActivityValues, CommitmentValues, RowValues, SessionValues

BATCH = 1000


def write_units(activities: Sequence[ActivityValues], *, by: User | None) -> None:
    """The dependencies of each activity, the first leads; of a stored one those that the file no longer names go."""
    changed = [one for one in activities if one.saved and one.responsible is not None and _touches(one, "responsible")]
    for gone in Responsibility.objects.filter(activity__in=[one.stored for one in changed if one.stored]):
        gone.delete()
    rows = [
        Responsibility(activity=one.saved, dependency=unit, part=_part(position))
        for one in changed
        for position, unit in enumerate(one.responsible)
    ]
    Responsibility.objects.bulk_create(rows, batch_size=BATCH)
    audit.record_created(rows, by=by)


def write_groups(activities: Sequence[ActivityValues], *, by: User | None) -> None:
    """The groups of each activity."""
    changed = [one for one in activities if one.saved and one.groups is not None and _touches(one, "groups")]
    _write_many(
        Activity.groups.through, "activity", "stakeholdergroup", "groups",
        [(one, one.stored.groups_now if one.stored else [], one.groups) for one in changed], by,
    )  # fmt: skip


def write_responsible(commitments: Sequence[CommitmentValues], *, by: User | None) -> None:
    """The dependencies of each commitment."""
    changed = [one for one in commitments if one.saved and one.responsible is not None and _touches(one, "responsible")]
    _write_many(
        Commitment.responsible.through, "commitment", "dependency", "responsible",
        [(one, one.stored.responsible_now if one.stored else [], one.responsible) for one in changed], by,
    )  # fmt: skip


def write_attendance(sessions: Sequence[SessionValues], *, by: User | None) -> None:
    """The groups that came; those stored stay, and get their number of people when the file says it."""
    new, counted = [], []
    for one in sessions:
        if one.saved is None or not one.present or not _touches(one, "present"):
            continue
        now = one.stored.present_now if one.stored else {}
        for group, people in one.present:
            if group not in now:
                new.append(Attendance(session=one.saved, group=group, people=people))
            elif people is not None and people != now[group]:
                counted.append((one.saved, group, people))
    Attendance.objects.bulk_create(new, batch_size=BATCH)
    audit.record_created(new, by=by)
    for session, group, people in counted:
        row = Attendance.objects.get(session=session, group=group)
        row.people = people
        row.save(update_fields=["people"])


def _touches(row: RowValues, name: str) -> bool:
    return row.stored is None or any(changed == name for changed, _before, _after in row.changes)


def _part(position: int) -> str:
    return Responsibility.Part.SUPPORT if position else Responsibility.Part.LEAD


def _write_many(through, owner: str, other: str, field: str, rows, by: User | None) -> None:
    """Rows of a many-to-many table for (row, before, after), and an entry for each side that changed."""
    new, added, gone = [], [], []
    for row, before, after in rows:
        new += [through(**{owner: row.saved, other: one}) for one in after if one not in before]
        added.append((row.saved, [one for one in after if one not in before]))
        gone.append((row.saved, [one for one in before if one not in after]))
    through.objects.bulk_create(new, batch_size=BATCH)
    for instance, others in gone:
        if others:
            through.objects.filter(**{owner: instance, f"{other}__in": others}).delete()
    audit.record_related(added, field=field, operation="add", by=by)
    audit.record_related(gone, field=field, operation="delete", by=by)
