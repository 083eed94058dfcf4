"""Results of activities/progress.py, frozen and without a database: a figure, its parts, a plan at a cut-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """Units programmed and executed (each session capped at what it programmed)."""

    planned: int
    executed: Fraction
    unexplained: Fraction = Fraction(0)  # the part of the shortfall without a reason
    excess: int = 0  # units executed above what was programmed: shown apart, in no percentage

    @property
    def shortfall(self) -> Fraction:
        return self.planned - self.executed

    @property
    def ratio(self) -> Fraction | None:
        """Executed / planned, from 0 to 1; None when nothing was planned."""
        return self.executed / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Part:
    """A block or a phase with its figure."""

    key: tuple[str, int | None]  # ("line", 3) · ("dependency", 7) · ("all", None) · ("none", None) · ("phase", 2)
    name: str
    figure: Figure
    footnotes: tuple[str, ...] = ()  # of a block: the distinct notes of its sessions due, in the plan's order


@dataclass(frozen=True, slots=True)
class Month:
    last_day: date
    figure: Figure


@dataclass(frozen=True, slots=True)
class Miss:
    """A session that fell short, or a percentage activity below its target (one for all its sessions due)."""

    activity: int
    session: int | None  # None for a percentage activity
    number: str
    name: str
    block: str
    first: date  # equals `last` for a session
    last: date
    precision: str
    planned: int
    executed: Fraction
    reported: bool  # by the cut-off
    reason: str  # "" = unexplained
    carried_to_year: int | None


@dataclass(frozen=True, slots=True)
class ActivityProgress:
    figure: Figure
    block: str
    sessions: int  # in force at the cut-off, due or not
    scheduled: int  # units in force planned after the cut-off
    no_demand: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan at a cut-off. Blocks, phases, months and activities each add up to the total."""

    on: date
    total: Figure
    blocks: tuple[Part, ...]  # in the order of their first activity
    phases: tuple[Part, ...]  # empty when the plan has none
    months: tuple[Month, ...]  # every one from the plan's first to the last due; empty when nothing was due
    activities: dict[int, ActivityProgress]  # by pk, in the plan's order
    misses: tuple[Miss, ...]  # by block, activity and date
    no_demand: tuple[str, ...]  # percentage activities without demand: "5.2 Respuesta a peticiones"
    carried_over: int  # units not executed that pass to a later year
    carried_to_year: int | None  # when they all pass to the same one
    baseline: int  # units of the plan as approved, whole; baseline + added - withdrawn = in force
    added: int
    withdrawn: int
    scheduled_after: int  # units in force planned after the cut-off
