"""Reports against the PDF engine alone."""

import gc
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import weasyprint
from django.db.models import Count

from demo.load import load as load_demo
from display.typeface import printable
from records import jobs
from records.models import Job
from reports import pdf, snapshot
from reports.models import Report
from tests.reports import sample
from tests.reports.reporting import make_job
from tools.bench.measure import QUICK, Row, at_most, compare, in_child

STATIC = f"{(Path(__file__).resolve().parents[2] / 'static').as_uri()}/"


def rows() -> Iterator[Row]:
    yield from demonstration()
    yield from large(100 if QUICK else 1_000)


def demonstration() -> Iterator[Row]:
    load_demo(date(2026, 7, 15))
    finals = Report.objects.filter(kind="final").annotate(sessions=Count("plan__activities__sessions"))
    report = finals.select_related("plan__entity").latest("sessions", "pk")
    Job.objects.all().delete()

    def perform() -> None:
        jobs.perform(make_job(report).pk)

    perform()
    report.refresh_from_db()
    work = f"Report of {report.sessions} sessions, {report.pages} pages: from job to stored file"
    yield from against_engine(work, 5, snapshot.take(report), perform)


def large(count: int) -> Iterator[Row]:
    facts = sample.large(count)
    work = f"Report with a matrix of {count:,} rows: from snapshot to bytes"
    yield from against_engine(work, 3, facts, lambda: pdf.render(facts, fingerprint=snapshot.sha256(facts)))


def against_engine(work: str, rounds: int, facts: snapshot.Snapshot, ours: Callable) -> Iterator[Row]:
    fingerprint = snapshot.sha256(facts)
    html = printable(pdf.document(facts, fingerprint))
    assert pages_of(write_pdf(html)) == pages_of(pdf.render(facts, fingerprint=fingerprint))
    # Rendering ours also turns the garbage collector off.
    ways = ours, lambda: without_collector(html), lambda: write_pdf(html)
    (own, bare, stock), (_itself, to_bare, to_stock) = compare(rounds, *ways, take=in_child)
    yield at_most(1.05, work, "`write_pdf` of the same HTML, collector off", own, bare, to_bare)
    yield at_most(0.75, work, "`write_pdf` of the same HTML, collector on (stock)", own, stock, to_stock)


def write_pdf(html: str) -> bytes:
    return weasyprint.HTML(string=html, base_url=STATIC).write_pdf(pdf_variant="pdf/ua-1")


def without_collector(html: str) -> None:
    gc.disable()
    try:
        write_pdf(html)
    finally:
        gc.enable()
        gc.collect()


def pages_of(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)
