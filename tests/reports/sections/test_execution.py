"""What a report says of execution: figures, what is known of what is missing, and its words."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine

from activities.figures import Figure, Targets, TargetState
from activities.models import Session
from display import palette
from reports import cover, pages, snapshot
from reports.models import Report
from reports.sections.execution import Footnote, Miss, Missing, Percentage
from reports.sections.execution.view import (
    block_chart,
    block_table,
    lead,
    miss_table,
    month_chart,
    percentage_table,
    targets_met,
    tokens,
    unexplained,
    where_it_failed,
)
from reports.sections.summary.view import tiles
from tests.factories import make_activity, make_dependency, make_plan, make_session
from tests.reports.taking import APR, END, FEB, JAN, MAR, final, held, monthly, printed, shown


@pytest.fixture(autouse=True)
def after_the_plan():
    with time_machine.travel("2027-02-01 12:00-05:00"):
        yield


def values(table) -> list[tuple]:
    return [tuple(getattr(cell, "value", cell) for cell in row) for row in (*table.rows, table.total) if row]


def test_footnotes_have_one_letter_per_text_and_block_in_order(plan):
    for name, notes in (("Gobierno", ("Lluvias.", "Lluvias.")), ("Hacienda", ("Lluvias.\nSin quórum.", ""))):
        leading = make_dependency(plan.entity, name)
        for month, note in zip((JAN, FEB), notes, strict=True):
            make_session(make_activity(plan, leading), month, executed_units=0, reason="Motivo", footnote=note)
    facts = final(plan).facts("ejecucion")
    assert facts.footnotes == (
        Footnote("a", "Gobierno", "Lluvias."),
        Footnote("b", "Hacienda", "Lluvias."),
        Footnote("c", "Hacienda", "Sin quórum."),
    )
    assert [block.marks for block in facts.blocks] == [("a",), ("b", "c")]


def test_footnotes_after_the_last_letter_have_two(plan):
    held(make_activity(plan), JAN, footnote="\n".join(f"Nota {n}." for n in range(28)))
    assert final(plan).facts("ejecucion").blocks[0].marks[24:] == ("y", "z", "aa", "ab")


def test_what_is_missing_is_told_by_what_is_known_of_it(plan, dependency):
    activity = make_activity(plan, dependency, number="3.2", name="Rendición de cuentas")
    make_session(activity, date(2026, 3, 12), planned_units=2, executed_units=1, held_on=APR, reason="Dos\nlíneas")
    make_session(activity, JAN, planned_precision="month", carried_to_year=2027)
    make_session(activity, FEB, executed_units=0)
    taken = final(plan)
    facts = taken.facts("ejecucion")
    own = {"activity": "3.2 Rendición de cuentas", "block": "Secretaría de Gobierno"}
    assert facts.misses == (
        Miss(
            **own,
            planned_on=JAN,
            when="enero de 2026",
            planned=1,
            executed=0,
            known="unreported",
            reason="",
            carried_to_year=2027,
        ),
        Miss(
            **own,
            planned_on=FEB,
            when="28 de febrero de 2026",
            planned=1,
            executed=0,
            known="silent",
            reason="",
            carried_to_year=None,
        ),
        Miss(
            **own,
            planned_on=date(2026, 3, 12),
            when="12 de marzo de 2026",
            planned=2,
            executed=1,
            known="explained",
            reason="Dos líneas",
            carried_to_year=None,
        ),
    )
    assert facts.missing == Missing(explained=1, silent=1, unreported=1)
    assert (facts.carried_over, facts.carried_to_year) == (1, 2027)
    assert [row[2:5] for row in values(miss_table(facts, taken))] == [(1, None, 1), (1, 0, 1), (2, 1, 1), (4, 1, 3)]
    assert unexplained(facts, taken.plan.unit) == (
        "Hay 1 espacio sin causa registrada («3.2 Rendición de cuentas», 28 de febrero de 2026) "
        "y 1 espacio sin reporte («3.2 Rendición de cuentas», enero de 2026)."
    )


def test_nothing_reported_is_not_said_to_be_undone(plan, dependency):
    for month in (JAN, FEB):
        make_session(make_activity(plan, dependency), month)
    taken = final(plan)
    assert taken.facts("ejecucion").missing == Missing(unreported=2)
    said = lead(taken.facts("ejecucion"), taken)
    assert said == "Había 2 espacios por hacer y no hay ningún reporte de lo que pasó."


def test_sessions_whose_day_has_not_come_are_not_late(plan, dependency):
    make_session(make_activity(plan, dependency), JAN)
    make_session(make_activity(plan, dependency), END)
    with time_machine.travel("2026-11-21 12:00-05:00"):
        taken = final(plan)
    facts = taken.facts("ejecucion")
    assert facts.missing == Missing(unreported=1, to_come=1)
    assert unexplained(facts, taken.plan.unit).startswith("Hay 1 espacio sin reporte («Mesa de trabajo")
    assert "no había llegado la fecha" in lead(facts, taken)
    head, row = printed(block_table(facts, taken))
    assert (row[head.index("Faltó")], row[head.index("Sin reporte")]) == ("2", "1")


def test_monthly_report_has_month_and_plan_to_date_side_by_side_in_each_block(plan, dependency):
    activity, other = make_activity(plan, dependency), make_activity(plan, make_dependency(plan.entity, "Hacienda"))
    held(activity, JAN)
    held(activity, FEB, 2, planned_units=3)
    held(other, JAN, 4, planned_units=5)
    make_session(activity, MAR, planned_units=7)
    taken = monthly(plan, FEB)
    facts = taken.facts("ejecucion")
    assert (facts.period, facts.total) == (Figure(3, 2, 1), Figure(9, 7, 2))
    assert facts.missing_in_period == Missing(silent=1)
    assert facts.scheduled_after == 7
    rows = [row[:6] for row in values(block_table(facts, taken))]
    assert rows == [
        ("Secretaría de Gobierno", 3, 2, Fraction(2, 3), 4, 3),
        ("Hacienda", 0, 0, None, 5, 4),
        ("Total", 3, 2, Fraction(2, 3), 9, 7),
    ]
    assert final(plan).facts("ejecucion").period is None


def test_month_without_sessions_has_a_figure_of_nothing(plan):
    held(make_activity(plan), JAN)
    taken = monthly(plan, MAR)
    assert taken.facts("ejecucion").period == Figure(0, 0)
    assert "no había espacios por hacer" in lead(taken.facts("ejecucion"), taken)


def test_finding_names_the_block_and_the_month_of_most_of_what_is_missing(plan, dependency):
    short = make_activity(plan, dependency)
    held(short, JAN, 1, planned_units=2, reason="Lluvias")
    make_session(short, END, executed_units=0, planned_units=4, reason="Lluvias")
    held(make_activity(plan, make_dependency(plan.entity, "Hacienda")), JAN, 1, planned_units=2, reason="Lluvias")
    taken = final(plan)
    said = where_it_failed(taken.facts("ejecucion"), taken.plan.unit)
    assert "6" in said
    assert "Secretaría de Gobierno" in said
    assert "diciembre de 2026" in said


def test_percentage_targets_stand_apart_and_enter_no_sum(plan, dependency):
    held(make_activity(plan, dependency), JAN)
    ratio = make_activity(plan, dependency, number="5.1", name="Peticiones", target_kind="percentage", target_value=90)
    for month, answered in ((JAN, 40), (FEB, 41)):
        make_session(ratio, month, numerator=answered, denominator=50, held_on=month)
    without = make_activity(plan, dependency, name="Recursos", target_kind="percentage", target_value=100)
    make_session(without, JAN, numerator=0, denominator=0, held_on=JAN)
    taken = final(plan)
    facts = taken.facts("ejecucion")
    assert facts.total == Figure(1, 1)
    assert facts.targets == Targets(met=0, counted=1, unexplained=1, total=2)
    assert facts.percentages[0] == Percentage(
        activity="5.1 Peticiones",
        block="Secretaría de Gobierno",
        phase="",
        goal=Decimal(90),
        due=2,
        reported=2,
        attended=81,
        received=100,
        state=TargetState.SHORT,
        reason="",
    )
    assert [row[1:6] for row in values(percentage_table(facts))] == [
        (100, 81, Fraction(81, 100), "90\u00a0%", "No cumplida"),
        (0, 0, "–", "100\u00a0%", "Sin demanda"),
    ]
    assert unexplained(facts, taken.plan.unit) == "Hay 1 meta en porcentaje sin cumplir y sin causa."


def test_plan_of_percentage_targets_alone_has_no_ratio_of_spaces(entity):
    plan = make_plan(entity)
    ratio = make_activity(plan, target_kind="percentage", target_value=90)
    make_session(ratio, JAN, numerator=9, denominator=10, held_on=JAN)
    taken = final(plan)
    assert taken.facts("ejecucion").total.ratio is None
    assert taken.facts("ejecucion").targets.words == "Metas en porcentaje: 1 de 1 meta cumplida"
    assert "0,0" not in lead(taken.facts("ejecucion"), taken)


@pytest.mark.parametrize("size", [1, 9])
def test_statements_do_not_grow_with_the_plan(plan, dependency, django_assert_num_queries, size):
    for _n in range(size):
        held(make_activity(plan, dependency), JAN)
        ratio = make_activity(plan, dependency, target_kind="percentage", target_value=90)
        make_session(ratio, JAN, numerator=9, denominator=10, held_on=JAN)
    report = Report(plan=plan, kind="monthly", period="2026-01", cutoff=JAN)
    with django_assert_num_queries(11):
        snapshot.take(report, only=("ejecucion",))


def test_target_short_of_its_goal_prints_less_than_the_goal(plan, dependency):
    ratio = make_activity(plan, dependency, target_kind="percentage", target_value=95)
    make_session(ratio, JAN, numerator=2374, denominator=2500, held_on=JAN)
    taken = final(plan)
    assert printed(percentage_table(taken.facts("ejecucion")))[1][3:6] == ["94,9\u00a0%", "95\u00a0%", "No cumplida"]


def test_target_whose_date_has_not_come_is_not_late(plan, dependency):
    late = make_activity(plan, dependency, target_kind="percentage", target_value=90, name="Vencida")
    make_session(late, JAN)
    ahead = make_activity(plan, dependency, target_kind="percentage", target_value=90, name="Por venir")
    make_session(ahead, JAN, numerator=9, denominator=10, held_on=JAN)
    make_session(ahead, END)
    with time_machine.travel("2026-11-21 12:00-05:00"):
        taken = final(plan)
    facts = taken.facts("ejecucion")
    assert unexplained(facts, taken.plan.unit) == "Hay 1 meta en porcentaje sin reporte."
    assert targets_met(facts) == "Se cumplieron 0 de 2 metas en porcentaje; de 1 no ha llegado la fecha."
    assert [row[5:] for row in printed(percentage_table(facts))[1:]] == [
        ["Sin reporte", ""],
        ["Su fecha no ha llegado", ""],
    ]
    assert [row.measured.rpartition(" · ")[2] for row in taken.facts("anexo").rows] == [
        "Sin reporte",
        "Su fecha no ha llegado",
    ]


def test_block_whose_targets_are_all_to_come_does_not_say_that_nobody_reported(plan, dependency):
    make_session(make_activity(plan, dependency, target_kind="percentage", target_value=90), END)
    held(make_activity(plan, dependency), JAN)
    with time_machine.travel("2026-11-21 12:00-05:00"):
        taken = final(plan)
    head, row = printed(block_table(taken.facts("ejecucion"), taken))
    assert row[head.index("Metas en porcentaje cumplidas")] == "0 de 1"


def test_line_and_dependency_of_one_name_are_two_blocks_with_two_names(plan, dependency):
    line = plan.lines.create(name=dependency.name)
    held(make_activity(plan, dependency, line=line), JAN)
    make_session(make_activity(plan, dependency), JAN, executed_units=0)
    facts = final(plan).facts("ejecucion")
    assert [(block.name, block.figure.shortfall, block.missing) for block in facts.blocks] == [
        ("Secretaría de Gobierno", 0, Missing()),
        ("Secretaría de Gobierno (dependencia)", 1, Missing(silent=1)),
    ]
    assert [miss.block for miss in facts.misses] == ["Secretaría de Gobierno (dependencia)"]


def test_nothing_is_counted_as_undone_where_nothing_was_reported(plan, dependency):
    for month in (JAN, FEB):
        make_session(make_activity(plan, dependency), month)
    taken = monthly(plan, FEB)
    facts = taken.facts("ejecucion")
    assert lead(facts, taken) == (
        "En febrero de 2026 había 1 espacio por hacer y no hay ningún reporte de lo que pasó. "
        "En lo corrido del plan (2 espacios) no hay ningún reporte de lo que pasó."
    )
    assert where_it_failed(facts, taken.plan.unit) == ""
    assert [tile.value for tile in tiles(taken)] == ["2"]  # without a report: no «0 de 1»
    assert cover.period(taken).value == "Sin reporte"
    assert month_chart(facts, taken, palette.derive("#0b3d73", "#0b5cad")) is None


def test_finding_counts_apart_what_is_still_to_come(plan, dependency):
    make_session(make_activity(plan, dependency), JAN, planned_units=3, executed_units=0)
    make_session(make_activity(plan, dependency), END)
    with time_machine.travel("2026-11-21 12:00-05:00"):
        taken = final(plan)
    said = where_it_failed(taken.facts("ejecucion"), taken.plan.unit)
    assert said == "Lo que faltó y cuya fecha ya pasó (3 espacios) es de enero de 2026."


COLOURS = palette.derive("#0b3d73", "#0b5cad")
SILENT = "Un guion en «Ejecutado»: sin reporte. Cuenta como no ejecutado."


@pytest.fixture
def partly_told(plan, dependency):
    """A plan of three dependencies: one did what it programmed, one reports that it did nothing, one says nothing."""
    phases = [plan.phases.create(number=n, name=name) for n, name in ((1, "Diálogo"), (2, "Seguimiento"))]
    held(make_activity(plan, dependency, phase=phases[0]), JAN, 2, planned_units=2)
    none = make_activity(plan, make_dependency(plan.entity, "Hacienda"), phase=phases[0])
    make_session(none, FEB, executed_units=0, reason="Lluvias")
    silent = make_activity(plan, make_dependency(plan.entity, "Salud"), phase=phases[1])
    make_session(silent, MAR, planned_units=3)
    percentage = {"target_kind": "percentage", "target_value": 90, "phase": phases[1]}
    make_session(make_activity(plan, make_dependency(plan.entity, "Prensa"), **percentage), MAR)
    return plan


def test_block_of_which_nobody_reported_differs_from_one_that_did_nothing_and_both_add_up(partly_told):
    taken = final(partly_told)
    table = block_table(taken.facts("ejecucion"), taken)
    assert printed(table)[1:] == [
        ["Secretaría de Gobierno", "2", "2", "0", "100,0\u00a0%", "0", ""],
        ["Hacienda", "1", "0", "1", "0,0\u00a0%", "0", ""],
        ["Salud", "3", "–", "3", "sin reporte", "3", ""],
        ["Prensa", "0", "0", "0", "no aplica", "0", "sin reporte"],
        ["Total", "6", "2", "4", "33,3\u00a0%", "3", "sin reporte"],
    ]
    assert table.notes == (SILENT,)
    phases = shown(taken, "ejecucion")["phase_table"]
    assert printed(phases)[1:] == [
        ["1. Diálogo", "3", "2", "1", "66,7\u00a0%", ""],
        ["2. Seguimiento", "3", "–", "3", "sin reporte", "sin reporte"],
    ]
    assert phases.notes == (SILENT,)


def test_month_of_which_nobody_reported_differs_from_one_in_which_nothing_was_done(partly_told):
    taken = monthly(partly_told, MAR)
    table = block_table(taken.facts("ejecucion"), taken)
    assert [row[:4] for row in printed(table)[1:]] == [
        ["Secretaría de Gobierno", "0", "0", "no aplica"],
        ["Hacienda", "0", "0", "no aplica"],
        ["Salud", "3", "–", "sin reporte"],
        ["Prensa", "0", "0", "no aplica"],
        ["Total", "3", "–", "sin reporte"],
    ]
    chart = month_chart(taken.facts("ejecucion"), taken, COLOURS)
    assert chart.title == "Faltó algo en 1 de 3 meses; sin reporte en 1"
    assert chart.notes == ("Un guion: sin reporte.",)
    assert "marzo de 2026, 3 programado y – ejecutado" in chart.drawing


def test_charts_headline_and_figures_of_texts_say_it_as_the_table_does(partly_told):
    taken = final(partly_told)
    facts = taken.facts("ejecucion")
    chart = block_chart(facts, taken, COLOURS)
    assert "Salud, sin reporte, – de 3 espacios" in chart.drawing
    assert ">Sin reporte</text>" in chart.drawing  # its sign in the legend
    assert chart.title == "«Hacienda» tiene la ejecución más baja; completaron lo programado 1\u00a0de\u00a03"
    bars = pages.headline(taken, COLOURS).bars
    assert [(bar.share, bar.value, bar.detail, bar.state) for bar in bars] == [
        (1, "100,0\u00a0%", "2 de 2", "complete"),
        (0, "0,0\u00a0%", "0 de 1", "explained"),
        (None, "Sin reporte: 3 espacios por hacer", "", "nothing"),
        (None, "Sin reporte: 1 meta en porcentaje", "", ""),
    ]
    said = tokens(facts)
    assert (said["ejecución de salud"], said["ejecución de hacienda"]) == ("sin reporte", "0,0\u00a0%")
    assert (said["ejecución total"], said["espacios ejecutados"]) == ("33,3\u00a0%", "2")


def test_big_figures_of_what_nobody_reported_are_no_zero(plan, dependency):
    make_session(make_activity(plan, dependency), JAN)
    make_session(make_activity(plan, dependency), FEB, planned_units=3)
    make_session(make_activity(plan, dependency, target_kind="percentage", target_value=90), FEB)
    taken = monthly(plan, FEB)
    assert [(tile.value, tile.label) for tile in cover.tiles(taken)] == [
        ("Sin reporte", "3 espacios por hacer en febrero de 2026"),
        ("Sin reporte", "4 espacios por hacer del plan hasta el corte"),
        ("1", "meta en porcentaje sin reporte"),
    ]
    assert cover.squares_legend(taken) == "Un cuadro por cada espacio del plan al corte. Vacío: no tiene reporte."
    assert shown(taken, "ejecucion")["misses_heading"] == "Lo que no tiene reporte"
    said = tokens(taken.facts("ejecucion"))
    assert (said["ejecución total"], said["ejecutados en el periodo"]) == ("sin reporte", "–")


def test_big_figures_of_what_was_reported_tell_apart_what_was_not(partly_told):
    taken = monthly(partly_told, FEB)
    assert [(tile.value, tile.label) for tile in cover.tiles(taken)] == [
        ("0\u00a0/\u00a01", "espacios en febrero de 2026: ejecutado / programado"),
        ("2\u00a0/\u00a03", "espacios del plan hasta el corte: ejecutado / programado"),
        ("66,7\u00a0%", "de ejecución, sobre el plan vigente al corte"),
        ("no aplica", "metas en porcentaje cumplidas"),
    ]
    assert cover.squares_legend(taken).endswith("Vacío: no se ejecutó.")
    assert cover.squares_legend(final(partly_told)).endswith("Vacío: no se ejecutó o no tiene reporte.")


def test_targets_that_nobody_reported_are_not_said_to_be_unmet_on_the_cover(plan, dependency):
    make_session(make_activity(plan, dependency, target_kind="percentage", target_value=90), JAN)
    drawing = cover.ring(final(plan), COLOURS)
    assert "<title>Sin reporte: 1 meta en porcentaje</title>" in drawing


def test_what_is_to_come_is_said_of_a_plan_of_which_nothing_else_is_known(plan, dependency):
    make_session(make_activity(plan, dependency), JAN)
    make_session(make_activity(plan, dependency), END)
    with time_machine.travel("2026-11-21 12:00-05:00"):
        taken = final(plan)
    said = lead(taken.facts("ejecucion"), taken)
    assert said == "Había 2 espacios por hacer: de 1 no hay reporte y de 1 no había llegado la fecha."


def test_title_of_blocks_that_all_fell_short_says_that_none_was_complete(plan):
    for name, done in (("Hacienda", 1), ("Salud", 2)):
        activity = make_activity(plan, make_dependency(plan.entity, name))
        make_session(activity, JAN, planned_units=4, executed_units=done, held_on=JAN)
    taken = final(plan)
    title = "«Hacienda» tiene la ejecución más baja; de 2, ninguna completó lo programado"
    assert block_chart(taken.facts("ejecucion"), taken, COLOURS).title == title
    Session.objects.update(executed_units=1)
    taken = final(plan)
    assert block_chart(taken.facts("ejecucion"), taken, COLOURS).title == "De 2, ninguna completó lo programado"
