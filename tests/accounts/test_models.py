"""Who may exist, and the trail they leave."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEntry, Dependency, Entity, Membership, Role, User


@pytest.fixture
def entity(db):
    return Entity.objects.create(slug="san-jacinto", name="Alcaldía de San Jacinto")


@pytest.fixture
def user(db):
    return User.objects.create_user("Ana@Example.org", full_name="Ana")


def test_head_without_dependency_is_refused(entity, user):
    with pytest.raises(ValidationError) as error:
        Membership(user=user, entity=entity, role=Role.HEAD).full_clean()
    assert "Una jefatura dice de qué dependencia es; los demás papeles no llevan." in error.value.messages


def test_dependency_name_twice_is_refused(entity):
    Dependency.objects.create(entity=entity, name="Gobierno")
    with pytest.raises(ValidationError) as error:
        Dependency(entity=entity, name="Gobierno").full_clean()
    assert "La entidad ya tiene una dependencia con ese nombre." in error.value.messages


def test_email_signs_in_in_lower_case(user):
    assert user.email == "ana@example.org"


def test_change_leaves_its_trail_with_its_entity(entity):
    unit = Dependency.objects.create(entity=entity, name="Gobierno")
    unit.name = "Gobierno y Paz"
    unit.save()
    entry = AuditEntry.objects.filter(entity=entity, verb="dependency.update").get()
    assert entry.changes == {"name": ["Gobierno", "Gobierno y Paz"]}


def test_trail_hides_the_password_whole(user):
    user.set_password("una-clave-larga")
    user.save()
    assert AuditEntry.objects.get(verb="user.update").changes == {"password": ["••••", "••••"]}


def test_trail_cannot_be_touched(entity):
    entry = AuditEntry.objects.get(verb="entity.create")
    for touch in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(verb=""),
    ):
        with pytest.raises(PermissionDenied):
            touch()
    assert AuditEntry.objects.count() == 1


def test_create_entity_twice_says_why(entity):
    with pytest.raises(CommandError, match="Ya existe"):
        call_command("create_entity", "san-jacinto", name="Otra")
    assert Entity.objects.count() == 1


@pytest.mark.parametrize("size", [1, 20])
def test_home_asks_the_same_number_of_queries(client, db, django_assert_num_queries, size):
    for number in range(size):
        Entity.objects.create(slug=f"entidad-{number}", name=f"Entidad {number}")
    with django_assert_num_queries(3):  # how many entities there are, a page of them, and their last reports
        response = client.get(reverse("portal:home"))
    assert response.content.decode().count('href="/entidad-') == size


def test_entity_page_unknown_is_404(client, db):
    assert client.get(reverse("portal:entity", args=["ninguna"])).status_code == 404


def test_panel_needs_sign_in(client, db):
    response = client.get(reverse("accounts:panel"))
    assert (response.status_code, response.url) == (302, "/cuenta/login/?next=/panel/")


def test_who_works_in_one_entity_lands_on_its_board(client, user):
    entity = Entity.objects.create(slug="una", name="Una")
    for role in (Role.PLANNER, Role.CONTROL):
        Membership.objects.create(user=user, entity=entity, role=role)
    client.force_login(user)
    assert client.get(reverse("accounts:panel")).url == reverse("dashboard:board", args=["una"])


@pytest.mark.parametrize("size", [2, 10])
def test_panel_asks_the_same_number_of_queries(client, user, django_assert_num_queries, size):
    for number in range(size):
        entity = Entity.objects.create(slug=f"entidad-{number}", name=f"Entidad {number}")
        Membership.objects.create(user=user, entity=entity, role=Role.PLANNER)
    client.force_login(user)
    with django_assert_num_queries(3):  # session, person, memberships with their entities
        response = client.get(reverse("accounts:panel"))
    assert response.content.decode().count("Planeación") == size
