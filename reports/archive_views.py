"""The reports that an entity published in a year, as one file."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import entity_or_404
from records import files, jobs
from records.models import Job
from records.refusals import NotReady, refuse
from reports import actions, archive
from reports.forms import YearForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def year_list(request, entity_slug):
    """Asks for a year; how far its file is; its download."""
    entity = entity_or_404(request, entity_slug)
    years = archive.years(entity)
    form = YearForm(request.POST or None, years=years)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_archive(entity=entity, year=form.cleaned_data["year"], by=request.user)
        except NotReady as reason:
            return refuse(request, reason, request.path)
        return redirect(request.path)
    job = jobs.of(entity).filter(kind=actions.ARCHIVE).first()
    late = jobs.watch(job) if job else False
    if job:
        job.refresh_from_db()
        if request.htmx and not job.is_active:
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "years": years, "job": job, "late": late}
    return render(request, f"reports/{'_archive_progress' if request.htmx else 'archive'}.html", context)


@require_safe
def year_file(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug)
    done = jobs.of(entity).filter(kind=actions.ARCHIVE, state=Job.State.DONE).select_related("result")
    job = get_object_or_404(done, pk=pk)
    try:
        content = files.streamed(job.result)
    except files.Damaged as error:
        raise Http404 from error
    name = f"informes-{entity.slug}-{job.arguments['year']}.zip"
    return FileResponse(content, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})
