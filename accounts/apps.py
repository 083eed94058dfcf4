from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import checks  # noqa: F401 (registered as they are imported)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Cuentas")
