"""Recomendaciones, as people write them: a point per line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.sections import Nothing, Section, Text
from reports.sections.execution.suggestions import of_recommendations

if TYPE_CHECKING:
    from reports.envelope import Snapshot


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    yield from of_recommendations(snapshot)
    if (made := snapshot.facts("compromisos")) and made.overdue:
        yield _("Acordar otra fecha para {compromisos vencidos} compromisos vencidos y contarla a quienes esperan.")


SECTION = Section(
    slug="recomendaciones",
    title=gettext_lazy("Recomendaciones"),
    facts=Nothing,
    collect=lambda scope: Nothing(),
    view=lambda facts, snapshot: {},
    is_present=lambda facts, texts: bool(texts.get("recommendations")),
    suggest=suggestions,
    texts=(
        Text(
            "recommendations",
            gettext_lazy("Recomendaciones"),
            gettext_lazy("Una por línea."),
            is_list=True,
        ),
    ),
)
