"""What people owe, each thing with its day: found as plain rows in few statements, and shown a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Entity
from activities.changes.notifications import name_of
from activities.figures import BlockKey, Place
from activities.models import ChangeRequest, MonthlyReturn, Session
from activities.models.monthly_return import DAYS_TO_SEND
from activities.pending import Need, pending
from activities.returns.locking import held_among
from commitments.models import CitizenAnswer, Commitment
from commitments.models.answer import reply_by
from commitments.standing import Standing, stands
from display.dates import add_working_days, away_in_working_days, month, short_day, when
from plans.models import NoProposal, Plan


class Kind(TextChoices):
    """What is owed; its words are those of a state."""

    REPORT = Need.REPORT.value, Need.REPORT.label
    EXPLAIN = Need.EXPLAIN.value, Need.EXPLAIN.label
    COMING = "coming", gettext_lazy("Programado")
    PROMISE = "promise", gettext_lazy("Compromiso por cumplir")
    MEND = "mend", gettext_lazy("Devuelta: por mejorar")
    PROPOSE = "propose", gettext_lazy("Se esperan propuestas")
    RETURN = "return", gettext_lazy("Formato por enviar")
    REPLY = "reply", gettext_lazy("Ciudadanía por responder")


MODELS: dict[str, type[models.Model]] = {
    Kind.REPORT: Session,
    Kind.EXPLAIN: Session,
    Kind.COMING: Session,
    Kind.PROMISE: Commitment,
    Kind.MEND: ChangeRequest,
    Kind.PROPOSE: Plan,
    Kind.RETURN: MonthlyReturn,
    Kind.REPLY: Commitment,
}


class Urgency(TextChoices):
    LATE = "late", gettext_lazy("Ya pasó su día")
    TODAY = "today", gettext_lazy("Para hoy")
    COMING = "coming", gettext_lazy("Viene")
    OVER = "over", gettext_lazy("De vigencias que terminaron")


class Owed(NamedTuple):
    kind: Kind
    pk: int
    due_on: date
    lead: BlockKey = ("none", None)  # who answers for it
    lead_name: str = ""
    is_over: bool = False  # of a year that ended: after what is of now

    def urgency(self, today: date) -> Urgency:
        if self.is_over:
            return Urgency.OVER
        if self.due_on == today:
            return Urgency.TODAY
        return Urgency.LATE if self.due_on < today else Urgency.COMING


# --- Found ------------------------------------------------------------------------------------------------------------


def spaces(plans: Sequence[Plan], places: Mapping[int, Place], on: date, *, over: Collection[int] = ()) -> list[Owed]:
    """To report or to explain, of the activities in `places`, but what an accepted month holds: nobody who owes it can
    say it. Five statements. `over`: those of a year that ended."""
    found = []
    held = set(held_among(Session.objects.filter(activity__plan__in=plans)).values_list("pk", flat=True))
    for row in pending(plans, on):
        if (place := places.get(row.activity)) and row.session not in held:
            is_over = row.activity in over
            found.append(Owed(Kind(row.need), row.session, row.planned_on, place.lead, place.lead_name, is_over))
    return found


def coming(plans: Sequence[Plan], places: Mapping[int, Place], on: date, *, first: date, last: date) -> list[Owed]:
    """Programmed between two days, and on `on` neither reported nor carried to another year; one statement."""
    rows = (
        Session.objects.filter(activity__plan__in=plans, planned_on__range=(first, last), planned_units__gt=0)
        .in_plan()
        .in_force(on)
        .filter(executed_units=None, denominator=None, carried_to_year=None)
    )
    return [
        Owed(Kind.COMING, pk, day, places[activity].lead, places[activity].lead_name)
        for pk, activity, day in rows.values_list("pk", "activity", "planned_on")
        if activity in places
    ]


def promises(rows: models.QuerySet[Commitment], on: date, last: date) -> list[Owed]:
    """Those overdue, and those due by `last`; one statement."""
    due = rows.filter(stands(Standing.OVERDUE, on) | stands(Standing.OPEN, on), due_on__lte=last)
    return [Owed(Kind.PROMISE, pk, day) for pk, day in due.values_list("pk", "due_on")]


def replies(rows: models.QuerySet[Commitment]) -> list[Owed]:
    """Promises that some citizen says were not kept, by the term of the first to whom nobody replied; one statement."""
    disputes = CitizenAnswer.objects.open().filter(commitment__in=rows.order_by().values("pk"))
    oldest = disputes.order_by().values("commitment").annotate(oldest=models.Min("answered_on"))
    return [Owed(Kind.REPLY, row["commitment"], reply_by(row["oldest"])) for row in oldest]


def promises_by_lead(rows: models.QuerySet[Commitment], on: date, last: date) -> list[Owed]:
    """The same, once for each dependency that answers for it; two statements."""
    due = rows.filter(stands(Standing.OVERDUE, on) | stands(Standing.OPEN, on), due_on__lte=last).order_by(
        "due_on", "pk"
    )
    answering = Commitment.responsible.through.objects.filter(commitment__in=due.order_by().values("pk"))
    named = defaultdict(list)
    for pk, unit, name in answering.order_by("pk").values_list("commitment", "dependency", "dependency__name"):
        named[pk].append((("dependency", unit), name))
    found = []
    for pk, day, is_of_all in due.values_list("pk", "due_on", "all_dependencies"):
        leads = [(("all", None), "")] if is_of_all else named[pk] or [(("none", None), "")]
        found += [Owed(Kind.PROMISE, pk, day, lead, name) for lead, name in leads]
    return found


def returns(rows: models.QuerySet[MonthlyReturn], on: date, last: date) -> list[Owed]:
    """Monthly returns that nobody sent, or that planning gave back, whose term ends by `last`; one statement."""
    terms: dict[date, date] = {}
    found = []
    for pk, of, unit, name, ends_on in rows.owed().values_list(
        "pk", "month", "dependency", "dependency__name", "plan__ends_on"
    ):
        if of not in terms:
            terms[of] = add_working_days(of, DAYS_TO_SEND)
        if terms[of] <= last:
            is_over = ends_on < on and terms[of] < on
            found.append(Owed(Kind.RETURN, pk, terms[of], ("dependency", unit), name, is_over))
    return found


def to_mend(entity: Entity, dependencies: Collection[int], on: date) -> list[Owed]:
    """Requests that planning returned to some dependencies: they have no term, they wait; one statement."""
    rows = ChangeRequest.objects.filter(
        plan__entity=entity, dependency__in=dependencies, state=ChangeRequest.State.RETURNED
    )
    return [Owed(Kind.MEND, pk, on) for pk in rows.order_by("pk").values_list("pk", flat=True)]


def to_propose(entity: Entity, dependencies: Collection[int], on: date) -> list[Owed]:
    """Drafts for which proposals are awaited, and none of these dependencies answered: one statement."""
    answered = NoProposal.objects.filter(dependency__in=dependencies).values("plan")
    proposed = ChangeRequest.objects.filter(dependency__in=dependencies).exclude(state=ChangeRequest.State.CANCELLED)
    drafts = entity.plans.drafts().filter(proposals_until__gte=on)
    rows = drafts.exclude(pk__in=answered).exclude(pk__in=proposed.values("plan"))
    return [Owed(Kind.PROPOSE, pk, day) for pk, day in rows.values_list("pk", "proposals_until")]


# --- Shown ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing owed as a list shows it. `url`: straight to where it is done."""

    owed: Owed
    name: str
    url: str
    when: str  # its day, or its month, in words
    away: str  # in working days
    urgency: Urgency
    place: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        if self.owed.kind == Kind.PROMISE and self.urgency == Urgency.LATE:
            return _("Compromiso vencido")
        return self.owed.kind.label

    @property
    def state(self) -> str:
        """Its look, as _components/state.html knows it."""
        late = "overdue" if self.urgency == Urgency.LATE else "due"
        looks = {
            Kind.COMING: "scheduled",
            Kind.PROMISE: late,
            Kind.MEND: "returned",
            Kind.PROPOSE: "due",
            Kind.RETURN: late,
            Kind.REPLY: late,
        }
        return looks.get(self.owed.kind, self.owed.kind)


