"""The list and the form of plans."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from display.dates import Precision
from plans.actions import free_slug
from plans.models import Plan
from tests.factories import make_activity, make_entity, make_plan, make_session


def url(entity, name, *args):
    return reverse(f"plans:{name}", args=[entity.slug, *args])


def facts(**fields):
    return {
        "title": "Plan de participación 2026",
        "kind": "participation",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        **fields,
    }


def stored(plan, **fields):
    """The form's fields of a plan, as its page sends them."""
    return facts(title=plan.title, revision=plan.revision, **fields)


def test_slug_is_free_in_the_whole_installation(entity):
    make_plan(entity, slug="plan-2026")
    make_plan(entity, slug="plan-2026-2")
    assert free_slug("Plan 2026") == "plan-2026-3"
    assert free_slug("Participación y Control Social") == "participacion-y-control-social"
    assert free_slug("Informes") == "informes-2"  # an address of the site itself
    assert free_slug("¿…?") == "plan"
    assert len(free_slug("á" * 200)) <= 80


def test_create_gives_it_an_address_and_its_author(client, entity, planner):
    make_plan(make_entity("otra"), slug="plan-de-participacion-2026")
    client.force_login(planner)
    answer = client.post(url(entity, "plan_create"), facts(objective="Escuchar"))
    plan = Plan.objects.get(entity=entity)
    assert (plan.slug, plan.state, plan.objective) == ("plan-de-participacion-2026-2", "draft", "Escuchar")
    assert answer.url == plan.get_absolute_url()
    assert AuditEntry.objects.get(verb="plan.create", entity=entity).actor == planner


def test_form_offers_what_an_approval_asks_and_asks_none_of_it_to_save(client, entity, planner):
    client.force_login(planner)
    texts = {"who_may_participate": "Todos", "participation_means": "En la plaza", "responsible_units": "Gobierno"}
    client.post(url(entity, "plan_create"), facts())
    client.post(url(entity, "plan_create"), facts(title="Otro plan", **texts))
    assert list(Plan.objects.order_by("pk").values_list(*texts)) == [("", "", ""), tuple(texts.values())]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "Plan ya hecho"}, "La entidad ya tiene un plan con ese título."),
        ({"ends_on": "2025-12-31"}, "El plan no puede terminar antes de empezar."),
        ({"title": ""}, "Este campo es obligatorio."),
    ],
)
def test_create_that_breaks_a_rule_says_which_and_keeps_what_was_typed(client, entity, planner, fields, sentence):
    make_plan(entity, title="Plan ya hecho")
    client.force_login(planner)
    html = client.post(url(entity, "plan_create"), facts(**fields, objective="Escuchar a todos")).content.decode()
    assert sentence in html
    assert "Escuchar a todos" in html
    assert Plan.objects.count() == 1


def test_edit_keeps_the_address(client, entity, plan, planner):
    slug = plan.slug
    client.force_login(planner)
    answer = client.post(url(entity, "plan_update", slug), stored(plan) | {"title": "Otro título"})
    plan.refresh_from_db()
    assert (plan.title, plan.slug, plan.revision) == ("Otro título", slug, 1)
    assert answer.url == plan.get_absolute_url()


def test_edit_of_what_somebody_changed_loses_nothing(client, entity, plan, planner):
    client.force_login(planner)
    sent = stored(plan, objective="Lo que yo escribí")
    Plan.objects.filter(pk=plan.pk).update(objective="Lo que otra persona guardó", revision=1)
    html = client.post(url(entity, "plan_update", plan.slug), sent).content.decode()
    assert "Otra persona cambió estos datos mientras usted los editaba." in html
    assert "Lo que yo escribí" in html
    assert "Lo que otra persona guardó" in html
    assert 'name="revision" value="1 ' in html
    plan.refresh_from_db()
    assert plan.objective == "Lo que otra persona guardó"
    client.post(url(entity, "plan_update", plan.slug), sent | {"revision": 1})
    plan.refresh_from_db()
    assert plan.objective == "Lo que yo escribí"


def test_dates_that_leave_sessions_out_are_refused_and_say_which(client, entity, plan, planner):
    activity = make_activity(plan, number="1.2", name="Encuesta")
    make_session(activity, date(2026, 11, 20))
    make_session(make_activity(plan, name="Feria", outside_plan=True), date(2026, 12, 20))
    client.force_login(planner)
    html = client.post(url(entity, "plan_update", plan.slug), stored(plan, ends_on="2026-11-15")).content.decode()
    assert "quedan espacios por fuera del plan: «1.2 Encuesta» del 20 de noviembre de 2026." in html
    assert "Feria" not in html
    plan.refresh_from_db()
    assert (plan.ends_on, plan.revision) == (date(2026, 12, 31), 0)


def test_dates_within_the_month_of_a_session_without_day_are_accepted(client, entity, plan, planner):
    make_session(make_activity(plan), date(2026, 11, 30), planned_precision=Precision.MONTH)
    client.force_login(planner)
    client.post(url(entity, "plan_update", plan.slug), stored(plan, ends_on="2026-11-15"))
    plan.refresh_from_db()
    assert plan.ends_on == date(2026, 11, 15)


