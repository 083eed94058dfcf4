"""THE execution percentage: units due at a cut-off, executed ones, and the shortfall without a reason.

At a cut-off `on`, for the sessions in force, of activities in the plan, planned on or before it:

- planned = Σ planned units; executed = Σ min(executed, planned) of those held on or before it. The cap is per session
  and executed units belong to the planned month, so months, blocks and phases add up. Total = Σ executed / Σ planned,
  never a mean of percentages.
- A percentage target is no space: the sessions of its activity are measuring dates, in no sum above nor below. It is
  Σ numerator / Σ denominator over its due dates reported by then, and one state: not yet due, not reported (a due date
  is), without demand (Σ denominator = 0), met, short. Summarised as "n of N met", N = met + short + not reported; those
  short or not reported without a reason (of the latest due date) are counted beside the unexplained units.
- unexplained = Σ shortfall of sessions without a reason.
- excess = units above what was planned, extra sessions (planned units 0) included: shown apart, in no percentage.

Every figure of a page or a report comes from here. Source: docs/architecture.md, "Execution".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from activities.bridge import bridge_of
from activities.counting import NOTHING, PERCENTAGE, Tally, counted, done_by, due_sessions, targets_of
from activities.figures import ActivityProgress, BlockKey, Figure, Miss, Month, Part, Place, Progress, Total
from activities.models import Activity, Responsibility, Session
from display.dates import month_end
from plans.models import Plan


def execution(sessions: QuerySet[Session], on: date) -> Figure:
    """The figure of any set of sessions at the cut-off `on`: one statement, whatever joins or slice the set has."""
    chosen = due_sessions(Session.objects.filter(pk__in=sessions.values("pk")), on)
    tally = Tally()
    for _key, units in counted(chosen, on, by="activity__plan"):
        tally.add(units)
    return tally.figure()


def of_plans(plans: Iterable[Plan], on: date) -> dict[int, Total]:
    """The total of each plan, by pk: two statements however many plans there are."""
    tallies = {plan.pk: Tally() for plan in plans}
    for pk, units in counted(
        due_sessions(Session.objects.filter(activity__plan__in=tallies), on), on, by="activity__plan"
    ):
        tallies[pk].add(units)
    for pk, target in targets_of(Activity.objects.filter(plan__in=tallies), on):
        tallies[pk].found.append(target)
    return {pk: Total(tally.figure(), tally.targets()) for pk, tally in tallies.items()}


def of_plan(plan: Plan, on: date, dependencies: Collection[int] | None = None) -> Progress:
    """A plan's execution at `on`: eight statements, whatever its size.

    `dependencies`: ids; only the activities that name one of them or are of all. Such views do not add up to the plan:
    an activity counts under each of its dependencies.
    """
    activities, sessions = _rows(plan, on, dependencies)
    due = due_sessions(sessions, on)
    places = places_of(activities)
    targets = {target.activity: target for _plan, target in targets_of(activities, on) if target.activity in places}
    units_of = dict(counted(due, on, by="activity"))
    after = {
        pk: (count, 0 if pk in targets else units)
        for pk, count, units in sessions.in_force(on)
        .filter(planned_on__gt=on)
        .values_list("activity")
        .annotate(Count("pk"), Sum("planned_units"))
    }

    phase_names = {phase.pk: str(phase) for phase in plan.phases.all()}
    total, blocks, phases, by_activity = Tally(), defaultdict(Tally), defaultdict(Tally), {}
    for pk, place in places.items():
        target, units = targets.get(pk), units_of.get(pk, NOTHING)
        gone = place.withdrawn_on and place.withdrawn_on <= on and not (target or units[4] or pk in after)
        for tally in () if gone else (total, blocks[place.block], phases[place.phase]):
            tally.add(units)
            if target:
                tally.found.append(target)
        sessions_after, units_after = after.get(pk, (0, 0))
        dates = target.due if target else units[4]
        by_activity[pk] = ActivityProgress(
            Figure(*units[:4]),
            place.name,
            phase_names.get(place.phase, ""),
            dates + sessions_after,
            units_after,
            target,
        )

    misses, notes = _told(due, on, places)
    carried = [miss for miss in misses if miss.carried_to_year]
    years = {miss.carried_to_year for miss in carried}
    names = {place.block: place.name for place in places.values()}
    bridge = bridge_of(sessions, on)
    return Progress(
        on=on,
        total=total.figure(),
        targets=total.targets(),
        blocks=tuple(
            Part(key, names[key], tally.figure(), tally.targets(), notes.get(key, ())) for key, tally in blocks.items()
        ),
        phases=_phases(phase_names, phases),
        months=_months(plan, due, on),
        activities=by_activity,
        misses=misses,
        percentages=tuple(targets.values()),
        carried_over=sum(miss.planned - miss.executed for miss in carried),
        carried_to_year=years.pop() if len(years) == 1 else None,
        baseline=bridge.baseline,
        added=bridge.added,
        withdrawn=bridge.withdrawn,
        scheduled_after=sum(units for _count, units in after.values()),
    )


def of_days(
    plan: Plan, on: date, first: date, last: date, dependencies: Collection[int] | None = None
) -> dict[BlockKey, Figure]:
    """At `on`, what was planned from `first` to `last`, by block: two statements. Blocks with nothing are left out."""
    activities, sessions = _rows(plan, on, dependencies)
    sessions = sessions.filter(planned_on__range=(first, last))
    places, tallies = places_of(activities), defaultdict(Tally)
    for pk, units in counted(due_sessions(sessions, on), on, by="activity"):
        if pk in places:  # not one added after those were read
            tallies[places[pk].block].add(units)
    return {block: tally.figure() for block, tally in tallies.items()}


def _rows(plan: Plan, on: date, dependencies: Collection[int] | None) -> tuple[QuerySet[Activity], QuerySet[Session]]:
    activities = Activity.objects.filter(plan=plan).in_plan().known(on)
    sessions = Session.objects.filter(activity__plan=plan).in_plan()
    if dependencies is None:
        return activities, sessions
    activities = activities.of_dependencies(dependencies)
    return activities, sessions.filter(activity__in=activities.values("pk"))


# --- The parts of a plan ----------------------------------------------------------------------------------------------


def places_of(activities: QuerySet[Activity]) -> dict[int, Place]:
    """By pk, in the plan's order: one statement. At most one leads: no row is repeated."""
    lead = FilteredRelation("responsibilities", condition=Q(responsibilities__part=Responsibility.Part.LEAD))
    rows = activities.annotate(lead=lead).values_list(
        *("pk", "phase", "line", "line__name"),
        *("lead__dependency", "lead__dependency__name", "all_dependencies", "withdrawn_on"),
    )
    everybody, nobody = _("Todas las dependencias"), _("Sin responsable")
    rows, places = list(rows), {}
    lines = {line_name for _pk, _phase, line, line_name, *_lead in rows if line}
    for pk, phase, line, line_name, dependency, dependency_name, of_all, withdrawn_on in rows:
        if dependency:
            lead = ("dependency", dependency), dependency_name
        else:
            lead = (("all", None), everybody) if of_all else (("none", None), nobody)
        block, name = (("line", line), line_name) if line else lead
        if dependency and not line and dependency_name in lines:
            # A block is known by its name on pages and in texts: a line and a dependency may share one.
            name = _("%(name)s (dependencia)") % {"name": dependency_name}
        places[pk] = Place(block, name, phase, *lead, withdrawn_on)
    return places


