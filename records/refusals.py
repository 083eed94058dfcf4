"""What cannot be, in a sentence for the person who asked: one family, which every page shows the same way."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class Refused(ValidationError):
    """A verb that a rule stops. A ValidationError, so forms and imports show its sentences as they are."""


class Stale(Refused):
    """Somebody else changed the row since this person read it."""

    def __init__(self):
        super().__init__(
            _(
                "Otra persona cambió estos datos mientras usted los editaba. Lo que escribió sigue aquí abajo: "
                "compare con lo que hay guardado y vuelva a guardar."
            )
        )


@dataclass(frozen=True)
class Blocker:
    """Why something cannot be done yet, and the page where it is mended, if there is one."""

    text: str
    url: str = ""


class NotReady(Refused):
    """It cannot be done yet: `blockers` say why, one sentence each."""

    def __init__(self, *blockers: Blocker | str):
        self.blockers = [blocker if isinstance(blocker, Blocker) else Blocker(blocker) for blocker in blockers]
        super().__init__([blocker.text for blocker in self.blockers])


def refuse(request, error: ValidationError, to) -> HttpResponse:
    """Says why it cannot be, and goes back to where the person can see it."""
    for sentence in error.messages:
        messages.error(request, sentence)
    return redirect(to)
