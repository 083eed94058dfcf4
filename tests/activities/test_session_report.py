"""The report of a session: an answer, what it asks for, and numbers that can hardly be meant."""

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
from tests.factories import make_activity, make_commitment, make_dependency, make_entity, make_session

ON = date(2026, 6, 15)
DONE = {"answer": "planned", "held_on": "2026-03-16"}  # its groups say how many came
ALONE = {**DONE, "uncounted": "on"}


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


@pytest.fixture
def report(client, head, plan, activity):
    """A function that posts a report as the head, and returns the form's errors, {} when it was kept."""
    client.force_login(head)

    def post(session, **data):
        response = client.post(at("session_update", plan, session.pk), {"revision": session.revision, **data})
        session.refresh_from_db()
        return {} if response.status_code == 302 else dict(response.context["form"].errors.items())

    return post


def form_of(client, session):
    return client.get(at("session_update", session.activity.plan, session.pk)).context["form"]


# --- The three answers ------------------------------------------------------------------------------------------------


def test_done_as_planned_takes_the_number_of_people_alone(client, report, activity):
    session = make_session(activity, planned_units=3)
    form = form_of(client, session)
    given = {name: form[name].value() for name in ("answer", "held_on", "month_only")}
    assert given == {"answer": "planned", "held_on": date(2026, 3, 16), "month_only": False}
    assert report(session, **{**given, "held_on": "2026-03-16", "month_only": ""}, attendance_total="40") == {}
    assert (session.executed_units, session.held_on, session.attendance_total) == (3, date(2026, 3, 16), 40)
    assert session.execution_state(ON) == "executed"


def test_saving_what_nobody_touched_is_no_report(client, report, activity):
    session = make_session(activity)
    assert report(session) == {"answer": ["Todavía no dijo qué pasó."]}
    assert report(session, **DONE) == {
        "attendance_total": ["Todavía no dijo cuántas personas fueron. Si no se contaron, márquelo abajo."]
    }
    assert (session.executed_units, session.revision) == (None, 0)


def test_month_that_was_planned_is_filled_in(client, report, activity):
    session = make_session(activity, date(2026, 3, 31), planned_precision="month")
    form = form_of(client, session)
    assert (form["held_on"].value(), form["month_only"].value()) == (date(2026, 3, 31), True)
    assert report(session, **ALONE, month_only="on") == {}
    assert (session.held_on, session.held_precision) == (date(2026, 3, 31), "month")


def test_nothing_is_supposed_of_what_has_not_come(client, head, activity):
    client.force_login(head)
    form = form_of(client, make_session(activity, timezone.localdate() + timedelta(1)))
    assert (form["answer"].value(), form["held_on"].value()) == ("", None)


def test_answer_reads_only_what_it_asks_for(report, activity, groups):
    """What a page without styles shows, and sends, of the other answers, mistakes included."""
    session = make_session(activity, planned_units=2, place="Salón")
    everything = {
        **{"held_on": "2026-03-20", "executed_units": "99999999999999", "reason": "Llovió", "carried_to_year": "x"},
        **{"attendance_total": "40", f"people_{groups[0].pk}": "-1", "summary": "Se habló", "place": ""},
    }
    assert report(session, **everything, answer="planned").keys() == {f"people_{groups[0].pk}"}
    everything[f"people_{groups[0].pk}"] = "4"
    assert report(session, **everything, answer="planned") == {}
    assert (session.executed_units, session.reason, session.carried_to_year) == (2, "", None)
    everything |= {"carried_to_year": "2027", "place": "En ninguna parte"}
    assert report(session, **everything, answer="not_held", reason_kind="other") == {}
    assert (session.executed_units, session.held_on, session.attendance_total) == (0, None, None)
    assert (session.reason, session.carried_to_year, session.summary, session.place) == ("Llovió", 2027, "", "")
    assert not session.attendances.exists()
    assert report(session, **everything, answer="taken_back") == {}
    assert (session.executed_units, session.reason, session.carried_to_year) == (None, "", None)


def test_stored_report_opens_with_its_answer(client, head, activity):
    client.force_login(head)
    on, held = iter(range(1, 28)), {"held_on": date(2026, 3, 16)}

    def answer(**facts):
        form = form_of(client, make_session(activity, date(2026, 2, next(on)), **{"planned_units": 3, **facts}))
        return form["answer"].value(), "taken_back" in dict(form.fields["answer"].choices)

    assert answer() == ("planned", False)
    assert answer(executed_units=3, **held) == ("planned", True)
    assert answer(executed_units=3, reason="Se cambió de sitio", **held) == ("partly", True)
    assert answer(executed_units=2, **held) == ("partly", True)
    assert answer(executed_units=9, **held) == ("partly", True)
    assert answer(executed_units=0) == ("not_held", True)
    assert answer(carried_to_year=2027) == ("not_held", True)


