"""What citizens answer of a promise: without an account, once from each device, never moving its state."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from commitments.answers.actions import reply
from commitments.models import CitizenAnswer, Commitment
from portal import limits
from records.models import Notice
from tests.factories import make_commitment, make_plan
from tests.reports.reporting import approve

KEY = "7b0f4f1e-5f1c-4d8e-9a53-3a5ad5a6d1{:02x}"
NO = {"kind": "disputes", "text": "El puente sigue cerrado", "form_key": KEY.format(0)}
YES = {"kind": "confirms", "text": "", "form_key": KEY.format(1)}


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel("2026-05-04T15:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def commitment(plan, dependency):
    approve(plan)
    commitment = make_commitment(
        plan, text="Abrir el puente", state="reported_done", closed_on=date(2026, 4, 20), due_on=date(2026, 4, 30)
    )
    commitment.responsible.add(dependency)
    return commitment


@pytest.fixture
def address(commitment):
    return at("promise_answer", commitment)


def at(name: str, commitment) -> str:
    return reverse(f"portal:{name}", args=[commitment.plan.entity.slug, commitment.pk])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def page_of(commitment) -> str:
    return text_of(Client().get(at("promise", commitment)))


def test_form_asks_two_things_without_cookies_of_its_own(client, commitment, address):
    page = client.get(address)
    text = text_of(page)
    assert "Abrir el puente" in text and text.count('type="radio"') == 2 and text.count("<textarea") == 1
    assert "Lo que escriba se publica tal como lo escribe" in text and "hasta el 20 de abril de 2027" in text
    assert list(page.cookies) == ["csrftoken"] and "no-store" in page["Cache-Control"]
    assert f'href="{address}"' in page_of(commitment)


def test_dispute_is_kept_with_nothing_of_the_person_and_moves_nothing(client, commitment, address, planner, head):
    client.force_login(planner)  # whoever answers: it is by nobody
    n_entries = AuditEntry.objects.count()
    answer = client.post(address, NO, follow=True)
    text = text_of(answer)
    assert "Gracias por su respuesta" in text and "15 días hábiles para responder: hasta el 26 de mayo" in text
    stored = CitizenAnswer.objects.values("kind", "text", "answered_on", "reply", "withheld").get()
    assert stored == {
        "kind": "disputes", "text": NO["text"], "answered_on": date(2026, 5, 4), "reply": "", "withheld": ""
    }  # fmt: skip
    assert Commitment.objects.get().state == "reported_done"
    assert AuditEntry.objects.count() == n_entries
    assert set(Notice.objects.values_list("kind", "recipient")) == {
        ("answer.disputed", planner.pk), ("answer.disputed", head.pk)
    }  # fmt: skip


def test_confirmation_needs_no_words(client, commitment, address):
    assert "Su respuesta se cuenta" in text_of(client.post(address, YES, follow=True))
    assert "1 vez que sí, 0 veces que no." in page_of(commitment)
    assert not Notice.objects.exists()


def test_device_that_answered_does_not_answer_again_until_it_is_declared_again(client, commitment, address):
    client.post(address, NO)
    for number in range(2, 6):
        answer = client.post(address, {**NO, "form_key": KEY.format(number), "text": f"Otra {number}"}, follow=True)
        assert "se recibió una respuesta el 4 de mayo de 2026" in text_of(answer)
    assert CitizenAnswer.objects.count() == 1
    commitment.closed_on = date(2026, 5, 3)  # declared anew
    commitment.save()
    assert "<textarea" in text_of(client.get(address))


def test_cookie_that_nobody_signed_is_none(client, commitment, address):
    client.cookies[f"convite_respondido_{commitment.pk}_2027-04-20"] = "disputes 2026-05-04"
    assert "<textarea" in text_of(client.get(address))


def test_form_sent_twice_at_once_is_one_answer(address):
    for _time in range(2):
        assert Client().post(address, NO).status_code == 302
    assert CitizenAnswer.objects.count() == 1


def test_same_dispute_fifty_times_is_one_and_is_told_so(commitment, address):
    answers = [
        Client().post(address, {**NO, "form_key": KEY.format(n), "text": f" EL PUENTE  sigue cerrado{'.' * n}"})
        for n in range(50)
    ]
    assert CitizenAnswer.objects.count() == 1
    assert [answer.status_code for answer in answers] == [302, *[409] * 49]
    assert "Eso mismo ya se respondió el 4 de mayo de 2026 y quedó una sola vez" in text_of(answers[-1])
    assert "1 vez que no." in page_of(commitment)


def test_same_words_after_the_reply_are_another_dispute(commitment, address, planner):
    Client().post(address, NO)
    [first] = CitizenAnswer.objects.all()
    reply(answers=[first], text="Se abre el viernes", on=date(2026, 5, 4), by=planner, seen={first.pk: 0})
    assert Client().post(address, {**NO, "form_key": KEY.format(7)}).status_code == 302
    assert [row.is_open for row in CitizenAnswer.objects.all()] == [False, True]


def test_same_dispute_from_two_devices_at_one_moment_is_one(commitment, address, monkeypatch):
    def meanwhile(row):
        values = {name: getattr(row, name) for name in ("commitment", "kind", "text", "same_text", "answered_on")}
        CitizenAnswer.objects.bulk_create([CitizenAnswer(**values)])

    monkeypatch.setattr(CitizenAnswer, "validate_constraints", meanwhile)
    assert "quedó una sola vez" in text_of(Client().post(address, NO))
    assert CitizenAnswer.objects.count() == 1


def test_many_answers_from_one_network_wait_and_lose_nothing(address, settings):
    settings.PROMISE_RATE_LIMITS = {"network": "3/m/key", "promise": "100/d/key"}
    for number in range(3):
        Client().post(address, {**NO, "form_key": KEY.format(number), "text": f"Falta {number}"})
    answer = Client().post(address, {**NO, "form_key": KEY.format(3), "text": "Lo que escribí"})
    assert answer.status_code == 429
    assert str(limits.BUSY) in text_of(answer) and "Lo que escribí" in text_of(answer)
    assert CitizenAnswer.objects.count() == 3


def test_promise_takes_no_more_answers_than_a_promise_may_have(address, settings):
    settings.PROMISE_RATE_LIMITS = {"network": "100/m/key", "promise": "2/d/key"}
    statuses = [
        Client().post(address, {**YES, "form_key": KEY.format(n)}, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(3)
    ]
    assert statuses == [302, 302, 429]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": ""}, "Escoja una respuesta."),
        ({"kind": "quizás"}, "no es una de las opciones disponibles"),
        ({"text": " "}, "Cuente qué falta o qué pasó."),
        ({"text": "palabras " * 300}, "Tiene 2699 caracteres y caben 2000"),
        ({"text": "a" * 501}, "Tiene 501 caracteres seguidos sin espacio"),
        ({"asunto": "Gane dinero"}, "Ese campo se deja vacío"),
        ({"text": "a\0b"}, "caracteres nulos"),
        ({"form_key": "otra cosa"}, "UUID"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(client, address, typed, sentence):
    answer = client.post(address, {**NO, **typed})
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert typed.get("text", NO["text"]).strip().replace("\0", "") in text_of(answer).replace("\0", "")
    assert not CitizenAnswer.objects.exists()


def test_form_of_another_site_is_refused(commitment, address):
    assert Client(enforce_csrf_checks=True).post(address, NO).status_code == 403


# --- When it takes none -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "in_progress"}, "todavía no ha dicho que lo cumplió"),
        ({"state": "recorded", "due_on": date(2026, 5, 1)}, "Su plazo venció el 1 de mayo de 2026"),
        ({"state": "breached", "reason": "x"}, "La entidad ya dijo que no lo cumplió"),
        ({"state": "carried_over", "reason": "x", "carried_to_year": 2027}, "pasa a la vigencia 2027"),
    ],
)
def test_before_anything_is_declared_it_says_why(client, commitment, fields, sentence):
    closed_on = date(2026, 5, 2) if "reason" in fields else None
    other = make_commitment(commitment.plan, **{"closed_on": closed_on, "due_on": date(2026, 6, 30), **fields})
    for address in (at("promise", other), at("promise_answer", other)):
        text = text_of(client.get(address))
        assert sentence in text and "<textarea" not in text
    answer = client.post(at("promise_answer", other), NO)
    assert answer.status_code == 409 and "Su respuesta no se guardó" in text_of(answer)
    assert not CitizenAnswer.objects.exists()


def test_what_was_done_in_part_or_is_not_viable_takes_answers(client, commitment):
    partly = make_commitment(commitment.plan, state="partly_done")
    not_viable = make_commitment(commitment.plan, state="not_viable", reason="x", closed_on=date(2026, 5, 1))
    for number, other in enumerate((partly, not_viable)):
        assert client.post(at("promise_answer", other), {**NO, "form_key": KEY.format(number)}).status_code == 302
    assert "Gracias" in text_of(client.get(at("promise_answer", partly)))
    assert CitizenAnswer.objects.count() == 2


def test_dispute_after_ten_years_says_until_when_and_where_to_write(client, commitment, address, entity, day):
    day.move_to("2036-05-04T15:00:00+00:00")
    answer = client.post(address, {**NO, "text": "Se cayó <b>otra vez</b>"})
    text = text_of(answer)
    assert answer.status_code == 409 and not CitizenAnswer.objects.exists()
    assert "Se recibieron respuestas hasta el 20 de abril de 2027" in text
    assert "Se cayó &lt;b&gt;otra vez&lt;/b&gt;" in text
    assert "use los medios que dice su plan" in text
    for field, value in (("address", "Calle 1"), ("website", "https://alcaldia.example.org"), ("email", "a@b.co")):
        setattr(entity, field, value)
        entity.save()
        assert value in text_of(client.get(address)).partition("<footer")[0]


def test_last_day_takes_answers_and_the_next_does_not(client, commitment, address, day):
    day.move_to("2027-04-20T15:00:00+00:00")
    assert "<textarea" in text_of(client.get(address))
    day.move_to("2027-04-21T15:00:00+00:00")
    assert "<textarea" not in text_of(client.get(address))


def test_form_that_was_open_while_it_was_carried_on_keeps_what_was_typed(client, commitment, address, planner):
    Commitment.objects.filter(pk=commitment.pk).update(state="carried_over", reason="x", carried_to_year=2027)
    following = approve(make_plan(commitment.plan.entity, title="Plan de 2027"))
    later = make_commitment(following, carried_from=commitment, state="in_progress")
    assert client.get(address).url == at("promise_answer", later)
    answer = client.post(address, NO)
    assert answer.status_code == 409 and NO["text"] in text_of(answer)
    assert f'href="{at("promise", later)}"' in text_of(answer)


# --- What everybody reads of it ---------------------------------------------------------------------------------------


def test_dispute_is_told_at_once_and_its_words_in_time(client, commitment, address, day):
    client.post(address, NO)
    text = page_of(commitment)
    assert "Alguien respondió que no se cumplió" in text and "4 may 2026" in text
    assert "La entidad responde a más tardar el 26 de mayo de 2026" in text and NO["text"] not in text
    day.move_to("2026-05-26T15:00:00+00:00")
    assert NO["text"] not in page_of(commitment)
    day.move_to("2026-05-27T15:00:00+00:00")
    text = page_of(commitment)
    assert NO["text"] in text and "La entidad debía responder el 26 de mayo de 2026 y no lo ha hecho" in text


def test_reply_stands_beside_the_dispute_without_who_wrote_it(client, commitment, address, planner):
    client.post(address, NO)
    reply(
        answers=[CitizenAnswer.objects.get()], text="El puente abre el lunes", on=date(2026, 5, 6), by=planner,
        seen={CitizenAnswer.objects.get().pk: 0},
    )  # fmt: skip
    text = page_of(commitment)
    for words in (NO["text"], "La entidad respondió el 6 de mayo de 2026:", "El puente abre el lunes"):
        assert words in text
    assert planner.full_name not in text


def test_withheld_words_are_not_told_and_why_is(client, commitment, address, planner, day):
    client.post(address, NO)
    answer = CitizenAnswer.objects.get()
    reply(
        answers=[answer], text="No nombre a nadie", withheld="personal", on=date(2026, 5, 6), by=planner,
        seen={answer.pk: 0},
    )  # fmt: skip
    day.move_to("2026-08-01T15:00:00+00:00")
    text = page_of(commitment)
    assert NO["text"] not in text and "No nombre a nadie" in text
    assert "La entidad no publica sus palabras: Nombra a personas o tiene datos personales." in text


def test_confirmation_with_words_is_told_in_time(client, commitment, address, day):
    client.post(address, {**YES, "text": "Ya se pasa en bus"})
    assert "Ya se pasa en bus" not in page_of(commitment)
    day.move_to("2026-06-30T15:00:00+00:00")
    assert "Alguien respondió que sí se cumplió" in page_of(commitment) and "Ya se pasa en bus" in page_of(commitment)


# --- In a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("language", ["", "/en"])
def test_phone_answers_by_touch_without_scripts(transactional_db, browser, live_server, commitment, language):
    with time_machine.travel("2026-05-04T15:00:00+00:00", tick=True):
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{live_server.url}{language}{at('promise', commitment)}")
        page.locator(f"a[href$='{at('promise_answer', commitment)}']").click()
        assert page.locator("input[type=radio]").first.bounding_box()["y"] < 420
        page.locator(".answer:has([value=disputes])").click()
        page.locator("form.survey button[type=submit]").click()
        assert page.locator(".error-summary").count() == 1  # a dispute says why
        page.locator("[name=text]").fill("El puente sigue cerrado")
        page.locator("form.survey button[type=submit]").click()
        assert page.locator("form.survey").count() == 0 and page.locator(".callout").count() == 1
        context.close()
    assert CitizenAnswer.objects.get().text == "El puente sigue cerrado"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_are_accessible_and_fit(transactional_db, visit, violations, commitment, address, width):
    commitment.follow_ups.create(on=date(2026, 4, 2), progress=35, done="Se contrató la obra")
    Client().post(address, NO)
    with time_machine.travel("2026-08-04T15:00:00+00:00", tick=True):
        entity = commitment.plan.entity
        for where in (reverse("portal:promise_list", args=[entity.slug]), at("promise", commitment), address):
            page = visit(where, width=width)
            assert violations(page) == []
            assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
