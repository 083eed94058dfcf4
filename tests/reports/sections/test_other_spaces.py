from datetime import date, time

import pytest

from tests.factories import make_activity, make_entity, make_plan, make_session
from tests.reports.taking import final, monthly, printed, shown

MARCH = date(2026, 3, 1)


@pytest.fixture
def plan(db):
    return make_plan(make_entity())


def outside(plan, name, day, **fields):
    activity = make_activity(plan, outside_plan=True, name=name)
    return make_session(activity, day, held_on=day, executed_units=1, **fields)


def measured(session, name, value, **fields):
    day = session.held_on
    fields = {"kind": name.lower(), "name": name, "value": value, "period_from": day, "period_to": day, **fields}
    return session.activity.metrics.create(**fields)


def test_spaces_are_numbered_by_day_with_their_hour_people_words_and_reach(plan):
    peace = outside(
        plan,
        "Territorio de paz",
        date(2026, 3, 26),
        hour=time(10),
        modality="virtual",
        attendance_total=219,
        attendance_note="Ciudadanía",
        questions=34,
        comments=16,
        topics="1. Memoria\n2. Víctimas",
        summary="Se habló de la reparación.",
    )
    smart = outside(plan, "Ciudad inteligente", date(2026, 3, 7), attendance_total=235, questions=0)
    measured(peace, "Alcance", 19400)
    measured(peace, "Veces compartido", 55)
    measured(smart, "Alcance", 10300)
    measured(smart, "Participantes", 240)
    outside(plan, "Otro mes", date(2026, 2, 7))
    context = shown(monthly(plan, MARCH, "espacios"), "espacios")
    assert printed(context["space_table"]) == [
        ["N.º", "Espacio", "Fecha", "Personas", "Preguntas", "Comentarios"],
        ["1", "Ciudad inteligente", "7\u00a0mar\u00a02026", "240", "0", "–"],
        ["2", "Territorio de paz [Virtual · Ciudadanía]", "26\u00a0mar\u00a02026, 10:00", "219", "34", "16"],
    ]
    [(_block, [sheets])] = context["blocks"]
    [sheet] = sheets.each
    assert (sheets.activity, sheet.head) == ("Territorio de paz", "26 de marzo de 2026, 10:00 · Virtual")
    assert sheet.long == (("Temas", ("1. Memoria", "2. Víctimas")),)
    assert [printed(table) for table in context["metric_tables"]] == [
        [
            ["Espacio", "Alcance", "Veces compartido"],
            ["1. Ciudad inteligente", "10.300", "–"],
            ["2. Territorio de paz", "19.400", "55"],
        ]
    ]


def test_final_report_has_those_from_before_the_plan(plan):
    outside(plan, "Antes", date(2025, 11, 3))
    outside(plan, "Después", date(2027, 1, 3))
    assert printed(shown(final(plan, "espacios"), "espacios")["space_table"]) == [
        ["N.º", "Espacio", "Fecha"],
        ["1", "Antes", "3\u00a0nov\u00a02025"],
    ]


def test_space_known_by_its_people_alone_is_listed(plan):
    activity = make_activity(plan, outside_plan=True, name="Campus")
    days = {"period_from": date(2026, 2, 1), "period_to": date(2026, 3, 31)}
    activity.metrics.create(kind="participantes", name="Participantes", value=484, **days)
    for number in range(6):
        activity.metrics.create(kind=f"k{number}", name=f"Medida {number}", value=number, **days)
    context = shown(monthly(plan, MARCH, "espacios"), "espacios")
    assert printed(context["space_table"])[1:] == [["1", "Campus [Febrero a marzo de 2026]", "marzo de 2026", "484"]]
    (table,) = context["metric_tables"]
    assert table.title == "Alcance virtual de 1. Campus"
    assert printed(table)[:2] == [["Métrica", "Periodo", "Valor"], ["Medida 0", "febrero a marzo de 2026", "0"]]


def test_without_spaces_outside_the_plan_there_is_no_section(plan):
    make_session(make_activity(plan), date(2026, 3, 3), held_on=date(2026, 3, 3), executed_units=1)
    assert shown(monthly(plan, MARCH, "espacios"), "espacios") is None
