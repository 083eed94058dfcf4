"""The short link of a space, and when it takes answers."""

from datetime import date

import pytest

from activities.surveys import link
from activities.surveys.link import Standing
from tests.factories import make_activity, make_plan, make_session
from tests.reports.reporting import approve


@pytest.fixture
def session(plan, dependency):
    approve(plan)
    return make_session(make_activity(plan, dependency), date(2026, 3, 16))


def test_code_leads_to_its_space_and_to_no_other(session):
    other = make_session(session.activity, date(2026, 4, 16))
    code = link.code_of(session)
    assert link.session_of(code) == session
    assert link.session_of(link.code_of(other)) == other
    assert link.code_of(other)[-8:] != code[-8:]
    assert link.session_of(f"{link.code_of(other)[:-8]}{code[-8:]}") is None


def test_code_is_read_as_people_misread_it(session):
    code = link.code_of(session)
    assert link.session_of(code.upper()) == session
    assert link.session_of(code.replace("0", "o").replace("1", "l")) == session


@pytest.mark.parametrize(
    "code", ["", "a", "12345678", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "ñandú-1234", "u" * 12, "0" * 9]
)
def test_code_of_no_space_is_none(session, code):
    assert link.session_of(code) is None


def test_leading_zero_makes_another_address_of_the_same_space_which_is_none(session):
    assert link.session_of(f"0{link.code_of(session)}") is None


def test_code_is_of_its_plan_alone(session, entity):
    before = link.code_of(session)
    session.activity.plan.uid = make_plan(entity).uid
    assert link.code_of(session) != before


def test_draft_and_measuring_dates_are_not_evaluated(plan, dependency):
    session = make_session(make_activity(plan, dependency))
    code = link.code_of(session)
    assert link.session_of(code) is None
    approve(plan)
    assert link.session_of(code) == session
    measured = make_session(make_activity(plan, dependency, target_kind="percentage", target_value=90))
    assert link.session_of(link.code_of(measured)) is None


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        ({}, date(2026, 3, 16), date(2026, 3, 31)),
        ({"planned_precision": "month", "planned_on": date(2026, 3, 31)}, date(2026, 3, 1), date(2026, 4, 15)),
        ({"held_on": date(2026, 3, 20), "executed_units": 1}, date(2026, 3, 20), date(2026, 4, 4)),
    ],
)
def test_it_opens_on_the_day_of_the_space_and_closes_fifteen_days_after(plan, fields, first, last):
    approve(plan)
    session = make_session(make_activity(plan), **fields)
    assert link.days_of(session) == (first, last)
    found = [link.standing(session, on) for on in (date.fromordinal(first.toordinal() - 1), first, last)]
    assert found == [Standing.BEFORE, Standing.OPEN, Standing.OPEN]
    assert link.standing(session, date.fromordinal(last.toordinal() + 1)) == Standing.AFTER


def test_space_that_was_not_held_carried_over_or_withdrawn_takes_no_answer(session):
    on = date(2026, 3, 17)
    session.executed_units = 0
    assert link.standing(session, on) == Standing.NOT_HELD
    session.executed_units, session.carried_to_year = None, 2027
    assert link.standing(session, on) == Standing.NOT_HELD
    session.carried_to_year, session.withdrawn_on = None, date(2026, 3, 10)
    assert link.standing(session, on) == Standing.WITHDRAWN
    assert link.standing(session, date(2026, 3, 9)) == Standing.BEFORE


def test_closed_plan_takes_no_answer(session):
    plan = session.activity.plan
    plan.state, plan.closed_on = "closed", date(2026, 3, 17)
    assert link.standing(session, date(2026, 3, 17)) == Standing.AFTER


def test_heir_is_the_last_of_those_that_replaced_it_and_can_be_seen(session, entity):
    last = make_session(session.activity, date(2026, 5, 16))
    middle = make_session(session.activity, date(2026, 4, 16), withdrawn_on=date(2026, 3, 2), replaced_by=last)
    session.withdrawn_on, session.replaced_by = date(2026, 3, 1), middle
    assert link.heir(session) == last
    assert link.heir(last) is None
    draft = make_session(make_activity(make_plan(entity)), date(2027, 3, 16))
    last.carried_to_year, last.carried_to = 2027, draft
    last.save()
    assert link.heir(session) is None
