from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from commitments import balance
from commitments.balance import InstanceBalance
from commitments.models import Commitment
from commitments.standing import Standing, made, stands
from tests.factories import make_commitment, make_plan

MAR, APR, MAY, JUN = date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)


def closed(plan, closed_on, state="reported_done", **fields):
    if state in ("not_viable", "breached", "carried_over"):
        fields["reason"] = "Sin recursos"
    if state == "carried_over":
        fields["carried_to_year"] = 2027
    if state == "verified":
        fields["verified_on"] = closed_on
    return make_commitment(plan, closed_on=closed_on, state=state, **fields)


def counts(instance, **given):
    names = (field.name for field in fields(InstanceBalance) if field.name != "instance")
    return InstanceBalance(instance=instance, **dict.fromkeys(names, 0) | given)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (APR - timedelta(days=1), Standing.OPEN),
        (APR, Standing.OPEN),  # the deadline's own day
        (APR + timedelta(days=1), Standing.OVERDUE),
        (date(2026, 5, 19), Standing.OVERDUE),
        (date(2026, 5, 20), Standing.FULFILLED),  # the day on which it was closed
        (JUN, Standing.FULFILLED),
    ],
)
def test_standing_is_that_of_the_day(plan, on, expected):
    commitment = closed(plan, date(2026, 5, 20), due_on=APR)
    assert commitment.standing(on) == expected
    assert [each for each in Standing if Commitment.objects.filter(stands(each, on))] == [expected]


@pytest.mark.parametrize("state", Commitment.State)
def test_standing_of_each_state_is_the_same_in_sql(plan, state):
    if state in Commitment.CLOSED:
        commitment = closed(plan, MAY, state)
        expected = Standing.FULFILLED if state in ("reported_done", "verified") else Standing.CLOSED
    else:
        commitment, expected = make_commitment(plan, state=state), Standing.OVERDUE
    assert commitment.standing(JUN) == expected
    assert [each for each in Standing if Commitment.objects.filter(stands(each, JUN))] == [expected]


@pytest.mark.parametrize(
    ("made_on", "precision", "on", "counts"),
    [
        (date(2026, 4, 10), "day", date(2026, 4, 9), False),
        (date(2026, 4, 10), "day", date(2026, 4, 10), True),
        (APR, "month", MAR, False),
        (APR, "month", date(2026, 4, 1), True),  # made in April, nobody wrote the day
        (APR, "month", APR, True),
        (date(2026, 12, 31), "month", date(2026, 12, 5), True),
        (None, "day", date(2020, 1, 1), True),
    ],
)
def test_commitment_counts_from_when_it_was_made(plan, made_on, precision, on, counts):
    make_commitment(plan, made_on=made_on, made_precision=precision, due_on=date(2027, 1, 31))
    assert Commitment.objects.filter(made(on)).exists() is counts
    assert balance.of_plan(plan, on).made == counts


def test_balance_counts_each_standing_and_instance(plan, django_assert_num_queries):
    board, council = {"instance": "Mesa de víctimas"}, {"instance": "Consejo de planeación"}
    closed(plan, MAY, due_on=APR, **board)
    closed(plan, APR, "verified", due_on=JUN, **board)
    closed(plan, MAY, "not_viable", due_on=MAY, **council)
    make_commitment(plan, due_on=APR, state="partly_done", **council)
    make_commitment(plan, due_on=JUN, **board)
    make_commitment(plan, due_on=date(2026, 7, 31))
    make_commitment(plan, made_on=date(2026, 7, 1), due_on=date(2026, 7, 31))  # after the cut-off
    make_commitment(make_plan(plan.entity))
    with django_assert_num_queries(1):
        found = balance.of_plan(plan, JUN, since=date(2026, 5, 1))
    assert (found.made, found.fulfilled, found.overdue, found.open, found.closed) == (6, 2, 1, 2, 1)
    assert (found.due, found.fulfilled_due) == (5, 2)
    assert found.fulfilment == Fraction(2, 5)
    assert (found.open_at_start, found.new, found.closed_in_period, found.open_at_end) == (5, 0, 2, 3)
    assert found.due_today == 1
    assert found.instances == (
        counts(
            "Mesa de víctimas",
            **{"made": 3, "fulfilled": 2, "open": 1, "due": 3, "fulfilled_due": 2, "due_today": 1},
            **{"kept_on_time": 1, "kept_late": 1, "kept_as_promised": 1},
        ),
        counts("Consejo de planeación", made=2, overdue=1, closed=1, due=2, closed_due=1),
        counts("", made=1, open=1),
    )


def test_commitment_closed_after_the_cut_off_was_open_at_it(plan):
    closed(plan, JUN, due_on=APR)
    assert balance.of_plan(plan, MAY).overdue == 1
    assert balance.of_plan(plan, MAY).fulfilment == 0
    assert balance.of_plan(plan, JUN).fulfilment == 1


def test_commitment_fulfilled_before_its_deadline_counts_when_it_is_due(plan):
    closed(plan, APR, due_on=JUN)
    closed(plan, APR, due_on=APR)
    make_commitment(plan, due_on=APR)
    may, june = balance.of_plan(plan, MAY), balance.of_plan(plan, JUN)
    assert (may.due, may.fulfilled_due, may.fulfilled, may.fulfilment) == (2, 1, 2, Fraction(1, 2))
    assert (june.due, june.fulfilled_due, june.fulfilled, june.fulfilment) == (3, 2, 2, Fraction(2, 3))


