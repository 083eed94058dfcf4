"""The evaluation of a space, as whoever was there finds it: no account, one answer from each device."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Opinion, SurveyResponse
from activities.surveys import link
from portal import limits
from tests.factories import make_activity, make_session
from tests.reports.reporting import approve

OPEN = "2026-03-17T15:00:00+00:00"
KEY = "7b0f4f1e-5f1c-4d8e-9a53-3a5ad5a6d1f{}"
SAID = {"usefulness": "a_lot", "clarity": "enough", "would_return": "yes", "form_key": KEY.format(0)}


@pytest.fixture
def session(plan, dependency):
    approve(plan)
    activity = make_activity(plan, dependency, name="Audiencia pública")
    return make_session(activity, date(2026, 3, 16), place="Casa de la Cultura")


@pytest.fixture
def address(session):
    return link.address_of(session)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(OPEN, tick=False) as traveller:
        yield traveller


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_form_asks_three_taps_and_two_texts_without_cookies_of_its_own(client, address):
    page = client.get(address)
    text = text_of(page)
    assert page.status_code == 200 and "Audiencia pública" in text and "Casa de la Cultura" in text
    assert text.count('type="radio"') == 11 and text.count("<textarea") == 2
    assert "hasta el 31 de marzo de 2026" in text
    assert list(page.cookies) == ["csrftoken"]
    assert "no-store" in page["Cache-Control"]


def test_form_is_in_english_under_its_prefix(client, session):
    page = client.get(f"/en{link.address_of(session)}")
    assert page.status_code == 200


def test_answer_is_stored_once_with_nothing_of_the_person(client, session, address):
    answer = client.post(address, {**SAID, "liked": " El café\r\ny la gente 😀 ", "improve": ""}, follow=True)
    assert "Gracias por su respuesta" in text_of(answer)
    stored = SurveyResponse.objects.values().get()
    assert stored.pop("id")
    assert str(stored.pop("form_key")) == KEY.format(0)
    assert stored == {
        "session_id": session.pk,
        "usefulness": "a_lot",
        "clarity": "enough",
        "would_return": "yes",
        "answered_on": date(2026, 3, 17),
    }
    opinion = Opinion.objects.get()
    assert (opinion.question, opinion.text, opinion.is_quotable) == ("liked", "El café\ny la gente 😀", False)
    kinds = ("surveyresponse", "opinion")
    assert not AuditEntry.objects.filter(
        content_type__model__in=kinds
    ).exists()  # by nobody: the trail would keep it for ever


def test_device_that_answered_does_not_answer_again(client, session, address):
    client.post(address, SAID)
    for number in range(1, 10):
        answer = client.post(address, {**SAID, "form_key": KEY.format(number)}, follow=True)
        assert "ya se recibió una respuesta" in text_of(answer)
    assert SurveyResponse.objects.count() == 1
    other = make_session(session.activity, date(2026, 3, 15))
    client.post(link.address_of(other), {**SAID, "form_key": KEY.format("a")})
    assert SurveyResponse.objects.filter(session=other).count() == 1  # of another space it may


def test_cookie_that_nobody_signed_is_none(client, session, address):
    client.cookies[f"convite_evaluado_{session.pk}"] = "1"
    assert "<textarea" in text_of(client.get(address))


def test_form_sent_twice_at_once_is_one_answer(address):
    for _time in range(2):  # the second before the cookie of the first came back
        assert Client().post(address, SAID).status_code == 302
    assert SurveyResponse.objects.count() == 1


def test_many_answers_from_one_network_wait_and_lose_nothing(address, settings):
    settings.SURVEY_RATE_LIMITS = {"network": "3/m/key", "space": "100/d/key"}
    for number in range(3):
        Client().post(address, {**SAID, "form_key": KEY.format(number)})
    answer = Client().post(address, {**SAID, "form_key": KEY.format(3), "liked": "Lo que escribí"})
    assert answer.status_code == 429
    assert str(limits.BUSY) in text_of(answer) and "Lo que escribí" in text_of(answer)
    assert SurveyResponse.objects.count() == 3


def test_space_takes_no_more_answers_than_a_space_may_have(address, settings):
    settings.SURVEY_RATE_LIMITS = {"network": "100/m/key", "space": "2/d/key"}
    statuses = [
        Client().post(address, {**SAID, "form_key": KEY.format(n)}, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(3)
    ]
    assert statuses == [302, 302, 429]


def test_network_is_counted_without_its_address(client, address, monkeypatch):
    counted, consume = [], limits.ratelimit.consume

    def seen(request, **asked):
        counted.append(asked["key"])
        return consume(request, **asked)

    monkeypatch.setattr(limits.ratelimit, "consume", seen)
    client.post(address, SAID, REMOTE_ADDR="192.0.2.77")
    assert len(counted) == 2 and "192.0.2.77" not in "".join(counted)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"usefulness": ""}, "Escoja una respuesta."),
        ({"clarity": "muchísimo"}, "no es una de las opciones disponibles"),
        ({"liked": "palabras " * 200}, "Tiene 1799 caracteres y caben 1000"),
        ({"improve": "a" * 501}, "Tiene 501 caracteres seguidos sin espacio"),
        ({"asunto": "Gane dinero"}, "Ese campo se deja vacío"),
        ({"liked": "a\0b"}, "caracteres nulos"),
        ({"form_key": "otra cosa"}, "UUID"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(client, address, typed, sentence):
    answer = client.post(address, {**SAID, "improve": "Más sillas", **typed})
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert typed.get("improve", "Más sillas") in text_of(answer)
    assert not SurveyResponse.objects.exists()


def test_html_is_written_as_it_was_typed(client, address):
    answer = client.post(address, {**SAID, "usefulness": "", "liked": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text_of(answer) and "<script>alert" not in text_of(answer)


def test_answer_after_the_close_is_shown_to_copy_and_not_stored(client, address, day):
    day.move_to("2026-04-01T15:00:00+00:00")
    answer = client.post(address, {**SAID, "improve": "Más sillas"})
    assert answer.status_code == 409
    assert "Su respuesta no se guardó" in text_of(answer) and "Más sillas" in text_of(answer)
    assert "hasta el 31 de marzo de 2026" in text_of(answer)
    assert not SurveyResponse.objects.exists()


def test_before_the_day_it_says_when_it_opens(client, address, day):
    day.move_to("2026-03-15T15:00:00+00:00")
    assert "se abre el 16 de marzo de 2026 y cierra el 31 de marzo de 2026" in text_of(client.get(address))


def test_withdrawn_space_says_so_and_leads_to_its_replacement(client, session, address):
    following = make_session(session.activity, date(2026, 3, 20))
    session.withdrawn_on, session.replaced_by = date(2026, 3, 10), following
    session.save()
    text = text_of(client.get(address))
    assert "salió del plan el 10 de marzo de 2026" in text
    assert f'href="{link.address_of(following)}"' in text and "20 de marzo de 2026" in text
    assert client.post(address, SAID).status_code == 409
    assert "salió del plan" in text_of(client.get(reverse("portal:survey_poster", args=[link.code_of(session)])))


def test_space_that_was_not_held_says_so(client, session, address):
    session.executed_units = 0
    session.save()
    assert "informó que este espacio no se hizo" in text_of(client.get(address))


@pytest.mark.parametrize("name", ["survey", "survey_poster"])
def test_unknown_code_is_told_what_to_do(client, session, name):
    for code in ("0", "no-existe", "1" * 40):
        answer = client.get(reverse(f"portal:{name}", args=[code]))
        assert answer.status_code == 404 and "Ese enlace no es de ningún espacio" in text_of(answer)


def test_plan_that_is_not_public_has_no_form(client, session, address):
    plan = session.activity.plan
    plan.state, plan.approved_on = "draft", None
    plan.save()
    assert client.get(address).status_code == 404
    assert client.post(address, SAID).status_code == 404


def test_poster_has_the_code_and_the_address_to_type(client, session, address):
    text = text_of(client.get(reverse("portal:survey_poster", args=[link.code_of(session)])))
    assert f"localhost:8000{address}" in text and "Hasta el 31 de marzo de 2026" in text
    assert 'role="img"' in text and "Audiencia pública" in text


@pytest.mark.browser
@pytest.mark.parametrize("language", ["", "/en"])
def test_phone_answers_by_touch_without_scripts(transactional_db, browser, live_server, session, language):
    with time_machine.travel(OPEN, tick=True):
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{live_server.url}{language}{link.address_of(session)}")
        assert page.locator("input[type=radio]").first.bounding_box()["y"] < 420
        for name in ("usefulness", "clarity", "would_return"):
            page.locator(f".answer:has([name={name}])").first.click()
        page.locator("[name=improve]").fill("Más sillas")
        page.locator("form.survey button[type=submit]").click()
        assert page.locator("form.survey").count() == 0
        context.close()
    assert SurveyResponse.objects.count() == 1 and Opinion.objects.get().text == "Más sillas"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_form_and_poster_are_accessible_and_fit(transactional_db, visit, violations, session, width):
    with time_machine.travel(OPEN, tick=True):
        for address in (link.address_of(session), reverse("portal:survey_poster", args=[link.code_of(session)])):
            page = visit(address, width=width)
            assert violations(page) == []
            assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
