"""What is one's own: the bell, the notices, and the language in which mail comes."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from accounts import actions
from accounts.models import Membership, Role, User
from records.models import Mail, Notice
from records.notices import tell
from tests.factories import make_entity, make_plan, make_user

LIST = "/panel/avisos/"


@pytest.fixture(autouse=True)
def spanish():
    """A request in English leaves its language to the test after it."""
    with translation.override("es-co"):
        yield


@pytest.fixture
def signed_in(client, planner):
    client.force_login(planner)
    return client


def tell_failure(person, entity=None, what="Informe final 2026", url="", error="No hay actividades."):
    (notice,) = tell([person], "job.failed", entity=entity, url=url, what=what, error=error)
    return notice


def bell(client, address="/") -> str:
    """The words of the bell, as a screen reader says them."""
    html = client.get(address).content.decode()
    link = re.search(r'<a class="bell".*?</a>', html, re.DOTALL)[0]
    heard = re.sub(r'<span class="bell-count" aria-hidden="true">\d+</span>', "", link)
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", heard, flags=re.DOTALL).split())


@pytest.mark.parametrize("address", ["/", LIST])
def test_bell_says_how_many_are_new_on_every_page(signed_in, entity, planner, address):
    assert bell(signed_in, address) == "Avisos"
    tell_failure(planner, entity)
    assert bell(signed_in, address) == "1 aviso nuevo"
    tell_failure(planner, entity)
    tell_failure(planner, entity)
    assert bell(signed_in, address) == "3 avisos nuevos"


def test_bell_counts_ones_own_alone(signed_in, entity, control):
    tell_failure(control, entity)
    assert bell(signed_in) == "Avisos"


def test_visitors_have_no_bell(client, db):
    assert 'class="bell"' not in client.get("/").content.decode()


@pytest.mark.parametrize("size", [1, 120])
def test_bell_asks_nothing_more_of_the_database(signed_in, entity, planner, size, django_assert_num_queries):
    for _number in range(size):
        tell_failure(planner, entity)
    with django_assert_num_queries(3):  # session, person with their number, roles
        signed_in.get(reverse("accounts:panel"))


@pytest.mark.parametrize("size", [2, 40])
def test_list_asks_the_same_number_of_queries(signed_in, entity, planner, size, django_assert_num_queries):
    for _number in range(size):
        tell_failure(planner, entity)
    with django_assert_num_queries(4):  # session, person, count, notices with their entities
        signed_in.get(LIST)


def test_list_is_newest_first_and_marks_what_is_new(signed_in, entity, planner, control):
    read = tell_failure(planner, entity, what="Primero")
    signed_in.post(reverse("accounts:notice_open", args=[read.pk]))
    tell_failure(planner, entity, what="Segundo")
    tell_failure(control, entity, what="De otra persona")
    html = signed_in.get(LIST).content.decode()
    assert re.findall(r"No se pudo terminar: (\w+)", html) == ["Segundo", "Primero"]
    assert html.count(">Nuevo<") + html.count("Nuevo</span>") == 1
    assert entity.name in html


def test_list_is_paged(signed_in, planner):
    for number in range(51):
        tell_failure(planner, what=f"Trabajo-{number}-")
    first, second = (signed_in.get(LIST, {"page": page}).content.decode() for page in (1, 2))
    assert "Trabajo-50-" in first and "Trabajo-0-" not in first
    assert "Trabajo-0-" in second


def test_empty_list_says_what_will_come(signed_in):
    assert "Aquí le avisaremos" in signed_in.get(LIST).content.decode()


def test_opening_a_notice_marks_it_read_and_leads_to_its_page(signed_in, entity, planner):
    plan = make_plan(entity)
    notice = tell_failure(planner, entity, url=plan.get_absolute_url())
    answer = signed_in.post(reverse("accounts:notice_open", args=[notice.pk]))
    assert answer.url == plan.get_absolute_url()
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    assert signed_in.post("/en" + reverse("accounts:notice_open", args=[notice.pk])).url == f"/en{notice.path}"
    notice.refresh_from_db()
    assert notice.read_at == first


def test_notice_of_nowhere_leads_back_to_the_list(signed_in, planner):
    notice = tell_failure(planner)
    assert signed_in.post(reverse("accounts:notice_open", args=[notice.pk])).url == LIST


def test_looking_marks_nothing_read(signed_in, planner):
    notice = tell_failure(planner)
    assert signed_in.get(reverse("accounts:notice_open", args=[notice.pk])).status_code == 405
    signed_in.get(LIST)
    assert planner.notices.unread().count() == 1


def test_somebody_elses_notice_does_not_exist(signed_in, control):
    notice = tell_failure(control)
    assert signed_in.post(reverse("accounts:notice_open", args=[notice.pk])).status_code == 404
    assert control.notices.unread().count() == 1


def test_all_are_marked_read_and_only_ones_own(signed_in, planner, control):
    for person in (planner, planner, control):
        tell_failure(person)
    assert signed_in.post(reverse("accounts:notices_read")).url == LIST
    assert (planner.notices.unread().count(), control.notices.unread().count()) == (0, 1)
    assert "Marcar todo como leído" not in signed_in.get(LIST).content.decode()


def test_who_gets_a_role_is_told_on_screen_and_by_one_mail(client, entity, administrator, planner):
    actions.add_membership(entity=entity, user=planner, role=Role.CONTROL, dependency=None, by=administrator)
    client.force_login(planner)
    assert f"Usted tiene ahora un papel en {entity.name}: Control interno" in client.get(LIST).content.decode()
    notice = planner.notices.get()
    board = reverse("dashboard:board", args=[entity.slug])
    assert client.post(reverse("accounts:notice_open", args=[notice.pk])).url == board
    assert not Mail.objects.exists()  # only an invitation writes


def test_what_is_the_entitys_leaves_with_the_last_role_in_it(entity, administrator, planner):
    other = make_entity("otra")
    Membership.objects.create(user=planner, entity=other, role=Role.PLANNER)
    Membership.objects.create(user=planner, entity=entity, role=Role.CONTROL)
    for where in (entity, other):
        tell_failure(planner, where)
    for role, left in ((Role.CONTROL, 2), (Role.PLANNER, 1)):
        memberships = list(entity.memberships.filter(user=planner, role=role))
        actions.remove_memberships(entity=entity, memberships=memberships, by=administrator)
        assert [rows.filter(recipient=planner).count() for rows in (Notice.objects, Mail.objects)] == [left, left]
    assert planner.notices.get().entity == other


# --- Language ---------------------------------------------------------------------------------------------------------


def test_switching_the_language_is_kept_for_mail(signed_in, entity, planner):
    html = signed_in.get(LIST).content.decode()
    assert f'name="next" value="/en{LIST}"' in html
    answer = signed_in.post(reverse("accounts:language"), {"language": "en", "next": "/en/panel/"})
    assert answer.url == "/en/panel/"
    planner.refresh_from_db()
    assert planner.language == "en"
    signed_in.get(LIST)  # reading a page in the other language is no choice
    planner.refresh_from_db()
    assert planner.language == "en"


@pytest.mark.parametrize(
    ("data", "status", "url"),
    [
        ({"language": "fr", "next": "/"}, 400, None),
        ({}, 400, None),
        ({"language": "en", "next": "https://example.org/"}, 302, "/panel/"),
        ({"language": "en", "next": "//example.org/"}, 302, "/panel/"),
    ],
)
def test_switch_leads_to_no_other_site(signed_in, data, status, url):
    answer = signed_in.post(reverse("accounts:language"), data)
    assert (answer.status_code, answer.get("Location")) == (status, url)


def test_visitors_switch_by_a_link(client, db):
    assert 'hreflang="en">English</a>' in client.get("/").content.decode()


def test_invited_person_has_the_language_of_who_invites(entity, administrator):
    administrator.language = "en"
    fields = {"full_name": "Ana", "position": "", "role": Role.PLANNER, "dependency": None}
    membership = actions.invite(entity=entity, email="ana@example.org", by=administrator, **fields)
    assert membership.user.language == "en"
    assert Mail.objects.get().subject.startswith("Convite: ")
    assert actions.invite(entity=entity, email="eva@example.org", by=None, **fields).user.language == "es-co"


@pytest.mark.parametrize("language", ["es-co", "en"])
def test_password_mail_goes_through_the_outbox_in_the_persons_language(
    client, entity, language, mailoutbox, django_capture_on_commit_callbacks
):
    person = make_user(entity, Role.PLANNER)
    User.objects.filter(pk=person.pk).update(language=language)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": person.email}, headers={"host": "127.0.0.1"})
        stored = Mail.objects.get()
        assert (stored.state, stored.recipient, mailoutbox) == ("waiting", person, [])
    (message,) = mailoutbox
    prefix = "" if language == "es-co" else "/en"
    link = rf"http://localhost:8000{prefix}/cuenta/password/reset/key/[\w-]+/"
    found = re.search(link, message.body)[0]  # of SITE_URL, not of the Host that was asked
    assert found in message.alternatives[0][0]
    stored.refresh_from_db()
    assert found not in stored.text + stored.html + stored.subject
    assert client.get(found.removeprefix("http://localhost:8000"), follow=True).status_code == 200
