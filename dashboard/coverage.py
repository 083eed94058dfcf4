"""Group × stage of the cycle: how many activities are for each group in each stage, and which stage forgets whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from activities.models import Activity
from plans.models import CyclePhase, Plan


@dataclass(frozen=True, slots=True)
class Coverage:
    stages: list[str]
    rows: list[tuple[str, list[int]]]  # a group, and its activities in each stage


def coverage_of(plan: Plan) -> Coverage | None:
    """None where no activity names a group. Two statements."""
    joined = Activity.groups.through.objects.filter(activity__plan=plan, activity__outside_plan=False)
    counts = joined.values_list("stakeholdergroup__name", "activity__phase__stage").annotate(Count("pk"))
    found: dict[str, dict[str | None, int]] = {}
    for group, stage, n in counts.order_by("stakeholdergroup__name"):
        found.setdefault(group, {})[stage] = n
    if not found:
        return None
    used = {stage for stages in found.values() for stage in stages} | set(plan.phases.values_list("stage", flat=True))
    stages = [*(stage for stage in CyclePhase.Stage if stage in used), *([None] if None in used else [])]
    names = [str(stage.label) if stage else _("Sin fase") for stage in stages]
    return Coverage(names, [(group, [own.get(stage, 0) for stage in stages]) for group, own in found.items()])
