"""Why a session fell short, from the list where it was missed."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from activities import reporting
from activities.access import session_or_404
from activities.forms.explain import ExplainForm
from activities.returns.locking import Held, held_of
from plans.access import plan_or_404
from records.forms import attempt
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def session_explain(request, entity_slug, plan_slug, pk):
    """Saves the reason alone, as its report would. `next`: the page of this site that asked."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    session = session_or_404(plan, pk)
    require(request.user, Permission.REPORT_SESSION, session)
    if session.withdrawn_on or session.achieved(timezone.localdate()) is None:
        sentence = _("Nadie ha dicho todavía qué pasó: primero se reporta, y ahí mismo se explica lo que faltó.")
        return refuse(request, ValidationError(sentence), session)
    if request.method != "POST" and (held := held_of(session)):
        return refuse(request, Held(held), session)
    back = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    before = copy(session)  # the form writes what was typed on the instance
    form = ExplainForm(request.POST or None, instance=session)
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            form,
            lambda: reporting.report_session(
                session=session, before=before, kept={}, people={}, by=request.user, seen=form.seen
            ),
        )
        if saved:
            messages.success(request, _("Se guardó por qué faltó: %(session)s.") % {"session": session.activity})
            return redirect(back or saved)
    context = {"plan": plan, "session": before, "activity": session.activity, "form": form, "next": back}
    return render(request, "activities/session_explain.html", context)
