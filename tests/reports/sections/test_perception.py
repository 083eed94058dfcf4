"""What a report tells of the evaluation of spaces, and what it never does."""

import json
from datetime import date
from fractions import Fraction

import pytest

from activities.models import Opinion
from reports import documents, published, sections, snapshot
from reports.models import Report
from reports.sections.perception import Facts
from reports.sections.perception.view import suggestions
from tests.activities.surveys.answering import make_answers
from tests.factories import make_activity, make_dependency, make_entity, make_plan
from tests.reports.taking import END, final, held, monthly, printed, shown

CANARY = "Canario Pérez"


@pytest.fixture
def plan(db):
    return make_plan(make_entity())


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_dependency(plan.entity, "Gobierno"), name="Audiencias")


def facts_of(taken) -> Facts | None:
    return taken.facts("percepcion")


def test_report_without_answers_has_no_such_section(plan, activity):
    held(activity, date(2026, 3, 16))
    assert facts_of(final(plan)) is None


def test_four_answers_are_told_by_no_report(plan, activity):
    make_answers(held(activity, date(2026, 3, 16)), 4, liked=CANARY)
    Opinion.objects.update(is_quotable=True)
    assert facts_of(final(plan)) is None
    assert facts_of(monthly(plan, date(2026, 3, 1))) is None


def test_month_tells_its_ratings_and_its_rate(plan, activity):
    make_answers(held(activity, date(2026, 3, 16), attendance_total=20), 4, answered_on=date(2026, 3, 16))
    make_answers(held(activity, date(2026, 3, 20)), 1, usefulness="nothing", would_return="no")
    make_answers(held(activity, date(2026, 4, 20)), 9)
    taken = monthly(plan, date(2026, 3, 1), "percepcion")
    found = shown(taken, "percepcion")
    assert found["lead"] == (
        "5 personas evaluaron 2 espacios, sin dar su nombre. "
        "Donde se contó a los asistentes respondieron 4 de 20: 20,0\xa0%."
    )
    assert printed(found["rating_table"])[:6] == [
        ["Respuesta", "Personas", "Parte"],
        ["¿Le fue útil?"],
        ["Mucho", "4", "80,0\xa0%"],
        ["Bastante", "0", "0,0\xa0%"],
        ["Poco", "0", "0,0\xa0%"],
        ["Nada", "1", "20,0\xa0%"],
    ]
    assert found["block_table"] is None and found["left_out"] == ""


def test_plan_less_its_months_never_tells_fewer_than_five(plan, activity):
    make_answers(held(activity, date(2026, 3, 16)), 6)
    make_answers(held(activity, date(2026, 4, 16)), 3)
    assert (facts_of(final(plan)).n, facts_of(final(plan)).left_out) == (6, 3)
    assert "3 respuestas más no se cuentan" in shown(final(plan), "percepcion")["left_out"]
    make_answers(held(activity, date(2026, 5, 16)), 2)
    assert (facts_of(final(plan)).n, facts_of(final(plan)).left_out) == (11, 0)
    assert facts_of(monthly(plan, date(2026, 4, 1))) is None


def test_blocks_are_told_of_a_plan_but_those_that_would_be_deduced(plan, activity):
    health = make_activity(plan, make_dependency(plan.entity, "Salud"))
    works = make_activity(plan, make_dependency(plan.entity, "Obras"))
    make_answers(held(activity, date(2026, 3, 16), attendance_total=10), 8, would_return="no")
    make_answers(held(health, date(2026, 3, 16)), 6)
    make_answers(held(works, date(2026, 3, 16)), 2)
    found = facts_of(final(plan))
    assert [(block.name, block.n, block.rate, block.useful, block.again) for block in found.blocks] == [
        ("Gobierno", 8, Fraction(8, 10), 1, 0),
        ("Salud", 6, None, None, None),
        ("Obras", 2, None, None, None),
    ]
    table = shown(final(plan), "percepcion")["block_table"]
    assert printed(table)[2] == ["Salud", "6", "–", "reservado", "reservado", "reservado"] and table.notes
    assert facts_of(monthly(plan, date(2026, 3, 1))).blocks == ()


def test_themes_are_counted_and_only_what_may_be_quoted_is(plan, activity):
    sound, hour = plan.themes.create(name="Sonido"), plan.themes.create(name="Hora")
    make_answers(held(activity, date(2026, 3, 16)), 5, improve="El sonido,\ntarde 😀")
    make_answers(held(activity, date(2026, 3, 18)), 2, improve=f"Lo dijo {CANARY}", liked="Todo")
    for opinion in Opinion.objects.filter(question="improve"):
        opinion.themes.add(sound)
    Opinion.objects.filter(question="improve").first().themes.add(hour)
    Opinion.objects.filter(pk=Opinion.objects.filter(question="improve").first().pk).update(is_quotable=True)
    taken = final(plan)
    found = shown(taken, "percepcion")
    [table] = found["theme_tables"]
    assert printed(table) == [["Tema", "Opiniones"], ["Sonido", "7"], ["Hora", "1"]]
    assert found["quotes"] == [("Qué se puede mejorar", ("El sonido, tarde 😀",))]
    assert "De 7 opiniones" in table.notes[0]
    assert list(suggestions(taken)) == [
        "{respuestas de la evaluación} personas evaluaron 2 espacios, sin dar su nombre.",
        "Lo que más piden mejorar es «Sonido»: lo nombran 7 de 7 opiniones.",
    ]
    assert [remark.sentence for remark in checks_of(plan)] == [
        "2 opiniones de quienes asistieron no tienen tema, y no salen en el cuadro de temas."
    ]


def checks_of(plan):
    report = Report(plan=plan, kind="final", period="2026", cutoff=END)
    scope = snapshot.scope_of(report)
    section = sections.of("percepcion")
    return list(section.checks(section.collect(scope), scope))


def test_private_words_are_nowhere_in_the_report_nor_its_data(plan, activity):
    make_answers(held(activity, date(2026, 3, 16)), 7, liked=CANARY, improve=f"De {CANARY}")
    taken = final(plan)
    html = published.paper(taken, "0" * 64)
    assert "Qué opinan quienes asistieron" in html and CANARY not in html
    files = published.files(taken, None)
    assert len(files) > 3 and not [file.name for file in files if CANARY.encode() in file.content]
    assert CANARY not in snapshot.canonical(taken).decode()


def test_facts_are_kept_whole(plan, activity):
    make_answers(held(activity, date(2026, 3, 16), attendance_total=9), 7, liked="Bien")
    taken = final(plan)
    assert published.load(json.loads(snapshot.canonical(taken))) == taken


def test_report_of_a_dependency_has_no_perception():
    kinds = documents.known()
    assert "percepcion" not in kinds["dependency"].sections
    assert [slug for slug, kind in kinds.items() if "percepcion" in kind.sections] == ["monthly", "final", "period"]
