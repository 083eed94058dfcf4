"""Who is told of a monthly return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_noop

from accounts.heads import Heads
from accounts.models import Role, User
from activities.models import MonthlyReturn
from display import dates
from plans.models import Plan
from records import notices


def _in_words(params: dict) -> dict:
    return {
        **params,
        "month": dates.period(params["month"]),
        "due": dates.day(date.fromisoformat(params["due"])),
    }


for kind, title, text, template in (
    # On screen alone: whoever leads many plans is not sent a message for each on the first of the month.
    (
        "due",
        gettext_noop("Formato interno de %(month)s de %(dependency)s: envíelo hasta el %(due)s"),
        "%(plan)s",
        "",
    ),
    ("sent", gettext_noop("%(dependency)s envió el formato interno de %(month)s"), "%(plan)s", "notice"),
    (
        "accepted",
        gettext_noop("Planeación aceptó el formato interno de %(month)s de %(dependency)s"),
        "%(plan)s",
        "notice",
    ),
    (
        "returned",
        gettext_noop("%(who)s devolvió el formato interno de %(month)s de %(dependency)s"),
        "%(note)s",
        "notice",
    ),
    (
        "reopened",
        gettext_noop("%(who)s reabrió el formato interno de %(month)s de %(dependency)s"),
        "%(note)s",
        "notice",
    ),
):
    notices.register(f"return.{kind}", notices.Kind(title, text=text, template=template, words=_in_words))


def tell_due(plan: Plan, opened: Sequence[MonthlyReturn]) -> None:
    """`opened`: of one month."""
    heads = Heads(plan.entity, opened[0].month.replace(day=1)) if opened else None
    for monthly in opened:
        monthly.plan = plan
        _tell(monthly, heads.of(monthly.dependency_id), "due", None)


def tell_sent(monthly: MonthlyReturn, *, by: User) -> None:
    """The planners, who decide."""
    _tell(monthly, User.objects.with_role(monthly.plan.entity, Role.PLANNER), "sent", by)


def tell_decided(monthly: MonthlyReturn, *, by: User) -> None:
    _tell(monthly, [*heads_of(monthly), monthly.submitted_by], "accepted", by)


def tell_back(monthly: MonthlyReturn, *, by: User, reopened: bool) -> None:
    _tell(monthly, heads_of(monthly), "reopened" if reopened else "returned", by)


def heads_of(monthly: MonthlyReturn) -> list[User]:
    return Heads(monthly.plan.entity, monthly.month.replace(day=1)).of(monthly.dependency_id)


def _tell(monthly: MonthlyReturn, people, kind: str, by: User | None) -> None:
    notices.tell(
        [person for person in people if by is None or person.pk != by.pk],
        f"return.{kind}",
        entity=monthly.plan.entity,
        url=monthly.get_absolute_url(),
        who=by.full_name if by else "",
        month=f"{monthly.month:%Y-%m}",
        due=f"{monthly.due_on}",
        dependency=monthly.dependency.name,
        plan=monthly.plan.title,
        note=monthly.note,
    )
