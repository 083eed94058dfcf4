"""Staff pages of a plan's reports: start one, write it, look at its preview, publish it."""

from django.contrib import messages
from django.http import HttpResponse
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
from reports import actions, checks, corrections, cover, documents, drift, publication, published
from reports.files import download
from reports.forms import CorrectionForm, NarrativeForm, NewReportForm
from reports.models import Report

TITLES = {actions.PREVIEW: gettext_lazy("Vista previa"), actions.PUBLISH: gettext_lazy("Publicación")}


@require_safe
def report_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    reports = plan.reports.light().order_by("-cutoff", "kind", "-version")
    page = paginate(request, reports)
    drifts = drift.of_reports(plan, page)
    for report in page:
        report.drifts = len(drifts.get(report.pk, ()))
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
        same = {"kind": chosen.slug, "period": data["period"], "dependency": data.get("dependency")}
        last = plan.reports.filter(**same).order_by("-version").first()
        if last and last.state != Report.State.DRAFT:
            messages.info(request, _("Ese informe ya está publicado: diga qué corrige la versión nueva."))
            return redirect("reports:report_correct", plan.entity.slug, plan.slug, last.pk)
        report = actions.start_report(plan=plan, **same, cutoff=data["cutoff"], by=request.user)
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
    form, theirs = NarrativeForm(request.POST or None, report=report), None
    if request.method == "POST" and form.is_valid():
        texts = {"narrative": form.narrative, "cutoff": form.cleaned_data["cutoff"]}
        seen = form.cleaned_data["revision"]
        if attempt(
            form, lambda: actions.save_narrative(report=report, seen=seen, by=request.user, **texts), row=report
        ):
            return _after_saving(request, report)
        report = _report(request, entity_slug, plan_slug, pk)
        theirs = NarrativeForm(report=report)  # what somebody else saved, beside what was typed
    return render(
        request,
        "reports/report_draft.html",
        {
            "plan": report.plan,
            "report": report,
            "form": form,
            "theirs": theirs,
            **_checks_of(report),
            "titles": TITLES,
            "job": jobs.active(report),
            "previewed": report.jobs.filter(state=Job.State.DONE, kind=actions.PREVIEW).first(),
        },
    )


def _published_page(request, report: Report) -> HttpResponse:
    versions = report.same().light().exclude(pk=report.pk)
    entity = report.plan.entity
    colours = palette.derive(entity.primary, entity.secondary)
    context = {
        "plan": report.plan,
        "report": report,
        "tiles": published.headline(published.load(report.snapshot), colours).tiles,
        "versions": versions,
        "corrections": corrections.around(report),
        "drifts": drift.of_reports(report.plan, [report]).get(report.pk, []),
    }
    return render(request, "reports/report_published.html", context)


def _checks_of(report: Report) -> dict:
    facts = checks.facts_of(report)
    return {"checks": checks.of(report, facts), "tiles": cover.tiles(facts)}


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
            "correction": corrections.of_draft(report),
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


@require_http_methods(["GET", "HEAD", "POST"])
def report_correct(request, entity_slug, plan_slug, pk):
    """Asks what a new version corrects, and starts it; of one that was started, changes what it says."""
    report = _report(request, entity_slug, plan_slug, pk, Permission.WRITE_REPORT)
    draft = report.same().filter(state=Report.State.DRAFT).first()
    if draft and draft.version == 1:
        return refuse(request, NotReady(_("Este informe no se ha publicado: no corrige a ninguno.")), report)
    form = CorrectionForm(request.POST or None, initial={"correction": draft.correction if draft else ""})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["correction"]
        saved = attempt(form, lambda: _corrected(report, draft, said, by=request.user), row=draft)
        if saved:
            text = _("Usted está escribiendo la versión %(version)s, que reemplazará a la publicada al publicarla.")
            messages.info(request, text % {"version": saved.version})
            return redirect(saved)
    context = {"plan": report.plan, "report": report, "draft": draft, "form": form}
    return render(request, "reports/report_correct.html", context)


def _corrected(report: Report, draft: Report | None, said: str, *, by) -> Report:
    if draft is None:
        same = {"kind": report.kind, "period": report.period, "dependency": report.dependency}
        draft = actions.start_report(plan=report.plan, **same, correction=said, by=by)
    return draft if draft.correction == said else actions.say_correction(report=draft, correction=said, by=by)


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