def test_approved_plan_explains_why_it_is_not_edited(client, entity, planner):
    plan = make_plan(entity, state="approved", approved_on=date(2026, 1, 2))
    client.force_login(planner)
    page = client.get(url(entity, "plan_update", plan.slug)).content.decode()
    assert "El plan está aprobado: lo programado ya no se edita." in page
    assert url(entity, "plan_reopen", plan.slug) in page
    assert 'name="title"' not in page
    html = client.post(url(entity, "plan_update", plan.slug), stored(plan, objective="Tarde")).content.decode()
    assert "Tarde" in html
    assert "El plan está aprobado" in html
    plan.refresh_from_db()
    assert plan.objective == ""


def test_list_shows_state_dates_and_activities_of_the_plan(client, entity, plan, control):
    for _number in range(2):
        make_activity(plan)
    make_activity(plan, outside_plan=True)
    make_plan(make_entity("otra"), title="Plan ajeno")
    client.force_login(control)
    (row,) = client.get(url(entity, "plan_list")).context["page"]
    assert (row, row.n_activities) == (plan, 2)


def test_list_shows_the_newest_first(client, entity, planner):
    old, new, middle = (make_plan(entity, starts_on=date(year, 1, 1)) for year in (2024, 2026, 2025))
    client.force_login(planner)
    assert list(client.get(url(entity, "plan_list")).context["page"]) == [new, middle, old]


@pytest.mark.parametrize("size", [2, 60])
def test_list_asks_the_same_number_of_queries(client, entity, planner, django_assert_num_queries, size):
    for _number in range(size):
        make_activity(make_plan(entity))
    client.force_login(planner)
    with django_assert_num_queries(6):  # session, person, entity, roles, count, plans
        client.get(url(entity, "plan_list"))


def in_force(plan):
    plan.state, plan.approved_on = "approved", date(2026, 1, 1)
    plan.save()


@pytest.mark.parametrize("size", [2, 60])
def test_summary_asks_the_same_number_of_queries(client, entity, plan, planner, django_assert_num_queries, size):
    in_force(plan)
    for number in range(size):
        activity = make_activity(plan, line=plan.lines.create(name=f"Línea {number}"))
        make_session(activity, date(2026, 1, 1))
        make_session(activity, date(2026, 12, 31))
    client.force_login(planner)
    # session, person, entity, roles, plan; execution by block, month, target, note; what is pending and comes next
    with django_assert_num_queries(27):
        client.get(plan.get_absolute_url())


def test_summary_leads_to_what_nobody_explained(client, entity, plan, planner):
    in_force(plan)
    activity = make_activity(plan, number="1.1", name="Foro abierto")
    short = make_session(activity, date(2026, 1, 15), planned_units=3, executed_units=1, held_on=date(2026, 1, 15))
    explained = make_activity(plan, number="1.2", name="Feria")
    make_session(explained, date(2026, 1, 20), executed_units=0, reason="Llovió.")
    client.force_login(planner)
    page = client.get(plan.get_absolute_url())
    html = " ".join(page.content.decode().split())
    explain = reverse("activities:session_explain", args=[entity.slug, plan.slug, short.pk])
    assert explain in html and "1.1 Foro abierto" in html
    assert "faltaron 3, 2 sin explicar" in re.sub(r"<[^>]+>", "", html)
    assert explained.get_absolute_url() not in html


def test_list_and_summary_count_the_same_activities(client, entity, plan, planner):
    make_activity(plan)
    make_activity(plan, outside_plan=True)
    client.force_login(planner)
    (listed,) = client.get(url(entity, "plan_list")).context["page"]
    assert (listed.n_activities, client.get(plan.get_absolute_url()).context["n_activities"]) == (1, 1)


def test_summary_without_activities_says_what_to_do_first(client, entity, plan, planner, control):
    client.force_login(planner)
    assert "El plan todavía no tiene actividades." in client.get(plan.get_absolute_url()).content.decode()
    client.force_login(control)
    html = client.get(plan.get_absolute_url()).content.decode()
    assert url(entity, "plan_update", plan.slug) not in html
    assert url(entity, "plan_approve", plan.slug) not in html


@pytest.mark.parametrize("name", ["plan_update", "plan_approve", "plan_reopen"])
@pytest.mark.parametrize(
    ("who", "allowed"), [("planner", True), ("administrator", False), ("head", False), ("control", False)]
)
def test_rights(request, client, entity, plan, name, who, allowed):
    client.force_login(request.getfixturevalue(who))
    status = client.get(url(entity, name, plan.slug)).status_code
    assert status in (200, 302) if allowed else status == 403


def test_outsiders_see_no_plan(client, entity, plan, outsider):
    client.force_login(outsider)
    for name in ("plan_update", "plan_approve", "plan_reopen", "structure", "version_list"):
        assert client.get(url(entity, name, plan.slug)).status_code == 404
    assert client.get(url(entity, "plan_list")).status_code == 404


def test_plan_of_another_entity_is_404(client, entity, planner):
    foreign = make_plan(make_entity("otra"))
    client.force_login(planner)
    assert client.get(url(entity, "structure", foreign.slug)).status_code == 404
