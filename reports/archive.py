"""What an entity published in a year, as one ZIP: the PDFs, an index and the SHA-256 of each file.

Written to disk a report at a time, so that five hundred cost the memory of one.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Entity
from matrices.workbook.neutral import neutral
from records import files
from reports.models import Report


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the index; `file` is "" when its PDF is damaged, and `sha256` is then that of what was published."""

    report: Report
    file: str
    sha256: str
    address: str


def published(entity: Entity, year: int) -> QuerySet[Report]:
    """Those that were published in the year, the replaced ones too."""
    reports = Report.objects.public().filter(plan__entity=entity, published_at__year=year)
    return reports.light().select_related("plan__entity", "dependency", "file").order_by("published_at", "pk")


def years(entity: Entity) -> list[int]:
    """In which it published something, the last first."""
    days = Report.objects.public().filter(plan__entity=entity).dates("published_at", "year", order="DESC")
    return [day.year for day in days]


def write(entity: Entity, year: int, file: BinaryIO, *, progress: Callable[[int, int], None]) -> None:
    lines, sums = [], []
    reports = published(entity, year)
    total = reports.count()
    with translation.override("es-co"), zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:

        def add(name: str, content: bytes) -> None:
            made.writestr(name, content)
            sums.append(f"{sha256(content).hexdigest()}  {name}\n")

        for done, report in enumerate(reports.iterator(chunk_size=50), start=1):
            name, address = name_of(report), settings.SITE_URL + report.public_url
            try:
                add(name, files.read(report.file))
            except files.Damaged:
                lines.append(Line(report, "", report.pdf_sha256, address))
            else:
                lines.append(Line(report, name, report.file.sha256, address))
            progress(done, total)
        context = {"entity": entity, "year": year, "lines": lines, "on": timezone.localdate()}
        add("indice.html", render_to_string("reports/archive_index.html", context).encode())
        add("indice.csv", _table(lines))
        made.writestr("SHA256SUMS", "".join(sums))


def name_of(report: Report) -> str:
    """ "2026-004-v1-plan-2026-mensual-2026-10.pdf": a number is of one report, a version of one file."""
    part = (str(report.dependency_id),) if report.dependency_id else ()
    return f"informes/{'-'.join((report.number, f'v{report.version}', report.plan.slug, report.kind, *part))}.pdf"


def _table(lines: list[Line]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            *(_("Número"), _("Versión"), _("Informe"), _("Plan"), _("Corte"), _("Publicado"), _("Estado")),
            *(_("Qué corrige"), _("Archivo"), "SHA-256", _("SHA-256 de los datos"), _("Dirección")),
        ]
    )
    for line in lines:
        report = line.report
        writer.writerow(
            [
                *(report.number, report.version, neutral(report.name), neutral(report.plan.title), report.cutoff),
                *(timezone.localdate(report.published_at), report.get_state_display(), neutral(report.correction)),
                *(line.file or _("falta o está dañado"), line.sha256, report.snapshot_sha256, line.address),
            ]
        )
    return text.getvalue().encode("utf-8-sig")
