"""The verification of a promise with citizens, from its page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from activities.evidence import add_evidence
from activities.models import Evidence
from commitments.access import commitment_or_404
from commitments.models import Commitment, Verification
from commitments.states import State
from commitments.verifications import actions
from commitments.verifications.forms import VerificationForm
from plans.access import plan_or_404
from plans.models import Plan
from plans.states import Closed
from records.forms import attempt
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def verification_create(request, entity_slug, plan_slug, pk):
    """The minutes are kept before anything else is read: who has to mend a field does not send them again."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    commitment = commitment_or_404(plan, pk)
    require(request.user, Permission.EDIT_PLAN, commitment)
    if request.method != "POST" and plan.state in (Plan.State.CLOSED, Plan.State.ARCHIVED):
        return refuse(request, Closed(), commitment)
    if request.method != "POST" and commitment.state != State.REPORTED_DONE:
        return refuse(request, ValidationError(_("Se verifica lo que ya se reportó como cumplido.")), commitment)
    today = timezone.localdate()
    data, unread = _with_minutes(request, commitment) if request.method == "POST" else (None, [])
    form = VerificationForm(
        data, instance=Verification(commitment=commitment), initial={"on": today}, commitment=commitment, today=today
    )
    if data is not None and form.is_valid():
        names = ("on", "is_kept", "with_whom", "found", "minutes")
        values = {name: form.cleaned_data[name] for name in names}
        verified = attempt(
            form,
            lambda: actions.verify(commitment=commitment, by=request.user, seen=form.seen, **values),
            commitment,
        )
        if verified:
            told = _("Quedó la verificación, y el compromiso vuelve a estar abierto.")
            messages.success(request, _("Quedó verificado con la ciudadanía.") if verified.is_kept else told)
            return redirect(commitment)
    for sentence in unread:
        form.add_error("file", sentence)
    context = {"plan": plan, "commitment": commitment, "n_open": commitment.answers.open().count(), "form": form}
    return render(request, "commitments/verification_form.html", context)


def _with_minutes(request, commitment: Commitment) -> tuple[QueryDict, list[str]]:
    """What was sent, with its file stored and chosen; and why it could not be."""
    data = request.POST.copy()
    if not (upload := request.FILES.get("file")):
        return data, []
    try:
        evidence = add_evidence(
            plan=commitment.plan, session=None, upload=upload, by=request.user, kind=Evidence.Kind.MINUTES
        )
    except ValidationError as error:
        return data, error.messages
    if evidence.kind == Evidence.Kind.MINUTES:  # the same file may be there as something else
        data["minutes"] = evidence.pk
        return data, []
    return data, [_("Ese archivo ya está en el plan, como otra clase de evidencia. Cámbiele la clase a «Acta».")]
