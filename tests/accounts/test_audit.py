"""The audit trail as people read it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts import trail
from accounts.models import AuditEntry, Entity, Role
from records import audit
from reports.actions import save_narrative, start_report
from tests.factories import make_activity, make_dependency, make_entity, make_plan, make_session, make_user


def url(entity):
    return reverse("accounts:audit_list", args=[entity.slug])


def changes(entry) -> list[tuple[str, str, str]]:
    return [(change.label, change.before, change.after) for change in trail.changes(entry)]


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("planner", 403), ("head", 403), ("control", 200), ("outsider", 404)]
)
def test_rights(request, client, entity, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(entity)).status_code == status


def test_changes_have_labels_dates_and_choices_in_spanish(plan):
    plan.kind, plan.ends_on, plan.objective = "accountability", date(2026, 11, 30), "Escuchar"
    plan.save()
    assert changes(AuditEntry.objects.get(verb="plan.update")) == [
        ("Clase", "Plan de participación ciudadana", "Estrategia de rendición de cuentas"),
        ("Termina", "31 de diciembre de 2026", "30 de noviembre de 2026"),
        ("Objetivo", "", "Escuchar"),
    ]


def test_creation_shows_its_facts_and_no_identifiers(entity):
    unit = make_dependency(entity, "Secretaría de Gobierno", code="210")
    assert changes(AuditEntry.objects.get(verb="dependency.create", object_pk=unit.pk)) == [
        ("Nombre", "", "Secretaría de Gobierno"),
        ("Código", "", "210"),
        ("Orden", "", "0"),
    ]


def test_texts_of_a_report_are_told_one_by_one_as_they_were_written(plan, planner):
    report = start_report(plan=plan, kind="final", period="2026", by=planner)
    save_narrative(report=report, narrative={"reading": "Así fue el año", "commitments": "Una\nDos"}, by=planner)
    save_narrative(report=report, narrative={"reading": "Así fue la vigencia", "commitments": ""}, by=planner)
    first, second = AuditEntry.objects.filter(verb="report.update").order_by("pk")
    assert changes(first) == [("Compromisos", "", "Una\nDos"), ("Lectura de la ejecución", "", "Así fue el año")]
    assert changes(second) == [
        ("Compromisos", "Una\nDos", ""),
        ("Lectura de la ejecución", "Así fue el año", "Así fue la vigencia"),
    ]


def test_instant_is_told_in_the_time_of_colombia(plan, planner):
    report = start_report(plan=plan, kind="final", period="2026", by=planner)
    said = {"published_at": [None, "2026-03-10 03:30:00.801715"], "published_by": [None, planner]}
    entry = audit.record(by=planner, verb="report.update", target=report, changes=said)
    assert changes(entry) == [
        ("Publicado", "", "9 de marzo de 2026 a las 22:30"),
        ("Publicado por", "", str(planner)),
    ]


def test_verb_keeps_its_reason_with_a_label(plan, planner):
    entry = audit.record(by=planner, verb="plan.reopen", target=plan, changes={"reason": ["", "Faltó una fase"]})
    assert (trail.action(entry), trail.kind(entry)) == ("Devolvió a borrador", "plan")
    assert changes(entry) == [("Motivo", "", "Faltó una fase")]


def test_members_that_came_and_went_are_named(plan):
    group = plan.entity.groups.create(name="Juventud")
    activity = make_activity(plan)
    activity.groups.add(group)
    activity.groups.remove(group)
    came, went = AuditEntry.objects.filter(content_type__model="activity", verb="activity.update").order_by("pk")
    assert changes(came) == [("Grupos de valor y de interés", "", "Juventud")]
    assert changes(went) == [("Grupos de valor y de interés", "Juventud", "")]


def test_secrets_are_not_shown(entity):
    user = make_user(entity, Role.PLANNER)
    user.set_password("otra")
    user.save()
    entry = AuditEntry.objects.get(verb="user.update")
    assert changes(entry) == [("Contraseña", "(no se muestra)", "(no se muestra)")]


def test_page_tells_newest_first_and_only_this_entity(client, entity, control):
    make_plan(make_entity("otra"), title="Plan ajeno")
    first, second = make_plan(entity, title="Plan primero"), make_plan(entity, title="Plan segundo")
    client.force_login(control)
    html = client.get(url(entity)).content.decode().partition('id="resultados"')[2]
    assert html.index(second.title) < html.index(first.title)
    assert "Plan ajeno" not in html
    assert "Sistema" in html


def test_filters_find_by_person_kind_verb_and_name(client, entity, plan, control, planner):
    with audit.acting_as(planner):
        make_dependency(entity, "Oficina de Paz")
    audit.record(by=control, verb="plan.approve", target=plan)
    client.force_login(control)

    def found(**filters) -> set[str]:
        page = client.get(url(entity), filters).context["page"]
        return {entry.verb for entry in page}

    assert found(who=planner.pk) == {"dependency.create"}
    assert found(what="dependency") == {"dependency.create"}
    assert found(verb="approve") == {"plan.approve"}
    assert found(q="oficina") == {"dependency.create"}
    assert "plan.approve" not in found(who="sistema")
    assert found(who=planner.pk, verb="approve") == set()


def test_rows_lead_to_what_they_are_about(client, entity, plan, control, dependency):
    activity = make_activity(plan, dependency, name="Mesa")
    session = make_session(activity)
    gone = make_activity(plan, name="Sobra")
    gone.delete()
    client.force_login(control)
    rows = client.get(url(entity)).context["rows"]
    told = {(row["entry"].verb, row["entry"].object_id): row["url"] for row in rows}
    assert told["plan.create", plan.pk] == plan.get_absolute_url()
    assert told["activity.create", activity.pk] == activity.get_absolute_url()
    assert told["session.create", session.pk] == session.get_absolute_url()
    assert told["responsibility.create", activity.responsibilities.get().pk] == activity.get_absolute_url()
    assert told["activity.delete", gone.pk or rows[0]["entry"].object_id] == ""
    for address in filter(None, told.values()):
        assert client.get(address).status_code == 200


def test_filters_find_what_is_of_a_plan_or_of_a_dependency(client, entity, plan, control, dependency):
    below = make_dependency(entity, "Inspección", parent=dependency)
    mine, other = make_activity(plan, below, name="Mía"), make_activity(make_plan(entity), name="De otro plan")
    make_session(mine)
    make_session(other)
    client.force_login(control)

    def found(**filters) -> set[tuple[str, str]]:
        page = client.get(url(entity), filters).context["page"]
        return {(entry.verb, entry.object_repr) for entry in page}

    assert found(plan=plan.pk) == {
        ("plan.create", plan.title),
        ("activity.create", "Mía"),
        ("responsibility.create", "Inspección · Lidera"),
        ("session.create", "Mía · 2026-03-16"),
    }
    assert found(dependency=dependency.pk) == {
        ("dependency.create", "Secretaría de Gobierno"),
        ("dependency.create", "Inspección"),
        ("activity.create", "Mía"),
        ("responsibility.create", "Inspección · Lidera"),
        ("session.create", "Mía · 2026-03-16"),
    }


def test_filter_by_dates_takes_whole_days_of_colombia(client, entity, control):
    bogota = ZoneInfo("America/Bogota")
    days = [datetime(2026, 3, 9, 23, 59, tzinfo=bogota), datetime(2026, 3, 10, 0, 0, tzinfo=bogota)]
    for day in days:
        with time_machine.travel(day, tick=False):
            audit.record(by=None, verb="entity.update", target=Entity(pk=entity.pk, name=f"A las {day:%H:%M}"))
    client.force_login(control)

    def found(**filters) -> list[str]:
        return [entry.object_repr for entry in client.get(url(entity), filters).context["page"]]

    assert found(since="2026-03-09", until="2026-03-09") == ["A las 23:59"]
    assert found(since="2026-03-10", until="2026-03-10") == ["A las 00:00"]
    assert found(since="2026-03-09", until="2026-03-10") == ["A las 00:00", "A las 23:59"]


def test_filter_that_is_wrong_says_so_and_shows_everything(client, entity, control):
    client.force_login(control)
    html = client.get(url(entity), {"since": "ayer"}).content.decode()
    assert "Ingrese una fecha válida." in html
    assert entity.name in html


@pytest.mark.parametrize("size", [3, 60])
def test_page_asks_the_same_number_of_queries(client, entity, control, django_assert_num_queries, size):
    for number in range(size):
        with audit.acting_as(make_user(entity, Role.PLANNER) if number % 3 else None):
            make_plan(entity)
    client.force_login(control)
    client.get(url(entity))  # the kinds of rows are asked of the database once per process
    with django_assert_num_queries(
        10
    ):  # session, person, entity, roles, authors, plans, dependencies, count, entries, rows
        client.get(url(entity))


def test_page_two_goes_on(client, entity, control):
    for number in range(60):
        audit.record(by=None, verb="entity.update", target=entity, changes={"name": ["", f"Nombre {number:02}"]})
    client.force_login(control)
    newest = client.get(url(entity)).content.decode()
    assert "Nombre 59" in newest
    assert "Nombre 05" not in newest
    assert "Nombre 05" in client.get(url(entity), {"page": 2}).content.decode()


def test_time_is_that_of_colombia(client, entity, control):
    with time_machine.travel(datetime(2026, 3, 10, 3, 30, tzinfo=ZoneInfo("UTC")), tick=False):
        audit.record(by=None, verb="entity.update", target=entity)
    client.force_login(control)
    assert "9 mar 2026, 22:30" in client.get(url(entity), {"until": "2026-03-10"}).content.decode()
    assert timezone.now() - trail.entries_of(entity).first().timestamp < timedelta(hours=1)


def test_acting_as_inside_another_gives_the_outer_back(entity, planner, head):
    with audit.acting_as(planner):
        with audit.acting_as(head):
            make_dependency(entity, "Oficina de Paz")
        make_dependency(entity, "Oficina de Vivienda")
    entries = AuditEntry.objects.filter(verb="dependency.create", object_repr__startswith="Oficina").order_by("pk")
    assert [entry.actor for entry in entries] == [head, planner]


def test_record_changed_tells_what_was_deleted(entity, planner):
    gone = make_dependency(entity, "Oficina de Paz")
    audit.record_changed([(gone, None)], by=planner)
    entry = AuditEntry.objects.get(verb="dependency.delete")
    assert (entry.actor, entry.entity, entry.object_id) == (planner, entity, gone.pk)
    assert entry.changes["name"] == ["Oficina de Paz", None]
