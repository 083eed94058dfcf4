"""How much of the plan was done at the cut-off, where it fell short and why; of some days, theirs beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from string import ascii_lowercase
from typing import TYPE_CHECKING

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.figures import UNMET, Figure, Targets, TargetState
from activities.figures import Miss as MissedSession
from display.dates import when
from reports.scope import Scope
from reports.sections import Section, Text
from reports.sections.execution import view
from reports.sections.execution.suggestions import of_reading

if TYPE_CHECKING:
    from reports.envelope import Edition


@dataclass(frozen=True, slots=True)
class Missing:
    """The units of a shortfall, by what is known of them; they add up to it."""

    explained: int = 0  # with a registered cause
    silent: int = 0  # reported, without a cause
    unreported: int = 0  # nobody said what happened
    to_come: int = 0  # their day had not come when the facts were taken: only before the cut-off

    @property
    def unknown(self) -> int:
        """Without cause or without report: what should be known by now, and is not."""
        return self.silent + self.unreported


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    figure: Figure  # at the cut-off
    period: Figure | None  # of the report's days alone; None when it is of the whole plan
    targets: Targets
    missing: Missing
    marks: tuple[str, ...]  # of its footnotes: ("a", "b")


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    figure: Figure
    targets: Targets


@dataclass(frozen=True, slots=True)
class Month:
    month: date  # its last day
    figure: Figure


@dataclass(frozen=True, slots=True)
class Footnote:
    mark: str
    block: str
    text: str


class Miss(msgspec.Struct, frozen=True, gc=False):
    """A session that fell short."""

    activity: str  # "3.2 Rendición de cuentas…"
    block: str
    planned_on: date
    when: str  # "diciembre de 2020" · "12 de octubre de 2020"
    planned: int
    executed: int
    known: str  # "explained", "silent", "unreported" or "to_come": a field of Missing
    reason: str
    carried_to_year: int | None


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage target: no space, in no sum."""

    activity: str
    block: str
    phase: str
    goal: Decimal  # 95 is 95 %
    due: int  # measuring dates due
    reported: int
    attended: int
    received: int
    state: TargetState
    reason: str
    is_to_come: bool = False  # unmet at the cut-off for a date that had not come when the facts were taken

    @property
    def is_late(self) -> bool:
        return self.state in UNMET and not self.is_to_come

    @property
    def result(self) -> Fraction | None:
        return Fraction(self.attended, self.received) if self.received else None


@dataclass(frozen=True, slots=True)
class Facts:
    total: Figure  # of everything due at the cut-off
    period: Figure | None  # of the report's days alone
    missing: Missing
    missing_in_period: Missing | None
    targets: Targets
    blocks: tuple[Block, ...]
    phases: tuple[Phase, ...]  # empty when the plan has none
    months: tuple[Month, ...]
    footnotes: tuple[Footnote, ...]
    misses: tuple[Miss, ...]
    percentages: tuple[Percentage, ...]
    carried_over: int  # units
    carried_to_year: int | None
    baseline: int  # units planned by the approved plan for the whole of it
    added: int
    withdrawn: int
    scheduled_after: int  # units in force planned after the cut-off


def collect(scope: Scope) -> Facts:
    result = scope.progress
    periods = scope.progress_of_days() if not scope.whole else None
    misses = tuple(_miss(miss, scope.today) for miss in result.misses)
    inside = [miss for miss in misses if scope.first <= miss.planned_on <= scope.last]
    blocks, footnotes, short = [], [], defaultdict(list)
    for miss in misses:
        short[miss.block].append(miss)
    for block in result.blocks:
        marks = tuple(_mark(len(footnotes) + n) for n in range(len(block.footnotes)))
        footnotes += [Footnote(mark, block.name, text) for mark, text in zip(marks, block.footnotes, strict=True)]
        period = periods.get(block.key, Figure(0, 0)) if periods is not None else None
        blocks.append(Block(block.name, block.figure, period, block.targets, _missing(short[block.name]), marks))
    return Facts(
        total=result.total,
        period=_sum(periods.values()) if periods is not None else None,
        missing=_missing(misses),
        missing_in_period=_missing(inside) if periods is not None else None,
        targets=result.targets,
        blocks=tuple(blocks),
        phases=tuple(Phase(phase.name, phase.figure, phase.targets) for phase in result.phases),
        months=tuple(Month(month.last_day, month.figure) for month in result.months),
        footnotes=tuple(footnotes),
        misses=misses,
        percentages=tuple(
            Percentage(
                activity=f"{target.number} {target.name}".strip(),
                block=result.activities[target.activity].block,
                phase=result.activities[target.activity].phase,
                goal=Decimal(f"{target.goal.normalize():f}"),
                due=target.due,
                reported=target.reported,
                attended=target.attended,
                received=target.received,
                state=target.state,
                reason=" ".join(target.reason.split()),
                is_to_come=target.state in UNMET and target.activity not in scope.unmet,
            )
            for target in result.percentages
        ),
        carried_over=result.carried_over,
        carried_to_year=result.carried_to_year,
        baseline=result.baseline,
        added=result.added,
        withdrawn=result.withdrawn,
        scheduled_after=result.scheduled_after,
    )


def _miss(miss: MissedSession, today: date) -> Miss:
    reason = " ".join(miss.reason.split())
    if reason:
        known = "explained"
    elif miss.reported:
        known = "silent"
    else:
        known = "to_come" if miss.planned_on > today else "unreported"
    return Miss(
        activity=f"{miss.number} {miss.name}".strip(),
        block=miss.block,
        planned_on=miss.planned_on,
        when=when(miss.planned_on, miss.precision),
        planned=miss.planned,
        executed=miss.executed,
        known=known,
        reason=reason,
        carried_to_year=miss.carried_to_year,
    )


def _missing(misses: Iterable[Miss]) -> Missing:
    units = dict.fromkeys(("explained", "silent", "unreported", "to_come"), 0)
    for miss in misses:
        units[miss.known] += miss.planned - miss.executed
    return Missing(**units)


def _sum(figures: Iterable[Figure]) -> Figure:
    found = [(one.planned, one.executed, one.unexplained, one.excess) for one in figures]
    return Figure(*(sum(column) for column in zip(*found, strict=True))) if found else Figure(0, 0)


def _mark(position: int) -> str:
    """a, b … z, aa, ab…"""
    before, letter = divmod(position, len(ascii_lowercase))
    return (_mark(before - 1) if before else "") + ascii_lowercase[letter]


def _title(edition: Edition) -> str:
    is_over = edition.whole and edition.cutoff >= edition.ends_on
    if edition.dependency:
        return _("Cómo cerró la dependencia") if is_over else _("Cómo va la dependencia")
    return _("Cómo cerró el plan") if is_over else _("Cómo va el plan")


SECTION = Section(
    slug="ejecucion",
    title=_title,
    facts=Facts,
    collect=collect,
    view=view.view,
    tokens=view.tokens,
    suggest=of_reading,
    texts=(
        Text(
            "reading",
            gettext_lazy("Lectura de la ejecución"),
            gettext_lazy("Cómo fue el plan, en palabras: qué explica las cifras."),
        ),
    ),
)
