"""What was held in the period: when, where, who came, what was said, and what was promised there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from display import figures
from reports import spaces
from reports.scope import Scope
from reports.sections import Section
from reports.sections.held.view import units_of, view
from reports.spaces import Space


@dataclass(frozen=True, slots=True)
class Facts:
    whole: bool  # of the whole plan
    has_spaces: bool  # whether the plan programmes any; else it has percentage targets alone
    spaces: tuple[Space, ...]  # by day; in a report of the whole plan by block, in its order


def collect(scope: Scope) -> Facts:
    sessions = (
        scope.sessions.filter(held_on__range=(scope.first, scope.until))
        .filter(spaces.WORTH_TELLING)
        .in_plan()
        .in_force(scope.cutoff)
    )
    rows = list(spaces.collect(scope, sessions).values())
    order = {block.name: at for at, block in enumerate(scope.progress.blocks)}
    rows.sort(key=lambda space: order.get(space.block, len(order)))
    progress = scope.progress
    return Facts(scope.whole, bool(progress.baseline + progress.added), tuple(rows))


def tokens(facts: Facts) -> dict[str, str]:
    return {"espacios realizados": figures.whole(units_of(facts.spaces))}


SECTION = Section(
    slug="realizados",
    # Without the plan's own word: its gender would change the sentence.
    title=lambda edition: (
        _("Lo que se hizo en todo el plan")
        if edition.whole
        else _("Lo que se hizo en %(period)s") % {"period": edition.period}
    ),
    facts=Facts,
    collect=collect,
    view=view,
    tokens=tokens,
    pictures=lambda facts: spaces.pictures(facts.spaces),
    datasets=lambda facts: spaces.datasets("espacios", _("Lo que se hizo en los días del informe"), facts.spaces),
    # That nothing at all was done in a plan its execution says.
    is_present=lambda facts, texts: bool(facts.spaces) or (facts.has_spaces and not facts.whole),
)
