"""A figure that people typed is compared with those of the report, when its sentence speaks of one."""

from datetime import date

import pytest

from reports import actions, checks, contradictions, pages, sections, snapshot
from tests.factories import make_activity, make_commitment, make_dependency, make_session


@pytest.fixture
def report(plan, planner, dependency):
    """22 of 30 spaces: 73,3 %; one block 20 of 25 (80 %), the other 2 of 5 (40 %); 1 of 2 commitments overdue."""
    for unit, planned, executed in ((dependency, 25, 20), (make_dependency(plan.entity, "Secretaría de Salud"), 5, 2)):
        activity = make_activity(plan, unit)
        done = {"planned_units": planned, "executed_units": executed, "held_on": date(2026, 3, 3)}
        make_session(activity, date(2026, 3, 3), **done)
    make_commitment(plan, due_on=date(2026, 4, 1))
    make_commitment(plan, due_on=date(2026, 4, 1), state="reported_done", closed_on=date(2026, 3, 20))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


def found(report, text) -> list[tuple[str, str]]:
    taken = snapshot.take(report)
    figures = sections.figures((each.slug, each.facts) for each in taken.sections)
    stated = contradictions.printed(pages.placed(taken), figures)
    return [(each.typed, each.nearest) for each in contradictions.found(text, figures, stated, taken.plan.unit.many)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("La ejecución total fue del 75,2 %.", [("75,2 %", "ejecución total")]),
        ("Salud tuvo una ejecución del 41%.", [("41%", "ejecución de secretaría de salud")]),
        ("El cumplimiento de los compromisos llegó al 62 %.", [("62 %", "cumplimiento de compromisos")]),
        ("Se ejecutaron 23 de 30 espacios.", [("23 de 30", "espacios ejecutados")]),
        (["Bien.", "De los espacios se hicieron 21 de 30."], [("21 de 30", "espacios programados")]),
        ("Ejecución: 99,1 %. Otra vez, ejecución: 99,1 %.", [("99,1 %", "ejecución total")]),
    ],
)
def test_figure_of_nobody_is_told_with_the_nearest(report, text, said):
    assert found(report, text) == said


@pytest.mark.parametrize(
    "text",
    [
        "La ejecución fue del 73,3 %.",
        "La ejecución fue del 73\xa0%, y la de Salud del 40%.",  # rounded; of a block
        "La ejecución fue del {ejecución total} y no del {ejecución total}.",
        "Se ejecutaron 22 de 30 espacios; en Salud, 2 de 5 espacios.",
        "Se cumplió 1 de 2 compromisos.",
        "El 95 % de las mujeres votó.",  # of nothing that the report counts
        "Se ejecutaron el 5 de mayo de 2026.",
    ],
)
def test_figure_of_the_report_and_what_is_none_are_let_be(report, text):
    assert found(report, text) == []


def test_draft_warns_of_it_with_a_link_and_is_published_all_the_same(client, plan, planner, report):
    actions.save_narrative(report=report, narrative={"reading": "La ejecución total fue del 75,2 %."}, by=planner)
    taken = snapshot.take(report)
    result = checks.of(report, taken, pages.placed(taken))
    said = "«Lectura de la ejecución» dice «75,2\xa0%», que no es una cifra de este informe."
    assert [(remark.sentence, remark.at) for remark in result.written] == [
        (f"{said} La más cercana: {{ejecución total}}, 73,3\xa0%.", "id_reading")
    ]
    client.force_login(planner)
    html = client.get(report.get_absolute_url()).content.decode()
    assert html.count(said) == 2  # before publishing, and beside the text
    assert f'{report.get_absolute_url()}#id_reading"' in html
    assert all("75,2" not in blocker.text for blocker in result.blockers)
