import json
from datetime import date
from fractions import Fraction

import pytest

from display.dates import month_end
from recalculation import recalculate
from reports import snapshot
from reports.models import Report
from reports.sections import participants
from reports.sections.participants import Group
from tests.factories import make_activity, make_entity, make_plan, make_session
from tests.reports.taking import final, monthly, printed, shown

TALKS, WORKSHOPS = "Conversatorios", "Talleres"


@pytest.fixture
def plan(db):
    return make_plan(make_entity())


def counted(activity, day, people, **fields):
    fields = {"held_on": day, "executed_units": 1, "attendance_total": people, **fields}
    return make_session(activity, day, **fields)


def measured(activity, first, last, people, **fields):
    fields = {"kind": "participantes", "name": "Participantes", "value": people, **fields}
    return activity.metrics.create(period_from=first, period_to=last, **fields)


def month_metric(activity, number, people, **fields):
    first = date(2026, number, 1)
    return measured(activity, first, month_end(first), people, **fields)


def tables(taken):
    return [printed(table) for table in shown(taken, "participantes")["tables"]]


def test_month_comes_first_and_earlier_months_keep_their_figures_beside_a_metric_of_several(plan):
    workshops, talks = make_activity(plan, name=WORKSHOPS), make_activity(plan, name=TALKS)
    for number, people in ((9, 65), (10, 70), (11, 203)):
        month_metric(workshops, number, people)
    measured(talks, date(2026, 7, 1), date(2026, 10, 31), 536)
    taken = monthly(plan, date(2026, 10, 1), "participantes")
    assert tables(taken) == [
        [
            ["Actividad", "Oct", "Sep", "Otro periodo", "Personas"],
            [WORKSHOPS, "70", "65", "", ""],
            [TALKS, "", "", "julio a octubre", "536"],
        ]
    ]
    assert shown(taken, "participantes")["lead"] == (
        "En octubre de 2026 se contaron personas en 1 actividad: 70 en «Talleres»."
    )


def test_dash_is_of_a_month_that_nobody_counted(plan):
    workshops, talks = make_activity(plan, name=WORKSHOPS), make_activity(plan, name=TALKS)
    month_metric(workshops, 3, 0)
    month_metric(talks, 2, 8)
    assert tables(monthly(plan, date(2026, 3, 1), "participantes")) == [
        [["Actividad", "Mar", "Feb"], [WORKSHOPS, "0", "–"], [TALKS, "–", "8"]]
    ]
    context = shown(monthly(plan, date(2026, 4, 1), "participantes"), "participantes")
    assert printed(context["tables"][0])[0] == ["Actividad", "Abr", "Mar", "Feb"]
    assert context["lead"] == ("En abril de 2026 no se registraron conteos de personas; los demás están en la tabla.")


def test_metric_of_participants_stands_in_for_the_attendance_of_its_months(plan):
    activity = make_activity(plan, name=TALKS)
    counted(activity, date(2026, 2, 10), 5, attendance_source="Planilla")
    counted(activity, date(2026, 2, 20), 6, attendance_source="Fotografía")
    counted(activity, date(2026, 3, 4), 9)
    month_metric(activity, 3, 40, source="Plataforma")
    counted(activity, date(2026, 3, 20), 7, withdrawn_on=date(2026, 3, 1))
    counted(make_activity(plan, outside_plan=True), date(2026, 3, 2), 1000)
    (table,) = shown(final(plan, "participantes"), "participantes")["tables"]
    assert printed(table) == [["Actividad", "Feb", "Mar"], [TALKS, "11", "40"]]
    assert [cell.share for cell in table.rows[0][1:]] == [Fraction(11, 40), 1]
    assert table.title == "Personas participantes por actividad y mes: lo más alto fue 40, en marzo de 2026"
    assert table.source == "Fuente: Fotografía; Planilla; Plataforma."
    assert table.total == ()