def test_report_in_part_says_how_many_and_why(report, activity):
    session = make_session(activity, planned_units=3)
    partly = {"answer": "partly", "held_on": "2026-03-16", "attendance_total": "20"}
    assert report(session, **partly) == {"executed_units": ["Diga cuántos se hicieron."]}
    assert report(session, **partly, executed_units="0") == {
        "executed_units": ["0 es que no se hizo: escoja «No se hizo»."]
    }
    assert report(session, **partly, executed_units="2") == {
        "reason": ["Se hizo menos de lo programado: diga por qué."]
    }
    assert report(session, **partly, executed_units="2", reason="Llovió") == {}
    assert session.execution_state(ON) == "partly_executed"


def test_report_of_zero_is_not_silence(report, activity):
    session = make_session(activity)
    assert report(session, answer="not_held") == {"reason_kind": ["Escoja por qué no se hizo."]}
    assert report(session, answer="not_held", reason_kind="other", reason="Sin quórum", carried_to_year="2027") == {}
    assert (session.executed_units, session.carried_to_year, session.execution_state(ON)) == (0, 2027, "carried_over")


def test_report_is_taken_back(report, activity):
    session = make_session(activity, executed_units=1, held_on=date(2026, 3, 16), footnote="Nota")
    assert report(session, answer="taken_back") == {}
    assert (session.executed_units, session.held_on, session.execution_state(ON)) == (None, None, "overdue")
    assert report(session, answer="taken_back").keys() == {"answer"}  # nothing is left to take back


# --- Numbers that can hardly be meant ---------------------------------------------------------------------------------


def test_more_than_planned_is_asked_back_and_kept_when_it_is_meant(client, report, plan, activity):
    session = make_session(activity)
    typed = {"answer": "partly", "held_on": "2026-03-16", "executed_units": "5"}
    assert report(session, **typed) == {"executed_units": ["¿5 de 1? ¿Quiso decir asistentes?"]}
    page = client.post(at("session_update", plan, session.pk), {**typed, "revision": 0})
    assert "Eran asistentes: guardar así" in page.content.decode()
    assert "executed_units" in report(session, **typed, sure="executed_units=4")  # the tick of another number
    assert report(session, **typed, sure=page.context["form"].asked).keys() == {"attendance_total"}
    typed |= {"uncounted": "on", "sure": page.context["form"].asked}
    assert report(session, **typed) == {}
    assert session.executed_units == 5
    assert report(session, **typed) == {}  # it stands already


def test_units_that_were_people_become_people_with_one_button(report, activity):
    session = make_session(activity)
    typed = {"answer": "partly", "held_on": "2026-03-16", "executed_units": "35", "meant": "people"}
    assert report(session, **typed) == {}
    assert (session.executed_units, session.attendance_total, session.reason) == (1, 35, "")


def test_units_that_were_people_of_an_extra_session(client, head, plan, activity):
    client.force_login(head)
    typed = {"held_on": "2026-03-21", "executed_units": "9", "meant": "people"}
    client.post(at("session_extra", plan, activity.pk), typed)
    session = activity.sessions.get()
    assert (session.executed_units, session.attendance_total) == (1, 9)


@pytest.mark.parametrize(
    ("people", "asked"),
    [("0", "¿Se hizo y no fue nadie?"), ("250000", "¿Fueron 250.000 personas?"), ("9999", ""), ("1", "")],
)
def test_people_that_can_hardly_be_meant_are_asked_back(report, activity, people, asked):
    session = make_session(activity)
    errors = report(session, **DONE, attendance_total=people)
    assert errors == ({"attendance_total": [asked]} if asked else {})
    assert report(session, **DONE, attendance_total=people, sure=f"attendance_total={people}") == {}
    assert session.attendance_total == int(people)


def test_number_that_no_column_holds_is_told(report, activity):
    session = make_session(activity)
    assert report(session, **DONE, attendance_total="99999999999").keys() == {"attendance_total"}
    assert report(session, **DONE, attendance_total="-3").keys() == {"attendance_total"}


def test_total_and_not_counted_are_one_or_the_other(report, activity):
    session = make_session(activity)
    assert report(session, **ALONE, attendance_total="4") == {
        "uncounted": ["Escribió 4 y marcó que no se contaron: deje lo uno o lo otro."]
    }


