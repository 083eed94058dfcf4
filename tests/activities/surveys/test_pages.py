"""Staff's pages of evaluations: results, the answers as a file, opinions grouped into themes."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import AuditEntry
from activities import actions
from activities.models import Opinion, SurveyResponse
from activities.surveys import link
from tests.activities.surveys.answering import make_answers
from tests.factories import make_activity, make_plan, make_session
from tests.reports.reporting import approve


@pytest.fixture
def session(plan, dependency):
    approve(plan)
    activity = make_activity(plan, dependency, name="Audiencia pública")
    return make_session(activity, date(2026, 3, 16), held_on=date(2026, 3, 16), executed_units=1, attendance_total=20)


@pytest.fixture
def small(session):
    """Another space of the same block."""
    return make_session(session.activity, date(2026, 4, 16))


def at(session, name, *rest):
    plan = session.activity.plan
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *rest])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_space_leads_to_its_evaluation_with_link_code_and_poster(client, head, session):
    client.force_login(head)
    assert at(session, "survey_session", session.pk) in text_of(client.get(session.get_absolute_url()))
    text = text_of(client.get(at(session, "survey_session", session.pk)))
    assert f"http://localhost:8000{link.address_of(session)}" in text and 'role="img"' in text
    assert "Recibió respuestas hasta el 31 de marzo de 2026" in text


def test_space_of_a_draft_or_of_a_measuring_date_has_none(client, planner, plan):
    session = make_session(make_activity(plan))
    client.force_login(planner)
    assert "Evaluación de quienes" not in text_of(client.get(session.get_absolute_url()))
    answer = client.get(at(session, "survey_session", session.pk), follow=True)
    assert "Este espacio no se evalúa" in text_of(answer)


def test_results_of_four_are_not_told_to_anybody(client, planner, session):
    make_answers(session, 4, liked="Palabra reservada")
    client.force_login(planner)
    for name, rest in (("survey_results", ()), ("survey_session", (session.pk,))):
        text = text_of(client.get(at(session, name, *rest)))
        assert "4 personas respondieron" in text
        assert "Palabra reservada" not in text and "100,0" not in text and "Mucho" not in text
    for name, rest in (("survey_file", ()), ("opinion_group", (Opinion.objects.first().pk,))):
        answer = client.get(at(session, name, *rest), follow=True)
        assert "cuando son cinco o más" in text_of(answer) and "Palabra reservada" not in text_of(answer)


def test_results_of_five_are_told_and_those_of_its_space_of_four_are_not(client, planner, session, small):
    make_answers(session, 4, liked="Palabra reservada")
    make_answers(small, 1)
    client.force_login(planner)
    text = text_of(client.get(at(session, "survey_results")))
    assert "5 personas respondieron" in text and "sobre 2 espacios" in text
    assert text.count("100,0") > 0 and text.count("reservado") == 6
    assert "reservado" in text_of(client.get(at(session, "survey_session", session.pk)))


def test_space_shows_its_rate_and_its_opinions_to_whoever_reports_it(client, planner, head, control, session):
    make_answers(session, 5, liked="Palabra propia")
    for person, is_read in ((planner, True), (head, True), (control, False)):
        client.force_login(person)
        text = text_of(client.get(at(session, "survey_session", session.pk)))
        assert "Es el 25,0 % de los 20 asistentes" in text
        assert ("Palabra propia" in text) is is_read


def test_more_answers_than_people_are_told(client, planner, session):
    make_answers(session, 21)
    client.force_login(planner)
    assert "Son más respuestas que asistentes (20)" in text_of(client.get(at(session, "survey_session", session.pk)))


def test_file_has_a_row_for_each_answer_and_no_place_where_it_would_tell_whose(client, planner, session, small):
    theme = session.activity.plan.themes.create(name="Sonido")
    for n in range(8):
        make_answers(session, 1, improve="=SUMA(A1)" if n == 0 else "Más sillas")
    other = make_session(session.activity, date(2026, 5, 16))
    make_answers(small, 4, liked="Bien")
    make_answers(other, 1, liked="Bien")
    Opinion.objects.get(text="=SUMA(A1)").themes.add(theme)
    client.force_login(planner)
    answer = client.get(at(session, "survey_file"))
    assert answer["Content-Type"].startswith("text/csv")
    heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heads[:3] == ["Actividad", "Espacio", "¿Le fue útil?"] and len(heads) == 9
    assert len(rows) == 13
    assert [row[:2] for row in rows] == [["Audiencia pública", "16 de marzo de 2026"]] * 8 + [["", ""]] * 5
    assert ["'=SUMA(A1)", "Sonido"] in [row[7:] for row in rows]


@pytest.mark.parametrize("who", ["head", "control"])
def test_file_and_opinions_are_of_planning(client, request, session, who):
    make_answers(session, 5, liked="Bien")
    client.force_login(request.getfixturevalue(who))
    for name, rest in (("survey_file", ()), ("opinion_next", ()), ("theme_list", ())):
        assert client.get(at(session, name, *rest)).status_code == 403


def test_opinions_are_grouped_one_after_the_other_and_undone(client, planner, session):
    plan = session.activity.plan
    sound = plan.themes.create(name="Sonido")
    make_answers(session, 5, liked="El café", improve="Más sillas")
    client.force_login(planner)
    first, second = Opinion.objects.all()[:2]
    assert client.get(at(session, "opinion_next")).url == at(session, "opinion_group", first.pk)
    address = at(session, "opinion_group", first.pk)
    chosen = {"revision": 0, "themes": [sound.pk], "new_theme": " La  comida ", "is_quotable": "on"}
    answer = client.post(address, {**chosen, "sigue": "next"})
    assert answer.url == at(session, "opinion_group", second.pk)
    first.refresh_from_db()
    assert [theme.name for theme in first.themes.all()] == ["Sonido", "La comida"] and first.is_quotable

    page = client.get(answer.url)
    last = page.context["last"]
    assert last == {"pk": first.pk, "revision": 1, "themes": [], "is_quotable": False}
    undone = client.post(address, {"revision": 1, "sigue": "undo"})
    assert undone.url == address
    first.refresh_from_db()
    assert not first.themes.exists() and not first.is_quotable
    assert client.get(address).context["last"] is None
    verbs = AuditEntry.objects.filter(content_type__model="opinion").values_list("verb", "actor")
    assert ("opinion.update", planner.pk) in verbs
    assert "El café" not in str(list(AuditEntry.objects.values_list("changes", "object_repr")))


def test_arrows_go_both_ways_and_the_last_ends(client, planner, session):
    make_answers(session, 5, liked="El café")
    client.force_login(planner)
    keys = list(Opinion.objects.values_list("pk", flat=True))
    go = {"revision": 0, "sigue": "previous"}
    assert client.post(at(session, "opinion_group", keys[1]), go).url == at(session, "opinion_group", keys[0])
    assert client.post(at(session, "opinion_group", keys[0]), go).url == at(session, "opinion_group", keys[0])
    assert client.post(at(session, "opinion_group", keys[4]), {"revision": 0}).url == at(session, "survey_results")


def test_second_planner_on_an_opinion_is_told(client, planner, session):
    theme = session.activity.plan.themes.create(name="Sonido")
    make_answers(session, 5, liked="El café")
    opinion = Opinion.objects.first()
    opinion.claim()
    client.force_login(planner)
    answer = client.post(at(session, "opinion_group", opinion.pk), {"revision": 0, "themes": [theme.pk]})
    assert answer.status_code == 200 and "Otra persona cambió estos datos" in text_of(answer)
    assert not opinion.themes.exists()


def test_theme_of_another_plan_is_no_choice(client, planner, session, entity):
    foreign = make_plan(entity).themes.create(name="Ajeno")
    make_answers(session, 5, liked="El café")
    opinion = Opinion.objects.first()
    client.force_login(planner)
    answer = client.post(at(session, "opinion_group", opinion.pk), {"revision": 0, "themes": [foreign.pk]})
    assert answer.status_code == 200 and not opinion.themes.exists()


def test_closed_plan_groups_nothing_more(client, planner, session):
    make_answers(session, 5, liked="El café")
    opinion, plan = Opinion.objects.first(), session.activity.plan
    plan.state, plan.closed_on = "closed", date(2026, 12, 31)
    plan.save()
    client.force_login(planner)
    answer = client.post(at(session, "opinion_group", opinion.pk), {"revision": 0, "is_quotable": "on"})
    opinion.refresh_from_db()
    assert answer.status_code == 200 and not opinion.is_quotable


def test_themes_are_added_renamed_and_deleted(client, planner, session):
    plan = session.activity.plan
    client.force_login(planner)
    client.post(at(session, "theme_list"), {"revision": 0, "name": " El  sonido "})
    theme = plan.themes.get()
    assert theme.name == "El sonido"
    again = client.post(at(session, "theme_list"), {"revision": 0, "name": "El sonido"})
    assert "ya tiene un tema con ese nombre" in text_of(again)
    client.post(at(session, "theme_update", theme.pk), {"revision": 0, "name": "Sonido"})
    make_answers(session, 5, liked="Se oyó bien")
    Opinion.objects.first().themes.add(theme)
    assert "1 opinión se queda sin él" in text_of(client.get(at(session, "theme_delete", theme.pk)))
    client.post(at(session, "theme_delete", theme.pk))
    assert not plan.themes.exists() and Opinion.objects.count() == 5


def test_space_that_somebody_evaluated_is_not_deleted(plan, planner, session):
    extra = make_session(session.activity, date(2026, 6, 16), planned_units=0)
    make_answers(extra, 1)
    assert any("evaluaron" in sentence for sentence in actions.session_blockers(extra))
    assert any("evaluaron" in sentence for sentence in actions.deletion_blockers(session.activity))
    assert SurveyResponse.objects.count() == 1


@pytest.mark.parametrize("n", [1, 12])
def test_statements_of_the_results_do_not_grow(client, planner, session, django_assert_max_num_queries, n):
    for month in range(n):
        make_answers(make_session(session.activity, date(2026, 5, 1 + month)), 5, liked="Bien", improve="Mal")
    client.force_login(planner)
    client.get(at(session, "survey_results"))
    with django_assert_max_num_queries(13):
        client.get(at(session, "survey_results"))


@pytest.mark.browser
def test_keys_group_opinions(transactional_db, visit, planner, session):
    plan = session.activity.plan
    sound, chairs = plan.themes.create(name="Sonido"), plan.themes.create(name="Sillas")
    make_answers(session, 5, improve="Más sillas y mejor sonido")
    first, second = Opinion.objects.all()[:2]
    page = visit(at(session, "opinion_next"), by=planner)
    ready = page.locator("form[data-keys] :focus")  # keys are heard where the focus is
    expect(ready).to_have_count(1)
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("c")
    with page.expect_navigation():
        page.keyboard.press("ArrowRight")
    assert page.url.endswith(at(session, "opinion_group", second.pk))
    assert set(first.themes.all()) == {sound, chairs}
    expect(ready).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.url.endswith(at(session, "opinion_group", first.pk)) and not first.themes.exists()
    expect(ready).to_have_count(1)
    page.keyboard.press("n")
    page.keyboard.type("12 uc")  # a text takes its letters
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert [theme.name for theme in first.themes.all()] == ["12 uc"]
    expect(ready).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("ArrowLeft")
    assert page.url.endswith(at(session, "opinion_group", first.pk))
