"""A plan as a workbook: asked for, how far it is, and its download."""

from __future__ import annotations

from io import BytesIO

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from plans.access import plan_or_404
from plans.models import Plan
from records import files, jobs
from records.models import Job
from records.refusals import NotReady, refuse
from sheets import actions
from sheets.format import write_format
from sheets.forms import ExportForm


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


@require_safe
def plan_format(request, entity_slug, plan_slug):
    """The matrix of four columns, as planning offices send it on."""
    plan, file = plan_or_404(request, entity_slug, plan_slug), BytesIO()
    write_format(plan, file)
    file.seek(0)
    name = f"{plan.slug}-formato-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})


def _exports(plan: Plan) -> QuerySet[Job]:
    return jobs.of(plan).filter(kind=actions.EXPORT)
