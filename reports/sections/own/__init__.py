"""A section that an entity adds to its reports: a title and a text that people write in each of them.

There are as many as entities make, each of its own slug (`sections.of`): this is what they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from reports.documents import OWN
from reports.scope import Scope
from reports.sections import Section, Text


@dataclass(frozen=True, slots=True)
class Facts:
    """None: it counts nothing."""


def collect(scope: Scope) -> Facts:
    return Facts()


SECTION = Section(
    slug=OWN,
    title=gettext_lazy("Sección propia"),
    facts=Facts,
    collect=collect,
    view=lambda facts, snapshot: {},
    is_present=lambda facts, texts: any(texts.values()),
    texts=(
        Text(
            OWN,
            gettext_lazy("Texto"),
            gettext_lazy("La entidad agregó esta sección a sus informes. Sin texto, no sale."),
        ),
    ),
)
