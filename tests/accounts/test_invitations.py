"""Inviting somebody tells nothing of their account elsewhere, and several may do it at once."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role, User
from tests.factories import make_entity, make_user

TYPED = {"full_name": "Ana como la escribí", "position": "Asesora", "role": "planner"}


@pytest.fixture
def elsewhere(db):
    """Somebody with an account in another entity, under another name and position, who signed in yesterday."""
    user = make_user(make_entity("otra"), Role.PLANNER)
    user.full_name, user.position, user.last_login = "Ana Secreta", "Cargo secreto", timezone.now() - timedelta(days=1)
    user.set_password("una-clave-de-prueba")
    user.save()
    return user


def invite(client, entity, email: str):
    return client.post(reverse("accounts:person_invite", args=[entity.slug]), TYPED | {"email": email}, follow=True)


def anonymous(html: str, user: User) -> str:
    """A page without what is this person's by right: their address and numbers, and the tokens of the page."""
    html = re.sub(r"(usuarios|papeles)/\d+", r"\1/N", html.replace(user.email, "CORREO"))
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)


def test_invited_address_is_answered_alike_with_an_account_elsewhere_or_without(
    client, entity, administrator, elsewhere
):
    client.force_login(administrator)
    known = invite(client, entity, elsewhere.email).content.decode()
    unknown = invite(client, entity, "nueva@example.org").content.decode()
    new = User.objects.get(email="nueva@example.org")

    assert "Ana como la escribí" in known and "Secret" not in known and "secreto" not in known
    assert anonymous(known, elsewhere) == anonymous(unknown, new)
    # The mail of one has no link, and the page may not say whose.
    assert "Si ya tenía cuenta, entra con su contraseña de siempre. Si no la tenía, el enlace de su correo" in known
    people = client.get(reverse("accounts:person_list", args=[entity.slug])).content.decode()
    assert people.count("Ana como la escribí") == 2 and people.count("Todavía no ha entrado") == 2
    trail = AuditEntry.objects.filter(entity=entity).values_list("object_repr", flat=True)
    assert not any("Secreta" in what for what in trail)


def test_another_role_tells_nothing_either(client, entity, administrator, elsewhere):
    client.force_login(administrator)
    invite(client, entity, elsewhere.email)
    address = reverse("accounts:person_detail", args=[entity.slug, elsewhere.pk])
    page = client.post(address, {"role": "control"}, follow=True).content.decode()
    assert "Ana como la escribí · Control interno tiene ahora este papel." in page
    assert "Secret" not in page


def test_who_has_entered_has_their_own_name(client, entity, administrator, elsewhere):
    client.force_login(administrator)
    invite(client, entity, elsewhere.email)
    User.objects.filter(pk=elsewhere.pk).update(last_login=timezone.now())
    page = client.get(reverse("accounts:person_detail", args=[entity.slug, elsewhere.pk])).content.decode()
    assert "Ana Secreta" in page and "Todavía no ha entrado" not in page


@pytest.mark.django_db(transaction=True)
def test_address_invited_by_several_at_once_gets_one_account_and_one_role(entity, administrator):
    answers = []

    def one():
        client = Client(raise_request_exception=False)
        client.force_login(administrator)
        answers.append(invite(client, entity, "nueva@example.org").status_code)
        connection.close()

    threads = [Thread(target=one) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 8
    assert User.objects.get(email="nueva@example.org").memberships.count() == 1


def test_link_to_set_a_password_is_at_the_address_of_the_site(
    client, planner, mailoutbox, settings, django_capture_on_commit_callbacks
):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://participacion.example.org"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": planner.email}, headers={"host": "ataque.example.com"})
    [message] = mailoutbox
    assert "https://participacion.example.org/cuenta/" in message.body
    assert "ataque" not in message.body
