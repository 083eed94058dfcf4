"""Errors with a sentence for the person who asked: one family, which every page shows the same way."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class Refused(ValidationError):
    """A rule forbids the action. A ValidationError, so that forms and imports show its sentences as they are."""


class Stale(Refused):
    """Somebody else changed the row since this person read it."""

    def __init__(self, sentence: str = ""):
        super().__init__(
            sentence
            or _(
                "Otra persona cambió estos datos mientras usted los editaba. Lo que escribió sigue aquí abajo: "
                "compare con lo que hay guardado y vuelva a guardar."
            )
        )


class NotAllowed(PermissionDenied):
    """The person's role does not include it: the 403 page shows the sentence."""

    def __init__(self):
        super().__init__(_("Su papel en la entidad no le permite hacer esto."))


@dataclass(frozen=True)
class Blocker:
    """Why something cannot be done yet; the page where it is corrected, or the form's field, if any."""

    text: str
    url: str = ""
    field: str = ""


class NotReady(Refused):
    """It cannot be done yet: `blockers` say why, one sentence each."""

    def __init__(self, *blockers: Blocker | str):
        self.blockers = [blocker if isinstance(blocker, Blocker) else Blocker(blocker) for blocker in blockers]
        sentences: dict[str, list[str]] = {}
        for blocker in self.blockers:
            sentences.setdefault(blocker.field or NON_FIELD_ERRORS, []).append(blocker.text)
        super().__init__(sentences if any(sentences.keys() - {NON_FIELD_ERRORS}) else sentences[NON_FIELD_ERRORS])


def refuse(request, error: ValidationError, to) -> HttpResponse:
    for sentence in error.messages:
        messages.error(request, sentence)
    return redirect(to)
