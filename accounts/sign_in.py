"""allauth's forms without placeholders that repeat their labels, and the session that a phone keeps."""

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _


class Plain:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class Login(Plain, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Seguir con la sesión abierta en este equipo")
        self.fields["remember"].help_text = _("30 días. No lo marque en un equipo que usan otras personas.")


class ResetPassword(Plain, allauth.ResetPasswordForm):
    pass


class NewPassword(Plain, allauth.ResetPasswordKeyForm):
    pass


class ChangePassword(Plain, allauth.ChangePasswordForm):
    pass


class SetPassword(Plain, allauth.SetPasswordForm):
    pass


class Reauthenticate(Plain, allauth.ReauthenticateForm):
    pass
