"""A session: its state from its facts, when it is programmed, and the report of what happened."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

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
    assert errors(planned_precision="month", month="2027-01").keys() == {"month"}
    assert errors(day="2026-03-16") == {"__all__": ["La actividad ya tiene un espacio programado en esa fecha."]}
    assert errors(day="2026-03-17", planned_units="0") == {
        "planned_units": ["Un espacio programado cuenta al menos una unidad."]
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
    assert form.errors["planned_units"] == ["Guardado ahora: «1»."]
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


# --- Reporting --------------------------------------------------------------------------------------------------------

DONE = {"held_on": "2026-03-16", "executed_units": "1", "revision": "0"}


@pytest.fixture
def report(client, head, plan, activity):
    """A function that posts a report as the head, and returns the form's errors, {} when it was kept."""
    client.force_login(head)

    def post(session, **data):
        response = client.post(at("session_update", plan, session.pk), {"revision": session.revision, **data})
        session.refresh_from_db()
        return {} if response.status_code == 302 else dict(response.context["form"].errors.items())

    return post


def test_report_by_the_head_of_the_dependency(report, head, plan, activity, groups):
    approve(plan)
    session = make_session(activity)
    data = {
        "held_on": "2026-03-17",
        "executed_units": "1",
        "attendance_total": "40",
        "attendance_source": "Lista",
        f"people_{groups[0].pk}": "12",
        f"people_{groups[1].pk}": "0",
        f"came_{groups[2].pk}": "on",
        "topics": "Vías",
        "achieved_incidence": "consultation",
        "hour": "14:30",
    }
    assert report(session, **data) == {}
    assert (session.held_on, session.held_precision, session.executed_units) == (date(2026, 3, 17), "day", 1)
    assert (session.attendance_total, session.topics, session.revision) == (40, "Vías", 1)
    assert {row.group.name: row.people for row in session.attendances.all()} == {
        "Adultos mayores": 12,
        "Juntas de acción comunal": 0,
        "Mujeres": None,
    }
    entry = AuditEntry.objects.get(verb="session.update", object_id=session.pk)
    assert (entry.actor, entry.changes["executed_units"]) == (head, [None, 1])
    assert AuditEntry.objects.filter(verb="attendance.create", actor=head).count() == 3


def test_report_again_changes_only_what_changed(report, activity, groups):
    session = make_session(activity)
    kept, changed, gone = groups
    people = {f"people_{kept.pk}": "5", f"people_{changed.pk}": "6", f"people_{gone.pk}": "7"}
    assert report(session, held_on="2026-03-16", executed_units="1", **people) == {}
    earlier = AuditEntry.objects.latest("pk").pk
    people = {f"people_{kept.pk}": "5", f"people_{changed.pk}": "60"}
    assert report(session, held_on="2026-03-16", executed_units="1", **people) == {}
    assert {row.group: row.people for row in session.attendances.all()} == {kept: 5, changed: 60}
    entries = AuditEntry.objects.filter(pk__gt=earlier)
    verbs = ["attendance.delete", "attendance.update", "session.update"]  # the last: of their sum
    assert sorted(entries.values_list("verb", flat=True)) == verbs


def test_total_that_nobody_typed_is_the_sum_of_the_groups_and_the_page_says_so(client, head, activity, groups):
    session = make_session(activity)
    client.force_login(head)
    url = at("session_update", session.activity.plan, session.pk)
    assert "Si lo deja vacío, es la suma de los grupos." in client.get(url).content.decode()
    people = {f"people_{groups[0].pk}": "1200", f"people_{groups[1].pk}": "34", f"came_{groups[2].pk}": "on"}

    page = client.post(url, {"held_on": "2026-03-16", "executed_units": "1", "revision": 0, **people}, follow=True)

    session.refresh_from_db()
    assert session.attendance_total == 1234
    assert "Asistentes en total: 1.234, la suma de los grupos." in page.content.decode()


@pytest.mark.parametrize(("typed", "total"), [({}, None), ({"attendance_total": "0"}, 0)])
def test_total_stays_as_typed_when_no_group_was_counted(report, activity, groups, typed, total):
    session = make_session(activity)
    came = {f"came_{group.pk}": "on" for group in groups}
    assert report(session, held_on="2026-03-16", executed_units="1", **typed, **came) == {}
    assert session.attendance_total == total


def test_people_of_groups_without_units_are_no_report(report, activity, groups):
    session = make_session(activity)
    assert report(session, **{f"people_{groups[0].pk}": "5"}).keys() == {"executed_units"}


