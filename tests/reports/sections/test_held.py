import json
from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from display.text import Unit
from reports import pages, snapshot, spaces
from reports.models import Report
from reports.spaces import Group, Promise
from tests.factories import make_activity, make_commitment, make_dependency, make_entity, make_plan, make_session
from tests.reports.taking import final, monthly, printed, shown

MARCH = date(2026, 3, 1)
UNIT = Unit("espacio", "espacios")


@pytest.fixture
def plan(db):
    return make_plan(make_entity())


def held_on(activity, day, **fields):
    return make_session(activity, day, **{"held_on": day, "executed_units": 1, **fields})


def test_space_prints_everything_that_its_session_holds(plan):
    activity = make_activity(plan, make_dependency(plan.entity, "Planeación"), number="2.1", name="Mesa del agua")
    session = held_on(
        activity,
        date(2026, 3, 16),
        hour=time(14, 30),
        modality="in_person",
        place="Salón comunal",
        locality="Vereda El Placer",
        attendance_total=58,
        attendance_source="Listado de asistencia",
        attendance_note="También vino la personería.",
        questions=12,
        comments=1,
        topics="1. Tarifas\n•\tCortes del servicio \n",
        contributions="Pidieron avisar los cortes.",
        results="Acta firmada",
        achieved_incidence="consultation",
        summary="Se habló de las tarifas.\r\nY de los cortes.",
    )
    for name, people in (("Juntas", 30), ("Jóvenes", None)):
        session.attendances.create(group=plan.entity.groups.create(name=name), people=people)
    make_commitment(plan, session=session, code="C-01", text="Publicar el acta.", due_on=date(2026, 4, 30))
    taken = monthly(plan, MARCH, "realizados")
    (space,) = taken.facts("realizados").spaces
    assert (space.activity, space.block, space.held_on, space.hour, space.units, space.people) == (
        *("2.1 Mesa del agua", "Planeación", date(2026, 3, 16), time(14, 30), 1, 58),
    )
    assert space.groups == (Group("Juntas", 30), Group("Jóvenes", None))
    assert space.promises == (Promise("C-01", "Publicar el acta.", date(2026, 4, 30)),)
    sheet = spaces.sheet(space, UNIT)
    assert sheet.head == "16 de marzo de 2026, 14:30 · Presencial · Salón comunal, Vereda El Placer"
    assert sheet.short == (
        (
            "Quiénes",
            "58 personas (listado de asistencia). Juntas: 30; Jóvenes: sin contar aparte. También vino la personería.",
        ),
        ("Participación", "12 preguntas y 1 comentario."),
        ("Aportes", "Pidieron avisar los cortes."),
        ("Resultados", "Acta firmada."),
        ("Incidencia lograda", "Consulta."),
        ("Compromisos", "C-01. Publicar el acta (plazo: 30\u00a0abr\u00a02026)."),
    )
    assert sheet.long == (
        ("Temas", ("1. Tarifas", "Cortes del servicio")),
        ("Resumen", ("Se habló de las tarifas.", "Y de los cortes.")),
    )
    context = shown(taken, "realizados")
    assert context["lead"] == ("En marzo de 2026 se hizo 1 espacio, de 1 actividad. Allí se adquirió 1 compromiso.")
    assert not context["space_table"]


def test_space_without_anything_but_its_date_is_a_line_of_its_activity(plan):
    lead = make_dependency(plan.entity, "Planeación")
    walks = make_activity(plan, lead, name="Recorridos")
    held_on(walks, date(2026, 3, 31), held_precision="month", executed_units=19, planned_units=19)
    held_on(walks, date(2026, 3, 9))
    held_on(make_activity(plan, lead, name="Feria"), date(2026, 3, 20), place="Parque", questions=0)
    context = shown(monthly(plan, MARCH, "realizados"), "realizados")
    assert context["lead"] == "En marzo de 2026 se hicieron 21 espacios, de 2 actividades."
    assert printed(context["space_table"]) == [
        ["Actividad", "Fecha", "Espacios"],
        ["Recorridos", "9\u00a0mar, mar\u00a0(19)", "20"],
        ["Feria [Parque · 0 preguntas]", "20\u00a0mar\u00a02026", "1"],
        ["Total", "", "21"],
    ]


def test_spaces_that_say_the_same_place_alone_share_a_line_and_one_elsewhere_has_its_own(plan):
    bulletin = make_activity(plan, make_dependency(plan.entity, "Planeación"), name="Boletín")
    for month, modality in ((1, "virtual"), (2, "virtual"), (3, "in_person")):
        make_session(
            bulletin,
            date(2026, month, 1),
            planned_precision="month",
            held_on=date(2026, month, 1),
            held_precision="month",
            executed_units=1,
            modality=modality,
        )
    assert printed(shown(final(plan, "realizados"), "realizados")["space_table"]) == [
        ["Actividad", "Fecha", "Espacios"],
        ["Boletín [Virtual]", "ene, feb", "2"],
        ["Boletín [Presencial]", "marzo de 2026", "1"],
        ["Total", "", "3"],
    ]


