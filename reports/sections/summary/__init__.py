"""The answer of a report on one page: what its other sections found, in a few sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from reports.scope import Scope
from reports.sections import FIRST, Section
from reports.sections.summary.view import view


@dataclass(frozen=True, slots=True)
class Facts:
    """None of its own: it reads those of the other sections."""


def collect(scope: Scope) -> Facts:
    return Facts()


SECTION = Section(
    slug="resumen",
    title=gettext_lazy("En una página"),
    facts=Facts,
    collect=collect,
    view=view,
    is_numbered=False,
    place=FIRST,
    required=gettext_lazy("es la primera, responde en una página y lleva el contenido."),
)
