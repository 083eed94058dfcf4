"""What was promised to citizens and what became of it, at the cut-off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.balance import InstanceBalance
from commitments.models import Commitment, FollowUp
from commitments.standing import Standing, made
from display import dates
from display.dates import Precision
from plans.models import Plan
from reports.scope import Scope
from reports.sections import Section, Text
from reports.sections.commitments.view import view


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    text: str
    instance: str
    responsible: str
    made: str  # "julio de 2020"
    due_on: date
    closed_on: date | None
    state: str  # label: "Reportado como cumplido", "En avance"…
    standing: str  # at the cut-off: "fulfilled", "overdue", "open", "closed" (not viable, breached, carried over)
    days_overdue: int


@dataclass(frozen=True, slots=True)
class Facts:
    """At the cut-off. open_at_start + new - closed_in_period = open_at_end; fulfilment = fulfilled_due / due."""

    made: int
    fulfilled: int
    overdue: int
    open: int
    closed: int
    due: int
    fulfilled_due: int
    open_at_start: int
    new: int
    closed_in_period: int
    open_at_end: int
    instances: tuple[InstanceBalance, ...]
    items: tuple[Item, ...]
    undated: int  # of the open ones, closed on an unknown day


def collect(scope: Scope) -> Facts:
    result = scope.balance
    return Facts(
        made=result.made,
        fulfilled=result.fulfilled,
        overdue=result.overdue,
        open=result.open,
        closed=result.closed,
        due=result.due,
        fulfilled_due=result.fulfilled_due,
        open_at_start=result.open_at_start,
        new=result.new,
        closed_in_period=result.closed_in_period,
        open_at_end=result.open_at_end,
        instances=result.instances,
        items=_items(scope.plan, scope.cutoff),
        undated=result.undated,
    )


def _items(plan: Plan, cutoff: date) -> tuple[Item, ...]:
    # Names in a query of their own: joined, they would multiply rows.
    names = defaultdict(list)
    answering = Commitment.responsible.through.objects.filter(commitment__plan=plan)
    for pk, name in answering.order_by("dependency__order", "dependency__name").values_list(
        "commitment", "dependency__name"
    ):
        names[pk].append(name)
    followed = Exists(FollowUp.objects.filter(commitment=OuterRef("pk"), on__lte=cutoff))
    commitments = Commitment.objects.filter(made(cutoff), plan=plan).annotate(followed=followed)
    return tuple(_commitment(commitment, cutoff, names[commitment.pk]) for commitment in commitments.order_by("pk"))


def _commitment(commitment: Commitment, cutoff: date, names: list[str]) -> Item:
    row = commitment.at(cutoff)
    closed = row.standing in (Standing.FULFILLED, Standing.CLOSED)
    made_on = commitment.made_on
    made = dates.month(made_on) if commitment.made_precision == Precision.MONTH else dates.short_day(made_on)
    return Item(
        code=commitment.code,
        text=commitment.text,
        instance=commitment.instance,
        responsible=_("Todas las dependencias") if commitment.all_dependencies else "; ".join(names),
        made=made,
        due_on=commitment.due_on,
        closed_on=commitment.closed_on if closed else None,
        state=_state_in_words(commitment, cutoff),
        standing=str(row.standing),
        days_overdue=row.days_overdue,
    )


def _state_in_words(commitment: Commitment, cutoff: date) -> str:
    state = str(_state(commitment, cutoff).label)
    if not commitment.closed_until:
        return state
    told = _("%(state)s, sin fecha") if commitment.closed_until <= cutoff else _("%(state)s, en un día desconocido")
    return told % {"state": state}


def _state(commitment: Commitment, cutoff: date) -> Commitment.State:
    """The state at the cut-off, inferred from dates: earlier states are not stored."""
    state, states = Commitment.State(commitment.state), Commitment.State
    if commitment.closed_on and commitment.closed_on > cutoff:
        return states.IN_PROGRESS if commitment.followed else states.RECORDED
    if state == states.VERIFIED and commitment.verified_on > cutoff:
        return states.REPORTED_DONE
    return state


SECTION = Section(
    slug="compromisos",
    title=gettext_lazy("Balance de compromisos"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.made or facts.items or texts.get("commitments")),
    texts=(
        Text(
            "commitments",
            gettext_lazy("Compromisos"),
            gettext_lazy("Qué falta para cumplir los que siguen abiertos o vencidos."),
        ),
    ),
    opens=True,
)
