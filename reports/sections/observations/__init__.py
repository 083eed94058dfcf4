"""Observaciones, as people write them: a point per line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from reports.sections import Nothing, Section, Text
from reports.sections.commitments.view import oldest_in_words
from reports.sections.execution.suggestions import of_observations

if TYPE_CHECKING:
    from reports.envelope import Snapshot


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    yield from of_observations(snapshot)
    if made := snapshot.facts("compromisos"):
        yield from oldest_in_words(made)


SECTION = Section(
    slug="observaciones",
    title=gettext_lazy("Observaciones"),
    facts=Nothing,
    collect=lambda scope: Nothing(),
    view=lambda facts, snapshot: {},
    is_present=lambda facts, texts: bool(texts.get("observations")),
    suggest=suggestions,
    texts=(
        Text(
            "observations",
            gettext_lazy("Observaciones"),
            gettext_lazy("Una por línea."),
            is_list=True,
        ),
    ),
)
