"""Monthly returns: what each dependency owes, one of them to write and send, and what planning decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.filters import DependencyFilter
from accounts.permissions import Permission, limited_to, may, require
from activities.filters import ReturnFilter
from activities.forms.monthly_return import MonthlyReturnForm, ReturnDecisionForm
from activities.models import MonthlyReturn
from activities.returns import actions, contents, opening, shown
from activities.returns.states import RETURNS, State, all_reported
from plans.access import plan_or_404
from plans.models import Plan
from records.filters import filtered
from records.forms import attempt
from records.refusals import refuse

KIND = "return"  # of its public document


@require_safe
def return_list(request, entity_slug, plan_slug):
    """What waits for whoever looks comes first: planning's to decide, a dependency's to send."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    opening.open_returns(plan, today)
    is_head = limited_to(request.user, Permission.REPORT_SESSION, plan.entity_id)
    if not request.GET and is_head:
        return redirect(f"{request.path}?dependency={DependencyFilter.MINE}")
    waits = MonthlyReturn.OPEN if is_head else [State.SUBMITTED]
    others = [state for state in State if state not in waits and state != State.ACCEPTED]
    first = Case(When(state__in=waits, then=Value(0)), When(state__in=others, then=Value(1)), default=Value(2))
    rows = plan.returns.select_related("dependency").defer("facts", *MonthlyReturn.TEXTS)
    rows = rows.order_by(first, "-month", "dependency__order", "dependency__name")
    page, filters = filtered(request, ReturnFilter, rows, plan=plan)
    for monthly in page:
        monthly.plan, monthly.late = plan, monthly.is_late(today)
    context = {
        "plan": plan,
        "page": page,
        "filters": filters,
        "n_to_accept": filters.qs.to_accept().count(),
        "n_owed": filters.qs.owed().count(),
    }
    return render(request, "activities/return_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def return_detail(request, entity_slug, plan_slug, pk):
    """One of them: the head writes it here and sends it."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    monthly = return_or_404(plan, pk)
    if request.method != "POST":
        return page_of(request, monthly)
    require(request.user, Permission.REPORT_SESSION, monthly)
    form = MonthlyReturnForm(request.POST, instance=monthly)
    if not form.is_valid() or not attempt(
        form, lambda: actions.save_texts(monthly=monthly, by=request.user, seen=form.seen)
    ):
        return page_of(request, return_or_404(plan, pk), form=form)
    if "send" not in request.POST:
        messages.success(request, _("Se guardó. Todavía no se ha enviado."))
        return redirect(monthly)
    try:
        actions.submit(monthly=monthly, by=request.user, on=timezone.localdate())
    except ValidationError as error:
        return refuse(request, error, monthly)  # its texts are stored
    messages.success(request, _("Se envió a planeación."))
    return redirect(monthly)


@require_POST
def return_withdraw(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    monthly = return_or_404(plan, pk)
    require(request.user, Permission.REPORT_SESSION, monthly)
    try:
        actions.withdraw(monthly=monthly, by=request.user)
    except ValidationError as error:
        return refuse(request, error, monthly)
    messages.success(request, _("Se retiró: corríjalo y envíelo de nuevo."))
    return redirect(monthly)


@require_POST
def return_decide(request, entity_slug, plan_slug, pk):
    """Planning accepts it, sends it back with a note, or reopens it."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    monthly = return_or_404(plan, pk)
    require(request.user, Permission.ACCEPT_RETURN, monthly)
    form = ReturnDecisionForm(request.POST)
    if form.is_valid() and attempt(form, lambda: decide(request, monthly, form.cleaned_data), monthly):
        return redirect(monthly)
    return page_of(request, return_or_404(plan, pk), decision=form)


def decide(request, monthly: MonthlyReturn, data: dict) -> bool:
    facts = {"monthly": monthly, "by": request.user, "seen": -1 if data["revision"] is None else data["revision"]}
    if data["decision"] == State.ACCEPTED:
        actions.accept(**facts, on=timezone.localdate())
        messages.success(request, _("Aceptado: lo reportado de ese mes ya no cambia."))
    else:
        actions.send_back(**facts, note=data["note"])
        messages.success(request, _("Vuelve a la dependencia, con su nota."))
    return True


def return_or_404(plan: Plan, pk: int) -> MonthlyReturn:
    rows = MonthlyReturn.objects.select_related("dependency", "submitted_by", "accepted_by")
    monthly = get_object_or_404(rows, pk=pk, plan=plan)
    monthly.plan = plan
    return monthly


def page_of(request, monthly: MonthlyReturn, *, form=None, decision=None) -> HttpResponse:
    """`form`: with what was typed and could not be saved; it stays on the page whatever became of the return."""
    plan, today = monthly.plan, timezone.localdate()
    offered = RETURNS.offered(monthly, request.user)
    can_send = State.SUBMITTED in offered and plan.is_running
    if form is None and can_send:
        form = MonthlyReturnForm(instance=monthly)
    facts = contents.of(monthly)
    parts = shown.parts(facts, monthly.month, plan.unit)
    fields = form.by_part() if form else {}
    context = {
        "plan": plan,
        "monthly": monthly,
        "parts": [(part, fields.get(part.name), getattr(monthly, part.name)) for part in parts],
        "is_empty": facts.is_empty,
        "form": form,
        "can_send": can_send,
        "late": monthly.is_late(today),
        "missing": list(all_reported(monthly, on=today)) if monthly.is_open else [],
        "can_withdraw": State.DUE in offered and State.ACCEPTED not in offered,  # whoever decides returns it
        "can_accept": State.ACCEPTED in offered and plan.is_running,
        "can_reopen": monthly.state == State.ACCEPTED and State.RETURNED in offered and plan.is_running,
        "changed": contents.changed(monthly) if State.ACCEPTED in offered else [],
        "decision": decision or ReturnDecisionForm(initial={"revision": monthly.revision}),
        "document": document_of(monthly),
        "can_publish": monthly.state == State.ACCEPTED and may(request.user, Permission.PUBLISH_REPORT, plan),
    }
    return render(request, "activities/return_detail.html", context)


def document_of(monthly: MonthlyReturn):
    """Its newest document, a draft or published, or None."""
    same = monthly.plan.reports.filter(kind=KIND, period=f"{monthly.month:%Y-%m}", dependency=monthly.dependency_id)
    return same.defer("snapshot").order_by("-version").first()
