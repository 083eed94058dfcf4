"""Participation in pictures: the photographs of each strategy or dependency that may be published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils.translation import gettext_lazy

from reports import photographs
from reports.photographs import Photograph
from reports.scope import Scope
from reports.sections import Section
from reports.sections.pictures.view import view

MOST = 60  # of a document: more are counted


class Shown(msgspec.Struct, frozen=True, gc=False):
    photograph: Photograph
    activity: str
    block: str  # "" outside the plan
    held_on: date
    precision: str


@dataclass(frozen=True, slots=True)
class Facts:
    shown: tuple[Shown, ...]  # by block, and by day
    more: int  # how many others may be published too


def collect(scope: Scope) -> Facts:
    """Of the spaces held in the period, without those that the sheet of their space shows; the first of each first."""
    sessions = scope.sessions.filter(held_on__range=(scope.first, scope.until)).in_force(scope.cutoff)
    found = photographs.beyond_sheets(scope, sessions)
    blocks = {pk: activity.block for pk, activity in scope.progress.activities.items()}
    rows = sessions.filter(pk__in=list(found)).order_by("held_on", "activity__order", "pk")
    told = rows.values_list("pk", "activity", "activity__number", "activity__name", "held_on", "held_precision")
    every = [
        (at, Shown(photograph, f"{number} {name}".strip(), blocks.get(activity, ""), held_on, precision))
        for pk, activity, number, name, held_on, precision in told
        for at, photograph in enumerate(found[pk])
    ]
    chosen = [shown for _at, shown in sorted(every, key=lambda each: each[0])[:MOST]]
    order = {block.name: at for at, block in enumerate(scope.progress.blocks)}
    chosen.sort(key=lambda shown: (order.get(shown.block, len(order)), shown.held_on))
    return Facts(tuple(chosen), len(every) - len(chosen))


SECTION = Section(
    slug="imagenes",
    title=gettext_lazy("La participación en imágenes"),
    facts=Facts,
    collect=collect,
    view=view,
    pictures=lambda facts: (shown.photograph.file for shown in facts.shown),
    is_present=lambda facts, texts: bool(facts.shown),
)
