"""A report with 24 photographs of a telephone against Chromium, which prints the same HTML with its tags."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from activities import evidence
from activities.models import Activity, Evidence, Session
from records.jobs import perform
from records.models import Job
from reports import pdf, published, snapshot
from reports.models import Report
from tests.reports.test_photographs import PUBLIC, phone
from tools.bench.measure import Row, at_most, compare, in_child
from tools.bench.reports import rendered, without_collector
from tools.bench.scratch import plan_of

SPACES, EACH = 12, 2
CHROMIUM = ("/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")


def rows() -> Iterator[Row]:
    facts, uploaded = taken()
    printed = len(rendered(facts))
    with TemporaryDirectory() as folder:
        page = laid_out(facts, Path(folder))

        def theirs() -> None:
            file = Path(folder, "printed.pdf")
            command = (*CHROMIUM, "--export-tagged-pdf", f"--print-to-pdf={file}", f"--user-data-dir={folder}/profile")
            subprocess.run((*command, page.as_uri()), check=True, capture_output=True)
            assert file.stat().st_size > printed / 2  # with its pictures

        work = f"Report of {SPACES * EACH} photographs, {printed / uploaded:.2f} of what was uploaded"
        ways = lambda: without_collector(lambda: rendered(facts)), theirs
        taken_by, ratios = compare(5, *ways, take=lambda way: in_child(way, time.perf_counter))
    yield at_most(1.1, work, "Chromium's print of the same HTML, with tags", *taken_by, ratios[1])


def taken() -> tuple[snapshot.Snapshot, int]:
    """The facts of a plan with those photographs, and the bytes that were uploaded."""
    plan, uploaded = plan_of("photographs", SPACES, sessions=1), 0
    spaces = Session.objects.filter(activity__in=Activity.objects.filter(plan=plan)).order_by("pk")
    for at, space in enumerate(spaces):
        Session.objects.filter(pk=space.pk).update(held_on=date(2026, 3, 2), executed_units=1)
        for each in range(EACH):
            content = phone(EACH * at + each, (4032, 3024) if each else (3024, 4032))
            uploaded += len(content)
            upload = SimpleUploadedFile(f"IMG_{at}{each}.jpg", content)
            row = evidence.add_evidence(plan=plan, session=space, upload=upload, by=None)
            Evidence.objects.filter(pk=row.pk).update(caption=f"Recorrido {at} por la quebrada", **PUBLIC)
    for job in Job.objects.filter(kind=evidence.SIZES, state="queued"):
        perform(job.pk)
    return snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=plan.ends_on)), uploaded


def laid_out(facts: snapshot.Snapshot, folder: Path) -> Path:
    """The HTML of the paper beside its style, its fonts and its photographs."""
    with translation.override("es-co"):
        html = pdf._in_our_type(published.paper(facts, snapshot.sha256(facts)))
    shutil.copytree(Path(settings.BASE_DIR, "static"), folder / "static")
    (folder / "assets").mkdir()
    for address, content in pdf._assets(facts).items():
        (folder / "assets" / address.rpartition("/")[2]).write_bytes(content)
    page = folder / "static" / "report.html"
    page.write_text(html.replace('"/assets/', '"../assets/'))
    return page