def test_periods_that_overlap_stand_in_lines_of_their_own(plan):
    activity = make_activity(plan, name=TALKS)
    measured(activity, date(2026, 1, 1), date(2026, 3, 31), 9)
    measured(activity, date(2026, 2, 1), date(2026, 5, 31), 4)
    month_metric(activity, 2, 3)
    measured(activity, date(2026, 2, 10), date(2026, 2, 10), 2, source="Fotografía")
    assert tables(final(plan, "participantes")) == [
        [
            ["Actividad", "Feb", "Otro periodo", "Personas"],
            [TALKS, "3", "enero a marzo", "9"],
            [TALKS, "2 [10\u00a0feb\u00a02026]", "febrero a mayo", "4"],
        ]
    ]


def test_months_without_data_have_no_column_and_many_months_make_several_tables(plan):
    plan.starts_on, plan.ends_on = date(2026, 7, 1), date(2030, 6, 30)
    plan.save()
    activity = make_activity(plan, name=TALKS)
    months = [date(2026 + (6 + n) // 12, (6 + n) % 12 + 1, 15) for n in range(48) if n != 3]
    for n, day in enumerate(months):
        counted(activity, day, n)
    found = shown(final(plan, "participantes"), "participantes")["tables"]
    heads = [printed(table)[0][1:] for table in found]
    assert [" ".join(head) for head in heads] == [
        "Jul Ago Sep Nov Dic",
        *("Ene Feb Mar Abr May Jun", "Jul Ago Sep Oct Nov Dic") * 3,
        "Ene Feb Mar Abr May Jun",
    ]
    assert [int(value) for table in found for value in printed(table)[1][1:]] == list(range(47))
    assert found[0].title == "Personas participantes por actividad y mes: julio a diciembre de 2026"
    assert [bool(table.notes) for table in found] == [False] * 7 + [True]


def test_groups_are_told_by_spaces_and_attendances_of_the_period_and_to_date(plan):
    activity = make_activity(plan)
    boards, youth = plan.entity.groups.create(name="Juntas"), plan.entity.groups.create(name="Jóvenes")
    february = counted(activity, date(2026, 2, 3), 30)
    march = counted(activity, date(2026, 3, 3), 12)
    for session, group, people in ((february, boards, 20), (march, boards, 5), (march, youth, None)):
        session.attendances.create(group=group, people=people)
    taken = monthly(plan, date(2026, 3, 1), "participantes")
    assert taken.facts("participantes").groups == (
        Group("Juntas", 2, 25, 0, 1, 5),
        Group("Jóvenes", 1, None, 1, 1, None),
    )
    table = shown(taken, "participantes")["group_table"]
    assert printed(table) == [
        [
            "Grupo de valor o de interés",
            "Espacios del periodo",
            "Asistencias del periodo",
            "Espacios a la fecha",
            "Asistencias a la fecha",
        ],
        ["Juntas", "1", "5", "2", "25"],
        ["Jóvenes", "1", "–", "1", "–"],
    ]
    assert table.total == ()
    assert table.notes == (
        "No se suma: a un espacio pueden ir varios grupos, y quien asistió dos veces cuenta dos veces.",
        "En 1 caso el grupo asistió y nadie lo contó aparte.",
    )


def test_nobody_counted_leaves_the_section_out_and_a_text_brings_it_back(plan):
    counted(make_activity(plan), date(2026, 3, 3), None)
    assert shown(monthly(plan, date(2026, 3, 1), "participantes"), "participantes") is None


def test_figure_of_the_highest_month_can_stand_in_a_text(plan):
    month_metric(make_activity(plan), 3, 1203)
    report = Report(
        plan=plan,
        kind="monthly",
        period="2026-03",
        cutoff=date(2026, 3, 31),
        narrative={"participants": "Lo más alto: {personas del mes más alto}."},
    )
    (section,) = snapshot.take(report, only=("participantes",)).sections
    assert section.texts == {"participants": "Lo más alto: 1.203."}


# --- By differential variable -----------------------------------------------------------------------------------------


@pytest.fixture
def differential(plan):
    """30 people in March, of whom 3 said no sex; 20 in April, of whom 7 are Rrom."""
    activity = make_activity(plan, name=TALKS)
    march, april = (counted(activity, date(2026, month, 10), people) for month, people in ((3, 30), (4, 20)))
    told = {"sex": {"woman": 18, "man": 9}, "disability": {"yes": 6, "no": 24}}
    for name, counts in told.items():
        for value, people in counts.items():
            march.disaggregations.create(variable=name, value=value, people=people)
    for name, value, people in (("sex", "woman", 8), ("sex", "man", 12), ("ethnicity", "rrom", 7)):
        april.disaggregations.create(variable=name, value=value, people=people)
    return plan


def of_variables(taken):
    table = shown(taken, "participantes")["variable_table"]
    return table and printed(table)[1:]


def test_attendances_by_variable_withhold_what_would_tell_of_a_few(differential):
    assert of_variables(monthly(differential, date(2026, 3, 1), "participantes")) == [
        ["Sexo: 30 en 1 espacio"],
        ["Mujer", "18"],
        ["Hombre", "reservado"],  # with those of no data it would say how many these are
        ["Sin dato", "reservado"],
        ["Con discapacidad: 30 en 1 espacio"],
        ["Sí", "6"],
        ["No", "24"],
        ["Sin dato", "0"],
    ]
    assert of_variables(monthly(differential, date(2026, 4, 1), "participantes")) == [
        ["Sexo: 20 en 1 espacio"],
        ["Mujer", "8"],
        ["Hombre", "12"],
        ["Sin dato", "0"],
        ["Pertenencia étnica: 20 en 1 espacio"],
        ["Rrom", "7"],
        ["Sin dato", "13"],
    ]


def test_whole_plan_withholds_what_its_months_would_give_away(differential):
    rows = of_variables(final(differential, "participantes"))
    # 21 men less the 12 of April would be the 9 of March, which were withheld.
    assert rows[:4] == [
        ["Sexo: 50 en 2 espacios"],
        ["Mujer", "26"],
        ["Hombre", "reservado"],
        ["Sin dato", "reservado"],
    ]
    assert ["Rrom", "7"] in rows


def test_other_days_and_dependencies_say_nothing_by_variable(differential):
    report = Report(plan=differential, kind="period", period="2026-03-01-a-2026-04-30", cutoff=date(2026, 4, 30))
    report.starts_on, report.ends_on = date(2026, 3, 1), date(2026, 4, 30)
    assert of_variables(snapshot.take(report, only=("participantes",))) is None


def test_data_have_what_is_printed_and_are_counted_again(differential):
    report = Report(plan=differential, kind="final", period="2026", cutoff=date(2026, 12, 31))
    taken = snapshot.take(report)
    stored = json.loads(snapshot.canonical(taken))
    [facts] = [each["facts"] for each in stored["sections"] if each["slug"] == "participantes"]
    assert facts["variables"][0] == {
        "name": "sex",
        "sessions": 2,
        "people": 50,
        "counts": [
            {"value": "woman", "people": 26},
            {"value": "man", "people": None},
            {"value": "no_data", "people": None},
        ],
    }
    again = recalculate(stored)
    assert [again.figure(f"personas-{name}").numbers[0].agrees for name in ("sex", "disability")] == [None, True]
    next(each for each in facts["variables"] if each["name"] == "disability")["people"] = 29
    assert recalculate(stored).figure("personas-disability").numbers[0].agrees is False


@pytest.mark.parametrize("size", [1, 4])
def test_variables_take_the_same_statements(plan, size, django_assert_num_queries):
    activity = make_activity(plan, name=TALKS)
    for day in range(1, size + 1):
        session = counted(activity, date(2026, 3, day), 30)
        for value in ("woman", "man")[: 1 + size // 4]:
            session.disaggregations.create(variable="sex", value=value, people=10)
    scope = snapshot.scope_of(Report(plan=plan, kind="final", period="2026", cutoff=date(2026, 12, 31)))
    with django_assert_num_queries(7):
        participants.collect(scope)
