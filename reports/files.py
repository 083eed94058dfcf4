"""A report's PDF on its way to people, and put back when it was lost."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.text import slugify

from records import files
from reports import documents, pdf, photographs, published
from reports.models import Report

WORKBOOK = "datos.xlsx"
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
    response = FileResponse(
        content, as_attachment=public, filename=f"{name_of(report)}.pdf", content_type="application/pdf"
    )
    response["ETag"] = f'"{report.file.sha256}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, no-store"
    return response


def name_of(report: Report) -> str:
    """What a file of the report is called, without extension: whose it is, of which kind, period and version."""
    parts = [report.plan.entity.slug, "informe", documents.known()[report.kind].word, report.plan.slug, report.period]
    if report.dependency:
        parts.append(slugify(report.dependency.name)[:60])
    parts.append(f"v{report.version}")
    if report.state == Report.State.DRAFT:
        parts.append("borrador")
    return "-".join(parts)


def picture(report: Report, sha256: str) -> HttpResponse:
    """A photograph of the plan that may be published, still: one that was withdrawn since is no longer served.

    Raises Http404 for anything else.
    """
    row = photographs.public().filter(plan=report.plan_id, shown=sha256).select_related("paper_file", "file").first()
    if row is None:
        raise Http404
    try:
        content = files.opened(row.paper_file or row.file)
    except files.Damaged as error:
        raise Http404 from error
    return FileResponse(content, content_type="image/jpeg")


def data(request, report: Report, name: str) -> HttpResponse:
    """A data file of a published report, as it is attached to its PDF, or all of them as a workbook (datos.xlsx).

    Raises Http404 when there is none of that name.
    """
    etag = f'"{report.snapshot_sha256}-{name}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    if name == WORKBOOK:
        content = published.workbook(published.load(report.snapshot))
    else:
        found = published.files(published.load(report.snapshot), report.snapshot)
        content = next((file.content for file in found if file.name == name), None)
    if content is None:
        raise Http404
    response = FileResponse(
        BytesIO(content),
        as_attachment=True,
        filename=f"{name_of(report)}-{name}",
        content_type=TYPES[name.rpartition(".")[2]],
    )
    response["ETag"], response["Cache-Control"] = etag, "public, max-age=31536000, immutable"
    return response


def restore(report: Report) -> bool:
    """Renders a published report again from its snapshot and keeps the file; whether its bytes are those published.

    The snapshot's fingerprint, which its pages print, is the same in any case.
    """
    content = pdf.render(published.load(report.snapshot), fingerprint=report.snapshot_sha256, stored=report.snapshot)
    file = files.keep(content)
    Report.objects.filter(pk=report.pk).update(file=file)
    return file.sha256 == report.pdf_sha256
