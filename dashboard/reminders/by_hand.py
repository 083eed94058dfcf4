"""Planning reminds a dependency of what it has to say of a month: of the same, at most once a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from accounts.models import User
from activities.figures import BlockKey
from activities.models import Session
from activities.pending import needs
from dashboard import retrace
from dashboard.models import Reminded, Step
from dashboard.reminders.recipients import NOBODY, Recipients
from dashboard.retrace import Traced, to_do
from display import dates
from plans.models import Plan
from records import notices

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


def heads_of(plan: Plan, lead: BlockKey | None, on: date) -> list[User]:
    return [each.person for each in Recipients(plan.entity, on).heads(lead or NOBODY)]


def latest(traced: Traced) -> Reminder | None:
    """The last one of what a cell still owes, whoever sent it; one statement."""
    rows = _log(traced).select_related("person").order_by("-on", "person__full_name", "person")
    rows = list(rows[:500])  # a person may appear once for each space
    people = {row.person_id: row.person for row in rows if row.on == rows[0].on}
    return Reminder(list(people.values()), rows[0].on) if rows else None


@transaction.atomic
def remind(plan: Plan, traced: Traced, *, by: User, on: date) -> Reminder:
    """Tells the heads of whoever answers for the set. Without a head nobody is told; nor twice of the same on a day."""
    Plan.objects.select_for_update().get(pk=plan.pk)  # two clicks at once
    told_of = Counter(person for person, _space in set(_log(traced).filter(on=on).values_list("person", "target_id")))
    heads = heads_of(plan, traced.group.lead, on)
    people = [head for head in heads if told_of[head.pk] < len(traced.asked)]
    if not people:
        return Reminder(heads, on)
    to_report, to_explain = needs(traced.asked)
    notices.tell(
        people,
        KIND,
        entity=plan.entity,
        url=_path(plan, traced),
        where=traced.group.name,
        month=f"{traced.month:%Y-%m}" if traced.month else "",
        plan=plan.title,
        to_report=to_report,
        to_explain=to_explain,
        who=by.full_name,
    )
    kind = ContentType.objects.get_for_model(Session)
    Reminded.objects.bulk_create(
        (
            Reminded(
                person=person,
                target_type=kind,
                target_id=row.session,
                due_on=row.planned_on,
                step=Step.BY_HAND,
                on=on,
            )
            for person in people
            for row in traced.asked
        ),
        update_conflicts=True,  # of an earlier day: the log keeps the last
        unique_fields=["person", "target_type", "target_id", "due_on", "step", "week"],
        update_fields=["on"],
    )
    return Reminder(people, on, is_new=True)


def _log(traced: Traced) -> QuerySet[Reminded]:
    kind = ContentType.objects.get_for_model(Session)
    owing = [row for row in Step if row != Step.BEFORE]
    return Reminded.objects.filter(
        target_type=kind, target_id__in=[row.session for row in traced.asked], step__in=owing
    )


def _path(plan: Plan, traced: Traced) -> str:
    """The same whatever the day, so that it says of which cell it was."""
    return notices.unprefixed(retrace.address(plan, None, traced.group.code, traced.month, retrace.What.PENDING))
