"""What the desk of a draft offers to who writes: sentences from the figures, the text of the report before."""

from datetime import date

import pytest

from reports import actions, desk, sections, snapshot, texts, writing
from reports.forms import NarrativeForm
from tests.activities.surveys.answering import make_answers
from tests.factories import make_activity, make_commitment, make_dependency, make_session
from tests.reports.reporting import make_report

MARCH = date(2026, 3, 31)


@pytest.fixture
def draft(plan, planner, dependency):
    """March: 1 of 3 spaces of one dependency, with a late commitment; all of another's, which five people evaluated."""
    short = make_activity(plan, dependency, name="Mesa de diálogo")
    make_session(short, date(2026, 3, 3), planned_units=3, executed_units=1, held_on=date(2026, 3, 3))
    done = make_activity(plan, make_dependency(plan.entity, "Secretaría de Salud"))
    held = make_session(done, date(2026, 3, 5), executed_units=1, held_on=date(2026, 3, 5), attendance_total=40)
    make_answers(held, 5)
    make_commitment(plan, made_on=date(2026, 2, 1), due_on=date(2026, 3, 10))
    return actions.start_report(plan=plan, kind="monthly", period="2026-03", by=planner)


def writings(report, earlier=None) -> dict[str, desk.Writing]:
    form, seen = NarrativeForm(report=report), writing.seen_of(report)
    taken = snapshot.take(report)
    blocks = desk.blocks(report, taken, desk.in_spanish(taken), form, seen, {}, [], earlier)
    return {each.name: each for block in blocks for each in block.writings}


def test_sentences_name_their_figures(draft):
    reading = writings(draft)["reading"].sentences
    assert reading[0] == (
        "En marzo de 2026 se ejecutaron 2 de 4 espacios: 50,0\xa0%.",
        "En marzo de 2026 se ejecutaron {ejecutados en el periodo} de {programados en el periodo} espacios: "
        "{ejecución del periodo}.",
    )
    assert reading[2] == (
        "La ejecución más baja es la de «Secretaría de Gobierno»: 33,3\xa0%.",
        "La ejecución más baja es la de «Secretaría de Gobierno»: {ejecución de secretaría de gobierno}.",
    )


def test_sentences_of_recommendations_agree_with_any_number(draft):
    taken = snapshot.take(draft)
    figures = sections.figures((each.slug, each.facts) for each in taken.sections)
    assert [shown for shown, _text in desk.suggested(sections.known()["recomendaciones"], taken, figures)] == [
        "Registrar qué pasó con los espacios sin causa registrada o sin reporte: 2.",
        "Revisar con «Secretaría de Gobierno» qué le impidió ejecutar lo programado.",
        "Acordar otra fecha para los compromisos vencidos (1) y contarla a quienes esperan.",
    ]


def test_every_text_has_sentences_and_no_unknown_figure(draft):
    taken = snapshot.take(draft)
    figures = sections.figures((each.slug, each.facts) for each in taken.sections)
    for name, each in writings(draft).items():
        assert each.sentences, name
        assert texts.unknown_figures([text for _shown, text in each.sentences], figures) == {}, name


def test_plan_without_anything_suggests_no_figures(plan, planner):
    empty = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    found = {name: each.sentences for name, each in writings(empty).items() if each.sentences}
    assert list(found) == ["objective"]


def test_report_before_is_the_last_of_its_kind(draft, plan):
    make_report(plan, "monthly", "2026-01", cutoff=date(2026, 1, 31), narrative={"reading": "Enero."})
    last = make_report(plan, "monthly", "2026-02", cutoff=date(2026, 2, 28), narrative={"commitments": "Uno."})
    make_report(plan, "monthly", "2026-04", cutoff=date(2026, 4, 30), narrative={"reading": "Abril."})
    make_report(plan, "final", "2026", narrative={"reading": "El año."})
    assert desk.before(draft) == last
    found = writings(draft, desk.before(draft))
    assert (found["reading"].earlier, found["commitments"].earlier) == ("", "Uno.")
    assert desk.before(last).narrative == {"reading": "Enero."}
