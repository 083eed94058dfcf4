"""What changed since the last published report of the same kind, from the facts that it froze."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils.translation import gettext_lazy

from reports import sections
from reports.models import Report
from reports.scope import Scope
from reports.sections import Section
from reports.sections.change.view import people_of, unexplained_of, view
from reports.sections.participants import Entry


@dataclass(frozen=True, slots=True)
class Before:
    """None: that report does not tell it."""

    number: str  # "2026-007"
    period: str  # "septiembre de 2026"
    cutoff: date
    executed: int | None
    planned: int | None
    unexplained: int | None
    overdue: int | None  # commitments
    people: int | None  # the most of an activity in a month of its days


@dataclass(frozen=True, slots=True)
class Facts:
    before: Before | None


COMPARED = {"ejecucion", "compromisos", "participantes"}  # a report without any of them has nothing to compare


def collect(scope: Scope) -> Facts:
    last = _last(scope.report) if scope.report and COMPARED & set(scope.sections) else None
    return Facts(_frozen(last.number, last.snapshot) if last else None)


def _last(report: Report) -> Report | None:
    """Schema 1 counted fractions of spaces: nothing of today compares with it."""
    same = report.plan.reports.filter(kind=report.kind, dependency=report.dependency_id)
    earlier = same.filter(state=Report.State.PUBLISHED, cutoff__lt=report.cutoff, snapshot__schema=2)
    return earlier.order_by("-cutoff", "-number").first()


def _frozen(number: str, stored: dict) -> Before:
    edition, found = stored["edition"], {row["slug"]: row for row in stored["sections"]}

    def facts(slug: str) -> dict | None:
        row = found.get(slug)
        return row and sections.known()[slug].read(row["facts"], row["texts"], row["schema"])

    done, owed, came = facts("ejecucion"), facts("compromisos"), facts("participantes")
    days = date.fromisoformat(edition["starts_on"]), date.fromisoformat(edition["ends_on"])
    entries = msgspec.convert(came["entries"], type=list[Entry]) if came else ()
    return Before(
        number=number,
        period=edition["period"],
        cutoff=date.fromisoformat(edition["cutoff"]),
        executed=done and done["total"]["executed"],
        planned=done and done["total"]["planned"],
        unexplained=done and unexplained_of(done["missing"]["silent"], done["missing"]["unreported"]),
        overdue=owed and owed["overdue"],
        people=people_of(entries, *days),
    )


SECTION = Section(
    slug="cambio",
    title=gettext_lazy("Desde el informe anterior"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: facts.before is not None,
)
