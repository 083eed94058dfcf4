"""A report from a hall with poor signal: kept on the phone, sent once, and never another person's."""

import io
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from activities.models import Evidence, Session
from commitments.models import Commitment
from plans.models import Plan
from records import files
from tests.activities.photographs import photograph
from tests.factories import make_activity, make_session

pytestmark = pytest.mark.browser
WAITING = "Guardado en este teléfono; se enviará cuando haya señal."
KEPT = """await Promise.all((await caches.keys()).map(async (name) => {
  const requests = await (await caches.open(name)).keys();
  return requests.map((one) => new URL(one.url).pathname);
}))"""


@pytest.fixture
def session(transactional_db, plan, dependency):
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))
    return make_session(make_activity(plan, dependency, name="Mesa de veedurías"), date(2026, 3, 16))


@pytest.fixture
def phone(new_context, visit, head):
    """A page of a telephone whose person has signed in."""
    context = new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    context.add_cookies(visit("/", by=head).context.cookies())
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def address_of(session) -> str:
    plan = session.activity.plan
    return reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk])


def pictures(*seeds: int) -> list[dict]:
    return [
        {"name": f"IMG_{seed}.jpg", "mimeType": "image/jpeg", "buffer": photograph(3000, 2000, seed=seed)}
        for seed in seeds
    ]


def until(page, script: str, argument=None):
    """What a script says once it is true; the content policy lets Playwright's own waiting evaluate nothing."""
    for _try in range(100):
        if found := page.evaluate(script, argument):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(script)


