"""A report's facts: everything that its pages print, resolved to words and figures, frozen, without a database.

`snapshot.take` fills them, `Report.snapshot` stores them as canonical JSON, and HTML and PDF only read them. A number
printed twice is stored once. Dates are dates; people, units and counts are whole numbers; ratios
are exact fractions, rounded only when printed.

In schema 1 percentage targets are fractions of units in every figure, and there are no `percentages`: what was
published so prints its own words. Since schema 2 they stand apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec

from activities import figures
from commitments.balance import InstanceBalance

SCHEMA = 2
READ = (1, SCHEMA)


@dataclass(frozen=True, slots=True)
class Figure(figures.Figure):
    """Units as they are frozen: in exact fractions, always whole since schema 2."""

    executed: Fraction
    unexplained: Fraction = Fraction(0)

    @classmethod
    def of(cls, figure: figures.Figure) -> Figure:
        return cls(figure.planned, Fraction(figure.executed), Fraction(figure.unexplained), figure.excess)


@dataclass(frozen=True, slots=True)
class EntityFacts:
    name: str
    short_name: str
    slug: str
    nit: str
    municipality: str
    primary: str  # "#0b3d73", contrast-checked against white
    secondary: str
    shield: str  # data URI of the image, or ""
    website: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    title: str
    slug: str
    kind: str  # "Plan de participación ciudadana"
    starts_on: date
    ends_on: date
    objective: str
    version: int | None  # of the approved baseline; None while it is a draft
    approved_on: date | None
    notes: tuple[str, ...]  # remarks of the source sheet bound to no session


@dataclass(frozen=True, slots=True)
class Edition:
    kind: str  # "monthly" or "final"
    title: str  # "Informe final de monitoreo"
    period: str  # "julio a diciembre de 2020" · "septiembre de 2020"
    starts_on: date
    ends_on: date
    cutoff: date
    version: int
    number: str  # "2026-007", or "" before publication
    published_on: date | None
    draft: bool  # marked "Borrador" on every page


@dataclass(frozen=True, slots=True)
class Narrative:
    """Texts written by people: paragraphs separated by blank lines, lists already split."""

    objective: str
    reading: str  # how the plan went, in words
    participants: str
    commitments: str
    observations: tuple[str, ...]
    recommendations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    figure: Figure
    marks: tuple[str, ...]  # of its footnotes: ("a", "b")


@dataclass(frozen=True, slots=True)
class Footnote:
    mark: str
    block: str
    text: str


@dataclass(frozen=True, slots=True)
class MonthFigure:
    month: date  # last day of the month
    figure: Figure


@dataclass(frozen=True, slots=True)
class NamedFigure:
    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Miss:
    """A session that fell short, with its reason, or without one."""

    activity: str  # "3.2 Rendición de cuentas…"
    block: str
    when: str  # "diciembre de 2020" · "12 de octubre de 2020"
    planned: int
    executed: Fraction
    reason: str  # "" = unexplained
    carried_to_year: int | None


@dataclass(frozen=True, slots=True)
class PercentageFact:
    """A percentage target at the cut-off: attended of received, over its due dates reported by then."""

    number: str
    name: str
    block: str
    phase: str  # "" when it has none
    dates: int  # measuring dates due
    reported: int
    attended: int
    received: int
    goal: Decimal  # 95 is 95 %
    state: figures.TargetState
    reason: str  # "" = unexplained
    carried_to_year: int | None


@dataclass(frozen=True, slots=True)
class ExecutionFacts:
    total: Figure  # of everything due at the cut-off
    period: Figure | None  # monthly report: the month alone
    blocks: tuple[Block, ...]
    months: tuple[MonthFigure, ...]
    phases: tuple[NamedFigure, ...]  # empty when the plan has none
    footnotes: tuple[Footnote, ...]
    misses: tuple[Miss, ...]
    carried_over: int  # units
    carried_to_year: int | None
    no_demand: tuple[str, ...]  # schema 1: percentage activities without demand, out of planned and executed
    baseline: int  # units planned by the approved plan for the whole of it
    added: int
    withdrawn: int
    scheduled_after: int  # units in force planned after the cut-off
    percentages: tuple[PercentageFact, ...] | msgspec.UnsetType = msgspec.UNSET  # none in schema 1

    @property
    def targets(self) -> figures.Targets:
        return figures.Targets.of(self.percentages or ())

    @property
    def only_targets(self) -> bool:
        return bool(self.percentages) and self.baseline + self.added == self.withdrawn


@dataclass(frozen=True, slots=True)
class Participation:
    """People reported for an activity and a period; never added across months (one person may come twice)."""

    activity: str
    starts_on: date
    ends_on: date
    when: str  # "septiembre" · "julio a octubre"
    people: int
    source: str


@dataclass(frozen=True, slots=True)
class MetricFact:
    activity: str
    when: str
    name: str  # "Reproducciones"
    value: Decimal
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class CommitmentFact:
    code: str
    text: str
    instance: str
    responsible: str
    made: str  # "julio de 2020"
    due_on: date
    closed_on: date | None
    state: str  # label: "Reportado como cumplido", "En avance"…
    standing: str  # at the cut-off: "fulfilled", "overdue", "open", "closed" (not viable, breached, carried over)
    days_overdue: int


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """At the cut-off. open_at_start + new - closed_in_period = open_at_end; fulfilment = fulfilled_due / due."""

    made: int
    fulfilled: int
    overdue: int
    open: int
    closed: int
    due: int
    fulfilled_due: int
    open_at_start: int
    new: int
    closed_in_period: int
    open_at_end: int
    instances: tuple[InstanceBalance, ...]
    items: tuple[CommitmentFact, ...]
    undated: int | msgspec.UnsetType = msgspec.UNSET  # of the open ones, closed on an unknown day; left out when none


@dataclass(frozen=True, slots=True)
class SpaceFact:
    """A space held outside the plan: in no percentage."""

    name: str
    when: str
    people: int | None
    note: str
    questions: int | None
    comments: int | None
    metrics: tuple[MetricFact, ...]


@dataclass(frozen=True, slots=True)
class Upcoming:
    activity: str
    block: str
    when: str
    units: int  # 0: a measuring date of a percentage target


@dataclass(frozen=True, slots=True)
class AnnexRow:
    number: str
    name: str
    block: str
    phase: str
    responsible: str
    groups: str
    target: str  # "4 informes" · "100 %" · ""
    figure: Figure
    sessions: int  # in force at the cut-off
    scheduled: int  # units planned after the cut-off
    measured: str | msgspec.UnsetType = msgspec.UNSET  # of a percentage target, in place of its figure


@dataclass(frozen=True, slots=True)
class Snapshot:
    schema: int
    entity: EntityFacts
    plan: PlanFacts
    edition: Edition
    narrative: Narrative
    execution: ExecutionFacts
    participants: tuple[Participation, ...]
    metrics: tuple[MetricFact, ...]
    commitments: CommitmentFacts
    other_spaces: tuple[SpaceFact, ...]
    upcoming: tuple[Upcoming, ...]  # monthly report: the next month
    annex: tuple[AnnexRow, ...]
