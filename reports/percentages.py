"""The percentage targets of a report: beside its blocks and phases, and as the rows of their table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from activities.figures import UNMET, Targets, TargetState
from display import figures
from reports.facts import Block, ExecutionFacts, NamedFigure, PercentageFact


def blocks(facts: ExecutionFacts) -> list[tuple[Block, Targets]]:
    """Each block with its percentage targets."""
    return [
        (block, Targets.of(fact for fact in facts.percentages or () if fact.block == block.name))
        for block in facts.blocks
    ]


def phases(facts: ExecutionFacts) -> list[tuple[NamedFigure, Targets]]:
    without = _("Sin fase")
    return [
        (phase, Targets.of(fact for fact in facts.percentages or () if (fact.phase or without) == phase.name))
        for phase in facts.phases
    ]


def has_bar(block: Block, targets: Targets) -> bool:
    """One with percentage targets and no space due says so instead."""
    return bool(block.figure.planned or not targets.total)


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage target as a row of its table; what nobody reported is None."""

    fact: PercentageFact
    received: int | None
    attended: int | None
    result: str
    goal: str
    state: str
    unexplained: bool


def rows(facts: ExecutionFacts) -> list[Percentage]:
    return [_percentage(fact) for fact in facts.percentages or ()]


def _percentage(fact: PercentageFact) -> Percentage:
    told = fact.reported > 0
    result = figures.percent(Fraction(fact.attended, fact.received)) if fact.received else ""
    state = str(fact.state.label)
    if fact.state == TargetState.NOT_REPORTED and told:
        text = _("%(state)s: %(told)s de %(dates)s cortes")
        state = text % {"state": state, "told": figures.whole(fact.reported), "dates": figures.whole(fact.dates)}
    return Percentage(
        fact=fact,
        received=fact.received if told else None,
        attended=fact.attended if told else None,
        result=result or (_("no aplica") if told else figures.DASH),
        goal=figures.goal_percent(fact.goal),
        state=state,
        unexplained=fact.state in UNMET and not fact.reason,
    )
