"""Several activities of a draft changed at once, all or none, and put back."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from accounts.models import AuditEntry
from activities import several
from activities.models import Activity, Responsibility, Session
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records.refusals import Stale
from tests.factories import make_activity, make_commitment, make_dependency, make_plan, make_session


def at(name: str, plan: Plan) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug])


def state(activity: Activity) -> tuple:
    activity = Activity.objects.get(pk=activity.pk)
    return (
        activity.phase_id,
        activity.line_id,
        [(row.dependency.name, row.part) for row in activity.responsibilities.all()],
        [group.name for group in activity.groups.all()],
        list(activity.sessions.values_list("planned_on", "planned_precision")),
    )


@pytest.fixture
def phase(plan):
    return CyclePhase.objects.create(plan=plan, number=2, name="Formulación")


@pytest.fixture
def group(entity):
    return StakeholderGroup.objects.create(entity=entity, name="Juntas de acción comunal")


@pytest.fixture
def three(plan, dependency):
    """One led by another, which `dependency` supports; one that it leads; one of nobody."""
    other = make_dependency(plan.entity, "Hacienda")
    led = make_activity(plan, other, name="Mesa", number="1.1")
    led.responsibilities.create(dependency=dependency, part="support")
    return [led, make_activity(plan, dependency, name="Foro"), make_activity(plan, name="Feria")]


def choose(activities) -> list[str]:
    return [f"{row.pk}:{Activity.objects.get(pk=row.pk).revision}" for row in activities]


def test_one_answer_changes_all_and_one_puts_them_back(client, planner, plan, dependency, phase, group, three):
    line = StrategicLine.objects.create(plan=plan, name="Diálogo")
    make_session(three[1], date(2026, 10, 31), planned_precision="month")
    before = [state(row) for row in three]
    client.force_login(planner)
    page = client.post(at("activity_several", plan), {"rows": choose(three), "query": "dependency=ninguna"})
    assert "Cambiar 3 actividades" in page.content.decode()
    response = client.post(
        at("activity_several", plan),
        {
            "rows": page.context["picked"],
            "query": page.context["query"],
            "do": "apply",
            "lead": dependency.pk,
            "phase": phase.pk,
            "line": line.pk,
            "groups": [group.pk],
            "month": "2026-10",
        },
    )
    assert response.url == f"{at('activity_list', plan)}?dependency=ninguna"
    october = (date(2026, 10, 31), "month")
    for row in three:
        assert state(row) == (
            *(phase.pk, line.pk, [("Secretaría de Gobierno", "lead")]),
            *(["Juntas de acción comunal"], [october]),
        )
    entry = AuditEntry.objects.get(verb="activity.update", object_id=three[2].pk, changes__has_key="phase")
    assert (entry.actor, entry.changes["phase"]) == (planner, [None, "2. Formulación"])
    assert AuditEntry.objects.filter(verb="responsibility.create", actor=planner).count() == 2
    listed = client.get(at("activity_list", plan))
    assert listed.context["undo"] == "Se cambiaron 3 actividades." and "Deshacer" in listed.content.decode()
    answer = client.post(at("activity_undo", plan), follow=True)
    assert "3 actividades quedaron como estaban." in answer.content.decode()
    assert [state(row) for row in three] == before
    assert answer.context["undo"] == ""
    assert "Ya no hay nada que deshacer." in client.post(at("activity_undo", plan), follow=True).content.decode()


def test_what_somebody_changed_since_is_not_undone(client, planner, plan, phase, three):
    client.force_login(planner)
    client.post(at("activity_several", plan), {"rows": choose(three), "do": "apply", "phase": phase.pk})
    three[0].refresh_from_db()
    three[0].claim()
    answer = client.post(at("activity_undo", plan), follow=True).content.decode()
    assert "No se hizo nada, porque desde que usted lo vio cambió esto: «1.1 Mesa»." in answer
    assert {state(row)[0] for row in three} == {phase.pk}


def test_space_reported_since_is_not_undone(plan, planner, three):
    seen = {row.pk: 0 for row in three}
    number, stash = several.change(plan=plan, seen=seen, wanted={"month": date(2026, 10, 31)}, by=planner)
    assert number == 3
    Session.objects.filter(activity=three[0]).update(executed_units=0)
    with pytest.raises(several.Refused, match="Alguien ya cambió los espacios"):
        several.undo(plan=plan, stash=stash, by=planner)
    assert Session.objects.count() == 3


def test_one_changed_meanwhile_keeps_all_as_they_are(client, planner, plan, phase, three):
    client.force_login(planner)
    picked = choose(three)
    three[1].claim()
    response = client.post(at("activity_several", plan), {"rows": picked, "do": "apply", "phase": phase.pk})
    assert "No se hizo nada, porque desde que usted lo vio cambió esto: «Foro»." in response.content.decode()
    assert {state(row)[0] for row in three} == {None}


def test_one_deleted_meanwhile_keeps_all_as_they_are(plan, planner, phase, three):
    seen = {row.pk: 0 for row in three}
    three[2].delete()
    with pytest.raises(Stale):
        several.change(plan=plan, seen=seen, wanted={"phase": phase}, by=planner)
    assert state(three[0])[0] is None


def test_what_is_so_already_is_no_change(client, planner, plan, phase, three):
    client.force_login(planner)
    for sentence in ("", "Ya estaban así"):
        response = client.post(
            at("activity_several", plan), {"rows": choose(three), "do": "apply", "phase": phase.pk}, follow=True
        )
        assert sentence in response.content.decode()
    assert {Activity.objects.get(pk=row.pk).revision for row in three} == {1}


def test_nothing_chosen_is_told(client, planner, plan, three):
    client.force_login(planner)
    for rows in ([], ["x:1", "1"], [f"{10**30}:0"]):
        answer = client.post(at("activity_several", plan), {"rows": rows}, follow=True).content.decode()
        assert "Elija primero las actividades que quiere cambiar." in answer
    answer = client.post(at("activity_several", plan), {"rows": choose(three), "do": "apply"})
    assert "Escoja al menos un dato para cambiar." in answer.content.decode()


def test_whole_list_is_that_of_the_filters(client, planner, plan, three):
    client.force_login(planner)
    page = client.post(at("activity_several", plan), {"do": "all", "query": "dependency=ninguna"})
    assert page.context["picked"] == f"{three[2].pk}:0"


def test_deleted_ones_come_back_whole(client, planner, plan, dependency, group, three):
    three[0].groups.add(group)
    session = make_session(three[0], place="Salón comunal")
    three[0].metrics.create(
        kind="alcance", name="Alcance", value=12, period_from=date(2026, 1, 1), period_to=date(2026, 1, 31)
    )
    before = [state(row) for row in three[:2]]
    client.force_login(planner)
    client.post(at("activity_several", plan), {"rows": choose(three[:2]), "do": "delete"})
    assert list(plan.activities.all()) == [three[2]]
    assert AuditEntry.objects.filter(verb="activity.delete", actor=planner).count() == 2
    assert AuditEntry.objects.filter(verb="session.delete", object_id=session.pk).exists()
    answer = client.post(at("activity_undo", plan), follow=True).content.decode()
    assert "2 actividades quedaron como estaban." in answer
    assert [state(row) for row in three[:2]] == before
    assert Session.objects.get(pk=session.pk).place == "Salón comunal"
    assert plan.activities.search("mesa").get().metrics.get().value == 12


def test_deleted_one_whose_number_is_taken_does_not_come_back(client, planner, plan, three):
    client.force_login(planner)
    client.post(at("activity_several", plan), {"rows": choose(three[:1]), "do": "delete"})
    make_activity(plan, number="1.1", name="Otra")
    answer = client.post(at("activity_undo", plan), follow=True).content.decode()
    assert "No se pudo deshacer: desde entonces alguien usó uno de esos números" in answer
    assert plan.activities.count() == 3


@pytest.mark.parametrize("gone", ["phase", "group", "dependency"])
def test_deleted_one_whose_own_are_gone_does_not_come_back(client, planner, plan, phase, group, dependency, gone):
    activity = make_activity(plan, dependency, name="Mesa", phase=phase)
    activity.groups.add(group)
    client.force_login(planner)
    client.post(at("activity_several", plan), {"rows": choose([activity]), "do": "delete"})
    {"phase": phase, "group": group, "dependency": dependency}[gone].delete()
    answer = client.post(at("activity_undo", plan), follow=True).content.decode()
    assert "o quitó algo de lo que tenían" in answer
    assert plan.activities.count() == 0


def test_whoever_leads_several_answers_for_them_alone(plan, planner, dependency):
    activity = make_activity(plan, name="Feria", all_dependencies=True)
    changed, stash = several.change(plan=plan, seen={activity.pk: 0}, wanted={"lead": dependency}, by=planner)
    activity.refresh_from_db()
    assert (changed, activity.all_dependencies) == (1, False)
    several.undo(plan=plan, stash=stash, by=planner)
    activity.refresh_from_db()
    assert (activity.all_dependencies, activity.responsibilities.count()) == (True, 0)


def test_reported_or_promised_is_not_deleted(client, planner, plan, three):
    make_session(three[0], executed_units=0, reason="Sin quórum")
    make_commitment(plan, session=make_session(three[1]))
    client.force_login(planner)
    answer = client.post(at("activity_several", plan), {"rows": choose(three), "do": "delete"}, follow=True)
    told = (
        "tienen ejecución reportada, evidencias, evaluaciones, compromisos o solicitudes de cambio «1.1 Mesa» y «Foro»."
    )
    assert told in answer.content.decode()
    assert plan.activities.count() == 3


def test_too_many_are_not_deleted_at_once(plan, planner, monkeypatch, three):
    monkeypatch.setattr(several, "MOST_DELETED", 2)
    with pytest.raises(several.Refused, match="Se eliminan a lo sumo 2 actividades a la vez."):
        several.delete(plan=plan, seen={row.pk: 0 for row in three}, by=planner)
    assert plan.activities.count() == 3


def test_approved_plan_refuses(client, planner, plan, phase, three):
    rows = choose(three)
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 31))
    client.force_login(planner)
    answer = client.post(at("activity_several", plan), {"rows": rows, "do": "apply", "phase": phase.pk}, follow=True)
    assert "El plan está aprobado y lo que promete ya no se edita." in answer.content.decode()
    assert {state(row)[0] for row in three} == {None}


def test_rows_of_another_plan_are_not_reached(client, planner, plan, phase, three):
    sibling = make_activity(make_plan(plan.entity), name="Ajena")
    client.force_login(planner)
    client.post(at("activity_several", plan), {"rows": [f"{sibling.pk}:0"], "do": "delete"})
    client.post(at("activity_several", plan), {"rows": [f"{sibling.pk}:0"], "do": "apply", "phase": phase.pk})
    assert state(sibling)[0] is None


def test_undo_is_of_its_plan_alone(client, planner, plan, phase, three):
    client.force_login(planner)
    client.post(at("activity_several", plan), {"rows": choose(three), "do": "apply", "phase": phase.pk})
    sibling = make_plan(plan.entity)
    assert client.get(at("activity_list", sibling)).context["undo"] == ""
    client.post(at("activity_undo", sibling))
    assert state(three[0])[0] == phase.pk


@pytest.mark.parametrize("size", [2, 15])  # of more, SQLite takes their entries in several statements
def test_statements_do_not_grow(plan, planner, dependency, phase, group, size, django_assert_num_queries):
    for model in (Activity, Responsibility, Session):
        ContentType.objects.get_for_model(model)  # remembered by the process
    other = make_dependency(plan.entity)
    rows = [make_activity(plan, other) for _n in range(size)]
    wanted = {"lead": dependency, "phase": phase, "groups": [group], "month": date(2026, 10, 31)}
    with django_assert_num_queries(22):
        _number, stash = several.change(plan=plan, seen={row.pk: 0 for row in rows}, wanted=wanted, by=planner)
    with django_assert_num_queries(32):
        several.undo(plan=plan, stash=stash, by=planner)
    with django_assert_num_queries(21):
        stash = several.delete(plan=plan, seen={row.pk: 2 for row in rows}, by=planner)
    with django_assert_num_queries(10):
        several.undo(plan=plan, stash=stash, by=planner)
