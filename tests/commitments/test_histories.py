"""Random histories of promises, through two plans: what was open, what entered and what left always give what is open,
and every figure is what a plain recount of the stored rows gives."""

import random
from datetime import date, timedelta

import holidays
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments import balance, standing
from commitments.actions import move_commitment
from commitments.models import Commitment, Extension
from commitments.next_plan import leaving
from commitments.states import OPEN, State
from plans.models import Plan
from tests.factories import make_commitment, make_plan

DAY = timedelta(days=1)
FREE = set(holidays.country_holidays("CO", years=range(2025, 2030)))
WORKING = sorted(day for n in range(5 * 366) if (day := date(2025, 1, 1) + n * DAY).weekday() < 5 and day not in FREE)
KEPT = ("reported_done", "verified")
CHECKED = 8  # periods of each plan, at each moment


# --- A history --------------------------------------------------------------------------------------------------------


def made(plan: Plan, draw: random.Random, first: date) -> None:
    on = first + draw.randrange(300) * DAY
    fields = {"made_on": on, "due_on": on + draw.choice([0, 5, 20, 60, 150]) * DAY}
    if draw.random() < 0.2:
        fields["made_on"] = None
    elif draw.random() < 0.2:
        last = (on.replace(day=1) + 31 * DAY).replace(day=1) - DAY
        fields |= {"made_on": last, "made_precision": "month"}
    make_commitment(plan, instance=draw.choice(["Mesa", "Comité", ""]), **fields)


def happens(commitment: Commitment, day: date, draw: random.Random, by) -> None:
    """One thing, on a day; ValidationError or PermissionDenied when it cannot be."""
    if commitment.state in OPEN and draw.random() < 0.35:
        before = commitment.due_on
        commitment.due_on = before + draw.randint(1, 90) * DAY
        Extension.objects.create(
            commitment=commitment,
            due_before=before,
            due_on=commitment.due_on,
            reason="Llovió",
            state="granted",
            asked_by=by,
            asked_on=day,
            decided_by=by,
            decided_on=day,
        )
        commitment.save(update_fields=["due_on"])
        return
    to = draw.choice([State.REPORTED_DONE, State.REPORTED_DONE, State.PARTLY_DONE, State.NOT_VIABLE, State.BREACHED])
    if commitment.state not in OPEN:
        to = State.IN_PROGRESS
    is_day_known = draw.random() < 0.6
    move_commitment(commitment=commitment, to=to, on=day, by=by, reason="Porque sí", is_day_known=is_day_known)


