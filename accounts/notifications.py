"""E-mail about accounts."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership, User


def password_link(user: User) -> str:
    """Absolute URL; valid once, for three days (PASSWORD_RESET_TIMEOUT)."""
    names = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=names)


def send_welcome(membership: Membership) -> None:
    """Raises OSError when the mail server does not accept it."""
    user = membership.user
    context = {
        "membership": membership,
        "entity": membership.entity,
        "new": not user.has_usable_password(),
        "url": settings.SITE_URL + reverse("accounts:panel") if user.has_usable_password() else password_link(user),
    }
    subject = render_to_string("emails/welcome_subject.txt", context)
    send_mail(" ".join(subject.split()), render_to_string("emails/welcome.txt", context), None, [user.email])