def wait_until_kept(page, path: str) -> None:
    until(page, f"async (path) => ({KEPT}).flat().includes(path)", path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def wait_for_photographs(page, number: int) -> None:
    until(page, f"document.querySelectorAll('.chosen li').length === {number}")


def test_space_with_two_photographs_and_a_promise_is_reported_through_a_lost_connection(phone, live_server, session):
    done = 0

    def step(act, *arguments):
        nonlocal done
        done += 1
        return act(*arguments)

    board = f"{live_server.url}/panel/{session.activity.plan.entity.slug}/"
    phone.goto(board)
    wait_until_kept(phone, address_of(session))
    step(phone.locator(f'a[href="{address_of(session)}"]').first.tap)
    step(phone.get_by_label("Cuántas personas", exact=True).fill, "40")
    one, two = pictures(1, 2)
    step(phone.set_input_files, "#id_photos", one)
    phone.context.set_offline(True)
    step(phone.set_input_files, "#id_photos", two)
    wait_for_photographs(phone, 2)
    step(phone.locator("summary", has_text="Compromisos").tap)
    step(phone.get_by_label("A qué se comprometieron").first.fill, "Publicar el acta")
    due = timezone.localdate() + timedelta(30)
    step(phone.get_by_label("Para cuándo").first.fill, due.isoformat())
    step(phone.get_by_role("button", name="Guardar el reporte").tap)
    phone.get_by_text(WAITING).first.wait_for()
    assert Session.objects.get().executed_units is None

    phone.goto(live_server.url + address_of(session))  # the telephone was put away, and taken out again
    phone.get_by_text(WAITING).first.wait_for()
    assert phone.get_by_label("Cuántas personas", exact=True).input_value() == "40"
    wait_for_photographs(phone, 2)

    phone.context.set_offline(False)
    phone.get_by_text("Se guardó el reporte.").first.wait_for()
    phone.wait_for_url(live_server.url + session.get_absolute_url())
    assert done < 25

    stored = Session.objects.get()
    assert (stored.executed_units, stored.attendance_total) == (1, 40)
    assert [(row.text, row.due_on, row.session_id) for row in Commitment.objects.all()] == [
        ("Publicar el acta", due, stored.pk)
    ]
    assert Evidence.objects.filter(session=stored, kind="photograph").count() == 2
    for row in Evidence.objects.select_related("file"):
        content = files.read(row.file)
        assert not Image.open(io.BytesIO(content)).getexif() and b"CANARIO" not in content
    assert phone.evaluate("outbox.mine()") == []


def fill(page, people: str = "40") -> None:
    page.get_by_label("Cuántas personas", exact=True).fill(people)


def save(page) -> None:
    page.get_by_role("button", name="Guardar el reporte").click()


def is_on_top(button) -> bool:
    """Whether a finger in its middle meets it, and nothing that stands over it."""
    return button.evaluate(
        """(button) => {
          const { x, y, width, height } = button.getBoundingClientRect();
          return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""
    )


def saved(page):
    return page.locator(".message-success", has_text="Se guardó el reporte.")


def test_report_that_the_site_refuses_after_the_signal_is_back_is_mended_where_it_was_typed(
    phone, live_server, session, violations
):
    phone.goto(live_server.url + address_of(session))
    phone.set_input_files("#id_files", pictures(1))
    wait_for_photographs(phone, 1)
    phone.context.set_offline(True)
    phone.get_by_label("Se hizo el").fill("")
    fill(phone)
    save(phone)
    phone.get_by_text(WAITING).first.wait_for()
    phone.context.set_offline(False)
    phone.locator("[data-error-summary]", has_text="Diga en qué fecha se hizo.").wait_for()
    assert phone.get_by_label("Cuántas personas", exact=True).input_value() == "40"
    assert "entra al espacio cuando se guarde el reporte" in phone.inner_text(".report-files")
    assert violations(phone) == []

    phone.goto(f"{live_server.url}/panel/{session.activity.plan.entity.slug}/")
    phone.locator(".outbox", has_text="Falta corregir:").get_by_role("link", name="Abrir el reporte").click()
    phone.locator("[data-error-summary]", has_text="Diga en qué fecha se hizo.").wait_for()
    assert is_on_top(phone.get_by_role("button", name="Guardar el reporte"))
    phone.get_by_label("Se hizo el").fill("2026-03-16")
    save(phone)
    saved(phone).wait_for()
    assert (Session.objects.get().attendance_total, Evidence.objects.count()) == (40, 1)


def test_report_of_what_was_withdrawn_meanwhile_is_told_and_not_lost(phone, live_server, session):
    phone.goto(live_server.url + address_of(session))
    phone.context.set_offline(True)
    fill(phone)
    save(phone)
    phone.get_by_text(WAITING).first.wait_for()
    Session.objects.filter(pk=session.pk).update(withdrawn_on=date(2026, 3, 1))
    phone.context.set_offline(False)
    phone.get_by_text("Este espacio se retiró del plan: no se reporta.").first.wait_for()
    assert phone.get_by_label("Cuántas personas", exact=True).input_value() == "40"
    assert phone.evaluate("outbox.mine().then((all) => all.map((one) => one.state))") == ["refused"]
    phone.goto(f"{live_server.url}/panel/{session.activity.plan.entity.slug}/")
    phone.locator(".outbox").get_by_role("button", name="Descartar").click()
    phone.locator(".outbox").wait_for(state="hidden")


def test_report_is_sent_from_another_page_and_with_the_token_of_today(phone, live_server, session):
    phone.goto(live_server.url + address_of(session))
    phone.context.set_offline(True)
    fill(phone)
    save(phone)
    phone.get_by_text(WAITING).first.wait_for()
    phone.context.clear_cookies(name="csrftoken")
    phone.context.set_offline(False)
    saved(phone).wait_for()
    assert Session.objects.get().attendance_total == 40

    phone.goto(live_server.url + address_of(session))
    phone.context.set_offline(True)
    fill(phone, "41")
    save(phone)
    phone.get_by_text(WAITING).first.wait_for()
    other = phone.context.new_page()
    phone.close()
    other.context.set_offline(False)
    other.goto(f"{live_server.url}/panel/{session.activity.plan.entity.slug}/")
    other.locator(".outbox", has_text="Se envió:").wait_for()
    assert Session.objects.get().attendance_total == 41


def test_who_signs_out_leaves_nothing_on_the_telephone(phone, live_server, session):
    phone.goto(live_server.url + address_of(session))
    wait_until_kept(phone, address_of(session))
    other = phone.context.new_page()
    phone.context.set_offline(True)
    fill(phone)
    save(phone)
    phone.get_by_text(WAITING).first.wait_for()
    phone.close()
    other.route("**/reporte/", lambda route: route.abort())  # still no way to send it
    other.context.set_offline(False)
    other.goto(live_server.url + reverse("account_logout"))
    other.get_by_text("En este teléfono hay reportes que todavía no se han enviado.").wait_for()
    other.get_by_role("main").get_by_role("button", name="Salir").click()
    other.wait_for_url(f"{live_server.url}/")
    assert other.evaluate("async () => [await caches.keys(), (await indexedDB.databases()).length]") == [[], 1]
    count = """new Promise((resolve) => {
      indexedDB.open("convite").onsuccess = ({ target }) => {
        const all = target.result.transaction("waiting").objectStore("waiting").count();
        all.onsuccess = () => resolve(all.result);
      };
    })"""
    assert other.evaluate(count) == 0
    assert other.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_another_person_of_the_telephone_finds_no_page_kept(phone, live_server, session, planner, visit):
    phone.goto(live_server.url + address_of(session))
    wait_until_kept(phone, address_of(session))
    phone.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    phone.context.add_cookies(visit("/", by=planner).context.cookies())
    phone.goto(f"{live_server.url}/panel/avisos/")
    until(phone, "async () => (await caches.keys()).length === 0")
