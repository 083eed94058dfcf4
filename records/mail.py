"""The outbox: mail is stored with what it tells of, and a worker hands it to the mail server, never twice.

A worker takes a mail (`taken`), and says so again (`sending`) right before the server hears of its text: from there on
nobody knows whether the server has it until it answers. A mail whose worker or line died in between is in doubt and is
not sent again (docs/adr/0012); one that the server refused is tried for a day, with growing pauses.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from records.models import Mail
from records.transitions import Machine, Transition

BATCH = 50  # mails of one connection
LEASE = timedelta(minutes=5)  # of a taken mail; the server's own pauses end after EMAIL_TIMEOUT
PAUSES = (1, 2, 5, 10, 30, 60)  # minutes before the next attempt; the last one again and again
TRIED_FOR = timedelta(days=1)  # from the first attempt
KEPT_FOR = timedelta(days=90)  # what remains of a mail after its end: subject, receiver, when

logger = logging.getLogger(__name__)

# --- Written in the request -------------------------------------------------------------------------------------------


def draft(
    template: str,
    *,
    to: str,
    language: str,
    context: dict,
    recipient: models.Model | None = None,
    entity: models.Model | None = None,
    unsubscribe: str = "",
) -> Mail:
    """A mail from templates/emails/<template>_subject.txt, .txt and .html, in `language`; not stored yet.

    `unsubscribe`: of one that people may want no more of, the whole address that a POST without cookies ends it at.
    """
    with translation.override(language):
        context = {**context, "recipient": recipient, "entity": entity}
        subject, text, html = (
            render_to_string(f"emails/{template}{ending}", context) for ending in ("_subject.txt", ".txt", ".html")
        )
    told = {"subject": one_line(subject), "text": text.strip(), "html": html, "unsubscribe": unsubscribe}
    return Mail(to=to, recipient=recipient, entity=entity, **told)


def one_line(subject: str) -> str:
    return " ".join(subject.split())[: Mail._meta.get_field("subject").max_length]


def post(mails: list[Mail]) -> None:
    """Stores mails in the caller's transaction, in one INSERT; they leave when it ends."""
    Mail.objects.bulk_create(mails)
    if mails:
        # Robust: when the broker is down, the schedule sends them within a minute.
        transaction.on_commit(lambda: deliver.delay(), robust=True)


# --- States: no person moves them -------------------------------------------------------------------------------------


def _taken(_mail, *, at: datetime) -> dict:
    tried_since = Coalesce(F("tried_since"), models.Value(at, models.DateTimeField()))
    return {"attempt": F("attempt") + 1, "lease_until": at + LEASE, "tried_since": tried_since}


def _sending(_mail, *, at: datetime) -> dict:
    return {"lease_until": at + LEASE}


def _again(_mail, *, at: datetime, error: str = "") -> dict:
    return {"lease_until": None, "next_at": at, "error": error}


def _ended(_mail, *, at: datetime, error: str = "") -> dict:
    return {"lease_until": None, "finished_at": at, "error": error, "text": "", "html": "", "unsubscribe": ""}


WAITING, TAKEN, SENDING, SENT, DOUBTFUL, GIVEN_UP = Mail.State
MAILS = Machine(
    Transition(WAITING, TAKEN, sets=_taken),
    Transition(TAKEN, SENDING, sets=_sending),
    Transition(TAKEN, WAITING, sets=_again),
    Transition(SENDING, WAITING, sets=_again),
    Transition(TAKEN, SENT, sets=_ended),
    Transition(SENDING, SENT, sets=_ended),
    Transition(SENDING, DOUBTFUL, sets=_ended),
    Transition(TAKEN, GIVEN_UP, sets=_ended),
    Transition(SENDING, GIVEN_UP, sets=_ended),
)
ENDED = (SENT, DOUBTFUL, GIVEN_UP)

# --- Sent by a worker -------------------------------------------------------------------------------------------------


class Lost(Exception):
    """Another worker has this mail now."""


@shared_task(name="records.mail.deliver")
def deliver() -> None:
    recover()
    if send_due():
        deliver.delay()


def send_due() -> bool:
    """Hands a batch of what is due to the mail server, over one connection; whether there may be more."""
    due = Mail.objects.filter(state=WAITING, next_at__lte=timezone.now()).order_by("next_at", "pk")
    batch = [mail for pk in due.values_list("pk", flat=True)[:BATCH] if (mail := _take(pk))]
    if not batch:
        return False
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:  # nothing was said: whatever kept it closed, another attempt does no harm
        for mail in batch:
            _refused(mail, TAKEN, error)
        return False
    try:
        for number, mail in enumerate(batch, 1):
            if not _hand_over(connection, mail):
                for rest in batch[number:]:  # the line is dead: the next run opens another
                    MAILS.step(_held(rest), TAKEN, WAITING, at=timezone.now())
                return False
    finally:
        with suppress(OSError):
            connection.close()
    return len(batch) == BATCH


