"""The jobs of the boards, counted in clicks and fields; also without a pointer and on a phone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Session
from tests.activities.executions import held
from tests.factories import make_activity, make_commitment, make_dependency, make_plan, make_session

pytestmark = pytest.mark.browser


@pytest.fixture
def board(transactional_db, entity):
    return reverse("dashboard:board", args=[entity.slug])


@pytest.fixture
def approved(entity):
    today = timezone.localdate()
    return make_plan(
        entity,
        title="Plan aprobado",
        starts_on=today.replace(month=1, day=1),
        ends_on=today.replace(month=12, day=31),
        state="approved",
        approved_on=today,
    )


@pytest.fixture
def gap(approved, dependency):
    """A session of this month that was done in part, with no reason."""
    past = timezone.localdate().replace(day=1)
    return held(make_activity(approved, dependency, name="Mesa de agua"), past, planned_units=3, executed_units=1)


def test_gap_is_explained_from_the_planners_board_with_two_clicks_and_a_field(visit, board, planner, gap):
    page = visit(board, by=planner, height=900)
    page.locator(".heat .heat-explain a").click()
    page.get_by_label("Por qué faltó").fill("Llovió.")
    page.get_by_role("button", name="Guardar Mesa de agua").click()
    page.get_by_text("Nada falta por reportar ni por explicar.").wait_for()
    assert Session.objects.get(pk=gap.pk).reason == "Llovió."


def test_percentage_of_a_block_is_one_click_from_its_rows(visit, board, planner, approved, dependency, gap):
    page = visit(reverse("dashboard:plan_detail", args=[approved.entity.slug, approved.slug]), by=planner)
    page.get_by_role("link", name="Secretaría de Gobierno").click()
    page.get_by_text("1 de 3 espacios: 33,3\xa0%").wait_for()
    assert page.get_by_role("rowheader", name="Mesa de agua").is_visible()


def test_planner_reminds_from_a_cell_and_is_told_whom(visit, board, planner, head, gap):
    page = visit(board, by=planner)
    page.locator(".heat .heat-explain a").click()
    page.get_by_role("button", name="Recordar a la jefatura").click()
    page.get_by_text(f"Se le recordó a {head.full_name}.").wait_for()


def test_head_on_a_phone_is_a_tap_from_the_report(visit, board, head, approved, dependency):
    session = make_session(
        make_activity(approved, dependency), timezone.localdate() - timedelta(days=1), place="Vivero"
    )
    page = visit(board, by=head, width=360, height=740)
    row = page.locator(".queue li").first
    assert "ayer" in row.inner_text() and "Vivero" in row.inner_text()
    assert row.bounding_box()["y"] < 420
    row.get_by_role("link").click()
    page.wait_for_url(f"**/espacios/{session.pk}/reporte/")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_boards_with_every_state_are_accessible(
    visit, violations, page, board, entity, planner, control, approved, dependency, gap, width, scheme
):
    today = timezone.localdate()
    for name in ("Secretaría de Hacienda", "Oficina de Comunicaciones"):
        activity = make_activity(approved, make_dependency(entity, name))
        held(activity, today - timedelta(days=2))
        make_session(activity, today - timedelta(days=1))
        make_session(activity, today + timedelta(days=5))
    make_commitment(approved, due_on=today - timedelta(days=3), made_on=today - timedelta(days=20))
    page.emulate_media(color_scheme=scheme)
    plan = reverse("dashboard:plan_detail", args=[entity.slug, approved.slug])
    for address, by in ((board, planner), (board, control), (plan, planner), (f"{plan}cifras/?que=pendiente", planner)):
        seen = visit(address, by=by, width=width)
        assert violations(seen) == []
        assert not seen.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_twelve_dependencies_fit_one_screen_of_a_desk(visit, board, entity, planner, approved):
    for number in range(12):
        make_session(make_activity(approved, make_dependency(entity, f"Dependencia {number}")), approved.starts_on)
    page = visit(board, by=planner, height=900)
    assert page.locator(".heat-legend").bounding_box()["y"] < 900
