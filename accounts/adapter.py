"""Sign-up is closed: administrators of entities create the accounts. Mail goes through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from records import mail


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
