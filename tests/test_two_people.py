"""Two people on one row, whatever its kind: the second is told and keeps what they typed, and nothing is lost."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Dependency, Entity
from activities.models import Metric
from plans.models import CyclePhase, StakeholderGroup, StrategicLine
from tests.factories import make_activity, make_dependency

KINDS = [Entity, Dependency, StakeholderGroup, CyclePhase, StrategicLine, Metric]
TYPED = {  # what is typed besides the name
    Entity: {"primary": "#0b3d73", "secondary": "#0b5cad", "time_zone": "America/Bogota"},
    Dependency: {"order": 0},
    StakeholderGroup: {"kind": "value", "active": "on"},
    CyclePhase: {"number": 1},
    StrategicLine: {},
    Metric: {"value": 10, "period_from": "2026-03-01", "period_to": "2026-03-31"},
}


def make_row(model, plan):
    """(a stored row named "Primero", the address of its form)"""
    entity = plan.entity
    match model.__name__:
        case "Entity":
            return entity, reverse("accounts:entity_update", args=[entity.slug])
        case "Dependency":
            row = make_dependency(entity, "Primero")
            return row, reverse("accounts:dependency_update", args=[entity.slug, row.pk])
        case "StakeholderGroup":
            row = entity.groups.create(name="Primero")
            return row, reverse("plans:group_update", args=[entity.slug, row.pk])
        case "CyclePhase":
            row = plan.phases.create(name="Primero", number=1)
            return row, reverse("plans:phase_update", args=[entity.slug, plan.slug, row.pk])
        case "StrategicLine":
            row = plan.lines.create(name="Primero")
            return row, reverse("plans:line_update", args=[entity.slug, plan.slug, row.pk])
        case "Metric":
            month = {"period_from": date(2026, 3, 1), "period_to": date(2026, 3, 31)}
            row = make_activity(plan).metrics.create(kind="primero", name="Primero", value=10, **month)
            return row, reverse("activities:metric_update", args=[entity.slug, plan.slug, row.pk])


@pytest.mark.parametrize("model", KINDS)
def test_second_person_is_told_and_keeps_what_they_typed(client, plan, planner, administrator, model):
    row, address = make_row(model, plan)
    client.force_login(administrator if model is Entity else planner)
    typed = TYPED[model] | {"revision": client.get(address).context["form"]["revision"].value()}

    first = client.post(address, typed | {"name": "De una persona"})
    second = client.post(address, typed | {"name": "De la otra"})

    assert (first.status_code, second.status_code) == (302, 200)
    form = second.context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    assert form["name"].value() == "De la otra"
    assert [clash[:4] for clash in form.clashes] == [("name", form["name"].label, "De una persona", "De la otra")]
    row.refresh_from_db()
    assert (row.name, row.revision) == ("De una persona", 1)

    again = client.post(address, typed | {"name": "De la otra", "revision": form["revision"].value()})
    assert again.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.revision) == ("De la otra", 2)


def test_part_that_moved_meanwhile_is_stale(client, plan, planner):
    row, address = make_row(CyclePhase, plan)
    plan.phases.create(name="Segunda", number=2)
    client.force_login(planner)
    client.post(reverse("plans:phase_move", args=[plan.entity.slug, plan.slug, row.pk]), {"to": "down"})

    answer = client.post(address, TYPED[CyclePhase] | {"name": "Otra", "revision": 0})

    assert "Otra persona cambió estos datos" in answer.context["form"].non_field_errors()[0]
