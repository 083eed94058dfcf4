"""One search over what an entity keeps."""

from datetime import date

import pytest
from django.urls import reverse

from dashboard.search import find, parse
from tests.factories import make_activity, make_commitment, make_entity, make_plan, make_session
from tests.reports.reporting import make_report


@pytest.mark.parametrize(
    ("typed", "words", "when"),
    [
        ("Veeduría  Ciudadana", ("veeduria", "ciudadana"), {}),
        ("18 sep", (), {"day": 18, "month": 9}),
        ("cabildo 18 de septiembre de 2026", ("cabildo",), {"day": 18, "month": 9, "year": 2026}),
        ("informe octubre 2026", ("informe",), {"month": 10, "year": 2026}),
        ("18/09/2026 acta", ("acta",), {"day": 18, "month": 9, "year": 2026}),
        ("2026-09-18", (), {"day": 18, "month": 9, "year": 2026}),
        ("45/13/2026", ("45", "13", "2026"), {}),
        ("1.2", ("1", "2"), {}),
        ("99 sep", ("99",), {"month": 9}),
        ("  ", (), {}),
    ],
)
def test_words_and_dates_are_told_apart(typed, words, when):
    query = parse(typed)
    assert (query.words, query.date) == (words, when)


@pytest.fixture
def kept(entity, plan, dependency):
    """A plan with one of everything, named after the river, and as much of another entity's."""
    for place in (plan, make_plan(make_entity("otra"))):
        activity = make_activity(place, number="2.1", name="Siembra en la orilla del río")
        make_session(activity, date(2026, 9, 18), place="Salón de Guayabal", topics="Río y crecientes")
        make_session(activity, date(2026, 10, 2), held_on=date(2026, 9, 18), executed_units=1)
        make_commitment(place, text="Limpiar el río", code="C-7", due_on=date(2026, 9, 30))
    make_report(plan)
    return entity


def names(found):
    return {each.slug: [hit.name for hit in each.hits] for each in found}


def test_every_kind_is_found_without_accents_and_of_ones_entity_alone(kept, planner):
    assert names(find(kept, "RIO", user=planner)) == {
        "actividades": ["2.1 Siembra en la orilla del río"],
        "compromisos": ["Limpiar el río"],
    }


def test_space_is_found_by_its_place(kept, planner):
    assert names(find(kept, "guayabal", user=planner)) == {"espacios": ["18 de septiembre de 2026"]}
    assert names(find(kept, "siembra guayabal", user=planner)) == {"espacios": ["18 de septiembre de 2026"]}


def test_day_finds_what_was_planned_or_held_on_it(kept, planner):
    (spaces,) = find(kept, "18 sep", user=planner)
    assert [hit.name for hit in spaces.hits] == ["2 de octubre de 2026", "18 de septiembre de 2026"]


def test_month_finds_its_spaces_promises_and_reports(kept, planner):
    assert names(find(kept, "septiembre 2026", user=planner)) == {
        "espacios": ["2 de octubre de 2026", "18 de septiembre de 2026"],
        "compromisos": ["Limpiar el río"],
    }


def test_report_is_found_by_kind_and_month(kept, plan, planner):
    report = plan.reports.get()
    assert names(find(kept, f"{report.get_kind_display()} {report.period}", user=planner))["informes"] == [report.name]


def test_exact_number_comes_first(kept, plan, planner):
    make_activity(plan, number="1.2", name="Cabildo con 2 veredas", order=0)
    assert names(find(kept, "2.1", user=planner))["actividades"][0] == "2.1 Siembra en la orilla del río"


def test_people_are_found_by_who_manages_them(kept, planner, administrator):
    assert "personas" not in names(find(kept, "planner", user=planner))
    assert names(find(kept, "planner", user=administrator)) == {"personas": [planner.full_name]}


def test_page_says_what_it_found_and_what_to_try(client, kept, planner):
    client.force_login(planner)
    address = reverse("dashboard:search", args=[kept.slug])
    html = client.get(address, {"q": "limpiar"}).content.decode()
    assert "Limpiar el río" in html and "Nada tiene todas esas palabras" not in html
    assert "Nada tiene todas esas palabras" in client.get(address, {"q": "zzz"}).content.decode()
    odd = client.get(address, {"q": "<script>%\\_'" * 40, "en": "nada", "page": "-3"})
    assert odd.status_code == 200 and b"<script>%" not in odd.content


def test_long_results_are_paged_kind_by_kind(client, kept, plan, planner):
    client.force_login(planner)
    for n in range(60):
        make_activity(plan, name=f"Ronda del río {n}")
    address = reverse("dashboard:search", args=[kept.slug])
    html = client.get(address, {"q": "ronda"}).content.decode()
    assert html.count("Ronda del río") == 6 and "Ver 54 más" in html
    html = client.get(address, {"q": "ronda", "en": "actividades", "page": "2"}).content.decode()
    assert html.count("Ronda del río") == 10 and "51 a 60 de 60" in html


def test_search_takes_as_many_queries_for_ten_as_for_two_hundred(
    client, kept, plan, planner, django_assert_num_queries
):
    client.force_login(planner)
    address = reverse("dashboard:search", args=[kept.slug])
    client.get(address, {"q": "rio"})
    for size in (10, 190):
        for n in range(size):
            activity = make_activity(plan, name=f"Río {n}")
            make_session(activity, date(2026, 4, 1), place="Puente del río")
        with django_assert_num_queries(12):
            client.get(address, {"q": "rio"})