def shown(rows: Iterable[Owed], today: date) -> list[Shown]:
    """In the same order; one statement for each model among them. What is gone meanwhile is left out."""
    rows, found = list(rows), {}
    for model in {MODELS[row.kind] for row in rows}:
        ids = [row.pk for row in rows if MODELS[row.kind] is model]
        rows_of = model.objects.select_related(*SHOWN[model].related).prefetch_related(*SHOWN[model].several)
        found[model] = rows_of.in_bulk(ids)
    return [_shown(row, target, today) for row in rows if (target := found[MODELS[row.kind]].get(row.pk)) is not None]


def _shown(row: Owed, target: models.Model, today: date) -> Shown:
    fields = {"when": when(row.due_on), "away": away_in_working_days(row.due_on, today), "urgency": row.urgency(today)}
    return Shown(row, **fields | SHOWN[type(target)].fields(row, target))


def _space(row: Owed, session: Session) -> dict:
    names = {Kind.REPORT: "session_update", Kind.EXPLAIN: "session_explain", Kind.COMING: "session_detail"}
    plan = session.activity.plan
    return {
        "name": str(session.activity),
        "url": reverse(f"activities:{names[row.kind]}", args=[plan.entity.slug, plan.slug, session.pk]),
        "when": when(row.due_on, session.planned_precision),
        "place": session.place or session.locality,
    }


def _promise(row: Owed, commitment: Commitment) -> dict:
    plan = commitment.plan
    name = "answer_list" if row.kind == Kind.REPLY else "commitment_follow"
    told = commitment.promised_for
    is_extended = row.kind == Kind.PROMISE and told != commitment.due_on
    return {
        "name": Truncator(commitment.text).chars(160),
        "url": reverse(f"commitments:{name}", args=[plan.entity.slug, plan.slug, commitment.pk]),
        "note": _("se prometió para el %(day)s") % {"day": short_day(told)} if is_extended else "",
    }


def _request(_row: Owed, change: ChangeRequest) -> dict:
    url = reverse("activities:change_update", args=[change.plan.entity.slug, change.plan.slug, change.pk])
    return {"name": name_of(change), "url": url, "note": Truncator(change.decision_note).chars(120)}


def _call(_row: Owed, plan: Plan) -> dict:
    return {"name": plan.title, "url": reverse("activities:proposal_list", args=[plan.entity.slug, plan.slug])}


def _return(_row: Owed, monthly: MonthlyReturn) -> dict:
    name = _("Formato de %(month)s de %(unit)s") % {"month": month(monthly.month), "unit": monthly.dependency}
    return {"name": name, "url": monthly.get_absolute_url(), "note": Truncator(monthly.note).chars(120)}


class _How(NamedTuple):
    related: tuple[str, ...]
    fields: Callable[[Owed, Any], dict]
    several: tuple[str, ...] = ()  # of each, in a statement for all


SHOWN: dict[type[models.Model], _How] = {
    Session: _How(("activity__plan__entity",), _space),
    Commitment: _How(("plan__entity",), _promise, ("extensions",)),
    ChangeRequest: _How(("plan__entity", "activity", "session"), _request),
    Plan: _How(("entity",), _call),
    MonthlyReturn: _How(("plan__entity", "dependency"), _return),
}
