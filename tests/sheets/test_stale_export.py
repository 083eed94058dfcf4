"""An export that comes back after the plan was changed on its pages: the preview tells what it would undo."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions import save_activity
from sheets.export import FORMATS, write_plan
from tests.factories import make_activity, make_dependency, make_entity, make_plan
from tests.sheets.plans import make_full_plan
from tests.sheets.test_round_trip import edited, imported, saved

MADE = datetime(2026, 4, 30, 12, tzinfo=UTC)
AT = datetime(2026, 5, 3, 15, 14, 30, tzinfo=UTC)  # 10:14 in Colombia
LATER = AT + timedelta(days=2)


@pytest.fixture
def plan(entity, planner):
    with time_machine.travel(MADE):
        return make_full_plan(entity, planner)


def exported(plan, format="xlsx", **options) -> bytes:
    file = io.BytesIO()
    write_plan(plan, file, format, at=AT, **options)
    return file.getvalue()


def warnings(content, plan):
    result = imported(content, plan, dry_run=True)
    assert result.errors == []
    return [(remark.place.sheet, str(remark.message)) for remark in result.warnings]


@pytest.fixture
def held(plan):
    return plan.activities.get(number="1.10").sessions.get(planned_on="2026-03-16")


def report(session, people, at=LATER):
    session.attendance_total = people
    with time_machine.travel(at):
        session.save()


@pytest.mark.parametrize("format", FORMATS)
def test_export_that_would_undo_a_later_change_says_so(plan, held, format):
    content = exported(plan, format)
    report(held, 40)
    assert warnings(content, plan) == [
        (
            "Léame",
            "El archivo se descargó el 3 de mayo de 2026 a las 10:14. Desde entonces cambió en el plan algo que el "
            "archivo dice de otra manera (filas: 1): «1.10 Mesa de diálogo · 16/03/2026». Importarlo deja lo que dice "
            "el archivo; si quiere lo del plan, descárguelo de nuevo.",
        )
    ]


def test_change_of_before_the_export_is_not_told(plan, held):
    report(held, 40, at=AT - timedelta(hours=1))
    assert warnings(edited(exported(plan), ("Espacios", 1, "Asistentes", 12)), plan) == []


def test_later_change_of_another_field_or_row_is_not_told(plan, held):
    """What the file says of them is what the plan says."""
    content = edited(exported(plan), ("Espacios", 2, "Temas", "Patio"))
    report(held, 40)
    content = edited(content, ("Espacios", 1, "Asistentes", 40), ("Espacios", 1, "Temas", "Patio"))
    assert warnings(content, plan) == []


def test_later_change_of_who_leads_and_supports_is_told(plan, planner):
    content = exported(plan)
    activity = plan.activities.get(number="1.10")
    with time_machine.travel(LATER):
        save_activity(
            activity=activity,
            lead=make_dependency(plan.entity, "Otra oficina"),
            support=[],
            groups=activity.groups.all(),
            seen=activity.revision,
            by=planner,
        )
    ((_sheet, told),) = warnings(content, plan)
    assert "(filas: 1): «1.10 Mesa de diálogo»." in told


def test_exchange_of_who_leads_and_who_supports_is_told(plan):
    content = exported(plan)
    parts = plan.activities.get(number="1.10").responsibilities
    lead, support = parts.get(part="lead"), parts.filter(part="support").first()
    with time_machine.travel(LATER):
        for row, part in ((lead, "support"), (support, "lead")):
            row.part = part
            row.save()
    ((_sheet, told),) = warnings(content, plan)
    assert "(filas: 1): «1.10 Mesa de diálogo»." in told


def test_support_that_was_taken_away_later_is_told(plan):
    content = exported(plan)
    with time_machine.travel(LATER):
        plan.activities.get(number="1.10").responsibilities.filter(part="support").first().delete()
    ((_sheet, told),) = warnings(content, plan)
    assert "(filas: 1): «1.10 Mesa de diálogo»." in told


def test_groups_that_were_taken_away_later_are_told(plan):
    content = exported(plan)
    with time_machine.travel(LATER):
        plan.activities.get(number="1.10").groups.clear()
    ((_sheet, told),) = warnings(content, plan)
    assert "(filas: 1): «1.10 Mesa de diálogo»." in told


def test_first_rows_are_named_and_the_rest_counted(entity):
    plan, content = large(entity, 12)
    ((_sheet, told),) = warnings(content, plan)
    assert "(filas: 12): «Actividad 0», «Actividad 1», «Actividad 2» y 9 más." in told


def test_asks_as_much_of_many_later_changes_as_of_few(entity):
    counts = []
    for rows in (2, 30):
        plan, content = large(make_entity(f"entidad-{rows}"), rows)
        with CaptureQueriesContext(connection) as queries:
            assert len(warnings(content, plan)) == 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def large(entity, rows):
    """A plan whose `rows` activities were renamed after its export."""
    plan = make_plan(entity, slug=f"plan-{rows}")
    activities = [make_activity(plan, name=f"Actividad {n}", order=n) for n in range(rows)]
    content = exported(plan)
    for activity in activities:
        activity.description = "Otra"
        with time_machine.travel(LATER):
            activity.save()
    return plan, content


def test_file_that_does_not_say_when_it_was_downloaded_is_not_judged(plan, held):
    book = openpyxl.load_workbook(io.BytesIO(exported(plan)))
    del book["Léame"]
    report(held, 40)
    assert warnings(saved(book), plan) == []


def test_export_of_another_plan_is_not_judged(plan, entity):
    """Nobody changed what it said: it never was of this plan."""
    content = exported(plan)
    other = make_plan(entity, title="Plan de participación 2027", slug="participacion-2027")
    with time_machine.travel(MADE):
        activity = make_activity(other, number="1.10", name="Mesa de diálogo")
    with time_machine.travel(LATER):
        activity.description = "Otra"
        activity.save()
    told = [str(remark.message) for remark in imported(content, other, dry_run=True).warnings]
    assert not [sentence for sentence in told if "se descargó" in sentence]


def test_template_has_no_moment(plan, held):
    book = openpyxl.load_workbook(io.BytesIO(exported(plan, template=True)))
    assert not [cell for (cell,) in book["Léame"].iter_rows(values_only=True) if cell and "2026-05-03" in cell]
