"""The chapters of the plan that come before what it promises; and what those of other purposes share with them: in the
document each is a section of its own, under its own title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from plans import chapters
from plans.models import PlanChapter
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot

PAGE = "sections/opening/section.html"


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    body: str  # with its marks (display/marks.py)


@dataclass(frozen=True, slots=True)
class Facts:
    chapters: tuple[Chapter, ...]


def of_purpose(purpose: str) -> Callable[[Scope], Facts]:
    """What collects the chapters of a purpose that have a text."""

    def collect(scope: Scope) -> Facts:
        found = [each for each in chapters.written(scope.plan) if each.purpose == purpose and each.body.strip()]
        return Facts(tuple(Chapter(each.title, each.body) for each in found))

    return collect


def section(slug: str, title: object, purpose: str) -> Section:
    return Section(
        slug=slug,
        title=title,
        facts=Facts,
        collect=of_purpose(purpose),
        view=view,
        is_present=lambda facts, texts: bool(facts.chapters),
        parts=lambda facts: [(chapter.title, Facts((chapter,))) for chapter in facts.chapters],
        page=PAGE,
    )


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {}


SECTION = section("presentacion", gettext_lazy("Capítulos de apertura"), PlanChapter.Purpose.TEXT)
