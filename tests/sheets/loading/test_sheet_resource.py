"""What no rule foresaw is stopped by the database, and told with its cell."""

from datetime import date

from activities.models import Session
from sheets.loading.existing import Existing
from sheets.loading.resources import ActivityResource, CommitmentResource, MetricResource, SessionResource
from sheets.loading.sheet_resource import Column
from sheets.loading.values import ActivityValues, SessionValues
from sheets.reading.columns import meaning_of
from sheets.reading.ledger import Ledger
from sheets.workbook.grid import Place
from tests.factories import make_activity, make_session
from tests.sheets.loading.matrices import run, said


def test_constraint_that_no_rule_foresaw_says_its_sentence_at_its_cell(matrix, plan):
    make_activity(plan, name="Foro", number="1.1")
    rows = [["Actividad", "Meta"], ["Foro", 1], ["1.1 Taller", 1], ["1.2 Feria", 1]]  # the first row is 1.1 already
    result = run(matrix(rows), plan)
    assert said(result.errors) == [("A3", "El plan ya tiene una actividad con ese número.")]
    assert list(plan.activities.values_list("number", "name")) == [("1.1", "Foro")]


def test_constraint_stops_an_update_too(plan):
    activity = make_activity(plan, number="1.1")
    make_session(activity, date(2026, 5, 3))
    make_session(activity, date(2026, 5, 4))
    moved = Existing(plan).sessions[activity.pk, date(2026, 5, 3), "day"]
    known = ActivityValues(Place("Plan", 2, "A"), "1.1", stored=activity, saved=activity)
    row = SessionValues(Place("Plan", 2, "B"), "Foro", activity=known, stored=moved)
    row.set("planned_on", date(2026, 5, 4), Place("Plan", 2, "C"))
    ledger = Ledger()
    SessionResource(plan=plan, by=None, ledger=ledger).load([row])
    assert said(ledger.errors) == [("B2", "La actividad ya tiene una jornada programada en esa fecha.")]
    assert set(Session.objects.values_list("planned_on", flat=True)) == {date(2026, 5, 3), date(2026, 5, 4)}


def test_two_rows_that_are_one_for_the_database_are_told_at_the_first(plan):
    activity = make_activity(plan, number="1.1")
    known = ActivityValues(Place("Plan", 2, "A"), "1.1", stored=activity, saved=activity)
    rows = [
        SessionValues(Place("Plan", row, "B"), "Foro", activity=known, values={
            "planned_on": date(2026, 5, 3), "planned_precision": "day", "planned_units": 1,
        })
        for row in (2, 3)
    ]  # fmt: skip
    ledger = Ledger()
    SessionResource(plan=plan, by=None, ledger=ledger).load(rows)
    assert said(ledger.errors) == [("B2", "Dos filas de la hoja son la misma para el sistema. Deje una sola.")]
    assert [row.saved for row in rows] == [None, None]
    assert Session.objects.count() == 0


def test_row_that_somebody_stored_meanwhile_is_told_with_the_constraints_sentence(plan):
    activity = make_activity(plan, number="1.1")
    make_session(activity, date(2026, 5, 3))
    known = ActivityValues(Place("Plan", 2, "A"), "1.1", stored=activity, saved=activity)
    values = {"planned_on": date(2026, 5, 3), "planned_precision": "day", "planned_units": 1}
    ledger = Ledger()
    row = SessionValues(Place("Plan", 2, "B"), "Foro", activity=known, values=values)
    SessionResource(plan=plan, by=None, ledger=ledger).load([row])
    assert said(ledger.errors) == [("B2", "La actividad ya tiene una jornada programada en esa fecha.")]


def test_columns_are_fields_of_their_model_and_the_reader_understands_their_headers():
    for resource in (ActivityResource, SessionResource, MetricResource, CommitmentResource):
        fields = {field.name for field in resource._meta.model._meta.concrete_fields}
        assert set(resource.fields) <= fields
        for column in resource.fields.values():
            assert isinstance(column, Column)
            assert not column.meaning or meaning_of(column.header) == (column.meaning, True)
    assert CommitmentResource.fields["due_on"].header == "Fecha límite"
