"""How people come in: no sign-up (administrators create the accounts), limits on guessing, and the trail of it."""

import logging
import secrets
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts import trail
from accounts.models import User

logger = logging.getLogger(__name__)
KNOWN_DEVICE = "convite_conocido"  # a signed cookie: from this browser this person has signed in before
KNOWN_FOR = 365 * 24 * 3600


class InvitationOnlyAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At SITE_URL, as all links in mails: the Host header is what whoever asked for the mail says it is."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    # --- Limits on guessing (RATE_LIMITS in config/settings.py; docs/operations.md says them) -------------------------

    def pre_authenticate(self, request, *, email: str = "", **credentials) -> None:
        """Counts a try, which `authenticate` takes back when the password is right; refuses when there were too many.

        From a browser where the person signed in before only its own tries count, so that nobody elsewhere, nor beside
        them in the same office, can lock them out.
        """
        self._tries = []
        for action, key in limits_of(request, email):
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if not usage:
                raise self.validation_error("too_many_login_attempts")
            self._tries.append(usage)

    def _rollback_login_failed_rl_usage(self) -> None:
        for usage in self._tries:
            usage.rollback()

    def set_password(self, user: User, password: str) -> None:
        """Who read their mail and put a new password starts again."""
        super().set_password(user, password)
        for action, key in limits_of(self.request, user.email):
            ratelimit.clear(self.request, app="allauth.account", action=action, key=key)

    # --- The trail ----------------------------------------------------------------------------------------------------

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        trail.record_coming(user, "sign_in")
        if not known_device(request, user.email):
            response.set_signed_cookie(
                KNOWN_DEVICE,
                f"{secrets.token_hex(8)}:{user.email}",
                max_age=KNOWN_FOR,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    def authentication_failed(self, request, *, email: str = "", **credentials) -> None:
        address = email.lower()
        if user := User.objects.filter(email=address).first():
            trail.record_coming(user, "sign_in_failed")
        else:  # not in the trail, which nobody could ever empty of what bots send
            hashed = salted_hmac("accounts.unknown-address", address, algorithm="sha256").hexdigest()[:16]
            logger.info("Sign-in refused: unknown address %s", hashed)

    def logout(self, request) -> None:
        if request.user.is_authenticated:
            trail.record_coming(User.objects.get(pk=request.user.pk), "sign_out")  # not the lazy one
        super().logout(request)


def known_device(request, email: str) -> str:
    """What this browser is called among those where the person signed in before; "" when it is none of them."""
    device, _colon, address = request.get_signed_cookie(KNOWN_DEVICE, "", max_age=KNOWN_FOR).partition(":")
    return device if address == email.lower() else ""


def limits_of(request, email: str) -> list[tuple[str, str]]:
    """(action of RATE_LIMITS, what it is counted by) of a try to sign in with this address."""
    address = email.lower()
    if device := known_device(request, address):
        return [("login_failed_known", f"{address}:{device}")]
    return [("login_failed", f"{address}:{ratelimit.get_ip(request)}"), ("login_failed_anywhere", address)]
