"""What a report asks besides the space: differential counts, promises, metrics, files; and that it is never two."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, BoundedSemaphore
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from activities.differential import of, published
from activities.models import Disaggregation, Evidence, Metric, Session
from activities.models.disaggregation import VARIABLES
from commitments.models import Commitment
from plans.models import Plan, StakeholderGroup
from records import files
from records.models import StoredFile
from tests.activities.photographs import photograph
from tests.factories import make_activity, make_commitment, make_dependency, make_session, make_user

DONE = {"answer": "planned", "held_on": "2026-03-16", "attendance_total": "40"}
PROMISE = {"promise-0-text": "Publicar el acta", "promise-0-due_on": "2026-04-30"}
HELD = date(2026, 3, 16)


def at(name: str, plan: Plan, pk: int) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, pk])


def approve(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))


@pytest.fixture
def activity(plan, dependency):
    return make_activity(plan, dependency, name="Mesa")


@pytest.fixture
def session(activity):
    return make_session(activity)


@pytest.fixture
def report(client, head, plan):
    """A function that posts a report as the head, and returns the form's errors, {} when it was kept."""
    client.force_login(head)

    def post(session, **data):
        response = client.post(at("session_update", plan, session.pk), {"revision": session.revision, **data})
        session.refresh_from_db()
        return {} if response.status_code == 302 else dict(response.context["form"].errors.items())

    return post


# --- Differential counts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 20, "b": 15, "c": 5}, {"a": 20, "b": 15, "c": 5}),
        ({"a": 20, "b": 15, "c": 4}, {"a": 20, "b": None, "c": None}),
        ({"a": 20, "b": 15, "c": 4, "d": 1}, {"a": 20, "b": 15, "c": None, "d": None}),
        ({"a": 20, "b": 15, "c": 2, "d": 1}, {"a": 20, "b": None, "c": None, "d": None}),
        ({"a": 20, "b": 0}, {"a": 20, "b": 0}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 20, "b": 3}, {"a": None, "b": None}),
        ({}, {}),
    ],
)
def test_few_people_are_withheld_with_what_would_tell_them(counts, shown):
    assert published(counts) == shown


def test_every_variable_lets_people_say_nothing():
    assert len(VARIABLES) == 11
    assert all({"no_answer", "no_data"} < variable.values.keys() for variable in VARIABLES.values())


def test_differential_counts_are_kept_changed_and_taken_back(report, session):
    told = {"cell_sex_woman": "25", "cell_sex_man": "10", "cell_victim_yes": "0"}
    assert report(session, **DONE, **told) == {}
    stored = {(row.variable, row.value): row.people for row in session.disaggregations.all()}
    assert stored == {("sex", "woman"): 25, ("sex", "man"): 10, ("victim", "yes"): 0}
    assert of(session)[0] == ("Sexo", [("Mujer", 25), ("Hombre", 10), ("Sin dato", 5)])
    assert AuditEntry.objects.filter(verb="disaggregation.create").count() == 3

    assert report(session, **DONE, **{**told, "cell_sex_man": "12", "cell_victim_yes": ""}) == {}
    stored = {(row.variable, row.value): row.people for row in session.disaggregations.all()}
    assert stored == {("sex", "woman"): 25, ("sex", "man"): 12}
    assert report(session, answer="not_held", reason_kind="agenda", **told) == {}
    assert not Disaggregation.objects.exists()


def test_differential_counts_fit_the_total(report, session):
    assert report(session, **DONE, cell_sex_woman="30", cell_sex_man="11") == {
        "cell_sex_woman": ["«Sexo» suma 41 y los asistentes son 40: corrija lo uno o lo otro."]
    }
    assert report(session, **DONE, cell_sex_woman="30", cell_sex_no_data="9") == {
        "cell_sex_no_data": [
            "«Sexo» suma 39 y los asistentes son 40. Deje vacío «sin dato» y será lo que falta, o corrija los números."
        ]
    }
    alone = {**DONE, "attendance_total": "", "uncounted": "on"}
    assert report(session, **alone, cell_sex_woman="30") == {
        "attendance_total": ["Para contar por «Sexo» diga primero cuántas personas fueron."]
    }
    assert not Disaggregation.objects.exists() and session.revision == 0


# --- Promises and metrics ---------------------------------------------------------------------------------------------


