"""Which sections a report has, in which order and under which title: those of its kind, as its entity wants them.

The one home of that question, for drafts and for what is about to be published; what was published answers it from its
own snapshot (docs/adr/0019).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace

from django.utils.translation import gettext as _

from reports import documents, sections
from reports.models import Chapter, Report
from reports.sections import FIRST, LAST, Section

PLACES = (FIRST, "", LAST)


@dataclass(frozen=True, slots=True)
class Place:
    """A section in the list of an entity. `section` has the title that the entity gave it, if it gave one."""

    section: Section
    is_on: bool
    row: Chapter | None  # None: the list is still that of the kind

    @property
    def slug(self) -> str:
        return self.section.slug

    @property
    def is_own(self) -> bool:
        return self.row is not None and not self.row.section

    @property
    def is_movable(self) -> bool:
        return not self.section.place

    @property
    def is_renamed(self) -> bool:
        return self.row is not None and bool(self.row.section and self.row.title)


def of(report: Report) -> tuple[Section, ...]:
    """The sections of a draft, in order."""
    return tuple(place.section for place in _places(report) if place.is_on)


def left_out(report: Report) -> tuple[Section, ...]:
    """Those that the entity does not include."""
    return tuple(place.section for place in _places(report) if not place.is_on)


def every(report: Report) -> tuple[Section, ...]:
    return tuple(place.section for place in _places(report))


def _places(report: Report) -> tuple[Place, ...]:
    return arranged(report.kind, report.chapters)


def arranged(kind: str, rows: Iterable[Chapter]) -> tuple[Place, ...]:
    """The list of a kind as `rows`, in order, want it."""
    own, stored = documents.known()[kind].sections, {row.slug: row for row in rows}
    slugs = [slug for slug, row in stored.items() if not row.section or slug in own]
    for at, slug in enumerate(own):
        if slug not in stored:  # no rows at all, or a section that is newer than them: after the one before it
            before = [each for each in own[:at] if each in slugs]
            slugs.insert(slugs.index(before[-1]) + 1 if before else 0, slug)
    slugs.sort(key=lambda slug: PLACES.index(sections.of(slug).place))
    return tuple(_place(sections.of(slug), stored.get(slug)) for slug in slugs)


def _place(section: Section, row: Chapter | None) -> Place:
    if row is None:
        return Place(section, True, None)
    if row.title:
        section = replace(section, title=row.title)
    if not row.section:
        [text] = section.texts
        section = replace(section, texts=(replace(text, label=row.title),))
    return Place(section, row.is_on or bool(section.required), row)


def title(section: Section, edition: object) -> str:
    """As it prints in a report (an `Edition`)."""
    return str(section.title(edition) if callable(section.title) else section.title)


def usual_title(section: Section, kind: str) -> str:
    """Of a section whose title depends on the report: what it is in most of those of the kind."""
    asks = documents.known()[kind].asks
    end = date.max
    usual = {"whole": not asks, "dependency": documents.DEPENDENCY in asks, "period": _("los días del informe")}
    return title(section, SimpleNamespace(**usual, cutoff=end, ends_on=end))
