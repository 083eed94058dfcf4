"""What a person may still undo in a plan: kept for a while beside their session, and offered on its list."""

from django.core.cache import cache
from django.utils.crypto import get_random_string

from plans.models import Plan

KEPT_FOR = 30 * 60  # seconds
NAME = "undo"


def offer(request, plan: Plan, words: str, stash: dict) -> None:
    token = get_random_string(24)
    cache.set(f"{NAME}:{token}", stash, KEPT_FOR)
    request.session[NAME] = {"plan": plan.pk, "token": token, "words": words}


def offered(request, plan: Plan) -> str:
    """What was done, in words; empty when there is nothing to undo."""
    kept = request.session.get(NAME)
    if not kept or kept["plan"] != plan.pk or not cache.has_key(f"{NAME}:{kept['token']}"):
        return ""
    return kept["words"]


def take(request, plan: Plan) -> dict | None:
    """What undoes it, once."""
    kept = request.session.get(NAME)
    if not kept or kept["plan"] != plan.pk:
        return None
    del request.session[NAME]
    stash = cache.get(f"{NAME}:{kept['token']}")
    cache.delete(f"{NAME}:{kept['token']}")
    return stash
