"""Phase, line, dependencies and groups of several activities: locked, read and written in as many statements whatever
their number."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from itertools import chain
from typing import NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Dependency, User
from activities.models import Activity, Responsibility
from display.text import enumeration
from plans.models import Plan, StakeholderGroup
from plans.states import hold_draft
from records import audit
from records.refusals import Refused, Stale

LEAD = Responsibility.Part.LEAD
Seen = dict[int, int]  # the revision of each activity chosen, as the person saw it


class Kept(NamedTuple):
    """Of an activity, by keys."""

    phase: int | None
    line: int | None
    of_all: bool  # every dependency answers for it
    parts: tuple[tuple[int, str], ...]  # (dependency, part)
    groups: tuple[int, ...]


def names(rows: list[Activity], most: int = 3) -> str:
    """ "«1.2 Encuesta», «1.4 Foro» y 5 más"."""
    told = [f"«{Truncator(row).chars(60)}»" for row in rows[:most]]
    rest = len(rows) - len(told)
    return enumeration([*told, ngettext("%(n)d más", "%(n)d más", rest) % {"n": rest}] if rest else told)


def held(plan: Plan, seen: Seen) -> list[Activity]:
    """The activities, locked until the transaction ends; Frozen, or Stale when one is not as it was seen."""
    hold_draft(plan)
    stored = plan.activities.select_for_update(of=("self",)).filter(pk__in=seen).select_related("phase", "line")
    rows = list(stored.order_by("order", "pk"))
    late = [row for row in rows if row.revision != seen[row.pk]]
    if late:
        raise Stale(
            _("No se hizo nada, porque desde que usted lo vio cambió esto: %(names)s.") % {"names": names(late)}
        )
    if len(rows) < len(seen):
        raise Stale(_("No se hizo nada, porque alguna de esas actividades ya no está en el plan."))
    for row in rows:
        row.plan = plan
    return rows


def kept_of(rows: list[Activity]) -> dict[int, Kept]:
    """Two statements."""
    pks, parts, groups = [row.pk for row in rows], defaultdict(list), defaultdict(list)
    for pk, dependency, part in Responsibility.objects.filter(activity__in=pks).values_list(
        "activity", "dependency", "part"
    ):
        parts[pk].append((dependency, part))
    through = Activity.groups.through.objects.filter(activity__in=pks)
    for pk, group in through.order_by("stakeholdergroup").values_list("activity", "stakeholdergroup"):
        groups[pk].append(group)
    return {
        row.pk: Kept(row.phase_id, row.line_id, row.all_dependencies, tuple(parts[row.pk]), tuple(groups[row.pk]))
        for row in rows
    }


def write_kept(
    plan: Plan, rows: list[Activity], before: dict[int, Kept], after: dict[int, Kept], by: User
) -> list[Activity]:
    """Stores what differs, and its trail: as many statements as there are values, however many the rows."""
    changed = [row for row in rows if _set(before[row.pk]) != _set(after[row.pk])]
    phases = {phase.pk: phase for phase in plan.phases.all()}
    lines = {line.pk: line for line in plan.lines.all()}
    dependencies = {row.pk: row for row in Dependency.objects.filter(entity=plan.entity)}
    groups = {group.pk: group for group in StakeholderGroup.objects.filter(entity=plan.entity)}
    asked = [after[row.pk] for row in changed]
    if not (
        {kept.phase for kept in asked} <= {*phases, None}
        and {kept.line for kept in asked} <= {*lines, None}
        and {pk for kept in asked for pk, _part in kept.parts} <= {*dependencies}
        and {pk for kept in asked for pk in kept.groups} <= {*groups}
    ):
        raise Refused(_("No se hizo nada: una fase, línea, dependencia o grupo de entonces ya no existe."))

    pairs, moves = [], defaultdict(list)
    for row in changed:
        was, now = before[row.pk], after[row.pk]
        if was[:3] != now[:3]:
            old = copy(row)
            row.phase, row.line, row.all_dependencies = phases.get(now.phase), lines.get(now.line), now.of_all
            pairs.append((old, row))
            moves[now[:3]].append(row.pk)
    for (phase, line, of_all), pks in moves.items():
        Activity.objects.filter(pk__in=pks).update(phase=phase, line=line, all_dependencies=of_all)

    gone, new = [], []
    stored = Responsibility.objects.filter(activity__in=[row.pk for row in changed])
    at = {(row.activity_id, row.dependency_id, row.part): row for row in stored}
    for row in changed:
        was, now = set(before[row.pk].parts), after[row.pk].parts
        gone += [_of(at[row.pk, *part], row, dependencies) for part in was - set(now)]
        new += [
            Responsibility(activity=row, dependency=dependencies[pk], part=part)
            for pk, part in now
            if (pk, part) not in was
        ]
    pairs += [(copy(row), None) for row in gone]
    with audit.record_at_once(by=by):
        Responsibility.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Responsibility.objects.bulk_create(new)
    audit.record_changed([*pairs, *((None, row) for row in new)], by=by)
    _write_groups(changed, before, after, groups, by)
    return changed


def _write_groups(rows, before, after, groups: dict[int, StakeholderGroup], by: User) -> None:
    through = Activity.groups.through
    added = {row: [pk for pk in after[row.pk].groups if pk not in before[row.pk].groups] for row in rows}
    taken = {row: [pk for pk in before[row.pk].groups if pk not in after[row.pk].groups] for row in rows}
    through.objects.bulk_create(
        through(activity_id=row.pk, stakeholdergroup_id=pk) for row, pks in added.items() for pk in pks
    )
    for group in set(chain(*taken.values())):
        of = [row.pk for row, pks in taken.items() if group in pks]
        through.objects.filter(activity__in=of, stakeholdergroup=group).delete()
    for operation, found in (("add", added), ("delete", taken)):
        related = [(row, [groups[pk] for pk in pks]) for row, pks in found.items() if pks]
        audit.record_related(related, field="groups", operation=operation, by=by)


def _set(kept: Kept) -> tuple:
    return kept.phase, kept.line, kept.of_all, frozenset(kept.parts), frozenset(kept.groups)


def _of(part: Responsibility, activity: Activity, dependencies: dict[int, Dependency]) -> Responsibility:
    part.activity, part.dependency = activity, dependencies[part.dependency_id]
    return part