def _phases(names: dict[int, str], tallies: dict[int | None, Tally]) -> tuple[Part, ...]:
    if names and None in tallies:
        names = {**names, None: _("Sin fase")}
    return tuple(Part(("phase", pk), name, tallies[pk].figure(), tallies[pk].targets()) for pk, name in names.items())


def _months(plan: Plan, due: QuerySet[Session], on: date) -> tuple[Month, ...]:
    """Grouped by day in SQL and by month here: the same on every database, at most one row per day."""
    tallies: dict[tuple[int, int], Tally] = defaultdict(Tally)
    for planned_on, units in counted(due, on, by="planned_on"):
        tallies[planned_on.year, planned_on.month].add(units)
    if not any(tally.planned for tally in tallies.values()):
        return ()
    year, month = min(min(tallies), (plan.starts_on.year, plan.starts_on.month))
    last = max(max(tallies), min((on.year, on.month), (plan.ends_on.year, plan.ends_on.month)))
    months = []
    while (year, month) <= last:
        months.append(Month(month_end(date(year, month, 1)), tallies[year, month].figure()))
        year, month = year + month // 12, month % 12 + 1
    return tuple(months)


def _told(
    due: QuerySet[Session], on: date, places: dict[int, Place]
) -> tuple[tuple[Miss, ...], dict[BlockKey, tuple[str, ...]]]:
    """The misses, and the footnotes of each block (those of measuring dates too): one statement for both."""
    capped = Least(done_by(on), F("planned_units"))
    rows = (
        due.annotate(capped=capped)
        .filter((~PERCENTAGE & Q(capped__lt=F("planned_units"))) | ~Q(footnote=""))
        .order_by("activity__order", "activity", "planned_on", "pk")
        .values_list(
            *("activity", "pk", "activity__number", "activity__name", "activity__target_kind", "planned_on"),
            *("planned_precision", "planned_units", "capped", "executed_units", "held_on"),
            *("reason", "footnote", "carried_to_year"),
        )
    )
    misses, notes = [], defaultdict(dict)
    for pk, session, number, name, kind, planned_on, precision, planned, executed, units, held_on, *texts in rows:
        if pk not in places:  # added after those were read
            continue
        reason, footnote, year = texts
        block, block_name = places[pk].block, places[pk].name
        for line in footnote.splitlines():
            if note := " ".join(line.split()):
                notes[block][note] = True
        if kind != Activity.TargetKind.PERCENTAGE and executed < planned:
            reported = units is not None and (held_on is None or held_on <= on)
            misses.append(
                Miss(
                    *(pk, session, number, name, block_name, planned_on, precision),
                    *(planned, executed, reported, reason, year),
                )
            )
    order = {pk: at for at, pk in enumerate(places)}
    blocks = {block: at for at, block in reversed(list(enumerate(place.block for place in places.values())))}
    misses.sort(key=lambda miss: (blocks[places[miss.activity].block], order[miss.activity], miss.planned_on))
    return tuple(misses), {block: tuple(texts) for block, texts in notes.items()}
