"""The kinds of report. A kind is an object in a module here, named `KIND`; nothing else knows kinds by name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module

from django.utils.functional import Promise

from plans.models import Plan


@dataclass(frozen=True, slots=True)
class Kind:
    slug: str  # as stored: "monthly"
    word: str  # in the public address: "mensual"
    name: str | Promise  # "Informe mensual"
    title: str | Promise  # on its cover: "Informe mensual de monitoreo"
    sections: tuple[str, ...]  # their slugs, in order
    # The key of the period that has the day, "2020-09"; None asks for that of the whole plan. ValueError says what is
    # missing or out of place, with a sentence to show.
    period_of: Callable[[Plan, date | None], str]
    days_of: Callable[[Plan, str], tuple[date, date]]  # first and last day of a period, inside the plan
    cutoff_of: Callable[[Plan, str], date]  # unless another is given
    takes_month: bool
    order: int = 0  # among the kinds that a person chooses from


@cache
def known() -> dict[str, Kind]:
    """Every kind there is, by slug."""
    kinds = (import_module(f"{__name__}.{module.name}").KIND for module in pkgutil.iter_modules(__path__))
    return {kind.slug: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


def choices() -> list[tuple[str, str | Promise]]:
    return [(kind.slug, kind.name) for kind in known().values()]
