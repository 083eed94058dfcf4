"""The editable table of a draft's activities: the page, a row, a cell, the place of a row, copies of some."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from activities import actions, order, undo
from activities.access import activity_or_404
from activities.forms.grid import RowForm, options_of
from activities.grid.catalogue import Catalogue, Unread, of_plan
from activities.grid.columns import BY_KEY, CHOICE, COLUMNS, COOKIE, KEPT_FOR, NAMES, shown
from activities.grid.rows import Row, in_table, rows_of
from activities.grid.table import page_with, section_ids, table
from activities.grid.writing import RefusedCells, write
from activities.models import Activity
from plans import states
from plans.access import plan_or_404
from plans.models import Plan
from records.forms import attempt
from records.refusals import Stale, refuse


def draft_or_404(request, entity_slug: str, plan_slug: str) -> Plan:
    return plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)


def place(name: str, plan: Plan, *args) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


@require_safe
def grid(request, entity_slug, plan_slug):
    plan = draft_or_404(request, entity_slug, plan_slug)
    if plan.is_frozen:
        return refuse(request, states.Frozen(plan), place("activity_list", plan))
    if "columnas" in request.GET:
        return keep_columns(request, plan)
    catalogue, columns = of_plan(plan), shown(request)
    asked = request.GET.get("fila", "")  # the row to begin at
    at = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    page, sections = table(
        plan, catalogue, columns, page_with(plan, at) if at and "page" not in request.GET else request.GET.get("page")
    )
    context = {
        "plan": plan,
        "columns": columns,
        "all_columns": [(column, column in columns) for column in COLUMNS if column.optional],
        "page": page,
        "sections": sections,
        "at": at,
        "undo": undo.offered(request, plan),
        "schedule_url": place("schedule", plan, 0),  # of the row 0, which none is
        **controls(catalogue),
    }
    return render(request, "activities/grid.html", context)


def controls(catalogue: Catalogue) -> dict:
    """What cells are chosen from: options by column, and names that a text field proposes."""
    chosen = [(column, options_of(column, catalogue)) for column in COLUMNS if column.control == CHOICE]
    names = {"lead": [_("Todas las dependencias")], "groups": []}
    for key in names:
        names[key] += dict.fromkeys(row.name for row in catalogue.known[key].values())
    typed = [column for column in COLUMNS if column.control != CHOICE]
    return {"choices": chosen, "names": names.items(), "typed": typed, "with_names": NAMES}


def keep_columns(request, plan: Plan) -> HttpResponse:
    chosen = [key for key in request.GET.getlist("columnas") if key in BY_KEY]
    query = {"page": page} if (page := request.GET.get("page")) else {}
    answer = redirect(f"{place('grid', plan)}?{urlencode(query)}" if query else place("grid", plan))
    answer.set_cookie(COOKIE, ".".join(chosen), KEPT_FOR, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def grid_row(request, entity_slug, plan_slug, pk):
    """A row as a plain form."""
    plan = draft_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(plan), activity)
    return edit(request, plan, rows_of([activity])[pk])


@require_http_methods(["GET", "HEAD", "POST"])
def grid_new(request, entity_slug, plan_slug):
    """A new row; `phase` of the address or of the form says where. Answers in JSON to the table's script."""
    plan = draft_or_404(request, entity_slug, plan_slug)
    if plan.is_frozen:
        return refuse(request, states.Frozen(plan), place("activity_list", plan))
    return edit(request, plan, Row(Activity(plan=plan)))


def edit(request, plan: Plan, row: Row) -> HttpResponse:
    catalogue, pk, name = of_plan(plan), row.activity.pk, str(row.activity)
    initial = {} if pk else {"phase": request.GET.get("phase", "")}
    form = RowForm(request.POST or None, row=row, catalogue=catalogue)
    form.initial |= initial
    in_json = request.accepts("application/json") and not request.accepts("text/html")
    if request.method == "POST" and form.is_valid():
        written = attempt(form, lambda: save(plan, pk, form, request.user))
        if written:
            [(_before, after)] = written.rows
            if in_json:
                return JsonResponse(saved(plan, after, catalogue))
            messages.success(request, _("Se guardó la fila."))
            if "another" in request.POST:
                query = urlencode({"phase": after.texts(catalogue)["phase"]})
                return redirect(f"{place('grid_new', plan)}?{query}")
            return redirect(f"{place('grid', plan)}?{urlencode({'fila': after.activity.pk})}")
    if in_json:
        told = {name: " ".join(errors) for name, errors in form.errors.items()}
        return JsonResponse({"state": "refused", "told": told}, status=409)
    context = {"plan": plan, "activity": row.activity, "name": name if pk else "", "form": form}
    return render(request, "activities/grid_row.html", context | controls(catalogue))


