"""A report's PDF on its way to people, and put back when it was lost."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render

from records import files
from reports import pdf, published
from reports.models import Report


def download(request, report: Report, *, public: bool) -> HttpResponse:
    """The report's PDF, verified: cached for ever when public, never cached otherwise.

    Raises Http404 when there is none; a damaged or missing file is a 503 that says so, never served as the original.
    """
    if report.file is None:
        raise Http404
    try:
        content = files.opened(report.file)
    except files.Damaged:
        return render(
            request, "reports/file_damaged.html", {"entity": report.plan.entity, "report": report}, status=503
        )
    parts = ["informe", report.plan.slug, report.period, f"v{report.version}"]
    if report.state == Report.State.DRAFT:
        parts.append("borrador")
    filename = f"{'-'.join(parts)}.pdf"
    response = FileResponse(content, as_attachment=public, filename=filename, content_type="application/pdf")
    response["ETag"] = f'"{report.file.sha256}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, no-store"
    return response


def restore(report: Report) -> bool:
    """Renders a published report again from its snapshot and keeps the file; whether its bytes are those published.

    The snapshot's fingerprint, which its pages print, is the same in any case.
    """
    content = pdf.render(published.load(report.snapshot), fingerprint=report.snapshot_sha256, stored=report.snapshot)
    file = files.keep(content)
    Report.objects.filter(pk=report.pk).update(file=file)
    return file.sha256 == report.pdf_sha256
