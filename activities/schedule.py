"""The spaces that a periodicity, or dates that somebody wrote, would give an activity: proposed, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _

from activities import clashes
from activities.models import Activity, Session
from display.dates import SATURDAY, Precision, holiday, month, month_end, weekday, when, working_day
from display.periodicity import Rule
from display.written_dates import Found
from plans.models import Plan

MOST = 200  # at once: a space every week of almost four years
AFTER, BEFORE, STAY = "after", "before", "stay"


@dataclass(slots=True)
class Proposal:
    on: date
    precision: str
    note: str = ""  # why it is not the day that the rule gives, or what to look at
    moved: bool = False
    take: bool = True
    clashes: list[clashes.Other] = field(default_factory=list)

    @property
    def words(self) -> str:
        return when(self.on, self.precision)

    @property
    def weekday(self) -> str:
        return weekday(self.on)


@dataclass(frozen=True, slots=True)
class Proposed:
    rows: list[Proposal]
    kept: int = 0  # dates that the activity already has
    repeated: list[str] = field(default_factory=list)  # dates that stood twice
    until: date | None = None  # where the list was cut, since they were more than MOST

    @property
    def moved(self) -> int:
        return sum(row.moved for row in self.rows)

    @property
    def clashing(self) -> int:
        return sum(bool(row.clashes) for row in self.rows)


def outside(plan: Plan, on: date, precision: str) -> str:
    """Why a date is not of the plan; "" when it is."""
    first = on.replace(day=1) if precision == Precision.MONTH else on
    if first <= plan.ends_on and on >= plan.starts_on:
        return ""
    return _("El plan va del %(start)s al %(end)s: esa fecha queda por fuera.") % {
        "start": when(plan.starts_on),
        "end": when(plan.ends_on),
    }


def by_rule(
    activity: Activity, rule: Rule, *, start: date | None, end: date | None, shift: str, kept: list[Session]
) -> Proposed:
    """The days of `rule` inside the plan, between two if given, off weekends and holidays unless `shift` says STAY.

    One statement.
    """
    plan, rows, skipped = activity.plan, [], 0
    stored = {(session.planned_on, session.planned_precision) for session in kept}
    taken = set(stored)
    for on in rule.dates(plan.starts_on, min(plan.ends_on, end or plan.ends_on), start):
        row = Proposal(on, rule.precision) if rule.precision == Precision.MONTH else _moved(plan, rule, on, shift)
        if (row.on, row.precision) in taken:
            skipped += (row.on, row.precision) in stored
            continue
        taken.add((row.on, row.precision))
        rows.append(row)
        if len(rows) > MOST:
            break
    if rule.months:
        _leave_out(rows, kept)
    return _bounded(activity, rows, skipped)


def by_dates(activity: Activity, found: Iterable[Found], kept: list[Session]) -> Proposed:
    """The dates as they were written, on a holiday too. One statement."""
    taken = {(session.planned_on, session.planned_precision) for session in kept}
    rows, repeated, skipped = {}, [], 0
    for one in found:
        key = one.on, one.precision
        if key in taken:
            skipped += 1
        elif key in rows:
            repeated.append(when(*key))
        else:
            rows[key] = Proposal(*key, note=_rest(one.on) if one.precision == Precision.DAY else "")
    return _bounded(activity, sorted(rows.values(), key=lambda row: row.on), skipped, repeated)


def _bounded(activity: Activity, rows: list[Proposal], skipped: int, repeated: Iterable[str] = ()) -> Proposed:
    shown = list(islice(rows, MOST))
    days = {row.on for row in shown if row.precision == Precision.DAY}
    found = clashes.clashes_of(activity, days)
    for row in shown:
        if row.precision == Precision.DAY:
            row.clashes = found.get(row.on, [])
    return Proposed(shown, skipped, list(dict.fromkeys(repeated)), shown[-1].on if len(rows) > MOST else None)


def _moved(plan: Plan, rule: Rule, on: date, shift: str) -> Proposal:
    why = _rest(on)
    notes = [why] if why else []
    if rule.day and rule.day > on.day:
        told = {"month": month(on).capitalize(), "day": rule.day}
        notes.insert(0, _("%(month)s no tiene día %(day)s.") % told)
    first, last = max(on.replace(day=1), plan.starts_on), min(month_end(on), plan.ends_on)
    day = working_day(on, first=first, last=last, after=shift == AFTER) if why and shift != STAY else on
    if day != on:
        after, before = _("Pasa del %(from)s al día hábil siguiente."), _("Pasa del %(from)s al hábil anterior.")
        notes.append((after if day > on else before) % {"from": f"{weekday(on)} {on.day}"})
    return Proposal(day, Precision.DAY, " ".join(notes), moved=day != on)


def _rest(on: date) -> str:
    if name := holiday(on):
        return _("Es festivo: %(name)s.") % {"name": name}
    return _("Cae en %(weekday)s.") % {"weekday": weekday(on)} if on.weekday() >= SATURDAY else ""


def _leave_out(rows: list[Proposal], kept: list[Session]) -> None:
    """Of a month that already has a space of the activity, the proposal is there to be marked."""
    months = {(session.planned_on.year, session.planned_on.month) for session in kept}
    for row in rows:
        if (row.on.year, row.on.month) in months:
            row.take = False
            row.note = " ".join(filter(None, (row.note, _("Ese mes ya tiene un espacio: márquela si quiere otro."))))
