"""Group × stage of the cycle: for whom a plan has activities, in which stage, and what nobody covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from activities.models import Activity
from display.text import enumeration
from plans.models import CyclePhase, Plan, StakeholderGroup

Stage = CyclePhase.Stage
NO_STAGE, NO_PHASE = "", None  # of a phase whose name does not tell; of an activity outside all phases


def groups_without_activity(plan: Plan) -> list[StakeholderGroup]:
    """The active groups of the entity for which the plan promises nothing. One statement."""
    return list(plan.entity.groups.filter(~Exists(_named(plan).filter(stakeholdergroup=OuterRef("pk"))), active=True))


def stages_without_activity(plan: Plan) -> list[Stage]:
    """Of the stages that the plan's phases name, those in which it promises nothing. One statement."""
    promised = Q(activities__outside_plan=False, activities__withdrawn_on=None)
    counts = plan.phases.exclude(stage=NO_STAGE).order_by().values_list("stage")
    counts = dict(counts.annotate(n=Count("activities", filter=promised)))
    return [stage for stage in Stage if counts.get(stage) == 0]


@dataclass(frozen=True, slots=True)
class Cell:
    n: int
    query: str  # of the list of activities
    marked: bool = False  # the stage of the activity that is being written


@dataclass(frozen=True, slots=True)
class Column:
    stage: str | None
    label: str
    total: int  # activities, whomever they are for


@dataclass(frozen=True, slots=True)
class Line:
    group: StakeholderGroup
    cells: list[Cell]

    @property
    def is_empty(self) -> bool:
        return not any(cell.n for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Coverage:
    columns: list[Column]
    lines: list[Line]
    has_phases: bool
    ungrouped: int  # activities that say nobody whom they are for

    @property
    def covers_somebody(self) -> bool:
        return not all(line.is_empty for line in self.lines)

    @property
    def empty_groups(self) -> list[StakeholderGroup]:
        return [line.group for line in self.lines if line.is_empty and line.group.active]

    @property
    def empty_stages(self) -> list[Column]:
        return [column for column in self.columns if column.stage and not column.total]

    @property
    def stageless(self) -> int:
        return sum(column.total for column in self.columns if column.stage == NO_STAGE)

    @property
    def lacks_nothing(self) -> bool:
        return not (self.empty_groups or self.empty_stages or self.ungrouped or self.stageless)

    @property
    def marked_lines(self) -> list[Line]:
        return [line for line in self.lines if any(cell.marked for cell in line.cells)]

    @property
    def empty_group_names(self) -> str:
        return enumeration(group.name for group in self.empty_groups)

    @property
    def empty_stage_names(self) -> str:
        return enumeration(column.label for column in self.empty_stages)


def coverage_of(plan: Plan) -> Coverage:
    """Its active groups, and others that its activities name. Four statements."""
    return _coverage(plan, _promised(plan), _named(plan))


def coverage_with(
    plan: Plan, activity: Activity | None, phase: CyclePhase | None, groups: Iterable[StakeholderGroup]
) -> Coverage:
    """As it would be if `activity` (None: a new one) were in `phase` and for `groups`; its cells are marked."""
    others, named = _promised(plan), _named(plan)
    if activity and activity.pk:
        others, named = others.exclude(pk=activity.pk), named.exclude(activity=activity)
    stage = phase.stage if phase else NO_PHASE
    return _coverage(plan, others, named, stage, list(groups))


def _promised(plan: Plan) -> QuerySet[Activity]:
    return plan.activities.in_plan().in_force()


def _named(plan: Plan) -> QuerySet:
    return Activity.groups.through.objects.filter(activity__in=_promised(plan))


def _coverage(
    plan: Plan,
    activities: QuerySet[Activity],
    named: QuerySet,
    stage: str | None = None,
    added: list[StakeholderGroup] | None = None,
) -> Coverage:
    """`added`: the groups of one more activity, of `stage`; None: no more."""
    counts: dict[int, dict[str | None, int]] = {}
    for group, of, n in named.values_list("stakeholdergroup", "activity__phase__stage").annotate(Count("pk")):
        counts.setdefault(group, {})[of] = n
    nobody = ~Exists(Activity.groups.through.objects.filter(activity=OuterRef("pk")))
    totals, ungrouped = {}, 0
    by_stage = activities.order_by().values_list("phase__stage")
    for of, n, unsaid in by_stage.annotate(n=Count("pk"), unsaid=Count("pk", filter=nobody)):
        totals[of], ungrouped = n, ungrouped + unsaid
    phases = set(plan.phases.values_list("stage", flat=True))
    marked = set()
    if added is not None:
        totals[stage] = totals.get(stage, 0) + 1
        ungrouped += not added
        marked = {group.pk for group in added}
        for group in marked:
            own = counts.setdefault(group, {})
            own[stage] = own.get(stage, 0) + 1
    used = phases | {of for of in totals if totals[of]}
    columns = [Column(of, words, totals.get(of, 0)) for of, words in stages() if of in used]
    groups = StakeholderGroup.objects.filter(Q(active=True) | Q(pk__in=counts), entity=plan.entity)
    lines = [
        Line(
            group,
            [
                Cell(
                    counts.get(group.pk, {}).get(column.stage, 0),
                    address_of(group.pk, column.stage),
                    group.pk in marked and column.stage == stage,
                )
                for column in columns
            ],
        )
        for group in groups
    ]
    return Coverage(columns, lines, bool(phases), ungrouped)


def stages() -> list[tuple[str | None, str]]:
    """(stage, words) of every column that there can be, in order."""
    named = [(stage.value, str(stage.label)) for stage in Stage]
    return [*named, (NO_STAGE, _("Fase sin etapa")), (NO_PHASE, _("Sin fase"))]


def address_of(group: int, stage: str | None) -> str:
    """What the list of activities is asked for those of a cell."""
    of_stage = {"phase": "ninguna"} if stage is NO_PHASE else {"stage": stage or "ninguna"}
    return urlencode({"group": group, **of_stage, "scope": "vigente"})
