"""Reports against the PDF engine alone."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import pikepdf
import weasyprint
from django.db.models import Count
from django.utils import translation

from config.celery import leave_circles_to_the_end
from demo.load import load as load_demo
from plans.models import Plan
from records import jobs
from records.models import Job
from reports import pdf, published, snapshot
from reports.models import Report
from tests.reports.reporting import make_job
from tools.bench.measure import QUICK, Row, at_most, compare, in_child
from tools.bench.scratch import plan_of


def rows() -> Iterator[Row]:
    yield from demonstration()
    yield from large(100 if QUICK else 1_000)
    yield growth(100 if QUICK else 1_000)


def demonstration() -> Iterator[Row]:
    load_demo(date(2026, 7, 15))
    finals = Report.objects.filter(kind="final").annotate(sessions=Count("plan__activities__sessions"))
    report = finals.select_related("plan__entity").latest("sessions", "pk")
    Job.objects.all().delete()

    def perform() -> None:
        jobs.perform(make_job(report).pk)

    in_child(perform)
    report.refresh_from_db()
    work = f"Report of {report.sessions} sessions, {report.pages} pages: from job to stored file"
    yield from against_engine(work, 5, snapshot.take(report), perform)


def large(count: int) -> Iterator[Row]:
    facts = facts_of(count)
    work = f"Report of {count:,} activities with a session each: from snapshot to bytes"
    yield from against_engine(work, 1, facts, lambda: rendered(facts))


def growth(count: int) -> Row:
    few, many = facts_of(count), facts_of(3 * count)
    taken, ratios = compare(1, lambda: rendered(many), lambda: rendered(few), take=in_child)
    work = f"Report of {3 * count:,} activities: from snapshot to bytes"
    return at_most(3.6, work, f"that of {count:,}", *taken, ratios[1])


def facts_of(count: int) -> snapshot.Snapshot:
    """Of a plan with a session for each activity."""
    plan = Plan.objects.filter(entity__slug=f"report-{count}").first() or plan_of(f"report-{count}", count, sessions=1)
    return snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=plan.ends_on))


def rendered(facts: snapshot.Snapshot) -> bytes:
    return pdf.render(facts, fingerprint=snapshot.sha256(facts))


def against_engine(work: str, rounds: int, facts: snapshot.Snapshot, ours: Callable) -> Iterator[Row]:
    fingerprint = snapshot.sha256(facts)
    with translation.override("es-co"):
        html = pdf._in_our_type(published.paper(facts, fingerprint))

    def engine() -> bytes:  # which reads nothing but our own files
        return pdf._write(weasyprint, html, pdf._assets(facts))

    def same_pages() -> None:
        assert pages_of(engine()) == pages_of(pdf.render(facts, fingerprint=fingerprint))

    in_child(same_pages)  # as everything that the engine does: what one run leaves in memory, the next would copy
    # As in a worker, whose processes have no collector and end when they have grown: `in_child` ends after each.
    ways = lambda: without_collector(ours), lambda: without_collector(engine), engine
    (own, bare, stock), (_itself, to_bare, to_stock) = compare(rounds, *ways, take=in_child)
    yield at_most(1.05, work, "`write_pdf` of the same HTML, collector off", own, bare, to_bare)
    yield at_most(0.75, work, "`write_pdf` of the same HTML, collector on (stock)", own, stock, to_stock)


def without_collector(work: Callable) -> None:
    leave_circles_to_the_end()
    work()


def pages_of(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)
