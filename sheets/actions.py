"""What people do with a spreadsheet: upload it, ask for its preview, import it. Reading and loading are jobs."""

from __future__ import annotations

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Entity, User
from plans.models import Plan
from plans.states import refuse_closed
from records import files, jobs
from records.models import Job
from records.refusals import Stale
from sheets.loading.result import Choices, result_of
from sheets.models import KnownHeader, Upload

PREVIEW, IMPORT, EXPORT = "sheet.preview", "sheet.import", "plan.export"  # kinds of job


def upload(
    *,
    content: bytes,
    name: str,
    by: User,
    plan: Plan | None = None,
    entity: Entity | None = None,
    new: dict[str, str] | None = None,
    is_execution: bool = False,
) -> Upload:
    """Keeps a file for `plan`, or for one that the import makes in `entity` (as `new` says, else as the sheet
    proposes), and asks for its preview. Headers mean what the entity said of them before.

    `is_execution`: it says what was done in the plan. What this person still had in preview is cancelled: one sheet at
    a time. Raises Closed.
    """
    file = files.keep(content)
    entity = plan.entity if plan else entity
    known = {}
    if not is_execution:
        known = dict(KnownHeader.objects.filter(entity=entity).values_list("header", "meaning"))
    with transaction.atomic():
        if plan:
            refuse_closed(plan)
        for job in Job.objects.filter(kind=PREVIEW, requested_by=by, state__in=[Job.State.QUEUED, Job.State.RUNNING]):
            jobs.cancel(job)
        made = Upload.objects.create(
            entity=entity,
            plan=plan,
            new=None if plan else new or {},
            mending={"meanings": known} if known else {},
            is_execution=is_execution,
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


@transaction.atomic
def name_plan(*, upload: Upload, new: dict[str, str], choices: Choices, by: User) -> bool:
    """How the new plan is called, and its dates. Whether the sheet has to be read again: the dates are others."""
    before, after = upload.new or {}, new | {"typed": "1"}
    upload.new = after
    upload.save(update_fields=["new"])
    is_other = any(before.get(name) != after[name] for name in ("starts_on", "ends_on"))
    if is_other:
        decide(upload=upload, choices=choices, by=by)
    return is_other


def bring_in(*, upload: Upload, choices: Choices, by: User, seen: int | None = None) -> Job:
    """Asks for the import; a second click gets the job of the first, ended or not, unless it was refused.

    Raises NotReady while another work on this file is active, Stale when it was mended after this person saw it.
    """
    if seen is not None and upload.revision != seen:
        raise Stale(_("Otra persona arregló la hoja mientras tanto: mire cómo quedó y vuelva a importar."))
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
