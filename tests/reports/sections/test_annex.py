"""The annex: every activity, in tables that the engine bears."""

from datetime import date

import pytest

from display.tables import Cell
from plans.models import CyclePhase, StakeholderGroup, StrategicLine
from reports import pages, snapshot
from reports.models import Report
from reports.sections.annex import Planned
from reports.sections.annex import view as shown
from tests.factories import make_activity, make_dependency, make_session

CUT = date(2026, 12, 31)


def tables(plan, cutoff=CUT) -> list:
    facts = snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=cutoff), only=("anexo",))
    return shown.view(facts.facts("anexo"), facts)["tables"] if facts.sections else []


def activities(table) -> list:
    return [row for row in table.rows if len(row) > 1]


def heads(table) -> list[str]:
    return [row[0].value for row in table.rows if len(row) == 1]


def test_activity_has_its_row(plan, dependency):
    support = make_dependency(plan.entity, "Prensa")
    activity = make_activity(
        plan, dependency, number="1.1", name="Feria  de\nservicios", target_kind="count", target_value=4, unit="ferias"
    )
    activity.responsibilities.create(dependency=support, part="support")
    activity.groups.add(StakeholderGroup.objects.create(entity=plan.entity, name="Jóvenes"))
    make_session(activity, date(2026, 3, 16), executed_units=1, held_on=date(2026, 3, 16))
    make_session(activity, date(2026, 8, 31), planned_precision="month", planned_units=3, executed_units=1, held_on=CUT)
    [table] = tables(plan)
    assert table.title == "1 actividad"
    assert [column.title for column in table.columns] == [
        *("N.º", "Actividad", "Responsables", "Meta", "Fechas programadas"),
        *("Programado", "Ejecutado", "Ejecución"),
    ]
    [row] = table.rows
    answering = Cell(f"{dependency.name}; Prensa", aside="Grupos: Jóvenes")
    assert row[:4] == ("1.1", Cell("Feria de servicios"), answering, "4 ferias")
    assert row[4].replace("\u00a0", " ") == "16 mar y ago (3) 2026"
    assert row[5:] == (4, 2, 0.5)


def test_report_of_the_whole_plan_says_what_each_activity_is_for(plan, dependency):
    make_activity(plan, dependency, name="Feria", objective="Acercar  los\nservicios.", indicator="Ferias hechas")
    [table] = tables(plan)
    assert table.rows[0][0] == Cell("Feria", aside="Objetivo: Acercar los servicios · Indicador: Ferias hechas")
    march = Report(plan=plan, kind="monthly", period="2026-03", cutoff=date(2026, 3, 31))
    facts = snapshot.take(march, only=("anexo",))
    assert shown.view(facts.facts("anexo"), facts)["tables"][0].rows[0][0] == Cell("Feria")


def test_percentage_target_shows_its_state_instead_of_units(plan, dependency):
    activity = make_activity(plan, dependency, target_kind="percentage", target_value=90)
    make_session(activity, numerator=8, denominator=10, executed_units=1, held_on=date(2026, 3, 16))
    [table] = tables(plan)
    cell = table.rows[0][-1]
    assert cell == Cell("8 de 10: 80,0\u00a0% de una meta de 90\u00a0% · No cumplida", span=3)
    assert table.total == ()


def test_what_nobody_reported_is_a_dash_and_counts_as_not_done(plan, dependency):
    make_session(make_activity(plan, dependency))
    make_session(make_activity(plan, dependency), executed_units=0)
    [table] = tables(plan)
    assert [row[-3:] for row in table.rows] == [(1, None, "sin reporte"), (1, 0, 0)]
    assert table.total[-3:] == (2, 0, 0)
    assert table.notes == ("Un guion en «Ejecutado»: sin reporte. Cuenta como no ejecutado.",)


def test_total_of_what_nobody_reported_is_a_dash_too(plan, dependency):
    for _n in range(2):
        make_session(make_activity(plan, dependency))
    [table] = tables(plan)
    assert table.total[-3:] == (2, None, "sin reporte")


def test_numbers_are_ordered_as_people_read_them(plan, dependency):
    for number in ("2.1", "1.10", "", "1.2", "2.10", "1.1"):
        make_activity(plan, dependency, number=number, name=number or "Sin número")
    [table] = tables(plan)
    assert [row[0] for row in table.rows] == ["1.1", "1.2", "1.10", "2.1", "2.10", "–"]


def test_activities_stand_under_their_strategy_or_dependency(plan, dependency):
    line = StrategicLine.objects.create(plan=plan, name="Diálogo", order=1)
    for n in range(3):
        make_activity(plan, dependency, number=f"2.{n}")
        make_activity(plan, dependency, line=line, number=f"1.{n}")
    [table] = tables(plan)
    assert (table.title, len(activities(table))) == ("6 actividades", 6)
    assert heads(table) == ["Diálogo", dependency.name]


def test_one_block_is_told_by_phase(plan, dependency):
    for number in (1, 2):
        phase = CyclePhase.objects.create(plan=plan, number=number, name=f"Fase {number}")
        for n in range(2):
            make_activity(plan, dependency, phase=phase, number=f"{number}.{n}")
    [table] = tables(plan)
    assert heads(table) == ["Fase 1", "Fase 2"]


def test_long_block_is_cut_and_no_row_is_lost(plan, dependency, django_assert_num_queries):
    for n in range(400):
        make_activity(plan, dependency, number=str(n + 1))
    assert [(table.title, len(activities(table)), bool(table.total)) for table in tables(plan)] == [
        ("400 actividades (parte 1 de 3)", 150, False),
        ("400 actividades (parte 2 de 3)", 150, False),
        ("400 actividades (parte 3 de 3)", 100, False),
    ]
    facts = snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=CUT))
    assert pages.rows(facts) == 400
    with django_assert_num_queries(0):
        annex = next(each for each in pages.placed(facts) if each.section.slug == "anexo")
    assert [table.slug for table in annex.context["tables"]] == ["tabla-2", "tabla-3", "tabla-4"]


def test_collecting_asks_the_same_whatever_the_number(plan, dependency, django_assert_max_num_queries):
    counts = []
    for size in (2, 20):
        for _each in range(size):
            make_session(make_activity(plan, dependency))
        with django_assert_max_num_queries(20) as queries:
            tables(plan)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_plan_without_activities_has_no_annex(plan):
    assert tables(plan) == []


def planned(*days: tuple) -> list[Planned]:
    return [Planned(on, "day", 1) if isinstance(on, date) else Planned(*on) for on in days]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([date(2026, 3, 16)], "16 mar 2026"),
        ([date(2025, 12, 1), date(2026, 3, 16), date(2026, 4, 1)], "1 dic 2025; 16 mar y 1 abr 2026"),
        ([(date(2026, 3, 31), "month", 19)], "mar (19) 2026"),
        ([date(2026, 1, 1 + n) for n in range(13)], "13 fechas, de enero de 2026 a enero de 2026"),
    ],
)
def test_dates_in_few_words(days, words):
    assert shown.written(planned(*days)).replace("\u00a0", " ") == words
