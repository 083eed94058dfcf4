"""An extension: asked from the page of its promise, and decided."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, may, require
from commitments.access import commitment_or_404
from commitments.extensions import actions
from commitments.extensions.forms import DecideForm, ExtensionForm
from commitments.models import Commitment, Extension
from commitments.states import OPEN
from plans.access import plan_or_404
from plans.models import Plan
from plans.states import Closed
from records.forms import attempt
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def extension_ask(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    commitment = commitment_or_404(plan, pk)
    require(request.user, Permission.FOLLOW_COMMITMENT, commitment)
    if request.method != "POST" and (hindered := _hindered(commitment)):
        return refuse(request, hindered, commitment)  # who typed already is told in the form
    today = timezone.localdate()
    form = ExtensionForm(request.POST or None, instance=Extension(commitment=commitment), today=today)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("due_on", "reason")}
        asked = attempt(
            form,
            lambda: actions.ask_extension(commitment=commitment, on=today, by=request.user, **values),
            commitment,
        )
        if asked:
            messages.success(request, _("Se pidió la prórroga. Mientras planeación decide, el plazo sigue igual."))
            return redirect(asked if may(request.user, Permission.DECIDE_CHANGE, asked) else commitment)
    context = {"plan": plan, "commitment": commitment, "form": form}
    return render(request, "commitments/extension_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def extension_decide(request, entity_slug, plan_slug, pk):
    """Whoever reads the plan reads it; planning decides it here."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    extension = extension_or_404(plan, pk)
    if request.method == "POST":
        require(request.user, Permission.DECIDE_CHANGE, extension)
    form = DecideForm(request.POST or None, initial={"revision": extension.revision})
    if request.method == "POST" and form.is_valid():
        data, facts = form.cleaned_data, {"on": timezone.localdate(), "by": request.user, "seen": form.seen}
        is_granted = data["decision"] == Extension.State.GRANTED
        decide = actions.grant_extension if is_granted else actions.refuse_extension
        done = attempt(form, lambda: decide(extension=extension, note=data["note"], **facts) or True, extension)
        if done:
            granted = _("Se concedió: el plazo nuevo rige desde hoy, y el anterior queda a la vista.")
            messages.success(request, granted if is_granted else _("Se negó: el plazo sigue igual."))
            return redirect(extension.commitment)
        extension = extension_or_404(plan, pk)  # as it is now: the refused move stays in the row in memory
    is_waiting = extension.state == Extension.State.REQUESTED
    may_decide = may(request.user, Permission.DECIDE_CHANGE, extension)
    context = {
        "plan": plan,
        "commitment": extension.commitment,
        "extension": extension,
        "before": [row for row in extension.commitment.granted if row.pk != extension.pk],
        "is_open": extension.commitment.state in OPEN,
        "is_waiting": is_waiting,
        "can_decide": may_decide and (is_waiting or bool(form.errors)),  # who comes second keeps the note
        "form": form,
    }
    return render(request, "commitments/extension_detail.html", context)


def _hindered(commitment: Commitment) -> ValidationError | None:
    if commitment.plan.state in (Plan.State.CLOSED, Plan.State.ARCHIVED):
        return Closed()
    if commitment.state not in OPEN:
        return ValidationError(_("El compromiso ya está cerrado: no necesita más plazo."))
    if commitment.extensions.to_decide().exists():
        return ValidationError(_("Ya hay una prórroga por decidir de este compromiso."))
    return None


def extension_or_404(plan, pk: int) -> Extension:
    rows = Extension.objects.filter(commitment__plan=plan).select_related("commitment", "asked_by", "decided_by")
    extension = get_object_or_404(rows, pk=pk)
    extension.commitment.plan = plan
    return extension
