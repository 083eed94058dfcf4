"""What goes to whom on a day, and its sending: one mail for each person, of all that they answer for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Entity, User
from activities import progress
from activities.models import Activity, MonthlyReturn, Session
from commitments.models import Commitment
from dashboard import owed
from dashboard.models import Reminded, ReminderChoice, Step
from dashboard.owed import MODELS, Owed
from dashboard.reminders import notifications
from dashboard.reminders.recipients import Recipients
from dashboard.reminders.steps import (
    AHEAD,
    AHEAD_OF_A_PROMISE,
    AHEAD_OF_A_WEEK,
    Line,
    is_a_week_late,
    step_of,
    step_of_promise,
)
from display.dates import add_working_days, is_working_day, working_days_between
from plans.models import Plan

GAP = 2  # working days from one mail to a person's next
HOURS = range(7, 18)  # of the day, in this installation's time


@dataclass
class Digest:
    person: User
    lines: list[Line] = field(default_factory=list)  # what is late, the oldest first; then what comes
    held: str = ""  # why it does not go on that day


# --- What is due ------------------------------------------------------------------------------------------------------


def digests(on: date) -> list[Digest]:
    """By name of the person. It only reads, and asks as much of an entity whatever its size."""
    found: dict[int, Digest] = {}
    entities = Entity.objects.filter(plans__in=Plan.objects.open()).distinct().order_by("name")
    for entity in entities:
        # Once to each, of a promise for which they answer twice.
        for person, line in {(person.pk, *line.key): (person, line) for person, line in _lines(entity, on)}.values():
            found.setdefault(person.pk, Digest(person)).lines.append(line)
    sent = _sent([line for digest in found.values() for line in digest.lines])
    choices = {row.person_id: row for row in ReminderChoice.objects.filter(person__in=found)}
    last = _last(found)
    for pk, digest in found.items():
        choice = choices.get(pk) or ReminderChoice(person=digest.person)
        digest.lines = [line for line in digest.lines if (pk, *line.key) not in sent and _is_near(line, choice, on)]
        digest.lines.sort(key=lambda line: (line.is_coming, line.owed.due_on, line.owed.pk))
        digest.held = _held(digest, choice, last.get(pk), on)
        if wanted := [line for line in digest.lines if _is_wanted(line, choice)]:
            digest.lines = wanted
    rows = [digest for digest in found.values() if digest.lines]
    return sorted(rows, key=lambda digest: (digest.person.full_name, digest.person.pk))


def _lines(entity: Entity, on: date) -> Iterator[tuple[User, Line]]:
    recipients = Recipients(entity, on)
    for thing in _things(entity, on):
        if step := step_of(thing.due_on, on, ahead=AHEAD_OF_A_WEEK):
            for each in recipients.of(thing.lead, is_late=step == Step.SEVENTH_DAY):
                yield each.person, Line(thing, step, entity, each.why)
    # A promise is owed whatever its plan is at: one that was brought into the next year's draft, too.
    promised = Commitment.objects.filter(plan__in=entity.plans.open())
    for thing in owed.promises_by_lead(promised, on, add_working_days(on, AHEAD_OF_A_PROMISE)):
        if reached := step_of_promise(thing.due_on, on):
            step, week = reached
            for each in recipients.of(thing.lead, is_late=is_a_week_late(thing.due_on, on)):
                yield each.person, Line(thing, step, entity, each.why, week)


def _things(entity: Entity, on: date) -> list[Owed]:
    """What has a day and somebody who answers for it."""
    plans = list(entity.plans.approved())
    places = progress.places_of(Activity.objects.filter(plan__in=plans).in_plan())
    last = add_working_days(on, AHEAD_OF_A_WEEK)
    # What is programmed for a day is still coming on that day, and may be reported then.
    coming = owed.coming(plans, places, on, first=on, last=last)
    carried = Session.objects.filter(activity__plan__in=plans, carried_to_year__isnull=False)
    settled = set(carried.values_list("pk", flat=True))
    due = [thing for thing in owed.spaces(plans, places, on) if thing.due_on < on and thing.pk not in settled]
    return due + coming + owed.returns(MonthlyReturn.objects.filter(plan__in=plans), on, last)


def _sent(lines: list[Line]) -> set[tuple]:
    """(person, model, pk, day, step) of what was told of these things; one statement for each model."""
    result = set()
    for model in {MODELS[line.owed.kind] for line in lines}:
        ids = {line.owed.pk for line in lines if MODELS[line.owed.kind] is model}
        rows = Reminded.objects.filter(target_type=ContentType.objects.get_for_model(model), target_id__in=ids)
        for person, *key in rows.values_list("person", "target_id", "due_on", "step", "week"):
            result.add((person, model, *key))
    return result


def _last(people) -> dict[int, date]:
    rows = Reminded.objects.filter(person__in=people).order_by().values_list("person").annotate(Max("on"))
    return dict(rows)


# --- Whether it goes --------------------------------------------------------------------------------------------------


def _is_near(line: Line, choice: ReminderChoice, on: date) -> bool:
    """Whoever has one mail a week is told in it of all that comes until the next."""
    if line.step != Step.BEFORE or choice.weekday is not None:
        return True
    return working_days_between(on, line.owed.due_on) <= AHEAD


def _is_wanted(line: Line, choice: ReminderChoice) -> bool:
    return choice.coming if line.is_coming else choice.owed


def _held(digest: Digest, choice: ReminderChoice, last: date | None, on: date) -> str:
    if not is_working_day(on):
        return _("no es día hábil")
    if not any(_is_wanted(line, choice) for line in digest.lines):
        return _("no quiere estos recordatorios")
    if not _is_its_day(choice, on):
        return _("los recibe un solo día de la semana")
    if _is_too_soon(last, on) and not any(line.is_urgent and _is_wanted(line, choice) for line in digest.lines):
        return _("recibió uno hace menos de %(n)s días hábiles") % {"n": GAP}
    return ""


def _is_its_day(choice: ReminderChoice, on: date) -> bool:
    """The weekday chosen, or the first working day after it when it is a holiday."""
    if choice.weekday is None:
        return True
    chosen = on - timedelta(days=(on.weekday() - choice.weekday) % 7)
    return working_days_between(chosen - timedelta(days=1), on) == 1


def _is_too_soon(last: date | None, on: date) -> bool:
    return last is not None and working_days_between(last, on) < GAP


# --- Sending ----------------------------------------------------------------------------------------------------------


def send_at(now: datetime) -> list[Digest]:
    """What the schedule does, every hour: nothing at night, and nothing twice."""
    return send(now.date()) if now.hour in HOURS else []


def send(on: date) -> list[Digest]:
    """Returns what was sent. What could not go waits for the next working day."""
    if not is_working_day(on):
        return []
    return [digest for digest in digests(on) if not digest.held and _send(digest, on)]


@transaction.atomic
def _send(digest: Digest, on: date) -> bool:
    """Whether this worker is the one that sent it: of two, the second finds the log of the first."""
    person = digest.person
    if not User.objects.select_for_update(no_key=True).filter(pk=person.pk, is_active=True).exists():
        return False
    sent = _sent(digest.lines)
    digest.lines = [line for line in digest.lines if (person.pk, *line.key) not in sent]
    if not digest.lines:
        return False
    is_too_soon = _is_too_soon(_last([person.pk]).get(person.pk), on)
    if is_too_soon and not any(line.is_urgent for line in digest.lines):
        return False
    Reminded.objects.bulk_create(
        Reminded(
            person=person,
            target_type=ContentType.objects.get_for_model(MODELS[line.owed.kind]),
            target_id=line.owed.pk,
            due_on=line.owed.due_on,
            step=line.step,
            week=line.week,
            on=on,
        )
        for line in digest.lines
    )
    notifications.tell(digest.person, digest.lines, on)
    return True
