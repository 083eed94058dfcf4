"""The promises of an entity, each of them, its public evidence, and the form in which citizens say whether it was kept.

Nobody signs in. Of who answered nothing is kept: a signed cookie in the device says so there, and network addresses are
counted for an hour as keyed hashes.
"""

import csv
from datetime import date, timedelta
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Entity
from commitments import balance, carried
from commitments.answers import actions
from commitments.models import CitizenAnswer, Commitment
from commitments.models.answer import DAYS_TO_REPLY
from commitments.states import State
from display import qr
from display.dates import add_working_days
from display.lists import PAGE_SIZE, paginate
from plans.models import Plan
from portal.forms import AnswerForm
from portal.limits import BUSY, too_many
from portal.promises import listed, steps
from portal.promises.filters import PromiseFilter
from records import files
from records.contents import EXTENSIONS
from records.filters import filtered

AN_HOUR = "public, max-age=3600"  # of what may be withdrawn


@require_safe
@login_not_required
def promise_list(request, entity_slug):
    entity, today = get_object_or_404(Entity, slug=entity_slug), timezone.localdate()
    rows = listed.of_entity(entity, today).prefetch_related("extensions", "responsible")
    page, filters = filtered(request, PromiseFilter, rows, entity=entity, today=today)
    page.object_list = page.object_list.at(today)
    counts = balance.of(filters.whole, today, date.min)
    context = {
        "entity": entity,
        "today": today,
        "page": page,
        "filters": filters,
        "counts": counts,
        "total": listed.total(counts),
        "parts": listed.parts(counts),
    }
    return render(request, "portal/promises.html", context)


@require_safe
@login_not_required
def promise_file(request, entity_slug):
    """What the list shows, all its pages: the same query string."""
    entity, today = get_object_or_404(Entity, slug=entity_slug), timezone.localdate()
    rows = listed.of_entity(entity, today)
    filters = PromiseFilter(request.GET, queryset=rows, request=request, entity=entity, today=today)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = _("compromisos %(entity)s %(day)s.csv") % {"entity": entity.slug, "day": today}
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    csv.writer(response).writerows(listed.file_rows(entity, filters.qs, today))
    return response


@require_safe
@login_not_required
def promise(request, entity_slug, pk):
    """One that a later plan carried on leads to the page of that one, which tells it whole."""
    commitment = _public(entity_slug, pk)
    last = carried.last_of(commitment)
    if last != commitment:
        return redirect("portal:promise", entity_slug, last.pk)
    today, line = timezone.localdate(), carried.line(commitment)
    answers = list(carried.answers_of(line))
    told = steps.steps_of(line, answers, today)
    row, address = commitment.at(today), listed.address_of(commitment.plan.entity, commitment)
    progress = [step for step in told if step.progress is not None]
    said = [answer.kind for answer in answers]
    context = _context(commitment, today) | {
        "row": row,
        "before": line[:-1],
        "session": line[0].session,
        "page": paginate(request, told, PAGE_SIZE),
        "progress": progress[-1] if progress else None,
        "n_kept": said.count(CitizenAnswer.Kind.CONFIRMS),
        "n_short": said.count(CitizenAnswer.Kind.DISPUTES),
        "address": address.partition("//")[2],
        "drawing": qr.drawing(
            address, _("Código QR con la dirección de esta página: %(address)s") % {"address": address}
        ),
    }
    return render(request, "portal/promise.html", context)


@require_safe
@login_not_required
def promise_proof(request, entity_slug, pk, proof):
    """A file that may be published and nobody withdrew: a picture to look at, anything else to keep. The name that it
    was sent with stays private."""
    commitment = _public(entity_slug, pk)
    row = get_object_or_404(steps.proofs_of(carried.line(commitment)).exclude(file=None), pk=proof)
    try:
        content = files.opened(row.page_file or row.file)
    except files.Damaged as error:
        raise Http404 from error
    name = _("compromiso-%(number)s-evidencia-%(proof)s") % {"number": commitment.pk, "proof": row.pk}
    response = FileResponse(
        content,
        as_attachment=not row.is_picture,
        filename=name + EXTENSIONS[row.media_type],
        content_type=row.media_type,
    )
    response["Cache-Control"] = AN_HOUR
    return response


