""" "Mi mes", by the person's roles, and one plan at a glance."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from accounts.permissions import Permission, entity_or_404, may, memberships
from activities import bridge, progress
from activities.coverage import coverage_of
from activities.models import Activity
from activities.quality import findings_of
from commitments import balance
from dashboard import retrace
from dashboard.breakdown import breakdown, chart, table
from dashboard.forms import BreakdownForm, FigureForm
from dashboard.glance import glance_of
from dashboard.late import late
from dashboard.mine import board_of
from dashboard.models import looked
from dashboard.reminders import by_hand
from dashboard.retrace import Traced, rows_of
from dashboard.search import KINDS, find
from display import palette
from display.datasets import as_csv, of_table
from display.dates import when
from display.lists import paginate
from display.text import enumeration
from plans import signing
from plans.access import plan_or_404
from plans.models import Plan
from plans.states import PLANS
from records import sign_offs
from records.refusals import refuse
from reports.sections.plan_changes.view import bridge_table, lead, moved


@require_safe
def board(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    roles = memberships(request.user, entity.pk)
    reads_trail = any(membership.role == Role.CONTROL for membership in roles)
    since = looked(request.user, entity, timezone.now()) if reads_trail else None
    shown = board_of(entity, roles, on=timezone.localdate(), page=request.GET.get("page"), since=since)
    return render(request, "dashboard/board.html", {"board": shown, "page": shown.owed})


@require_safe
def search(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    typed, only = request.GET.get("q", "")[:200], request.GET.get("en", "")
    only = only if only in KINDS else ""
    found = find(entity, typed, user=request.user, only=only, page=request.GET.get("page"))
    return render(request, "dashboard/search.html", {"typed": typed, "found": found, "only": only})


@require_safe
def plan_detail(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    newest = plan.versions.defer("snapshot").first()
    context = {
        "plan": plan,
        "today": today,
        "n_activities": plan.activities.in_plan().count(),
        "n_versions": newest.number if newest else 0,
        "coverage": coverage_of(plan),
        "signs": PLANS.offered(plan, request.user) if plan.state == Plan.State.IN_REVIEW else [],
    }
    if plan.approved_on:
        context |= {
            "approved": when(plan.approved_on, plan.approved_precision),
            "n_published": plan.reports.public().count(),
            "signatures": sign_offs.standing(newest) if newest else [],
        }
    # Until a plan is approved nobody owes what it says: what it lacks is shown instead.
    if plan.is_approved:
        context |= {"glance": glance_of(plan, today), "balance": balance.of_plan(plan, on=today)}
        if context["n_versions"] > 1 or context["glance"].has_changed:
            crossed = bridge.of_plan(plan, today)
            context["bridge"] = {
                "lead": lead(crossed, plan.unit),
                "moved": moved(crossed, plan.unit),
                "table": bridge_table(crossed, plan.unit),
            }
    else:
        findings = [finding for finding in findings_of(plan) if finding.is_open]
        context |= {"findings": findings, "n_blocking": sum(finding.blocks for finding in findings)}
        context["returned"] = signing.last_return(plan)
    return render(request, "dashboard/plan_detail.html", context)


@require_safe
def execution(request, entity_slug, plan_slug):
    """Execution by whatever somebody asks, of a period beside another; and its chart and its data as files."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    if not plan.is_approved:
        sentence = _("Un plan se ejecuta desde que se aprueba: todavía no hay cifras.")
        return refuse(request, ValidationError(sentence), plan)
    form = BreakdownForm(request.GET, plan=plan, today=timezone.localdate())
    by, on, period, beside = form.chosen
    found = breakdown(plan, on, by, period, beside)
    name = f"{plan.slug}-{by.value}-{on:%Y-%m-%d}"
    if request.GET.get("formato") == "csv":
        return _file(as_csv(of_table(table(found, plan, beside))), "text/csv; charset=utf-8", f"{name}.csv")
    if request.GET.get("formato") == "svg":
        colours = palette.derive(plan.entity.primary, plan.entity.secondary)
        return _file(chart(found, plan, colours).encode(), "image/svg+xml", f"{name}.svg")
    context = {
        "plan": plan,
        "form": form,
        "found": found,
        "rows": list(zip(found.slices, found.bars, strict=True)),
        "on": on,
        "period": period,
        "beside": beside,
        "late": late(plan, on),
        "targets_url": retrace.address(plan, on, retrace.TARGETS),
        "can_report": may(request.user, Permission.REPORT_SESSION, plan),
    }
    return render(request, "dashboard/execution.html", context)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
def figure(request, entity_slug, plan_slug):
    """The rows behind a live figure, with what planning and heads do about them."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    form, traced = _traced(request, plan)
    page = paginate(request, traced.rows)
    group, sum_of = traced.group, traced.said(plan.unit)
    may_remind = bool(group.lead and traced.asked and not traced.until)
    may_remind = may_remind and may(request.user, Permission.EDIT_PLAN, plan)
    context = {
        "plan": plan,
        "form": form,
        "traced": traced,
        "sum": sum_of[:1].upper() + sum_of[1:],
        "rows": rows_of(page.object_list, traced, plan, request.user),
        "page": page,
        "may_remind": may_remind,
        "heads": by_hand.heads_of(plan, group.lead, timezone.localdate()) if may_remind else [],
        "reminded": by_hand.latest(traced) if group.lead and traced.asked else None,
        "here": request.get_full_path(),
    }
    return render(request, "dashboard/figure.html", context)


@require_POST
def remind(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    _form, traced = _traced(request, plan)
    today = timezone.localdate()
    if not (traced.group.lead and traced.asked):
        messages.info(request, _("No hay nada que recordar: nada falta por reportar ni por explicar."))
    else:
        told = by_hand.remind(plan, traced, by=request.user, on=today)
        names = enumeration([person.full_name for person in told.people]) if told.people else ""
        if not told.people:
            sentence = _("%(where)s no tiene jefatura: nadie recibió el recordatorio.")
            messages.warning(request, sentence % {"where": traced.group.name})
        elif told.is_new:
            messages.success(request, _("Se le recordó a %(names)s.") % {"names": names})
        else:
            messages.info(request, _("Hoy ya se le recordó a %(names)s.") % {"names": names})
    return redirect(retrace.address(plan, None, traced.group.code, traced.month, traced.what))


def _traced(request, plan) -> tuple[FigureForm, Traced]:
    places = progress.places_of(Activity.objects.filter(plan=plan).in_plan())
    asked = request.POST if request.method == "POST" else request.GET
    groups = retrace.groups_of(plan, places, asked.get("conjunto", ""))
    form = FigureForm(asked, plan=plan, groups=groups, today=timezone.localdate())
    group, on, month, what, until = form.chosen
    return form, retrace.trace(plan, on, group, month, what, until)
