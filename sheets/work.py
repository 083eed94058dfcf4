"""What a worker does with an uploaded spreadsheet: preview it, which writes nothing, or import it, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from tempfile import TemporaryFile

import msgspec
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission, limited_to
from display.text import normalise
from matrices.reading.mending import Mending, mend
from matrices.reading.names import names_of
from matrices.reading.rows import Matrix
from matrices.workbook.grid import Cell, Grid, Place, Unreadable
from matrices.workbook.opening import open_workbook
from plans.models import Plan
from records import files, jobs
from records.jobs import Failure, Lease, Unusable
from records.models import Job, Origin, StoredFile
from sheets import notifications, shown
from sheets.actions import EXPORT, IMPORT, PREVIEW
from sheets.annotated import Finding, annotated
from sheets.export import write_plan
from sheets.loading.execution.comparison import ExecutionComparison
from sheets.loading.load import foresee, load
from sheets.loading.result import Choices, Result, keep, result_of
from sheets.models import Upload
from sheets.proposal import proposed
from sheets.reader import read_execution, read_grids


def preview(lease: Lease) -> None:
    """Reads the file and computes what it would change; the Result is the job's result."""
    upload = _upload(lease)
    with _in_sentences():
        reading = _read(upload, lease)
        result, as_shown = _shown(reading)
        stored = keep(result)
        returned = _returned(upload, result)
    with transaction.atomic():
        lease.finish(stored)
        Upload.objects.filter(pk=upload.pk).update(returned=returned, shown=as_shown, new=upload.new)


def bring_in(lease: Lease) -> None:
    """Imports the file; with errors nothing is stored, and the Result tells them."""
    upload = _upload(lease)
    with _in_sentences():
        reading = _read(upload, lease)
        by = lease.job.requested_by
        origin = Origin(
            entity=upload.entity,
            file=upload.file,
            file_name=upload.file_name,
            shown=upload.shown,
            brought_at=timezone.now(),
            brought_by=by,
        )
        # One transaction with the end of the job: a worker that comes late, or was cancelled, stores nothing.
        with transaction.atomic():
            ways = {"choices": reading.choices, "cutoff": reading.cutoff, "compared": reading.compared}
            result = load(reading.matrix, plan=reading.plan, by=by, origin=origin, **ways)
            lease.finish(keep(result))
            if upload.plan is None and not result.errors:
                upload.plan = Plan.objects.get(entity=upload.entity, slug=result.plan)
                upload.save(update_fields=["plan"])
            notifications.tell_import(upload, result, by=lease.job.requested_by)


