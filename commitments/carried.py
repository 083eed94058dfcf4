"""A promise that plan after plan carried on: a row in each of them, of which the last speaks for it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from commitments.models import Commitment
from plans.models import Plan

PUBLIC = {"plan__state__in": Plan.PUBLIC}


def last(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Those that do not go on in another public plan."""
    return commitments.filter(~Exists(Commitment.objects.filter(carried_from=OuterRef("pk"), **PUBLIC)))


def last_of(commitment: Commitment) -> Commitment:
    """The row that speaks for it in public: a statement for each plan that carried it on, and one more."""
    while later := Commitment.objects.filter(carried_from=commitment, **PUBLIC).first():
        commitment = later
    return commitment


def line(commitment: Commitment) -> list[Commitment]:
    """It and those before it, the first plan's first, as far back as the plans are public: a statement for each."""
    rows = [commitment]
    while rows[0].carried_from_id:
        earlier = Commitment.objects.filter(pk=rows[0].carried_from_id, **PUBLIC)
        before = earlier.select_related("plan__entity", "session__activity").first()
        if before is None:
            rows[0].carried_from = None  # in memory alone: whoever reads back from it stops here
            break
        rows[0].carried_from = before
        rows.insert(0, before)
    return rows
