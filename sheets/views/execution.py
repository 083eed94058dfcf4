"""What was done, from the sheet that a dependency keeps: its upload, and the sheet to fill in. Its preview is that of
every import (`imports.py`)."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from activities.agenda import reported_by
from plans.access import plan_or_404
from plans.models import Plan
from plans.states import Closed
from records.refusals import refuse
from sheets import actions
from sheets.blank import write_blank
from sheets.forms import FileForm


@require_http_methods(["GET", "HEAD", "POST"])
def execution_upload(request, entity_slug, plan_slug):
    plan = _plan_or_404(request, entity_slug, plan_slug)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = actions.upload(content=file.read(), name=file.name, plan=plan, by=request.user, is_execution=True)
        except Closed as error:
            return refuse(request, error, plan)
        return redirect(upload)
    return render(request, "sheets/execution_upload.html", {"plan": plan, "form": form})


@require_safe
def execution_blank(request, entity_slug, plan_slug):
    """The spaces that the person reports, to be filled in."""
    plan, file = _plan_or_404(request, entity_slug, plan_slug), BytesIO()
    write_blank(plan, list(reported_by(request.user, plan).values_list("pk", flat=True)), file)
    file.seek(0)
    name = f"{plan.slug}-lo-hecho-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})


def _plan_or_404(request, entity_slug: str, plan_slug: str) -> Plan:
    plan = plan_or_404(request, entity_slug, plan_slug)
    require(request.user, Permission.REPORT_SESSION, plan)
    return plan
