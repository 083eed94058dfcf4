"""A block of cells pasted into the table of a draft: what it would change, and then all of it or nothing."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, may
from activities import undo
from activities.grid.asked import CREATE, EMPTY
from activities.grid.block import NOT_BROUGHT, Sent
from activities.grid.catalogue import of_plan
from activities.grid.columns import COLUMNS
from activities.grid.paste import Preview, look, paste
from activities.grid.writing import Written
from display.text import enumeration
from plans import states
from plans.access import plan_or_404
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def grid_paste(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    grid_url = reverse("activities:grid", args=[plan.entity.slug, plan.slug])
    if plan.is_frozen:
        return refuse(
            request, states.Frozen(plan), reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
        )
    sent = Sent.of(request.POST)
    may_create = may(request.user, Permission.EDIT_CATALOGUES, plan.entity)
    errors, preview = [], None
    if request.method == "POST" and not sent.block.strip():
        errors = [_("Pegue primero las celdas.")]
    elif sent.block.strip():
        try:
            if request.method == "POST" and request.POST.get("do") == "apply":
                written = paste(plan=plan, sent=sent, by=request.user, may_create=may_create)
                undo.offer(request, plan, told(written), written.stash)
                [first, *_rest] = [after.activity.pk for _before, after in written.rows]
                return redirect(f"{grid_url}?{urlencode({'fila': first})}")
        except ValidationError as error:
            errors = error.messages
        try:
            preview = look(plan, sent, of_plan(plan), may_create=may_create)
        except ValidationError as error:
            errors = error.messages
    taken = {column.key for column in preview.columns} if preview else ()
    context = {
        "plan": plan,
        "grid_url": grid_url,
        "sent": sent,
        "shown": ".".join(sent.shown),
        "errors": errors,
        "preview": preview,
        "counts": counts(preview) if preview else [],
        "picked": " ".join(f"{pk}:{revision}" for pk, revision in preview.seen.items()) if preview else "",
        "columns": [column for column in COLUMNS if column.key in taken],
        "all_columns": COLUMNS,
        "may_create": may_create,
        "words": {"not_brought": NOT_BROUGHT, "create": CREATE, "empty": EMPTY},
    }
    return render(request, "activities/grid_paste.html", context)


def counts(preview: Preview) -> list[tuple[str, str]]:
    """(code of LOOKS, words) of what there is."""
    words = {
        "new": lambda n: ngettext("%(n)s fila nueva", "%(n)s filas nuevas", n),
        "changed": lambda n: ngettext("%(n)s fila cambia", "%(n)s filas cambian", n),
        "unchanged": lambda n: ngettext("%(n)s fila queda igual", "%(n)s filas quedan igual", n),
        "error": lambda n: ngettext("%(n)s fila con celdas rechazadas", "%(n)s filas con celdas rechazadas", n),
    }
    return [(state, say(n) % {"n": n}) for state, say in words.items() if (n := preview.count(state))]


def told(written: Written) -> str:
    said = []
    if made := written.made:
        said.append(ngettext("se agregó %(n)s actividad", "se agregaron %(n)s actividades", made) % {"n": made})
    if changed := written.changed:
        said.append(ngettext("se cambió %(n)s", "se cambiaron %(n)s", changed) % {"n": changed})
    words = _("Pegado: %(what)s.") % {"what": enumeration(said or [_("nada que cambiar")])}
    if n := written.names:
        new = ngettext("%(n)s nombre es nuevo y se queda", "%(n)s nombres son nuevos y se quedan", n) % {"n": n}
        words = _("%(words)s %(new)s aunque deshaga.") % {"words": words, "new": new}
    return words
