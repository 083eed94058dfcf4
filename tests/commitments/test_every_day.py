"""The balance of every day of a year, against a recount that shares no code with it."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection

from commitments import balance
from tests.factories import make_commitment

DAY = timedelta(days=1)
KEPT, UNKEPT = ["reported_done", "verified"], ["not_viable", "breached", "carried_over"]


def invent(plan, seed: int, how_many: int = 60) -> None:
    """Commitments in every state, with every kind of date; deadlines crowd on a few days."""
    chance = Random(seed)
    for n in range(how_many):
        made_on = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
        due_on = made_on + timedelta(days=chance.choice([0, 10, 30, 90, 200]))
        state = chance.choice(["recorded", "in_progress", "partly_done", *KEPT, *UNKEPT])
        fields = {"made_on": made_on, "due_on": due_on, "state": state}
        if chance.random() < 0.2:
            fields["made_on"] = None
        elif chance.random() < 0.2:
            fields |= {"made_on": date(2026, made_on.month % 12 + 1, 1) - DAY, "made_precision": "month"}
            fields["made_on"] = fields["made_on"].replace(year=2026)
        closed = due_on + timedelta(days=chance.choice([-5, 0, 1, 40]))
        if state in KEPT + UNKEPT:
            fields["closed_until" if chance.random() < 0.4 else "closed_on"] = max(closed, made_on)
        if state == "verified":
            fields["verified_on"] = max(closed, made_on) + DAY
        if state in UNKEPT:
            fields["reason"] = "Sin recursos"
        if state == "carried_over":
            fields["carried_to_year"] = 2027
        make_commitment(plan, instance=f"Mesa {n % 4}" if n % 5 else "", **fields)


def as_date(value) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def stored(plan) -> list[dict]:
    names = ("instance", "state", "made_on", "made_precision", "due_on", "closed_on", "closed_until")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM commitments_commitment WHERE plan_id = %s", [plan.pk])
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [
        {name: as_date(value) if name.endswith(("_on", "until")) else value for name, value in row.items()}
        for row in rows
    ]


def recount(rows: list[dict], day: date, first: date) -> dict:
    """By hand, from the stored rows."""
    told = dict.fromkeys(
        ["made", "fulfilled", "overdue", "today", "later", "unknown", "unkept", "start", "new", "ended"], 0
    )
    told["due"] = told["kept of due"] = 0
    for row in rows:
        made = row["made_on"]
        if (
            made
            and made > day
            and not (row["made_precision"] == "month" and (made.year, made.month) == (day.year, day.month))
        ):
            continue
        told["made"] += 1
        last = row["closed_on"] or row["closed_until"]
        over = last is not None and last <= day
        of_month = row["made_precision"] == "month"
        is_new = made is not None and (made.replace(day=1) if of_month else made) >= first
        told["new"] += is_new
        told["start"] += not is_new and (last is None or last >= first)
        told["ended"] += over and (is_new or last >= first)
        if over and row["state"] in KEPT:
            told["fulfilled"] += 1
        elif over:
            told["unkept"] += 1
        elif row["closed_until"]:
            told["unknown"] += 1
            continue
        elif row["due_on"] < day:
            told["overdue"] += 1
        elif row["due_on"] == day:
            told["today"] += 1
        else:
            told["later"] += 1
        if row["due_on"] <= day:
            told["due"] += 1
            told["kept of due"] += over and row["state"] in KEPT
    return told


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.once)])
def test_balance_adds_up_on_every_day_of_a_year(plan, seed):
    invent(plan, seed)
    rows = stored(plan)
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        first = day.replace(day=1)
        told, counted = recount(rows, day, first), balance.of_plan(plan, day, first)
        assert {
            "made": counted.made,
            "fulfilled": counted.fulfilled,
            "overdue": counted.overdue,
            "today": counted.due_today,
            "later": counted.open - counted.due_today,
            "unknown": counted.undated,
            "unkept": counted.closed,
            "start": counted.open_at_start,
            "new": counted.new,
            "ended": counted.closed_in_period,
            "due": counted.due,
            "kept of due": counted.fulfilled_due,
        } == told, day
        for part in (counted, *counted.instances):
            assert part.made == part.fulfilled + part.overdue + part.open + part.undated + part.closed
            assert part.due == part.fulfilled_due + part.overdue + part.due_today + part.closed_due
        assert counted.open_at_start + counted.new - counted.closed_in_period == counted.open_at_end
        assert counted.open_at_end == counted.open + counted.overdue + counted.undated
        for name in ("made", "fulfilled", "overdue", "open", "undated", "closed", "due", "due_today", "undated_due"):
            assert getattr(counted, name) == sum(getattr(part, name) for part in counted.instances)
