"""From a spreadsheet to a plan: upload, preview with its decisions, and the import itself, all or nothing."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import urlencode

import msgspec
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, entity_or_404, may, require
from display.figures import whole
from matrices.reading.mending import header_key
from plans.access import plan_or_404
from plans.models import Plan
from plans.states import Closed
from records import files, jobs
from records.models import Job
from records.refusals import NotAllowed, refuse
from sheets import actions
from sheets.forms import FORM, FileForm, MendForm, NewPlanForm, choices_of, selects_of
from sheets.headings import MEANINGS
from sheets.loading.result import Result, result_of
from sheets.mending import Deed, mend
from sheets.models import Upload
from sheets.preview import Preview, focus_of, grid_page, lines_page, mends_of
from sheets.shown import Shown
from sheets.undo import imports_of

IMPORTS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request, entity_slug, plan_slug):
    """The file for a plan that exists."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.IMPORT_PLAN)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = actions.upload(content=file.read(), name=file.name, plan=plan, by=request.user)
        except Closed as error:
            return refuse(request, error, plan)
        return redirect(upload)
    context = {"plan": plan, "form": form, "imports": imports_of(plan)[:IMPORTS_SHOWN]}
    return render(request, "sheets/import_upload.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request, entity_slug):
    """The file for a plan that the import will make: how it is called is proposed from the file."""
    entity = entity_or_404(request, entity_slug, Permission.IMPORT_PLAN)
    form = FileForm(request.POST or None, request.FILES or None)
    before = request.GET.get("antes") or request.POST.get("antes") or ""
    if request.method == "POST" and form.is_valid():
        file, new = form.cleaned_data["file"], None
        # Another file for the same plan: nothing is typed twice.
        if before.isdecimal() and len(before) < 19:
            last = Upload.objects.filter(entity=entity, plan=None, uploaded_by=request.user, pk=before).first()
            new = last.new if last and last.new and "typed" in last.new else None
        return redirect(actions.upload(content=file.read(), name=file.name, entity=entity, new=new, by=request.user))
    return render(request, "sheets/import_new.html", {"form": form, "before": before})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def import_detail(request, entity_slug, pk):
    """How far a file is; what it would do, with the decisions that it needs; and what became of its import."""
    upload = _upload_or_404(request, entity_slug, pk)
    naming = None
    if request.method == "POST":
        if upload.plan is None and "title" in request.POST:
            naming = NewPlanForm(request.POST, instance=Plan(entity=upload.entity))
        if naming is None or naming.is_valid():
            return _decided(request, upload, naming)
    job = upload.jobs.select_related("result").first()
    late = jobs.watch(job)
    job.refresh_from_db()
    is_panel = "panel" in request.GET
    # htmx polls once a second for the fragment; at the end the whole page comes anew.
    if request.htmx and not job.is_active and not is_panel:
        return HttpResponse(headers={"HX-Refresh": "true"})
    result = _result(job)
    if result and job.kind == actions.IMPORT and not result.errors:
        if upload.is_execution:
            messages.success(request, _reported(result))
            return redirect("activities:activity_list", entity_slug, result.plan)
        messages.success(request, _sentence(result))
        return redirect("dashboard:plan_detail", entity_slug, result.plan)
    plan = upload.plan
    if plan:
        plan.entity = upload.entity
        page = "execution_upload" if upload.is_execution else "import_upload"
        address = reverse(f"sheets:{page}", args=[entity_slug, plan.slug])
    else:
        address = f"{reverse('sheets:import_new', args=[entity_slug])}?{urlencode({'antes': upload.pk})}"
    context = {
        "plan": plan,
        "frame": "base_plan.html" if plan else "base_panel.html",
        "upload": upload,
        "upload_url": address,
        "job": job,
        "late": late,
    }
    if result is None:
        template = "_import_progress" if request.htmx else "import_progress"
        return render(request, f"sheets/{template}.html", context)
    context |= _sheet(request, upload)
    if is_panel:
        return render(request, "sheets/_import_focus.html", context)
    entity = upload.entity
    if naming is None and plan is None:
        naming = NewPlanForm(initial=upload.new, instance=Plan(entity=entity))
    context |= {
        "repair": bool(job.arguments.get("repair")),
        "n_shifted": result.n_shifted,
        "was_import": job.kind == actions.IMPORT,
        "preview": Preview.of(result),
        # errors of the file need another file; those of a decision, another try
        "may_import": job.kind == actions.IMPORT if result.errors else result.is_needed or plan is None,
        "selects": selects_of(result, entity.dependencies.order_by("name"), entity.groups.order_by("name")),
        "naming": naming,
        "form_id": FORM,
    }
    return render(request, "sheets/import_preview.html", context)


def _decided(request, upload: Upload, naming: NewPlanForm | None) -> HttpResponse:
    """What the person decided is kept: the import begins, or the sheet is read again."""
    choices = choices_of(request.POST)
    is_import = request.POST.get("action") == "import"
    try:
        if naming and actions.name_plan(upload=upload, new=naming.new, choices=choices, by=request.user):
            if is_import:
                messages.info(request, _("Cambió las fechas del plan: la hoja se leyó otra vez con ellas. Mírela."))
        elif is_import:
            actions.bring_in(upload=upload, choices=choices, by=request.user, seen=_revision(request))
        else:
            actions.decide(upload=upload, choices=choices, by=request.user)
    except ValidationError as reason:
        return refuse(request, reason, upload)
    return redirect(upload)


def _sheet(request, upload: Upload) -> dict:
    """The grid, the lines of the activities and what somebody looks at; nothing when the sheet was not kept."""
    shown = _shown(upload)
    if shown is None:
        return {}
    asked, sheets = request.GET.copy(), shown.index.sheets
    if upload.is_execution:
        asked.pop("columna", None)  # its headers mean one thing: a header is mended as a cell
    mending, only_doubtful = upload.mended, "dudas" in asked
    at = shown.sheet_at(asked.get("hoja", ""))
    if at is None:  # the first that has a table, else the first
        at = next((at for at, sheet in enumerate(sheets) if sheet.headings), 0)
    focus = focus_of(shown, mending, at, asked)
    row = focus.row.number if focus and focus.row else 0
    lines, of_page = lines_page(shown, number=asked.get("actividades"), only_doubtful=only_doubtful)
    headers = {header_key(one.header): one.header for sheet in sheets for one in sheet.headings}
    return {
        "shown": shown.index,
        "grid": grid_page(shown, mending, at, number=asked.get("filas"), row=row, only_doubtful=only_doubtful),
        "focus": focus,
        "lines": lines,
        "lines_of_page": of_page,
        "only_doubtful": only_doubtful,
        "n_doubtful": sum(len(sheet.doubtful) for sheet in sheets),
        "mends": list(mends_of(mending, headers)),
        "meanings": [(meaning.value, words) for meaning, words in MEANINGS.items()],
    }


def _shown(upload: Upload) -> Shown | None:
    if upload.shown is None:
        return None
    try:
        return Shown(files.opened(upload.shown))
    except (files.Damaged, msgspec.ValidationError, KeyError):
        return None


@require_POST
def import_mend(request, entity_slug, pk):
    """A cell, a row or a header of the sheet, mended: it is read again at once."""
    upload = _upload_or_404(request, entity_slug, pk)
    back = f"{upload.get_absolute_url()}?{_where(request)}" if _where(request) else upload.get_absolute_url()
    shown = _shown(upload)
    if shown is None:
        messages.info(request, _("La hoja se está leyendo: espere y vuelva a intentar."))
        return redirect(upload)
    if "all_shifted" in request.POST:
        form = None
        deeds = [
            Deed("shifted", sheet.name, row.row)
            for at, sheet in enumerate(shown.index.sheets)
            for row in shown.rows(at, sheet.doubtful)
            if row.repair
        ]
        seen = _revision(request)
        seen = -1 if seen is None else seen
    else:
        form = MendForm(request.POST, shown=shown)
        if not form.is_valid():
            return refuse(
                request, ValidationError([error for errors in form.errors.values() for error in errors]), back
            )
        deeds, seen = form.cleaned_data["deeds"], form.cleaned_data["revision"]
        if upload.is_execution and any(deed.kind == "meaning" for deed in deeds):
            return refuse(request, ValidationError(_("Aquí el encabezado se corrige en su celda.")), back)
    try:
        mend(upload=upload, deeds=deeds, seen=seen, by=request.user)
    except ValidationError as reason:
        return refuse(request, reason, back)
    messages.success(request, _("La hoja se leyó de nuevo con su arreglo."))
    row = next((deed.row for deed in deeds if deed.row), 0)
    return redirect(f"{back}#fila-{row}" if row else f"{back}#hoja")  # where the person was


def _revision(request) -> int | None:
    """That of the sheet which the person saw."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else None


def _where(request) -> str:
    """The part of the sheet that the person was looking at."""
    names = ("hoja", "filas", "actividades", "dudas")
    return urlencode({name: request.POST[f"en_{name}"] for name in names if request.POST.get(f"en_{name}")})


@require_POST
def import_cancel(request, entity_slug, pk):
    upload = _upload_or_404(request, entity_slug, pk)
    if job := jobs.active(upload):
        jobs.cancel(job)
    return redirect(upload)


@require_safe
def import_returned(request, entity_slug, pk):
    """The file as it was sent, with what is wrong written in its cells."""
    upload = _upload_or_404(request, entity_slug, pk)
    if upload.returned is None:
        raise Http404
    filename = f"{PurePath(upload.file_name).stem}-{_('con-errores')}.xlsx"
    return FileResponse(files.opened(upload.returned), as_attachment=True, filename=filename)


def _upload_or_404(request, entity_slug: str, pk: int) -> Upload:
    """One of a plan is of planning; what was done, of who brought it too, while they may report there."""
    entity = entity_or_404(request, entity_slug)
    if not may(request.user, Permission.IMPORT_PLAN, entity):
        require(request.user, Permission.REPORT_SESSION, entity)
        own = Upload.objects.filter(entity=entity, is_execution=True, uploaded_by=request.user)
        if not own.filter(pk=pk).exists():
            raise NotAllowed
    upload = get_object_or_404(Upload.objects.select_related("plan", "shown", "returned"), pk=pk, entity=entity)
    upload.entity = entity
    if upload.is_execution:
        upload.plan.entity = entity
        require(request.user, Permission.REPORT_SESSION, upload.plan)
    return upload


def _result(job: Job) -> Result | None:
    """What a job that is done found; None while it is not, or when it has to be done again."""
    if job.state != Job.State.DONE:
        return None
    try:
        return result_of(job.result)
    except (files.Damaged, msgspec.ValidationError):
        return None


def _reported(result: Result) -> str:
    """What was reported, in a sentence."""
    n = sum(item.state != "unchanged" for item in result.items)
    if not n:
        return _("La hoja no trae nada nuevo: todo queda como estaba.")
    return ngettext(
        "Quedó guardado lo que dice la hoja de %(n)s espacio.",
        "Quedó guardado lo que dice la hoja de %(n)s espacios.",
        n,
    ) % {"n": whole(n)}


def _sentence(result: Result) -> str:
    """What was imported, in a sentence."""
    created, changed = sum(result.counts("created").values()), sum(result.counts("changed").values())
    counts = result.counts("created")
    if not created and not changed:
        return _("El archivo no trae nada nuevo: el plan queda como estaba.")
    return _(
        "El archivo quedó importado. Filas nuevas: %(created)s (actividades: %(activities)s; espacios: %(sessions)s). "
        "Filas cambiadas: %(changed)s. Si no era esta hoja, la importación se deshace desde Importar."
    ) % {
        "created": created,
        "activities": counts["activities"],
        "sessions": counts["sessions"],
        "changed": changed,
    }
