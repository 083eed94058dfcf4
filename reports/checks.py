"""What to look at before a report is published: what stops it, and what it will say with holes in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from activities import progress
from activities.models import Session
from display.dates import Precision
from plans.models import Plan
from reports import wording
from reports.facts import Snapshot
from reports.forms import NarrativeForm
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
    """The checks of a draft whose facts are `facts`: as many queries for a large plan as for a small one."""
    found = gaps(report.plan, report.cutoff)
    unreported = [gap for gap in found if not gap.reported]
    short = [gap for gap in found if gap.reported]
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
    """The shortfalls without a reason at the cut-off `on`, each with the session where it is mended."""
    silent = [miss for miss in progress.of_plan(plan, on).misses if not miss.reason]
    due = Session.objects.filter(activity__in={miss.activity for miss in silent}, planned_units__gt=0)
    sessions = {
        tuple(key): (pk, executed is not None)
        for pk, executed, *key in due.in_force(on).values_list(
            "pk", "executed_units", "activity", "planned_on", "planned_precision"
        )
    }
    found = []
    for miss in silent:
        # A percentage target is one gap for all its sessions, even when it has only one.
        at = (miss.activity, miss.first, miss.precision)
        pk, reported = sessions.get(at, (None, True)) if miss.first == miss.last else (None, True)
        by_month = miss.precision == Precision.MONTH
        name = f"{miss.number} {miss.name}".strip()
        found.append(
            Gap(miss.activity, pk, reported, name, miss.first, miss.last, by_month, miss.planned, miss.executed)
        )
    return found


def empty_texts(report: Report) -> list[str]:
    """Labels of the texts that nobody wrote; the objective has the plan's in its place."""
    labels = {name: field.label for name, field in NarrativeForm.base_fields.items()}
    optional = {"objective"} if report.plan.objective.strip() else set()
    return [
        str(labels[name])
        for name in ("objective", "reading", "participants", "commitments", "observations", "recommendations")
        if name not in optional and not report.narrative.get(name)
    ]
