"""Staff pages of a plan's reports: start one, write it, look at its preview, publish it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may, require
from display import palette
from display.lists import paginate
from plans.access import plan_or_404
from records import jobs
from records.forms import attempt
from records.models import Job, SignOff
from records.refusals import NotReady, Stale, refuse
from reports import (
    actions,
    checks,
    corrections,
    cover,
    desk,
    documents,
    drift,
    outline,
    periods,
    publication,
    published,
    reporters,
    retrace,
    signing,
    snapshot,
    strip,
    texts,
    writing,
)
from reports.files import download, picture
from reports.forms import CorrectionForm, NarrativeForm, NewReportForm, ReturnForm, SignForm
from reports.models import Report
from reports.remarks import at_section
from reports.states import publication_blockers

TITLES = {actions.PREVIEW: gettext_lazy("Vista previa"), actions.PUBLISH: gettext_lazy("Publicación")}


@require_safe
def report_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    reports = plan.reports.light().order_by("-cutoff", "kind", "-version")
    page = paginate(request, reports)
    drifts = drift.of_reports(plan, page)
    for report in page:
        report.drifts = len(drifts.get(report.pk, ()))
    months = strip.months(plan, timezone.localdate())
    return render(request, "reports/report_list.html", {"plan": plan, "page": page, "months": months})


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
    taken, earlier = snapshot.take(report), desk.before(report)
    placed = desk.in_spanish(taken)
    result, steps = checks.of(report, taken, placed), _steps(report)
    return render(
        request,
        "reports/report_draft.html",
        {
            "plan": report.plan,
            "report": report,
            "form": form,
            "seen": seen,
            "conflicts": conflicts,
            "blocks": desk.blocks(report, taken, placed, form, seen, conflicts or {}, result.written, earlier),
            "earlier": earlier and periods.words(earlier.period),
            "checks": result,
            "tiles": cover.tiles(taken),
            "titles": TITLES,
            "steps": steps,
            "is_signed": any(signed for _step, signed in steps),
            "job": jobs.active(report),
            "previewed": report.jobs.filter(state=Job.State.DONE, kind=actions.PREVIEW).first(),
        },
    )


def _steps(report: Report) -> list[tuple[str, SignOff | None]]:
    """Each step with its signature, if it has one."""
    signed = {each.stage: each for each in signing.standing(report)}
    return [(stage.label, signed.get(stage)) for stage in signing.Stage]


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
    if name not in texts.asked(report, every=True):
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
    whole = slug.rpartition("-")[0]  # of a section that prints in parts, the others have its slug and a number
    asked = (each for each in outline.of(report) if each.slug == slug or (each.parts and each.slug == whole))
    section = next(asked, None)
    if report.state != Report.State.DRAFT or section is None:
        raise Http404
    taken = snapshot.take(report)
    pages, scope = desk.in_spanish(taken, report.pictures_url), snapshot.scope_of(report)
    placed = next((each for each in pages if each.facts.slug == slug), None)
    written = checks.of_texts(scope, taken, pages, {text.name: text for text in section.texts})
    told = [remark for remark in checks.of_points(scope, taken, pages) if remark.at == at_section(slug)]
    context = {"placed": placed, "html": desk.page_of(placed) if placed else "", "remarks": written + told}
    return render(request, "reports/_sheet.html", context)


@require_safe
def report_picture(request, entity_slug, plan_slug, pk, sha256):
    """One that the report shows, or would show now."""
    report = _report(request, entity_slug, plan_slug, pk)
    return picture(report, sha256)


def _published_page(request, report: Report) -> HttpResponse:
    versions = report.same().light().exclude(pk=report.pk)
    entity = report.plan.entity
    colours = palette.derive(entity.primary, entity.secondary)
    context = {
        "plan": report.plan,
        "report": report,
        "headline": published.headline(published.load(report.snapshot), colours),
        "versions": versions,
        "figures_url": published.has_rows(report.snapshot) and report.figures_url,
        "corrections": corrections.around(report),
        "drifts": drift.of_reports(report.plan, [report]).get(report.pk, []),
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
    if report.state != Report.State.DRAFT:
        messages.error(request, _("Este informe ya está publicado."))
        return redirect(report)
    if blockers := list(publication_blockers(report)):
        return refuse(request, NotReady(*blockers), report)
    taken = snapshot.take(report)
    number = publication.next_number(report, timezone.localdate())
    return render(
        request,
        "reports/report_publish.html",
        {
            "plan": report.plan,
            "report": report,
            "number": number,
            "checks": checks.of(report, taken, desk.in_spanish(taken)),
            "correction": corrections.of_draft(report),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_sign(request, entity_slug, plan_slug, pk):
    """The next signature of a draft, or its return with a note."""
    report = _report(request, entity_slug, plan_slug, pk, Permission.SIGN_REPORT)
    if report.state != Report.State.DRAFT:
        messages.error(request, _("Este informe ya está publicado."))
        return redirect(report)
    returns = "note" in request.POST
    seen = {"revision": report.revision}
    form = SignForm(None if returns else request.POST or None, initial={**seen, "position": request.user.position})
    back = ReturnForm(request.POST if returns else None, initial=seen, auto_id="back_%s")
    if request.method == "POST" and (back if returns else form).is_valid():
        data = (back if returns else form).cleaned_data
        values = {"report": report, "seen": data["revision"], "by": request.user}
        try:
            if returns:
                signing.give_back(**values, note=data["note"])
                messages.success(request, _("Devuelto: quienes firmaron ya lo saben."))
            else:
                signing.sign(**values, position=data["position"], on=timezone.localdate())
                messages.success(request, _("Firmado."))
            return redirect(report)
        except Stale:
            messages.error(request, _("El informe cambió mientras usted lo leía. Vuelva a leerlo antes de firmarlo."))
            return redirect("reports:report_sign", entity_slug, plan_slug, pk)
        except NotReady as reason:
            return refuse(request, reason, report)
    signed = signing.standing(report)
    left = signing.missing(report)
    context = {
        "plan": report.plan,
        "report": report,
        "signed": signed,
        "next": left[0] if left else None,
        "form": form,
        "back": back,
        # The same person reviewing and approving is worth a warning, and no more.
        "is_same": request.user.pk in [each.person_id for each in signed if each.stage != signing.Stage.PREPARED],
        "blocks": [
            (text.label, writing.typed(report.narrative[name]))
            for name, text in texts.asked(report).items()
            if report.narrative.get(name)
        ]
        + [(str(point), point.text) for point in report.points.all()]
        + [(str(outcome), outcome.text) for outcome in report.outcomes.select_related("point__report")],
    }
    return render(request, "reports/report_sign.html", context)


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


@require_safe
def report_figures(request, entity_slug, plan_slug, pk):
    report = _report(request, entity_slug, plan_slug, pk)
    result = retrace.counted_again(report)
    context = {"result": result, "tables": retrace.tables(result), "at": report.figures_url}
    return render(request, "reports/figures.html", {"plan": report.plan, "report": report, **context})


@require_safe
def report_figure(request, entity_slug, plan_slug, pk, key):
    report = _report(request, entity_slug, plan_slug, pk)
    result = retrace.counted_again(report)
    figure = retrace.figure_or_404(result, key)
    context = {"figure": figure, "at": f"{report.figures_url}{key}/", **retrace.shown(request, result, figure)}
    return render(request, "reports/figure.html", {"plan": report.plan, "report": report, **context})


@require_safe
def report_row(request, entity_slug, plan_slug, pk, key, row):
    report = _report(request, entity_slug, plan_slug, pk)
    result = retrace.counted_again(report)
    figure = retrace.figure_or_404(result, key)
    found = retrace.row_or_404(result, figure, row)
    entity = report.plan.entity
    may_know = may(request.user, Permission.READ_AUDIT, entity)
    context = {
        "figure": figure,
        **retrace.told(found, result.given),
        "stored": reporters.stored(figure.of, row, report.plan),
        "source": reporters.source(figure.of, row),
        "may_know": may_know,
        "entry": reporters.last_entry(entity, figure.of, row, found.reported_on) if may_know else None,
    }
    return render(request, "reports/figure_row.html", {"plan": report.plan, "report": report, **context})


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