def save(plan: Plan, pk: int | None, form: RowForm, by):
    try:
        return write(plan=plan, seen={pk: form.seen} if pk else {}, asked=[(pk, form.values)], by=by)
    except RefusedCells as error:
        raise ValidationError(error.cells[0]) from error


def saved(plan: Plan, row: Row, catalogue: Catalogue) -> dict:
    pk = row.activity.pk
    return {
        "state": "saved",
        "pk": pk,
        "revision": row.activity.revision,
        "texts": row.texts(catalogue),
        "section": section_ids(row.kept.phase),
        "url": place("grid_row", plan, pk),
    }


@require_POST
def grid_cell(request, entity_slug, plan_slug, pk):
    """One cell: `text` over `was`, the text that the person saw. Whatever else of the row changed meanwhile stays."""
    plan = draft_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return told(states.Frozen(plan))
    key, text, was = (request.POST.get(name, "") for name in ("column", "text", "was"))
    if key not in BY_KEY:
        return told(ValidationError(_("Esa columna no existe.")))
    catalogue, row = of_plan(plan), rows_of([activity])[pk]
    texts = row.texts(catalogue)
    if texts[key] not in (was, text):
        return JsonResponse({**saved(plan, row, catalogue), "state": "stale", "stored": texts[key]}, status=409)
    if texts[key] == text:
        return JsonResponse(saved(plan, row, catalogue))
    try:
        asked = [(pk, {key: catalogue.read(key, text)})]
        written = write(plan=plan, seen={pk: activity.revision}, asked=asked, by=request.user)
    except (Unread, RefusedCells, Stale) as error:
        return told(error)
    except ValidationError as error:
        return told(error)
    [(_before, after)] = written.rows
    return JsonResponse(saved(plan, after, catalogue))


def told(error: ValidationError) -> JsonResponse:
    return JsonResponse({"state": "refused", "told": " ".join(error.messages)}, status=409)


@require_POST
def grid_move(request, entity_slug, plan_slug, pk):
    """To `phase`, behind the row `after` of it; empty, to its beginning."""
    plan = draft_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    phase, after = request.POST.get("phase", ""), request.POST.get("after", "")
    if not all(key.isdecimal() and len(key) < 19 or not key for key in (phase, after)):
        return told(ValidationError(_("Otra persona acaba de mover esas actividades. Escoja de nuevo el lugar.")))
    phase = int(phase or 0) or None
    if phase and not plan.phases.filter(pk=phase).exists():
        return told(Stale(_("Esa fase ya no existe.")))
    try:
        order.move_activity(activity=activity, phase=phase, after=int(after or 0) or None, by=request.user)
    except ValidationError as error:
        return told(error)
    catalogue, stored = of_plan(plan), activity_or_404(plan, pk)
    return JsonResponse(saved(plan, rows_of([stored])[pk], catalogue))


@require_POST
def grid_duplicate(request, entity_slug, plan_slug):
    """Copies of the rows chosen, at the end of their phase."""
    plan = draft_or_404(request, entity_slug, plan_slug)
    if plan.is_frozen:
        return refuse(request, states.Frozen(plan), place("activity_list", plan))
    chosen = [pair.partition(":")[0] for pair in request.POST.getlist("rows")]
    chosen = [int(pk) for pk in chosen if pk.isdecimal() and len(pk) < 19]
    rows = list(in_table(plan).filter(pk__in=chosen))
    if not rows:
        return refuse(request, ValidationError(_("Elija primero las filas que quiere duplicar.")), place("grid", plan))
    copies = actions.duplicate_activities(plan=plan, activities=rows, by=request.user)
    words = ngettext("Se duplicó %(n)s actividad.", "Se duplicaron %(n)s actividades.", len(copies))
    messages.success(request, words % {"n": len(copies)})
    return redirect(f"{place('grid', plan)}?{urlencode({'fila': copies[0].pk})}")
