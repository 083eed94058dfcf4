"""The evaluation of a space: a form of two minutes for who was there, and the poster that leads to it.

Nobody signs in. What is kept of a device is a signed cookie in the device itself; network addresses are counted for an
hour as keyed hashes.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from activities.models import Session
from activities.surveys import actions, link
from activities.surveys.link import Standing
from activities.surveys.perception import LEAST
from display import qr
from display.dates import when
from portal.forms import SurveyForm
from portal.limits import BUSY, too_many

A_DAY = 24 * 3600
MOST_PROMISES = 10  # of a space that are named; the list of the entity has them all


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def survey(request, code):
    session = link.session_of(code)
    if session is None:
        return render(request, "portal/survey_unknown.html", status=404)
    today, form = timezone.localdate(), SurveyForm(request.POST or None)
    standing = link.standing(session, today)
    if request.method == "POST" and standing != Standing.OPEN:
        return _said(request, session, standing, typed=form.typed, status=409)
    cookie = f"convite_evaluado_{session.pk}"
    if standing != Standing.OPEN:
        return _said(request, session, standing)
    if request.get_signed_cookie(cookie, ""):
        return redirect(request.path) if request.method == "POST" else _said(request, session, "thanks")
    status = 200
    if request.method == "POST" and form.is_valid():
        if too_many(request, settings.SURVEY_RATE_LIMITS, about="space", pk=session.pk):
            form.add_error(None, BUSY)
            status = 429
        else:
            key = form.cleaned_data["form_key"]
            actions.answer(session=session, ratings=form.ratings, opinions=form.opinions, key=key, on=today)
            response = redirect(request.path)
            response.set_signed_cookie(
                cookie,
                "1",
                max_age=(link.days_of(session)[1] - today).days * A_DAY + A_DAY,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
            return response
    return render(request, "portal/survey.html", _context(session) | {"form": form}, status=status)


@require_safe
@login_not_required
def poster(request, code):
    session = link.session_of(code)
    if session is None:
        return render(request, "portal/survey_unknown.html", status=404)
    standing = link.standing(session, timezone.localdate())
    if standing in (Standing.WITHDRAWN, Standing.NOT_HELD):
        return _said(request, session, standing)
    address = settings.SITE_URL + link.address_of(session)
    title = _("Código QR con la dirección de la evaluación: %(address)s") % {"address": address}
    context = {"address": address.partition("//")[2], "drawing": qr.drawing(address, title)}
    return render(request, "portal/survey_poster.html", _context(session) | context)


def _said(request, session: Session, standing: str, *, typed=(), status: int = 200) -> HttpResponse:
    """Why there is no form, and where to go instead. `typed`: what was written all the same, to copy it."""
    context = {"standing": standing, "typed": typed, "promises": session.commitments.all()[:MOST_PROMISES]}
    if following := link.heir(session):
        context |= {
            "heir": following,
            "heir_url": link.address_of(following),
            "heir_day": when(*link.day_of(following)),
        }
    return render(request, "portal/survey_said.html", _context(session) | context, status=status)


def _context(session: Session) -> dict:
    plan = session.activity.plan
    first, last = link.days_of(session)
    return {
        "entity": plan.entity,
        "plan": plan,
        "session": session,
        "day": when(*link.day_of(session)),
        "first": first,
        "last": last,
        "least": LEAST,
    }
