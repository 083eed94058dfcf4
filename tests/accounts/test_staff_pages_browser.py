"""The staff pages of who and what was promised, in Chromium: nothing for axe to find, nothing wider than the phone."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from plans.actions import approve, reopen
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_plan,
    make_session,
    make_user,
)

ON = date(2026, 1, 15)


@pytest.fixture
def house(transactional_db):
    """An entity at work: a plan approved twice, drafts, people of every role; a function (name, *args) → address."""
    entity = make_entity("san-jacinto", name="Alcaldía de San Jacinto del Valle", nit="899.999.061-9")
    units = [make_dependency(entity, name) for name in ("Secretaría de Gobierno", "Secretaría de Salud Pública")]
    make_dependency(entity, "Oficina de Convivencia y Paz", parent=units[0], aliases="Convivencia\nOf. de Paz")
    people = {role.value: make_user(entity, role, units[0] if role == Role.HEAD else None) for role in Role}
    group = entity.groups.create(name="Juventud", furag_category="Ciudadanía", size_estimate=12000)
    plan = make_plan(entity, title="Plan institucional de participación ciudadana 2026", slug="plan-2026")
    phase = plan.phases.create(number=1, name="Alistamiento y diagnóstico participativo", stage="diagnosis")
    plan.phases.create(number=2, name="Diálogo")
    line = plan.lines.create(name="Gobierno abierto")
    activity = make_activity(
        plan, units[0], number="1.1", name="Foro de salud con las veedurías", phase=phase, line=line
    )
    activity.groups.add(group)
    make_session(activity, date(2026, 2, 10), executed_units=1, held_on=date(2026, 2, 10))
    make_session(activity, date(2026, 3, 10))
    make_session(activity, date(2026, 12, 10))
    make_commitment(plan, text="Entregar a la mesa de juventud el acta con las respuestas a sus 14 preguntas")
    approve(plan=plan, by=people["planner"], on=ON)
    reopen(plan=plan, reason="La mesa pidió un cabildo más", by=people["planner"])
    activity.objective = "Que la ciudadanía priorice tres acciones de salud y conozca su presupuesto"
    activity.save()
    make_activity(plan, units[1], number="2.1", name="Cabildo abierto")
    approve(plan=plan, by=people["planner"], on=ON, reason="Se agregó el cabildo")
    draft = make_plan(entity, title="Estrategia de rendición de cuentas 2027", slug="rendicion-2027")
    make_activity(draft)
    for number, name in enumerate(("Información", "Diálogo", "Responsabilidad"), start=1):
        draft.phases.create(number=number, name=name)
    make_plan(entity, title="Plan de acción de juventud", slug="juventud-2027")

    def address(name: str, *args) -> str:
        return reverse(name, args=[entity.slug, *args])

    address.people, address.unit, address.group, address.draft_phase = people, units[0], group, draft.phases.first()
    return address


def pages(house) -> list[tuple[str, str, str]]:
    """(who looks, address, heading) of every page."""
    planner = house.people["planner"].pk
    return [
        ("administrator", house("dashboard:board"), "Mi mes"),
        ("planner", house("dashboard:board"), "Mi mes"),
        ("head", house("dashboard:board"), "Mi mes"),
        ("control", house("dashboard:board"), "Mi mes"),
        ("planner", "/panel/", "Mi mes"),
        ("planner", house("accounts:dependency_list"), "Dependencias"),
        ("planner", house("accounts:dependency_create"), "Nueva dependencia"),
        ("planner", house("accounts:dependency_delete", house.unit.pk), "«Secretaría de Gobierno» está en uso"),
        ("administrator", house("accounts:person_list"), "Usuarios"),
        ("administrator", house("accounts:person_invite"), "Agregar una persona"),
        ("administrator", house("accounts:person_detail", planner), house.people["planner"].full_name),
        ("administrator", house("accounts:person_remove", planner), ""),
        ("administrator", house("accounts:entity_update"), "Datos de la entidad"),
        ("control", house("accounts:audit_list"), "Auditoría"),
        ("planner", house("plans:plan_list"), "Planes"),
        ("planner", house("plans:plan_create"), "Nuevo plan"),
        ("planner", house("dashboard:plan_detail", "plan-2026"), "Plan institucional"),
        ("planner", house("plans:plan_update", "plan-2026"), "Editar el plan"),
        ("planner", house("plans:plan_update", "rendicion-2027"), "Editar el plan"),
        ("planner", house("plans:plan_approve", "rendicion-2027"), "Aprobar el plan"),
        ("planner", house("plans:plan_reopen", "plan-2026"), "Devolver el plan a borrador"),
        ("planner", house("plans:structure", "plan-2026"), "Fases y líneas"),
        ("planner", house("plans:structure", "rendicion-2027"), "Fases y líneas"),
        ("planner", house("plans:phase_create", "rendicion-2027"), "Nueva fase"),
        ("planner", house("plans:phase_delete", "rendicion-2027", house.draft_phase.pk), "¿Eliminar «1. Información»?"),
        ("planner", house("dashboard:plan_detail", "juventud-2027"), "Plan de acción de juventud"),
        ("planner", house("plans:plan_approve", "juventud-2027"), "Aprobar el plan"),
        ("planner", house("plans:group_list"), "Grupos de valor y de interés"),
        ("planner", house("plans:group_update", house.group.pk), "Juventud"),
        ("planner", house("plans:version_list", "plan-2026"), "Versiones"),
        ("planner", house("plans:version_detail", "plan-2026", 2), "Versión 2"),
        ("planner", house("plans:version_compare", "plan-2026"), "¿Qué cambió?"),
    ]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_staff_pages_accessible(house, visit, violations, width):
    for who, address, heading in pages(house):
        page = visit(address, by=house.people[who], width=width)
        assert page.locator("h1").inner_text().startswith(heading), address
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.browser
def test_wrong_form_accessible_on_a_phone(house, visit, violations):
    page = visit(house("plans:plan_create"), by=house.people["planner"], width=360)
    page.get_by_text("Empezar sin hoja, a mano").click()
    page.get_by_label("Título").fill("Plan sin fechas")
    page.get_by_role("button", name="Crear el plan").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.get_by_label("Título").input_value() == "Plan sin fechas"
    assert violations(page) == []
