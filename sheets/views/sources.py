"""Where rows came from: the spreadsheet as it was brought, and its cells."""

from __future__ import annotations

from io import BytesIO

import msgspec
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import entity_or_404
from matrices.reading.mending import Mending
from matrices.reading.rows import Matrix
from matrices.workbook.grid import Unreadable
from matrices.workbook.opening import open_workbook
from records import files
from records.models import Origin
from sheets import shown
from sheets.loading.result import Result
from sheets.preview import focus_of, grid_page

OPENED_AT_ONCE = 2**20  # bytes of a file that a page opens itself, when it was not kept as it was read


@require_safe
def source_file(request, entity_slug, pk):
    """A spreadsheet that rows came from, as it was brought."""
    origin = _origin_or_404(request, entity_slug, pk)
    try:
        content = files.opened(origin.file)
    except files.Damaged:
        return _damaged(request, origin)
    return FileResponse(content, as_attachment=True, filename=origin.file_name, content_type="application/octet-stream")


@require_safe
def source_sheet(request, entity_slug, pk):
    """The part of a spreadsheet around the cell or the row that said something."""
    origin = _origin_or_404(request, entity_slug, pk)
    try:
        sheets = _sheets(origin)
    except files.Damaged:
        return _damaged(request, origin)
    context = {"origin": origin}
    if sheets is not None:
        sheet, _sign, cell = request.GET.get("celda", "").rpartition("!")  # a cell of another sheet says which
        at = sheets.sheet_at(sheet or request.GET.get("hoja", "")) or 0
        asked = {"celda": cell, "fila": request.GET.get("fila", "")}
        focus = focus_of(sheets, Mending(), at, asked)
        row = focus.row.number if focus else 0
        context |= {
            "shown": sheets.index,
            "grid": grid_page(sheets, Mending(), at, number=request.GET.get("filas"), row=row),
            "focus": focus,
        }
    return render(request, "sheets/source_sheet.html", context)


def _origin_or_404(request, entity_slug: str, pk: int) -> Origin:
    entity = entity_or_404(request, entity_slug)
    return get_object_or_404(Origin.objects.select_related("file", "shown", "brought_by"), pk=pk, entity=entity)


def _sheets(origin: Origin) -> shown.Shown | None:
    """The file as it was read, else as it is; None for one that is too large or no longer opens."""
    if origin.shown:
        try:
            return shown.Shown(files.opened(origin.shown))
        except (files.Damaged, msgspec.ValidationError):
            pass  # the file itself still says it
    if origin.file.size > OPENED_AT_ONCE:
        return None
    try:
        grids = open_workbook(files.opened(origin.file), origin.file_name)
    except Unreadable:
        return None
    return shown.Shown(BytesIO(shown.write(grids, Matrix(), Result(""), {}, {})))


def _damaged(request, origin: Origin) -> HttpResponse:
    return render(request, "sheets/source_damaged.html", {"origin": origin}, status=503)
