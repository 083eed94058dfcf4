"""Who works in an entity: roles given and taken, mail, and nothing of another entity's people."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import actions, notifications
from accounts.models import AuditEntry, Entity, Membership, Role, User
from records.models import Mail
from tests.factories import make_dependency, make_entity, make_user


def url(entity, name="person_list", *args):
    return reverse(f"accounts:{name}", args=[entity.slug, *args])


def invitation(**fields):
    return {"email": "ana@example.org", "full_name": "Ana Ruiz", "position": "Asesora", "role": "planner", **fields}


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def posted(signed_in, django_capture_on_commit_callbacks):
    """A function that posts as the administrator; the mail of what it did has left when it returns."""

    def post(*args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return signed_in.post(*args, **kwargs)

    return post


def roles(user) -> set[tuple[str, str]]:
    return set(user.memberships.values_list("entity__slug", "role"))


def test_list_shows_only_roles_of_this_entity(signed_in, entity, planner):
    Membership.objects.create(user=planner, entity=make_entity("otra"), role=Role.CONTROL)
    html = signed_in.get(url(entity)).content.decode()
    table = html[html.index("<tbody>") :]
    assert planner.email in table
    assert "Control interno" not in table


def test_list_finds_by_name_and_role(signed_in, entity, planner, control):
    def found(**filters) -> set[str]:
        html = signed_in.get(url(entity), filters).content.decode()
        return {user.email for user in (planner, control) if user.email in html}

    assert found() == {planner.email, control.email}
    assert found(role="control") == {control.email}
    assert found(q=planner.full_name[:6].upper()) == {planner.email}
    assert found(q="nadie") == set()
    assert found(role="rey", q="nadie") == {planner.email, control.email}


@pytest.mark.parametrize("size", [2, 40])
def test_list_asks_the_same_number_of_queries(signed_in, entity, django_assert_num_queries, size):
    for _number in range(size):
        make_user(entity, Role.HEAD)
    with django_assert_num_queries(7):  # session, person, entity, roles, count, people, their roles
        signed_in.get(url(entity))


def test_invite_new_person_sends_the_link_to_set_a_password(posted, client, entity, administrator):
    posted(url(entity, "person_invite"), invitation())
    user = User.objects.get(email="ana@example.org")
    assert (user.full_name, user.position, user.has_usable_password()) == ("Ana Ruiz", "Asesora", False)
    assert roles(user) == {(entity.slug, "planner")}
    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert message.subject == "Convite: su papel en Alcaldía de San Jacinto"
    link = re.search(r"http://localhost:8000(/cuenta/password/reset/key/\S+)", message.body)[1]
    client.logout()
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "una-frase-larga-9", "password2": "una-frase-larga-9"})
    user.refresh_from_db()
    assert user.check_password("una-frase-larga-9")
    assert client.get("/panel/").url == reverse("dashboard:board", args=[entity.slug])  # signed in by it
    entry = AuditEntry.objects.get(verb="membership.create", object_pk=user.memberships.get().pk)
    assert (entry.actor, entry.entity) == (administrator, entity)


def test_invite_person_of_another_entity_keeps_their_data_and_says_the_same(posted, entity):
    known = make_user(make_entity("otra"), Role.PLANNER)
    known.set_password("una-frase-larga-9")
    known.save()
    answer = posted(url(entity, "person_invite"), invitation(email=known.email.upper(), role="control"), follow=True)
    before = (known.full_name, known.position)
    known.refresh_from_db()
    assert (known.full_name, known.position) == before
    assert known.check_password("una-frase-larga-9")
    assert roles(known) == {("otra", "planner"), (entity.slug, "control")}
    assert f"A {known.email} le llega un correo que dice cómo entrar." in answer.content.decode()
    (message,) = mail.outbox
    assert "Entre con su correo y la contraseña que ya tiene:" in message.body
    assert "/password/reset/" not in message.body


def test_invite_with_a_role_already_held_says_so(signed_in, entity, planner):
    html = signed_in.post(url(entity, "person_invite"), invitation(email=planner.email)).content.decode()
    assert "La persona ya tiene ese papel en la entidad." in html
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("role", "with_dependency", "sentence"),
    [
        ("head", False, "Diga de qué dependencia es la jefatura."),
        ("planner", True, "Solo la jefatura lleva dependencia: deje «Ninguna», o cambie el papel."),
    ],
)
def test_dependency_is_for_heads(signed_in, entity, dependency, role, with_dependency, sentence):
    fields = invitation(role=role, dependency=dependency.pk if with_dependency else "")
    assert sentence in signed_in.post(url(entity, "person_invite"), fields).content.decode()
    assert not User.objects.filter(email="ana@example.org").exists()


def test_head_of_another_entity_s_dependency_is_refused(signed_in, entity, administrator):
    foreign = make_dependency(make_entity("otra"), "Ajena")
    answer = signed_in.post(url(entity, "person_invite"), invitation(role="head", dependency=foreign.pk))
    assert answer.status_code == 200
    with pytest.raises(ValidationError, match="no es de esta entidad"):
        actions.add_membership(entity=entity, user=make_user(), role=Role.HEAD, dependency=foreign, by=administrator)


def test_a_mail_server_that_is_down_does_not_reach_who_invites(posted, entity, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    answer = posted(url(entity, "person_invite"), invitation(), follow=True)
    assert "A ana@example.org le llega un correo que dice cómo entrar." in answer.content.decode()
    assert Membership.objects.filter(user__email="ana@example.org").exists()
    assert Mail.objects.get().state == "waiting"


def test_invite_again_sends_it_again(posted, entity):
    posted(url(entity, "person_invite"), invitation())
    user = User.objects.get(email="ana@example.org")
    posted(url(entity, "person_invite_again", user.pk))
    assert [message.to for message in mail.outbox] == [["ana@example.org"]] * 2


def test_person_gets_another_role(signed_in, entity, planner, dependency):
    signed_in.post(url(entity, "person_detail", planner.pk), {"role": "head", "dependency": dependency.pk})
    assert roles(planner) == {(entity.slug, "planner"), (entity.slug, "head")}


def test_person_of_another_entity_is_404(signed_in, entity, outsider):
    assert signed_in.get(url(entity, "person_detail", outsider.pk)).status_code == 404
    assert signed_in.post(url(entity, "person_detail", outsider.pk), {"role": "planner"}).status_code == 404
    assert signed_in.post(url(entity, "person_remove", outsider.pk)).status_code == 404
    assert signed_in.post(url(entity, "person_invite_again", outsider.pk)).status_code == 404
    foreign = outsider.memberships.get().pk
    assert signed_in.post(url(entity, "membership_remove", outsider.pk, foreign)).status_code == 404


def test_role_is_taken_and_the_rest_stays(signed_in, entity, planner):
    extra = Membership.objects.create(user=planner, entity=entity, role=Role.CONTROL)
    signed_in.post(url(entity, "membership_remove", planner.pk, extra.pk))
    assert roles(planner) == {(entity.slug, "planner")}


def test_person_removed_no_longer_enters_and_keeps_other_entities(signed_in, client, entity, planner):
    Membership.objects.create(user=planner, entity=entity, role=Role.CONTROL)
    Membership.objects.create(user=planner, entity=make_entity("otra"), role=Role.PLANNER)
    answer = signed_in.post(url(entity, "person_remove", planner.pk), follow=True)
    assert "ya no entra a esta entidad" in answer.content.decode()
    assert roles(planner) == {("otra", "planner")}
    assert AuditEntry.objects.filter(entity=entity, verb="membership.delete").count() == 2
    client.force_login(planner)
    assert client.get(url(entity, "dependency_list")).status_code == 404


@pytest.mark.parametrize("name", ["person_remove", "membership_remove"])
def test_own_administration_is_not_taken(signed_in, entity, administrator, name):
    make_user(entity, Role.ADMINISTRATOR)
    args = [administrator.pk] + ([administrator.memberships.get().pk] if name == "membership_remove" else [])
    answer = signed_in.post(url(entity, name, *args), follow=True)
    assert "Usted no puede quitarse la administración." in answer.content.decode()
    assert roles(administrator) == {(entity.slug, "administrator")}


def test_last_administrator_is_not_taken(entity, administrator):
    """The one who asks had the right when the page was opened, and lost it since."""
    former = make_user()
    with pytest.raises(ValidationError, match="Es la última persona que administra la entidad"):
        actions.remove_memberships(entity=entity, memberships=list(administrator.memberships.all()), by=former)
    User.objects.filter(pk=make_user(entity, Role.ADMINISTRATOR).pk).update(is_active=False)
    with pytest.raises(ValidationError, match="Es la última persona que administra la entidad"):
        actions.remove_memberships(entity=entity, memberships=list(administrator.memberships.all()), by=former)
    make_user(entity, Role.ADMINISTRATOR)
    actions.remove_memberships(entity=entity, memberships=list(administrator.memberships.all()), by=former)
    assert roles(administrator) == set()


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("planner", 403), ("head", 403), ("control", 403), ("outsider", 404)]
)
def test_rights(request, client, entity, who, status):
    other = make_user(entity, Role.PLANNER)
    client.force_login(request.getfixturevalue(who))
    role = other.memberships.get().pk
    for address in (
        url(entity),
        url(entity, "person_invite"),
        url(entity, "person_detail", other.pk),
        url(entity, "person_remove", other.pk),
        url(entity, "membership_remove", other.pk, role),
    ):
        assert client.get(address).status_code == status
    if status != 200:
        assert client.post(url(entity, "person_invite_again", other.pk)).status_code == status


def test_create_entity_with_an_administrator_prints_the_link(db, client, capsys):
    call_command("create_entity", "nueva", name="Alcaldía Nueva", admin="Ana@Example.org", admin_name="Ana Ruiz")
    user = User.objects.get(email="ana@example.org")
    assert (user.full_name, roles(user)) == ("Ana Ruiz", {("nueva", "administrator")})
    link = re.search(r"http://localhost:8000(/\S+)", capsys.readouterr().out)[1]
    assert "password1" in client.get(link, follow=True).content.decode()
    assert AuditEntry.objects.get(verb="membership.create").actor is None


def test_create_entity_with_a_known_administrator_gives_no_link(db, capsys):
    user = make_user()
    user.set_password("una-frase-larga-9")
    user.save()
    call_command("create_entity", "nueva", name="Alcaldía Nueva", admin=user.email)
    assert "con la contraseña que ya tiene" in capsys.readouterr().out
    assert roles(user) == {("nueva", "administrator")}


def test_create_entity_with_a_wrong_address_creates_nothing(db):
    with pytest.raises(CommandError, match="correo"):
        call_command("create_entity", "nueva", name="Alcaldía Nueva", admin="ana")
    assert not Entity.objects.exists()


def test_password_link_serves_once(entity, client):
    user = make_user(entity, Role.PLANNER)
    link = notifications.password_link(user).removeprefix("http://localhost:8000")
    user.set_password("una-frase-larga-9")
    user.save()
    assert "El enlace ya no sirve" in client.get(link, follow=True).content.decode()
