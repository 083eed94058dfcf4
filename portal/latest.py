"""The last published report about the execution of a plan, and its figure for the front page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.core.cache import cache
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Entity
from display import figures
from plans.models import Plan
from reports import documents, published
from reports.envelope import Snapshot
from reports.models import Report

A_MONTH = 30 * 24 * 3600


def of_execution() -> QuerySet[Report]:
    """Published ones of whole plans, the last first: their figures are those of the public pages."""
    reports = Report.objects.filter(state=Report.State.PUBLISHED, dependency=None, kind__in=documents.of_execution())
    reports = reports.filter(snapshot__edition__left_out__ejecucion__isnull=True)
    return reports.order_by("-cutoff", "-published_at")


@dataclass(frozen=True, slots=True)
class Latest:
    """ "94,4 %", "85 de 90", of a report."""

    report: Report
    percent: str
    detail: str


def latest_of(entities: Sequence[Entity]) -> dict[int, Latest]:
    """By entity, of its newest plan that has one. One statement, and one for those that nobody asked for lately: a
    published report never changes, so that its figure is read once."""
    of_plan = of_execution().filter(plan__entity=OuterRef("pk"), plan__state__in=Plan.PUBLIC)
    newest = Subquery(of_plan.order_by("-plan__starts_on", "-cutoff", "-published_at").values("pk")[:1])
    chosen = Entity.objects.filter(pk__in=[entity.pk for entity in entities]).values(newest=newest)
    reports = list(Report.objects.filter(pk__in=chosen).light().select_related("plan__entity", "dependency"))
    totals = cache.get_many([report.snapshot_sha256 for report in reports])
    missing = [report.pk for report in reports if report.snapshot_sha256 not in totals]
    unread = Report.objects.filter(pk__in=missing).values_list("snapshot_sha256", "snapshot")
    for sha, stored in unread if missing else ():
        facts = published.load(stored)
        execution = facts.facts("ejecucion") if isinstance(facts, Snapshot) else facts.execution
        totals[sha] = (execution.total.planned, Fraction(execution.total.executed)) if execution else (0, Fraction(0))
        cache.set(sha, totals[sha], A_MONTH)
    found = {}
    for report in reports:
        planned, executed = totals[report.snapshot_sha256]
        if planned:
            detail = figures.done_of_total(executed, planned)
            found[report.plan.entity_id] = Latest(report, figures.percent(executed / planned), detail)
    return found
