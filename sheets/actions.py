"""What people do with a spreadsheet: upload it, ask for its preview, import it. Reading and loading are jobs."""

from __future__ import annotations

import msgspec
from django.db import transaction

from accounts.models import User
from plans.models import Plan
from records import files, jobs
from records.models import Job
from sheets.loading.result import Choices, result_of
from sheets.models import Upload

PREVIEW, IMPORT, EXPORT = "sheet.preview", "sheet.import", "plan.export"  # kinds of job


def upload(*, content: bytes, name: str, plan: Plan, by: User) -> Upload:
    """Keeps a file for `plan` (saved, or not yet: the import makes it) and asks for its preview.

    What this person still had in preview is cancelled: one sheet at a time.
    """
    file = files.keep(content)
    new = None
    if plan.pk is None:
        new = {
            "title": plan.title,
            "kind": plan.kind,
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
        }
    with transaction.atomic():
        for job in Job.objects.filter(kind=PREVIEW, requested_by=by, state__in=[Job.State.QUEUED, Job.State.RUNNING]):
            jobs.cancel(job)
        made = Upload.objects.create(
            entity=plan.entity,
            plan=plan if plan.pk else None,
            new=new,
            file=file,
            file_name=name[:200],
            uploaded_by=by,
        )
        jobs.request(PREVIEW, made, by=by)
    return made


@transaction.atomic
def decide(*, upload: Upload, choices: Choices, by: User) -> Job:
    """Asks for the preview again, with what the person decided."""
    if (job := jobs.active(upload)) and job.kind == PREVIEW:
        jobs.cancel(job)
    return jobs.request(PREVIEW, upload, by=by, arguments=msgspec.json.decode(msgspec.json.encode(choices)))


def bring_in(*, upload: Upload, choices: Choices, by: User) -> Job:
    """Asks for the import; a second click gets the job of the first, ended or not, unless it was refused.

    Raises NotReady while another work on this file is active.
    """
    arguments = msgspec.json.decode(msgspec.json.encode(choices))
    last = upload.jobs.select_related("result").first()
    if last and (last.kind, last.arguments) == (IMPORT, arguments) and _has_brought(last):
        return last
    return jobs.request(IMPORT, upload, by=by, arguments=arguments)


def _has_brought(job: Job) -> bool:
    try:
        return job.state == Job.State.DONE and not result_of(job.result).errors
    except (files.Damaged, msgspec.ValidationError):
        return False


def export(*, plan: Plan, format: str, by: User) -> Job:
    """Asks for the plan as a workbook, in one of `sheets.export.FORMATS`. Raises NotReady while another is written."""
    return jobs.request(EXPORT, plan, by=by, arguments={"format": format})
