"""What to look at before a report is published: what blocks it, and which gaps it will show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities import progress
from activities.figures import UNMET, Progress, Target
from reports import texts
from reports.envelope import Snapshot
from reports.models import Report
from reports.sections.execution.view import unexplained
from reports.states import publication_blockers

GAPS_LISTED = 20  # of each kind; the rest are counted


@dataclass(frozen=True, slots=True)
class Gap:
    """A session that fell short without a reason."""

    activity: int
    session: int
    reported: bool
    name: str
    planned_on: date
    precision: str
    planned: int
    executed: int


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything that the page of a draft warns of. Of each list of gaps the first GAPS_LISTED."""

    blockers: list[str]  # while there is one it cannot be published
    unreported: list[Gap]  # due at the cut-off and nothing reported
    unreported_count: int
    short: list[Gap]  # reported below what was planned
    short_count: int
    targets: list[Target]  # percentage targets short or not reported, without a reason
    targets_count: int
    unexplained: str  # what the report will say of the sessions; empty when everything is explained
    empty_texts: list[str]  # labels of the narrative's empty parts

    @property
    def clean(self) -> bool:
        return not (self.blockers or self.unexplained or self.targets or self.empty_texts)


def of(report: Report, facts: Snapshot) -> Checks:
    result = progress.of_plan(report.plan, report.cutoff)
    missing = gaps(result)
    targets = [target for target in result.percentages if target.state in UNMET and not target.reason]
    unreported = [gap for gap in missing if not gap.reported]
    short = [gap for gap in missing if gap.reported]
    return Checks(
        blockers=[blocker.text for blocker in publication_blockers(report)],
        unreported=unreported[:GAPS_LISTED],
        unreported_count=len(unreported),
        short=short[:GAPS_LISTED],
        short_count=len(short),
        targets=targets[:GAPS_LISTED],
        targets_count=len(targets),
        unexplained=unexplained(facts.facts("ejecucion"), facts.plan.unit),
        empty_texts=empty_texts(report),
    )


def gaps(result: Progress) -> list[Gap]:
    """Shortfalls without a reason, each with the session to correct."""
    return [
        Gap(
            activity=miss.activity,
            session=miss.session,
            reported=miss.reported,
            name=f"{miss.number} {miss.name}".strip(),
            planned_on=miss.planned_on,
            precision=miss.precision,
            planned=miss.planned,
            executed=miss.executed,
        )
        for miss in result.misses
        if not miss.reason
    ]


def empty_texts(report: Report) -> list[str]:
    # Without its own objective, the report prints the plan's.
    optional = {"objective"} if report.plan.objective.strip() else set()
    return [
        str(text.label)
        for name, text in texts.asked(report.kind).items()
        if name not in optional and not report.narrative.get(name)
    ]
