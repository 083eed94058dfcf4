"""THE execution percentage: units due at a cut-off, executed ones, and the shortfall without a reason.

At a cut-off `on`, for the sessions in force, of activities in the plan, planned on or before it:

- planned = Σ planned units; executed = Σ min(executed, planned) of those held on or before it. The cap is per session
  and executed units belong to the planned month, so months, blocks and phases add up. Total = Σ executed / Σ planned,
  never a mean of percentages.
- A percentage target gives its activity one share = min(1, Σ numerator / Σ denominator ÷ target) over all its sessions
  due; each of them executes its planned units × that share, so months add up here too. Everything reported and
  Σ denominator = 0: without demand, out of both sums. Nothing reported: 0.
- unexplained = Σ shortfall of sessions without a reason (of a percentage target: when none of its sessions has one).
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

from activities.counting import NOTHING, PERCENTAGE, Ratio, Tally, counted, done_by, due_sessions, exact, ratios_of
from activities.figures import ActivityProgress, Figure, Miss, Month, Part, Progress
from activities.models import Activity, Responsibility, Session
from display.dates import month_end
from plans.models import Plan


def execution(sessions: QuerySet[Session], on: date) -> Figure:
    """The figure of any set of sessions at the cut-off `on`: three statements, whatever joins or slice the set has.

    The share of a percentage target comes from all the sessions due of its activity, also those outside the set: so
    the figures of two halves of a plan add up to the plan's.
    """
    chosen = due_sessions(Session.objects.filter(pk__in=sessions.values("pk")), on)
    tally = Tally()
    for _key, units in counted(chosen, on, by="activity__plan"):
        tally.add(units)
    percentages = chosen.filter(PERCENTAGE)
    ratios = ratios_of(Session.objects.filter(activity__in=percentages.values("activity")), on)
    for activity, units in percentages.values_list("activity").annotate(Sum("planned_units")):
        if activity in ratios:
            tally.add(ratios[activity].units(units))
    return tally.figure()


def of_plans(plans: Iterable[Plan], on: date) -> dict[int, Figure]:
    """The total of each plan, by pk: two statements however many plans there are."""
    sessions = Session.objects.filter(activity__plan__in=[plan.pk for plan in plans])
    tallies = {plan.pk: Tally() for plan in plans}
    for pk, units in counted(due_sessions(sessions, on), on, by="activity__plan"):
        tallies[pk].add(units)
    for ratio in ratios_of(sessions, on).values():
        tallies[ratio.plan].add(ratio.all_units)
    return {pk: tally.figure() for pk, tally in tallies.items()}


def of_plan(plan: Plan, on: date, dependencies: Collection[int] | None = None) -> Progress:
    """A plan's execution at `on`: eight statements, whatever its size.

    `dependencies`: ids; only the activities that name one of them or are of all. Such views do not add up to the plan:
    an activity counts under each of its dependencies.
    """
    activities = Activity.objects.filter(plan=plan).in_plan()
    sessions = Session.objects.filter(activity__plan=plan).in_plan()
    if dependencies is not None:
        activities = activities.of_dependencies(dependencies)
        sessions = sessions.filter(activity__in=activities.values("pk"))
    due = due_sessions(sessions, on)
    places = _places(activities)
    ratios = {pk: ratio for pk, ratio in ratios_of(sessions, on).items() if pk in places}
    units_of = dict(counted(due, on, by="activity"))
    after = {
        pk: (count, units)
        for pk, count, units in sessions.in_force(on)
        .filter(planned_on__gt=on)
        .values_list("activity")
        .annotate(Count("pk"), Sum("planned_units"))
    }

    total, blocks, phases, by_activity = Tally(), defaultdict(Tally), defaultdict(Tally), {}
    for pk, (block, name, phase) in places.items():
        ratio = ratios.get(pk)
        units = ratio.all_units if ratio else units_of.get(pk, NOTHING)
        for tally in (total, blocks[block], phases[phase]):
            tally.add(units)
        sessions_after, units_after = after.get(pk, (0, 0))
        by_activity[pk] = ActivityProgress(
            Figure(units[0], exact(units[1]), exact(units[2]), units[3]),
            name,
            units[4] + sessions_after,
            units_after,
            bool(ratio and ratio.share is None),
        )

    misses, notes = _told(due, on, places, ratios)
    carried = [miss for miss in misses if miss.carried_to_year and miss.activity not in ratios]
    years = {miss.carried_to_year for miss in misses if miss.carried_to_year}
    names = {block: name for block, name, _phase in places.values()}
    return Progress(
        on=on,
        total=total.figure(),
        blocks=tuple(Part(key, names[key], tally.figure(), notes.get(key, ())) for key, tally in blocks.items()),
        phases=_phases(plan, phases),
        months=_months(plan, due, on, ratios),
        activities=by_activity,
        misses=misses,
        no_demand=tuple(_label(ratios[pk].number, ratios[pk].name) for pk, row in by_activity.items() if row.no_demand),
        carried_over=sum(int(miss.planned - miss.executed) for miss in carried),
        carried_to_year=years.pop() if len(years) == 1 else None,
        **_bridge(sessions, on),
        scheduled_after=sum(units for _count, units in after.values()),
    )


# --- The parts of a plan ----------------------------------------------------------------------------------------------

BlockKey = tuple[str, int | None]


def _places(activities: QuerySet[Activity]) -> dict[int, tuple[BlockKey, str, int | None]]:
    """By pk: key and name of the block, and phase; in the plan's order. At most one leads: no row is repeated."""
    lead = FilteredRelation("responsibilities", condition=Q(responsibilities__part=Responsibility.Part.LEAD))
    rows = activities.annotate(lead=lead).values_list(
        *("pk", "phase", "line", "line__name"),
        *("lead__dependency", "lead__dependency__name", "all_dependencies"),
    )
    everybody, nobody = _("Todas las dependencias"), _("Sin responsable")
    places = {}
    for pk, phase, line, line_name, dependency, dependency_name, of_all in rows:
        if line:
            block = ("line", line), line_name
        elif dependency:
            block = ("dependency", dependency), dependency_name
        else:
            block = (("all", None), everybody) if of_all else (("none", None), nobody)
        places[pk] = (*block, phase)
    return places


