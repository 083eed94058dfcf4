"""Observaciones, and what became of those of earlier reports."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from reports import points
from reports.models import Point
from reports.sections import Section
from reports.sections.commitments.view import oldest_in_words
from reports.sections.execution.suggestions import of_observations

if TYPE_CHECKING:
    from reports.envelope import Snapshot

KIND = Point.Kind.OBSERVATION


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    yield from of_observations(snapshot)
    if made := snapshot.facts("compromisos"):
        yield from oldest_in_words(made)


SECTION = Section(
    slug=points.SLUGS[KIND],
    title=gettext_lazy("Observaciones"),
    facts=points.Facts,
    collect=partial(points.collect, KIND),
    view=partial(points.view, KIND),
    schema=2,
    upgrades={1: points.listed},
    is_present=lambda facts, texts: bool(facts.own or facts.returned),
    points=KIND,
    printed=points.printed,
    checks=partial(points.checks, KIND),
    suggest=suggestions,
    datasets=partial(points.datasets, KIND),
    page="reports/_points.html",
)
