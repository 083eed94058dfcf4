"""Changes as a phone and a desk show them: asked, decided, proposed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import ChangeRequest, Session
from tests.activities.changes.asking import request
from tests.factories import make_activity, make_plan, make_session
from tests.reports.reporting import approve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(plan, dependency):
    today = timezone.localdate()
    plan.starts_on, plan.ends_on = today, today + timedelta(days=300)
    plan.save()
    activity = make_activity(plan, dependency, name="Mesa de trabajo", number="1.1")
    make_session(activity, today + timedelta(days=60))
    made = make_session(activity, today + timedelta(days=30))
    approve(plan)
    return made


def at(name, plan, *args):
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_pages_are_accessible_and_as_wide_as_the_screen(
    page, visit, violations, plan, session, planner, head, dependency, width, scheme
):
    page.emulate_media(color_scheme=scheme)
    today = timezone.localdate()
    change = request(plan, head, "withdraw", session=session, dependency=dependency, on=today)
    other = session.activity.sessions.exclude(pk=session.pk).get()
    draft = make_plan(plan.entity, proposals_until=today + timedelta(days=9))
    pages = [
        at("change_list", plan),
        change.get_absolute_url(),
        at("session_change", plan, other.pk),
        at("session_change", plan, other.pk) + "?que=reschedule",
        at("activity_change", plan, session.activity_id) + "?que=modify",
        at("change_create", plan),
        at("proposal_list", draft),
    ]
    wrong = []
    for address in pages:
        seen = visit(address, by=planner, width=width)
        seen.evaluate("scrollTo(0, document.body.scrollHeight)")
        wrong += [(address, finding) for finding in violations(seen)]
        if seen.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((address, "wider than the screen"))
    assert wrong == []


def test_head_asks_on_a_phone_and_planning_approves_there(page, visit, plan, session, head, planner):
    visit(session.get_absolute_url(), by=head, width=360)
    page.get_by_role("link", name="Pedir un cambio").click()
    page.get_by_role("link", name="Cambiar la fecha").click()
    day = timezone.localdate() + timedelta(days=45)
    page.get_by_label("Día", exact=True).fill(day.isoformat())
    page.get_by_label("Motivo").select_option("agenda")
    page.get_by_role("button", name="Enviar a planeación").click()
    page.get_by_text("La solicitud llegó a planeación").wait_for()
    visit(ChangeRequest.objects.get().get_absolute_url(), by=planner, width=360)
    page.get_by_role("button", name="Aprobar").click()
    page.get_by_text("es la versión 1").wait_for()
    assert Session.objects.get(in_force_from=timezone.localdate()).planned_on == day