def test_promises_of_a_report_are_owed_by_who_reports(report, head, session, dependency, entity):
    group = StakeholderGroup.objects.create(entity=entity, name="Veedurías")
    session.activity.groups.add(group)
    more = {"promise-1-text": "Arreglar la vía", "promise-1-due_on": "2026-05-30"}
    assert report(session, **DONE, **PROMISE, **more) == {}
    one, other = Commitment.objects.order_by("due_on")
    assert (one.text, one.due_on, one.made_on, one.session, one.instance) == (
        *("Publicar el acta", date(2026, 4, 30), HELD),
        *(session, "Mesa"),
    )
    assert [list(row.responsible.all()) for row in (one, other)] == [[dependency]] * 2
    assert [list(row.groups.all()) for row in (one, other)] == [[group]] * 2
    assert AuditEntry.objects.filter(verb="commitment.create", actor=head).count() == 2
    assert report(session, **DONE, **PROMISE, **more) == {}
    assert Commitment.objects.count() == 2


def test_promise_that_planning_writes_is_of_who_leads(client, planner, plan, session, dependency):
    client.force_login(planner)
    client.post(at("session_update", plan, session.pk), {"revision": 0, **DONE, **PROMISE})
    assert list(Commitment.objects.get().responsible.all()) == [dependency]


def test_promise_that_lacks_something_is_told_and_nothing_is_kept(report, session):
    assert report(session, **DONE, **{"promise-0-text": "Publicar el acta"}) == {
        "__all__": ["Compromisos, 1 · Para cuándo: Este campo es obligatorio."]
    }
    early = {**PROMISE, "promise-0-due_on": "2026-03-01"}
    assert report(session, **DONE, **early) == {
        "__all__": ["Compromisos, 1 · Para cuándo: El plazo no puede ser anterior al día en que se adquirió."]
    }
    assert session.revision == 0 and not Commitment.objects.exists()
    assert report(session, answer="not_held", reason_kind="agenda", **early) == {}
    assert not Commitment.objects.exists()


def test_metrics_by_channel_are_of_the_day_of_the_space(report, session):
    measured = {
        **{"metric-0-name": "Reproducciones", "metric-0-value": "120.5", "metric-0-source": "Facebook"},
        **{"metric-1-name": "Reproducciones", "metric-1-value": "30", "metric-1-source": "YouTube"},
        "metric-1-captured_on": "2026-03-20",
    }
    assert report(session, **DONE, **measured) == {}
    stored = Metric.objects.values_list("kind", "value", "source", "captured_on", "period_from", "period_to", "session")
    assert list(stored) == [
        ("reproducciones", 120.5, "Facebook", None, HELD, HELD, session.pk),
        ("reproducciones", 30, "YouTube", date(2026, 3, 20), HELD, HELD, session.pk),
    ]
    assert report(session, **DONE, **measured) == {}
    assert Metric.objects.count() == 2
    [told] = report(session, **DONE, **{**measured, "metric-0-value": "7"})["__all__"]
    assert told.startswith("Mediciones por canal, 1 · Valor: Ya hay otra de esa fecha y esa fuente")


def test_last_space_is_a_hint_and_is_not_filled_in(client, head, plan, activity, entity):
    group = StakeholderGroup.objects.create(entity=entity, name="Veedurías")
    before = make_session(
        *(activity, date(2026, 2, 16)), held_on=date(2026, 2, 16), executed_units=1, attendance_total=33
    )
    before.attendances.create(group=group, people=12)
    client.force_login(head)
    page = client.get(at("session_update", plan, make_session(activity).pk))
    assert page.context["form"]["attendance_total"].value() is None
    assert "La vez pasada: 33." in page.content.decode() and "La vez pasada: 12." in page.content.decode()


# --- Not held ---------------------------------------------------------------------------------------------------------


def test_reason_of_the_list_says_it_in_its_own_words(report, session):
    assert report(session, answer="not_held", reason_kind="other") == {"reason": ["Si es otro motivo, escriba cuál."]}
    assert report(session, answer="not_held", reason_kind="budget") == {}
    assert (session.reason_kind, session.reason) == ("budget", "Presupuesto o contratación")
    assert report(session, answer="not_held", reason_kind="agenda", reason=session.reason) == {}
    assert session.reason == "Cruce de agendas"
    assert report(session, answer="not_held", reason_kind="agenda", reason="Coincidió con el cabildo") == {}
    assert (session.reason_kind, session.reason) == ("agenda", "Coincidió con el cabildo")
    assert report(session, **DONE) == {}
    assert (session.reason_kind, session.reason) == ("", "")


