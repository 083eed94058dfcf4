"""How complete a plan is and what is said of how it is written, with the reasons for leaving something as it is."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from activities.forms.justify import JustifyForm
from activities.quality import RULES, Finding, findings_in, findings_of, read
from activities.quality.sections import completeness_of
from display.lists import paginate
from plans import justifications
from plans.access import plan_or_404
from plans.models import Plan
from records.forms import attempt


@require_safe
def completeness(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    reading = read(plan)
    titles = {code: str(rule.title) for code, rule in RULES.items()}
    shown = completeness_of(reading, findings_in(reading), titles)
    return render(request, "activities/completeness.html", {"plan": plan, "shown": shown})


@require_safe
def finding_detail(request, entity_slug, plan_slug, code):
    """Everything that one rule found, and what was left as it is."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    rule, finding = _found(plan, code)
    page = paginate(request, finding.found if finding else [])
    context = {"plan": plan, "rule": rule, "finding": finding, "page": page}
    return render(request, "activities/finding_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_justify(request, entity_slug, plan_slug, code):
    """`de` of the query: what is left as it is ("activity:7"); without it, all that the rule finds."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    rule, finding = _found(plan, code)
    subject = request.GET.get("de", "")
    match = next((match for match in (finding.found if finding else []) if match.subject == subject), None)
    if finding is None or not rule.may_stay or not (match or (not subject and finding.may_stay_whole)):
        messages.info(request, _("Ya no hay nada que dejar así: el plan cambió, o alguien ya dijo por qué."))
        return redirect("activities:completeness", plan.entity.slug, plan.slug)
    form = JustifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(
            form,
            lambda: justifications.justify(plan=plan, finding=code, subject=subject, reason=reason, by=request.user),
        ):
            messages.success(request, _("Se deja así, con su razón."))
            return redirect("activities:completeness", plan.entity.slug, plan.slug)
    text = finding.said_of(match) if match else finding.text
    context = {"plan": plan, "rule": rule, "finding": finding, "text": text, "form": form}
    return render(request, "activities/finding_justify.html", context)


@require_POST
def justification_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    justification = get_object_or_404(plan.justifications, pk=pk)
    justification.plan = plan  # spares a statement
    justifications.take_back(justification=justification, by=request.user)
    messages.success(request, _("La razón se retiró: el hallazgo vuelve a la lista."))
    return redirect("activities:completeness", plan.entity.slug, plan.slug)


def _found(plan: Plan, code: str) -> tuple:
    if code not in RULES:
        raise Http404
    finding: Finding | None = next((finding for finding in findings_of(plan) if finding.code == code), None)
    return RULES[code], finding
