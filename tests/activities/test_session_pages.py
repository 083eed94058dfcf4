"""A session: its state from its facts, when it is programmed, and the report of what happened."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Session
from plans.models import Plan, StakeholderGroup
from tests.factories import make_activity, make_commitment, make_dependency, make_entity, make_plan, make_session

ON = date(2026, 6, 15)


def at(name: str, plan: Plan, pk: int) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, pk])


def approve(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))


@pytest.fixture
def activity(plan, dependency):
    return make_activity(plan, dependency, name="Mesa")


@pytest.fixture
def groups(entity):
    names = ("Adultos mayores", "Juntas de acción comunal", "Mujeres")
    return [StakeholderGroup.objects.create(entity=entity, name=name) for name in names]


# --- State ------------------------------------------------------------------------------------------------------------

BEFORE, AFTER = date(2026, 3, 16), date(2026, 9, 1)
STATES = [
    ({"planned_on": AFTER}, "scheduled"),
    ({"planned_on": ON}, "due"),
    ({"planned_on": date(2026, 6, 30), "planned_precision": "month"}, "scheduled"),
    ({"planned_on": BEFORE}, "overdue"),
    ({"planned_on": BEFORE, "executed_units": 1, "held_on": BEFORE}, "executed"),
    ({"planned_on": BEFORE, "executed_units": 1, "held_on": AFTER}, "overdue"),
    ({"planned_on": BEFORE, "planned_units": 3, "executed_units": 2, "held_on": BEFORE}, "partly_executed"),
    ({"planned_on": BEFORE, "planned_units": 3, "executed_units": 9, "held_on": BEFORE}, "executed"),
    ({"planned_on": BEFORE, "executed_units": 0}, "not_executed"),
    ({"planned_on": BEFORE, "executed_units": 0, "carried_to_year": 2027}, "carried_over"),
    ({"planned_on": BEFORE, "carried_to_year": 2027}, "carried_over"),
    ({"planned_on": BEFORE, "planned_units": 0, "executed_units": 1, "held_on": BEFORE}, "extra"),
    ({"planned_on": BEFORE, "withdrawn_on": ON}, "withdrawn"),
    ({"planned_on": BEFORE, "withdrawn_on": ON + timedelta(1)}, "overdue"),
]
PERCENTAGE_STATES = [
    ({}, "overdue"),
    ({"numerator": 19, "denominator": 20, "held_on": BEFORE}, "executed"),
    ({"numerator": 9, "denominator": 20, "held_on": BEFORE}, "partly_executed"),
    ({"numerator": 0, "denominator": 20, "held_on": BEFORE}, "not_executed"),
    ({"numerator": 0, "denominator": 0, "held_on": BEFORE}, "no_demand"),
    ({"executed_units": 0}, "not_executed"),
    ({"executed_units": 1, "held_on": BEFORE}, "overdue"),
]


@pytest.mark.parametrize(("facts", "state"), STATES)
def test_state_from_facts(activity, facts, state):
    session = make_session(activity, **facts)
    assert session.execution_state(ON) == state
    assert Session.objects.unreported(ON).exists() == (state in ("due", "overdue"))


@pytest.mark.parametrize(("facts", "state"), PERCENTAGE_STATES)
def test_state_of_a_percentage(plan, facts, state):
    session = make_session(make_activity(plan, target_kind="percentage", target_value=95), BEFORE, **facts)
    assert session.execution_state(ON) == state
    assert Session.objects.unreported(ON).exists() == (state in ("due", "overdue"))


# --- Programming ------------------------------------------------------------------------------------------------------


def test_plan_a_day(client, planner, plan, activity):
    client.force_login(planner)
    data = {"planned_precision": "day", "day": "2026-03-16", "planned_units": "2", "place": "Salón comunal"}
    response = client.post(at("session_create", plan, activity.pk), data)
    session = activity.sessions.get()
    assert response.url == activity.get_absolute_url()
    assert (session.planned_on, session.planned_precision, session.planned_units) == (date(2026, 3, 16), "day", 2)
    assert AuditEntry.objects.get(verb="session.create").actor == planner


def test_plan_a_month_keeps_its_last_day(client, planner, plan, activity):
    client.force_login(planner)
    data = {"planned_precision": "month", "month": "2026-02", "planned_units": "1", "another": "1"}
    response = client.post(at("session_create", plan, activity.pk), data)
    session = activity.sessions.get()
    assert (session.planned_on, session.planned_precision) == (date(2026, 2, 28), "month")
    assert response.url == at("session_create", plan, activity.pk)
    form = client.get(at("session_plan", plan, session.pk)).context["form"]
    assert (form["month"].value(), form["day"].value()) == ("2026-02", None)
    assert dict(form.fields["month"].choices)["2026-02"] == "febrero de 2026"


def test_plan_tells_each_rule(client, planner, plan, activity):
    make_session(activity, date(2026, 3, 16))
    client.force_login(planner)

    def errors(**data):
        data = {"planned_precision": "day", "planned_units": "1", **data}
        return dict(client.post(at("session_create", plan, activity.pk), data).context["form"].errors.items())

    outside = ["El plan va del 1 de enero de 2026 al 31 de diciembre de 2026: esa fecha queda por fuera."]
    assert errors(day="2027-01-01") == {"day": outside}
    assert errors(day="2025-12-31") == {"day": outside}
    assert errors(day="") == {"day": ["Escriba el día."]}
    assert errors(planned_precision="month") == {"month": ["Elija el mes."]}
    assert errors(planned_precision="month", month="2027-01", day="x").keys() == {"month"}
    assert errors(day="", month="nunca") == {"day": ["Escriba el día."]}
    assert errors(day="2026-03-16") == {"__all__": ["La actividad ya tiene un espacio programado en esa fecha."]}
    assert errors(day="2026-03-17", planned_units="0") == {
        "planned_units": ["Un espacio programado cuenta al menos 1."]
    }
    assert activity.sessions.count() == 1


def test_plan_outside_its_dates_is_for_other_spaces(client, planner, plan):
    activity = make_activity(plan, outside_plan=True)
    approve(plan)
    client.force_login(planner)
    data = {"planned_precision": "day", "day": "2027-02-01", "planned_units": "1"}
    client.post(at("session_create", plan, activity.pk), data)
    assert activity.sessions.get().planned_on == date(2027, 2, 1)


def test_plan_by_two_tells_the_second(client, planner, plan, activity):
    session = make_session(activity, date(2026, 3, 16))
    client.force_login(planner)
    data = {"planned_precision": "day", "day": "2026-03-20", "planned_units": "1", "revision": 0}
    client.post(at("session_plan", plan, session.pk), data)
    form = client.post(at("session_plan", plan, session.pk), {**data, "planned_units": "5"}).context["form"]
    assert {clash.name: (clash.stored, clash.typed) for clash in form.clashes} == {"planned_units": ("1", "5")}
    assert form["day"].value() == "2026-03-20"


@pytest.mark.parametrize("name", ["session_plan", "session_delete"])
def test_planned_side_of_an_approved_plan_is_explained(client, planner, plan, activity, name):
    session = make_session(activity)
    approve(plan)
    client.force_login(planner)
    for method in (client.get, client.post):
        page = method(at(name, plan, session.pk), follow=True).content.decode()
        assert "El plan está aprobado y lo que promete ya no se edita." in page
    assert activity.sessions.exists()


def test_delete_a_session(client, planner, plan, activity):
    session = make_session(activity)
    client.force_login(planner)
    assert client.get(at("session_delete", plan, session.pk)).status_code == 200
    client.post(at("session_delete", plan, session.pk))
    assert not activity.sessions.exists()


def test_delete_refuses_what_was_reported_or_promised(client, planner, plan, activity):
    reported = make_session(activity, executed_units=0)
    promised = make_session(activity, date(2026, 4, 1))
    make_commitment(plan, session=promised)
    client.force_login(planner)
    for session, words in ((reported, "tiene ejecución reportada"), (promised, "se adquirieron compromisos")):
        assert words in client.post(at("session_delete", plan, session.pk), follow=True).content.decode()
    assert activity.sessions.count() == 2


def test_delete_an_extra_session_after_approval(client, planner, plan, activity):
    session = make_session(activity, planned_units=0, executed_units=1, held_on=date(2026, 3, 16))
    approve(plan)
    client.force_login(planner)
    assert "lo que se reportó" in client.get(at("session_delete", plan, session.pk)).content.decode()
    client.post(at("session_delete", plan, session.pk))
    assert not activity.sessions.exists()


# --- Who gets in ------------------------------------------------------------------------------------------------------


def test_session_pages_by_role(client, plan, activity, planner, head, control, administrator, outsider):
    session = make_session(activity)
    other = make_session(make_activity(plan, make_dependency(plan.entity)))
    expected = {
        # detail, report, report of another dependency, programming
        planner: (200, 200, 200, 200),
        head: (200, 200, 403, 403),
        control: (200, 403, 403, 403),
        administrator: (200, 403, 403, 403),
        outsider: (404, 404, 404, 404),
    }
    for user, statuses in expected.items():
        client.force_login(user)
        pages = (
            ("session_detail", session),
            ("session_update", session),
            ("session_update", other),
            ("session_plan", session),
        )
        assert tuple(client.get(at(name, plan, one.pk)).status_code for name, one in pages) == statuses


def test_session_of_another_plan_is_not_found(client, planner, plan):
    sibling = make_session(make_activity(make_plan(plan.entity)))
    foreign = make_session(make_activity(make_plan(make_entity("ajena"))))
    client.force_login(planner)
    for session in (sibling, foreign):
        for name in ("session_detail", "session_update", "session_plan", "session_delete"):
            assert client.get(at(name, plan, session.pk)).status_code == 404


def test_detail_tells_everything_that_was_reported(client, control, plan, activity, groups):
    session = make_session(activity, executed_units=1, held_on=date(2026, 3, 16), questions=0, topics="Vías\ny agua")
    session.attendances.create(group=groups[0], people=12)
    make_commitment(plan, session=session, text="Reparar la vía")
    client.force_login(control)
    page = client.get(at("session_detail", plan, session.pk)).content.decode()
    for words in (
        "Espacio del 16 de marzo de 2026",
        "Vías<br>y agua",
        "Preguntas",
        "Adultos mayores",
        "Reparar la vía",
    ):
        assert words in page
    assert "Cambiar el reporte" not in page


def test_choice_that_may_be_left_out_says_so_in_words(client, planner, plan, activity):
    client.force_login(planner)
    html = client.get(at("session_create", plan, activity.pk)).content.decode()
    assert "Sin indicar" in html and "---------" not in html