def test_space_that_was_not_held_offers_another_date_with_its_reason(client, head, plan, session):
    approve(plan)
    client.force_login(head)
    address = at("session_update", plan, session.pk)
    assert 'value="reschedule"' in client.get(address).content.decode()
    data = {
        "revision": 0,
        "answer": "not_held",
        "reason_kind": "force_majeure",
        "reason": "Llovió",
        "instead": "reschedule",
    }
    response = client.post(address, data)
    assert response.url == f"{at('session_change', plan, session.pk)}?que=reschedule"
    form = client.get(response.url).context["form"]
    assert (form["reason"].value(), form["reason_text"].value()) == ("force_majeure", "Llovió")
    session.refresh_from_db()
    assert session.executed_units is None  # nothing was reported
    other = make_session(session.activity, date(2026, 5, 4))
    assert client.get(f"{at('session_change', plan, other.pk)}?que=reschedule").context["form"]["reason"].value() == ""


# --- Files ------------------------------------------------------------------------------------------------------------


def test_damaged_file_among_good_ones_is_told_and_the_rest_is_kept(client, report, plan, session):
    files = [SimpleUploadedFile(f"{n}.jpg", photograph(40, 30, seed=n), "image/jpeg") for n in range(3)]
    files.insert(1, SimpleUploadedFile("mala.jpg", photograph(400, 300)[:900], "image/jpeg"))
    data = {"revision": 0, **DONE, "files": files, "photos": SimpleUploadedFile("x.exe", b"MZ\x90\x00" * 20)}
    page = client.post(at("session_update", plan, session.pk), data, follow=True).content.decode()
    session.refresh_from_db()
    assert session.attendance_total == 40
    assert sorted(session.evidence.values_list("file_name", flat=True)) == ["0.jpg", "1.jpg", "2.jpg"]
    assert "«mala.jpg» está dañada" in page and "«x.exe»" in page


def refused(client, address: str, **data) -> list[str]:
    """The tokens of the files that wait in a form that was refused, each a tick that can be taken away."""
    page = client.post(address, {"revision": 0, "answer": "planned", "held_on": "", "summary": "De vías", **data})
    found = re.findall(r'name="waiting"\s+value="([^"]+)"\s+checked', page.content.decode())
    assert "De vías" in page.content.decode() and len(found) == len(page.context["waiting"])
    return found


def test_files_of_a_refused_form_wait_for_its_next_try(client, report, plan, session):
    address = at("session_update", plan, session.pk)
    [one] = refused(client, address, files=picture("a.jpg", 1))
    both = refused(client, address, waiting=one, files=picture("b.jpg", 2))
    assert both[0] == one and len(both) == 2
    assert refused(client, address, waiting=both, files=picture("a.jpg", 1)) == both  # sent again
    assert not Evidence.objects.exists()
    client.post(address, {"revision": 0, **DONE, "waiting": both})
    told = session.evidence.values_list("file_name", "kind", "media_type", "width", "height")
    assert list(told) == [(name, "photograph", "image/jpeg", 30, 40) for name in ("a.jpg", "b.jpg")]
    assert AuditEntry.objects.filter(verb="evidence.create").count() == 2
    assert files.read(session.evidence.first().file).startswith(b"\xff\xd8")


def test_files_of_a_form_that_nobody_tries_again_are_of_no_space(client, report, plan, activity):
    address = at("session_extra", plan, activity.pk)
    assert len(refused(client, address, files=picture("a.jpg", 1))) == 1
    assert not Evidence.objects.exists() and StoredFile.objects.count() == 1
    assert files.sweep(on=timezone.now() + files.KEPT_FOR + timedelta(minutes=1)) == 1


def test_file_that_waited_too_long_or_is_of_somebody_else_is_told(client, entity, dependency, plan, session):
    address, said = at("session_update", plan, session.pk), "ya no está guardado"
    client.force_login(make_user(entity, Role.HEAD, dependency))
    [token] = refused(client, address, files=picture("a.jpg", 1))
    client.force_login(make_user(entity, Role.HEAD, dependency))
    page = client.post(address, {"revision": 0, **DONE, "waiting": [token, "x"]}, follow=True).content.decode()
    assert page.count(said) == 2 and not Evidence.objects.exists()


def picture(name: str, seed: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photograph(40, 30, seed=seed), "image/jpeg")


