"""Observaciones, and what became of those of earlier reports."""

from functools import partial

from django.utils.translation import gettext_lazy

from reports import points
from reports.models import Point
from reports.sections import Section

KIND = Point.Kind.OBSERVATION

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
    datasets=partial(points.datasets, KIND),
    page="reports/_points.html",
)
