"""From a spreadsheet to a plan: upload, preview with its decisions, and the import itself, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, entity_or_404
from plans.access import plan_or_404
from plans.models import Plan
from sheets import uploads
from sheets.forms import FileForm, NewPlanForm, choices_of, selects_of
from sheets.loading.load import load
from sheets.loading.result import Item, Result
from sheets.workbook.grid import Unreadable

PREVIEWED_ROWS = 200  # rows of a list: beyond, a sentence tells how many there are
WORDS = {
    "plan": gettext_lazy("Plan"),
    "phases": gettext_lazy("Fases"),
    "lines": gettext_lazy("Líneas estratégicas"),
    "dependencies": gettext_lazy("Dependencias"),
    "groups": gettext_lazy("Grupos"),
    "activities": gettext_lazy("Actividades"),
    "sessions": gettext_lazy("Jornadas"),
    "attendance": gettext_lazy("Asistencia"),
    "metrics": gettext_lazy("Métricas"),
    "commitments": gettext_lazy("Compromisos"),
    "follow_ups": gettext_lazy("Seguimientos"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request, entity_slug, plan_slug):
    """The file for a plan that exists."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.IMPORT_PLAN)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploads.keep(request, form.cleaned_data["file"], form.matrix_for(plan), plan)
        return redirect("sheets:import_preview", entity_slug, plan_slug)
    return render(request, "sheets/import_upload.html", {"plan": plan, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request, entity_slug):
    """The file for a plan that the import will make."""
    entity = entity_or_404(request, entity_slug, Permission.IMPORT_PLAN)
    waiting = uploads.waiting(request, entity, None)  # another file for the same plan: nothing is typed twice
    typed = waiting.new if waiting else {}
    form = NewPlanForm(request.POST or None, request.FILES or None, initial=typed, instance=Plan(entity=entity))
    if request.method == "POST" and form.is_valid():
        uploads.keep(request, form.cleaned_data["file"], form.matrix_for(form.plan), form.plan)
        return redirect("sheets:import_new_preview", entity_slug)
    return render(request, "sheets/import_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request, entity_slug, plan_slug=None):
    """What the file would do, the decisions that it needs, and the import. Without `plan_slug`, for a new plan."""
    entity = entity_or_404(request, entity_slug, Permission.IMPORT_PLAN)
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.IMPORT_PLAN) if plan_slug else None
    address = reverse("sheets:import_upload", args=[entity_slug, plan_slug]) if plan else None
    address = address or reverse("sheets:import_new", args=[entity_slug])
    upload = uploads.waiting(request, entity, plan)
    if upload is None:
        messages.warning(request, _("El archivo ya no está: se importó, o subió otro. Súbalo de nuevo."))
        return redirect(address)
    try:
        target = plan or uploads.new_plan(upload, entity)
        matrix = uploads.matrix_of(upload, target)
    except (ValidationError, Unreadable) as error:
        uploads.forget(request)
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
        return redirect(address)
    is_import = request.method == "POST" and request.POST.get("action") == "import"
    if is_import and request.POST.get("token") != upload.token:
        messages.warning(request, _("Después de esa vista previa subió otro archivo: esta es la suya."))
        is_import = False
    choices = choices_of(request.POST) if request.method == "POST" else None
    result = load(matrix, plan=target, by=request.user, choices=choices, propose=not is_import, dry_run=not is_import)
    if is_import and not result.errors:
        uploads.forget(request)
        messages.success(request, _sentence(result))
        return redirect("dashboard:plan_detail", entity_slug, result.plan)
    if is_import:
        messages.error(
            request, _("No se importó nada: los datos cambiaron o falta algo por decidir. Mire los errores.")
        )
    context = {
        "plan": plan,
        "target": target,
        "frame": "base_plan.html" if plan else "base_panel.html",
        "upload": upload,
        "upload_url": address,
        "preview": Preview.of(result),
        # errors of the file need another file; those of a decision, another try
        "may_import": is_import if result.errors else result.is_needed or plan is None,
        "selects": selects_of(result, entity.dependencies.order_by("name"), entity.groups.order_by("name")),
    }
    return render(request, "sheets/import_preview.html", context)


@dataclass(frozen=True)
class Part:
    """A list of the preview, no longer than a page can bear; `total` counts all."""

    title: str
    rows: list
    total: int
    open: bool = False

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


@dataclass(frozen=True)
class Preview:
    """A result as the page shows it."""

    errors: Part
    totals: list[tuple[str, int, int, int]]  # kind in words, new, changed, unchanged
    n_created: int
    n_changed: int
    n_unchanged: int
    items: list[Part]
    remarks: list[Part]

    @classmethod
    def of(cls, result: Result) -> Preview:
        created, changed, same = (result.counts(state) for state in ("created", "changed", "unchanged"))
        by_state: dict[str, list[Item]] = {"changed": [], "created": [], "unchanged": []}
        for item in result.items:
            by_state[item.state].append(item)
        titles = {"changed": _("Cambian"), "created": _("Nuevas"), "unchanged": _("Quedan igual")}
        return cls(
            errors=_part(_("Errores"), result.errors, open=True),
            totals=[
                (WORDS[kind], created[kind], changed[kind], same[kind])
                for kind in result.kinds
                if created[kind] or changed[kind] or same[kind]
            ],
            n_created=sum(created.values()),
            n_changed=sum(changed.values()),
            n_unchanged=sum(same.values()),
            items=[
                _part(titles[state], [(WORDS[item.kind], item) for item in items], open=state == "changed")
                for state, items in by_state.items()
                if items
            ],
            remarks=[
                _part(title, remarks, open=is_open)
                for title, remarks, is_open in (
                    (_("Advertencias"), result.warnings, True),
                    (_("No se entendió: no entra al plan"), result.not_understood, True),
                    (_("Se deja por fuera: títulos, encabezados, totales y firmas"), result.left_out, False),
                )
                if remarks
            ],
        )


def _part(title: str, rows: list, *, open: bool) -> Part:
    return Part(title, rows[:PREVIEWED_ROWS], len(rows), open)


def _sentence(result: Result) -> str:
    """What was imported, in a sentence."""
    created, changed = sum(result.counts("created").values()), sum(result.counts("changed").values())
    counts = result.counts("created")
    if not created and not changed:
        return _("El archivo no trae nada nuevo: el plan queda como estaba.")
    return _(
        "El archivo quedó importado. Filas nuevas: %(created)s (actividades: %(activities)s; jornadas: %(sessions)s). "
        "Filas cambiadas: %(changed)s."
    ) % {
        "created": created,
        "activities": counts["activities"],
        "sessions": counts["sessions"],
        "changed": changed,
    }
