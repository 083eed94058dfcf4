"""What dependencies propose for a draft: who answered, what waits, and what a head answers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may, require
from activities.changes import listed, offering, proposals
from activities.forms.change import CallForm, kept_decision
from activities.models import ChangeRequest
from display.lists import paginate
from plans.access import plan_or_404
from records.refusals import refuse

State = ChangeRequest.State


@require_safe
def proposal_list(request, entity_slug, plan_slug):
    """Of planning, who answered and what waits; of a head, what their dependency proposed."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    own = offering.dependency_of(request.user, plan)
    answers = proposals.answers(plan)
    found = listed.of_plan(plan).filter(kind=ChangeRequest.Kind.ADD, version=None)
    if own:
        found = found.filter(dependency__in=own.subtree())
    page = paginate(request, found)
    can_decide = may(request.user, Permission.DECIDE_CHANGE, plan) and not plan.is_frozen
    context = {
        "plan": plan,
        "page": page,
        "rows": listed.rows(page.object_list, today),
        "answers": answers,
        "n_silent": sum(answer.is_silent for answer in answers),
        "n_waiting": sum(answer.waiting for answer in answers),
        "own": next((answer for answer in answers if own and answer.dependency == own), None),
        "is_open": proposals.is_open(plan, today),
        "can_decide": can_decide and any(change.state == State.REQUESTED for change in page.object_list),
        "can_call": can_decide,
        **kept_decision(request),
        "call_form": CallForm(initial={"until": plan.proposals_until, "revision": plan.revision}),
    }
    return render(request, "activities/proposal_list.html", context)


@require_POST
def proposal_call(request, entity_slug, plan_slug):
    """Opens the call, or moves its last day."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.DECIDE_CHANGE)
    form = CallForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValidationError(_("Diga hasta qué día se reciben propuestas.")), _list(plan))
    data = form.cleaned_data
    try:
        told = proposals.call(
            plan=plan, until=data["until"], by=request.user, on=timezone.localdate(), seen=data["revision"]
        )
    except ValidationError as error:
        return refuse(request, error, _list(plan))
    text = ngettext("Se avisó a %(n)s jefatura.", "Se avisó a %(n)s jefaturas.", len(told)) % {"n": len(told)}
    messages.success(request, text)
    return redirect(_list(plan))


@require_POST
def proposal_remind(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.DECIDE_CHANGE)
    try:
        told = proposals.remind(plan=plan, by=request.user, on=timezone.localdate())
    except ValidationError as error:
        return refuse(request, error, _list(plan))
    if told:
        text = ngettext("Se le recordó a %(n)s jefatura.", "Se les recordó a %(n)s jefaturas.", len(told))
        messages.success(request, text % {"n": len(told)})
    elif any(answer.is_silent and answer.heads for answer in proposals.answers(plan)):
        messages.info(request, _("Hoy ya se les recordó."))
    else:
        messages.info(request, _("Ninguna de las que faltan tiene jefatura a quién recordarle."))
    return redirect(_list(plan))


@require_POST
def proposal_none(request, entity_slug, plan_slug):
    """A head answers that their dependency proposes none."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    own = offering.dependency_of(request.user, plan)
    require(request.user, Permission.REQUEST_CHANGE, ChangeRequest(plan=plan, dependency=own))
    if own is None:
        return refuse(request, ValidationError(_("Responde la jefatura de cada dependencia.")), _list(plan))
    try:
        proposals.answer_none(plan=plan, dependency=own, by=request.user, on=timezone.localdate())
    except ValidationError as error:
        return refuse(request, error, _list(plan))
    messages.success(request, _("Planeación ya sabe que su dependencia no propone actividades."))
    return redirect(_list(plan))


def _list(plan):
    return reverse("activities:proposal_list", args=[plan.entity.slug, plan.slug])
