"""Who answers for the commitments and whom they were made with, how each stands, and how long the overdue ones wait."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import chain

from django.utils.translation import gettext as _
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
    named = balance.by(every, on, "responsible__order", "responsible__name")
    of_all = balance.by(every.filter(all_dependencies=True), on, "all_dependencies")
    nobody = balance.by(every.filter(responsible=None, all_dependencies=False), on, "all_dependencies")
    dependencies = chain(
        (_part(name, counts) for (_order, name), counts in named if name),
        (_part(_("Todas las dependencias"), counts) for _key, counts in of_all),
        (_part(_("Sin responsable"), counts) for _key, counts in nobody),
    )
    groups = [(name or "", counts) for (name,), counts in balance.by(every, on, "groups__name")]
    groups.sort(key=lambda row: (not row[0], row[0]))
    return Facts(
        tuple(dependencies), tuple(_part(name or _("Sin grupo registrado"), counts) for name, counts in groups)
    )


def _part(name: str, counts: Counts) -> Part:
    return Part(**{field.name: getattr(counts, field.name) for field in fields(Counts)}, name=name)


SECTION = Section(
    slug="responsables",
    title=gettext_lazy("Quién responde y con quién se adquirieron"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.dependencies),
)
