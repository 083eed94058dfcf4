"""The months of a plan in a row: which monthly report is published, written, missing, or not due yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from display import dates
from display.dates import month_end
from plans.models import Plan
from reports.forms import months_of
from reports.models import Report


class Standing(TextChoices):
    PUBLISHED = "published", _("Publicado")
    DRAFT = "draft", _("Borrador")
    MISSING = "missing", _("Falta")
    TO_COME = "to_come", _("Aún no toca")


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    standing: Standing
    report: Report | None  # the published one, else the draft

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        return dates.month(self.first)


def months(plan: Plan, today: date) -> list[Month]:
    """One query. A month is due once it is over."""
    found: dict[str, Report] = {}
    reports = plan.reports.light().filter(kind="monthly").exclude(state=Report.State.SUPERSEDED)
    for report in sorted(reports, key=lambda report: report.state == Report.State.PUBLISHED):
        found[report.period] = report  # a published one beats its correction, which is still written
    result = []
    for first in months_of(plan):
        report = found.get(f"{first:%Y-%m}")
        if report:
            standing = Standing.DRAFT if report.state == Report.State.DRAFT else Standing.PUBLISHED
        else:
            standing = Standing.MISSING if month_end(first) < today else Standing.TO_COME
        result.append(Month(first, standing, report))
    return result
