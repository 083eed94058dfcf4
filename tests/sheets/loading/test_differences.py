"""What the database would refuse is told with its cell before anything is written."""

from datetime import date

import pytest
from django.db import IntegrityError, connection

from activities.models import Attendance, Responsibility
from matrices.reading.ledger import Ledger
from matrices.workbook.grid import Place
from plans.models import CyclePhase
from sheets.loading.differences import compare, validate
from sheets.loading.resources import ActivityResource, CommitmentResource, SessionResource
from sheets.loading.values import ActivityValues, CommitmentValues, RowValues, SessionValues
from sheets.loading.writing import MODELS
from tests.factories import make_activity, make_session
from tests.sheets.loading.matrices import DATED, rows_stored, run, said

DAY = {"planned_on": date(2026, 5, 3), "planned_precision": "day", "planned_units": 1}


def known(activity):
    return ActivityValues(Place("Plan", 2, "A"), "1.1", stored=activity, instance=activity)


def told(resource, rows, plan, stored=()):
    ledger = Ledger()
    compare(resource, rows, plan=plan, advice=None, stored=stored, ledger=ledger)
    return said(ledger.errors)


def test_constraint_that_no_rule_foresaw_says_its_sentence_at_its_cell(matrix, plan):
    make_activity(plan, name="Foro", number="1.1")
    rows = [["Actividad", "Meta"], ["Foro", 1], ["1.1 Taller", 1], ["1.2 Feria", 1]]  # the first row is 1.1 already
    result = run(matrix(rows), plan)
    sentence = "El plan ya tiene una actividad con ese número. La otra está en la celda A2."
    assert said(result.errors) == [("A3", sentence)]
    assert list(plan.activities.values_list("number", "name")) == [("1.1", "Foro")]


def test_row_that_would_become_another_stored_one_is_refused(plan):
    activity = make_activity(plan, number="1.1")
    moved, stays = make_session(activity, date(2026, 5, 3)), make_session(activity, date(2026, 5, 4))
    moved.present_now = {}
    row = SessionValues(Place("Plan", 2, "B"), "Foro", activity=known(activity), stored=moved)
    row.set("planned_on", date(2026, 5, 4), Place("Plan", 2, "C"))
    sentence = "La actividad ya tiene un espacio programado en esa fecha."
    assert told(SessionResource(), [row], plan, [moved, stays]) == [("B2", sentence)]
    assert (row.instance, moved.planned_on) == (None, date(2026, 5, 3))


def test_second_of_two_rows_that_are_one_is_told_where_the_first_is(plan):
    activity = make_activity(plan, number="1.1")
    rows = [
        SessionValues(Place("Plan", row, "B"), "Foro", activity=known(activity), values=dict(DAY)) for row in (2, 3)
    ]
    sentence = "La actividad ya tiene un espacio programado en esa fecha. La otra está en la celda B2."
    assert told(SessionResource(), rows, plan) == [("B3", sentence)]
    assert [row.instance is None for row in rows] == [False, True]


def test_check_is_told_with_its_sentence(plan):
    row = CommitmentValues(Place("Compromisos", 2), "Vía")
    row.values = {"text": "Vía", "due_on": date(2026, 5, 3), "state": "breached", "closed_on": date(2026, 5, 3)}
    assert told(CommitmentResource(), [row], plan) == [("2", "Diga por qué no se cumplió.")]


def test_field_that_holds_less_is_told_at_its_cell(plan):
    row = ActivityValues(Place("Plan", 2, "A"), "Foro")
    row.set("name", "x" * 501, Place("Plan", 2, "B"))
    ((where, sentence),) = told(ActivityResource(), [row], plan)
    assert where == "B2"
    assert sentence.startswith("Nombre: Asegúrese de que este valor tenga como máximo 500 caracteres")


def test_every_kind_is_looked_at(plan):
    """Also those that no Resource declares."""
    row = RowValues(Place("Plan", 2, "A"), "0. Nada", instance=CyclePhase(plan=plan, number=0, name="Nada"))
    ledger = Ledger()
    validate(CyclePhase, [row], stored=[], ledger=ledger)
    assert said(ledger.errors) == [("A2", "Número: Asegúrese de que este valor sea mayor o igual a 1.")]


def test_uniqueness_of_what_is_loaded_stands_in_constraints_alone():
    """A unique field, or `unique_together`, would be asked of nobody before writing."""
    for model in (*MODELS.values(), Responsibility, Attendance):
        assert model._meta.unique_together == ()
        assert [field.name for field in model._meta.concrete_fields if field.unique] == ["id"]


def test_row_that_the_database_refuses_after_all_is_looked_for_again(matrix, plan):
    """Somebody stored it after the look."""
    refused = []

    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "activities_activity"') and not refused:
            refused.append(sql)
            raise IntegrityError("activity_number_unique")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        result = run(matrix(DATED), plan)
    assert (len(refused), result.errors, plan.activities.count()) == (1, [], 3)


def test_refusal_that_looking_again_does_not_explain_stores_nothing(matrix, plan):
    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "activities_activity"'):
            raise IntegrityError("a constraint that nobody told")
        return execute(sql, params, many, context)

    before = rows_stored()
    with connection.execute_wrapper(refuse), pytest.raises(IntegrityError):
        run(matrix(DATED), plan)
    assert rows_stored() == before