def _phases(plan: Plan, tallies: dict[int | None, Tally]) -> tuple[Part, ...]:
    phases = [Part(("phase", phase.pk), str(phase), tallies[phase.pk].figure()) for phase in plan.phases.all()]
    if phases and None in tallies:
        phases.append(Part(("phase", None), _("Sin fase"), tallies[None].figure()))
    return tuple(phases)


def _months(plan: Plan, due: QuerySet[Session], on: date, ratios: dict[int, Ratio]) -> tuple[Month, ...]:
    """Grouped by day in SQL and by month here: the same on every database, at most one row per day."""
    tallies: dict[tuple[int, int], Tally] = defaultdict(Tally)
    for planned_on, units in counted(due, on, by="planned_on"):
        tallies[planned_on.year, planned_on.month].add(units)
    for ratio in ratios.values():
        for row in ratio.rows:
            tallies[row.planned_on.year, row.planned_on.month].add(ratio.units(row.planned))
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
    due: QuerySet[Session], on: date, places: dict, ratios: dict[int, Ratio]
) -> tuple[tuple[Miss, ...], dict[BlockKey, tuple[str, ...]]]:
    """The misses, and the footnotes of each block: one statement for both."""
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
        block, block_name, _phase = places[pk]
        for line in footnote.splitlines():
            if note := " ".join(line.split()):
                notes[block][note] = True
        if kind != Activity.TargetKind.PERCENTAGE and executed < planned:
            reported = units is not None and (held_on is None or held_on <= on)
            misses.append(
                Miss(
                    *(pk, session, number, name, block_name, planned_on, planned_on, precision),
                    *(planned, exact(executed), reported, reason, year),
                )
            )
    for pk, ratio in ratios.items():
        if ratio.share is not None and ratio.share < 1:
            planned, executed, *_others = ratio.all_units
            first, last = ratio.rows[0], ratio.rows[-1]
            reported = any(row.denominator is not None for row in ratio.rows)
            misses.append(
                Miss(
                    *(pk, None, ratio.number, ratio.name, places[pk][1], first.planned_on, last.planned_on),
                    *(last.precision, planned, exact(executed), reported, ratio.reason, ratio.carried_to_year),
                )
            )
    order = {pk: at for at, pk in enumerate(places)}
    blocks = {block: at for at, block in reversed(list(enumerate(block for block, _name, _phase in places.values())))}
    misses.sort(key=lambda miss: (blocks[places[miss.activity][0]], order[miss.activity], miss.first, miss.last))
    return tuple(misses), {block: tuple(texts) for block, texts in notes.items()}


def _bridge(sessions: QuerySet[Session], on: date) -> dict[str, int]:
    """Planned units, due or not: baseline (as approved) + added - withdrawn = in force at `on`."""
    entered = Q(in_force_from=None) | Q(in_force_from__lte=on)
    units = "planned_units"
    return sessions.aggregate(
        baseline=Sum(units, filter=Q(in_force_from=None), default=0),
        added=Sum(units, filter=Q(in_force_from__lte=on), default=0),
        withdrawn=Sum(units, filter=entered & Q(withdrawn_on__lte=on), default=0),
    )


def _label(number: str, name: str) -> str:
    return f"{number} {name}".strip()