def test_month_lists_what_was_held_in_it_whenever_it_was_planned(plan):
    activity = make_activity(plan, make_dependency(plan.entity))
    late = {"held_on": date(2026, 3, 5), "executed_units": 1}
    make_session(activity, date(2026, 2, 26), **late)
    make_session(activity, date(2026, 3, 30), held_on=date(2026, 4, 2), executed_units=1)
    make_session(activity, date(2026, 3, 12), planned_units=0, held_on=date(2026, 3, 12), executed_units=2)
    make_session(activity, date(2026, 3, 19), executed_units=0, reason="Lluvias.")
    make_session(
        activity, date(2026, 3, 25), held_on=date(2026, 3, 25), executed_units=1, withdrawn_on=date(2026, 3, 1)
    )
    make_session(make_activity(plan, outside_plan=True), date(2026, 3, 2), held_on=date(2026, 3, 2), executed_units=1)
    taken = monthly(plan, MARCH, "realizados")
    assert [(space.held_on, space.units) for space in taken.facts("realizados").spaces] == [
        (date(2026, 3, 5), 1),
        (date(2026, 3, 12), 2),
    ]
    assert shown(taken, "realizados")["lead"] == (
        "En marzo de 2026 se hicieron 3 espacios, de 1 actividad. "
        "De ese total, 1 tenía fecha de otro mes y 2 no estaban en el plan."
    )


def test_month_without_anything_held_says_so(plan):
    make_session(make_activity(plan, make_dependency(plan.entity)), date(2026, 3, 9))
    context = shown(monthly(plan, MARCH, "realizados"), "realizados")
    assert context["lead"] == "En marzo de 2026 nada del plan tiene reporte de haberse hecho."
    assert not context["space_table"]
    assert context["blocks"] == []


def test_plan_of_percentage_targets_alone_has_no_spaces_to_list(plan):
    activity = make_activity(plan, make_dependency(plan.entity), target_kind="percentage", target_value=95)
    session = held_on(activity, date(2026, 3, 9), executed_units=None, numerator=9, denominator=10)
    assert shown(monthly(plan, MARCH, "realizados"), "realizados") is None
    session.summary = "Las respuestas se leyeron en la emisora."
    session.save()
    context = shown(monthly(plan, MARCH, "realizados"), "realizados")
    assert context["lead"] == "En marzo de 2026 nada del plan tiene reporte de haberse hecho."
    assert [
        sheet.short for _block, activities in context["blocks"] for sheets in activities for sheet in sheets.each
    ] == [(("Resumen", "Las respuestas se leyeron en la emisora."),)]


def test_final_report_prints_sheets_of_what_has_words_and_lists_the_rest_by_block(plan):
    second, first = make_dependency(plan.entity, "Salud"), make_dependency(plan.entity, "Cultura")
    clinic, library = make_activity(plan, second, name="Jornada"), make_activity(plan, first, name="Lectura")
    held_on(library, date(2026, 2, 3), attendance_total=7)
    held_on(clinic, date(2026, 5, 6), topics="Vacunas", place="Parque")
    held_on(clinic, date(2026, 1, 8), attendance_total=9)
    context = shown(final(plan, "realizados"), "realizados")
    assert printed(context["space_table"]) == [
        ["Actividad", "Fecha", "Personas"],
        ["Salud"],
        ["Jornada", "8\u00a0ene\u00a02026", "9"],
        ["Cultura"],
        ["Lectura", "3\u00a0feb\u00a02026", "7"],
    ]
    assert [(block, [(sheets.activity, len(sheets.each)) for sheets in rows]) for block, rows in context["blocks"]] == [
        ("Salud", [("Jornada", 1)])
    ]


def test_what_all_sheets_of_an_activity_say_alike_is_said_once(plan):
    activity = make_activity(plan, make_dependency(plan.entity), name="Mesa")
    for day, topics in ((3, "Vías"), (9, "Agua")):
        held_on(activity, date(2026, 2, day), topics=topics, results="Acta firmada", attendance_total=day)
    context = shown(final(plan, "realizados"), "realizados")
    [(_block, [sheets])] = context["blocks"]
    assert sheets.shared == (("Resultados", "Acta firmada."),)
    assert [sheet.short[-1] for sheet in sheets.each] == [("Temas", "Vías."), ("Temas", "Agua.")]
    assert not context["space_table"]


def test_final_report_of_nothing_done_leaves_it_to_the_execution(plan):
    make_session(make_activity(plan, make_dependency(plan.entity)), date(2026, 2, 3))
    assert shown(final(plan, "realizados"), "realizados") is None


def test_facts_come_back_from_their_json(plan):
    held_on(make_activity(plan, make_dependency(plan.entity)), date(2026, 3, 9), hour=time(9), topics="Vías")
    taken = monthly(plan, MARCH)
    stored = json.loads(snapshot.canonical(taken))
    assert snapshot.load(stored) == taken
    assert snapshot.canonical(snapshot.load(stored)) == snapshot.canonical(taken)


