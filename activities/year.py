"""The spaces of a plan as the months of a year: each day with its own, holidays named, those of a month without a day
apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity, Responsibility, Session
from display.dates import SATURDAY, Precision, holiday, month_end, months_between
from display.figures import whole
from display.text import enumeration
from plans.models import Plan

MOST_NAMES = 3  # of a day; the rest are counted, and stand in the list
ONE_YEAR = 12  # months that are shown at once


class Space(NamedTuple):
    pk: int
    on: date
    precision: str
    activity: int
    number: str
    name: str
    outside_plan: bool
    target_kind: str
    units: int
    of_all: bool
    place: str
    lead: str | None

    def __str__(self):
        return f"{self.number} {self.name}".strip()

    @property
    def who(self) -> str:
        return self.lead or (_("Todas las dependencias") if self.of_all else _("Sin responsable"))


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    holiday: str
    is_today: bool
    spaces: list[Space]
    clashing: int

    @property
    def rests(self) -> bool:
        return bool(self.holiday) or self.on.weekday() >= SATURDAY

    @property
    def shown(self) -> list[Space]:
        return self.spaces if len(self.spaces) == MOST_NAMES + 1 else self.spaces[:MOST_NAMES]

    @property
    def more(self) -> int:
        return len(self.spaces) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[Day | None]]  # from Monday; None before the first and after the last of the month
    undated: list[Space]
    holidays: list[Day] = field(default_factory=list)
    told: str = ""


def windows(plan: Plan) -> list[tuple[date, date]]:
    """What is shown at once: the whole plan, or of a longer one each of its years."""
    if len(months_between(plan.starts_on, plan.ends_on)) <= ONE_YEAR:
        return [(plan.starts_on, plan.ends_on)]
    years = range(plan.starts_on.year, plan.ends_on.year + 1)
    return [(max(date(year, 1, 1), plan.starts_on), min(date(year, 12, 31), plan.ends_on)) for year in years]


def spaces_of(activities: QuerySet[Activity], first: date, last: date) -> list[Space]:
    """Those programmed in the months of two days, by date; those of a whole month after its days. One statement."""
    lead = Responsibility.objects.filter(activity=OuterRef("activity"), part=Responsibility.Part.LEAD)
    rows = Session.objects.filter(
        activity__in=activities.order_by().values("pk"),
        planned_on__range=(first.replace(day=1), month_end(last)),
        planned_units__gt=0,
        withdrawn_on=None,
    ).annotate(lead=Subquery(lead.values("dependency__name")[:1]))
    # "day" sorts before "month": on the last of a month, what is of the day comes first.
    rows = rows.order_by("planned_on", "planned_precision", F("activity__order"), "pk")
    at = "activity__"
    return [
        Space(*row)
        for row in rows.values_list(
            *("pk", "planned_on", "planned_precision", "activity", f"{at}number", f"{at}name", f"{at}outside_plan"),
            *(f"{at}target_kind", "planned_units", f"{at}all_dependencies", "place", "lead"),
        )
    ]


def told(spaces: Collection[Space]) -> str:
    """ "90 espacios en 74 fechas, 3 cortes y 2 fuera del plan": a date may stand for several spaces, and one of a
    percentage is none."""
    planned = [space for space in spaces if not space.outside_plan]
    counted = [space for space in planned if space.target_kind != Activity.TargetKind.PERCENTAGE]
    outside, cuts, dates = len(spaces) - len(planned), len(planned) - len(counted), len(counted)
    units = sum(space.units for space in counted)
    said = []
    if dates or not (cuts or outside):
        said.append(ngettext("%(n)s espacio", "%(n)s espacios", units) % {"n": whole(units)})
    if units != dates:
        on = ngettext("%(n)s fecha", "%(n)s fechas", dates) % {"n": whole(dates)}
        said = [_("%(spaces)s en %(dates)s") % {"spaces": said[0], "dates": on}]
    if cuts:
        said.append(ngettext("%(n)s corte", "%(n)s cortes", cuts) % {"n": whole(cuts)})
    if outside:
        said.append(ngettext("%(n)s fuera del plan", "%(n)s fuera del plan", outside) % {"n": whole(outside)})
    return enumeration(said)


def months_of(spaces: Iterable[Space], first: date, last: date, *, clashing: Iterable[int], today: date) -> list[Month]:
    """`clashing`: the keys of the sessions that share their day and a group with others."""
    dated, undated = defaultdict(list), defaultdict(list)
    for space in spaces:
        (undated if space.precision == Precision.MONTH else dated)[space.on].append(space)

    def day(on: date) -> Day:
        own = dated.get(on, [])
        return Day(on, holiday(on), on == today, own, sum(space.pk in clashing for space in own))

    found = []
    for start in months_between(first, last):
        end = month_end(start)
        days = [day(start + timedelta(days=number)) for number in range(end.day)]
        cells = [*[None] * start.weekday(), *days, *[None] * (6 - end.weekday())]
        weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
        own = [*(space for one in days for space in one.spaces), *undated[end]]
        found.append(Month(start, weeks, undated[end], [one for one in days if one.holiday], told(own)))
    return found
