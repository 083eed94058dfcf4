"""The list of a real plan in a browser: how tall it is, how it is looked through, and that it needs no scripts."""

from datetime import date

import pytest
from django.urls import reverse

from plans.models import CyclePhase, Plan
from tests.factories import make_activity, make_dependency, make_session

pytestmark = pytest.mark.browser


@pytest.fixture
def large(transactional_db, plan, dependency):
    """72 activities in five phases, with names as long as people write them."""
    others = [make_dependency(plan.entity, f"Subdirección de Participación y Cultura del Agua {n}") for n in range(2)]
    phases = [CyclePhase.objects.create(plan=plan, number=n, name=f"Fase de trabajo {n}") for n in range(1, 6)]
    for n in range(72):
        activity = make_activity(
            plan,
            dependency if n else None,
            phase=phases[n // 15],
            number=f"{n // 15 + 1}.{n % 15 + 1}",
            name=f"Recorrido {n} de reconocimiento por el río con las juntas de acción comunal de la cuenca media",
        )
        for other in others:
            activity.responsibilities.create(dependency=other, part="support")
        make_session(
            activity, date(2026, 2, 2), **({"executed_units": 1, "held_on": date(2026, 2, 2)} if n % 3 else {})
        )
        make_session(activity, date(2026, 12, 2))
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))
    plan.refresh_from_db()
    return plan


def listed(plan) -> str:
    return reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])


@pytest.mark.parametrize("state", ["approved", "draft"])
@pytest.mark.parametrize(("width", "most"), [(1280, 4000), (360, 9000)])
def test_72_activities_fit(visit, planner, large, violations, width, most, state):
    if state == "draft":
        Plan.objects.filter(pk=large.pk).update(state="draft", approved_on=None)
    page = visit(listed(large), by=planner, width=width, height=900 if width == 1280 else 740)
    assert page.locator("tbody tr[id^=actividad-]").count() == 72
    assert page.evaluate("document.documentElement.scrollHeight") <= most
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    rows = page.locator("tbody tr[id^=actividad-]")
    assert max(row.bounding_box()["height"] for row in rows.all()[:20]) <= (41 if width == 1280 else 110)


def test_list_answers_while_one_types_and_stays_in_the_address(visit, planner, large):
    page = visit(listed(large), by=planner)
    page.get_by_label("Número o nombre").press_sequentially("recorrido 60")
    page.wait_for_url("**/actividades/?q=recorrido%2060")
    assert page.locator("tbody tr[id^=actividad-]").count() == 1
    assert page.get_by_label("Número o nombre").evaluate("field => field === document.activeElement")
    assert page.inner_text("#cuantas").strip() == "1 actividad"
    page.get_by_role("link", name="Número o nombre: «recorrido 60»").click()
    page.wait_for_url(lambda address: "q=" not in address)
    assert page.locator("tbody tr[id^=actividad-]").count() == 72
    page.get_by_label("Fase", exact=True).select_option(label="3. Fase de trabajo 3")
    page.wait_for_url("**/actividades/?phase=*")
    assert page.locator("tbody tr[id^=actividad-]").count() == 15
    page.go_back()
    page.wait_for_function("document.querySelectorAll('tbody tr[id^=actividad-]').length === 72")


def test_list_works_without_scripts_and_on_a_phone(visit, planner, large, browser, live_server, browser_context_args):
    page = visit(listed(large), by=planner, width=360)
    context = browser.new_context(
        **{**browser_context_args, "java_script_enabled": False, "viewport": {"width": 360, "height": 740}}
    )
    context.add_cookies(page.context.cookies())
    bare = context.new_page()
    bare.goto(live_server.url + listed(large))
    bare.get_by_text("Más filtros").click()
    bare.get_by_label("Dependencia").select_option(label="Sin responsable")
    bare.get_by_role("main").get_by_role("button", name="Buscar").click()
    assert "dependency=ninguna" in bare.url
    bare.goto(live_server.url + listed(large))
    bare.get_by_role("link", name="Falta reportar").click()
    assert bare.locator("tbody tr[id^=actividad-]").count() == 24
    context.close()


def test_activity_without_a_responsible_is_one_click_from_approving(visit, planner, large):
    Plan.objects.filter(pk=large.pk).update(state="draft", approved_on=None)
    make_activity(large, name="Cabildo de nadie")
    page = visit(reverse("plans:plan_approve", args=[large.entity.slug, large.slug]), by=planner)
    page.get_by_role("link", name="1 actividad no dice quién responde por ella.").click()
    assert page.locator("tbody tr[id^=actividad-]").all_inner_texts()[0].strip().startswith("Cabildo de nadie")
    assert page.locator("tbody tr[id^=actividad-]").count() == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_several_are_changed_and_put_back(
    visit, planner, dependency, large, violations, scripts, browser, live_server, browser_context_args
):
    Plan.objects.filter(pk=large.pk).update(state="draft", approved_on=None)
    page = visit(listed(large), by=planner, width=360)
    if not scripts:
        context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
        context.add_cookies(page.context.cookies())
        page = context.new_page()
        page.goto(live_server.url + listed(large))
    for number in ("1.1", "1.2", "1.3"):
        page.get_by_label(f"Elegir «{number} Recorrido").check()
    page.get_by_role("button", name="Cambiar las elegidas").click()
    if scripts:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Fase").select_option(label="5. Fase de trabajo 5")
    page.get_by_role("button", name="Cambiarlas todas").click()
    assert "Se cambiaron 3 actividades." in page.inner_text("main")
    fifth = large.phases.get(number=5)
    assert large.activities.filter(phase=fifth).count() == 15
    page.get_by_role("button", name="Deshacer").click()
    assert "3 actividades quedaron como estaban." in page.inner_text("main")
    assert large.activities.filter(phase=fifth).count() == 12
    if not scripts:
        context.close()
