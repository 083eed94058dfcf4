"""A head sends the month from a phone, planning accepts it: what they see, by touch and by keyboard."""

from datetime import date

import pytest

from activities.models import MonthlyReturn
from tests.activities.returning import approve, return_of
from tests.factories import make_activity, make_session

pytestmark = pytest.mark.browser
DAY = date(2026, 3, 16)


@pytest.fixture
def monthly(transactional_db, plan, dependency, entity):
    activity = make_activity(plan, dependency, name="Mesa de diálogo", incidence_level="consultation")
    session = make_session(
        activity, DAY, executed_units=1, held_on=DAY, attendance_total=20, topics="El río", contributions="Pidieron luz"
    )
    session.attendances.create(group=entity.groups.create(name="Pescadores"), people=12)
    return return_of(approve(plan), dependency)


def test_a_month_is_sent_from_a_phone_and_accepted(monthly, head, planner, visit, violations):
    page = visit(monthly.get_absolute_url(), by=head, width=360, height=740)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_label("Lo que agrega la dependencia").last.fill("Se gestionó el alumbrado.")
    page.get_by_role("button", name="Enviar a planeación").click()
    page.get_by_text("Se envió a planeación.").wait_for()
    page = visit(monthly.get_absolute_url(), by=planner, width=1280, height=800)
    assert violations(page) == []
    page.get_by_text("Se gestionó el alumbrado.").wait_for()
    page.get_by_role("button", name="Aceptar").press("Enter")
    page.get_by_text("Aceptado: lo reportado de ese mes ya no cambia.").wait_for()
    assert violations(page) == []
    monthly.refresh_from_db()
    assert (monthly.state, monthly.accepted_by) == ("accepted", planner)


def test_the_list_fits_a_phone(monthly, planner, visit, violations):
    address = monthly.get_absolute_url().removesuffix(f"{monthly.pk}/")
    page = visit(address, by=planner, width=360, height=740)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert (
        page.get_by_role("link", name="marzo de 2026").count() == MonthlyReturn.objects.filter(month__month=3).count()
    )
