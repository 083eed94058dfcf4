"""Observations and recommendations: rows of a report that return in the next one with what became of them."""

import json
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.refusals import Stale
from reports import actions, checks, pages, published, signing, snapshot
from reports.models import Outcome, Point, Report
from tests.factories import make_activity, make_dependency
from tests.reports.reporting import approve, make_published, make_report
from tests.reports.sample import FINAL
from tests.reports.taking import held, printed, shown

SEP, OCT = date(2026, 9, 30), date(2026, 10, 31)


@pytest.fixture
def september(plan):
    return make_published(approve(plan), kind="monthly", period="2026-09", cutoff=SEP, number="2026-007")


@pytest.fixture
def october(plan, september):
    return make_report(plan, kind="monthly", period="2026-10", cutoff=OCT)


def recommend(report, text="Avisar antes.", number=1, **fields) -> Point:
    return Point.objects.create(report=report, kind="recommendation", text=text, number=number, **fields)


def tell(report, point, state="in_progress", text="Se empezó.") -> Outcome:
    return Outcome.objects.create(report=report, point=point, state=state, text=text)


def rows(report) -> list[list[str]]:
    context = shown(snapshot.take(report), "recomendaciones")
    return printed(context["returned_table"])[1:] if context else []


def checked(report) -> checks.Checks:
    taken = snapshot.take(report)
    return checks.of(report, taken, pages.placed(taken))


def asked(report) -> list[str]:
    """What the checks ask of recommendations."""
    return [remark.sentence for remark in checked(report).remarks if remark.at == "seccion-recomendaciones"]


# --- Of a report ------------------------------------------------------------------------------------------------------


def test_section_is_there_only_when_somebody_wrote_a_point(plan, dependency):
    report = make_report(plan)
    assert shown(snapshot.take(report), "recomendaciones") is None
    recommend(report, "• Avisar\nantes: faltó {espacios sin ejecutar}.", owner=dependency, due_on=date(2026, 10, 15))
    recommend(report, "Ir a la vereda.", number=2)
    context = shown(snapshot.take(report), "recomendaciones")
    assert [(point.number, point.text, aside) for point, aside in context["points"]] == [
        (1, "Avisar antes: faltó 0.", f"{dependency.name} · plazo: 15\u00a0oct\u00a02026"),
        (2, "Ir a la vereda.", ""),
    ]


def test_figure_that_a_point_misspells_is_told_before_publishing(plan):
    report = make_report(plan)
    recommend(report, "Faltó {espacios}.")
    (remark,) = checked(report).written
    assert remark.sentence.startswith("«{espacios}» no es una cifra de este informe")
    assert remark.at == "seccion-recomendaciones"


def test_typed_figure_of_a_point_is_compared_with_the_pages_and_not_with_itself(plan, dependency):
    held(make_activity(plan, dependency), date(2026, 3, 2))
    report = make_report(plan)
    recommend(report, "La ejecución total fue de 97,2 %.")
    assert [remark.sentence for remark in checked(report).written] == [
        "«Recomendaciones» dice «97,2\u00a0%», que no es una cifra de este informe. "
        "La más cercana: {ejecución total}, 100,0\u00a0%."
    ]


def test_point_that_changes_voids_the_signatures(plan, planner):
    report = make_report(plan)
    point = actions.save_point(point=Point(report=report, kind="recommendation", text="Avisar antes."), by=planner)
    signing.sign(report=report, position="Profesional", seen=report.revision, on=SEP, by=planner)
    actions.save_point(point=point, by=planner)
    assert signing.standing(report) == []


def test_new_point_goes_last_and_those_after_one_taken_out_move_up(plan, planner):
    report = make_report(plan)
    for text in ("Una", "Dos", "Tres"):
        actions.save_point(point=Point(report=report, kind="recommendation", text=text), by=planner)
    actions.delete_point(point=report.points.get(text="Una"), by=planner)
    assert list(report.points.values_list("number", "text")) == [(1, "Dos"), (2, "Tres")]
    report.refresh_from_db()
    assert report.revision == 4  # a preview under way is of an older draft


def test_points_of_a_kind_have_room_for_as_much_as_a_text(plan, planner):
    report = make_report(plan)
    recommend(report, "a " * 9_000)
    with pytest.raises(ValidationError, match="Entre todas caben 20000 caracteres"):
        actions.save_point(point=Point(report=report, kind="recommendation", text="b " * 1_001), by=planner)


def test_point_over_somebody_elses_or_of_a_published_report_is_refused(plan, planner, september):
    point = recommend(make_report(plan))
    with pytest.raises(Stale):
        actions.save_point(point=point, seen=7, by=planner)
    with pytest.raises(Stale, match="ya está publicado"):
        actions.save_point(point=recommend(september), by=planner)


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_how_it_ended_is_said_in_words(october, september, planner, state):
    outcome = Outcome(report=october, point=recommend(september), state=state)
    with pytest.raises(ValidationError, match="Diga qué se hizo, o por qué no se hará"):
        actions.save_outcome(outcome=outcome, by=planner)
    with pytest.raises(IntegrityError), transaction.atomic():
        outcome.save()


