"""A month is accepted while somebody reports in it, on a database that lets both write (SQLite lets one)."""

import threading
import time
from copy import copy
from datetime import date

import pytest
from django.db import connection, transaction

from activities import reporting
from activities.models import MonthlyReturn, Session
from activities.returns import actions, opening
from activities.returns.locking import Held
from records.refusals import NotReady
from tests.activities.returning import APRIL_10, approve, return_of
from tests.factories import make_activity, make_session

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time"),
]
DAY = date(2026, 3, 16)
HELD = 0.5  # seconds during which the first keeps its rows


def one_after_another(first, second) -> list[Exception | None]:
    """The second starts when the first has done its work and not yet committed it; what each raised."""
    began, raised = threading.Event(), [None, None]

    def slowly():
        with transaction.atomic():
            first()
            began.set()
            time.sleep(HELD)

    def late():
        began.wait(10)
        second()

    def run(place, verb):
        try:
            verb()
        except Exception as error:
            raised[place] = error
        finally:
            began.set()
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((slowly, late))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.fixture
def sent(plan, dependency, head):
    activity = make_activity(plan, dependency)
    approve(plan)
    make_session(activity, DAY, executed_units=1, held_on=DAY, attendance_total=20)
    return actions.submit(monthly=return_of(plan, dependency), by=head, on=APRIL_10)


def report(head, total: int) -> None:
    session = Session.objects.select_related("activity__plan__entity").get()
    before = copy(session)
    session.attendance_total = total
    reporting.report_session(session=session, before=before, kept={}, people={}, by=head, seen=session.revision)


def extra(head) -> None:
    activity = Session.objects.select_related("activity__plan__entity").get().activity
    session = Session(activity=activity, planned_on=date(2026, 3, 3), planned_units=0, executed_units=1)
    session.held_on = session.planned_on
    reporting.report_session(session=session, before=None, kept={}, people={}, by=head, seen=None)


def accept(planner) -> None:
    monthly = MonthlyReturn.objects.select_related("dependency", "plan__entity").get(month=date(2026, 3, 31))
    actions.accept(monthly=monthly, by=planner, on=APRIL_10)


@pytest.mark.parametrize("write", [lambda head: report(head, 99), extra])
def test_what_was_being_reported_is_seen_by_whoever_accepts(sent, head, planner, write):
    first, second = one_after_another(lambda: write(head), lambda: accept(planner))
    assert first is None
    assert isinstance(second, NotReady)
    sent.refresh_from_db()
    assert sent.state == "submitted"


@pytest.mark.parametrize("write", [lambda head: report(head, 99), extra])
def test_what_comes_while_it_is_accepted_is_refused(sent, head, planner, write):
    first, second = one_after_another(lambda: accept(planner), lambda: write(head))
    assert first is None
    assert isinstance(second, Held)
    assert Session.objects.get().attendance_total == 20


def test_two_who_look_at_once_open_each_once(plan, dependency):
    make_activity(plan, dependency)
    approve(plan)
    look = [lambda: opening.open_returns(plan, APRIL_10)] * 2
    assert one_after_another(*look) == [None, None]
    assert plan.returns.count() == 3
