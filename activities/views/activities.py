"""The activities of a plan: list, detail, and the changes that a draft allows."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may
from activities import actions, progress, undo
from activities.access import activity_or_404
from activities.agenda import agenda
from activities.changes import offering
from activities.figures import Figure, bar
from activities.filters import ActivityFilter
from activities.forms.activity import ActivityForm
from activities.forms.coverage import CoverageForm
from activities.metrics import unit_of
from activities.models import Activity, Attendance, ChangeRequest, ExecutionState, Session
from activities.rows import PAGE_SIZE, SORTS, Row, Section, facts_of, in_order, place_of, section_of, sections_of
from display.charts import Bar
from display.lists import paginate
from display.values import filled
from plans import states
from plans.access import plan_or_404
from plans.models import Plan
from records import sources
from records.forms import attempt
from records.refusals import refuse

PROMISED = (
    *("line", "objective", "product", "indicator", "formula", "incidence_level", "accountability_element"),
    *("modality", "locality", "periodicity", "mechanism", "channels", "formal_instance"),
    *("budget", "resources", "alliances", "responsible_text"),
)


@require_safe
def activity_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    filters = ActivityFilter(
        request.GET, queryset=plan.activities.standing(today), request=request, plan=plan, today=today
    )
    found, sort = filters.qs, request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else ""
    page = paginate(request, in_order(found, plan, sort, today) if sort else found.by_phase(), PAGE_SIZE)
    if sort:
        stored = plan.activities.in_bulk(page.object_list)
        activities = [stored[pk] for pk in page.object_list]
        sections = {None: Section("", "", len(activities), page.number)}
    else:
        activities, sections = list(page.object_list), sections_of(found, plan)
    prefetch_related_objects(activities, "responsibilities__dependency")
    facts = facts_of(Activity.objects.filter(pk__in=[activity.pk for activity in activities]), plan, today)
    for activity in activities:
        activity.plan = plan
        sections[None if sort else place_of(activity)].rows.append(Row(activity, facts[activity.pk]))
    context = {
        "plan": plan,
        "page": page,
        "filters": filters,
        "shortcuts": filters.shortcuts(),
        "index": [] if sort else list(sections.values()),
        "sections": [section for section in sections.values() if section.rows],
        "columns": columns(plan, sort),
        "sort": sort,
        "undo": undo.offered(request, plan),
        "can_edit": not plan.is_frozen and may(request.user, Permission.EDIT_PLAN, plan),
        "can_add": may(request.user, Permission.EDIT_PLAN, plan),
        "can_report": may(request.user, Permission.REPORT_SESSION, plan),
    }
    return render(request, "activities/activity_list.html", context)


def columns(plan: Plan, sort: str) -> list[tuple[str, str, str, str]]:
    """(heading, class, what the address says to sort by it, how it is sorted now) of each column."""
    draft = not plan.is_frozen
    headings = {
        "nombre": _("Actividad"),
        "responsable": _("Responsable"),
        "avance": _("Programado") if draft else _("Avance"),
        "estado": _("Meta") if draft else _("Estado"),
        "fecha": _("Primera fecha") if draft else _("Próxima"),
    }
    now = {sort.removeprefix("-"): "descending" if sort.startswith("-") else "ascending"}
    return [
        (heading, name, "" if draft and name == "estado" else f"-{name}" if sort == name else name, now.get(name, ""))
        for name, heading in headings.items()
    ]


@require_safe
def activity_detail(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    today = timezone.localdate()
    asked = ChangeRequest.objects.open().filter(session=OuterRef("pk"), kind=ChangeRequest.Kind.RESCHEDULE)
    sessions = list(activity.sessions.annotate(is_date_asked=Exists(asked)))
    for session in sessions:
        session.activity = activity
    dates = agenda(sessions, today)
    page = paginate(request, dates.rows)
    attendances = Prefetch("attendances", Attendance.objects.select_related("group"))
    # After paging: only the rows of this page show their groups.
    prefetch_related_objects([session for session, _state in page.object_list], attendances)
    page.object_list = [(session, state, *told(session, state)) for session, state in page.object_list]
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
        "bars": [executed_bar(activity, figure, today)] if figure and figure.planned else [],
        "facts": filled(activity, [name for name in PROMISED if name != "product" or has_goal(activity)]),
        "metrics": [(metric, unit_of(metric.kind), said.get(metric.pk, [])) for metric in metrics],
        "commitments": plan.commitments.filter(session__activity=activity).at(today),
        "sources": sources.of(activity),
        "can_edit": can_plan and not activity.is_frozen,
        "can_report": may(request.user, Permission.REPORT_SESSION, activity),
        "requests": activity.changes.told().filter(session=None),
        "heir": activity.replacements.first() if activity.withdrawn_on else None,
        "can_change": not activity.outside_plan and offering.may_ask(request.user, activity),
        "followed": plan.is_frozen or activity.outside_plan,  # follow-up begins with the approval
    }
    return render(request, "activities/activity_detail.html", context)


def told(session: Session, state: ExecutionState) -> tuple[str, str]:
    """(code of LOOKS, words) of a session in its activity's page, read with `is_date_asked`; of a draft nothing is told
    that nobody reported."""
    waiting = (ExecutionState.SCHEDULED, ExecutionState.DUE, ExecutionState.OVERDUE)
    fell_short = (ExecutionState.PARTLY_EXECUTED, ExecutionState.NOT_EXECUTED, ExecutionState.CARRIED_OVER)
    if state in waiting and not session.activity.plan.is_frozen and not session.activity.outside_plan:
        return "", ""
    if state in waiting and session.is_date_asked:
        return "requested", _("Cambio de fecha pedido")
    if state in fell_short and not session.reason:
        return "unexplained", _("Falta explicar")
    return state, state.label


def has_goal(activity: Activity) -> bool:
    """A goal that was written in words stands in the product."""
    return bool(activity.target_kind) or not activity.product


def executed_bar(activity: Activity, figure: Figure, today: date) -> Bar:
    plan = activity.plan
    url = reverse("dashboard:figure", args=[plan.entity.slug, plan.slug])
    asked = urlencode({"corte": today.isoformat(), "conjunto": f"actividad-{activity.pk}"})
    return bar(_("Ejecución hasta hoy, en %(units)s") % {"units": plan.unit.many}, figure, url=f"{url}?{asked}")


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
        return refuse(request, states.Frozen(plan), activity)
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
                months=data.get("months", ()),
            ),
        )
        if saved:
            messages.success(request, _("Se guardó la actividad."))
            if "schedule" in request.POST:
                return redirect("activities:schedule", plan.entity.slug, plan.slug, saved.pk)
            return redirect(saved)
    context = {"plan": plan, "activity": activity, "name": name, "form": form}
    if not (activity.outside_plan or plan.is_frozen):
        chosen = CoverageForm({field: form[field].value() for field in ("phase", "groups")}, activity=activity)
        context["coverage"] = chosen.coverage
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


@require_http_methods(["GET", "HEAD", "POST"])
def activity_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(plan), activity)
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
