"""Requests to change what an approved plan promises: asked from a space or an activity, listed, decided."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.filters import DependencyFilter
from accounts.permissions import Permission, limited_to, may, require
from activities.access import activity_or_404, change_or_404, session_or_404
from activities.changes import actions, listed, notifications, offering, rules
from activities.changes.states import State, is_of
from activities.filters import ChangeFilter
from activities.forms.change import DecisionForm, ToldForm, WhyForm, keep_decision, kept_decision, kept_why, what_form
from activities.models import ChangeRequest
from plans.access import plan_or_404
from plans.models import Plan
from records.filters import filtered
from records.forms import attempt
from records.refusals import refuse

Kind = ChangeRequest.Kind


# --- Asking -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request, entity_slug, plan_slug, pk):
    """First what is asked of a space, then its form."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    session = session_or_404(plan, pk)
    require(request.user, Permission.REQUEST_CHANGE, session)
    asked = ChangeRequest(plan=plan, activity=session.activity, session=session)
    return begin(request, asked, (Kind.RESCHEDULE, Kind.MODIFY, Kind.CARRY, Kind.WITHDRAW))


@require_http_methods(["GET", "HEAD", "POST"])
def activity_change(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    require(request.user, Permission.REQUEST_CHANGE, activity)
    return begin(request, ChangeRequest(plan=plan, activity=activity), (Kind.ADD, Kind.MODIFY, Kind.WITHDRAW))


@require_http_methods(["GET", "HEAD", "POST"])
def change_create(request, entity_slug, plan_slug):
    """A new activity: asked of an approved plan, proposed for a draft."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    change = ChangeRequest(plan=plan, kind=Kind.ADD, dependency=offering.dependency_of(request.user, plan))
    require(request.user, Permission.REQUEST_CHANGE, change)
    if not plan.is_running and plan.state != Plan.State.DRAFT:
        return refuse(request, ValidationError([blocker.text for blocker in rules.blockers(change, today())]), plan)
    return ask(request, change)


def begin(request, change: ChangeRequest, kinds: tuple) -> HttpResponse:
    target = change.session or change.activity
    if not change.plan.is_running:
        sentence = _("Los cambios se piden sobre un plan aprobado y sin cerrar.")
        return refuse(request, ValidationError(sentence), target)
    change.dependency = offering.dependency_of(request.user, change.plan, change.activity)
    choices = offering.choices(change, kinds, today())
    chosen = next((choice for choice in choices if choice.kind == request.GET.get("que")), None)
    if chosen and request.method == "POST" or chosen and not chosen.hindered:  # what was typed is answered in its form
        change.kind = chosen.kind
        return ask(request, change)
    context = {"plan": change.plan, "change": change, "target": target, "choices": choices}
    return render(request, "activities/change_begin.html", context)


def ask(request, change: ChangeRequest) -> HttpResponse:
    """`change` is new, or one that was returned."""
    data = request.POST or None
    initial = {} if change.pk else kept_why(request, change.session_id)
    why, what = WhyForm(data, instance=change, initial=initial), what_form(change, data)
    valid = [form.is_valid() for form in (why, what) if form is not None]  # both say what they miss
    can_decide = may(request.user, Permission.DECIDE_CHANGE, change.plan)
    if request.method == "POST" and all(valid):
        change.wanted = what.wanted() if what else {}
        decides = can_decide and "approve" in request.POST
        seen = why.seen if change.pk else None
        saved = attempt(
            why, lambda: actions.ask(change=change, by=request.user, on=today(), seen=seen, approve=decides), change
        )
        if saved:
            request.session.pop("why", None)
            messages.success(request, offering.thanks(saved))
            return redirect(saved)
    context = {
        "plan": change.plan,
        "change": change,
        "target": change.session or change.activity,
        "now": offering.now(change),
        "what": what,
        "form": why,
        "can_decide": can_decide,
    }
    return render(request, "activities/change_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_update(request, entity_slug, plan_slug, pk):
    """One that was returned is mended and sent again."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    change = change_or_404(plan, pk)
    require(request.user, Permission.REQUEST_CHANGE, change)
    if change.state != State.RETURNED or not is_of(change, request.user):
        sentence = _("Se corrige una solicitud devuelta, y la corrige quien la pidió.")
        return refuse(request, ValidationError(sentence), change)
    return ask(request, change)


@require_POST
def change_cancel(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    change = change_or_404(plan, pk)
    require(request.user, Permission.REQUEST_CHANGE, change)
    try:
        actions.cancel(change=change, by=request.user)
    except ValidationError as error:
        return refuse(request, error, change)
    messages.success(request, _("La solicitud se retiró: el plan queda como estaba."))
    return redirect(change)


# --- Reading and deciding ---------------------------------------------------------------------------------------------


@require_safe
def change_list(request, entity_slug, plan_slug):
    """What waits first, the oldest on top; heads begin with what is theirs, and the address says so."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    if not request.GET and limited_to(request.user, Permission.REQUEST_CHANGE, plan.entity_id):
        return redirect(f"{request.path}?dependency={DependencyFilter.MINE}")
    page, filters = filtered(request, ChangeFilter, listed.of_plan(plan), entity=plan.entity)
    can_decide = may(request.user, Permission.DECIDE_CHANGE, plan)
    context = {
        "plan": plan,
        "page": page,
        "rows": listed.rows(page.object_list, today()),
        "filters": filters,
        "n_waiting": plan.changes.to_decide().count(),
        **kept_decision(request),
        "can_decide": can_decide and any(change.state == State.REQUESTED for change in page.object_list),
        "can_ask": may(request.user, Permission.REQUEST_CHANGE, plan),
    }
    return render(request, "activities/change_list.html", context)


@require_POST
def change_decide(request, entity_slug, plan_slug):
    """Several at once: approved together they make one version."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.DECIDE_CHANGE)
    back = reverse(f"activities:{'change' if plan.is_frozen else 'proposal'}_list", args=[entity_slug, plan_slug])
    form = DecisionForm(request.POST)
    picked = [int(pk) for pk in request.POST.getlist("pk") if pk.isdecimal() and len(pk) < 18]
    changes = list(listed.of_plan(plan).filter(pk__in=picked))
    try:
        if not changes:
            raise ValidationError(_("Marque al menos una solicitud."))
        if not form.is_valid():
            raise ValidationError([message for errors in form.errors.values() for message in errors])
        decide(request, changes, form.cleaned_data)
    except ValidationError as error:
        keep_decision(request, picked)
        return refuse(request, error, back)
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def change_detail(request, entity_slug, plan_slug, pk):
    """One request; planners decide it here."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    change = change_or_404(plan, pk)
    if request.method == "POST":
        require(request.user, Permission.DECIDE_CHANGE, change)
    can_decide = change.state == State.REQUESTED and may(request.user, Permission.DECIDE_CHANGE, change)
    form = DecisionForm(request.POST or None, initial={"revision": change.revision})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        seen = {change.pk: -1 if data["revision"] is None else data["revision"]}
        if attempt(form, lambda: decide(request, [change], data, seen), change):
            return redirect(change)
        change = change_or_404(plan, pk)  # as it is now: the refused move stays in the row in memory
    may_follow = change.is_open and is_of(change, request.user)
    context = {
        "plan": plan,
        "change": change,
        "row": listed.rows([change], today())[0],
        "hindered": rules.blockers(change, today()) if can_decide else [],
        "is_late": bool(can_decide and change.session and change.session.planned_on < today()),
        "form": form,
        "can_decide": can_decide,
        "is_mine": may_follow and may(request.user, Permission.REQUEST_CHANGE, change),
    }
    if change.state == State.APPROVED and change.version_id:
        context |= told_context(request, change)
    return render(request, "activities/change_detail.html", context)


def told_context(request, change: ChangeRequest, form: ToldForm | None = None) -> dict:
    initial = {"on": change.groups_told_on or today(), "how": change.groups_told_how, "revision": change.revision}
    return {
        "for_groups": notifications.for_groups(change),
        "told_form": form or ToldForm(initial=initial),
        "can_tell": may(request.user, Permission.REQUEST_CHANGE, change.activity or change),
    }


@require_POST
def change_told(request, entity_slug, plan_slug, pk):
    """That those who were invited know of it."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    change = change_or_404(plan, pk)
    require(request.user, Permission.REQUEST_CHANGE, change)
    form = ToldForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValidationError(_("Diga cuándo y por qué medio se avisó a los grupos.")), change)
    data = form.cleaned_data
    try:
        actions.tell_groups(change=change, on=data["on"], how=data["how"], by=request.user, seen=data["revision"])
    except ValidationError as error:
        return refuse(request, error, change)
    messages.success(request, _("Quedó registrado que se avisó a los grupos."))
    return redirect(change)


def decide(request, changes: list[ChangeRequest], data: dict, seen: dict | None = None) -> bool:
    """All or none. Raises what the actions raise."""
    by, note, number = request.user, data["note"], len(changes)
    facts = {"changes": changes, "by": by, "on": today(), "note": note, "seen": seen}
    if data["decision"] == State.APPROVED:
        version = actions.approve(**facts)
        if version:
            told = ngettext(
                "Se aprobó %(n)s cambio: es la versión %(v)s.",
                "Se aprobaron %(n)s cambios: son la versión %(v)s.",
                number,
            )
            told %= {"n": number, "v": version.number}
        else:
            told = ngettext(
                "Se aceptó %(n)s propuesta: ya está en el plan.",
                "Se aceptaron %(n)s propuestas: ya están en el plan.",
                number,
            )
            told %= {"n": number}
        messages.success(request, told)
    elif data["decision"] == State.RETURNED:
        actions.send_back(**facts)
        messages.success(request, _("Se devolvió a quien la pidió, con su nota."))
    else:
        actions.reject(**facts)
        messages.success(request, _("Se negó: el plan queda como estaba."))
    return True


def today():
    return timezone.localdate()
