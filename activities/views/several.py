"""Several activities of a draft, chosen in the list: changed or deleted in one step, and put back in one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from activities import several, undo
from activities.filters import ActivityFilter
from activities.forms.several import SeveralForm
from activities.grid import writing
from plans import states
from plans.access import plan_or_404
from plans.models import Plan
from records.forms import show
from records.refusals import refuse


@require_POST
def activity_several(request, entity_slug, plan_slug):
    """`do` says what: ask (show the form), all (the same, of the whole list), apply, or delete."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    query, list_url = address(request, plan)
    if plan.is_frozen:
        return refuse(request, states.Frozen(plan), list_url)
    do = request.POST.get("do", "ask")
    seen = whole_list(request, plan, query) if do == "all" else chosen(request)
    if not seen:
        return refuse(request, ValidationError(_("Elija primero las actividades que quiere cambiar.")), list_url)
    form = SeveralForm(request.POST if do == "apply" else None, plan=plan)
    try:
        if do == "delete":
            stash = several.delete(plan=plan, seen=seen, by=request.user)
            words = ngettext("Se eliminó %(n)s actividad.", "Se eliminaron %(n)s actividades.", len(seen))
            undo.offer(request, plan, words % {"n": len(seen)}, stash)
            return redirect(list_url)
        if do == "apply" and form.is_valid():
            number, stash = several.change(plan=plan, seen=seen, wanted=form.wanted, by=request.user)
            if not number:
                messages.info(request, _("Ya estaban así: no hubo nada que cambiar."))
            else:
                words = ngettext("Se cambió %(n)s actividad.", "Se cambiaron %(n)s actividades.", number)
                undo.offer(request, plan, words % {"n": number}, stash)
            return redirect(list_url)
    except ValidationError as error:
        if do != "apply":
            return refuse(request, error, list_url)
        show(form, error)
    rows = plan.activities.filter(pk__in=seen).by_phase()
    context = {
        "plan": plan,
        "form": form,
        "rows": rows,
        "picked": " ".join(f"{pk}:{revision}" for pk, revision in seen.items()),
        "query": query,
        "list_url": list_url,
        "came_from": request.POST.get("from", ""),
    }
    return render(request, "activities/activity_several.html", context)


@require_POST
def activity_undo(request, entity_slug, plan_slug) -> HttpResponse:
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    _query, list_url = address(request, plan)
    stash = undo.take(request, plan)
    if stash is None:
        return refuse(request, ValidationError(_("Ya no hay nada que deshacer.")), list_url)
    try:
        verb = writing.undo if "grid" in stash else several.undo
        number = verb(plan=plan, stash=stash, by=request.user)
    except ValidationError as error:
        return refuse(request, error, list_url)
    words = ngettext("%(n)s actividad quedó como estaba.", "%(n)s actividades quedaron como estaban.", number)
    messages.success(request, words % {"n": number})
    return redirect(list_url)


def address(request, plan: Plan) -> tuple[str, str]:
    """The filters of the list from which one came, and its address with them; or that of the table."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    came_from = "grid" if request.POST.get("from") == "grid" else "activity_list"
    url = reverse(f"activities:{came_from}", args=[plan.entity.slug, plan.slug])
    return query, f"{url}?{query}" if query else url


def chosen(request) -> several.Seen:
    """Of "12:0 13:4" in one field or several: {12: 0, 13: 4}; what is no such pair is left out."""
    seen = {}
    for pair in " ".join(request.POST.getlist("rows")).split():
        pk, _colon, revision = pair.partition(":")
        if pk.isdecimal() and revision.isdecimal() and len(pk) < 19 and len(revision) < 10:
            seen[int(pk)] = int(revision)
    return seen


def whole_list(request, plan: Plan, query: str) -> several.Seen:
    filters = ActivityFilter(
        QueryDict(query), queryset=plan.activities.all(), request=request, plan=plan, today=timezone.localdate()
    )
    return dict(filters.qs.values_list("pk", "revision"))
