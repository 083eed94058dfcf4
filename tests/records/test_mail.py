"""The outbox, against a mail server that refuses, hangs, hangs up, and workers that are killed: never twice, never lost
in silence."""

import logging
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import Role, User
from accounts.notifications import send_welcome
from records import mail
from records.models import Mail, Notice
from tests.factories import make_user
from tests.records.smtp import STEPS, Server

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
WORKER = "import django; django.setup(); from records import mail; mail.recover(); mail.send_due()"
LATER = timedelta(minutes=6)  # than a lease lasts


@pytest.fixture
def server():
    server = Server()
    with override_settings(
        EMAIL_BACKEND=BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port, EMAIL_TIMEOUT=0.3, EMAIL_HOST_USER=""
    ):
        yield server
    server.close()


def write(number: int = 1, **fields) -> list[Mail]:
    """Mails that wait, the first one first."""
    return [
        Mail.objects.create(to=f"p{n}@example.org", subject=f"Aviso {n}", text=f"Entre en /clave/{n}", **fields)
        for n in range(1, number + 1)
    ]


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def subjects(server: Server) -> list[str]:
    return [re.search(r"^Subject: (.*)\r$", text, re.MULTILINE)[1] for text in server.heard]


def pass_time(time: timedelta) -> None:
    """As if what is stored were that much older."""
    for row in Mail.objects.all():
        for name in ("created_at", "next_at", "tried_since", "lease_until", "finished_at"):
            if value := getattr(row, name):
                Mail.objects.filter(pk=row.pk).update(**{name: value - time})


# --- Written in a transaction, sent after it --------------------------------------------------------------------------


