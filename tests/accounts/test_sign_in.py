"""Who comes and goes: nobody guesses passwords for long, nobody is locked out for ever, and the trail says it."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from accounts import trail
from accounts.models import AuditEntry
from tests.factories import make_entity, make_user

PASSWORD = "una-clave-de-prueba"


@pytest.fixture(autouse=True)
def small_limit(settings):
    """A dozen wrong passwords a day from anywhere, for a hundred: the same, in less time."""
    assert settings.ACCOUNT_RATE_LIMITS["login_failed_anywhere"] == "100/d/key"
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_anywhere": "12/d/key"}


@pytest.fixture
def person(planner):
    planner.set_password(PASSWORD)
    planner.save()
    return planner


def sign_in(client: Client, email: str, password: str = PASSWORD, ip: str = "203.0.113.1"):
    """Whether it was taken; None when there were too many tries."""
    answer = client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=ip)
    if answer.status_code == 302:
        return True
    return None if answer.status_code == 429 or "Demasiados intentos fallidos" in answer.content.decode() else False


def guess(times: int, email: str, ip="203.0.113.66"):
    return [sign_in(Client(), email, "mala", ip(number) if callable(ip) else ip) for number in range(times)]


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_five_guesses_from_one_place_and_no_more(person):
    assert guess(6, person.email) == [False] * 5 + [None]


def test_guesses_elsewhere_do_not_lock_the_owner_out(person):
    guess(6, person.email)
    assert sign_in(Client(), person.email, ip="198.51.100.7") is True


def test_guesses_from_many_places_are_stopped_too(person):
    tries = guess(13, person.email, ip=lambda number: f"10.0.0.{number}")
    assert tries == [False] * 12 + [None]


def test_owner_enters_from_their_browser_whatever_others_do(person):
    """Guesses from a dozen places, and from the same office too."""
    browser = Client()
    assert sign_in(browser, person.email) is True
    browser.post(reverse("account_logout"))
    guess(13, person.email, ip=lambda number: f"10.0.0.{number}")
    guess(6, person.email, ip="203.0.113.1")

    assert sign_in(Client(), person.email) is None
    assert sign_in(browser, person.email) is True


def test_browser_of_somebody_is_counted_by_itself(person):
    browser = Client()
    sign_in(browser, person.email)
    browser.post(reverse("account_logout"))
    assert [sign_in(browser, person.email, "mala") for _number in range(6)] == [False] * 5 + [None]
    assert sign_in(browser, person.email) is None


def test_known_browser_says_nothing_of_another_account_and_cannot_be_forged(person, entity):
    other = make_user(entity, "control")
    browser = Client()
    sign_in(browser, person.email)
    browser.post(reverse("account_logout"))
    guess(13, other.email, ip=lambda number: f"10.1.0.{number}")
    assert sign_in(browser, other.email) is None
    browser.cookies["convite_conocido"] = f"abc:{other.email}:firma"
    assert sign_in(browser, other.email) is None


def test_new_password_by_mail_ends_the_wait(client, person, mailoutbox, django_capture_on_commit_callbacks):
    guess(13, person.email, ip=lambda number: f"10.0.0.{number}")
    assert sign_in(Client(), person.email) is None
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": person.email})
    link = next(word for word in mailoutbox[0].body.split() if "/cuenta/" in word)
    form = client.get(link.partition("localhost:8000")[2], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "otra-clave-larga", "password2": "otra-clave-larga"})

    assert sign_in(Client(), person.email, "otra-clave-larga") is True


def test_office_of_many_people_signs_in_at_once(entity):
    people = [make_user(entity, "control") for _number in range(40)]
    for one in people:
        one.set_password(PASSWORD)
        one.save()
    assert [sign_in(Client(), one.email) for one in people] == [True] * 40


# --- The trail --------------------------------------------------------------------------------------------------------


def said(entity) -> list[tuple]:
    entries = trail.entries_of(entity).filter(verb__startswith="user.sign").order_by("pk")
    return [(entry.actor, str(trail.action(entry)), entry.object_repr, entry.changes) for entry in entries]


def test_coming_and_going_is_written_in_each_entity(client, person, entity):
    elsewhere = make_entity("otra")
    elsewhere.memberships.create(user=person, role="control")
    sign_in(client, person.email, "mala")
    sign_in(client, person.email)
    client.post(reverse("account_logout"))

    name = str(person)
    expected = [
        (None, "Contraseña equivocada", name, {}),
        (person, "Ingresó", name, {}),
        (person, "Salió", name, {}),
    ]
    assert said(entity) == said(elsewhere) == expected


def test_unknown_address_leaves_no_entry_and_stands_in_the_log_as_a_hash(client, db, caplog):
    caplog.set_level(logging.INFO)
    sign_in(client, "nadie@example.org", "mala")
    assert not AuditEntry.objects.filter(verb__startswith="user.sign").exists()
    [line] = [record.getMessage() for record in caplog.records if record.name == "accounts.adapter"]
    assert line.startswith("Sign-in refused: unknown address ") and "nadie" not in caplog.text


def test_control_reads_who_came_and_filters_by_it(client, person, entity, control):
    sign_in(Client(), person.email)
    client.force_login(control)
    page = client.get(reverse("accounts:audit_list", args=[entity.slug]), {"verb": "sign_in"}).content.decode()
    assert "Ingresó persona" in " ".join(page.split())
    board = client.get(reverse("dashboard:board", args=[entity.slug])).content.decode()
    assert "Ingresó" not in board  # which tells what was done
