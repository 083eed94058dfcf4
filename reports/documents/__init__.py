"""The kinds of report. A kind is an object in a module here, named `KIND`; nothing else knows kinds by name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Dependency
from plans.models import Plan
from records.refusals import Blocker
from reports.periods import Days

# What a kind may ask of whoever starts a report.
MONTH, DAYS, DEPENDENCY = "month", "days", "dependency"
NAMES = {MONTH: gettext_lazy("mes"), DAYS: gettext_lazy("días"), DEPENDENCY: gettext_lazy("dependencia")}
OWN = "propia"  # how the slugs of the sections that entities add begin


@dataclass(frozen=True, slots=True)
class Kind:
    slug: str  # as stored: "monthly"
    word: str  # in the public address: "mensual"
    name: str | Promise  # "Informe mensual"
    title: str | Promise  # on its cover: "Informe mensual de monitoreo"
    about: str | Promise  # for who chooses it: what it tells
    sections: tuple[str, ...]  # their slugs, in order, unless an entity wants others (reports.outline)
    # The key of the period asked for (reports.periods), from a day of its month or its days, of which it gets only what
    # it takes. ValueError says what is missing or out of place, with a sentence to show.
    period_of: Callable[[Plan, date | None, Days | None], str]
    days_of: Callable[[Plan, str], Days]  # of a period, inside the plan
    cutoff_of: Callable[[Plan, str], date]  # unless another is given
    words_of: Callable[[Plan, str], str]  # a period on its pages: "julio a diciembre de 2020"
    needs: tuple[str, ...] = ()  # of MONTH, DAYS and DEPENDENCY
    takes: tuple[str, ...] = ()  # also, when they are given
    order: int = 0  # among the kinds that a person chooses from
    has_cutoff: bool = True  # its figures are as of a day that people choose
    is_signed: bool = True  # by people of its own; else it prints who answers for what it is about
    # Of a report of it, why it cannot be published, besides what holds of every one.
    blockers: Callable[[Any], Iterable[Blocker]] = lambda report: ()

    @property
    def asks(self) -> tuple[str, ...]:
        return (*self.needs, *self.takes)

    def period(
        self, plan: Plan, month: date | None = None, days: Days | None = None, dependency: Dependency | None = None
    ) -> str:
        """`period_of`, once nothing is given that the kind does not take."""
        for name, given in ((MONTH, month), (DAYS, days), (DEPENDENCY, dependency)):
            if given and name not in self.asks:
                raise ValueError(_("«%(kind)s» no lleva %(what)s.") % {"kind": self.name, "what": NAMES[name]})
        if DEPENDENCY in self.needs and not dependency:
            raise ValueError(_("«%(kind)s» necesita la dependencia de que trata.") % {"kind": self.name})
        if dependency and not plan.activities.in_plan().of_dependencies(dependency.subtree()).exists():
            raise ValueError(_("«%(name)s» no tiene actividades en este plan.") % {"name": dependency.name})
        return self.period_of(plan, month, days)


@cache
def known() -> dict[str, Kind]:
    """Every kind there is, by slug."""
    kinds = (import_module(f"{__name__}.{module.name}").KIND for module in pkgutil.iter_modules(__path__))
    return {kind.slug: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


def of_execution() -> list[str]:
    """Slugs of those that tell how much of the plan was done."""
    return [kind.slug for kind in known().values() if "ejecucion" in kind.sections]


def choices() -> list[tuple[str, str | Promise]]:
    return [(kind.slug, kind.name) for kind in known().values()]