# --- What citizens answer ---------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def promise_answer(request, entity_slug, pk):
    commitment, today = _public(entity_slug, pk), timezone.localdate()
    last = carried.last_of(commitment)
    if last != commitment and request.method != "POST":
        return redirect("portal:promise_answer", entity_slug, last.pk)
    form = AnswerForm(request.POST or None)
    if not actions.takes_answers(commitment, today):
        typed = form.typed if request.method == "POST" else ""
        context = _context(last, today) | {"typed": typed}
        return render(request, "portal/promise_said.html", context, status=409 if request.method == "POST" else 200)
    if given := _given(request, commitment):
        return _thanks(request, commitment, *given)
    status, known = 200, None
    if request.method == "POST" and form.is_valid():
        if too_many(request, settings.PROMISE_RATE_LIMITS, about="promise", pk=commitment.pk):
            form.add_error(None, BUSY)
            status = 429
        else:
            data = form.cleaned_data
            answer = actions.answer(
                commitment=commitment, kind=data["kind"], text=data["text"], key=data["form_key"], on=today
            )
            if answer.form_key == data["form_key"]:
                return _kept(request, commitment, answer)
            known, status = answer, 409
    context = _context(commitment, today) | {"form": form, "known": known}
    return render(request, "portal/promise_answer.html", context, status=status)


def _cookie(commitment: Commitment) -> str:
    """Of what was declared on a day: once it is declared again, the device answers again."""
    return f"convite_respondido_{commitment.pk}_{actions.last_day(commitment) or ''}"


def _given(request, commitment: Commitment) -> tuple[str, date] | None:
    """What this device answered, and when."""
    kind, _sep, day = request.get_signed_cookie(_cookie(commitment), "").partition(" ")
    return (kind, date.fromisoformat(day)) if day else None


def _kept(request, commitment: Commitment, answer: CitizenAnswer) -> HttpResponse:
    response = redirect(request.path)
    last = actions.last_day(commitment) or answer.answered_on + actions.ANSWERED_FOR
    response.set_signed_cookie(
        _cookie(commitment),
        f"{answer.kind} {answer.answered_on}",
        max_age=last - answer.answered_on + timedelta(days=1),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _thanks(request, commitment: Commitment, kind: str, on: date) -> HttpResponse:
    if request.method == "POST":
        return redirect(request.path)
    disputed = kind == CitizenAnswer.Kind.DISPUTES
    reply_by = add_working_days(on, DAYS_TO_REPLY) if disputed else None
    context = {"on": on, "reply_by": reply_by, "days": DAYS_TO_REPLY}
    return render(request, "portal/promise_thanks.html", _context(commitment, on) | context)


# --- Of all of them ---------------------------------------------------------------------------------------------------


def _public(entity_slug: str, pk: int) -> Commitment:
    """Http404 unless its plan is public."""
    rows = Commitment.objects.filter(plan__entity__slug=entity_slug, plan__state__in=Plan.PUBLIC)
    rows = rows.select_related("plan__entity", "session__activity")
    return get_object_or_404(rows.prefetch_related("extensions", "groups", "responsible"), pk=pk)


def _context(commitment: Commitment, today: date) -> dict:
    """With why it takes no answers: "not_yet", "over" (their last day has passed), the state that ends it; "" if it
    does."""
    why = "not_yet"
    if actions.takes_answers(commitment, today):
        why = ""
    elif commitment.state in actions.DECLARED:
        why = "over"
    elif commitment.state in (State.BREACHED, State.CARRIED_OVER):
        why = commitment.state
    return {
        "entity": commitment.plan.entity,
        "plan": commitment.plan,
        "commitment": commitment,
        "why": why,
        "last": actions.last_day(commitment),
        "is_overdue": commitment.at(today).days_overdue > 0,
    }