def test_fulfilment_of_nothing_due_does_not_apply(plan):
    make_commitment(plan, due_on=JUN)
    assert balance.of_plan(plan, MAY).fulfilment is None
    assert balance.of_plan(plan, JUN).fulfilment == 0  # due on the cut-off and not fulfilled, not late until tomorrow
    assert balance.of_plan(plan, JUN).overdue == 0


def test_commitment_without_a_date_was_there_at_the_start(plan):
    make_commitment(plan, made_on=None)
    make_commitment(plan, made_on=date(2026, 1, 31), made_precision="month")
    found = balance.of_plan(plan, JUN)
    assert (found.open_at_start, found.new, found.open_at_end) == (1, 1, 2)


def test_commitment_of_a_month_is_new_in_that_month(plan):
    make_commitment(plan, made_on=APR, made_precision="month")
    april, may = balance.of_plan(plan, APR, date(2026, 4, 1)), balance.of_plan(plan, MAY, date(2026, 5, 1))
    assert (april.open_at_start, april.new) == (0, 1)
    assert (may.open_at_start, may.new) == (1, 0)
    middle = date(2026, 4, 15)
    half, other = balance.of_plan(plan, middle, date(2026, 4, 1)), balance.of_plan(plan, APR, date(2026, 4, 16))
    assert (half.new, half.open_at_end, other.open_at_start, other.new) == (1, 1, 1, 0)


def test_opening_plus_new_less_closed_is_the_close_at_every_cut_off(plan):
    start = date(2026, 2, 1)
    for n in range(40):
        fields = {
            "made_on": None if n % 9 == 0 else start + timedelta(days=n * 7 % 100),
            "made_precision": "month" if n % 4 == 0 else "day",
            "due_on": start + timedelta(days=110 + n),
        }
        if n % 3:
            closed(plan, start + timedelta(days=n * 11 % 160), ["reported_done", "breached"][n % 2], **fields)
        else:
            make_commitment(plan, **fields)
    for n in range(0, 200, 8):
        on = start + timedelta(days=n)
        since = on - timedelta(days=n % 60)
        found = balance.of_plan(plan, on, since)
        assert found.open_at_start + found.new - found.closed_in_period == found.open_at_end
        assert found.open_at_end == found.open + found.overdue
        assert found.made == found.fulfilled + found.closed + found.open + found.overdue
        assert found.made == sum(instance.made for instance in found.instances)
        kept = Commitment.objects.filter(made(on), plan=plan)
        stood = [commitment.standing(on) for commitment in kept]
        assert [stood.count(each) for each in Standing] == [getattr(found, each) for each in Standing]


def test_plan_without_commitments_has_an_empty_balance(plan):
    found = balance.of_plan(plan, JUN)
    assert (found.made, found.due, found.open_at_end, found.instances, found.fulfilment) == (0, 0, 0, (), None)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (MAR, Standing.UNDATED),
        (MAY, Standing.UNDATED),  # its deadline is over, and nobody knows that it was open
        (date(2026, 6, 29), Standing.UNDATED),
        (JUN, Standing.FULFILLED),
    ],
)
def test_closed_on_an_unknown_day_is_apart_until_the_last_that_it_can_have_been(plan, on, expected):
    commitment = make_commitment(plan, state="reported_done", closed_until=JUN, due_on=APR)
    assert commitment.standing(on) == expected
    assert [each for each in Standing if Commitment.objects.filter(stands(each, on))] == [expected]
    assert commitment.at(on).days_overdue == 0


def test_balance_counts_apart_those_closed_on_an_unknown_day(plan):
    make_commitment(plan, text="Sin fecha", state="reported_done", closed_until=JUN, due_on=APR, made_on=None)
    make_commitment(plan, text="Abierto", due_on=APR, made_on=None)
    before, after = balance.of_plan(plan, MAY), balance.of_plan(plan, JUN)
    assert (before.open, before.undated, before.overdue, before.due, before.fulfilled_due) == (0, 1, 1, 1, 0)
    assert (before.undated_due, before.fulfilled, before.closed) == (1, 0, 0)
    assert (before.open_at_start, before.closed_in_period, before.open_at_end) == (2, 0, 2)
    assert (after.open, after.undated, after.overdue, after.due, after.fulfilled_due) == (0, 0, 1, 2, 1)
    assert (after.open_at_start, after.closed_in_period, after.open_at_end) == (2, 1, 1)
    later = balance.of_plan(plan, date(2026, 7, 31), since=date(2026, 7, 1))
    assert (later.open_at_start, later.closed_in_period, later.open_at_end) == (1, 0, 1)


@pytest.mark.parametrize(
    "dates",
    [{}, {"closed_on": APR, "closed_until": APR}],
)
def test_closed_commitment_has_exactly_one_of_its_two_days(plan, dates):
    with pytest.raises(ValidationError) as caught:
        Commitment(plan=plan, text="x", due_on=APR, state="reported_done", **dates).validate_constraints()
    assert caught.value.messages == [
        "Un compromiso cerrado dice qué día, o a más tardar cuándo; uno abierto no lleva esas fechas."
    ]