def recover() -> None:
    """Puts back what a dead worker had taken; what it was handing over is in doubt from now on."""
    now = timezone.now()
    late = Q(lease_until__lt=now)
    ahead = Q(lease_until__gt=now + 2 * LEASE)  # no lease is that long: the clock was set back since
    for mail in Mail.objects.filter(late | ahead, state__in=[TAKEN, SENDING]):
        if mail.state == SENDING:
            _end(mail, SENDING, DOUBTFUL, "interrupted")
        elif now - mail.tried_since >= TRIED_FOR:
            _end(mail, TAKEN, GIVEN_UP, "interrupted")
        else:
            MAILS.step(_held(mail).filter(lease_until=mail.lease_until), TAKEN, WAITING, at=now)


def sweep(*, on: datetime | None = None) -> None:
    Mail.objects.filter(state__in=ENDED, finished_at__lt=(on or timezone.now()) - KEPT_FOR).delete()


def _take(pk: int) -> Mail | None:
    taken = MAILS.step(Mail.objects.filter(pk=pk), WAITING, TAKEN, at=timezone.now())
    return Mail.objects.get(pk=pk) if taken else None


def _held(mail: Mail) -> QuerySet[Mail]:
    return Mail.objects.filter(pk=mail.pk, attempt=mail.attempt)


def _hand_over(connection, mail: Mail) -> bool:
    """Sends one mail and stores how it went; False when the connection is of no more use."""
    state = TAKEN

    def begin() -> None:
        nonlocal state
        if state == SENDING:
            return
        if not MAILS.step(_held(mail), TAKEN, SENDING, at=timezone.now()):
            raise Lost
        state = SENDING

    try:
        with _told_before_the_text(connection, begin):
            connection.send_messages([message_of(mail)])
    except Lost:
        logger.warning("Mail %s: attempt %s came late", mail.pk, mail.attempt)
        return False
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        if state == SENDING and error.smtp_code < 400:  # neither yes nor no
            _end(mail, SENDING, DOUBTFUL, reason(error))
        else:  # the server said no
            _refused(mail, state, error)
    except OSError as error:  # the line broke, or the server said nothing for too long
        if state == SENDING:
            _end(mail, SENDING, DOUBTFUL, reason(error))
        else:
            _refused(mail, TAKEN, error)
        return False
    except ValueError as error:  # it cannot be written as a message: no attempt will be better
        _end(mail, state, GIVEN_UP, reason(error))
    else:
        MAILS.step(_held(mail), state, SENT, at=timezone.now())
    return True


@contextmanager
def _told_before_the_text(connection, begin: Callable[[], None]) -> Iterator[None]:
    """Calls `begin` when the server has agreed to all, right before it hears the text."""
    smtp = getattr(connection, "connection", None)
    if not isinstance(smtp, smtplib.SMTP):  # the console, a file: all in one step
        begin()
        yield
        return

    def send(what):
        if isinstance(what, bytes):  # smtplib sends its commands as str, and a message's text as bytes
            begin()
        type(smtp).send(smtp, what)

    smtp.send = send
    try:
        yield
    finally:
        del smtp.send


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The same message at each attempt, so that a server that has it already may tell."""
    headers = {
        "Message-ID": f"<{mail.key}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    if mail.unsubscribe:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        if mail.unsubscribe.startswith("https:"):  # one click is for no other (RFC 8058)
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(mail.subject, mail.text, None, [mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _refused(mail: Mail, state: str, error: Exception) -> None:
    """Tries again after a pause; after a day of attempts, no more."""
    now = timezone.now()
    if now - mail.tried_since >= TRIED_FOR:
        _end(mail, state, GIVEN_UP, reason(error))
        return
    pause = timedelta(minutes=PAUSES[min(mail.attempt, len(PAUSES)) - 1])
    if MAILS.step(_held(mail), state, WAITING, at=now + pause, error=reason(error)):
        logger.warning("Mail %s: attempt %s refused (%s)", mail.pk, mail.attempt, reason(error))


def reason(error: Exception) -> str:
    """What went wrong, without what the server wrote: it may name the receiver."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    else:
        code = getattr(error, "smtp_code", "") or getattr(error, "strerror", "") or ""
    return f"{type(error).__name__} {code}".strip()


# --- What does not arrive is told -------------------------------------------------------------------------------------

_tellers: list[str] = []  # dotted names


def tell_losses_by(name: str) -> None:
    """Has the function of this dotted name, of an app above, called with each mail given up or in doubt."""
    _tellers.append(name)


@transaction.atomic
def _end(mail: Mail, state: str, to: str, error: str) -> None:
    if MAILS.step(_held(mail), state, to, at=timezone.now(), error=error):
        logger.error("Mail %s: %s after attempt %s (%s)", mail.pk, to, mail.attempt, error)
        mail.refresh_from_db()
        for name in _tellers:
            import_string(name)(mail)
