"""A form sent after its session ended: back as it was typed once its person signs in, and saved by nobody else."""

from datetime import date

import pytest
from django.contrib.sessions.models import Session as Visit
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import typed
from records.tasks import clean
from tests.factories import make_activity, make_session, make_user

PASSWORD = "una-clave-de-prueba"
SENT = {
    "answer": "not_held",
    "reason_kind": "other",
    "reason": "Llovió toda la mañana",
    "revision": "0",
    "csrfmiddlewaretoken": "x",
}


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def person(head):
    return with_password(head)


@pytest.fixture
def session(plan, dependency):
    return make_session(make_activity(plan, dependency), date(2026, 3, 16))


@pytest.fixture
def address(session):
    plan = session.activity.plan
    return reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk])


def sign_in(browser: Client, user, to: str = "", **data):
    return browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": to, **data})


@pytest.fixture
def browser(person):
    """Of the head, whose session ended while a form was open."""
    browser = Client()
    sign_in(browser, person)
    del browser.cookies["sessionid"]
    return browser


def test_text_is_back_after_signing_in_and_nothing_was_saved(browser, person, session, address):
    refused = browser.post(address, SENT)
    assert refused.url == f"{reverse('account_login')}?next={address}"
    assert sign_in(browser, person, address).url == address

    page = browser.get(address)
    form, html = page.context["form"], page.content.decode()
    assert (form["answer"].value(), form["reason"].value()) == ("not_held", "Llovió toda la mañana")
    assert "Aquí está lo que escribió" in html and "message-success" not in html
    session.refresh_from_db()
    assert session.executed_units is None
    assert browser.post(address, {**form.data.dict()}).status_code == 302
    session.refresh_from_db()
    assert (session.executed_units, session.reason) == (0, "Llovió toda la mañana")


def test_it_is_given_back_once_and_on_its_own_page_alone(browser, person, address):
    browser.post(address, SENT)
    sign_in(browser, person)
    assert "Aquí está lo que escribió" not in browser.get(reverse("accounts:panel")).content.decode()
    assert browser.get(address).context["form"].is_bound
    assert not browser.get(address).context["form"].is_bound


def test_it_is_given_to_whoever_typed_it_alone(browser, entity, dependency, address):
    browser.post(address, SENT)
    other = with_password(make_user(entity, "head", dependency))
    sign_in(browser, other, address)
    page = browser.get(address)
    assert not page.context["form"].is_bound and "Llovió" not in page.content.decode()


def test_it_is_kept_an_hour(browser, person, address, monkeypatch):
    browser.post(address, SENT)
    sign_in(browser, person, address)
    monkeypatch.setattr(typed, "KEPT_FOR", -1)
    assert not browser.get(address).context["form"].is_bound


@pytest.mark.parametrize(
    "sent",
    [{}, {"csrfmiddlewaretoken": "x"}, {"reason": "x" * (typed.LONGEST + 1)}, {"file": SimpleUploadedFile("a", b"a")}],
)
def test_nothing_to_keep_is_not_kept(browser, address, sent):
    before = Visit.objects.count()
    browser.post(address, sent)
    assert Visit.objects.count() == before


def test_strangers_and_passwords_leave_nothing(browser, address, db):
    before = Visit.objects.count()
    Client().post(address, SENT)
    browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD})
    browser.post(address, SENT, headers={"HX-Request": "true"})
    assert Visit.objects.count() == before


def test_ended_sessions_are_swept(browser, address):
    browser.post(address, SENT)
    Visit.objects.update(expire_date=timezone.now())
    clean()
    assert not Visit.objects.exists()


def test_session_stays_open_where_it_was_asked_for(person):
    asked, unasked = Client(), Client()
    sign_in(asked, person, remember="on")
    sign_in(unasked, person)
    assert asked.cookies["sessionid"]["max-age"] == 30 * 24 * 3600
    assert unasked.cookies["sessionid"]["max-age"] == ""
    html = Client().get(reverse("account_login")).content.decode()
    assert "Seguir con la sesión abierta en este equipo" in html and "placeholder" not in html
    assert not Client().get(reverse("account_login")).context["form"]["remember"].value()
