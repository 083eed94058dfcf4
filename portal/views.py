"""Public pages: entities, approved plans, published reports, and the verification of a copy."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Entity
from display import palette
from display.colour import BLACK, WHITE, legible, mix, rgb
from display.lists import paginate
from plans.models import Plan
from portal import changed, promised, recount, verification
from portal.forms import CodeForm
from portal.latest import latest_of, of_execution
from portal.plans import public_plan
from records import files
from reports import corrections, published, retrace
from reports.files import WORKBOOK, data, download, picture
from reports.models import Report

NEWEST = 10  # reports on an entity's page
WASH = 0.92  # of white, behind what is chosen
AN_HOUR = "public, max-age=3600"  # of what may be withdrawn
A_DAY, FOR_EVER = "public, max-age=86400", "public, max-age=31536000, immutable"


@require_safe
@login_not_required
def home(request):
    entities = Entity.objects.annotate(public_plans=Count("plans", filter=Q(plans__state__in=Plan.PUBLIC)))
    page = paginate(request, entities.order_by("name"))
    latest = latest_of(page.object_list)
    rows = [(row, latest.get(row.pk)) for row in page.object_list]
    return render(request, "portal/home.html", {"page": page, "rows": rows})


@require_safe
@login_not_required
def entity(request, entity_slug):
    entity = get_object_or_404(Entity, slug=entity_slug)
    plans = entity.plans.public().annotate(published=Count("reports", filter=Q(reports__state=Report.State.PUBLISHED)))
    page = paginate(request, plans.order_by("-starts_on", "title"))
    newest = verification.published().filter(plan__entity=entity, state=Report.State.PUBLISHED)[:NEWEST]
    return render(request, "portal/entity.html", {"entity": entity, "page": page, "newest": newest})


@require_safe
@login_not_required
def plan(request, entity_slug, plan_slug):
    plan = public_plan(entity_slug, plan_slug)
    # Figures are those that the last published report froze, not those of today.
    public = plan.reports.public()
    last = of_execution().filter(plan=plan).first()
    facts = None
    if last:
        last.plan, facts = plan, published.load(last.snapshot)
    reports = public.light().order_by("-cutoff", "kind", "-version")
    return render(
        request,
        "portal/plan.html",
        {
            "entity": plan.entity,
            "plan": plan,
            "last": last,
            **(_figures(plan.entity, facts) if facts else {}),
            "bridge": facts and published.plan_changes(facts),
            "n_versions": plan.versions.count(),
            "n_promises": plan.commitments.count(),
            "figures_url": last and published.has_rows(last.snapshot) and last.public_figures_url,
            "phases": promised.phases(plan, facts, timezone.localdate()),
            "changes": changed.decided(plan),
            "page": paginate(request, reports),
        },
    )


@require_safe
@login_not_required
def report(request, **place):
    report = _report(**place)
    versions = report.same().public().light().order_by("-version")
    others = [other for other in versions if other.pk != report.pk]
    return render(
        request,
        "portal/report.html",
        {
            "entity": report.plan.entity,
            "plan": report.plan,
            "report": report,
            **_figures(report.plan.entity, published.load(report.snapshot)),
            **_document(report),
            "others": others,
            "corrections": corrections.around(report),
            "current": next((other for other in others if other.state == Report.State.PUBLISHED), None),
        },
    )


@require_safe
@login_not_required
def report_pdf(request, **place):
    report = _report(**place)
    if unchanged := get_conditional_response(request, etag=f'"{report.pdf_sha256}"'):
        return unchanged
    return download(request, report, public=True)


@require_safe
@login_not_required
def report_data(request, file, **place):
    return data(request, _report(**place), file)


@require_safe
@login_not_required
def report_picture(request, sha256, **place):
    """A photograph that the published report froze, while nobody withdrew it."""
    report = _report(**place)
    if not report.pictures.filter(file__sha256=sha256).exists():
        raise Http404
    response = picture(report, sha256)
    response["Cache-Control"] = AN_HOUR
    return response


@require_safe
@login_not_required
def report_figures(request, **place):
    report = _report(**place)
    result = retrace.counted_again(report)
    context = {"result": result, "tables": retrace.tables(result), "at": report.public_figures_url}
    return render(request, "portal/figures.html", context | _frame(report))


@require_safe
@login_not_required
def report_figure(request, key, **place):
    report = _report(**place)
    result = retrace.counted_again(report)
    figure = retrace.figure_or_404(result, key)
    context = {"figure": figure, "at": f"{report.public_figures_url}{key}/", **retrace.shown(request, result, figure)}
    return render(request, "portal/figure.html", context | _frame(report))


@require_safe
@login_not_required
def report_row(request, key, row, **place):
    report = _report(**place)
    result = retrace.counted_again(report)
    figure = retrace.figure_or_404(result, key)
    context = {"figure": figure, **retrace.told(retrace.row_or_404(result, figure, row), result.given)}
    return render(request, "portal/figure_row.html", context | _frame(report))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt  # the check would read the body before the upload handler is set; `_verify` does it
def verify(request):
    uploaded = verification.Fingerprint(request, most=verification.MOST_BYTES)
    request.upload_handlers = [uploaded]
    return _verify(request, uploaded)


@never_cache
@csrf_protect
def _verify(request, uploaded: verification.Fingerprint):
    form, verdict, error = CodeForm(request.GET if "codigo" in request.GET else None), None, ""
    if request.method == "POST":
        copy = request.FILES.get("archivo")
        if uploaded.too_large:
            error = _("El archivo pesa más de 50 MB: ningún informe de este sitio es tan grande.")
        elif copy is None:
            error = _("Elija el archivo PDF que quiere verificar.")
        elif not copy.size:
            error = _("El archivo está vacío. Descárguelo de nuevo y vuelva a intentarlo.")
        else:
            verdict = recount.verdict_of(copy.read(), copy.sha256)
    elif form.is_bound and form.is_valid():
        verdict = verification.of_code(form.cleaned_data["codigo"])
    context = {"form": form, "verdict": verdict, "error": error}
    if verdict and request.method == "POST":
        context |= {"file_name": copy.name, "sha256": copy.sha256}
    return render(request, "portal/verify.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt  # as in `verify`
def recalculate(request):
    uploaded = verification.Fingerprint(request, most=verification.MOST_KEPT)
    request.upload_handlers = [uploaded]
    return _recalculate(request, uploaded)


@never_cache
@csrf_protect
def _recalculate(request, uploaded: verification.Fingerprint):
    context = {"error": "", "answer": None}
    if request.method == "POST":
        copy = request.FILES.get("archivo")
        if uploaded.too_large:
            context["error"] = _("El archivo pesa más de 20 MB: ningún informe de este sitio es tan grande.")
        elif copy is None:
            context["error"] = _("Elija el PDF del informe, o el archivo datos.json que lleva adjunto.")
        elif not copy.size:
            context["error"] = _("El archivo está vacío. Descárguelo de nuevo y vuelva a intentarlo.")
        else:
            context |= _counted_again(copy)
    return render(request, "portal/recalculate.html", context)


def _counted_again(copy: verification.Copy) -> dict:
    try:
        answer = recount.look_at(copy.read(), copy.sha256)
    except recount.Refused as reason:
        return {"error": str(reason), "file_name": copy.name, "sha256": copy.sha256}
    return {
        "answer": answer,
        "given": answer.result.given,
        "wrong": recount.disagreements(answer.result),
        "tables": retrace.tables(answer.result),
        "file_name": copy.name,
        "sha256": copy.sha256,
    }


@require_safe
@login_not_required
def identity_css(request, entity_slug, digest):
    """The entity's colours as CSS properties, darkened until legible; the digest lets browsers cache it for ever."""
    entity = get_object_or_404(Entity, slug=entity_slug)
    if digest != entity.identity_digest:  # a page from before the last change
        return redirect("portal:identity_css", entity.slug, entity.identity_digest)
    colours = {"primary": legible(entity.primary), "secondary": entity.secondary.lower(), "on-primary": "#ffffff"}
    colours["accent"] = palette.derive(entity.primary, entity.secondary).accent  # on the sheets of a report
    rules = "".join(f"--entity-{name}:{value};" for name, value in colours.items())
    # Links and buttons wear it too, but in the dark, where its theme has lighter ones.
    wash = mix(entity.primary, WHITE, WASH)
    action = legible(entity.primary, wash)
    hover = mix(action, BLACK, 0.3)
    buttons = f"--action:{action};--action-hover:{hover};--action-wash:{wash};--focus:{action};"
    buttons += f"--bs-link-color-rgb:{rgb(action)};--bs-link-hover-color-rgb:{rgb(hover)};"
    css = f":root{{{rules}}}\n@media not (prefers-color-scheme:dark){{:root{{{buttons}}}}}\n"
    return HttpResponse(css, content_type="text/css", headers={"Cache-Control": FOR_EVER})


