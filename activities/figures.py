"""Results of activities/progress.py, frozen and without a database: a figure, its parts, a plan at a cut-off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from display import charts, figures
from display.charts import Bar

BlockKey = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """Units programmed and executed (each session capped at what it programmed)."""

    planned: int
    executed: int
    unexplained: int = 0  # the part of the shortfall without a reason
    excess: int = 0  # units executed above what was programmed: shown apart, in no percentage

    @property
    def shortfall(self) -> int:
        return self.planned - self.executed

    @property
    def ratio(self) -> Fraction | None:
        """Executed / planned, from 0 to 1; None when nothing was planned."""
        return Fraction(self.executed, self.planned) if self.planned else None


def bar(label: str, figure: Figure, *, url: str = "", silent: bool = False) -> Bar:
    """`silent`: nobody reported anything of it, so that 0 would say what nobody said."""
    if silent or not figure.planned:
        detail = _("%(done)s de %(total)s") % {"done": figures.DASH, "total": figures.whole(figure.planned)}
        return Bar(label, None, _("sin reporte") if silent else figures.percent(None), detail, charts.NOTHING, url=url)
    state = charts.UNEXPLAINED if figure.unexplained else charts.EXPLAINED if figure.shortfall else charts.COMPLETE
    detail = figures.done_of_total(figure.executed, figure.planned)
    return Bar(label, figure.ratio, figures.percent(figure.ratio), detail, state, url=url)


class TargetState(TextChoices):
    """Of a percentage target at a cut-off; computed, never stored."""

    NOT_YET_DUE = "not_yet_due", gettext_lazy("Todavía no vence")
    NOT_REPORTED = "not_reported", gettext_lazy("Sin reporte")
    NO_DEMAND = "no_demand", gettext_lazy("Sin demanda")
    MET = "met", gettext_lazy("Cumplida")
    SHORT = "short", gettext_lazy("No cumplida")


UNMET = (TargetState.NOT_REPORTED, TargetState.SHORT)


@dataclass(frozen=True, slots=True)
class Target:
    """A percentage target at a cut-off, over those of its due dates that were reported by then. It is in no figure."""

    activity: int
    number: str
    name: str
    goal: Decimal  # 95 is 95 %
    due: int  # measuring dates (cortes) due
    reported: int
    attended: int
    received: int
    state: TargetState
    reason: str  # of the latest due date; "" = unexplained
    carried_to_year: int | None  # of the latest due date

    @property
    def measured(self) -> str:
        """ "337 de 348: 96,8 % de una meta de 100 %"; empty while nothing was received."""
        return figures.of_goal(self.attended, self.received, self.goal) if self.received else ""


@dataclass(frozen=True, slots=True)
class Targets:
    """How many of some percentage targets were met: never averaged, never added to spaces."""

    met: int = 0
    counted: int = 0  # met, short or not reported
    unexplained: int = 0  # short or not reported, without a reason
    total: int = 0  # with those that are not due yet or had no demand

    @classmethod
    def of(cls, targets: Iterable) -> Targets:
        """`targets`: anything with `state` and `reason`."""
        found = [(target.state, target.reason) for target in targets]
        met = sum(state == TargetState.MET for state, _reason in found)
        unmet = [reason for state, reason in found if state in UNMET]
        return cls(met, met + len(unmet), sum(not reason for reason in unmet), len(found))

    @property
    def words(self) -> str:
        """ "Metas en porcentaje: 1 de 2 metas cumplidas"; empty when there is no target."""
        if not self.total:
            return ""
        if not self.counted:
            return _("Metas en porcentaje: ninguna ha vencido con demanda")
        text = ngettext(
            "Metas en porcentaje: %(met)s de %(n)s meta cumplida",
            "Metas en porcentaje: %(met)s de %(n)s metas cumplidas",
            self.counted,
        )
        return text % {"met": figures.whole(self.met), "n": figures.whole(self.counted)}

    @property
    def brief(self) -> str:
        """ "1 de 2"; "no aplica" when none counts."""
        return figures.done_of_total(self.met, self.counted) if self.counted else _("no aplica")


@dataclass(frozen=True, slots=True)
class Total:
    figure: Figure
    targets: Targets


@dataclass(frozen=True, slots=True)
class Part:
    """A block or a phase with its figure."""

    key: BlockKey  # ("line", 3) · ("dependency", 7) · ("all", None) · ("none", None) · ("phase", 2)
    name: str
    figure: Figure
    targets: Targets
    footnotes: tuple[str, ...] = ()  # of a block: the distinct notes of its sessions due, in the plan's order


class Place(NamedTuple):
    """Where an activity counts."""

    block: BlockKey
    name: str  # of the block
    phase: int | None
    lead: BlockKey  # who answers for it, whatever its line: a dependency, all of them or nobody
    lead_name: str
    withdrawn_on: date | None = None  # since then it counts only while a session of it does


@dataclass(frozen=True, slots=True)
class Month:
    last_day: date
    figure: Figure


@dataclass(frozen=True, slots=True)
class Miss:
    """A session that fell short."""

    activity: int
    session: int
    number: str
    name: str
    block: str
    planned_on: date
    precision: str
    planned: int
    executed: int
    reported: bool  # by the cut-off
    reason: str  # "" = unexplained
    carried_to_year: int | None


@dataclass(frozen=True, slots=True)
class ActivityProgress:
    figure: Figure  # of nothing for a percentage target
    block: str
    phase: str  # "" when it has none
    sessions: int  # in force at the cut-off, due or not; of a percentage target, its measuring dates
    scheduled: int  # units in force planned after the cut-off
    target: Target | None  # of a percentage target


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan at a cut-off. Blocks, phases, months and activities each add up to the total."""

    on: date
    total: Figure
    targets: Targets
    blocks: tuple[Part, ...]  # in the order of their first activity
    phases: tuple[Part, ...]  # empty when the plan has none
    months: tuple[Month, ...]  # every one from the plan's first to the last due; empty when nothing was due
    activities: dict[int, ActivityProgress]  # by pk, in the plan's order
    misses: tuple[Miss, ...]  # by block, activity and date
    percentages: tuple[Target, ...]  # in the plan's order
    carried_over: int  # units not executed that pass to a later year
    carried_to_year: int | None  # when they all pass to the same one
    baseline: int  # units of the plan as approved; baseline + added - withdrawn = in force
    added: int
    withdrawn: int
    scheduled_after: int  # units in force planned after the cut-off

    @property
    def only_targets(self) -> bool:
        """Whether the plan has percentage targets and no space at all, due or not."""
        return bool(self.targets.total) and self.baseline + self.added == self.withdrawn