def test_correction_starts_from_copies_that_know_where_they_began(plan, planner, september):
    point = recommend(september)
    tell(september, recommend(make_published(plan, kind="monthly", period="2026-08", cutoff=date(2026, 8, 31))))
    correction = actions.start_report(plan=plan, kind="monthly", period="2026-09", by=planner)
    assert [(each.number, each.text, each.root) for each in correction.points.all()] == [(1, "Avisar antes.", point.pk)]
    assert list(correction.outcomes.values_list("state", "text")) == [("in_progress", "Se empezó.")]


# --- In the reports that follow ---------------------------------------------------------------------------------------


def test_recommendation_returns_with_nothing_said_of_it(september, october, dependency):
    recommend(september, owner=dependency, due_on=date(2026, 10, 30))
    recommend(september, "Ir a la vereda.", 2, due_on=OCT)
    name = "Informe mensual · septiembre de 2026"
    assert rows(october) == [
        [
            f"2026-007, recomendación 1 [{name}]",
            f"Avisar antes. [{dependency.name} · plazo: 30\u00a0oct\u00a02026]",
            "Sin empezar [Plazo vencido]",
            "–",
        ],
        [f"2026-007, recomendación 2 [{name}]", "Ir a la vereda. [plazo: 31\u00a0oct\u00a02026]", "Sin empezar", "–"],
    ]
    taken = snapshot.take(october)
    assert shown(taken, "recomendaciones")["returned_lead"] == (
        "De los informes anteriores: 2 (2 con «Sin empezar»). Con el plazo vencido: 1."
    )
    assert asked(october) == [
        "Este informe no dice qué pasó con recomendaciones de informes anteriores cuyo plazo ya venció: "
        "2026-007, recomendación 1."
    ]


def test_report_says_what_became_of_it_and_the_next_one_no_more(plan, september, october):
    point = recommend(september, due_on=date(2026, 10, 30))
    tell(october, point, "done", "Se avisó.")
    assert [row[2:] for row in rows(october)] == [["Hecho", "Se avisó."]]
    assert asked(october) == []
    november = make_report(plan, kind="monthly", period="2026-11", cutoff=date(2026, 11, 30))
    assert [row[2:] for row in rows(november)] == [["Sin empezar [Plazo vencido]", "–"]]  # October is a draft
    publish(october)
    assert rows(november) == []
    assert [row[2:] for row in rows(make_report(plan))] == [["Hecho", "Se avisó."]]  # the final report tells of all


def publish(report: Report) -> None:
    model = make_published(report.plan, kind="monthly", period="2026-01", number="2026-999")
    names = ("snapshot", "snapshot_sha256", "file", "pdf_sha256", "published_at")
    kept = {name: getattr(model, name) for name in names}
    Report.objects.filter(pk=report.pk).update(state="published", number="2026-008", **kept)


def test_recommendation_in_progress_returns_as_it_was_last_told(plan, september, october):
    tell(october, recommend(september))
    publish(october)
    november = make_report(plan, kind="monthly", period="2026-11", cutoff=date(2026, 11, 30))
    assert [row[2:] for row in rows(november)] == [["En curso", "Se empezó."]]


def test_later_report_of_an_earlier_month_knows_nothing_of_what_came(plan, september, october):
    recommend(september)
    august = make_report(plan, kind="monthly", period="2026-08", cutoff=date(2026, 8, 31))
    assert rows(august) == []


def test_corrected_recommendation_returns_as_it_was_corrected(plan, planner, september, october):
    point = recommend(september)
    tell(october, point)
    correction = actions.start_report(plan=plan, kind="monthly", period="2026-09", by=planner)
    correction.points.update(text="Avisar ocho días antes.")
    Report.objects.filter(pk=september.pk).update(state="superseded")
    publish(correction)
    assert [(row[1], row[3]) for row in rows(october)] == [("Avisar ocho días antes.", "Se empezó.")]


def test_figure_in_a_recommendation_that_returns_is_that_of_then(plan, september, october):
    stored = json.loads(snapshot.canonical(FINAL))
    own = {"number": 1, "text": "Faltó 7.", "owner": "", "due_on": None}
    section = {"slug": "recomendaciones", "schema": 2, "title": "", "texts": {}}
    september.snapshot = stored | {"sections": [section | {"facts": {"own": [own], "returned": []}}]}
    september.save()
    recommend(september, "Faltó {espacios sin ejecutar}.")
    assert [row[1] for row in rows(october)] == ["Faltó 7."]


def test_report_of_a_dependency_has_what_it_owns(plan, entity, dependency, september):
    recommend(september, "Suya.", owner=dependency)
    recommend(september, "De otra.", 2, owner=make_dependency(entity))
    own = make_report(plan, kind="dependency", cutoff=OCT, dependency=dependency)
    assert [row[1] for row in rows(own)] == [f"Suya. [{dependency.name}]"]