def test_mail_is_stored_with_what_it_tells_of_and_leaves_when_that_is(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mail.post([Mail(to="ana@example.org", subject="Hola", text="Sí", html="<p>Sí</p>")])
        assert states() == ["waiting"]
        assert django_mail.outbox == []
    (message,) = django_mail.outbox
    assert (message.to, message.subject, message.body) == (["ana@example.org"], "Hola", "Sí")
    assert message.alternatives == [("<p>Sí</p>", "text/html")]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert states() == ["sent"]


def test_mail_of_what_did_not_happen_is_not_sent(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        mail.post([Mail(to="ana@example.org", subject="Hola", text="Sí")])
        transaction.set_rollback(True)
    assert (callbacks, states()) == ([], [])


def test_a_queue_that_is_down_does_not_reach_the_person(transactional_db, monkeypatch):
    def down():
        raise ConnectionError("no broker")

    monkeypatch.setattr(mail.deliver, "delay", down)
    mail.post([Mail(to="ana@example.org", subject="Hola", text="Sí")])
    assert states() == ["waiting"]  # the schedule sends it


def test_sent_mail_keeps_its_subject_and_receiver_and_nothing_that_it_said(db, server):
    (row,) = write(html="<p>/clave/1</p>")
    mail.deliver()
    row.refresh_from_db()
    assert (row.state, row.to, row.subject) == ("sent", "p1@example.org", "Aviso 1")
    assert (row.text, row.html) == ("", "")
    assert "/clave/1" in server.heard[0]
    assert f"Message-ID: <{row.key}@localhost>" in server.heard[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.update(text="/clave/1")


def test_a_batch_goes_over_one_connection_and_the_next_one_follows(db, server, monkeypatch):
    monkeypatch.setattr(mail, "BATCH", 3)
    write(7)
    mail.deliver()
    assert states() == ["sent"] * 7
    assert subjects(server) == [f"Aviso {n}" for n in range(1, 8)]


# --- A server that does not take it -----------------------------------------------------------------------------------


def test_a_server_that_is_down_is_tried_for_a_day_with_growing_pauses_and_then_given_up(db, server, caplog):
    server.close()
    write(2)
    pauses = []
    while "waiting" in states():
        mail.deliver()
        if row := Mail.objects.filter(state="waiting").first():
            pauses.append(round((row.next_at - timezone.now()).total_seconds() / 60))
            pass_time(timedelta(minutes=pauses[-1], seconds=1))
    assert pauses[:8] == [1, 2, 5, 10, 30, 60, 60, 60]
    assert sum(pauses) >= 24 * 60 > sum(pauses[:-1])
    assert states() == ["given_up"] * 2
    assert set(Mail.objects.values_list("text", "error")) == {("", "ConnectionRefusedError Connection refused")}
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert "given_up" in errors[0]
    assert "@" not in caplog.text


def test_a_day_without_a_worker_is_not_a_day_of_attempts(db, server):
    write()
    pass_time(timedelta(days=3))
    server.close()
    mail.deliver()
    assert states() == ["waiting"]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("mail", "451 después"),
        ("rcpt", "450 buzón ocupado"),
        ("rcpt", "550 p1@example.org no existe"),
        ("data", "451 después"),
        ("text", "452 sin espacio"),
        ("text", "554 parece basura"),
    ],
)
def test_a_mail_that_the_server_refuses_is_tried_again_and_arrives_once(db, server, step, answer):
    server.refused = {step: answer}
    write(2)
    mail.deliver()
    assert states() == ["waiting"] * 2
    assert all(answer[:3] in error and "@" not in error for error in Mail.objects.values_list("error", flat=True))
    server.refused, server.heard[:] = {}, []
    mail.deliver()
    assert server.heard == []  # not before its pause is over
    pass_time(timedelta(minutes=2))
    mail.deliver()
    assert states() == ["sent"] * 2
    assert subjects(server) == ["Aviso 1", "Aviso 2"]


@pytest.mark.parametrize("step", STEPS[:-1])
@pytest.mark.parametrize("how", ["hangs_at", "drops_at"])
def test_a_server_that_falls_silent_before_the_text_gets_it_later_once(db, server, how, step):
    setattr(server, how, step)
    write(2)
    mail.deliver()
    assert states() == ["waiting"] * 2
    assert server.heard == []
    setattr(server, how, "")
    pass_time(timedelta(minutes=2))
    mail.deliver()
    assert states() == ["sent"] * 2
    assert sorted(subjects(server)) == ["Aviso 1", "Aviso 2"]


@pytest.mark.parametrize("how", ["hangs_at", "drops_at"])
def test_a_server_that_falls_silent_after_the_text_leaves_a_doubt_and_nothing_is_sent_twice(db, server, how):
    setattr(server, how, "text")
    write(2)
    mail.deliver()
    assert states() == ["doubtful", "waiting"]
    assert Mail.objects.filter(state="doubtful").values_list("text", flat=True)[0] == ""
    setattr(server, how, "")
    pass_time(LATER)
    mail.deliver()
    assert states() == ["doubtful", "sent"]
    assert subjects(server) == ["Aviso 1", "Aviso 2"]


def test_an_answer_that_says_neither_yes_nor_no_leaves_a_doubt(db, server):
    server.refused = {"text": "qué dijo"}
    write()
    mail.deliver()
    assert states() == ["doubtful"]


def test_a_mail_that_is_no_message_holds_up_no_other(db, server):
    write(2)
    Mail.objects.filter(to="p1@example.org").update(to="p1\n@example.org")
    mail.deliver()
    assert states() == ["given_up", "sent"]


# --- Workers ----------------------------------------------------------------------------------------------------------


@pytest.mark.worker
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_sends_nothing_twice_and_loses_nothing_in_silence(
    transactional_db, process_environment, server, entity, administrator, step
):
    write(entity=entity)
    server.hangs_at = step
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={**process_environment, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"},
    )
    assert server.hanging.wait(30)
    worker.kill()
    worker.wait()
    server.hangs_at = ""
    server.over.set()
    assert states() == ["sending" if step == "text" else "taken"]
    mail.deliver()
    assert len(server.heard) == (step == "text")  # its lease is not over: the worker might be alive

    pass_time(LATER)
    mail.deliver()
    assert len(server.heard) == 1
    assert states() == ["doubtful" if step == "text" else "sent"]
    assert [notice.kind for notice in administrator.notices.all()] == (["mail.doubtful"] if step == "text" else [])


def test_two_workers_share_what_is_due(db, server, monkeypatch):
    write(4)
    hand_over = mail._hand_over

    def meanwhile(connection, row):
        monkeypatch.setattr(mail, "_hand_over", hand_over)
        mail.deliver()  # another worker, after this one took all four
        return hand_over(connection, row)

    monkeypatch.setattr(mail, "_hand_over", meanwhile)
    mail.deliver()
    assert subjects(server) == ["Aviso 1", "Aviso 2", "Aviso 3", "Aviso 4"]


def test_a_worker_that_comes_late_says_nothing_to_the_server(db, server, monkeypatch):
    write()
    hand_over = mail._hand_over

    def slept(connection, row):
        monkeypatch.setattr(mail, "_hand_over", hand_over)
        pass_time(LATER)
        mail.deliver()  # another worker found the lease over
        return hand_over(connection, row)

    monkeypatch.setattr(mail, "_hand_over", slept)
    mail.deliver()
    assert subjects(server) == ["Aviso 1"]
    assert states() == ["sent"]


def test_a_clock_that_was_set_back_leaves_nobody_waiting(db, server):
    write()
    Mail.objects.update(state="taken", attempt=1, tried_since=timezone.now(), lease_until=timezone.now() + LATER * 2)
    mail.deliver()
    assert states() == ["sent"]


# --- What is told, and what remains -----------------------------------------------------------------------------------


def test_administrators_are_told_of_a_mail_that_did_not_arrive(db, server, entity, administrator, planner):
    send_welcome(planner.memberships.get())
    server.refused = {"rcpt": "550 no existe"}
    mail.deliver()
    pass_time(timedelta(days=1))
    mail.deliver()
    (notice,) = Notice.objects.all()
    assert (notice.recipient, notice.entity, notice.kind) == (administrator, entity, "mail.given_up")
    assert notice.params == {"who": planner.email, "subject": f"Convite: su papel en {entity.name}"}
    assert not Mail.objects.filter(recipient=administrator).exists()


def test_a_mail_of_no_entity_that_is_lost_stands_in_the_log(db, server, caplog):
    write()
    server.drops_at = "text"
    mail.deliver()
    assert "doubtful" in caplog.text
    assert not Notice.objects.exists()


def test_what_remains_of_a_mail_goes_after_ninety_days(db, server):
    write(2)
    mail.deliver()
    pass_time(timedelta(days=89))
    mail.sweep()
    assert Mail.objects.count() == 2
    pass_time(timedelta(days=2))
    write()
    pass_time(timedelta(days=1))
    mail.sweep()
    assert states() == ["waiting"]


def test_mail_is_written_in_its_receivers_language(db, entity):
    english = make_user(entity, Role.PLANNER)
    User.objects.filter(pk=english.pk).update(language="en")
    membership = entity.memberships.select_related("user", "entity").get(user=english)
    send_welcome(membership)
    row = Mail.objects.get()
    assert "http://localhost:8000/en/cuenta/password/reset/key/" in row.text
    assert "http://localhost:8000/en/cuenta/password/reset/key/" in row.html
    assert '<html lang="en">' in row.html
    assert "Este correo es automático" not in row.text + row.html
