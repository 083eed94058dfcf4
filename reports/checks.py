"""What to look at before a report is published: what blocks it, and which gaps it will show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from activities import progress
from display.dates import Precision
from plans.models import Plan
from reports import texts
from reports.models import Report
from reports.states import publication_blockers

GAPS_LISTED = 20  # of each kind; the rest are counted


@dataclass(frozen=True, slots=True)
class Gap:
    """What fell short without a reason: a session, or a percentage target with all its sessions (`session` is None)."""

    activity: int
    session: int | None
    reported: bool
    name: str
    first: date
    last: date
    by_month: bool
    planned: int
    executed: Fraction


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything that the page of a draft warns of. Of each list of gaps the first GAPS_LISTED."""

    blockers: list[str]  # while there is one it cannot be published
    unreported: list[Gap]  # due at the cut-off and nothing reported
    unreported_count: int
    short: list[Gap]  # reported below what was planned
    short_count: int
    unexplained: str  # what the report will say of both; empty when everything is explained
    empty_texts: list[str]  # labels of the narrative's empty parts

    @property
    def clean(self) -> bool:
        return not (self.blockers or self.unexplained or self.empty_texts)


def of(report: Report, facts: Snapshot) -> Checks:
    missing = gaps(report.plan, report.cutoff)
    unreported = [gap for gap in missing if not gap.reported]
    short = [gap for gap in missing if gap.reported]
    return Checks(
        blockers=[blocker.text for blocker in publication_blockers(report)],
        unreported=unreported[:GAPS_LISTED],
        unreported_count=len(unreported),
        short=short[:GAPS_LISTED],
        short_count=len(short),
        unexplained=wording.unexplained(facts.execution.total),
        empty_texts=empty_texts(report),
    )


def gaps(plan: Plan, on: date) -> list[Gap]:
    """Shortfalls without a reason at the cut-off `on`, each with the session to correct."""
    misses = (miss for miss in progress.of_plan(plan, on).misses if not miss.reason)
    return [
        Gap(
            activity=miss.activity,
            session=miss.session,
            reported=miss.reported,
            name=f"{miss.number} {miss.name}".strip(),
            first=miss.first,
            last=miss.last,
            by_month=miss.precision == Precision.MONTH,
            planned=miss.planned,
            executed=miss.executed,
        )
        for miss in misses
    ]


def empty_texts(report: Report) -> list[str]:
    labels = {name: field.label for name, field in NarrativeForm.base_fields.items()}
    # Without its own objective, the report prints the plan's.
    optional = {"objective"} if report.plan.objective.strip() else set()
    return [
        str(labels[name])
        for name in ("objective", "reading", "participants", "commitments", "observations", "recommendations")
        if name not in optional and not report.narrative.get(name)
    ]
