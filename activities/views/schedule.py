"""The spaces of an activity, proposed from a periodicity or from dates and saved at once."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from activities import actions, clashes, schedule
from activities.access import activity_or_404
from activities.forms.schedule import DatesFormSet, RuleForm, UnitsForm, suggested
from activities.models import Activity, Session
from activities.schedule import Proposed
from plans import states
from plans.access import plan_or_404
from records.forms import attempt
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def activity_schedule(request, entity_slug, plan_slug, pk):
    """A GET proposes what its address asks for; a POST saves the dates that were taken."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(plan), activity)
    kept = list(activity.sessions.filter(withdrawn_on=None))
    asked = request.GET if "every" in request.GET else suggested(activity)
    rule = RuleForm(asked, activity=activity)
    proposed = propose(activity, rule, kept)
    counts = activity.target_kind != Activity.TargetKind.PERCENTAGE  # a measuring date counts in no sum
    sent = request.POST if request.method == "POST" else None
    units = UnitsForm(sent) if counts else None
    rows = [{"take": row.take, "on": row.on, "precision": row.precision} for row in proposed.rows]
    formset = DatesFormSet(sent, initial=rows, kept=kept, form_kwargs={"activity": activity})
    if sent and all([formset.is_valid(), units is None or units.is_valid()]):
        number = units.cleaned_data["units"] if units else 1
        saved = attempt(
            units or rule,
            lambda: actions.schedule_sessions(activity=activity, dates=formset.dates, units=number, by=request.user),
        )
        if saved is not None:
            tell(request, activity, saved)
            return redirect(activity)
    by_day = {(row.on, row.precision): row for row in proposed.rows}
    context = {
        "plan": plan,
        "activity": activity,
        "rule": rule,
        "proposed": proposed,
        "formset": formset,
        "units": units,
        "rows": [(form, by_day.get(told(form))) for form in formset],
        "kept": kept,
        "unread": activity.periodicity and not asked,  # its periodicity says neither how often nor when
    }
    return render(request, "activities/schedule.html", context)


def propose(activity: Activity, rule: RuleForm, kept: list[Session]) -> Proposed:
    if not rule.is_valid():
        return Proposed([])
    if rule.rule:
        shift = rule.cleaned_data["shift"] or schedule.AFTER
        return schedule.by_rule(activity, rule.rule, start=rule.start, end=rule.end, shift=shift, kept=kept)
    return schedule.by_dates(activity, rule.found, kept)


def told(form) -> tuple:
    """What a row of dates says: as proposed, or as it was typed."""
    on = form.fields["on"].to_python(form["on"].value()) if not form.is_bound or form.is_valid() else None
    return on, form["precision"].value()


def tell(request, activity: Activity, saved: list[Session]) -> None:
    text = ngettext("Se programó %(n)s espacio.", "Se programaron %(n)s espacios.", len(saved))
    messages.success(request, text % {"n": len(saved)})
    if said := clashes.said(activity, saved):
        messages.warning(request, said)
