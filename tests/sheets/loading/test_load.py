"""A load is all or nothing, leaves its trail, and makes the plan when there is none."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from plans.models import Plan
from sheets.loading.load import load, plan_for
from tests.factories import make_plan
from tests.sheets.loading.matrices import DATED, MERGED, MONTHLY, counted, rows_stored, run, said


def test_dry_run_and_errors_store_nothing(matrix, entity):
    plan = plan_for(entity, "Plan nuevo", date(2026, 1, 1), date(2026, 12, 31))
    before = rows_stored()
    result = run(matrix(MONTHLY, merged=MERGED), plan, dry_run=True)
    assert counted(result)["sessions"] == 5
    bad = matrix([*DATED, ["Ejecución", "2.3 Feria", 1, "Todas", "31/02/2026"]])
    assert [where for where, _message in said(run(bad, plan).errors)] == ["E5"]
    assert (rows_stored(), Plan.objects.count()) == (before, 0)


def test_plan_of_the_title_is_taken_and_its_dates_must_agree(entity):
    stored = make_plan(entity, title="Plan anual")
    assert plan_for(entity, "Plan anual", date(2026, 1, 1), date(2026, 12, 31)) == stored
    with pytest.raises(ValidationError, match="ya existe y va del 01/01/2026 al 31/12/2026"):
        plan_for(entity, "Plan anual", date(2026, 2, 1), date(2026, 12, 31))
    with pytest.raises(ValidationError, match="no puede terminar antes de empezar"):
        plan_for(entity, "Plan raro", date(2026, 2, 1), date(2026, 1, 1))


def test_new_plan_that_somebody_made_meanwhile_is_taken(matrix, entity):
    first, second = (plan_for(entity, "Plan nuevo", date(2026, 1, 1), date(2026, 12, 31)) for _ in range(2))
    run(matrix(DATED), first)
    assert (counted(run(matrix(DATED), second)), Plan.objects.count()) == ({}, 1)


def test_everything_loaded_has_its_entry_in_the_trail(matrix, entity, planner):
    plan = plan_for(entity, "Plan nuevo", date(2026, 1, 1), date(2026, 12, 31))
    load(matrix(MONTHLY, merged=MERGED), plan=plan, by=planner, create_missing=True)
    entries = AuditEntry.objects.filter(actor=planner, entity=entity)
    verbs = {verb: entries.filter(verb=verb).count() for verb in entries.values_list("verb", flat=True)}
    assert verbs == {
        "plan.create": 1,
        "dependency.create": 1,
        "stakeholdergroup.create": 2,
        "strategicline.create": 1,
        "activity.create": 3,
        "activity.update": 2,  # their groups
        "responsibility.create": 2,
        "session.create": 5,
    }


def test_queries_do_not_grow_with_the_rows(matrix, entity):
    def queries(count):
        rows = [
            ["Actividad", "Meta", "Responsable", "Grupos de valor", "Fecha"],
            *([f"{n}. Foro {n}", 1, "Salud", "Ciudadanía", "3/5/26"] for n in range(1, count + 1)),
        ]
        plan = plan_for(entity, f"Plan de {count}", date(2026, 1, 1), date(2026, 12, 31))
        with CaptureQueriesContext(connection) as captured:
            assert run(matrix(rows), plan).errors == []
        return len(captured)

    queries(2)  # the names of the entity are made here
    assert queries(20) == queries(5)
