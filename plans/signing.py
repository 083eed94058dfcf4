"""Who answers for a plan: who prepared it, who reviewed it and who approved it. The last two are named by the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from display.dates import Precision
from plans.models import Plan, Signatory
from records import audit, sign_offs
from records.models import SignOff

Stage = SignOff.Stage
NAMED = (Stage.REVIEWED, Stage.APPROVED)


@dataclass(frozen=True)
class OnPaper:
    """A signature copied from a document: its person may have no account, and no position written."""

    stage: str
    name: str
    position: str = ""


def offered(plan: Plan, chosen: Iterable[int] = ()) -> QuerySet[User]:
    """The people of the entity whom a plan may name."""
    members = plan.entity.memberships.values("user")
    return User.objects.filter(pk__in=members, is_active=True) | User.objects.filter(pk__in=chosen)


def named(plan: Plan) -> dict[str, User]:
    """By stage."""
    return {row.stage: row.person for row in plan.signatories.select_related("person")}


def is_named(plan: Plan, user: User, stage: str = "") -> bool:
    """Whether the plan names the person, who still belongs to the entity."""
    rows = Signatory.objects.filter(plan=plan, person=user, person__memberships__entity=plan.entity_id)
    return (rows.filter(stage=stage) if stage else rows).exists()


def next_stage(plan: Plan) -> str | None:
    """What is still to be signed of a plan in review."""
    signed = {each.stage for each in sign_offs.standing(plan)}
    return next((stage for stage in NAMED if stage not in signed), None)


def last_return(plan: Plan) -> SignOff | None:
    """Of a draft that came back from review: who returned it says why in its note."""
    if plan.state != Plan.State.DRAFT:
        return None
    return plan.sign_offs.filter(state=SignOff.State.RETURNED).order_by("-pk").first()


def name(plan: Plan, people: Mapping[str, User], *, by: User) -> None:
    """The plan names these people alone, by stage. In the transaction that holds the draft."""
    stored = {row.stage: row for row in plan.signatories.all()}
    with audit.acting_as(by):
        for stage, person in people.items():
            row = stored.get(stage) or Signatory(plan=plan, stage=stage)
            if row.person_id != person.pk:
                row.person = person
                row.save()


def put(plan: Plan, stage: str, *, by: User, on: date, position: str) -> SignOff:
    """The person's own signature, today."""
    with audit.acting_as(by):
        return SignOff.objects.create(
            entity_id=plan.entity_id,
            target=plan,
            stage=stage,
            person=by,
            name=by.full_name,
            position=position,
            signed_on=on,
        )


def copy(plan: Plan, lines: Iterable[OnPaper], *, by: User, on: date, precision: str = Precision.DAY) -> list[SignOff]:
    """Signatures that a document has, with its date."""
    with audit.acting_as(by):
        return [
            SignOff.objects.create(
                entity_id=plan.entity_id,
                target=plan,
                stage=line.stage,
                name=line.name,
                position=line.position,
                signed_on=on,
                signed_precision=precision,
            )
            for line in lines
        ]