# --- After it ---------------------------------------------------------------------------------------------------------


def test_what_was_held_asks_for_its_promises(client, planner, plan, activity):
    session = make_session(activity, executed_units=1, held_on=date(2026, 3, 16))
    missed = make_session(activity, date(2026, 4, 1), executed_units=0, reason="Llovió")
    client.force_login(planner)
    address = f"{reverse('commitments:commitment_create', args=[plan.entity.slug, plan.slug])}?session={session.pk}"

    def asks(one):
        html = client.get(at("session_detail", plan, one.pk)).content.decode()
        return "¿Se comprometieron a algo?" in html and address in html

    assert (asks(session), asks(missed)) == (True, False)
    make_commitment(plan, session=session)
    assert not asks(session)


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_report_by_the_head_of_the_dependency(report, head, plan, activity, groups):
    approve(plan)
    session = make_session(activity)
    data = {
        "answer": "planned",
        "held_on": "2026-03-17",
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
    assert report(session, **DONE, **people) == {}
    earlier = AuditEntry.objects.latest("pk").pk
    people = {f"people_{kept.pk}": "5", f"people_{changed.pk}": "60"}
    assert report(session, **DONE, **people) == {}
    assert {row.group: row.people for row in session.attendances.all()} == {kept: 5, changed: 60}
    entries = AuditEntry.objects.filter(pk__gt=earlier)
    verbs = ["attendance.delete", "attendance.update", "session.update"]  # the last: of their sum
    assert sorted(entries.values_list("verb", flat=True)) == verbs


def test_total_that_nobody_typed_is_the_sum_of_the_groups_and_the_page_says_so(client, head, activity, groups):
    session = make_session(activity)
    client.force_login(head)
    url = at("session_update", session.activity.plan, session.pk)
    people = {f"people_{groups[0].pk}": "1200", f"people_{groups[1].pk}": "34", f"came_{groups[2].pk}": "on"}

    page = client.post(url, {**DONE, "revision": 0, **people}, follow=True)

    session.refresh_from_db()
    assert session.attendance_total == 1234
    assert "Asistentes en total: 1.234, la suma de los grupos." in page.content.decode()


@pytest.mark.parametrize(("typed", "total"), [({}, None), ({"attendance_total": "0", "sure": "attendance_total=0"}, 0)])
def test_total_stays_as_typed_when_no_group_was_counted(report, activity, groups, typed, total):
    session = make_session(activity)
    came = {f"came_{group.pk}": "on" for group in groups}
    assert report(session, **DONE, **typed, **came) == {}
    assert session.attendance_total == total


def test_people_of_groups_without_an_answer_are_no_report(report, activity, groups):
    session = make_session(activity)
    assert report(session, **{f"people_{groups[0].pk}": "5"}).keys() == {"answer"}


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
        return {**DONE, **{f"people_{row.pk}": people for row in groups}}

    assert report(session, **told("5")) == {}  # the kinds of rows are asked of the database once per process
    with django_assert_num_queries(13):  # the session again at the end
        assert report(session, **told("6")) == {}


def test_report_tells_each_rule(report, activity, groups):
    session = make_session(activity, planned_units=2)
    tomorrow = timezone.localdate() + timedelta(1)
    partly = {**ALONE, "answer": "partly", "executed_units": "2"}
    people = {f"people_{group.pk}": "20" for group in groups}
    assert report(session, **{**ALONE, "held_on": ""}) == {"held_on": ["Diga en qué fecha se hizo."]}
    assert report(session, **{**ALONE, "held_on": tomorrow}) == {
        "held_on": ["Esa fecha todavía no llega: se reporta lo que ya se hizo."]
    }
    assert report(session, **{**ALONE, "held_on": "0206-03-16"}) == {
        "held_on": ["Revise el año: es anterior al del plan."]
    }
    assert report(session, **partly, carried_to_year="2027") == {
        "carried_to_year": ["Ya se hizo todo lo programado: no pasa a otra vigencia."]
    }
    assert report(session, answer="not_held", reason_kind="other", reason="x", carried_to_year="2026") == {
        "carried_to_year": ["Escriba un año posterior a 2026."]
    }
    assert report(session, answer="otra").keys() == {"answer"}
    assert report(session, **DONE, attendance_total="50", **people) == {
        "attendance_total": [
            "Los grupos suman 60 y los asistentes son 50. A quien es de dos grupos, cuéntelo en uno solo; "
            "si el total está mal, corríjalo."
        ]
    }
    assert session.revision == 0 and not session.attendances.exists()
    assert report(session, **DONE, **people) == {}


def test_report_with_only_the_month(report, activity):
    session = make_session(activity)
    assert report(session, **{**ALONE, "held_on": "2026-03-05"}, month_only="on") == {}
    assert (session.held_on, session.held_precision) == (date(2026, 3, 31), "month")
    today = timezone.localdate()
    assert report(session, **{**ALONE, "held_on": today}, month_only="on") == {}
    next_month = (today.replace(day=28) + timedelta(9)).replace(day=1)
    assert report(session, **{**ALONE, "held_on": next_month}, month_only="on").keys() == {"held_on"}


def test_report_of_a_percentage_asks_for_both_numbers(client, report, plan, dependency):
    activity = make_activity(plan, dependency, target_kind="percentage", target_value=100)
    session = make_session(activity)
    assert "executed_units" not in form_of(client, session).fields
    assert report(session, **DONE).keys() == {"denominator"}
    assert report(session, **DONE, denominator="4") == {
        "numerator": ["Un porcentaje necesita los dos números: recibidos y atendidos."]
    }
    assert report(session, **DONE, denominator="4", numerator="5") == {
        "numerator": ["Los atendidos no pueden ser más que los recibidos."]
    }
    assert report(session, **DONE, denominator="4", numerator="3").keys() == {"reason"}
    assert report(session, **DONE, denominator="4", numerator="3", reason="Llegó tarde") == {}
    assert session.execution_state(ON) == "partly_executed"
    assert report(session, **DONE, denominator="0", numerator="0") == {}
    assert session.execution_state(ON) == "no_demand"
    assert report(session, answer="not_held", numerator="7") == {"reason_kind": ["Escoja por qué no se hizo."]}
    assert report(session, answer="not_held", reason_kind="other", reason="No hubo sistema") == {}
    assert (session.executed_units, session.denominator, session.execution_state(ON)) == (0, None, "not_executed")
    assert report(session, **DONE, denominator="2", numerator="2") == {}
    assert (session.executed_units, session.reason) == (None, "")


def test_report_of_a_count_has_no_percentage(client, head, plan, activity):
    client.force_login(head)
    form = client.get(at("session_update", plan, make_session(activity).pk)).context["form"]
    assert not {"denominator", "numerator"} & form.fields.keys()


def test_report_by_two_tells_the_second_and_loses_nothing(client, head, plan, activity, groups):
    session = make_session(activity)
    client.force_login(head)
    url = at("session_update", plan, session.pk)
    client.post(url, DONE | {"revision": 0, "place": "Salón A", f"people_{groups[0].pk}": "3"})
    second = DONE | {"revision": 0, "place": "Salón B", "summary": "Se habló de vías", f"people_{groups[0].pk}": "4"}
    response = client.post(url, second)
    form = response.context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    told = {clash.name: (clash.stored, clash.typed) for clash in form.clashes}
    assert told == {
        "place": ("Salón A", "Salón B"),
        "summary": ("", "Se habló de vías"),
        f"people_{groups[0].pk}": ("3", "4"),
        "attendance_total": ("3", ""),
        "executed_units": ("1", ""),
    }
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
    assert report(session, **ALONE, **data) == {}
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
    assert report(session, **ALONE, **{f"people_{foreign.pk}": "9"}) == {}
    assert not session.attendances.exists()


def test_extra_session_after_approval(client, head, plan, activity):
    approve(plan)
    client.force_login(head)
    url = at("session_extra", plan, activity.pk)
    form = client.get(url).context["form"]
    assert not {"answer", "reason", "carried_to_year"} & form.fields.keys() and form["executed_units"].value() == 1
    assert client.post(url, {"revision": "0"}).context["form"].errors.keys() == {
        *("held_on", "executed_units", "attendance_total")
    }
    typed = {
        "held_on": "2026-03-20",
        "attendance_total": "9",
        "reason": "x",
        "carried_to_year": "2027",
        "revision": "0",
    }
    many = client.post(url, typed | {"executed_units": "9"}).context["form"]
    assert many.errors == {"executed_units": ["¿9 espacios? ¿Quiso decir asistentes?"]}
    client.post(url, typed | {"executed_units": "1"})
    session = activity.sessions.get()
    assert (session.planned_on, session.planned_units, session.executed_units) == (date(2026, 3, 20), 0, 1)
    assert (session.reason, session.carried_to_year, session.execution_state(ON)) == ("", None, "extra")
    assert AuditEntry.objects.get(verb="session.create").actor == head
    again = client.post(url, typed | {"executed_units": "1"})
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