def test_stored_rows_without_a_total_get_the_sum_of_their_groups(activity, groups):
    counted, uncounted, typed = (make_session(activity, date(2026, 3, day)) for day in (1, 2, 3))
    Session.objects.filter(pk=typed.pk).update(attendance_total=90)
    for session, people in ((counted, (50, 7, None)), (uncounted, (None, None, None)), (typed, (50, 7, 1))):
        for group, number in zip(groups, people, strict=True):
            session.attendances.create(group=group, people=number)

    import_module("activities.migrations.0007_total_of_counted_groups").forwards(apps, None)

    totals = Session.objects.order_by("planned_on").values_list("attendance_total", flat=True)
    assert list(totals) == [57, None, 90]


@pytest.mark.parametrize("size", [1, 6])
def test_report_takes_the_same_statements_however_many_groups(report, activity, size, django_assert_num_queries):
    session = make_session(activity)
    groups = [activity.plan.entity.groups.create(name=f"Grupo {n}") for n in range(size)]

    def told(people):
        return {"held_on": "2026-03-16", "executed_units": "1", **{f"people_{row.pk}": people for row in groups}}

    assert report(session, **told("5")) == {}  # the kinds of rows are asked of the database once per process
    with django_assert_num_queries(16):  # the session again at the end
        assert report(session, **told("6")) == {}


def test_report_is_taken_back(report, activity):
    session = make_session(activity, executed_units=1, held_on=date(2026, 3, 16))
    assert report(session) == {}
    assert (session.executed_units, session.held_on, session.execution_state(ON)) == (None, None, "overdue")


def test_report_of_zero_is_not_silence(report, activity):
    session = make_session(activity)
    assert report(session, executed_units="0") == {"reason": ["Se hizo menos de lo programado: diga por qué."]}
    assert report(session, executed_units="0", reason="Sin quórum", carried_to_year="2027") == {}
    assert (session.executed_units, session.carried_to_year, session.execution_state(ON)) == (0, 2027, "carried_over")


def test_report_tells_each_rule(report, activity, groups):
    session = make_session(activity, planned_units=2)
    tomorrow = timezone.localdate() + timedelta(1)
    done = {"held_on": "2026-03-16", "executed_units": "2"}
    people = {f"people_{group.pk}": "20" for group in groups}
    assert report(session, executed_units="2") == {"held_on": ["Si se ejecutó, diga en qué fecha."]}
    assert report(session, held_on="2026-03-16") == {
        "executed_units": ["Si se hizo, diga cuántas unidades; si no se hizo, escriba 0."]
    }
    assert report(session, attendance_total="3").keys() == {"executed_units"}
    assert report(session, held_on=tomorrow, executed_units="2") == {
        "held_on": ["Esa fecha todavía no llega: se reporta lo que ya se hizo."]
    }
    assert report(session, held_on="0206-03-16", executed_units="2") == {
        "held_on": ["Revise el año: es anterior al del plan."]
    }
    assert report(session, held_on="2026-03-16", executed_units="0", reason="x").keys() == {"held_on"}
    assert report(session, held_on="2026-03-16", executed_units="1").keys() == {"reason"}
    assert report(session, **done, carried_to_year="2027") == {
        "carried_to_year": ["Ya se hizo todo lo programado: no pasa a otra vigencia."]
    }
    assert report(session, executed_units="0", reason="x", carried_to_year="2026") == {
        "carried_to_year": ["Escriba un año posterior a 2026."]
    }
    assert report(session, **done, attendance_total="50", **people) == {
        "attendance_total": [
            "Los grupos suman 60 y los asistentes son 50. A quien es de dos grupos, cuéntelo en uno solo; "
            "si el total está mal, corríjalo."
        ]
    }
    assert session.revision == 0 and not session.attendances.exists()
    assert report(session, **done, **people) == {}


def test_report_with_only_the_month(report, activity):
    session = make_session(activity)
    assert report(session, held_on="2026-03-05", month_only="on", executed_units="1") == {}
    assert (session.held_on, session.held_precision) == (date(2026, 3, 31), "month")
    today = timezone.localdate()
    assert report(session, held_on=today, month_only="on", executed_units="1") == {}
    next_month = (today.replace(day=28) + timedelta(9)).replace(day=1)
    assert report(session, held_on=next_month, month_only="on", executed_units="1").keys() == {"held_on"}


def test_report_of_a_percentage_asks_for_both_numbers(report, plan, dependency):
    activity = make_activity(plan, dependency, target_kind="percentage", target_value=100)
    session = make_session(activity)
    assert report(session, held_on="2026-03-16").keys() == {"denominator"}
    assert report(session, held_on="2026-03-16", denominator="4") == {
        "numerator": ["Un porcentaje necesita los dos números: recibidos y atendidos."]
    }
    assert report(session, held_on="2026-03-16", denominator="4", numerator="5") == {
        "numerator": ["Los atendidos no pueden ser más que los recibidos."]
    }
    assert report(session, held_on="2026-03-16", denominator="4", numerator="3").keys() == {"reason"}
    assert report(session, held_on="2026-03-16", denominator="4", numerator="3", reason="Llegó tarde") == {}
    assert session.execution_state(ON) == "partly_executed"
    assert report(session, held_on="2026-03-16", denominator="0", numerator="0") == {}
    assert session.execution_state(ON) == "no_demand"


