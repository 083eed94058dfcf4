"""A promise that plan after plan carried on: a row in each of them, of which the last speaks for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from commitments.models import CitizenAnswer, Commitment
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


def answers_of(line: list[Commitment]) -> QuerySet[CitizenAnswer]:
    """What citizens answered about it, in whichever plan; those without a reply go on with it, into a draft too."""
    return CitizenAnswer.objects.filter(Q(commitment__in=line) | Q(commitment__carried_from__in=line))


def lines_of(commitments: Iterable[int]) -> dict[int, int]:
    """From each row whose answers `answers_of` reads to the one of `commitments` that it goes with, by key; a statement
    for each plan back, and one for those that go on in a draft."""
    back = {pk: pk for pk in commitments}
    ahead = Commitment.objects.filter(carried_from__in=back).exclude(**PUBLIC)
    found = dict(ahead.values_list("pk", "carried_from"))
    while back:
        found |= back
        rows = Commitment.objects.filter(pk__in=back, carried_from__plan__state__in=Plan.PUBLIC)
        back = {earlier: back[pk] for earlier, pk in rows.values_list("carried_from", "pk") if earlier not in found}
    return found
