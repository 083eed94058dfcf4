"""The code by which people name a promise: «C-2026-001», consecutive in its entity and the year of its making."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count

from django.db.models import Case, IntegerField, Max, Q, QuerySet, When
from django.db.models.functions import Cast, Substr

from accounts.models import Entity
from commitments.models import Commitment
from plans.models import Plan

DIGITS = r"\d{1,6}"  # of those that are counted on; a longer one somebody typed


def prefix(year: int) -> str:
    return f"C-{year}-"


def year_of(commitment: Commitment, plan: Plan) -> int:
    return commitment.made_on.year if commitment.made_on else plan.starts_on.year


def hold(entity_id: int) -> QuerySet[Entity]:
    """The row that, until the end of the transaction, lets nobody else of the entity give a code."""
    return Entity.objects.select_for_update(no_key=True).filter(pk=entity_id)


def assign(commitments: Iterable[Commitment], plan: Plan) -> None:
    """Gives a code to those that have none, in their order, before they are stored. Inside a transaction, until whose
    end nobody else of the entity gets a code; a statement for the lock and one for each year."""
    of_year, beside = defaultdict(list), set()
    for commitment in commitments:
        if commitment.code:
            beside.add(commitment.code)  # somebody gave it, and it is not stored yet
        else:
            of_year[year_of(commitment, plan)].append(commitment)
    if not of_year:
        return
    hold(plan.entity_id).get()
    rows = Commitment.objects.filter(plan__entity=plan.entity_id).order_by()
    for year, without in of_year.items():
        free = (code for code in after(rows.aggregate(last=last(year))["last"], year) if code not in beside)
        for commitment, code in zip(without, free, strict=False):
            commitment.code = code


def after(number: int | None, year: int) -> Iterator[str]:
    """The codes that follow the last number of a year; None: there is none yet."""
    return (f"{prefix(year)}{following:03}" for following in count((number or 0) + 1))


def last(year: int) -> Max:
    """In SQL, the highest number that a code of the year has."""
    start = prefix(year)
    numbered = Q(code__startswith=start, code__regex=f"^{start}{DIGITS}$")
    number = Cast(Substr("code", len(start) + 1), IntegerField())
    return Max(Case(When(numbered, then=number)))
