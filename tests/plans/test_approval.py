"""Approving and reopening: what stands in the way, who was first, and what is frozen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from plans.actions import approve, edit_plan, reopen
from plans.approval import approval_blockers, approval_warnings, outside_dates
from plans.justifications import justify
from plans.models import Plan
from records import files
from records.refusals import NotReady, Stale
from tests.factories import make_activity, make_dependency, make_session
from tests.reports.reporting import make_report

ON = date(2026, 1, 15)


@pytest.fixture
def ready(plan):
    make_session(make_activity(plan, make_dependency(plan.entity), number="1.1", name="Foro"), date(2026, 3, 16))
    return plan


def url(plan, name):
    return reverse(f"plans:{name}", args=[plan.entity.slug, plan.slug])


def again(plan) -> Plan:
    """As somebody else has it in hand."""
    return Plan.objects.select_related("entity").get(pk=plan.pk)


def test_approve_freezes_version_1_and_tells_the_trail(ready, planner):
    approve(plan=ready, by=planner, on=ON)
    plan = again(ready)
    assert (plan.state, plan.approved_on, plan.is_frozen, plan.revision) == ("approved", ON, True, 1)
    version = plan.versions.get()
    assert (version.number, version.reason, version.by) == (1, "Línea base", planner)
    assert version.snapshot["activities"][0]["name"] == "Foro"
    entry = AuditEntry.objects.get(verb="plan.approve")
    assert (entry.actor, entry.entity) == (planner, plan.entity)
    assert entry.changes == {
        "state": ["draft", "approved"],
        "approved_on": [None, "2026-01-15"],
        "version": [None, 1],
    }
    assert not AuditEntry.objects.filter(verb="plan.update").exists()


def test_approve_without_activities_is_refused(plan, planner):
    make_activity(plan, outside_plan=True)
    with pytest.raises(NotReady) as refused:
        approve(plan=plan, by=planner, on=ON)
    (blocker,) = refused.value.blockers
    assert blocker.text == "El plan no tiene actividades. Importe su matriz o escríbalas."
    assert blocker.url == reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    assert (again(plan).state, again(plan).revision) == ("draft", 0)
    assert not plan.versions.exists()


def test_approve_with_sessions_outside_the_dates_is_refused(ready, planner):
    activity = make_activity(ready, number="2.1", name="Cabildo")
    make_session(activity, date(2027, 1, 3))
    make_session(activity, date(2027, 1, 4), withdrawn_on=date(2026, 2, 1))
    (blocker,) = approval_blockers(ready)
    assert blocker.text == "El espacio «2.1 Cabildo» del 3 de enero de 2027 queda por fuera de las fechas del plan."
    assert blocker.url == activity.get_absolute_url()


def test_approve_asks_what_a_procedure_of_participation_says(ready):
    Plan.objects.filter(pk=ready.pk).update(who_may_participate=" ", participation_means="", responsible_units="")
    assert [(blocker.text, blocker.url) for blocker in approval_blockers(again(ready))] == [
        ("El plan no dice quiénes pueden participar.", url(ready, "plan_update") + "#id_who_may_participate"),
        ("El plan no dice por qué medios se participa.", url(ready, "plan_update") + "#id_participation_means"),
        (
            "El plan no dice qué dependencias responden por la participación.",
            url(ready, "plan_update") + "#id_responsible_units",
        ),
    ]


def test_approve_with_a_forgotten_group_or_stage_is_refused_until_somebody_says_why(ready, planner):
    young, old = (ready.entity.groups.create(name=name) for name in ("Juventud", "Personas mayores"))
    ready.entity.groups.create(name="Gremios", active=False)
    foro = ready.activities.get()
    foro.phase = ready.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
    foro.save()
    ready.phases.create(number=2, name="Seguimiento", stage="evaluation")
    assert [blocker.text for blocker in approval_blockers(ready)] == [
        "Ninguna actividad es de la etapa «Evaluación»."  # a plan that names no group says so once, and may be approved
    ]
    foro.groups.add(young)
    with pytest.raises(NotReady) as refused:
        approve(plan=ready, by=planner, on=ON)
    assert [blocker.text for blocker in refused.value.blockers] == [
        "Ninguna actividad es para «Personas mayores».",
        "Ninguna actividad es de la etapa «Evaluación».",
    ]
    for finding, subject in (
        ("grupo-sin-actividades", f"group:{old.pk}"),
        ("etapa-sin-actividades", "stage:evaluation"),
    ):
        justify(plan=ready, finding=finding, subject=subject, reason="Es de otro plan", by=planner)
    assert approval_blockers(ready) == []
    assert AuditEntry.objects.filter(verb="justification.create", actor=planner, entity=ready.entity).count() == 2
    ready.entity.groups.create(name="Campesinado")
    assert [blocker.text for blocker in approval_blockers(ready)] == ["Ninguna actividad es para «Campesinado»."]


def test_second_approver_is_told(ready, planner):
    late = again(ready)
    approve(plan=ready, by=planner, on=ON)
    with pytest.raises(Stale):
        approve(plan=late, by=planner, on=ON)
    with pytest.raises(Stale):  # even who has its present revision in hand
        approve(plan=again(ready), by=planner, on=ON)
    assert ready.versions.count() == 1


def test_second_approver_is_told_by_the_page(client, ready, planner):
    client.force_login(planner)
    html = client.get(url(ready, "plan_adopt")).content.decode()
    assert 'name="revision" value="0"' in html
    edit_plan(plan=again(ready), by=planner, seen=0)
    given = {"act": "Acta 3 del Comité", "approved_on": timezone.localdate().isoformat()}
    answer = client.post(url(ready, "plan_adopt"), {**given, "revision": 0}, follow=True)
    assert "Otra persona aprobó, reabrió o cambió el plan mientras usted lo revisaba." in answer.content.decode()
    assert again(ready).state == "draft"
    client.post(url(ready, "plan_adopt"), {**given, "revision": 1})
    assert (again(ready).state, again(ready).approved_on) == ("approved", timezone.localdate())
    answer = client.post(url(ready, "plan_adopt"), {**given, "revision": 1}, follow=True)
    assert "El plan ya está aprobado." in answer.content.decode()


def test_page_shows_what_stands_in_the_way_and_no_button(client, plan, planner):
    client.force_login(planner)
    html = client.get(url(plan, "plan_approve")).content.decode()
    assert "El plan no tiene actividades." in html
    assert 'name="revision"' not in html
    assert "El plan no tiene actividades." in client.post(url(plan, "plan_approve"), {"revision": 0}).content.decode()
    assert again(plan).state == "draft"


def test_page_warns_of_what_may_wait(client, ready, planner):
    make_activity(ready, all_dependencies=True, name="Feria")
    make_session(make_activity(ready, name="Cabildo", number="3.1"))
    client.force_login(planner)
    response = client.get(url(ready, "plan_approve"))
    html = response.content.decode()
    *named, others = response.context["warnings"]
    assert others.text == "8 cosas más piden atención."
    assert others.url == reverse("activities:completeness", args=[ready.entity.slug, ready.slug])
    for warning, name in zip(named, ["Feria", "Cabildo"], strict=True):
        assert warning.names in html
        listed = client.get(warning.url)  # one click
        assert [row.activity.name for section in listed.context["sections"] for row in section.rows] == [name]
    assert "1 actividad no tiene espacios: no entra en el porcentaje de ejecución." in html
    assert "1 actividad no dice quién responde por ella." in html
    assert 'name="revision"' in html


@pytest.mark.parametrize("size", [2, 60])
def test_warnings_name_the_first_and_count_the_rest(plan, django_assert_num_queries, size):
    for number in range(1, size + 1):
        make_activity(plan, number=f"1.{number}", name="Foro", all_dependencies=True)
    with django_assert_num_queries(11):  # those of a reading, and the reasons
        warning, _others = approval_warnings(plan)
    most = "«1.1 Foro» y «1.2 Foro»" if size == 2 else "«1.1 Foro», «1.2 Foro», «1.3 Foro» y 57 más"
    assert warning.names == most


def test_reopen_needs_a_reason_and_keeps_it(client, ready, planner):
    approve(plan=ready, by=planner, on=ON)
    with pytest.raises(ValidationError, match="Diga por qué."):
        reopen(plan=again(ready), reason="  ", by=planner)
    client.force_login(planner)
    assert "Este campo es obligatorio." in client.post(url(ready, "plan_reopen"), {"revision": 1}).content.decode()
    client.post(url(ready, "plan_reopen"), {"revision": 1, "reason": "Faltó el cabildo"})
    assert (again(ready).state, again(ready).approved_on) == ("draft", None)
    entry = AuditEntry.objects.get(verb="plan.reopen")
    assert entry.changes["reason"] == ["", "Faltó el cabildo"]
    assert ready.versions.count() == 1


def test_reopen_with_a_published_report_is_refused(client, ready, planner):
    approve(plan=ready, by=planner, on=ON)
    make_report(ready, kind="monthly", period="2026-02", cutoff=date(2026, 2, 28))
    for state, version in (("superseded", 1), ("published", 2)):
        make_report(
            ready,
            kind="final",
            period="2026",
            cutoff=date(2026, 12, 31),
            version=version,
            state=state,
            number="2026-001",
            snapshot={},
            snapshot_sha256="a",
            file=files.keep(b"%PDF-1.7"),
            pdf_sha256="a",
            published_at=timezone.now(),
        )
    client.force_login(planner)
    html = client.post(url(ready, "plan_reopen"), {"revision": 1, "reason": "Cambió"}).content.decode()
    assert "El plan ya tiene 2 informes publicados, así que no puede volver a borrador." in html
    assert "Cambió" in html
    said_at_once = client.get(url(ready, "plan_reopen"), follow=True)
    assert said_at_once.redirect_chain == [(ready.get_absolute_url(), 302)]
    assert "no puede volver a borrador" in said_at_once.content.decode()
    assert (again(ready).state, again(ready).revision) == ("approved", 1)


def test_reopen_with_only_a_draft_report_is_allowed(ready, planner):
    approve(plan=ready, by=planner, on=ON)
    make_report(ready, kind="monthly", period="2026-02", cutoff=date(2026, 2, 28))
    reopen(plan=again(ready), reason="Faltó el cabildo", by=planner)
    assert again(ready).state == "draft"


def test_second_to_reopen_is_told(ready, planner):
    approve(plan=ready, by=planner, on=ON)
    one, other = again(ready), again(ready)
    reopen(plan=one, reason="Faltó el cabildo", by=planner)
    with pytest.raises(Stale):
        reopen(plan=other, reason="Sobra el foro", by=planner)


def test_approving_again_makes_the_next_version_with_its_reason(client, ready, planner):
    approve(plan=ready, by=planner, on=ON)
    reopen(plan=again(ready), reason="Faltó el cabildo", by=planner)
    with pytest.raises(ValidationError, match="Diga qué cambió desde la versión anterior."):
        approve(plan=again(ready), by=planner, on=ON)
    assert again(ready).state == "draft"
    client.force_login(planner)
    assert "Faltó el cabildo</textarea>" in client.get(url(ready, "plan_approve")).content.decode()
    given = {"act": "Acta 4", "approved_on": timezone.localdate().isoformat(), "revision": 2}
    client.post(url(ready, "plan_adopt"), {**given, "reason": "Se agregó el cabildo"})
    assert list(ready.versions.values_list("number", "reason")) == [(2, "Se agregó el cabildo"), (1, "Línea base")]


@pytest.mark.parametrize("size", [2, 60])
def test_blockers_ask_the_same_number_of_queries(plan, django_assert_num_queries, size):
    for _number in range(size):
        make_session(make_activity(plan), date(2027, 1, 1))
    with django_assert_num_queries(11):
        assert len(approval_blockers(plan)) == size


def test_month_of_the_plan_s_end_is_inside(plan):
    plan.ends_on = date(2026, 6, 15)
    activity = make_activity(plan)
    inside = make_session(activity, date(2026, 6, 30), planned_precision="month")
    outside = make_session(activity, date(2026, 7, 31), planned_precision="month")
    day = make_session(activity, date(2026, 6, 16))
    before = make_session(activity, date(2025, 12, 31), planned_precision="month")
    assert inside not in outside_dates(plan)
    assert outside_dates(plan) == [before, day, outside]