@pytest.mark.parametrize("many", [1, 9])
def test_points_take_the_same_queries_however_many_return(plan, september, october, many):
    for number in range(1, many + 1):
        tell(october, recommend(september, number=number))
    with CaptureQueriesContext(connection) as found:
        snapshot.take(october, only=("recomendaciones",))
    assert len(found) == 10


# --- What was stored before -------------------------------------------------------------------------------------------


def test_lists_of_the_first_schema_open_as_points(plan):
    section = {"schema": 1, "facts": {}, "title": "Observaciones", "slug": "observaciones"}
    stored = json.loads(snapshot.canonical(FINAL))
    stored["sections"] = [section | {"texts": {"observations": ["Una.", "Dos."]}}]
    taken = published.load(stored)
    assert [(point.number, point.text) for point, _aside in shown(taken, "observaciones")["points"]] == [
        (1, "Una."),
        (2, "Dos."),
    ]


def test_lists_of_drafts_become_rows_and_go_back(plan):
    lists = {"reading": "Así fue.", "observations": ["Una", " "], "recommendations": ["Dos", "Tres"]}
    before = make_published(plan, narrative=lists)
    draft = make_report(plan, version=2, narrative=lists | {"recommendations": ["Dos", "Cuatro"]})
    migration = import_module("reports.migrations.0011_lists_become_points")
    migration.to_rows(apps, None)
    draft.refresh_from_db(), before.refresh_from_db()
    assert (draft.narrative, before.narrative) == ({"reading": "Así fue."}, lists)
    first = {point.text: point.pk for point in before.points.all()}
    assert list(draft.points.values_list("kind", "number", "text", "origin")) == [
        ("observation", 1, "Una", first["Una"]),
        ("recommendation", 1, "Dos", first["Dos"]),
        ("recommendation", 2, "Cuatro", None),
    ]
    migration.to_lists(apps, None)
    draft.refresh_from_db()
    assert draft.narrative == {"reading": "Así fue.", "observations": ["Una"], "recommendations": ["Dos", "Cuatro"]}
    assert not Point.objects.exists()


# --- On the desk ------------------------------------------------------------------------------------------------------


def test_desk_has_a_row_each_and_a_page_to_write_it(client, planner, plan, september, october, dependency):
    old = recommend(september, "Avisar antes.")
    client.force_login(planner)
    place = [plan.entity.slug, plan.slug, october.pk]
    write = reverse("reports:point_create", args=[*place, "recomendaciones"])
    tell_address = reverse("reports:outcome_update", args=[*place, old.pk])
    desk = client.get(october.get_absolute_url()).content.decode()
    assert write in desk and tell_address in desk and "Nadie ha dicho qué pasó" in desk
    form = client.get(write).content.decode()
    assert 'data-choices="Cifras de este informe"' in form and r'"ejecuci\u00f3n total"' in form
    data = {"text": "Ir a la vereda.", "owner": dependency.pk, "due_on": "2026-11-15", "revision": 0}
    answer = client.post(write, {**data, "then": "another"})
    assert answer.url == write
    point = october.points.get()
    assert (point.kind, point.number, point.owner, point.due_on) == (
        "recommendation",
        1,
        dependency,
        date(2026, 11, 15),
    )
    answer = client.post(tell_address, {"state": "done", "text": "Se avisó.", "revision": 0})
    assert answer.url == f"{october.get_absolute_url()}#seccion-recomendaciones"
    desk = client.get(october.get_absolute_url()).content.decode()
    assert "Ir a la vereda." in desk and "Hecho" in desk and "plazo: 15 de noviembre de 2026" in desk
    wrong = client.post(tell_address, {"state": "dropped", "text": "", "revision": 1})
    assert "Diga qué se hizo, o por qué no se hará." in wrong.content.decode()
    client.post(reverse("reports:point_delete", args=[*place, point.pk]))
    assert not october.points.exists()


def test_page_of_a_point_says_who_changed_it_meanwhile(client, planner, plan):
    point = recommend(make_report(plan))
    address = reverse("reports:point_update", args=[plan.entity.slug, plan.slug, point.report_id, point.pk])
    client.force_login(planner)
    Point.objects.filter(pk=point.pk).update(text="Lo de otra.", revision=1)
    answer = client.post(address, {"text": "Lo mío.", "revision": 0})
    assert [clash[2:4] for clash in answer.context["form"].clashes] == [("Lo de otra.", "Lo mío.")]
    assert "Lo de otra." in answer.content.decode()
    point.refresh_from_db()
    assert point.text == "Lo de otra."


def test_who_only_reads_sees_the_points_of_a_draft(client, control, plan):
    report = make_report(plan)
    recommend(report, "Avisar antes.")
    client.force_login(control)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "1. Avisar antes." in page and "agregar/" not in page


def test_section_without_points_takes_none(client, planner, plan):
    report = make_report(plan)
    client.force_login(planner)
    address = reverse("reports:point_create", args=[plan.entity.slug, plan.slug, report.pk, "ejecucion"])
    assert client.get(address).status_code == 404
