"""A plan made from the wrong file goes, with all that is in it; one that was approved or reported stays."""

from datetime import date

import pytest
from django.urls import reverse

from accounts import trail
from accounts.models import AuditEntry
from activities.models import Activity, Metric, Session
from commitments.models import Commitment, FollowUp
from plans import actions, versions
from plans.models import Plan
from records.refusals import NotReady
from tests.factories import make_activity, make_commitment, make_plan, make_session
from tests.reports.reporting import make_report


def address(plan) -> str:
    return reverse("plans:plan_delete", args=[plan.entity.slug, plan.slug])


@pytest.fixture
def full(plan, dependency):
    """A draft with rows of every kind, which refer to each other."""
    phase, line = plan.phases.create(number=1, name="Diagnóstico"), plan.lines.create(name="Diálogo")
    group = plan.entity.groups.create(name="Juventud")
    activity = make_activity(plan, dependency, phase=phase, line=line)
    activity.groups.add(group)
    session = make_session(activity, held_on=date(2026, 3, 16), executed_units=1)
    session.attendances.create(group=group, people=4)
    month = {"period_from": date(2026, 3, 1), "period_to": date(2026, 3, 31)}
    activity.metrics.create(kind="alcance", name="Alcance", value=1, session=session, **month)
    commitment = make_commitment(plan, session=session)
    commitment.responsible.add(dependency)
    commitment.follow_ups.create(on=date(2026, 4, 1), progress=10, done="Se pidió")
    return plan


def test_page_says_what_goes_with_it(client, planner, full):
    client.force_login(planner)
    html = client.get(address(full)).content.decode()
    for sentence in (
        "Se elimina 1 fase.",
        "Se elimina 1 línea.",
        "Se elimina 1 actividad.",
        "Se elimina 1 espacio, con lo que se haya reportado de él.",
        "Se elimina 1 métrica.",
        "Se elimina 1 compromiso, con sus seguimientos.",
    ):
        assert sentence in html


def test_draft_goes_with_all_that_is_in_it_and_the_trail_says_so(client, planner, full):
    other = make_activity(make_plan(full.entity))
    client.force_login(planner)
    since = AuditEntry.objects.latest("pk").pk

    answer = client.post(address(full), follow=True)

    assert f"Se eliminó el plan «{full.title}»." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("plans:plan_list", args=[full.entity.slug])
    assert list(Activity.objects.all()) == [other]
    assert [model.objects.count() for model in (Plan, Session, Metric, Commitment, FollowUp)] == [1, 0, 0, 0, 0]
    assert full.entity.groups.count() == 1 and full.entity.dependencies.count() == 1
    entry = AuditEntry.objects.get(pk__gt=since)
    assert (entry.verb, entry.actor, entry.object_repr) == ("plan.delete", planner, full.title)
    kinds = ("Fases", "Líneas", "Actividades", "Espacios", "Métricas", "Compromisos")
    assert {(change.label, change.before) for change in trail.changes(entry)} >= {(kind, "1") for kind in kinds}


def test_plan_with_a_report_stays(client, planner, full):
    make_report(full, kind="final", period="2026", cutoff=date(2026, 12, 31))
    client.force_login(planner)
    for method in (client.get, client.post):
        page = method(address(full), follow=True).content.decode()
        assert "El plan tiene 1 informe: elimine antes su borrador." in page
    assert Plan.objects.filter(pk=full.pk).exists()


def test_plan_that_was_approved_once_stays(client, planner, full):
    versions.freeze(full, reason="Línea base", by=None)
    client.force_login(planner)
    assert address(full) not in client.get(full.get_absolute_url()).content.decode()
    assert "ya se aprobó una vez" in client.post(address(full), follow=True).content.decode()
    with pytest.raises(NotReady):
        actions.delete_plan(plan=full, by=planner)
    assert full.activities.exists()


def test_approved_plan_stays(client, planner, full):
    Plan.objects.filter(pk=full.pk).update(state="approved", approved_on=date(2026, 1, 15))
    client.force_login(planner)
    assert "Solo se elimina un plan en borrador." in client.post(address(full), follow=True).content.decode()
    assert full.activities.exists()


def test_page_of_a_draft_leads_to_its_deletion_for_who_may(client, planner, control, full):
    for user, offered in ((planner, True), (control, False)):
        client.force_login(user)
        assert (address(full) in client.get(full.get_absolute_url()).content.decode()) is offered
    assert client.post(address(full)).status_code == 403
