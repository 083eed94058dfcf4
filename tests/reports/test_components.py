"""The report of a plan by component: each date programmed and the day it was met, counted again one by one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Session
from display.dates import Precision
from plans.models import StrategicLine
from reports import pages, snapshot
from reports.models import Report
from tests.factories import make_activity, make_plan, make_session
from tests.reports.taking import held, printed, shown

CUT = date(2026, 6, 30)


def of(plan, cutoff=CUT, *only):
    return snapshot.take(Report(plan=plan, kind="components", period="2026", cutoff=cutoff), only=only)


def read(table):
    return [[cell.replace("\u00a0", " ") for cell in row] for row in printed(table)]


@pytest.fixture
def phased(plan, dependency):
    """Two phases with dates of every state, and one with nothing."""
    first, second, _nothing = (
        plan.phases.create(number=n, name=name) for n, name in enumerate(("Uno", "Dos", "Tres"), 1)
    )
    several = make_activity(plan, dependency, name="Talleres", phase=first)
    held(several, date(2026, 1, 10))
    make_session(several, date(2026, 2, 10), held_on=date(2026, 3, 1), executed_units=1)
    make_session(several, date(2026, 3, 10), planned_units=3, held_on=date(2026, 3, 10), executed_units=2)
    make_session(several, date(2026, 4, 10), executed_units=0, reason="Llovió.", carried_to_year=2027)
    make_session(several, date(2026, 5, 10))
    make_session(several, date(2026, 6, 10), held_on=date(2026, 7, 2), executed_units=1)
    make_session(several, date(2026, 9, 30), planned_precision=Precision.MONTH)
    make_session(several, date(2026, 6, 20), planned_units=0, held_on=date(2026, 6, 20), executed_units=1)
    share = make_activity(
        plan, dependency, name="Respuestas", phase=second, target_kind=Activity.TargetKind.PERCENTAGE, target_value=100
    )
    make_session(share, date(2026, 3, 31), held_on=date(2026, 3, 31), numerator=9, denominator=10)
    make_session(share, date(2026, 6, 30))
    make_activity(plan, dependency, name="Sin fechas", phase=second)
    return plan


def test_each_date_has_its_day_and_its_state(phased):
    one, two, three = of(phased).facts("componentes").components
    assert [each.state for each in one.rows[0].dates] == [
        *("met", "late", "partial", "missed", "unreported", "unreported", "extra", "to_come")
    ]
    assert [(each.on, each.held_on) for each in one.rows[0].dates][1] == (date(2026, 2, 10), date(2026, 3, 1))
    assert [(row.activity, [each.state for each in row.dates]) for row in two.rows] == [
        ("Respuestas", ["measured", "unreported"]),
        ("Sin fechas", []),
    ]
    assert (three.name, three.rows) == ("3. Tres", ())
    july = of(phased, date(2026, 7, 31)).facts("componentes").components[0].rows[0]
    assert [each.state for each in july.dates][5] == "late"  # met after the first cut-off


def test_tables_say_the_dates_programmed_and_met(phased, dependency):
    context = shown(of(phased), "componentes")
    assert [name for name, _table in context["tables"]] == ["1. Uno", "2. Dos"]
    assert read(context["tables"][0][1]) == [
        ["Actividad", "Programada", "Cumplida", "Estado"],
        [f"Talleres [{dependency.name}]", "10 ene 2026", "10 ene 2026", "Cumplida a tiempo"],
        ["", "10 feb 2026", "1 mar 2026", "Cumplida después"],
        ["", "10 mar 2026 [× 3]", "10 mar 2026", "Cumplida en parte [2 de 3]"],
        ["", "10 abr 2026", "–", "No se cumplió [Pasa a la vigencia 2027]"],
        ["", "10 may 2026", "–", "Sin reporte"],
        ["", "10 jun 2026", "–", "Sin reporte"],
        ["", "–", "20 jun 2026", "No estaba programada"],
        ["", "sep 2026", "–", "Por venir"],
    ]
    assert context["empty"] == "En «3. Tres» no hay nada programado."
    assert context["lead"] == (
        "De 6 fechas programadas hasta el corte o ya cumplidas: 1 cumplida a tiempo, 1 después de su fecha, 1 en "
        "parte, 1 no cumplida y 2 sin reporte."
    )


def test_components_add_up_to_the_plan(phased):
    taken = of(phased)
    table = read(shown(taken, "componentes")["component_table"])
    assert table[0][0] == "Fase"
    assert table[1] == ["1. Uno", "1", "7", "1", "1", "1", "1", "2", "1", "50,0 %"]
    assert table[2][:3] == ["2. Dos", "2", "0"]
    assert table[-1][:-1] == ["Total", *(str(sum(int(row[at]) for row in table[1:-1])) for at in range(1, 9))]
    units = [
        (session.planned_units, min(session.executed_units or 0, session.planned_units))
        for session in Session.objects.filter(planned_on__lte=CUT, activity__name="Talleres")
        if not session.held_on or session.held_on <= CUT
    ]
    late = Session.objects.get(held_on=date(2026, 7, 2))  # not yet held at the cut-off
    figure = taken.facts("componentes").components[0].figure
    assert (figure.planned, figure.executed) == (
        sum(planned for planned, _done in units) + late.planned_units,
        sum(done for _planned, done in units),
    )


def test_plan_without_phases_goes_by_its_lines(plan, dependency):
    line = StrategicLine.objects.create(plan=plan, name="Diálogo")
    held(make_activity(plan, dependency, line=line), date(2026, 2, 1))
    held(make_activity(plan, dependency), date(2026, 2, 1))
    facts = of(plan).facts("componentes")
    assert ([each.name for each in facts.components], facts.by_phase) == (["Diálogo", dependency.name], False)


def test_plan_with_nothing_programmed_says_so(entity):
    taken = of(make_plan(entity))
    assert shown(taken, "componentes")["lead"] == "Al corte no vencía ninguna fecha programada."
    assert pages.paper(taken, "0" * 64)


def test_report_of_components_does_not_say_that_there_are_no_commitments(phased):
    heads = [head for head, _said in shown(of(phased), "resumen")["findings"]]
    assert "Componentes" in heads
    assert "Compromisos" not in heads


def test_queries_do_not_grow_with_the_plan(phased, dependency):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            of(phased)
        return len(found)

    few = queries()
    for number in range(30):
        held(make_activity(phased, dependency, phase=phased.phases.first()), date(2026, 2, 1 + number % 28))
    assert queries() == few
