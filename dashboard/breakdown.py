"""A plan's execution by block, dependency, phase, month, group, place or modality, of a period beside another.

The sums are those of activities/progress.py. An activity counts under each of its dependencies and of its groups: those
views do not add up to the plan, and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db.models import QuerySet, TextChoices
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import progress
from activities.counting import Tally, counted, due_sessions, told_by
from activities.figures import Figure, Targets, bar
from activities.models import Activity, Responsibility, Session
from dashboard import retrace
from dashboard.retrace import NAMED, PLACES, WAYS, What
from display import charts, dates, figures
from display.charts import Bar
from display.dates import month_end
from display.palette import Palette
from display.tables import Column, Kind, Table
from display.text import normalise
from plans.models import Plan
from plans.periods import Period


class By(TextChoices):
    BLOCK = "bloque", gettext_lazy("Estrategia o dependencia")
    DEPENDENCY = "dependencia", gettext_lazy("Dependencia")
    PHASE = "fase", gettext_lazy("Fase")
    MONTH = "mes", gettext_lazy("Mes")
    GROUP = "grupo", gettext_lazy("Grupo")
    LOCALITY = "localidad", gettext_lazy("Localidad o vereda")
    MODALITY = "modalidad", gettext_lazy("Modalidad")


class Key(NamedTuple):
    """A set, as addresses name it and as people read it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Slice:
    name: str
    figure: Figure
    before: Figure | None  # of the period beside it
    is_silent: bool  # nobody reported anything of it
    url: str  # of the rows of its figure
    unexplained_url: str
    before_url: str = ""

    @property
    def change(self) -> str:
        return figures.points(*self._ratios)

    @property
    def moved(self) -> Fraction | None:
        return figures.moved_points(*self._ratios)

    @property
    def _ratios(self) -> tuple[Fraction | None, Fraction | None]:
        return self.figure.ratio, self.before and self.before.ratio


@dataclass(frozen=True, slots=True)
class Breakdown:
    by: By
    slices: tuple[Slice, ...]
    total: Slice
    targets: Targets

    @property
    def adds_up(self) -> bool:
        return self.by not in (By.DEPENDENCY, By.GROUP)

    @property
    def bars(self) -> list[Bar]:
        return [bar(one.name, one.figure, url=one.url, silent=one.is_silent) for one in self.slices]


def breakdown(plan: Plan, on: date, by: By, period: Period | None = None, beside: Period | None = None) -> Breakdown:
    """At the cut-off `on`, what was planned in `period` (None: everything until then), beside another one.

    Ten statements at most, whatever the size of the plan. What has nothing planned in either period is left out.
    """
    activities = Activity.objects.filter(plan=plan).in_plan().known(on)
    sessions = Session.objects.filter(activity__plan=plan).in_plan()
    fields, keys_of = _keys(plan, activities, by)

    def tallies(rows: QuerySet[Session]) -> dict[Key, Tally]:
        found = defaultdict(Tally)
        for row, units in counted(due_sessions(rows, on), on, by=fields):
            for key in keys_of(*row):
                found[key].add(units)
        return found

    own, others = _within(sessions, period), _within(sessions, beside) if beside else None
    now, told, then = tallies(own), tallies(told_by(own, on)), tallies(others) if others is not None else {}
    slices = {
        key: Slice(
            key.name,
            now[key].figure() if key in now else Figure(0, 0),
            (then[key].figure() if key in then else Figure(0, 0)) if beside else None,
            key not in told,
            *_doors(plan, on, by, key.code, period, beside),
        )
        for key in {**now, **then}
    }
    slices = {key: one for key, one in slices.items() if one.figure.planned or one.before and one.before.planned}
    total = Slice(
        _("Todo el plan"),
        progress.execution(own, on),
        progress.execution(others, on) if others is not None else None,
        not told,
        *_doors(plan, on, None, retrace.TOTAL, period, beside),
    )
    return Breakdown(by, tuple(_in_order(slices, by)), total, progress.of_plans([plan], on)[plan.pk].targets)


def _within(sessions: QuerySet[Session], period: Period | None) -> QuerySet[Session]:
    return sessions.filter(planned_on__range=period) if period else sessions


def _in_order(slices: dict[Key, Slice], by: By) -> list[Slice]:
    """Months and phases in their own; else those first that need somebody."""
    if by in (By.MONTH, By.PHASE):
        return list(slices.values()) if by == By.PHASE else [slices[key] for key in sorted(slices)]
    return sorted(slices.values(), key=lambda one: (-one.figure.unexplained, -one.figure.shortfall, one.name))


def _doors(
    plan: Plan, on: date, by: By | None, code: str, period: Period | None, beside: Period | None
) -> tuple[str, str, str]:
    """To the rows of a figure, to those of what is unexplained in it, and to those of the period beside it."""
    if by == By.MONTH:
        first = date.fromisoformat(f"{code}-01")
        return retrace.address(plan, on, month=first), retrace.address(plan, on, month=first, what=What.UNEXPLAINED), ""
    first, last = period or (None, None)
    return (
        retrace.address(plan, on, code, first, until=last),
        retrace.address(plan, on, code, first, What.UNEXPLAINED, until=last),
        retrace.address(plan, on, code, beside[0], until=beside[1]) if beside else "",
    )


