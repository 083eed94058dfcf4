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
    """The dependencies of each activity, the first leads; of a stored one those that the file no longer says go."""
    changed = [one for one in activities if one.row and one.units is not None and _touches(one, "units")]
    for gone in Responsibility.objects.filter(activity__in=[one.known for one in changed if one.known]):
        gone.delete()
    rows = [
        Responsibility(activity=one.row, dependency=unit, part=_part(position))
        for one in changed
        for position, unit in enumerate(one.units)
    ]
    Responsibility.objects.bulk_create(rows, batch_size=BATCH)
    audit.record_created(rows, by=by)


def write_groups(activities: Sequence[ActivityValues], *, by: User | None) -> None:
    """The groups of each activity."""
    changed = [one for one in activities if one.row and one.groups is not None and _touches(one, "groups")]
    _write_many(
        Activity.groups.through, "activity", "stakeholdergroup", "groups",
        [(one, one.known.groups_now if one.known else [], one.groups) for one in changed], by,
    )  # fmt: skip


def write_responsible(commitments: Sequence[CommitmentValues], *, by: User | None) -> None:
    """The dependencies of each commitment."""
    changed = [one for one in commitments if one.row and one.units is not None and _touches(one, "units")]
    _write_many(
        Commitment.responsible.through, "commitment", "dependency", "responsible",
        [(one, one.known.units_now if one.known else [], one.units) for one in changed], by,
    )  # fmt: skip


def write_attendance(sessions: Sequence[SessionValues], *, by: User | None) -> None:
    """The groups that came; those stored stay, and get their number of people when the file says it."""
    new, counted = [], []
    for one in sessions:
        if one.row is None or not one.present or not _touches(one, "present"):
            continue
        now = one.known.present_now if one.known else {}
        for group, people in one.present:
            if group not in now:
                new.append(Attendance(session=one.row, group=group, people=people))
            elif people is not None and people != now[group]:
                counted.append((one.row, group, people))
    Attendance.objects.bulk_create(new, batch_size=BATCH)
    audit.record_created(new, by=by)
    for session, group, people in counted:
        row = Attendance.objects.get(session=session, group=group)
        row.people = people
        row.save(update_fields=["people"])


def _touches(facts: RowValues, name: str) -> bool:
    return facts.known is None or any(changed == name for changed, _before, _after in facts.changes)


def _part(position: int) -> str:
    return Responsibility.Part.SUPPORT if position else Responsibility.Part.LEAD


def _write_many(through, owner: str, other: str, field: str, rows, by: User | None) -> None:
    """Rows of a many-to-many table for (facts, before, after), and an entry for each side that changed."""
    new, added, gone = [], [], []
    for facts, before, after in rows:
        new += [through(**{owner: facts.row, other: one}) for one in after if one not in before]
        added.append((facts.row, [one for one in after if one not in before]))
        gone.append((facts.row, [one for one in before if one not in after]))
    through.objects.bulk_create(new, batch_size=BATCH)
    for row, units in gone:
        if units:
            through.objects.filter(**{owner: row, f"{other}__in": units}).delete()
    audit.record_related(added, field=field, operation="add", by=by)
    audit.record_related(gone, field=field, operation="delete", by=by)
