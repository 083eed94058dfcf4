"""From a spreadsheet to a plan: upload, preview with its decisions, and the import itself, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import msgspec
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, entity_or_404
from plans.access import plan_or_404
from plans.models import Plan
from records import files, jobs
from records.models import Job, Origin
from records.refusals import NotReady, refuse
from sheets import actions
from sheets.forms import ExportForm, FileForm, NewPlanForm, choices_of, selects_of
from sheets.loading.result import Item, Result, result_of
from sheets.models import Upload

PREVIEWED_ROWS = 200  # rows of a list: beyond, a sentence tells how many there are
WORDS = {
    "plan": gettext_lazy("Plan"),
    "phases": gettext_lazy("Fases"),
    "lines": gettext_lazy("Líneas estratégicas"),
    "dependencies": gettext_lazy("Dependencias"),
    "groups": gettext_lazy("Grupos"),
    "activities": gettext_lazy("Actividades"),
    "sessions": gettext_lazy("Espacios"),
    "attendance": gettext_lazy("Asistencia"),
    "metrics": gettext_lazy("Métricas"),
    "commitments": gettext_lazy("Compromisos"),
    "follow_ups": gettext_lazy("Seguimientos"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request, entity_slug, plan_slug):
    """The file for a plan that exists."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.IMPORT_PLAN)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect(_upload(request, form, plan))
    return render(request, "sheets/import_upload.html", {"plan": plan, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request, entity_slug):
    """The file for a plan that the import will make."""
    entity = entity_or_404(request, entity_slug, Permission.IMPORT_PLAN)
    # Another file for the same plan: nothing is typed twice.
    last = Upload.objects.filter(entity=entity, plan=None, uploaded_by=request.user).first()
    initial = last.new if last else {}
    form = NewPlanForm(request.POST or None, request.FILES or None, initial=initial, instance=Plan(entity=entity))
    if request.method == "POST" and form.is_valid():
        return redirect(_upload(request, form, form.plan))
    return render(request, "sheets/import_new.html", {"form": form})


def _upload(request, form: FileForm, plan: Plan) -> Upload:
    file = form.cleaned_data["file"]
    return actions.upload(content=file.read(), name=file.name, plan=plan, by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def import_detail(request, entity_slug, pk):
    """How far a file is; what it would do, with the decisions that it needs; and what became of its import."""
    upload = _upload_or_404(request, entity_slug, pk)
    if request.method == "POST":
        choices = choices_of(request.POST)
        act = actions.bring_in if request.POST.get("action") == "import" else actions.decide
        try:
            act(upload=upload, choices=choices, by=request.user)
        except NotReady as reason:
            return refuse(request, reason, upload)
        return redirect(upload)
    job = upload.jobs.select_related("result").first()
    late = jobs.watch(job)
    job.refresh_from_db()
    # htmx polls once a second for the fragment; at the end the whole page comes anew.
    if request.htmx and not job.is_active:
        return HttpResponse(headers={"HX-Refresh": "true"})
    result = _result(job)
    if result and job.kind == actions.IMPORT and not result.errors:
        messages.success(request, _sentence(result))
        return redirect("dashboard:plan_detail", entity_slug, result.plan)
    plan = upload.plan
    if plan:
        plan.entity = upload.entity
        address = reverse("sheets:import_upload", args=[entity_slug, plan.slug])
    else:
        address = reverse("sheets:import_new", args=[entity_slug])
    context = {
        "plan": plan,
        "frame": "base_plan.html" if plan else "base_panel.html",
        "upload": upload,
        "upload_url": address,
        "job": job,
        "late": late,
    }
    if result is None:
        template = "_import_progress" if request.htmx else "import_progress"
        return render(request, f"sheets/{template}.html", context)
    entity = upload.entity
    context |= {
        "repair": bool(job.arguments.get("repair")),
        "n_shifted": result.n_shifted,
        "was_import": job.kind == actions.IMPORT,
        "preview": Preview.of(result),
        # errors of the file need another file; those of a decision, another try
        "may_import": job.kind == actions.IMPORT if result.errors else result.is_needed or plan is None,
        "selects": selects_of(result, entity.dependencies.order_by("name"), entity.groups.order_by("name")),
    }
    return render(request, "sheets/import_preview.html", context)


@require_POST
def import_cancel(request, entity_slug, pk):
    upload = _upload_or_404(request, entity_slug, pk)
    if job := jobs.active(upload):
        jobs.cancel(job)
    return redirect(upload)


@require_safe
def import_returned(request, entity_slug, pk):
    """The file as it was sent, with what is wrong written in its cells."""
    upload = _upload_or_404(request, entity_slug, pk)
    if upload.returned is None:
        raise Http404
    filename = f"{PurePath(upload.file_name).stem}-{_('con-errores')}.xlsx"
    return FileResponse(files.opened(upload.returned), as_attachment=True, filename=filename)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plan_export(request, entity_slug, plan_slug):
    """The plan as a workbook: asked for, how far it is, and its download."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.export(plan=plan, format=form.cleaned_data["format"], by=request.user)
        except NotReady as reason:
            return refuse(request, reason, request.path)
        return redirect(request.path)
    job = _exports(plan).first()
    late = jobs.watch(job) if job else False
    if job:
        job.refresh_from_db()
        if request.htmx and not job.is_active:
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"plan": plan, "form": form, "job": job, "late": late}
    return render(request, f"sheets/{'_export_progress' if request.htmx else 'plan_export'}.html", context)


@require_safe
def export_file(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    job = get_object_or_404(_exports(plan).select_related("result"), pk=pk, state=Job.State.DONE)
    day = timezone.localdate(job.finished_at)
    filename = f"{plan.slug}-{day:%Y-%m-%d}.{job.arguments['format']}"
    try:
        content = files.opened(job.result)
    except files.Damaged as error:
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=filename, headers={"Cache-Control": "private, no-store"})


def _exports(plan: Plan) -> QuerySet[Job]:
    return jobs.of(plan).filter(kind=actions.EXPORT)


@require_safe
def source_file(request, entity_slug, pk):
    """A spreadsheet that rows came from, as it was brought."""
    entity = entity_or_404(request, entity_slug)
    origin = get_object_or_404(Origin.objects.select_related("file"), pk=pk, entity=entity)
    try:
        content = files.opened(origin.file)
    except files.Damaged:
        return render(request, "sheets/source_damaged.html", {"origin": origin}, status=503)
    return FileResponse(content, as_attachment=True, filename=origin.file_name, content_type="application/octet-stream")


def _upload_or_404(request, entity_slug: str, pk: int) -> Upload:
    entity = entity_or_404(request, entity_slug, Permission.IMPORT_PLAN)
    upload = get_object_or_404(Upload.objects.select_related("plan"), pk=pk, entity=entity)
    upload.entity = entity
    return upload


def _result(job: Job) -> Result | None:
    """What a job that is done found; None while it is not, or when it has to be done again."""
    if job.state != Job.State.DONE:
        return None
    try:
        return result_of(job.result)
    except (files.Damaged, msgspec.ValidationError):
        return None


@dataclass(frozen=True)
class Part:
    """A list of the preview, no longer than a page can bear; `total` counts all."""

    title: str
    rows: list
    total: int
    open: bool = False

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


@dataclass(frozen=True)
class Preview:
    """A result as the page shows it."""

    errors: Part
    totals: list[tuple[str, int, int, int]]  # kind in words, new, changed, unchanged
    n_created: int
    n_changed: int
    n_unchanged: int
    items: list[Part]
    remarks: list[Part]

    @classmethod
    def of(cls, result: Result) -> Preview:
        created, changed, same = (result.counts(state) for state in ("created", "changed", "unchanged"))
        by_state: dict[str, list[Item]] = {"changed": [], "created": [], "unchanged": []}
        for item in result.items:
            by_state[item.state].append(item)
        titles = {"changed": _("Cambian"), "created": _("Nuevas"), "unchanged": _("Quedan igual")}
        return cls(
            errors=_part(_("Errores"), result.errors, open=True),
            totals=[
                (WORDS[kind], created[kind], changed[kind], same[kind])
                for kind in result.kinds
                if created[kind] or changed[kind] or same[kind]
            ],
            n_created=sum(created.values()),
            n_changed=sum(changed.values()),
            n_unchanged=sum(same.values()),
            items=[
                _part(titles[state], [(WORDS[item.kind], item) for item in items], open=state == "changed")
                for state, items in by_state.items()
                if items
            ],
            remarks=[
                _part(title, remarks, open=is_open)
                for title, remarks, is_open in (
                    (_("Advertencias"), result.warnings, True),
                    (_("No se entendió: no entra al plan"), result.not_understood, True),
                    (_("Se deja por fuera: títulos, encabezados, totales y firmas"), result.left_out, False),
                )
                if remarks
            ],
        )


def _part(title: str, rows: list, *, open: bool) -> Part:
    return Part(title, rows[:PREVIEWED_ROWS], len(rows), open)


def _sentence(result: Result) -> str:
    """What was imported, in a sentence."""
    created, changed = sum(result.counts("created").values()), sum(result.counts("changed").values())
    counts = result.counts("created")
    if not created and not changed:
        return _("El archivo no trae nada nuevo: el plan queda como estaba.")
    return _(
        "El archivo quedó importado. Filas nuevas: %(created)s (actividades: %(activities)s; espacios: %(sessions)s). "
        "Filas cambiadas: %(changed)s."
    ) % {
        "created": created,
        "activities": counts["activities"],
        "sessions": counts["sessions"],
        "changed": changed,
    }