def export(lease: Lease) -> None:
    """Writes the plan as a workbook, which is the job's result."""
    plan = Plan.objects.select_related("entity").get(pk=lease.job.target_id)
    words = gettext_lazy("Escribiendo las filas")
    with TemporaryFile() as file:
        write_plan(
            plan,
            file,
            lease.job.arguments["format"],
            at=timezone.now(),
            progress=lambda done, total: lease.tell(100 * done // total, words),
        )
        file.seek(0)
        stored = files.keep(file.read())
    with transaction.atomic():
        lease.finish(stored)


def choices_of(arguments: dict) -> Choices:
    return msgspec.convert(arguments, Choices)


def _upload(lease: Lease) -> Upload:
    return Upload.objects.select_related("entity", "plan__entity", "file", "shown").get(pk=lease.job.target_id)


@dataclass(frozen=True)
class _Reading:
    """The plan, what the file says about it, and how to load that."""

    plan: Plan
    grids: list[Grid]
    before: dict[Place, Cell | None]  # what the file has where somebody mended it
    matrix: Matrix
    choices: Choices
    cutoff: date
    compared: Callable | None = None


def _read(upload: Upload, lease: Lease) -> _Reading:
    lease.tell(5, gettext_lazy("Leyendo la hoja"))
    mending, choices = upload.mended, choices_of(lease.job.arguments)
    if upload.is_execution:
        return _read_execution(upload, lease, mending, choices)
    grids = open_workbook(files.opened(upload.file), upload.file_name)
    before = mend(grids, mending)
    if upload.plan is None and not upload.new:
        taken = set(Plan.objects.filter(entity=upload.entity).values_list("title", flat=True))
        upload.new = proposed(grids, upload.file_name, taken=taken, today=timezone.localdate())
    plan = upload.target()
    dates = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    matrix = read_grids(grids, repair=choices.repair, mending=mending, **dates)
    lease.tell(50, gettext_lazy("Comparando con el plan"))
    # What was closed on no day was so by today, whatever the plan still has before it.
    return _Reading(plan, grids, before, matrix, choices, min(timezone.localdate(), plan.ends_on))


def _read_execution(upload: Upload, lease: Lease, mending: Mending, choices: Choices) -> _Reading:
    """Of what nobody can read, or lists people, nothing is kept."""
    plan, by = upload.plan, lease.job.requested_by
    if upload.file is None:
        raise Unusable(_("El archivo no se guardó. Suba otro."))
    try:
        grids = open_workbook(files.opened(upload.file), upload.file_name)
        before = mend(grids, mending)
        groups = {normalise(name) for name in names_of(plan.entity.groups.all())}
        dates = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
        matrix = read_execution(grids, groups=groups, mending=mending, **dates)
    except Unreadable:
        unkept = upload.file
        with transaction.atomic():
            Upload.objects.filter(pk=upload.pk).update(file=None)
            files.forget(unkept)
        raise
    lease.tell(50, gettext_lazy("Comparando con el plan"))
    reach = limited_to(by, Permission.REPORT_SESSION, plan.entity_id)
    compared = partial(ExecutionComparison, reach=reach, today=timezone.localdate(), seen=_seen(upload, lease.job))
    return _Reading(plan, grids, before, matrix, choices, plan.ends_on, compared)


def _seen(upload: Upload, job: Job) -> dict[int, int] | None:
    """What the person who asks for an import saw last: the revisions that it compared."""
    if job.kind != IMPORT:
        return None
    last = upload.jobs.filter(state=Job.State.DONE).exclude(pk=job.pk).select_related("result").first()
    return result_of(last.result).seen if last else {}


def _shown(reading: _Reading) -> tuple[Result, StoredFile]:
    """What an import would do now, and the sheet as its pages show it."""
    ways = {"choices": reading.choices, "cutoff": reading.cutoff, "compared": reading.compared}
    result, rows = foresee(reading.matrix, plan=reading.plan, **ways)
    result.n_shifted = sum(not repair.is_done for repair in reading.matrix.repairs)
    return result, files.keep(shown.write(reading.grids, reading.matrix, result, rows, reading.before))


def _returned(upload: Upload, result: Result) -> StoredFile | None:
    """A file with errors, as it was sent, with what is wrong written in its cells."""
    if not result.errors:
        return None
    findings = [Finding(remark.place, remark.message) for remark in result.errors]
    findings += [Finding(remark.place, remark.message, "warning") for remark in result.warnings]
    return files.keep(annotated(files.read(upload.file), upload.file_name, findings))


@contextmanager
def _in_sentences() -> Iterator[None]:
    """What is wrong with a file, as the job tells it to people."""
    try:
        yield
    except Unreadable as error:
        raise Unusable(str(error)) from error
    except ValidationError as error:
        raise Unusable(" ".join(error.messages)) from error
    except files.Damaged as error:
        raise Failure(_("El archivo guardado falta o está dañado. Súbalo de nuevo.")) from error
    except SoftTimeLimitExceeded as error:
        raise Failure(
            _(
                "La hoja tardó demasiado en leerse y se detuvo: tiene muchas filas o celdas con textos muy largos. "
                "Quite las hojas que no sean del plan, o divídala en dos archivos, y vuelva a subirla."
            )
        ) from error


jobs.register(PREVIEW, jobs.Work(preview, limit=2 * 60, watched=True))  # 20,000 rows take half a minute
jobs.register(IMPORT, jobs.Work(bring_in, limit=10 * 60))
jobs.register(EXPORT, jobs.Work(export, limit=10 * 60, kept_for=timedelta(days=1)))
