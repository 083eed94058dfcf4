"""The job of a dependency's head on a phone, and the staff pages of activities and commitments under axe."""

from datetime import date

import pytest
from playwright.sync_api import expect

from activities.models import Session
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from tests.factories import make_activity, make_commitment, make_dependency, make_session

pytestmark = pytest.mark.browser


@pytest.fixture
def full_plan(transactional_db, plan, dependency):
    """An approved plan with something of each kind, most of it of the head's dependency."""
    groups = [
        StakeholderGroup.objects.create(entity=plan.entity, name=name)
        for name in ("Adultos mayores", "Juntas de acción comunal", "Mujeres rurales", "Veedurías ciudadanas")
    ]
    phase = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico participativo")
    line = StrategicLine.objects.create(plan=plan, name="Gobierno abierto")
    survey = make_activity(
        plan,
        dependency,
        name="Encuesta de percepción a la ciudadanía sobre los trámites de la entidad",
        number="1.1",
        phase=phase,
        line=line,
        target_kind="count",
        target_value=4,
        unit="informes",
        objective="Saber qué piensan las personas de los trámites.",
        budget=12_500_000,
    )
    survey.groups.add(*groups[:2])
    survey.responsibilities.create(dependency=make_dependency(plan.entity, "Oficina de Prensa"), part="support")
    make_session(survey, date(2026, 2, 27), executed_units=1, held_on=date(2026, 2, 27), attendance_total=84)
    make_session(survey, date(2026, 4, 30), planned_precision="month", executed_units=0, reason="Sin operador.")
    dialogue = make_session(survey, date(2026, 6, 12), place="Salón comunal de El Prado")
    make_session(survey, date(2026, 12, 4))
    survey.metrics.create(
        kind="alcance", name="Alcance", value=12151, period_from=date(2026, 2, 1), period_to=date(2026, 2, 28)
    )
    answers = make_activity(
        plan, name="Respuesta a peticiones", number="1.2", phase=phase, target_kind="percentage", target_value=95
    )
    make_session(
        answers, date(2026, 3, 31), numerator=18, denominator=20, held_on=date(2026, 3, 31), reason="Represadas"
    )
    make_activity(plan, all_dependencies=True, name="Audiencia pública de rendición de cuentas")
    make_activity(plan, name="Feria de servicios", outside_plan=True)
    late = make_commitment(plan, text="Publicar los resultados de la encuesta", session=dialogue, code="C-01")
    late.responsible.add(dependency)
    late.follow_ups.create(
        on=date(2026, 4, 20), progress=40, done="Se procesó la base.", evidence="https://example.org"
    )
    make_commitment(plan, text="Ampliar el horario", state="reported_done", closed_on=date(2026, 4, 3))
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))
    return plan


def test_head_reports_a_session_on_a_phone(visit, head, full_plan, violations):
    """Find my session, tell in one form what happened, see it counted."""
    base = f"/panel/{full_plan.entity.slug}/planes/{full_plan.slug}/"
    page = visit(f"{base}actividades/", by=head, width=360)
    page.get_by_role("link", name="Lo mío").click()
    page.wait_for_url("**dependency=mias**")
    page.get_by_role("link", name="1.1 Encuesta de percepción").click()
    assert "Falta reportar" in page.inner_text("main")
    page.get_by_role("link", name="Reportar 12 jun 2026").click()
    page.get_by_label("Cuántas personas", exact=True).fill("40")
    page.get_by_text("Personas por grupo").click()
    page.get_by_label("Adultos mayores", exact=True).fill("25")
    page.get_by_label("Juntas de acción comunal", exact=True).fill("45")
    page.get_by_role("button", name="Guardar el reporte").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Los grupos suman 70 y los asistentes son 40.")
    assert violations(page) == []
    page.get_by_label("Juntas de acción comunal", exact=True).fill("15")
    page.get_by_text("De qué se habló y qué resultó").click()
    page.get_by_label("Resumen").fill("Se acordó publicar los resultados.")
    page.get_by_role("button", name="Guardar el reporte").click()
    expect(page.locator("main")).to_contain_text("Se guardó el reporte.")
    assert "Hecho" in page.inner_text("main")
    session = Session.objects.get(planned_on=date(2026, 6, 12))
    assert (session.executed_units, session.attendance_total, session.attendances.count()) == (1, 40, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_have_no_violations(visit, planner, full_plan, violations, width):
    """Lists, details and forms, while a draft (what has most on it); nothing moves sideways."""
    Plan.objects.filter(pk=full_plan.pk).update(state=Plan.State.DRAFT, approved_on=None)
    base = f"/panel/{full_plan.entity.slug}/planes/{full_plan.slug}/"
    activity = full_plan.activities.get(number="1.1")
    session = activity.sessions.get(planned_on=date(2026, 6, 12))
    ratio = Session.objects.get(denominator=20)
    commitment = full_plan.commitments.get(code="C-01")
    addresses = [
        "actividades/",
        "actividades/?q=encuesta&dependency=ninguna&sort=-nombre",
        "actividades/?sort=avance",
        "actividades/nueva/",
        "actividades/renumerar/",
        f"actividades/{activity.pk}/",
        f"actividades/{activity.pk}/editar/",
        f"actividades/{activity.pk}/mover/",
        f"actividades/{activity.pk}/espacios/nuevo/",
        f"actividades/{activity.pk}/metricas/nueva/",
        f"actividades/espacios/{session.pk}/",
        f"actividades/espacios/{ratio.pk}/reporte/",
        f"actividades/espacios/{session.pk}/reporte/",
        "compromisos/",
        f"compromisos/nuevo/?session={session.pk}",
        f"compromisos/{commitment.pk}/",
        f"compromisos/{commitment.pk}/estado/",
        f"compromisos/{commitment.pk}/seguimiento/",
    ]
    found = {}
    for address in addresses:
        page = visit(base + address, by=planner, width=width)
        for fold in page.locator("details.fold").all():
            fold.evaluate("element => { element.open = true }")
        findings = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            findings.append("wider than the window")
        if findings:
            found[address] = findings
    assert found == {}
