"""The report of a space: what happened, who came, what was promised, and its photographs, in one form."""

from copy import copy
from itertools import chain

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from activities import beside, reporting
from activities.access import extended_or_404, reported_or_404
from activities.changes import offering
from activities.evidence import Several
from activities.forms import measured  # noqa: F401 — registers its part of the report
from activities.forms.change import keep_why
from activities.forms.report import report_form
from activities.forms.reported import last_time
from activities.models import ChangeRequest, Session
from activities.returns.locking import Held, held_of
from display.figures import whole
from display.text import enumeration
from records import contents
from records.forms import attempt
from records.refusals import refuse

MOST_FILES = 12  # with one report


@require_http_methods(["GET", "HEAD", "POST"])
def session_update(request, entity_slug, plan_slug, pk):
    session = reported_or_404(request, entity_slug, plan_slug, pk)
    if session.withdrawn_on:
        return refuse(request, ValidationError(_("Este espacio se retiró del plan: no se reporta.")), session)
    # What was typed meanwhile is refused when it is saved, and stays in the form.
    if request.method != "POST" and (held := held_of(session)):
        return refuse(request, Held(held), session)
    return report(request, session)


@require_http_methods(["GET", "HEAD", "POST"])
def session_extra(request, entity_slug, plan_slug, pk):
    """The report of a session that was not programmed: no unit of the plan, but people and results."""
    activity = extended_or_404(request, entity_slug, plan_slug, pk)
    return report(request, Session(activity=activity, planned_units=0))


def report(request, session: Session) -> HttpResponse:
    before = copy(session) if session.pk else None  # the form writes what was typed on the instance
    form = report_form(session)(request.POST or None, instance=session)
    planned = [group for group in form.groups if group.planned]
    parts = beside.parts_of(session, request.user, planned, request.POST or None)
    sent = None
    if request.method == "POST":
        if form.is_valid() and (answer := change_instead(request, form)):
            return answer
        sent = received(request, session)
        if are_valid(form, parts) and (saved := save(request, form, before, parts, sent)):
            return told(request, form, saved)
        if again := sent_already(form, session):
            return report(request, again)
        tell_files(request, sent.refused)
    context = {
        "plan": session.activity.plan,
        "activity": session.activity,
        "session": before or session,
        "is_new": before is None,
        "form": form,
        "parts": parts,
        "instead": instead_of(request, before),
        "most_files": MOST_FILES,
        "accept": contents.ACCEPT,
        # What is refused of the form takes no file with it, nor leaves one in the space.
        "waiting": sent.waiting if sent else [],
        "n_evidence": before.evidence.standing().count() if before else 0,
    }
    form.recall(last_time(before or session))
    return render(request, "activities/session_report.html", context)


def are_valid(form, parts: list[beside.Part]) -> bool:
    """All say what they miss, of what the answer asks for."""
    if form.is_valid() and not form.instance.held_on:
        parts.clear()
    for sentence in chain.from_iterable(part.check() for part in parts):
        form.add_error(None, sentence)
    return form.is_valid()


def received(request, session: Session) -> Several:
    """The files of this try, and those that wait since one before."""
    waiting = request.POST.getlist("waiting")[:MOST_FILES]
    uploads = sent_files(request)[: MOST_FILES - len(waiting)]
    plan = session.activity.plan
    return Several(plan=plan, session=session, uploads=uploads, waiting=waiting, by=request.user)


def save(request, form, before: Session | None, parts: list[beside.Part], sent: Several) -> Session | None:
    sent_as, seen = form.cleaned_data.get("sent_as"), form.seen
    if before and sent_as and before.sent_as == sent_as and seen == before.revision - 1:
        seen = before.revision  # the same form again: what it saved was its own
    saved = attempt(
        form,
        lambda: reporting.report_session(
            session=form.instance,
            before=before,
            kept=form.kept,
            people=form.people,
            kept_cells=form.kept_cells,
            cells=form.cells,
            by=request.user,
            seen=seen,
            sent_as=sent_as,
            beside=[*parts, sent],
        ),
    )
    if saved:
        tell_files(request, sent.finished()[1])
    return saved


def sent_already(form, session: Session) -> Session | None:
    """The space that a form saved a moment ago, when it arrives once more: the answer is then that of the first."""
    sent_as = form.cleaned_data.get("sent_as") if hasattr(form, "cleaned_data") else None
    if not sent_as or (session.pk and session.sent_as == sent_as):
        return None
    saved = Session.objects.filter(activity=session.activity, sent_as=sent_as).first()
    if saved:
        saved.activity = session.activity
    return saved


def told(request, form, saved: Session) -> HttpResponse:
    messages.success(request, _("Se guardó el reporte."))
    if form.is_total_summed:
        total = whole(saved.attendance_total)
        messages.info(request, _("Asistentes en total: %(n)s, la suma de los grupos.") % {"n": total})
    if request.htmx:  # static/js/report.js, which goes there
        return HttpResponseClientRedirect(saved.get_absolute_url())
    return redirect(saved)


def sent_files(request) -> list[UploadedFile]:
    return [*request.FILES.getlist("photos"), *request.FILES.getlist("files")]


def tell_files(request, refused: list[str]) -> None:
    """Of each file that did not enter, why."""
    for sentence in refused:
        messages.warning(request, sentence)
    if more := sent_files(request)[MOST_FILES - len(request.POST.getlist("waiting")[:MOST_FILES]) :]:
        names = enumeration([f"«{contents.name_of(file)}»" for file in more])
        sentence = _("Se reciben %(most)s archivos a la vez. Falta enviar %(names)s.")
        messages.warning(request, sentence % {"most": MOST_FILES, "names": names})


def instead_of(request, session: Session | None) -> list[offering.Choice]:
    """What may be asked of planning instead of saying that a space was not held."""
    if session is None or not offering.may_ask(request.user, session):
        return []
    asked = ChangeRequest(plan=session.activity.plan, activity=session.activity, session=session)
    kinds = (ChangeRequest.Kind.RESCHEDULE, ChangeRequest.Kind.CARRY, ChangeRequest.Kind.WITHDRAW)
    return [choice for choice in offering.choices(asked, kinds, timezone.localdate()) if not choice.hindered]


def change_instead(request, form) -> HttpResponse | None:
    """To the request of a change, with the reason that was typed; nothing is reported."""
    kind, session = request.POST.get("instead"), form.instance
    if kind not in ChangeRequest.Kind or "reason_kind" not in form.cleaned_data:
        return None
    keep_why(request, session.pk, form.cleaned_data["reason_kind"], form.cleaned_data["reason"])
    place = reverse("activities:session_change", args=[request.entity.slug, session.activity.plan.slug, session.pk])
    return redirect(f"{place}?que={kind}")