def test_files_beyond_those_of_one_report_are_named(client, report, plan, session):
    files = [SimpleUploadedFile(f"{n}.jpg", photograph(8, 8, seed=n), "image/jpeg") for n in range(13)]
    data = {"revision": 0, **DONE, "files": files}
    page = client.post(at("session_update", plan, session.pk), data, follow=True).content.decode()
    assert "Se reciben 12 archivos a la vez. Falta enviar «12.jpg»." in page
    assert session.evidence.count() == 12


# --- Never two --------------------------------------------------------------------------------------------------------


def test_report_that_arrives_again_is_answered_as_the_first(client, report, plan, session):
    data = {"revision": 0, "sent_as": str(uuid4()), **DONE, **PROMISE}
    address = at("session_update", plan, session.pk)
    answers = [client.post(address, data) for _n in range(3)]
    assert [answer.url for answer in answers] == [session.get_absolute_url()] * 3
    session.refresh_from_db()
    assert (session.revision, Commitment.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(verb="session.update").count() == 1


def test_what_its_person_changed_before_the_answer_came_is_kept(client, report, plan, session):
    data = {"revision": 0, "sent_as": str(uuid4()), **DONE}
    address = at("session_update", plan, session.pk)
    client.post(address, data)
    assert client.post(address, {**data, "attendance_total": "41"}).status_code == 302
    session.refresh_from_db()
    assert session.attendance_total == 41


def test_report_that_arrives_again_after_another_person_is_told(client, report, plan, session):
    data = {"revision": 0, "sent_as": str(uuid4()), **DONE}
    address = at("session_update", plan, session.pk)
    client.post(address, data)
    client.post(address, {**DONE, "revision": 1, "sent_as": str(uuid4()), "attendance_total": "50"})
    form = client.post(address, data).context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    session.refresh_from_db()
    assert session.attendance_total == 50


def test_space_that_nobody_programmed_is_added_once(client, report, plan, activity):
    address = at("session_extra", plan, activity.pk)
    data = {"held_on": "2026-03-20", "attendance_total": "9", "executed_units": "1", "sent_as": str(uuid4())}
    first, second = client.post(address, data), client.post(address, data)
    assert first.url == second.url == activity.sessions.get().get_absolute_url()
    client.post(address, {**data, "held_on": "2026-03-21"})  # its person corrected the day before the answer came
    assert activity.sessions.get().held_on == date(2026, 3, 21)
    client.post(address, {**data, "held_on": "2026-03-22", "sent_as": str(uuid4())})
    assert activity.sessions.count() == 2


def test_script_is_told_where_to_go(client, report, plan, session):
    address = at("session_update", plan, session.pk)
    answer = client.post(address, {"revision": 0, **DONE}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == session.get_absolute_url()
    page = client.get(answer["HX-Redirect"]).content.decode()
    assert "Se guardó el reporte." in page


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("photographs", "most"), [(False, 13), (True, 15)])
def test_report_costs_the_same_however_many_groups_promises_metrics_and_photographs(
    client, report, plan, activity, entity, photographs, most
):
    """Of an approved plan of any size, with all that a report asks: savepoints apart, as many statements as tables are
    read and written. Photographs add that of their bytes and that of their evidence: a worker makes their sizes."""
    approve(plan)

    def cost(number: int, on: date) -> list[str]:
        for n in range(10 * number):  # the plan grows
            other = make_session(make_activity(plan, activity.responsibilities.get().dependency), on)
            make_commitment(plan, session=other, code=f"C-2026-{on.day}{n:02}", text=f"Otra {n} del {on}")
        groups = [StakeholderGroup.objects.create(entity=entity, name=f"Grupo {on} {n}") for n in range(number)]
        data = {"revision": 0, **DONE, "held_on": on, "sent_as": str(uuid4())}
        data |= {f"people_{group.pk}": "2" for group in groups}
        activity.groups.set(groups)
        for n in range(min(number, 4)):
            data |= {f"promise-{n}-text": f"Promesa {n} del {on}", f"promise-{n}-due_on": "2026-12-01"}
            data |= {f"metric-{n}-name": f"Medida {n}", f"metric-{n}-value": "3"}
            data |= {f"cell_{variable}_yes": "1" for variable in ("victim", "migrant", "disability")[:number]}
        data |= dict.fromkeys(("summary", "topics", "contributions", "results", "footnote"), "Vías")
        data["files"] = [
            SimpleUploadedFile(f"{n}.jpg", photograph(40, 30, seed=on.day * 10 + n), "image/jpeg")
            for n in range(number if photographs else 0)
        ]
        session = make_session(activity, on)
        with CaptureQueriesContext(connection) as queries:
            assert client.post(at("session_update", plan, session.pk), data).status_code == 302
        assert session.commitments.count() == min(number, 4) and session.evidence.count() == photographs * number
        return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]

    cost(1, date(2026, 3, 1))  # the kinds of rows are asked of the database once per process
    for number, on in ((1, date(2026, 3, 2)), (5, date(2026, 3, 3))):
        assert len(statements := cost(number, on)) == most, "\n".join(statements)


