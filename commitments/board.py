"""The board of a plan's promises: a column for each state, with the first cards of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import User
from accounts.permissions import Permission, limited_to, may
from commitments.models import Commitment
from commitments.models.commitment import Row
from commitments.states import FULFILLED, OPEN, UNKEPT, State
from plans.models import Plan

CARDS = 12  # of a column; the list has the rest
ORDER = (*OPEN, *FULFILLED, *UNKEPT)


@dataclass(frozen=True)
class Card:
    row: Row
    may_move: bool


@dataclass(frozen=True)
class Column:
    state: State
    cards: list[Card]
    total: int


def is_first_look(request, plan: Plan) -> bool:
    """Of a head, who begins with what is theirs."""
    return not request.GET and bool(limited_to(request.user, Permission.FOLLOW_COMMITMENT, plan.entity_id))


def columns_of(rows: QuerySet[Commitment], plan: Plan, user: User, on: date) -> list[Column]:
    """Of those open what is due first, of those closed what was closed last. What was not
    kept has a column when there is any. The statements do not depend on how many there are."""
    ended = Coalesce("closed_on", "closed_until").desc(nulls_first=True)
    place = Window(RowNumber(), partition_by=F("state"), order_by=[ended, F("due_on").asc(), F("pk").asc()])
    first = rows.order_by().annotate(place=place).filter(place__lte=CARDS).order_by("state", "place")
    totals = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    moves = _Moves(plan, user)
    cards: dict[str, list[Card]] = {state: [] for state in ORDER}
    for row in first.prefetch_related("responsible").at(on):
        row.commitment.plan = plan
        cards[row.commitment.state].append(Card(row, moves.may(row.commitment)))
    return [
        Column(state, cards[state], totals.get(state, 0)) for state in ORDER if state in totals or state not in UNKEPT
    ]


class _Moves:
    """Whether a person may change the state of each, as `COMMITMENTS` says, without asking for each."""

    def __init__(self, plan: Plan, user: User):
        self._reach = limited_to(user, Permission.FOLLOW_COMMITMENT, plan.entity_id)
        self._decides = may(user, Permission.EDIT_PLAN, plan)

    def may(self, commitment: Commitment) -> bool:
        if self._decides:
            return True
        if commitment.state not in OPEN or self._reach == set():
            return False
        theirs = self._reach is None or any(unit.pk in self._reach for unit in commitment.responsible.all())
        return commitment.all_dependencies or theirs