def test_report_of_a_count_has_no_percentage(client, head, plan, activity):
    client.force_login(head)
    form = client.get(at("session_update", plan, make_session(activity).pk)).context["form"]
    assert not {"denominator", "numerator"} & form.fields.keys()


def test_report_by_two_tells_the_second_and_loses_nothing(client, head, plan, activity, groups):
    session = make_session(activity)
    client.force_login(head)
    url = at("session_update", plan, session.pk)
    client.post(url, DONE | {"place": "Salón A", f"people_{groups[0].pk}": "3"})
    second = DONE | {"place": "Salón B", "summary": "Se habló de vías", f"people_{groups[0].pk}": "4"}
    response = client.post(url, second)
    form = response.context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    assert form.errors["place"] == ["Guardado ahora: «Salón A»."]
    assert form.errors["summary"] == ["Guardado ahora: vacío."]
    page = response.content.decode()
    assert "Salón B" in page and "Se habló de vías" in page and form[f"people_{groups[0].pk}"].value() == "4"
    session.refresh_from_db()
    assert (session.place, session.attendances.get().people) == ("Salón A", 3)
    assert client.post(url, second | {"revision": form.data["revision"]}).status_code == 302
    session.refresh_from_db()
    assert (session.place, session.attendances.get().people) == ("Salón B", 4)


def test_report_does_not_touch_what_was_programmed(report, activity):
    session = make_session(activity, planned_units=3)
    data = {"planned_on": "2026-01-01", "planned_units": "1", "activity": "999"}
    assert report(session, held_on="2026-03-16", executed_units="3", **data) == {}
    assert (session.planned_on, session.planned_units, session.activity) == (date(2026, 3, 16), 3, activity)


def test_report_offers_groups_of_the_entity_only(client, report, plan, activity, groups):
    foreign = StakeholderGroup.objects.create(entity=make_entity("ajena"), name="Grupo ajeno")
    StakeholderGroup.objects.create(entity=plan.entity, name="Inactivo", active=False)
    activity.groups.add(groups[2])
    session = make_session(activity)
    response = client.get(at("session_update", plan, session.pk))
    form = response.context["form"]
    assert [group.name for group, *_fields in form.people_fields()] == ["Mujeres"]
    assert [group.name for group, *_fields in form.other_people_fields()] == [
        "Adultos mayores",
        "Juntas de acción comunal",
    ]
    assert "Grupo ajeno" not in response.content.decode()
    assert report(session, held_on="2026-03-16", executed_units="1", **{f"people_{foreign.pk}": "9"}) == {}
    assert not session.attendances.exists()


def test_extra_session_after_approval(client, head, plan, activity):
    approve(plan)
    client.force_login(head)
    url = at("session_extra", plan, activity.pk)
    assert client.post(url, {"revision": "0"}).context["form"].errors.keys() == {"held_on", "executed_units"}
    client.post(url, {"held_on": "2026-03-20", "executed_units": "1", "attendance_total": "9", "revision": "0"})
    session = activity.sessions.get()
    assert (session.planned_on, session.planned_units, session.executed_units) == (date(2026, 3, 20), 0, 1)
    assert session.execution_state(ON) == "extra"
    assert AuditEntry.objects.get(verb="session.create").actor == head
    again = client.post(url, {"held_on": "2026-03-20", "executed_units": "1"})
    assert again.context["form"].non_field_errors() == ["La actividad ya tiene un espacio programado en esa fecha."]


def test_withdrawn_session_is_not_reported(client, head, plan, activity):
    session = make_session(activity, withdrawn_on=date(2026, 3, 1))
    client.force_login(head)
    assert "se retiró del plan" in client.get(at("session_update", plan, session.pk), follow=True).content.decode()


@pytest.mark.parametrize("others", [0, 150])
def test_report_costs_at_most_15_queries(client, head, plan, activity, groups, others):
    for _n in range(others):
        make_session(make_activity(plan, make_dependency(plan.entity)))
    session = make_session(activity)
    client.force_login(head)
    client.get(at("session_update", plan, session.pk))
    everybody = {f"people_{group.pk}": "5" for group in groups}
    fewer = {f"people_{groups[0].pk}": "6", f"people_{groups[1].pk}": "5"}
    for people in (everybody, fewer):
        session.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            client.post(at("session_update", plan, session.pk), DONE | people | {"revision": session.revision})
        statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(statements) <= 15, "\n".join(statements)
    assert {row.group: row.people for row in session.attendances.all()} == {groups[0]: 6, groups[1]: 5}


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
