"""Planning reminds a dependency of what it has to say of a month: at most once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from activities.figures import BlockKey
from dashboard import retrace
from dashboard.retrace import Traced, to_do
from display import dates
from plans.models import Plan
from records import notices
from records.models import Notice

KIND = "sessions.reminder"


def _in_words(params: dict) -> dict:
    what = to_do(params["to_report"], params["to_explain"])
    return {**params, "what": what, "month": dates.period(params["month"]) if params["month"] else params["plan"]}


notices.register(
    KIND,
    notices.Kind(
        gettext_noop("%(where)s, %(month)s: %(what)s"), gettext_noop("Se lo recuerda %(who)s."), words=_in_words
    ),
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom it told, on which day; `is_new`: now."""

    people: list[User]
    on: date
    is_new: bool = False


def heads_of(plan: Plan, lead: BlockKey | None) -> list[User]:
    """Of a dependency, else of the nearest above it that has any; of every dependency where all of them answer."""
    kind, pk = lead or ("none", None)
    if kind not in ("dependency", "all"):
        return []
    rows = plan.entity.memberships.filter(role=Role.HEAD, user__is_active=True).select_related("user")
    found: dict[int, list[User]] = {}
    for row in rows.order_by("user__full_name"):
        found.setdefault(row.dependency_id, []).append(row.user)
    if kind == "all":
        return list({user.pk: user for users in found.values() for user in users}.values())
    above, seen = dict(plan.entity.dependencies.values_list("pk", "parent")), set()
    while pk is not None and pk not in seen:
        if pk in found:
            return found[pk]
        seen.add(pk)  # a circle in stored rows must not loop for ever
        pk = above.get(pk)
    return []


def latest(plan: Plan, traced: Traced) -> Reminder | None:
    """The last one of a cell; one statement."""
    own = Notice.objects.filter(kind=KIND, entity=plan.entity_id, path=_path(plan, traced)).select_related("recipient")
    rows = list(own.order_by("-pk")[:50])
    days = [timezone.localtime(row.created_at).date() for row in rows]
    people = [row.recipient for row, day in zip(rows, days, strict=True) if day == days[0]]
    return Reminder(people[::-1], days[0]) if rows else None


@transaction.atomic
def remind(plan: Plan, traced: Traced, *, by: User, on: date) -> Reminder:
    """Tells the heads of whoever answers for the set. Without a head nobody is told; nor twice on a day."""
    Plan.objects.select_for_update().get(pk=plan.pk)  # two clicks at once
    last = latest(plan, traced)
    if last and last.on == on:
        return last
    people = heads_of(plan, traced.group.lead)
    told = notices.tell(
        people,
        KIND,
        entity=plan.entity,
        url=_path(plan, traced),
        where=traced.group.name,
        month=f"{traced.month:%Y-%m}" if traced.month else "",
        plan=plan.title,
        to_report=traced.n_to_report,
        to_explain=traced.n_to_explain,
        who=by.full_name,
    )
    return Reminder([notice.recipient for notice in told], on, is_new=True)


def _path(plan: Plan, traced: Traced) -> str:
    """The same whatever the day, so that it says of which cell it was."""
    return notices.unprefixed(retrace.address(plan, None, traced.group.code, traced.month, retrace.What.PENDING))
