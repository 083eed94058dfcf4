"""The observations and recommendations of a draft, each saved alone, and what became of those of earlier reports."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from plans.access import plan_or_404
from records.forms import attempt
from records.refusals import refuse
from reports import actions, desk, outline, points, sections, snapshot
from reports.forms import OutcomeForm, PointForm
from reports.models import Outcome, Point, Report


@require_http_methods(["GET", "HEAD", "POST"])
def point_create(request, entity_slug, plan_slug, pk, slug):
    report = _draft(request, entity_slug, plan_slug, pk)
    section = next((each for each in outline.of(report) if each.slug == slug), None)
    if section is None or not section.points:
        raise Http404
    return _edit(request, Point(report=report, kind=section.points))


@require_http_methods(["GET", "HEAD", "POST"])
def point_update(request, entity_slug, plan_slug, pk, point):
    report = _draft(request, entity_slug, plan_slug, pk)
    return _edit(request, _own(report, point))


def _edit(request, point: Point) -> HttpResponse:
    form = PointForm(request.POST or None, instance=point)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: actions.save_point(point=point, by=request.user, seen=form.seen))
        if saved and request.POST.get("then") == "another":
            messages.success(request, _("Se guardó la número %(number)s.") % {"number": saved.number})
            report = saved.report
            place = (report.plan.entity.slug, report.plan.slug, report.pk, points.SLUGS[saved.kind])
            return redirect("reports:point_create", *place)
        if saved:
            return _to_desk(point.report, point.kind)
    context = {"plan": point.report.plan, "report": point.report, "point": point, "form": form}
    return render(request, "reports/point_form.html", context | _help(point.report, point.kind))


@require_http_methods(["GET", "HEAD", "POST"])
def point_delete(request, entity_slug, plan_slug, pk, point):
    report = _draft(request, entity_slug, plan_slug, pk)
    point = _own(report, point)
    if request.method == "POST":
        try:
            actions.delete_point(point=point, by=request.user)
        except ValidationError as error:
            return refuse(request, error, report)
        return _to_desk(report, point.kind)
    context = {"plan": report.plan, "report": report, "point": point, "back": _desk(report, point.kind)}
    return render(request, "reports/point_delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_update(request, entity_slug, plan_slug, pk, earlier):
    report = _draft(request, entity_slug, plan_slug, pk)
    dependencies = report.dependency.subtree() if report.dependency else None
    returning = (each for kind in Point.Kind for each in points.back(report, kind, dependencies))
    point = next((each for each in returning if each.root == earlier), None)
    if point is None:
        raise Http404
    outcome = report.outcomes.filter(point=earlier).first()
    if outcome is None:
        before, _now = points.outcomes(report, [point])
        state = before[earlier].state if earlier in before else Outcome.State.OPEN
        outcome = Outcome(report=report, point_id=earlier, state=state)
    form = OutcomeForm(request.POST or None, instance=outcome)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: actions.save_outcome(outcome=outcome, by=request.user, seen=form.seen))
        if saved:
            return _to_desk(report, point.kind)
    context = {"plan": report.plan, "report": report, "point": point, "form": form}
    return render(request, "reports/outcome_form.html", context | _help(report, point.kind, sentences=False))


def _draft(request, entity_slug: str, plan_slug: str, pk: int) -> Report:
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    report = get_object_or_404(Report, pk=pk, plan=plan, state=Report.State.DRAFT)
    report.plan = plan
    return report


def _own(report: Report, pk: int) -> Point:
    point = get_object_or_404(report.points, pk=pk)
    point.report = report
    return point


def _help(report: Report, kind: str, *, sentences: bool = True) -> dict:
    """The address of the desk, and what it offers to whoever writes."""
    taken = snapshot.take(report)
    figures = sections.figures((each.slug, each.facts) for each in taken.sections)
    section = sections.known()[points.SLUGS[kind]]
    offered = desk.suggested(section, taken, figures) if sentences else ()
    return {"figures": figures, "writing": {"sentences": offered}, "back": _desk(report, kind)}


def _desk(report: Report, kind: str) -> str:
    return f"{report.get_absolute_url()}#seccion-{points.SLUGS[kind]}"


def _to_desk(report: Report, kind: str) -> HttpResponse:
    return redirect(_desk(report, kind))
