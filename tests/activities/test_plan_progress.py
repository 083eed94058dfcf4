"""A plan at a cut-off: blocks, phases, months, misses and notes; other plans; and a plain computation of it all."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection

from activities import progress
from activities.figures import Figure, Miss, Targets, Total
from activities.models import Activity, Session
from tests.activities.executions import APR, END, FEB, JAN, MAR, answered, figure, held, percentage
from tests.factories import make_activity, make_dependency, make_plan, make_session

# --- Blocks, phases, months -------------------------------------------------------------------------------------------


def test_block_is_the_line_else_who_leads_else_all_else_nobody_in_the_order_of_activities(plan, dependency):
    line = plan.lines.create(name="Estrategia de difusión")
    support = make_dependency(plan.entity, "Secretaría de Apoyo")
    for fields in (
        {"name": "sin nadie"},
        {"name": "de todas", "all_dependencies": True},
        {"name": "con línea", "line": line, "lead": dependency},
        {"name": "con quien lidera", "lead": dependency, "all_dependencies": True},
    ):
        held(make_activity(plan, **fields), JAN)
    only_support = make_activity(plan)
    only_support.responsibilities.create(dependency=support, part="support")
    held(only_support, JAN)
    found = progress.of_plan(plan, END)
    assert [(block.key[0], block.name, block.figure) for block in found.blocks] == [
        ("none", "Sin responsable", figure(2, 2)),
        ("all", "Todas las dependencias", figure(1, 1)),
        ("line", "Estrategia de difusión", figure(1, 1)),
        ("dependency", "Secretaría de Gobierno", figure(1, 1)),
    ]
    assert found.activities[only_support.pk].block == "Sin responsable"


def test_many_dependencies_groups_people_and_metrics_do_not_multiply_units(plan, dependency):
    activity = make_activity(plan, dependency)
    for _ in range(3):
        activity.responsibilities.create(dependency=make_dependency(plan.entity), part="support")
        group = plan.entity.groups.create(name=f"Grupo {_}")
        activity.groups.add(group)
        activity.metrics.create(
            kind="alcance", name="Alcance", value=9, period_from=JAN, period_to=JAN + timedelta(days=_)
        )
    session = held(activity, JAN, 2, planned_units=3)
    for group in plan.entity.groups.all():
        session.attendances.create(group=group, people=5)
    found = progress.of_plan(plan, END)
    assert found.total == found.blocks[0].figure == figure(3, 2, 1)
    joined = Session.objects.filter(activity__groups__name__startswith="Grupo", attendances__people=5)
    assert joined.count() == 9
    assert progress.execution(joined, END) == figure(3, 2, 1)


def test_phases_are_those_of_the_plan_and_what_has_none(plan):
    first = plan.phases.create(number=1, name="Diagnóstico")
    plan.phases.create(number=2, name="Formulación")
    held(make_activity(plan, phase=first), JAN)
    make_session(make_activity(plan), JAN)
    found = progress.of_plan(plan, END)
    assert [(phase.name, phase.figure) for phase in found.phases] == [
        ("1. Diagnóstico", figure(1, 1)),
        ("2. Formulación", figure(0, 0)),
        ("Sin fase", figure(1, 0, 1)),
    ]


def test_plan_whose_activities_all_have_a_phase_shows_no_other(plan):
    held(make_activity(plan, phase=plan.phases.create(number=1, name="Diagnóstico")), JAN)
    assert [phase.name for phase in progress.of_plan(plan, END).phases] == ["1. Diagnóstico"]


def test_plan_without_phases_shows_none(plan):
    held(make_activity(plan), JAN)
    assert progress.of_plan(plan, END).phases == ()


def test_months_go_from_the_first_of_the_plan_to_the_cut_off_without_holes(entity):
    plan = make_plan(entity, starts_on=date(2025, 11, 10), ends_on=date(2026, 6, 30))
    held(make_activity(plan), date(2025, 12, 24))
    found = progress.of_plan(plan, date(2026, 2, 3))
    assert [(month.last_day, month.figure.planned) for month in found.months] == [
        (date(2025, 11, 30), 0),
        (date(2025, 12, 31), 1),
        (date(2026, 1, 31), 0),
        (date(2026, 2, 28), 0),
    ]
    assert progress.of_plan(plan, date(2030, 1, 1)).months[-1].last_day == date(2026, 6, 30)


def test_months_reach_what_is_planned_before_and_after_the_plan(entity):
    plan = make_plan(entity, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    activity = make_activity(plan)
    held(activity, date(2026, 2, 10))
    held(activity, date(2026, 5, 10))

    def months(on):
        return [(month.last_day.month, month.figure.planned) for month in progress.of_plan(plan, on).months]

    assert months(date(2026, 2, 9)) == []
    assert months(date(2026, 2, 10)) == [(2, 1)]
    assert months(date(2026, 5, 9)) == [(2, 1), (3, 0)]
    assert months(date(2026, 5, 10)) == months(END) == [(2, 1), (3, 0), (4, 0), (5, 1)]


def test_miss_says_all_that_its_session_says(plan, dependency):
    activity = make_activity(plan, dependency, number="1.1", name="Foro")
    session = held(activity, JAN, 1, planned_units=4, reason="Lluvias", carried_to_year=2027, planned_precision="month")
    held(activity, FEB, 1, footnote="En otra sede.")  # done as planned, with a note
    (miss,) = progress.of_plan(plan, END).misses
    assert miss == Miss(
        *(activity.pk, session.pk, "1.1", "Foro", "Secretaría de Gobierno", JAN, "month"),
        *(4, 1, True, "Lluvias", 2027),
    )


def test_note_of_a_measuring_date_stands_under_its_block(plan):
    answered(percentage(plan), JAN, 1, 2, footnote="En otra sede.")
    found = progress.of_plan(plan, END)
    assert (found.misses, found.blocks[0].footnotes) == ((), ("En otra sede.",))


def test_blocks_and_phases_say_how_many_of_their_targets_were_met(plan, dependency):
    first = plan.phases.create(number=1, name="Diagnóstico")
    answered(percentage(plan, lead=dependency, phase=first), JAN, 2, 2)
    answered(percentage(plan, lead=dependency), JAN, 1, 2)
    held(make_activity(plan), JAN)
    found = progress.of_plan(plan, END)
    assert [(block.name, block.targets) for block in found.blocks] == [
        ("Secretaría de Gobierno", Targets(1, 2, 1, 2)),
        ("Sin responsable", Targets()),
    ]
    assert [(phase.name, phase.targets) for phase in found.phases] == [
        ("1. Diagnóstico", Targets(1, 1, 0, 1)),
        ("Sin fase", Targets(0, 1, 1, 1)),
    ]
    assert [known.phase for known in found.activities.values()] == ["1. Diagnóstico", "", ""]


def test_miss_of_a_session_held_on_the_cut_off_is_reported(plan):
    make_session(make_activity(plan), JAN, planned_units=3, held_on=FEB, executed_units=1)
    early, on_time = (progress.of_plan(plan, on).misses[0] for on in (FEB - timedelta(days=1), FEB))
    assert (early.executed, early.reported) == (0, False)
    assert (on_time.executed, on_time.reported) == (1, True)


def test_change_of_the_very_cut_off_is_in_force(plan):
    activity = make_activity(plan)
    make_session(activity, APR, planned_units=2)
    make_session(activity, APR, planned_precision="month", planned_units=3, in_force_from=FEB)
    make_session(activity, MAR, planned_units=4, withdrawn_on=FEB)
    make_session(activity, MAR, planned_precision="month", planned_units=5, in_force_from=FEB, withdrawn_on=MAR)

    def bridge(on):
        found = progress.of_plan(plan, on)
        return found.baseline, found.added, found.withdrawn, found.scheduled_after

    assert bridge(FEB - timedelta(days=1)) == (6, 0, 0, 6)
    assert bridge(FEB) == (6, 8, 4, 10)
    assert bridge(MAR) == (6, 8, 9, 5)
    assert progress.of_plan(make_plan(plan.entity), MAR).baseline == 0


def test_footnotes_of_a_block_are_its_distinct_lines_and_those_not_due_wait(plan, dependency):
    one, two = make_activity(plan, dependency), make_activity(plan, dependency)
    held(one, JAN, footnote="Se hizo en dos tandas.\nEn otra sede.")
    make_session(two, FEB, footnote=" Se hizo en  dos tandas. ", reason="Se hizo en dos tandas.")
    make_session(two, APR, footnote="Aún no.")
    found = progress.of_plan(plan, MAR)
    assert found.blocks[0].footnotes == ("Se hizo en dos tandas.", "En otra sede.")
    assert progress.of_plan(make_plan(plan.entity), MAR).blocks == ()


def test_footnotes_and_misses_follow_activities_dates_and_writing(plan, dependency):
    last, first, second = (make_activity(plan, dependency, order=order) for order in (9, 1, 1))
    for activity, planned_on, precision, note in (
        (last, JAN, "day", "Quinta"),
        (second, JAN, "day", "Cuarta"),
        (first, FEB, "month", "Segunda"),
        (first, FEB, "day", "Tercera"),
        (first, JAN, "day", "Primera"),
    ):
        make_session(activity, planned_on, planned_precision=precision, footnote=note, reason=note)
    found = progress.of_plan(plan, END)
    expected = ("Primera", "Segunda", "Tercera", "Cuarta", "Quinta")
    assert found.blocks[0].footnotes == expected
    assert tuple(miss.reason for miss in found.misses) == expected


def test_block_without_notes_has_none(plan):
    held(make_activity(plan), JAN)
    assert progress.of_plan(plan, END).blocks[0].footnotes == ()


def test_misses_follow_blocks_activities_and_dates(plan, dependency):
    line = plan.lines.create(name="Difusión")
    last = make_activity(plan, dependency, order=5000)
    first = make_activity(plan, line=line, order=10)
    middle = make_activity(plan, dependency, order=15)
    for activity in (last, first, middle):
        make_session(activity, FEB)
        make_session(activity, JAN)
    found = progress.of_plan(plan, END)
    assert [(miss.activity, miss.planned_on) for miss in found.misses] == [
        *((first.pk, JAN), (first.pk, FEB)),
        *((middle.pk, JAN), (middle.pk, FEB), (last.pk, JAN), (last.pk, FEB)),
    ]


# --- Other plans, and what is written meanwhile -----------------------------------------------------------------------


def everything(plan, dependency):
    """Some of all that may count: sessions, percentage targets, what waits, what came and went, notes and reasons."""
    phase, line = plan.phases.create(number=1, name="Diagnóstico"), plan.lines.create(name="Difusión")
    forum = make_activity(plan, dependency, phase=phase)
    held(forum, JAN, 3, planned_units=2, footnote="Se hizo en dos tandas.")
    make_session(forum, FEB, carried_to_year=2027, footnote="Pasa a otra vigencia.")
    make_session(forum, APR, planned_units=4)
    make_session(forum, JAN, planned_precision="month", planned_units=5, in_force_from=FEB)
    make_session(forum, MAR, planned_units=6, withdrawn_on=FEB)
    answered(percentage(plan, line=line), JAN, 1, 2, reason="Faltó personal")
    answered(percentage(plan, number="5.2", name="Respuesta a peticiones"), JAN, 0, 0)
    held(make_activity(plan, all_dependencies=True, phase=phase), JAN)
    held(make_activity(plan, outside_plan=True), JAN, 7, planned_units=9)


def test_no_figure_knows_of_another_plan(plan, dependency):
    everything(plan, dependency)
    sessions = Session.objects.filter(activity__plan=plan)

    def figures():
        found = progress.of_plan(plan, MAR)
        return [
            *(found, progress.of_plan(plan, MAR, {dependency.pk})),
            *(progress.execution(sessions, MAR), progress.of_plans([plan], MAR)),
        ]

    before = figures()
    other = make_plan(plan.entity)
    everything(other, make_dependency(plan.entity))
    assert figures() == before
    assert before[0].total == figure(9, 3, 6, 1)


@pytest.mark.parametrize("statement", range(1, 9))
def test_activity_added_while_the_plan_is_read_does_not_break_it(plan, dependency, statement):
    """Eight statements are no snapshot: what comes between two of them is in no list of activities yet."""
    held(make_activity(plan, dependency), JAN)
    number = 0

    def look(execute, sql, params, many, context):
        nonlocal number
        number += 1
        if number == statement:
            late = make_activity(plan, dependency)
            make_session(late, JAN, footnote="Apenas llega.")
            answered(percentage(plan), JAN, 1, 2)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        found = progress.of_plan(plan, MAR)
    assert found.activities.keys() >= {miss.activity for miss in found.misses}
    assert len(found.activities) in (1, 3)


# --- Any set, several plans, one dependency ---------------------------------------------------------------------------


def test_execution_of_two_halves_adds_up_to_the_plan(plan):
    activity = make_activity(plan)
    held(activity, JAN, 3, planned_units=2)
    make_session(activity, FEB)
    answered(percentage(plan), JAN, 1, 3)
    sessions = Session.objects.filter(activity__plan=plan)
    early, late = (
        progress.execution(half, END)
        for half in (sessions.filter(planned_on__lte=JAN), sessions.filter(planned_on__gt=JAN))
    )
    assert (early, late) == (figure(2, 2, 0, 1), figure(1, 0, 1))
    assert progress.execution(sessions, END) == progress.of_plan(plan, END).total
    assert progress.execution(sessions.order_by("planned_on")[:2], END) == early


def test_several_plans_have_their_totals_in_two_statements(entity, django_assert_num_queries):
    plans = [make_plan(entity) for _ in range(4)]
    held(make_activity(plans[0]), JAN)
    make_session(make_activity(plans[1]), JAN)
    answered(percentage(plans[1]), JAN, 1, 2)
    answered(percentage(plans[2]), JAN, 0, 0)
    percentage(plans[2])
    with django_assert_num_queries(2):
        found = progress.of_plans(plans, END)
    assert [(found[plan.pk].figure, found[plan.pk].targets) for plan in plans] == [
        (figure(1, 1), Targets()),
        (figure(1, 0, 1), Targets(0, 1, 1, 1)),
        (figure(0, 0), Targets(total=2)),
        (figure(0, 0), Targets()),
    ]
    for plan in plans:
        whole = progress.of_plan(plan, END)
        assert found[plan.pk] == Total(whole.total, whole.targets)


def test_dependency_sees_what_names_it_and_what_is_of_all_and_the_view_does_not_add_up(plan, dependency):
    other = make_dependency(plan.entity, "Secretaría de Hacienda")
    shared = make_activity(plan, dependency)
    shared.responsibilities.create(dependency=other, part="support")
    held(shared, JAN)
    make_session(make_activity(plan, other), JAN, planned_units=4)
    held(make_activity(plan, all_dependencies=True), JAN)
    held(make_activity(plan), JAN)
    answered(percentage(plan, lead=dependency), JAN, 2, 2)
    answered(percentage(plan, lead=other), JAN, 1, 2)
    whole = progress.of_plan(plan, END)
    own = progress.of_plan(plan, END, dependencies={dependency.pk})
    assert whole.total == figure(7, 3, 4)
    assert own.total == figure(2, 2)
    assert (whole.targets, own.targets) == (Targets(1, 2, 1, 2), Targets(1, 1, 0, 1))
    assert (own.baseline, own.months[0].figure, own.misses) == (2, figure(2, 2), ())
    assert progress.of_plan(plan, END, dependencies={other.pk}).total == figure(6, 2, 4)


@pytest.mark.parametrize("size", [1, 12])
def test_statements_do_not_grow_with_the_plan(plan, dependency, django_assert_num_queries, size):
    phase, line = plan.phases.create(number=1, name="Diagnóstico"), plan.lines.create(name="Difusión")
    for n in range(size):
        held(make_activity(plan, dependency, phase=phase), JAN)
        make_session(make_activity(plan, line=line), JAN + timedelta(days=31 * (n % 3)))
        answered(percentage(plan), JAN, n, n + 1)
    with django_assert_num_queries(8):
        progress.of_plan(plan, FEB)
    with django_assert_num_queries(8):
        progress.of_plan(plan, FEB, dependencies={dependency.pk})
    with django_assert_num_queries(1):
        progress.execution(Session.objects.filter(activity__plan=plan), FEB)


# --- Against a plain computation --------------------------------------------------------------------------------------


def plainly(activities, on) -> Figure:
    """The definition, sentence by sentence, row by row."""
    planned, executed, unexplained, excess = 0, 0, 0, 0
    for activity in activities:
        if activity.target_kind == Activity.TargetKind.PERCENTAGE:
            continue
        for session in in_force_and_due(activity, on):
            done = session.executed_units or 0 if session.held_on and session.held_on <= on else 0
            planned += session.planned_units
            executed += min(done, session.planned_units)
            excess += max(0, done - session.planned_units)
            if not session.reason:
                unexplained += session.planned_units - min(done, session.planned_units)
    return Figure(planned, executed, unexplained, excess)


def in_force_and_due(activity, on) -> list[Session]:
    return [
        session
        for session in activity.sessions.order_by("planned_on", "pk")
        if session.planned_on <= on
        and (session.in_force_from is None or session.in_force_from <= on)
        and (session.withdrawn_on is None or session.withdrawn_on > on)
    ]


def measured_plainly(activity, on) -> tuple[str, int, int, str]:
    """State, attended, received and reason of a percentage target, by the definition."""
    due = [session for session in in_force_and_due(activity, on) if session.planned_units]
    told = [one for one in due if one.denominator is not None and (one.held_on is None or one.held_on <= on)]
    attended, received = sum(one.numerator for one in told), sum(one.denominator for one in told)
    refused = [one for one in due if one.executed_units == 0]
    if not due:
        return "not_yet_due", 0, 0, ""
    if len(told) + len(refused) < len(due):
        state = "not_reported"
    elif received:
        state = "met" if Fraction(attended, received) >= Fraction(activity.target_value) / 100 else "short"
    else:
        state = "short" if refused else "no_demand"
    return state, attended, received, due[-1].reason


def add(figures):
    figures = list(figures)
    return Figure(
        sum(each.planned for each in figures),
        sum(each.executed for each in figures),
        sum(each.unexplained for each in figures),
        sum(each.excess for each in figures),
    )


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_any_plan_add_up_to_what_the_definition_says(plan, seed):
    chance = random.Random(seed)
    phases = [None, plan.phases.create(number=1, name="Diagnóstico"), plan.phases.create(number=2, name="Control")]
    lines = [None, None, plan.lines.create(name="Difusión")]
    leads = [None, *(make_dependency(plan.entity) for _ in range(3))]
    activities = []
    for _ in range(30):
        ratio = chance.random() < 0.3
        activity = make_activity(
            plan,
            chance.choice(leads),
            phase=chance.choice(phases),
            line=chance.choice(lines),
            target_kind="percentage" if ratio else "count",
            target_value=chance.choice([80, 95, 100]),
        )
        activities.append(activity)
        for day in chance.sample(range(300), chance.randrange(5)):
            planned_on = date(2026, 1, 1) + timedelta(days=day)
            told = chance.random()
            held_on = planned_on + timedelta(days=chance.randrange(-10, 60)) if told > 0.3 else None
            asked = chance.randrange(4)
            make_session(
                activity,
                planned_on,
                planned_units=chance.randrange(5),
                held_on=held_on,
                executed_units=chance.randrange(1, 6) if held_on else chance.choice([None, 0]),
                denominator=asked if held_on and ratio else None,
                numerator=chance.randrange(asked + 1) if held_on and ratio else None,
                reason=chance.choice(["", "Lluvias"]),
                in_force_from=planned_on - timedelta(days=40) if chance.random() < 0.3 else None,
                withdrawn_on=planned_on + timedelta(days=chance.randrange(40)) if chance.random() < 0.2 else None,
            )
    for on in (date(2026, 2, 14), date(2026, 6, 30), END):
        expected = plainly(Activity.objects.filter(plan=plan).prefetch_related("sessions"), on)
        found = progress.of_plan(plan, on)
        assert found.total == expected
        assert add(block.figure for block in found.blocks) == expected
        assert add(phase.figure for phase in found.phases) == expected
        assert add(known.figure for known in found.activities.values()) == expected
        assert add(month.figure for month in found.months) == expected or not found.total.planned
        assert progress.execution(Session.objects.filter(activity__plan=plan), on) == expected
        assert progress.of_plans([plan], on) == {plan.pk: Total(expected, found.targets)}
        assert sum(miss.planned - miss.executed for miss in found.misses) == expected.shortfall
        silent = [miss for miss in found.misses if not miss.reason]
        assert sum(miss.planned - miss.executed for miss in silent) == expected.unexplained
        assert {
            target.activity: (target.state, target.attended, target.received, target.reason)
            for target in found.percentages
        } == {
            activity.pk: measured_plainly(activity, on)
            for activity in activities
            if activity.target_kind == Activity.TargetKind.PERCENTAGE
        }
        for parts in (found.blocks, found.phases):
            assert sum(part.targets.met for part in parts) == found.targets.met
            assert sum(part.targets.counted for part in parts) == found.targets.counted
