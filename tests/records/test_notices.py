"""What people are told: once each, in their language, in constant SQL, and for as long as it serves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.models import Role, User
from records import notices
from records.models import Mail, Notice
from records.notices import KINDS, Kind, register, tell
from tests.factories import make_user


@pytest.fixture(autouse=True)
def spanish():
    """A request in English leaves its language to the test after it."""
    with translation.override("es-co"):
        yield


@pytest.fixture
def kind():
    """A kind of notice with mail, and words of the moment's language among its params."""
    register(
        "test.done",
        Kind("Días hábiles: %(number)s (%(role)s)", "%(why)s", words=lambda p: {**p, "role": Role(p["role"]).label}),
    )
    yield "test.done"
    del KINDS["test.done"]


def told(kind, people, entity=None, **fields):
    return tell(people, kind, entity=entity, number=15, role="head", **{"why": "100 %: así es", **fields})


@pytest.mark.parametrize("size", [1, 40])
def test_people_are_told_in_two_inserts(entity, kind, django_assert_num_queries, size):
    people = [make_user(entity, Role.CONTROL) for _number in range(size)]
    with transaction.atomic(), django_assert_num_queries(4):  # a savepoint around the two
        told(kind, people, entity)
    assert Notice.objects.count() == Mail.objects.count() == size


def test_each_active_person_is_told_once(entity, kind, planner, control):
    control.is_active = False
    told(kind, [planner, planner, control], entity)
    assert [notice.recipient for notice in Notice.objects.all()] == [planner]
    assert [mail.to for mail in Mail.objects.all()] == [planner.email]


def test_a_notice_is_written_in_the_language_of_whoever_reads_it(entity, kind, planner):
    (notice,) = told(kind, [planner], entity)
    assert notices.title(notice) == "Días hábiles: 15 (Jefatura de dependencia)"
    assert notices.text(notice) == "100 %: así es"
    with translation.override("en"):
        assert notices.title(notice) == "Días hábiles: 15 (Head of department)"


def test_mail_leads_to_the_page_in_the_receivers_language(entity, kind, planner, control):
    User.objects.filter(pk=control.pk).update(language="en")
    people = User.objects.filter(pk__in=[planner.pk, control.pk])
    with translation.override("en"):  # whoever does it reads in English
        told(kind, people, entity, url="/en/panel/san-jacinto/")
    assert {notice.path for notice in Notice.objects.all()} == {"/panel/san-jacinto/"}
    mails = {mail.recipient_id: mail for mail in Mail.objects.all()}
    assert "http://localhost:8000/panel/san-jacinto/" in mails[planner.pk].text
    assert "http://localhost:8000/en/panel/san-jacinto/" in mails[control.pk].text
    assert '<a href="http://localhost:8000/en/panel/san-jacinto/">' in mails[control.pk].html
    assert mails[planner.pk].subject == "Convite: Días hábiles: 15 (Jefatura de dependencia)"
    assert entity.name in mails[planner.pk].text


def test_what_others_wrote_is_no_html_in_a_mail(entity, kind, planner):
    told(kind, [planner], entity, why="<script>alert(1)</script>")
    mail = Mail.objects.get()
    assert "&lt;script&gt;" in mail.html
    assert "<script>" in mail.text


def test_a_notice_leads_nowhere_else(entity, kind, planner):
    for url in ("https://example.org/", "//example.org/"):
        with pytest.raises(IntegrityError), transaction.atomic():
            told(kind, [planner], entity, url=url)


def test_a_notice_of_a_kind_that_is_gone_is_still_shown(planner):
    notice = Notice.objects.create(recipient=planner, kind="once.upon")
    assert (notices.title(notice), notices.text(notice)) == ("Aviso", "")


def test_a_sentence_that_asks_for_more_than_a_notice_kept_has_a_dash(planner):
    notice = Notice.objects.create(recipient=planner, kind="mail.given_up", params={"who": "Ana"})
    assert notices.title(notice) == "No salió un correo para Ana: «–»"


def test_notices_that_were_read_go_after_a_year(planner):
    now = timezone.now()
    for days in (None, 364, 366):
        read_at = now - timedelta(days=days) if days else None
        Notice.objects.create(recipient=planner, kind="job.failed", read_at=read_at)
    notices.sweep(on=now)
    assert [notice.read_at and (now - notice.read_at).days for notice in planner.notices.all()] == [364, None]
