"""From what was approved to what is in force: baseline + added − withdrawn, with what only moved told apart.

A space that moves is withdrawn, and another enters in its place (`replaced_by`): it stands in both sums. Planned units,
due or not, percentage targets left out. Source: docs/architecture.md, "Execution".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from activities.counting import PERCENTAGE
from activities.models import Session
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class Bridge:
    """Units at a cut-off; those that moved are part of what was added and of what was withdrawn."""

    baseline: int
    added: int
    withdrawn: int
    moved_in: int = 0
    moved_out: int = 0

    def __sub__(self, before: Bridge) -> Bridge:
        """What happened since `before`, an earlier cut-off of the same plan."""
        return Bridge(
            self.baseline,
            self.added - before.added,
            self.withdrawn - before.withdrawn,
            self.moved_in - before.moved_in,
            self.moved_out - before.moved_out,
        )

    @property
    def in_force(self) -> int:
        return self.baseline + self.added - self.withdrawn

    @property
    def is_crossed(self) -> bool:
        """Whether anything entered or left."""
        return bool(self.added or self.withdrawn)


def bridge_of(sessions: QuerySet[Session], on: date) -> Bridge:
    """At the cut-off `on`: one statement."""
    added, withdrawn = Q(in_force_from__lte=on), Q(withdrawn_on__lte=on)
    entered = Q(in_force_from=None) | added
    heir = Exists(Session.objects.filter(replaced_by=OuterRef("pk"), withdrawn_on__lte=on))
    units = "planned_units"
    return Bridge(
        **sessions.exclude(PERCENTAGE).aggregate(
            baseline=Sum(units, filter=Q(in_force_from=None), default=0),
            added=Sum(units, filter=added, default=0),
            withdrawn=Sum(units, filter=entered & withdrawn, default=0),
            moved_in=Sum(units, filter=added & Q(heir), default=0),
            moved_out=Sum(units, filter=entered & withdrawn & ~Q(replaced_by=None), default=0),
        )
    )


def of_plan(plan: Plan, on: date) -> Bridge:
    return bridge_of(Session.objects.filter(activity__plan=plan).in_plan(), on)