@pytest.mark.parametrize("slug", ["realizados", "participantes", "metricas", "espacios", "viene"])
def test_number_of_queries_does_not_depend_on_the_size(plan, slug):
    lead = make_dependency(plan.entity)
    group = plan.entity.groups.create(name="Juntas")

    def grow(days):
        for day in (date(2026, 3, number) for number in days):
            for outside in (False, True):
                activity = make_activity(plan, lead, outside_plan=outside)
                session = held_on(activity, day, attendance_total=day.day, topics="Vías")
                session.attendances.create(group=group, people=day.day)
                make_commitment(plan, session=session)
                make_session(activity, day.replace(month=4))
                for kind in ("participantes", "alcance"):
                    activity.metrics.create(kind=kind, name=kind, value=3, period_from=day, period_to=day)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            monthly(plan, MARCH, slug)
        return len(captured)

    grow(range(1, 3))
    few = queries()
    grow(range(3, 28))
    assert queries() == few


def test_pages_stand_the_worst_input(plan):
    """Names of 300 characters, words of 60, another script, mark-up, 400 activities."""
    lead = make_dependency(plan.entity, "Secretaría " + "de la participación " * 9)
    names = ["x" * 60 + " <b>&</b> " + "participación " * 15, "Ẽbera 漢字 العربية \u202eoirartnoc"]
    for number in range(400):
        activity = make_activity(plan, lead, name=f"{number} {names[number % 2]}")
        session = held_on(activity, date(2026, 3, 1 + number % 28), attendance_total=number, attendance_note="“Varios”")
        if number % 40 == 0:
            session.summary = "\u2022\tUno\n\u25aa Dos\u00a0y tres\n\n\n- cuatro <script>"
            session.save()
    taken = monthly(plan, MARCH, "realizados", "participantes")
    assert shown(taken, "realizados")["lead"] == ("En marzo de 2026 se hicieron 400 espacios, de 400 actividades.")
    html = "".join(each.html for each in pages.placed(taken))
    assert "<script>" not in html
    assert [html.count(f"<li>{text}</li>") for text in ("Uno", "Dos y tres", "cuatro &lt;script&gt;")] == [10, 10, 10]


def test_activities_of_one_name_in_two_blocks_are_two(plan):
    for name in ("Planeación", "Hacienda"):
        held_on(make_activity(plan, make_dependency(plan.entity, name), name="Mesa"), date(2026, 3, 9))
    lead = shown(monthly(plan, MARCH, "realizados"), "realizados")["lead"]
    assert lead == "En marzo de 2026 se hicieron 2 espacios, de 2 actividades."


def test_words_of_who_came_are_not_said_again_when_they_name_a_group_that_was_counted(plan):
    session = held_on(make_activity(plan), date(2026, 3, 9), attendance_total=219, attendance_note="Ciudadanía.")
    session.attendances.create(group=plan.entity.groups.create(name="Ciudadanía"), people=219)
    (space,) = monthly(plan, MARCH, "realizados").facts("realizados").spaces
    assert spaces.groups(space) == "Ciudadanía: 219"


def test_what_was_held_before_its_date_is_not_said_to_be_left_to_do(plan):
    make_session(make_activity(plan), date(2026, 4, 6), held_on=date(2026, 3, 9), executed_units=1)
    taken = monthly(plan, MARCH)
    assert shown(taken, "realizados")["lead"].endswith("De ese total, 1 tenía fecha de otro mes.")
    assert ("Qué sigue", "Después del 31 de marzo de 2026 el plan programa 1 espacio más.") in shown(taken, "resumen")[
        "findings"
    ]


def test_what_ties_the_spaces_held_to_those_executed_is_said(plan):
    activity = make_activity(plan, make_dependency(plan.entity))
    held_on(activity, date(2026, 3, 9))
    make_session(activity, date(2026, 3, 30), held_on=date(2026, 2, 27), executed_units=1)
    make_session(activity, date(2026, 4, 20), held_on=date(2026, 3, 27), executed_units=1)
    assert shown(monthly(plan, MARCH), "realizados")["lead"] == (
        "En marzo de 2026 se hicieron 2 espacios, de 1 actividad. De ese total, 1 tenía fecha de otro mes. "
        "Lo ejecutado de marzo de 2026 cuenta también 1 de antes."
    )
    report = Report(plan=plan, kind="final", period="2026", cutoff=date(2026, 3, 31))
    assert shown(snapshot.take(report), "realizados")["lead"] == (
        "En todo el plan se hicieron 3 espacios, de 1 actividad. De ese total, 1 tenía fecha posterior al corte."
    )


def test_what_was_late_is_not_said_to_be_of_before(plan):
    activity = make_activity(plan, make_dependency(plan.entity))
    held_on(activity, date(2026, 3, 9))
    make_session(activity, date(2026, 3, 30), held_on=date(2026, 4, 7), executed_units=1)
    report = Report(plan=plan, kind="monthly", period="2026-03", cutoff=date(2026, 4, 30))
    assert shown(snapshot.take(report), "realizados")["lead"] == (
        "En marzo de 2026 se hizo 1 espacio, de 1 actividad. "
        "Lo ejecutado de marzo de 2026 cuenta también 1 de fuera de esos días."
    )
