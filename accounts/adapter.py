"""Sign-up is closed: administrators of entities create the accounts."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class InvitationOnlyAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At SITE_URL, as all links in mails: the Host header is what whoever asked for the mail says it is."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path
