"""Metrics of an activity, by hand."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Metric
from plans.models import Plan
from tests.factories import make_activity, make_dependency, make_plan


def at(name: str, plan: Plan, pk: int) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, pk])


@pytest.fixture
def activity(plan, dependency):
    return make_activity(plan, dependency)


def make_metric(activity, **fields) -> Metric:
    period = {"period_from": date(2026, 3, 1), "period_to": date(2026, 3, 31)}
    return activity.metrics.create(**{"kind": "alcance", "name": "Alcance", "value": 10, **period, **fields})


DATA = {"name": "Asistentes", "value": "1234.5", "period_from": "2026-03-01", "period_to": "2026-03-31"}


def test_metric_name_decides_its_kind(client, head, plan, activity):
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 31))
    client.force_login(head)
    page = client.get(at("metric_create", plan, activity.pk)).content.decode()
    assert '<option value="Reproducciones">' in page
    client.post(at("metric_create", plan, activity.pk), DATA)
    metric = activity.metrics.get()
    assert (metric.kind, metric.name, metric.value) == ("participantes", "Asistentes", 1234.5)
    assert AuditEntry.objects.get(verb="metric.create").actor == head


def test_metric_tells_each_rule(client, head, plan, activity):
    make_metric(activity)
    client.force_login(head)

    def errors(**data):
        form = client.post(at("metric_create", plan, activity.pk), DATA | data).context["form"]
        return dict(form.errors.items())

    assert errors(name="Personas alcanzadas") == {
        "__all__": ["La actividad ya tiene esa métrica de esa fuente para ese periodo."]
    }
    assert errors(period_to="2026-02-01") == {"period_to": ["El periodo no puede terminar antes de empezar."]}
    assert errors(captured_on="2999-01-01") == {"captured_on": ["Esa fecha todavía no llega."]}
    assert errors(name="¡!") == {"name": ["Escriba el nombre con letras."]}
    assert errors(value="-1").keys() == {"value"}


def test_metric_changes_and_goes(client, head, plan, activity):
    metric = make_metric(activity)
    client.force_login(head)
    client.post(at("metric_update", plan, metric.pk), DATA | {"name": "Vistas", "revision": 0})
    metric.refresh_from_db()
    assert (metric.kind, metric.value) == ("visualizaciones", 1234.5)
    assert client.get(at("metric_delete", plan, metric.pk)).status_code == 200
    client.post(at("metric_delete", plan, metric.pk))
    assert not activity.metrics.exists()
    assert AuditEntry.objects.get(verb="metric.delete").actor == head


def test_metric_pages_by_role(client, plan, activity, planner, head, control, outsider):
    mine, other = make_metric(activity), make_metric(make_activity(plan, make_dependency(plan.entity)))
    elsewhere = make_metric(make_activity(make_plan(plan.entity)))
    expected = {planner: (200, 200, 404), head: (200, 403, 404), control: (403, 403, 404), outsider: (404, 404, 404)}
    for user, statuses in expected.items():
        client.force_login(user)
        for name in ("metric_update", "metric_delete"):
            pages = tuple(client.get(at(name, plan, one.pk)).status_code for one in (mine, other, elsewhere))
            assert pages == statuses
        assert client.get(at("metric_create", plan, activity.pk)).status_code == statuses[0]