# --- The sets that a session counts in --------------------------------------------------------------------------------


def _keys(plan: Plan, activities: QuerySet[Activity], by: By) -> tuple[tuple[str, ...], Callable[..., list[Key]]]:
    """By which fields the sessions are grouped, and the sets of such a group."""
    if by == By.MONTH:
        return ("planned_on",), lambda on: [Key(f"{on:%Y-%m}", capfirst(dates.month(month_end(on))))]
    if by == By.LOCALITY:
        # Written by hand: as its first spelling has it.
        names: dict[str, str] = {}
        return ("locality", "activity__locality"), lambda own, of_activity: [
            _place(own or of_activity, names, _("Sin localidad"))
        ]
    if by == By.MODALITY:
        words = dict(Activity.Modality.choices)
        return ("modality", "activity__modality"), lambda own, of_activity: [
            Key(f"{WAYS}-{own or of_activity}", str(words.get(own or of_activity, _("Sin modalidad"))))
        ]
    found = _by_activity(plan, activities, by)
    return ("activity",), lambda pk: found.get(pk, [])


def _place(text: str, names: dict[str, str], nowhere: str) -> Key:
    code = normalise(text)
    return Key(f"{PLACES}-{code}", names.setdefault(code, text or nowhere))


def _by_activity(plan: Plan, activities: QuerySet[Activity], by: By) -> dict[int, list[Key]]:
    places = progress.places_of(activities)
    if by == By.BLOCK:
        return {pk: [Key(retrace.code_of(place.block), place.name)] for pk, place in places.items()}
    if by == By.PHASE:
        phases = {phase.pk: str(phase) for phase in plan.phases.all()}
        order = {pk: at for at, pk in enumerate(phases)}
        rows = sorted(places.items(), key=lambda row: order.get(row[1].phase, len(order)))
        return {pk: [Key(f"fase-{place.phase or 0}", phases.get(place.phase) or _("Sin fase"))] for pk, place in rows}
    found: dict[int, list[Key]] = {pk: [] for pk in places}
    if by == By.DEPENDENCY:
        rows = Responsibility.objects.filter(activity__in=activities.order_by().values("pk"))
        for pk, dependency, name in rows.values_list("activity", "dependency", "dependency__name"):
            found.setdefault(pk, []).append(Key(f"{NAMED['dependency']}-{dependency}", name))
        of_all = set(activities.filter(all_dependencies=True).values_list("pk", flat=True))
        for pk in of_all:
            found[pk].append(Key(f"{NAMED['dependency']}-todas", _("Todas las dependencias")))
        return {pk: keys or [Key(f"{NAMED['dependency']}-0", _("Sin responsable"))] for pk, keys in found.items()}
    through = Activity.groups.through.objects.filter(activity__in=activities.order_by().values("pk"))
    for pk, group, name in through.values_list("activity", "stakeholdergroup", "stakeholdergroup__name"):
        found.setdefault(pk, []).append(Key(f"{NAMED['group']}-{group}", name))
    return {pk: keys or [Key(f"{NAMED['group']}-0", _("Sin grupo"))] for pk, keys in found.items()}


# --- As a table -------------------------------------------------------------------------------------------------------


def table(found: Breakdown, plan: Plan, beside: Period | None) -> Table:
    """What the page and its data file say."""
    unit = capfirst(plan.unit.of(2))
    columns = [
        Column(str(found.by.label)),
        Column(_("Programado"), Kind.COUNT, _("%(unit)s programados en el periodo, hasta el corte.") % {"unit": unit}),
        Column(_("Ejecutado"), Kind.COUNT, _("De cada uno, a lo sumo lo que tenía programado.")),
        Column(_("Ejecución"), Kind.PERCENT),
        Column(_("Sin explicar"), Kind.COUNT, _("Lo que faltó y no tiene causa registrada.")),
    ]
    if beside:
        columns += [
            Column(_("Programado"), Kind.COUNT, group=capfirst(beside.name)),
            Column(_("Ejecutado"), Kind.COUNT, group=capfirst(beside.name)),
            Column(_("Ejecución"), Kind.PERCENT, group=capfirst(beside.name)),
            Column(_("Cambio en puntos"), Kind.MEASURE, _("Puntos porcentuales, de los porcentajes como se escriben.")),
        ]

    def row(one: Slice) -> tuple:
        values = [one.name, one.figure.planned, one.figure.executed, one.figure.ratio, one.figure.unexplained]
        if one.is_silent:
            values[2:4] = [None, _("sin reporte")]
        if one.before:
            values += [one.before.planned, one.before.executed, one.before.ratio, one.moved]
        return tuple(values)

    rows = tuple(row(one) for one in found.slices)
    return Table(
        _("Ejecución por %(by)s") % {"by": str(found.by.label).lower()},
        tuple(columns),
        rows,
        total=row(found.total) if found.adds_up else (),
        slug=found.by.value,
    )


def chart(found: Breakdown, plan: Plan, colours: Palette) -> SafeString:
    """Its bars as a drawing of their own, in plain colours; what they are of is its name."""
    bars = found.bars
    title = _("%(plan)s: ejecución por %(by)s") % {"plan": plan.title, "by": str(found.by.label).lower()}
    return charts.bars(bars, title=title, colours=colours, legend=charts.legend({one.state for one in bars}))