def live(plan: Plan, first: date, days: int, draw: random.Random, by) -> None:
    for n in range(12):
        day = first + (n * days // 12 + draw.randrange(days // 12)) * DAY
        if draw.random() < 0.6 or not plan.commitments.exists():
            made(plan, draw, first)
        for commitment in draw.sample(list(plan.commitments.all()), k=1):
            try:
                with transaction.atomic():
                    happens(Commitment.objects.get(pk=commitment.pk), day, draw, by)
            except (ValidationError, PermissionDenied):
                continue  # of what cannot be, test_states.py


# --- Counted by hand --------------------------------------------------------------------------------------------------


def fetched(table: str, names: tuple[str, ...], where: str, value) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {table} WHERE {where} ORDER BY id", [value])
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and name.endswith(("_on", "_until", "_before")):
                row[name] = date.fromisoformat(value)
    return rows


def stored(plan: Plan) -> list[dict]:
    names = ("id", "instance", "state", "made_on", "made_precision", "due_on", "closed_on", "closed_until")
    rows = fetched("commitments_commitment", names, "plan_id = %s", plan.pk)
    for row in rows:
        moved = fetched("commitments_extension", ("due_before", "decided_on"), "commitment_id = %s", row["id"])
        row["moved"] = sorted(moved, key=lambda one: one["decided_on"])
    return rows


def deadline(row: dict, on: date) -> date:
    for one in row["moved"]:
        if one["decided_on"] > on:
            return one["due_before"]
    return row["due_on"]


def first_deadline(row: dict) -> date:
    return row["moved"][0]["due_before"] if row["moved"] else row["due_on"]


def recount(rows: list[dict], on: date, since: date) -> dict:
    names = "made fulfilled overdue open undated closed due fulfilled_due due_today closed_due undated_due"
    names += " kept_on_time kept_late kept_as_promised kept_unknown kept_after_promise"
    names += " open_at_start new closed_in_period open_at_end"
    told = dict.fromkeys(names.split(), 0)
    ages = [0, 0, 0, 0]
    for row in rows:
        day = row["made_on"]
        if day is not None and day > on and not (row["made_precision"] == "month" and day.replace(day=1) <= on):
            continue
        last, due_on = row["closed_on"] or row["closed_until"], deadline(row, on)
        if last is not None and last <= on:
            stands = "fulfilled" if row["state"] in KEPT else "closed"
        elif row["closed_until"] is not None:
            stands = "undated"
        else:
            stands = "overdue" if due_on < on else "open"
        told["made"] += 1
        told[stands] += 1
        told["open_at_end"] += stands in ("overdue", "open", "undated")
        if due_on <= on:
            told["due"] += stands != "undated"
            for name, state in (("fulfilled_due", "fulfilled"), ("due_today", "open"), ("closed_due", "closed")):
                told[name] += stands == state
            told["undated_due"] += stands == "undated"
        if stands == "overdue":
            waits = sum(due_on < working <= on for working in WORKING)
            ages[0 if waits <= 15 else 1 if waits <= 30 else 2 if waits <= 60 else 3] += 1
        if stands == "fulfilled" and row["closed_on"] is None:
            told["kept_unknown"] += 1
        elif stands == "fulfilled":
            told["kept_on_time" if row["closed_on"] <= due_on else "kept_late"] += 1
            is_kept = row["closed_on"] <= first_deadline(row)
            told["kept_as_promised" if is_kept else "kept_after_promise"] += 1
        of_month = row["made_precision"] == "month"  # in its month from its first day, so it is new once
        is_new = day is not None and (day.replace(day=1) if of_month else day) >= since
        was_over = last is not None and last < since
        told["new"] += is_new
        told["open_at_start"] += not is_new and not was_over
        told["closed_in_period"] += last is not None and last <= on and (is_new or not was_over)
    return told | {"ages": tuple(ages)}


def holds(commitments, rows: list[dict], draw: random.Random) -> None:
    for _n in range(CHECKED):
        first, last = sorted(date(2025, 12, 1) + draw.randrange(800) * DAY for _both in range(2))
        found = balance.of(commitments, last, first)
        assert found.open_at_start + found.new - found.closed_in_period == found.open_at_end, (first, last)
        assert found.fulfilled == found.kept_on_time + found.kept_late + found.kept_unknown
        assert found.made == found.fulfilled + found.overdue + found.open + found.undated + found.closed
        assert sum(found.ages) == found.overdue
        assert balance.of(commitments, first - DAY, first - 90 * DAY).open_at_end == found.open_at_start, first
        again = recount(rows, last, first)
        assert {name: getattr(found, name) for name in again} == again, (first, last)
        for parts in (found.instances, found.months):
            for name in balance.OF_COUNTS:
                assert sum(getattr(part, name) for part in parts) == getattr(found, name), name
        for figure in balance.Figure:
            asked = commitments.filter(balance.condition(figure, last, first), standing.made(last))
            assert asked.count() == again[figure], figure


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 10**9))
def test_balance_holds_at_any_cutoff_before_and_after_a_carry_over(plan, planner, seed):
    draw = random.Random(seed)
    mark = transaction.savepoint()
    live(plan, date(2026, 1, 1), 340, draw, planner)
    holds(plan.commitments.all(), stored(plan), draw)
    following = make_plan(plan.entity, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), continues=plan)
    left = [row for row in leaving.unkept(following) if draw.random() < 0.7]
    leaving.bring(
        plan=following, sessions=[], commitments=left, on=date(2026, 12, 1) + draw.randrange(60) * DAY, by=planner
    )
    assert following.commitments.count() == len(left)
    live(following, date(2027, 1, 5), 300, draw, planner)
    live(plan, date(2026, 12, 5), 120, draw, planner)
    for each in (plan, following):
        holds(each.commitments.all(), stored(each), draw)
    # As one, each chain is one promise, which ends where its last row does.
    whole = Commitment.objects.filter(plan__entity=plan.entity, carried_to=None)
    gone = set(Commitment.objects.exclude(carried_from=None).values_list("carried_from", flat=True))
    rows = [row for each in (plan, following) for row in stored(each) if row["id"] not in gone]
    holds(whole, rows, draw)
    transaction.savepoint_rollback(mark)
