"""A session: detail and planned side."""

from itertools import chain

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, may
from activities import actions, clashes, differential
from activities.access import activity_or_404, evidence_of, session_or_404
from activities.agenda import to_report
from activities.changes import offering
from activities.forms.session import SessionPlanForm
from activities.metrics import unit_of
from activities.models import ExecutionState, Session
from activities.returns.locking import held_of
from activities.surveys.link import is_evaluated
from display.dates import Precision, when
from display.values import filled
from plans import states
from plans.access import plan_or_404
from records import drift, sources
from records.forms import attempt
from records.refusals import refuse

REPORTED = (
    *("reason_kind", "reason", "attendance_source", "attendance_note", "summary", "topics", "questions", "comments"),
    *("contributions", "results", "achieved_incidence", "modality", "place", "locality", "hour", "footnote"),
)


def title_of(session: Session) -> str:
    """ "Espacio del 16 de marzo de 2026", or "Espacio de marzo de 2026"."""
    written = when(session.planned_on, session.planned_precision)
    if session.planned_precision == Precision.MONTH:
        return _("Espacio de %(month)s") % {"month": written}
    return _("Espacio del %(day)s") % {"day": written}


@require_safe
def session_detail(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    session = session_or_404(plan, pk)
    today = timezone.localdate()
    can_plan = may(request.user, Permission.EDIT_PLAN, plan)
    state = session.execution_state(today)
    held = held_of(session)
    can_report = not (session.withdrawn_on or held) and may(request.user, Permission.REPORT_SESSION, session)
    is_reported = can_report and state not in (ExecutionState.SCHEDULED, ExecutionState.DUE, ExecutionState.OVERDUE)
    can_commit = may(request.user, Permission.RECORD_COMMITMENT, session)
    commitments = plan.commitments.filter(session=session).at(today)
    attendances = list(session.attendances.select_related("group"))
    context = {
        "plan": plan,
        "session": session,
        "activity": session.activity,
        "title": title_of(session),
        "state": state,
        "next_to_report": to_report(plan, request.user, today).first() if is_reported else None,
        "facts": filled(session, REPORTED),
        "attendances": attendances,
        "differential": differential.of(session),
        "metrics": [(metric, unit_of(metric.kind)) for metric in session.metrics.all()],
        "commitments": commitments,
        "asks_promises": can_commit and is_reported and session.held_on and not commitments,
        "sources": [*sources.of(session), *chain.from_iterable(sources.of_rows(attendances).values())],
        "can_edit": can_plan and not session.activity.is_frozen and session.planned_units > 0,
        "can_delete": can_plan and (not session.activity.is_frozen or not session.planned_units),
        "can_commit": can_commit,
        "requests": session.changes.told(),
        "can_change": offering.may_ask(request.user, session),
        "can_report": can_report,
        "held": held,
        "evaluated": session.responses.count() if is_evaluated(session) else None,
        **evidence_of(session, request.user),
    }
    return render(request, "activities/session_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_create(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(plan), activity)
    session = Session(activity=activity, modality=activity.modality, locality=activity.locality)
    return programme(request, session)


@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    session = session_or_404(plan, pk)
    if session.activity.is_frozen:
        return refuse(request, states.Frozen(plan), session)
    if not session.planned_units:
        return refuse(request, ValidationError(_("Este espacio no estaba programado: cambie su reporte.")), session)
    return programme(request, session)


def programme(request, session: Session) -> HttpResponse:
    is_new = session.pk is None
    form = SessionPlanForm(request.POST or None, instance=session)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: actions.plan_session(session=session, by=request.user, seen=form.seen))
        if saved:
            messages.success(request, _("Se guardó el espacio."))
            if said := clashes.said(session.activity, [session]):
                messages.warning(request, said)
            if "another" in request.POST:
                return redirect(
                    "activities:session_create", request.entity.slug, session.activity.plan.slug, session.activity_id
                )
            return redirect(session.activity)
    context = {"plan": session.activity.plan, "activity": session.activity, "is_new": is_new, "form": form}
    return render(request, "activities/session_form.html", context | {"session": session})


@require_http_methods(["GET", "HEAD", "POST"])
def session_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    session = session_or_404(plan, pk)
    if session.activity.is_frozen and session.planned_units:
        return refuse(request, states.Frozen(plan), session)
    if blockers := actions.session_blockers(session):
        return refuse(request, ValidationError(blockers), session)
    if request.method == "POST":
        try:
            actions.delete_session(session=session, by=request.user)
        except ValidationError as error:
            return refuse(request, error, session)
        messages.success(request, _("Se eliminó el espacio."))
        return redirect(session.activity)
    consequences = [
        sentence
        for sentence, applies in (
            (_("Se elimina también lo que se reportó de ella."), not session.planned_units),
            (_("Se eliminan las personas contadas por grupo."), session.attendances.exists()),
            (_("Se elimina su conteo diferencial."), session.disaggregations.exists()),
            (_("Se eliminan las métricas que son de este espacio."), session.metrics.exists()),
        )
        if applies
    ]
    consequences += drift.of_deletion(session)
    context = {"plan": plan, "session": session, "activity": session.activity, "consequences": consequences}
    return render(request, "activities/session_delete.html", context)
