"""How people come in: no sign-up (administrators create the accounts), limits on guessing, and the trail of it.

Mail goes through the outbox.
"""

import logging
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from accounts import trail
from accounts.models import User
from records import mail

logger = logging.getLogger(__name__)
KNOWN_DEVICE = "convite_conocido"  # a signed cookie: from this browser this person has signed in before
KNOWN_FOR = 365 * 24 * 3600


class InvitationOnlyAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict) -> None:
        names = {"uidb36": context["uid"], "key": context["key"]}
        with translation.override(user.language):
            # Of SITE_URL: the request's own Host may be anybody's.
            link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=names)
            super().send_password_reset_mail(user, email, {**context, "password_reset_url": link})

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        html = next((content for content, kind in message.alternatives if kind == "text/html"), "")
        subject = mail.one_line(message.subject)
        mail.post([mail.Mail(to=email, recipient=context.get("user"), subject=subject, text=message.body, html=html)])

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
    device, address = _known(request)
    return device if address == email.lower() else ""


def known_person(request) -> str:
    """The address of whoever signed in last from this browser; "" when nobody did."""
    return _known(request)[1]


def _known(request) -> tuple[str, str]:
    device, _colon, address = request.get_signed_cookie(KNOWN_DEVICE, "", max_age=KNOWN_FOR).partition(":")
    return device, address


def limits_of(request, email: str) -> list[tuple[str, str]]:
    """(action of RATE_LIMITS, what it is counted by) of a try to sign in with this address."""
    address = email.lower()
    if device := known_device(request, address):
        return [("login_failed_known", f"{address}:{device}")]
    return [("login_failed", f"{address}:{ratelimit.get_ip(request)}"), ("login_failed_anywhere", address)]
