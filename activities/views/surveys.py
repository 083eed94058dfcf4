"""What people said of the spaces of a plan: results, the answers as a file, and the opinions grouped into themes."""

import csv
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, may
from activities.access import session_or_404
from activities.forms.survey import GroupForm, ThemeForm
from activities.models import Opinion, Session, Theme
from activities.surveys import actions, answers, link, perception, tables
from display import qr
from display.dates import when
from display.lists import paginate
from plans.access import plan_or_404
from plans.models import Plan
from records.forms import attempt
from records.refusals import Refused, refuse

LAST = "grouped"  # in the session: what undoes the last opinion that was grouped


@require_safe
def results(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    found = perception.of_plan(plan)
    sessions = Session.objects.filter(activity__plan=plan)
    page = paginate(request, found.spaces)
    context = {
        "plan": plan,
        "total": found.total,
        "ratings": found.total.is_shown and tables.rating_table(tables.ratings_of(found.total), found.total.n),
        "blocks": tables.place_table(_("Por bloque"), _("Bloque"), tables.block_rows(found.blocks)),
        "spaces": tables.place_table(_("Por espacio"), _("Espacio"), tables.space_rows(page)),
        "spaces_at": f"{_results_of(plan)}espacios/",
        "page": page,
        "written": perception.written(perception.opinions_of(sessions)) if found.total.is_shown else [],
        "can_group": may(request.user, Permission.WRITE_REPORT, plan),
    }
    return render(request, "activities/survey_results.html", context)


@require_safe
def session_results(request, entity_slug, plan_slug, pk):
    """What was answered of one space, its link and its poster."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    session = session_or_404(plan, pk)
    today = timezone.localdate()
    if not link.is_evaluated(session):
        return refuse(
            request, Refused(_("Este espacio no se evalúa: su plan no está aprobado, o es un corte.")), session
        )
    tally = perception.of_plan(plan).of(session)
    address = settings.SITE_URL + link.address_of(session)
    may_read = tally.is_shown and may(request.user, Permission.REPORT_SESSION, session)
    opinions = perception.opinions_of(Session.objects.filter(pk=pk)) if may_read else Opinion.objects.none()
    context = {
        "plan": plan,
        "session": session,
        "day": when(*link.day_of(session)),
        "standing": link.standing(session, today),
        "days": link.days_of(session),
        "heir": link.heir(session),
        "address": address,
        "code": link.code_of(session),
        "drawing": qr.drawing(
            address, _("Código QR con la dirección de la evaluación: %(address)s") % {"address": address}
        ),
        "tally": tally,
        "ratings": tally.is_shown and tables.rating_table(tables.ratings_of(tally), tally.n),
        "opinions": opinions,
    }
    return render(request, "activities/survey_session.html", context)


@require_safe
def answers_file(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    found = perception.of_plan(plan)
    if not found.total.is_shown:
        return refuse(request, _too_few(), _results_of(plan))
    name = _("evaluación %(plan)s.csv") % {"plan": plan.slug}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    csv.writer(response).writerows(answers.rows(plan, found.told))
    return response


# --- Themes -----------------------------------------------------------------------------------------------------------


@require_safe
def opinion_next(request, entity_slug, plan_slug):
    """The first opinion without a theme, else the first."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    opinions = _opinions(plan)
    opinion = opinions.filter(themes=None).first() or opinions.first()
    if opinion is None:
        messages.info(request, _("Todavía nadie ha escrito una opinión."))
        return redirect(_results_of(plan))
    return redirect("activities:opinion_group", entity_slug, plan_slug, opinion.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion_group(request, entity_slug, plan_slug, pk):
    """An opinion, its themes, and the ones before and after it. `sigue` of a POST: where to go then."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    opinion = get_object_or_404(_opinions(plan).select_related("response__session__activity"), pk=pk)
    session = opinion.response.session
    session.activity.plan = plan
    found = perception.of_plan(plan)
    if not found.total.is_shown:
        return refuse(request, _too_few(), _results_of(plan))
    keys = list(_opinions(plan).values_list("pk", flat=True))
    at = keys.index(opinion.pk)
    before = {"themes": list(opinion.themes.values_list("pk", flat=True)), "is_quotable": opinion.is_quotable}
    form = GroupForm(request.POST or None, instance=opinion, plan=plan)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        saved = attempt(
            form,
            lambda: actions.group(
                opinion=opinion,
                themes=chosen["themes"],
                new_theme=chosen["new_theme"],
                is_quotable=chosen["is_quotable"],
                by=request.user,
                seen=form.seen,
            ),
        )
        if saved:
            going = request.POST.get("sigue", "next")
            request.session[LAST] = {"pk": pk, "revision": saved.revision, **before}
            if going == "undo":
                del request.session[LAST]
            to = {"undo": at, "previous": max(at - 1, 0)}.get(going, at + 1)
            if to == len(keys):
                messages.success(request, _("Esa era la última opinión."))
                return redirect(_results_of(plan))
            return redirect("activities:opinion_group", entity_slug, plan_slug, keys[to])
    context = {
        "plan": plan,
        "opinion": opinion,
        "form": form,
        "session": session if session.pk in found.told else None,
        "number": at + 1,
        "count": len(keys),
        "left": _opinions(plan).filter(themes=None).count(),
        "last": request.session.get(LAST) if request.session.get(LAST, {}).get("pk") in keys else None,
    }
    return render(request, "activities/opinion_group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def theme_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    return _edit(request, plan, Theme(plan=plan))


@require_http_methods(["GET", "HEAD", "POST"])
def theme_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    return _edit(request, plan, _theme_or_404(plan, pk))


def _edit(request, plan: Plan, theme: Theme) -> HttpResponse:
    name = theme.name
    form = ThemeForm(request.POST or None, instance=theme)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_theme(theme=theme, by=request.user, seen=form.seen))
    ):
        messages.success(request, _("Se guardó el tema «%(name)s».") % {"name": theme.name})
        return redirect("activities:theme_list", plan.entity.slug, plan.slug)
    themes = plan.themes.annotate(n=Count("opinions")) if theme.pk is None else []
    context = {"plan": plan, "theme": theme, "name": name, "form": form, "themes": themes}
    return render(request, "activities/theme_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def theme_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.WRITE_REPORT)
    theme = _theme_or_404(plan, pk)
    if request.method == "POST":
        try:
            actions.delete_theme(theme=theme, by=request.user)
        except Refused as error:
            return refuse(request, error, theme)
        messages.success(request, _("Se eliminó el tema «%(name)s».") % {"name": theme.name})
        return redirect("activities:theme_list", plan.entity.slug, plan.slug)
    return render(request, "activities/theme_delete.html", {"plan": plan, "theme": theme, "n": theme.opinions.count()})


def _opinions(plan: Plan):
    return perception.opinions_of(Session.objects.filter(activity__plan=plan))


def _theme_or_404(plan: Plan, pk: int) -> Theme:
    theme = get_object_or_404(plan.themes, pk=pk)
    theme.plan = plan
    return theme


def _results_of(plan: Plan) -> str:
    return reverse("activities:survey_results", args=[plan.entity.slug, plan.slug])


def _too_few() -> Refused:
    return Refused(_("Las respuestas se leen cuando son cinco o más, para que no se sepa de quién es cada una."))
