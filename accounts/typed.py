"""A form sent after its session ended is shown again, as it was typed, once the same person signs in; nothing is saved
by itself. Files are left out, and passwords: only the forms of our own apps are kept."""

import time

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.adapter import known_person

KEPT = "typed_before_signing_in"  # of the session in which they sign in
KEPT_FOR = 3600  # seconds
LONGEST = 200_000  # characters as sent: some twenty texts as long as one may be
LEFT_OUT = ("csrfmiddlewaretoken", "published_differs", "sure")  # what is ticked is ticked anew


class SignInFirst(LoginRequiredMiddleware):
    def process_view(self, request, view_func, view_args, view_kwargs):
        to_sign_in = super().process_view(request, view_func, view_args, view_kwargs)
        if to_sign_in is not None:
            if request.method == "POST" and request.resolver_match.namespace and not request.headers.get("HX-Request"):
                keep(request)
        elif request.method == "GET" and request.user.is_authenticated and KEPT in request.session:
            give_back(request)
        return to_sign_in


def keep(request) -> None:
    """Only of a browser where somebody signed in before, for them: nobody else fills the table of sessions."""
    typed = request.POST.copy()
    for name in LEFT_OUT:
        typed.pop(name, None)
    person, sent = known_person(request), typed.urlencode()
    if not person or not sent or len(sent) > LONGEST:
        return
    request.session[KEPT] = {"of": person, "path": request.get_full_path(), "sent": sent, "at": time.time()}
    request.session.set_expiry(KEPT_FOR)


def give_back(request) -> None:
    """The view gets it as `request.POST` of a GET: its form is drawn with it, and saves nothing."""
    kept = request.session[KEPT]
    is_theirs = kept["of"] == request.user.email and time.time() - kept["at"] < KEPT_FOR
    if is_theirs and kept["path"] != request.get_full_path():
        return
    del request.session[KEPT]
    if is_theirs:
        request.POST = QueryDict(kept["sent"])
        messages.info(request, _("Su sesión se había cerrado. Aquí está lo que escribió: revíselo y guárdelo."))
