"""A page of the table: its rows by phase, and an empty one at the end of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.paginator import Page
from django.db.models import Count
from django.utils.translation import gettext as _

from activities.grid.catalogue import Catalogue
from activities.grid.columns import Column
from activities.grid.rows import in_table, rows_of
from activities.models import Activity
from display.lists import page_of
from plans.models import Plan

PAGE_SIZE = 100


@dataclass
class Line:
    activity: Activity
    cells: list[tuple[Column, str]]


@dataclass
class Section:
    """A phase, or what has none; `ends`: its last row is on this page, and below it the empty one."""

    phase: int | None
    title: str
    count: int
    ends: bool
    page: int
    before: int | None = None  # key of its last row on the page before
    lines: list[Line] = field(default_factory=list)

    @property
    def id(self) -> str:
        return section_ids(self.phase)


def section_ids(phase: int | None) -> str:
    return f"fase-{phase or 0}"


def table(plan: Plan, catalogue: Catalogue, columns: list[Column], number) -> tuple[Page, list[Section]]:
    """Six statements, whatever the rows."""
    rows = in_table(plan)
    page = page_of(rows, number, PAGE_SIZE)
    activities = list(page.object_list)
    found = rows_of(activities)
    counts = dict(rows.order_by().values_list("phase").annotate(Count("pk")))
    titles = {**{pk: str(phase) for pk, phase in catalogue.phases.items()}, None: _("Sin fase")}
    sections, before = {}, 0
    for phase, title in titles.items():
        count = counts.get(phase, 0)
        end = before + count
        last_page = max(0, end - 1) // PAGE_SIZE + 1
        sections[phase] = Section(phase, title, count, last_page == page.number, before // PAGE_SIZE + 1)
        before = end
    for activity in activities:
        activity.plan = plan
        texts = found[activity.pk].texts(catalogue)
        line = Line(activity, [(column, texts[column.key]) for column in columns])
        sections[activity.phase_id].lines.append(line)
    if page.number > 1:
        [last] = rows[page.start_index() - 2 : page.start_index() - 1]
        sections[last.phase_id].before = last.pk
    shown = [section for section in sections.values() if section.lines or section.ends]
    return page, shown


def page_with(plan: Plan, pk: int) -> int:
    """The number of the page that has a row."""
    keys = list(in_table(plan).values_list("pk", flat=True))
    return keys.index(pk) // PAGE_SIZE + 1 if pk in keys else 1
