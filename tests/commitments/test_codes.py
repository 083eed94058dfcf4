"""The code of a promise: consecutive in its entity and year, given on every way of making one."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commitments import codes
from commitments.actions import record_promises, save_commitment
from commitments.models import Commitment
from commitments.next_plan.leaving import bring
from tests.factories import make_activity, make_commitment, make_entity, make_plan, make_session

TODAY = date(2026, 11, 3)


def promise(plan, **fields) -> Commitment:
    return Commitment(plan=plan, text="Reparar la vía", due_on=date(2027, 4, 30), **fields)


def save(commitment, by) -> str:
    return save_commitment(commitment=commitment, responsible=[], groups=[], by=by).code


def test_code_is_the_next_of_its_entity_and_year(plan, planner):
    sibling, foreign = make_plan(plan.entity), make_plan(make_entity("ajena"))
    make_commitment(sibling, code="C-2026-007")
    make_commitment(plan, code="C-2026-MESA")  # typed by somebody: no number
    make_commitment(foreign, code="C-2026-090")
    assert save(promise(plan, made_on=date(2026, 3, 16)), planner) == "C-2026-008"
    assert save(promise(plan, made_on=date(2025, 12, 31)), planner) == "C-2025-001"
    assert save(promise(plan, instance="Mesa"), planner) == "C-2026-009"  # without a date, of the plan's year
    assert save(promise(sibling, made_on=date(2026, 3, 16), code="Mesa 4"), planner) == "Mesa 4"
    make_commitment(plan, code="C-2026-1500")
    assert save(promise(sibling, instance="Comité"), planner) == "C-2026-1501"


@pytest.mark.parametrize("size", [2, 40])
def test_many_get_theirs_in_as_many_statements_as_two(plan, size):
    rows = [promise(plan, instance=f"Mesa {n}") for n in range(size)]
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        codes.assign(rows, plan)
    assert [row.code for row in rows[:2]] == ["C-2026-001", "C-2026-002"]
    assert len({row.code for row in rows}) == size
    assert len(statements) == 2


def test_promises_of_a_report_get_theirs(plan, dependency):
    session = make_session(make_activity(plan, dependency), held_on=date(2026, 3, 17), executed_units=1)
    promises = {"Abrir la casa": date(2026, 6, 30), "Podar": date(2026, 6, 30)}
    record_promises(session=session, promises=promises, responsible=[dependency], groups=[])
    assert list(plan.commitments.order_by("pk").values_list("code", flat=True)) == ["C-2026-001", "C-2026-002"]


def test_promise_that_goes_on_keeps_its_code_and_its_first_deadline(plan, planner):
    source = make_commitment(plan, code="C-2026-004", due_on=date(2026, 6, 30))
    asked = {"asked_by": planner, "asked_on": date(2026, 5, 4), "reason": "Faltan estudios"}
    granted = {"state": "granted", "decided_by": planner, "decided_on": date(2026, 5, 11)}
    source.extensions.create(due_before=date(2026, 4, 30), due_on=date(2026, 6, 30), **asked, **granted)
    waits = source.extensions.create(due_before=date(2026, 6, 30), due_on=date(2027, 1, 31), **asked)
    following = make_plan(
        plan.entity, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), continues=plan, title="Plan de 2027"
    )
    bring(plan=following, sessions=[], commitments=[source], on=TODAY, by=planner)
    copy = following.commitments.get()
    assert (copy.code, copy.due_on, copy.promised_for) == ("C-2026-004", date(2026, 6, 30), date(2026, 4, 30))
    waits.refresh_from_db()
    assert (waits.commitment, list(copy.extensions.to_decide())) == (copy, [waits])
    assert copy.holds_deadline and source.promised_for == date(2026, 4, 30)


def test_rows_of_before_are_filled(plan):
    sibling = make_plan(plan.entity)
    first = make_commitment(plan, made_on=date(2026, 5, 1), due_on=date(2026, 5, 30))
    earlier = make_commitment(sibling, made_on=date(2026, 2, 1))
    make_commitment(plan, code="C-2026-001")
    copy = make_commitment(sibling, made_on=first.made_on, due_on=first.due_on, carried_from=first)
    import_module("commitments.migrations.0012_fill_codes").fill(apps, None)
    told = {row.pk: (row.code, row.search_text.split()[0]) for row in Commitment.objects.all()}
    assert told[earlier.pk] == ("C-2026-002", "c")
    assert (told[first.pk][0], told[copy.pk][0]) == ("C-2026-003", "C-2026-003")
    assert list(plan.commitments.search("c-2026-003")) == [first]
