"""How many answers of people without an account are taken. Network addresses are counted as keyed hashes."""

from allauth.core.internal import ratelimit
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

BUSY = _("Están llegando muchas respuestas a la vez. Lo que escribió sigue aquí: espere un minuto y vuelva a enviarlo.")


def too_many(request, limits: dict[str, str], *, about: str, pk: int) -> bool:
    """Whether one more about a row is over its `limits`: {"network": rates, about: rates}, as in the settings."""
    network = salted_hmac(f"portal.{about}", ratelimit.get_ip(request), algorithm="sha256").hexdigest()
    return not all(
        ratelimit.consume(request, app="portal", action=action, config=limits, key=key)
        for action, key in (("network", network), (about, str(pk)))
    )
