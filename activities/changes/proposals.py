"""Dependencies propose activities for a draft: planning asks until a day, sees who is silent, and reminds them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Dependency, Role, User
from activities.models import ChangeRequest
from display.dates import day
from plans.models import NoProposal, Plan
from plans.states import hold_draft
from records import notices
from records.audit import acting_as
from records.models import Notice
from records.refusals import Blocker, NotReady

State = ChangeRequest.State


def _in_words(params: dict) -> dict:
    return {**params, "until": day(date.fromisoformat(params["until"]))}


for kind, title in (
    ("proposals.called", gettext_noop("%(who)s le pide las actividades de su dependencia, hasta el %(until)s")),
    ("proposals.reminder", gettext_noop("Falta su respuesta: qué propone su dependencia, hasta el %(until)s")),
):
    notices.register(kind, notices.Kind(title, text="%(plan)s", words=_in_words))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a dependency answered."""

    dependency: Dependency
    waiting: int
    accepted: int
    returned: int
    rejected: int
    none: NoProposal | None
    heads: tuple[User, ...]

    @property
    def proposed(self) -> int:
        return self.waiting + self.accepted + self.returned + self.rejected

    @property
    def is_silent(self) -> bool:
        return not self.proposed and self.none is None


def answers(plan: Plan) -> list[Answer]:
    """Of each dependency that exists during the plan: four statements."""
    counted: dict[int, Counter] = defaultdict(Counter)
    for pk, state in plan.changes.filter(kind=ChangeRequest.Kind.ADD, version=None).values_list("dependency", "state"):
        counted[pk][state] += 1
    none = {row.dependency_id: row for row in plan.no_proposals.all()}
    heads = defaultdict(list)
    rows = plan.entity.memberships.filter(role=Role.HEAD, user__is_active=True).select_related("user")
    for row in rows.order_by("user__full_name"):
        heads[row.dependency_id].append(row.user)
    return [
        Answer(
            one,
            counted[one.pk][State.REQUESTED],
            counted[one.pk][State.APPROVED],
            counted[one.pk][State.RETURNED],
            counted[one.pk][State.REJECTED],
            none.get(one.pk),
            tuple(heads[one.pk]),
        )
        for one in plan.offered_dependencies([])
    ]


def is_open(plan: Plan, on: date) -> bool:
    return plan.state == Plan.State.DRAFT and plan.proposals_until is not None and on <= plan.proposals_until


def expect(plan: Plan, dependency: Dependency, on: date) -> None:
    """A proposal comes while they are asked for; it takes back that the dependency had none. Raises NotReady."""
    if plan.proposals_until is None:
        raise NotReady(_("Planeación todavía no pide propuestas para este plan."))
    if on > plan.proposals_until:
        raise NotReady(
            _("Las propuestas se recibieron hasta el %(day)s. Escriba a planeación.")
            % {"day": day(plan.proposals_until)}
        )
    plan.no_proposals.filter(dependency=dependency).delete()


@transaction.atomic
def call(*, plan: Plan, until: date, by: User, on: date, seen: int | None = None) -> list[User]:
    """Opens the call, or moves its last day, and tells every head; returns whom. Raises Frozen, Stale, NotReady."""
    hold_draft(plan)
    if until < on:
        raise NotReady(Blocker(_("Ese día ya pasó: elija uno que venga."), field="until"))
    plan.claim(seen)
    plan.proposals_until = until
    with acting_as(by):
        plan.save(update_fields=["proposals_until"])
    return _tell(plan, User.objects.with_role(plan.entity, Role.HEAD), "proposals.called", by)


@transaction.atomic
def remind(*, plan: Plan, by: User, on: date) -> list[User]:
    """The heads of who has not answered, at most once a day; returns whom."""
    hold_draft(plan)
    if not is_open(plan, on):
        raise NotReady(_("No hay convocatoria abierta: diga hasta cuándo se reciben propuestas."))
    told = (
        Notice.objects.filter(kind="proposals.reminder", path=_path(plan))
        .order_by("-pk")
        .values_list("recipient", "created_at")[:500]
    )
    today = {pk for pk, at in told if timezone.localtime(at).date() == on}
    silent = {head for answer in answers(plan) if answer.is_silent for head in answer.heads}
    return _tell(plan, [head for head in silent if head.pk not in today], "proposals.reminder", by)


@transaction.atomic
def answer_none(*, plan: Plan, dependency: Dependency, by: User, on: date, note: str = "") -> NoProposal:
    """That the dependency proposes none. Raises NotReady when it did, or nobody asks."""
    hold_draft(plan)
    if not is_open(plan, on):
        raise NotReady(_("No hay convocatoria abierta para este plan."))
    if plan.changes.filter(dependency=dependency).exclude(state=State.CANCELLED).exists():
        raise NotReady(_("Su dependencia ya propuso actividades: si no van, desista de cada una."))
    row = NoProposal(plan=plan, dependency=dependency, by=by, note=note.strip())
    row.validate_constraints()
    with acting_as(by):
        row.save()
    return row


def _tell(plan: Plan, people: Iterable[User], kind: str, by: User) -> list[User]:
    told = notices.tell(
        [person for person in people if person.pk != by.pk],
        kind,
        entity=plan.entity,
        url=_path(plan),
        who=by.full_name,
        until=plan.proposals_until.isoformat(),
        plan=plan.title,
    )
    return [notice.recipient for notice in told]


def _path(plan: Plan) -> str:
    return notices.unprefixed(reverse("activities:proposal_list", args=[plan.entity.slug, plan.slug]))
