"""The activities of a plan: list, detail, and the changes that a draft allows."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may
from activities import actions, progress
from activities.access import activity_or_404
from activities.agenda import Agenda, agenda
from activities.filters import ActivityFilter
from activities.forms.activity import ActivityForm
from activities.metrics import unit_of
from activities.models import Activity, Attendance
from display.lists import paginate
from display.values import filled
from plans import states
from plans.access import plan_or_404
from records import sources
from records.filters import filtered
from records.forms import attempt
from records.refusals import refuse

PROMISED = (
    *("line", "objective", "product", "indicator", "formula", "incidence_level", "accountability_element"),
    *("modality", "locality", "periodicity", "mechanism", "channels", "formal_instance"),
    *("budget", "resources", "alliances", "responsible_text"),
)


@dataclass(frozen=True)
class Row:
    """An activity of the list, the title of its section, and its sessions today."""

    activity: Activity
    section: str
    agenda: Agenda


@require_safe
def activity_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    page, filters = filtered(request, ActivityFilter, plan.activities.by_phase(), plan=plan, today=today)
    activities = list(page.object_list)
    prefetch_related_objects(activities, "responsibilities__dependency", "sessions")
    for activity in activities:
        activity.plan = plan
    page.object_list = [
        Row(activity, section_of(activity), agenda(activity.sessions.all(), today)) for activity in activities
    ]
    draft = not plan.is_frozen and may(request.user, Permission.EDIT_PLAN, plan)
    context = {
        "plan": plan,
        "page": page,
        "filters": filters,
        "can_edit": draft,
        "can_add": may(request.user, Permission.EDIT_PLAN, plan),
        "can_move": draft and not filters.searching,
    }
    return render(request, "activities/activity_list.html", context)


def section_of(activity: Activity) -> str:
    if activity.outside_plan:
        return _("Otros espacios, fuera del plan")
    return str(activity.phase) if activity.phase else _("Sin fase")


@require_safe
def activity_detail(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    today = timezone.localdate()
    sessions = list(activity.sessions.all())
    for session in sessions:
        session.activity = activity
    dates = agenda(sessions, today)
    page = paginate(request, dates.rows)
    attendances = Prefetch("attendances", Attendance.objects.select_related("group"))
    # After paging: only the rows of this page show their groups.
    prefetch_related_objects([session for session, _state in page.object_list], attendances)
    counts = not (activity.outside_plan or dates.target)
    figure = progress.execution(activity.sessions.all(), today) if counts else None
    metrics = list(activity.metrics.all())
    said = sources.of_rows(metrics)
    can_plan = may(request.user, Permission.EDIT_PLAN, plan)
    context = {
        "plan": plan,
        "activity": activity,
        "section": section_of(activity),
        "agenda": dates,
        "page": page,
        "figure": figure if figure and figure.planned else None,
        "facts": filled(activity, PROMISED),
        "metrics": [(metric, unit_of(metric.kind), said.get(metric.pk, [])) for metric in metrics],
        "commitments": plan.commitments.filter(session__activity=activity).at(today),
        "sources": sources.of(activity),
        "can_edit": can_plan and not activity.is_frozen,
        "can_report": may(request.user, Permission.REPORT_SESSION, activity),
    }
    return render(request, "activities/activity_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_create(request, entity_slug, plan_slug):
    """Once the plan is approved, only a space outside it."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    return edit(request, Activity(plan=plan, outside_plan=plan.is_frozen))


@require_http_methods(["GET", "HEAD", "POST"])
def activity_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(), activity)
    return edit(request, activity)


def edit(request, activity: Activity) -> HttpResponse:
    # Before the form, which writes what was typed on the instance.
    name, plan = str(activity) if activity.pk else "", activity.plan
    form = ActivityForm(request.POST or None, instance=activity)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        saved = attempt(
            form,
            lambda: actions.save_activity(
                activity=activity,
                lead=data["lead"],
                support=data["support"],
                groups=data["groups"],
                by=request.user,
                seen=form.seen,
            ),
        )
        if saved:
            messages.success(request, _("Se guardó la actividad."))
            return redirect(saved)
    context = {"plan": plan, "activity": activity, "name": name, "form": form}
    return render(request, "activities/activity_form.html", context)


@require_POST
def activity_duplicate(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    try:
        duplicate = actions.duplicate_activity(activity=activity, by=request.user)
    except ValidationError as error:
        return refuse(request, error, activity)
    messages.success(
        request, _("Esta es la copia, con sus espacios programados. Cámbiele el nombre y lo que haga falta.")
    )
    return redirect("activities:activity_update", plan.entity.slug, plan.slug, duplicate.pk)


@require_POST
def activity_move(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    try:
        actions.move_activity(activity=activity, steps=-1 if request.POST.get("to") == "up" else 1, by=request.user)
    except ValidationError as error:
        return refuse(request, error, activity)
    list_url = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    page = urlencode({"page": request.POST.get("page", "1")})
    return redirect(f"{list_url}?{page}#actividad-{activity.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def activity_renumber(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    list_url = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    if plan.is_frozen:
        return refuse(request, states.Frozen(), list_url)
    if request.method == "POST":
        try:
            changed = actions.renumber(plan=plan, by=request.user)
        except ValidationError as error:
            return refuse(request, error, list_url)
        message = ngettext("Cambió %(n)s número.", "Cambiaron %(n)s números.", changed) % {"n": changed}
        messages.success(request, message)
        return redirect(list_url)
    changes = [(row, number) for row, number in actions.numbering(plan) if row.number != number]
    return render(
        request, "activities/activity_renumber.html", {"plan": plan, "changes": changes, "list_url": list_url}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def activity_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(), activity)
    if blockers := actions.deletion_blockers(activity):
        return refuse(request, ValidationError(blockers), activity)
    if request.method == "POST":
        try:
            actions.delete_activity(activity=activity, by=request.user)
        except ValidationError as error:
            return refuse(request, error, activity)
        messages.success(request, _("Se eliminó la actividad «%(name)s».") % {"name": activity})
        return redirect("activities:activity_list", plan.entity.slug, plan.slug)
    sessions, metrics = activity.sessions.count(), activity.metrics.count()
    consequences = [
        ngettext("Se elimina %(n)s espacio programado.", "Se eliminan %(n)s espacios programados.", sessions)
        % {"n": sessions},
        ngettext("Se elimina %(n)s métrica.", "Se eliminan %(n)s métricas.", metrics) % {"n": metrics},
        _("Ningún compromiso nació en sus espacios."),
    ]
    context = {"plan": plan, "activity": activity, "consequences": consequences}
    return render(request, "activities/activity_delete.html", context)
