"""Who answers for the commitments and whom they were made with, how each stands, and how long the overdue ones wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from commitments import balance
from commitments.balance import Counts
from reports.scope import Scope
from reports.sections import Section
from reports.sections.answering.view import view


@dataclass(frozen=True, slots=True)
class Part(Counts):
    """The commitments of a dependency or of a group: one of several counts in each, so that parts do not add up."""

    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    dependencies: tuple[Part, ...]  # in their order; "all" and "nobody" at the end
    groups: tuple[Part, ...]


def collect(scope: Scope) -> Facts:
    on, every = scope.cutoff, scope.commitments
    return Facts(
        tuple(map(_part, balance.by_dependency(every, on))),
        tuple(map(_part, balance.by_group(every, on))),
    )


def _part(part: balance.Part) -> Part:
    return Part(**{name: getattr(part.counts, name) for name in balance.OF_COUNTS}, name=part.name)


SECTION = Section(
    slug="responsables",
    title=gettext_lazy("Quién responde y con quién se adquirieron"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.dependencies),
)
