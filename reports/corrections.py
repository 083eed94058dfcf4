"""What a version of a report corrects of the one before: in words, and the figures that moved between both."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from reports import published, sections, snapshot
from reports.envelope import Snapshot
from reports.models import Report
from reports.published import AnySnapshot


@dataclass(frozen=True, slots=True)
class Moved:
    name: str  # as texts name it: "ejecución total"
    before: str  # "" when the other version lacks it
    after: str


@dataclass(frozen=True, slots=True)
class Correction:
    version: int  # that corrects
    replaced: int
    text: str  # "" of one of before it was asked for
    moved: list[Moved] | None  # None: one of them is of schema 1, whose figures have no names


def around(report: Report) -> list[Correction]:
    """What a published version corrects, and what the next one corrects of it."""
    near = Q(version=report.version - 1) | Q(version=report.version + 1)
    versions = {each.version: each for each in report.same().public().filter(near)} | {report.version: report}
    return [
        _between(versions[number - 1], versions[number])
        for number in (report.version, report.version + 1)
        if number in versions and number - 1 in versions
    ]


def of_draft(report: Report) -> Correction | None:
    """What a draft would correct if it were published now."""
    before = report.same().public().filter(version=report.version - 1).first()
    if before is None:
        return None
    figures = moved(published.load(before.snapshot), snapshot.take(report))
    return Correction(report.version, before.version, report.correction, figures)


def _between(before: Report, after: Report) -> Correction:
    figures = moved(published.load(before.snapshot), published.load(after.snapshot))
    return Correction(after.version, before.version, after.correction, figures)


def moved(before: AnySnapshot, after: AnySnapshot) -> list[Moved] | None:
    """The figures that a text may name and are not the same, in the order of the later version."""
    if not (isinstance(before, Snapshot) and isinstance(after, Snapshot)):
        return None
    was, now = (
        sections.figures((section.slug, section.facts) for section in facts.sections) for facts in (before, after)
    )
    names = dict.fromkeys([*now, *was])
    return [
        Moved(name, was.get(name, ""), now.get(name, "")) for name in names if was.get(name, "") != now.get(name, "")
    ]
