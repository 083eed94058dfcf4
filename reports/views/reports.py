"""Staff pages of a plan's reports: start one, write it, look at its preview, publish it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from display import palette
from display.lists import paginate
from plans.access import plan_or_404
from records import jobs
from records.forms import attempt
from records.models import Job
from records.refusals import NotReady, refuse
from reports import actions, checks, cover, desk, documents, publication, published, snapshot, texts, writing
from reports.files import download
from reports.forms import NarrativeForm, NewReportForm
from reports.models import Report

TITLES = {actions.PREVIEW: gettext_lazy("Vista previa"), actions.PUBLISH: gettext_lazy("Publicación")}


@require_safe
def report_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    reports = plan.reports.light().order_by("-cutoff", "kind", "-version")
    page = paginate(request, reports)
    return render(request, "reports/report_list.html", {"plan": plan, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def report_create(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    kinds = documents.known()
    first, *_others = kinds.values()
    chosen = next((kind for kind in kinds.values() if kind.word == request.GET.get("clase")), first)
    chosen = kinds.get(request.POST.get("kind"), chosen)
    form = NewReportForm(request.POST or None, plan=plan, kind=chosen)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        report = actions.start_report(
            plan=plan,
            kind=chosen.slug,
            period=data["period"],
            dependency=data.get("dependency"),
            cutoff=data["cutoff"],
            by=request.user,
        )
        if report.version > 1:
            text = _("Este informe ya tiene una versión publicada: usted está escribiendo la versión %(version)s.")
            messages.info(request, text % {"version": report.version})
        return redirect(report)
    return render(
        request, "reports/report_form.html", {"plan": plan, "form": form, "kinds": kinds.values(), "chosen": chosen}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_detail(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk)
    if report.state != Report.State.DRAFT:
        return _published_page(request, report)
    if request.method == "POST":
        require(request.user, Permission.WRITE_REPORT, report.plan)
    form, seen, conflicts = NarrativeForm(request.POST or None, report=report), writing.seen_of(report), {}
    if request.method == "POST":
        conflicts = _save(request, report, form)
        if conflicts == {}:
            return _after_saving(request, report)
        if conflicts is None:
            seen = form.seen
        else:  # whoever is shown both may save theirs the next time
            saved = writing.seen_after(report, form.narrative, form.seen)
            seen |= {name: digest for name, digest in saved.items() if name not in conflicts}
    taken = snapshot.take(report)
    return render(
        request,
        "reports/report_draft.html",
        {
            "plan": report.plan,
            "report": report,
            "form": form,
            "seen": seen,
            "conflicts": conflicts,
            "blocks": desk.blocks(report, taken, form, seen, conflicts or {}),
            "checks": checks.of(report, taken),
            "tiles": cover.tiles(taken),
            "titles": TITLES,
            "job": jobs.active(report),
            "previewed": report.jobs.filter(state=Job.State.DONE, kind=actions.PREVIEW).first(),
        },
    )


def _save(request, report: Report, form: NarrativeForm) -> dict[str, writing.Conflict] | None:
    """The conflicts of a form that was sent; None when something in it must be corrected first."""
    if not form.is_valid():
        return None
    sent = {"narrative": form.narrative, "cutoff": form.cleaned_data.get("cutoff"), "seen": form.seen}
    return attempt(form, lambda: writing.save(report=report, by=request.user, **sent), row=report)


@require_POST
def text_save(request, entity_slug, plan_slug, pk, name):
    """One text, by itself, as it is being written. Answers what became of it."""
    report = _report(request, entity_slug, plan_slug, pk, Permission.WRITE_REPORT)
    if name not in texts.asked(report.kind):
        raise Http404
    form = NarrativeForm(request.POST, report=report, only=name)
    conflicts = _save(request, report, form)
    seen = form.seen if conflicts is None else writing.seen_after(report, form.narrative, form.seen)
    saved_at = timezone.now() if conflicts == {} else None
    context = {
        "report": report,
        "writing": desk.Writing(name, form[name], seen[name], (conflicts or {}).get(name), saved_at),
        "errors": [*form.errors.get(name, []), *form.non_field_errors()],
    }
    response = render(request, "reports/_saved.html", context)
    if conflicts == {}:
        response["HX-Trigger"] = "text-saved"
    return response


@require_safe
@never_cache
def section_preview(request, entity_slug, plan_slug, pk, slug):
    """The page of one section of a draft, as it would print now."""
    report = _report(request, entity_slug, plan_slug, pk)
    if report.state != Report.State.DRAFT or slug not in documents.known()[report.kind].sections:
        raise Http404
    placed = next((each for each in desk.in_spanish(snapshot.take(report)) if each.facts.slug == slug), None)
    html = desk.page_of(placed) if placed else ""
    return render(request, "reports/_sheet.html", {"html": html, "placed": placed})


def _published_page(request, report: Report) -> HttpResponse:
    versions = report.same().light().exclude(pk=report.pk)
    entity = report.plan.entity
    colours = palette.derive(entity.primary, entity.secondary)
    context = {
        "plan": report.plan,
        "report": report,
        "tiles": published.headline(published.load(report.snapshot), colours).tiles,
        "versions": versions,
    }
    return render(request, "reports/report_published.html", context)


def _after_saving(request, report: Report) -> HttpResponse:
    if request.POST.get("then") == "preview":
        return _request_render(request, report, actions.PREVIEW)
    messages.success(request, _("Textos guardados."))
    if request.POST.get("then") == "publish":
        return redirect("reports:report_publish", report.plan.entity.slug, report.plan.slug, report.pk)
    return redirect(report)


@require_POST
def report_preview(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk, Permission.WRITE_REPORT)
    return _request_render(request, report, actions.PREVIEW)


@require_http_methods(["GET", "HEAD", "POST"])
def report_publish(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk, Permission.PUBLISH_REPORT)
    if request.method == "POST":
        return _request_render(request, report, actions.PUBLISH)
    result = checks.of(report, checks.facts_of(report)) if report.state == Report.State.DRAFT else None
    if result is None or result.blockers:
        for sentence in result.blockers if result else [_("Este informe ya está publicado.")]:
            messages.error(request, sentence)
        return redirect(report)
    number = publication.next_number(report, timezone.localdate())
    return render(
        request,
        "reports/report_publish.html",
        {
            "plan": report.plan,
            "report": report,
            "number": number,
            "checks": result,
        },
    )


@require_safe
@never_cache
def report_progress(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk)
    job = report.jobs.first()
    if job is None:
        return redirect(report)
    late = jobs.watch(job)
    # htmx polls once a second for the fragment; at the end the whole page comes anew.
    if request.htmx and not job.is_active:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "plan": report.plan,
        "report": report,
        "job": job,
        "title": TITLES[job.kind],
        "late": late,
        "published": report.state != Report.State.DRAFT,
    }
    return render(request, f"reports/{'_progress' if request.htmx else 'report_progress'}.html", context)


@require_POST
def report_cancel(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk, Permission.WRITE_REPORT)
    if job := jobs.active(report):
        jobs.cancel(job)
    return redirect(report)


@require_safe
def report_pdf(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk)
    return download(request, report, public=False)  # also a published one: this address needs rights


@require_POST
def report_correct(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk, Permission.WRITE_REPORT)
    draft = actions.start_report(
        plan=report.plan, kind=report.kind, period=report.period, dependency=report.dependency, by=request.user
    )
    text = _("Usted está escribiendo la versión %(version)s, que reemplazará a la publicada cuando la publique.")
    messages.info(request, text % {"version": draft.version})
    return redirect(draft)


@require_http_methods(["GET", "HEAD", "POST"])
def report_delete(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk, Permission.WRITE_REPORT)
    if request.method == "POST":
        try:
            actions.discard_draft(report=report, by=request.user)
        except NotReady as reason:
            return refuse(request, reason, report)
        messages.success(request, _("Borrador eliminado."))
        return redirect("reports:report_list", entity_slug, plan_slug)
    if report.state != Report.State.DRAFT:
        messages.error(request, _("Un informe publicado no se elimina: publique una corrección."))
        return redirect(report)
    return render(
        request,
        "reports/report_delete.html",
        {"plan": report.plan, "report": report},
    )


def _report(request, entity_slug, plan_slug, pk, permission=Permission.READ) -> Report:
    plan = plan_or_404(request, entity_slug, plan_slug, permission)
    report = get_object_or_404(Report, pk=pk, plan=plan)
    report.plan = plan
    return report


def _request_render(request, report: Report, kind: str) -> HttpResponse:
    try:
        actions.request_render(report=report, kind=kind, by=request.user)
    except NotReady as reason:
        return refuse(request, reason, report)
    return redirect("reports:report_progress", report.plan.entity.slug, report.plan.slug, report.pk)
