"""Notices: what happened, told to each person on screen and by mail.

An app registers its kinds of notice and calls `tell` inside the transaction of what happened. A notice keeps its kind
and what varies; its sentence is written when somebody reads it, in their language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from display.figures import DASH, whole
from records import mail
from records.models import Notice

KEPT_FOR = timedelta(days=365)  # after it was read


@dataclass(frozen=True)
class Kind:
    """`title` and `text` are msgids (mark them with gettext_noop) with the params of `tell` in them: %(report)s."""

    title: str
    text: str = ""
    template: str = "notice"  # of the mail, in templates/emails; "": on screen alone
    words: Callable[[dict], dict] = lambda params: params  # codes among the params, in words of the moment's language


KINDS: dict[str, Kind] = {}


def register(kind: str, definition: Kind) -> None:
    KINDS[kind] = definition


register("job.failed", Kind(gettext_noop("No se pudo terminar: %(what)s"), text="%(error)s"))


@transaction.atomic
def tell(
    recipients: Iterable[models.Model], kind: str, /, *, entity: models.Model | None = None, url: str = "", **params
) -> list[Notice]:
    """Tells each active person once. `url` is the page of this site that it speaks of; `params` fit into JSON.

    Two INSERTs, however many people. The mail leaves when the transaction ends.
    """
    people = {person.pk: person for person in recipients if person.is_active}.values()
    path = unprefixed(url)
    told = [Notice(recipient=person, entity=entity, kind=kind, params=params, path=path) for person in people]
    Notice.objects.bulk_create(told)
    if template := KINDS[kind].template:
        mail.post([_mail(notice, template) for notice in told])
    return told


def title(notice: Notice) -> str:
    return _said(notice, KINDS[notice.kind].title) if notice.kind in KINDS else _("Aviso")


def text(notice: Notice) -> str:
    return _said(notice, KINDS[notice.kind].text) if notice.kind in KINDS else ""


class _Params(dict):
    def __getitem__(self, name: str):
        value = super().__getitem__(name)
        return whole(value) if isinstance(value, int) else value

    def __missing__(self, name: str) -> str:
        return DASH  # a sentence that asks for more than an old notice kept


def _said(notice: Notice, msgid: str) -> str:
    return _(msgid) % _Params(KINDS[notice.kind].words(notice.params)) if msgid else ""


def _mail(notice: Notice, template: str) -> mail.Mail:
    person = notice.recipient
    with translation.override(person.language):
        context = {"title": title(notice), "text": text(notice), "url": absolute(notice.path, person.language)}
    return mail.draft(
        template, to=person.email, recipient=person, entity=notice.entity, language=person.language, context=context
    )


def sweep(*, on: datetime | None = None) -> None:
    Notice.objects.filter(read_at__lt=(on or timezone.now()) - KEPT_FOR).delete()


# --- Addresses in a reader's language: the first one has no prefix (config/urls.py) -----------------------------------


def path_in(path: str, language: str) -> str:
    return path if not path or language == settings.LANGUAGE_CODE else f"/{language}{path}"


def absolute(path: str, language: str) -> str:
    return settings.SITE_URL + path_in(path, language) if path else ""


def unprefixed(path: str) -> str:
    for code, _name in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            return path.removeprefix(f"/{code}")
    return path
