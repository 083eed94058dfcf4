"""A plan's way from draft to approved, closed and archived: sent to be signed, signed, returned, reopened."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may
from plans import actions, signing
from plans.access import plan_or_404
from plans.approval import approval_blockers, approval_warnings
from plans.forms import ApprovalForm, ReasonForm, ReturnForm, SignForm, SubmitForm
from plans.models import Plan
from plans.states import PLANS, can_reopen, final_report, published_reports
from records import files, sign_offs
from records.forms import show
from records.refusals import NotReady, Stale, refuse

State = Plan.State


@require_http_methods(["GET", "HEAD", "POST"])
def plan_approve(request, entity_slug, plan_slug):
    """Sends a draft to those who sign it."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.APPROVE_PLAN)
    if plan.is_frozen:
        return redirect_of(request, plan)
    form = SubmitForm(request.POST or None, plan=plan, by=request.user, reason=reason_before(plan))
    blockers = approval_blockers(plan)
    if request.method == "POST" and form.is_valid() and not blockers:
        values = form.values
        sentence = _("El plan quedó en revisión. Quien lo revisa ya lo sabe.")
        if len(set(values["people"].values())) == 1:
            sentence += " " + _("La misma persona revisa y aprueba: conviene que sean dos.")
        if gone := decided(
            request, form, plan, lambda: actions.submit(plan=plan, by=request.user, on=today(), **values), sentence
        ):
            return gone
    context = {
        "plan": plan,
        "form": form,
        "blockers": blockers,
        "warnings": approval_warnings(plan),
        "returned": signing.last_return(plan),
    }
    return render(request, "plans/plan_approve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_adopt(request, entity_slug, plan_slug):
    """Registers an approval given outside this system."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.APPROVE_PLAN)
    if plan.is_frozen:
        return redirect_of(request, plan)
    form = ApprovalForm(request.POST or None, request.FILES or None, plan=plan, reason=reason_before(plan))
    blockers = approval_blockers(plan)
    if request.method == "POST" and form.is_valid() and not blockers:
        values = form.values
        if content := form.content:
            values["document"] = files.keep(content)
        sentence = _("El plan quedó aprobado: esta es la versión que se puede seguir y comparar.")
        if gone := decided(
            request, form, plan, lambda: actions.approve(plan=plan, by=request.user, today=today(), **values), sentence
        ):
            return gone
    context = {"plan": plan, "form": form, "blockers": blockers, "warnings": approval_warnings(plan)}
    return render(request, "plans/plan_adopt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_sign(request, entity_slug, plan_slug):
    """The next signature of a plan in review, or its return with a note."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    people = signing.named(plan)
    may_return = request.user in people.values() or may(request.user, Permission.APPROVE_PLAN, plan)
    if plan.state != State.IN_REVIEW:
        return redirect_of(request, plan)
    if not may_return and request.method == "POST":
        raise PermissionDenied
    returns = "note" in request.POST
    stage = signing.next_stage(plan) or signing.Stage.APPROVED
    is_turn = people.get(stage) == request.user
    takes_both = is_turn and stage == signing.Stage.REVIEWED and len(set(people.values())) == 1
    seen = {"revision": plan.revision}
    form = SignForm(None if returns else request.POST or None, initial={**seen, "position": request.user.position})
    back = ReturnForm(request.POST if returns else None, initial=seen, auto_id="back_%s")
    if request.method == "POST" and returns and back.is_valid():
        values = back.values
        sentence = _("El plan volvió a borrador. Quien lo preparó ya lo sabe.")
        if gone := decided(
            request, back, plan, lambda: actions.give_back(plan=plan, by=request.user, **values), sentence
        ):
            return gone
    if request.method == "POST" and not returns and form.is_valid():
        values = form.values | {"on": today()}
        takes_last = stage == signing.Stage.APPROVED or takes_both
        sentence = _("El plan quedó aprobado.") if takes_last else _("Firmado. Ya lo sabe quien lo aprueba.")
        if gone := decided(request, form, plan, lambda: actions.sign(plan=plan, by=request.user, **values), sentence):
            return gone
    signed = sign_offs.standing(plan)
    context = {
        "plan": plan,
        "steps": [
            (each.label, next((one for one in signed if one.stage == each), None), people.get(each))
            for each in signing.Stage
        ],
        "stage": signing.Stage(stage),
        "takes_both": takes_both,
        "is_turn": is_turn,
        "may_return": may_return,
        "signed_before": any(one.person_id == request.user.pk for one in signed),
        "warnings": approval_warnings(plan),
        "form": form,
        "back": back,
    }
    return render(request, "plans/plan_sign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_reopen(request, entity_slug, plan_slug):
    """An approved plan is a draft again; a closed one receives reports again."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.APPROVE_PLAN)
    if plan.state not in (State.APPROVED, State.CLOSED):
        return redirect_of(request, plan)
    is_closed = plan.state == State.CLOSED
    if request.method != "POST" and not is_closed and not can_reopen(plan):  # said before anybody writes a reason
        return refuse(request, NotReady(*published_reports(plan)), plan)
    form = ReasonForm(request.POST or None, initial={"revision": plan.revision})
    if request.method == "POST" and form.is_valid():
        values = form.values
        act = actions.resume if is_closed else actions.reopen
        sentence = (
            _("El plan está otra vez en marcha y recibe reportes.")
            if is_closed
            else _("El plan volvió a borrador: ya se puede editar lo programado.")
        )
        if gone := decided(request, form, plan, lambda: act(plan=plan, by=request.user, **values), sentence):
            return gone
    return render(request, "plans/plan_reopen.html", {"plan": plan, "form": form, "is_closed": is_closed})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_close(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.APPROVE_PLAN)
    if not plan.is_running:
        return redirect_of(request, plan)
    blockers = list(final_report(plan))
    if request.method == "POST" and not blockers:
        try:
            actions.close(plan=plan, by=request.user, on=today())
        except Stale:
            return refuse(request, stale_plan(), plan)
        except NotReady as error:
            return refuse(request, error, plan)
        messages.success(request, _("El plan quedó cerrado."))
        return redirect(plan)
    return render(request, "plans/plan_close.html", {"plan": plan, "blockers": blockers})


@require_POST
def plan_archive(request, entity_slug, plan_slug):
    """Archives a closed plan, or brings it back."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.APPROVE_PLAN)
    act = actions.archive if plan.state == State.CLOSED else actions.unarchive
    try:
        act(plan=plan, by=request.user)
    except Stale as error:
        return refuse(request, error, plan)
    messages.success(request, _("«%(plan)s»: %(state)s.") % {"plan": plan, "state": plan.get_state_display().lower()})
    return redirect(plan)


@require_safe
def approval_document(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    if plan.approval_document is None:
        return refuse(request, NotReady(_("De la aprobación de este plan no se guardó un documento.")), plan)
    content = files.opened(plan.approval_document)
    return FileResponse(content, as_attachment=True, filename=f"{plan.slug}-aprobacion.pdf")


def today():
    return timezone.localdate()


def decided(request, form, plan: Plan, act: Callable[[], Plan], sentence: str):
    """The way on after the verb; None when it was refused, and the form says why. A plan that changed meanwhile is
    to be looked at again."""
    try:
        act()
    except Stale:
        return refuse(request, stale_plan(), plan)
    except ValidationError as error:
        show(form, error)
        return None
    messages.success(request, sentence)
    return redirect(plan)


def reason_before(plan: Plan) -> str | None:
    """What to start the reason of a next version from: why it was reopened. None when it is the first."""
    return actions.reason_of(plan, "plan.reopen") if plan.versions.exists() else None


def redirect_of(request, plan: Plan):
    """Where a plan of another state goes on."""
    sentences = {
        State.DRAFT: _("El plan es un borrador."),
        State.IN_REVIEW: _("El plan está en revisión."),
        State.APPROVED: _("El plan ya está aprobado."),
        State.CLOSED: _("El plan está cerrado."),
        State.ARCHIVED: _("El plan está archivado."),
    }
    messages.info(request, sentences[plan.state])
    to_sign = plan.state == State.IN_REVIEW and State.APPROVED in PLANS.offered(plan, request.user)
    return redirect("plans:plan_sign", plan.entity.slug, plan.slug) if to_sign else redirect(plan)


def stale_plan() -> Stale:
    return Stale(_("Otra persona aprobó, reabrió o cambió el plan mientras usted lo revisaba. Mire cómo quedó."))
