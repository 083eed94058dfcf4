"""Evidence sent from a phone: each file with its answer, what was refused stays chosen; without scripts too."""

from datetime import date

import pytest

from tests.activities.photographs import photograph
from tests.factories import make_activity, make_session

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def session(transactional_db, plan, dependency):
    activity = make_activity(plan, dependency, name="Mesa de agua")
    return make_session(activity, date(2026, 3, 16), held_on=date(2026, 3, 16), executed_units=1)


def files() -> list[dict]:
    good = [
        {"name": f"IMG_{n}.jpg", "mimeType": "image/jpeg", "buffer": photograph(400, 300, seed=n)} for n in range(2)
    ]
    return [good[0], {"name": "mala.jpg", "mimeType": "image/jpeg", "buffer": good[0]["buffer"][:500]}, good[1]]


def test_files_are_sent_one_by_one_each_with_its_answer(visit, violations, head, session):
    page = visit(session.get_absolute_url(), by=head, **PHONE)
    page.locator("input[name=files]").set_input_files(files())
    page.get_by_role("button", name="Agregar evidencias").click()
    sent = page.locator("[data-sent] li")
    page.get_by_role("button", name="Agregar evidencias", disabled=False).wait_for()
    page.locator(".evidence > li >> nth=1").wait_for()
    assert [line.split(" · ")[1].strip()[:21] for line in sent.all_inner_texts()] == [
        "Listo",
        "«mala.jpg» está dañad",
        "Listo",
    ]
    assert page.locator("input[name=files]").evaluate("field => Array.from(field.files, (file) => file.name)") == [
        "mala.jpg"
    ]
    assert session.evidence.count() == 2
    assert violations(page) == []


def test_without_scripts_the_same_form_sends_them_all(new_context, live_server, visit, head, session):
    cookies = visit("/", by=head).context.cookies()
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.context.add_cookies(cookies)
    page.goto(live_server.url + session.get_absolute_url())
    page.locator("input[name=files]").set_input_files(files())
    page.get_by_role("button", name="Agregar evidencias").click()
    assert page.get_by_text("«mala.jpg» está dañada").is_visible()
    assert page.get_by_text("Se agregaron 2 evidencias.").is_visible()
    assert page.locator(".evidence > li").count() == 2