def test_space_that_nobody_programmed_costs_the_same(client, report, plan, activity, entity):
    """With groups, promises and photographs; two more when it has differential counts and metrics."""
    approve(plan)

    def cost(number: int, day: int) -> list[str]:
        for n in range(10 * number):  # the plan grows
            other = make_session(make_activity(plan, activity.responsibilities.get().dependency), date(2026, 3, day))
            make_commitment(plan, session=other, code=f"C-2026-{day}{n:02}", text=f"Otra {n} del {day}")
        groups = [StakeholderGroup.objects.create(entity=entity, name=f"Grupo {day} {n}") for n in range(number)]
        activity.groups.set(groups)
        data = {**DONE, "held_on": f"2026-03-{day:02}", "executed_units": "1", "sent_as": str(uuid4())}
        data |= {f"people_{group.pk}": "2" for group in groups}
        for n in range(number):
            data |= {f"promise-{n}-text": f"Promesa {n} del {day}", f"promise-{n}-due_on": "2026-12-01"}
        data["files"] = [
            SimpleUploadedFile(f"{n}.jpg", photograph(40, 30, seed=day * 10 + n), "image/jpeg") for n in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert client.post(at("session_extra", plan, activity.pk), data).status_code == 302
        session = activity.sessions.get(held_on=date(2026, 3, day))
        assert (session.planned_units, session.commitments.count(), session.evidence.count()) == (0, number, number)
        return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]

    cost(1, 1)  # the kinds of rows are asked of the database once per process
    for number, day in ((1, 2), (4, 3)):
        assert len(statements := cost(number, day)) == 15, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_people_who_save_at_once_lose_nothing_and_double_nothing(entity, plan):
    """Each sends twice, as a telephone does that did not hear the answer; the site serves eight at a time."""
    approve(plan)
    people = []
    for n in range(200):
        unit = make_dependency(entity, f"Dependencia {n}")
        client = Client()
        client.force_login(make_user(entity, Role.HEAD, unit))
        people.append((client, make_session(make_activity(plan, unit)), {"sent_as": str(uuid4()), "n": n}))
    together, seats = Barrier(200), BoundedSemaphore(8)  # workers × threads of `manage.py serve`

    def send(one) -> list[int]:
        client, session, facts = one
        data = {
            **DONE,
            **PROMISE,
            "revision": 0,
            "attendance_total": str(100 + facts["n"]),
            "sent_as": facts["sent_as"],
        }
        data["promise-0-text"] = f"Promesa {facts['n']}"
        together.wait()
        with seats:
            try:
                return [client.post(at("session_update", plan, session.pk), data).status_code for _time in range(2)]
            finally:
                connections.close_all()

    with ThreadPoolExecutor(200) as pool:
        assert list(pool.map(send, people)) == [[302, 302]] * 200
    stored = Session.objects.order_by("pk").values_list("attendance_total", "revision")
    assert list(stored) == [(100 + n, 1) for n in range(200)]
    assert Commitment.objects.count() == Commitment.objects.values("session").distinct().count() == 200


@pytest.mark.django_db(transaction=True)
def test_same_report_sent_twice_at_the_same_moment_is_one(entity, plan, dependency):
    activity, head = make_activity(plan, dependency), make_user(entity, Role.HEAD, dependency)
    together = Barrier(4)
    data = {"held_on": "2026-03-20", "attendance_total": "9", "executed_units": "1", "sent_as": str(uuid4()), **PROMISE}

    def send(_n) -> int:
        client = Client()
        client.force_login(head)
        together.wait()
        try:
            return client.post(at("session_extra", plan, activity.pk), data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(4))) == [302] * 4
    assert (activity.sessions.count(), Commitment.objects.count()) == (1, 1)
