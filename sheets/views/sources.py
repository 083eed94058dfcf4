"""Where rows came from: the spreadsheet as it was brought, and its cells."""

from __future__ import annotations

from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import entity_or_404
from records import files
from records.models import Origin


@require_safe
def source_file(request, entity_slug, pk):
    """A spreadsheet that rows came from, as it was brought."""
    entity = entity_or_404(request, entity_slug)
    origin = get_object_or_404(Origin.objects.select_related("file"), pk=pk, entity=entity)
    try:
        content = files.opened(origin.file)
    except files.Damaged:
        return render(request, "sheets/source_damaged.html", {"origin": origin}, status=503)
    return FileResponse(content, as_attachment=True, filename=origin.file_name, content_type="application/octet-stream")