@require_safe
@login_not_required
def shield(request, entity_slug):
    entity = get_object_or_404(Entity, slug=entity_slug)
    if entity.shield is None:
        raise Http404
    etag = f'"{entity.identity_digest}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    try:
        file = files.opened(entity.shield)
    except files.Damaged as error:
        raise Http404 from error
    return FileResponse(file, content_type="image/png", headers={"Cache-Control": A_DAY, "ETag": etag})


def _report(
    entity_slug: str, plan_slug: str, kind: str, period: str, version: int, dependency: int | None = None
) -> Report:
    return get_object_or_404(
        Report.objects.public().select_related("plan__entity", "dependency"),
        plan__entity__slug=entity_slug,
        plan__slug=plan_slug,
        plan__state__in=Plan.PUBLIC,
        kind=kind,
        period=period,
        dependency=dependency,
        version=version,
    )


def _frame(report: Report) -> dict:
    return {"entity": report.plan.entity, "plan": report.plan, "report": report}


def _figures(entity: Entity, facts: published.AnySnapshot) -> dict:
    """Context from a report's snapshot; nothing is computed from the plan as it is now."""
    return {"headline": published.headline(facts, palette.derive(entity.primary, entity.secondary))}


def _document(report: Report) -> dict:
    """Context of the report's own pages and data; reports are in Spanish, whatever the language of the site."""
    facts = published.load(report.snapshot)
    figures_url = report.public_figures_url if published.has_rows(report.snapshot) else ""
    with translation.override("es-co"):
        sections = [
            {"slug": each.facts.slug, "number": each.number, "title": each.facts.title, "html": each.html}
            for each in published.sections(facts, report.snapshot_sha256, figures_url, f"{report.public_url}imagenes/")
        ]
        files = [(file.name, file.title, len(file.content)) for file in published.files(facts, report.snapshot)]
    return {"sections": sections, "figures_url": figures_url, "files": files, "workbook": WORKBOOK if sections else ""}
