"""The code by which people name a promise: «C-2026-001», consecutive in its entity and the year of its making."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import count

from django.db.models import IntegerField, Max, QuerySet
from django.db.models.functions import Cast, Substr

from accounts.models import Entity
from commitments.models import Commitment
from plans.models import Plan

DIGITS = r"\d{1,6}"  # of those that are counted on; a longer one somebody typed


def prefix(year: int) -> str:
    return f"C-{year}-"


def year_of(commitment: Commitment, plan: Plan) -> int:
    return commitment.made_on.year if commitment.made_on else plan.starts_on.year


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
    Entity.objects.select_for_update(no_key=True).get(pk=plan.entity_id)
    rows = Commitment.objects.filter(plan__entity=plan.entity_id)
    for year, without in of_year.items():
        numbered = (f"{prefix(year)}{number:03}" for number in count(last(rows, year) + 1))
        free = (code for code in numbered if code not in beside)
        for commitment, code in zip(without, free, strict=False):
            commitment.code = code


def last(rows: QuerySet[Commitment], year: int) -> int:
    """The highest number that a code of the year has among `rows`; 0 when none has."""
    start = prefix(year)
    found = rows.filter(code__startswith=start, code__regex=f"^{start}{DIGITS}$")
    number = Cast(Substr("code", len(start) + 1), IntegerField())
    return found.order_by().aggregate(last=Max(number))["last"] or 0
