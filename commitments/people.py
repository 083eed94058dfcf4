"""Who answers for a promise."""

from accounts.models import Role, User
from commitments.models import Commitment


def heads_of(commitment: Commitment) -> list[User]:
    """Of the dependencies that it names."""
    named = commitment.responsible.values("pk")
    heads = commitment.plan.entity.memberships.filter(role=Role.HEAD, dependency__in=named)
    return list(User.objects.filter(pk__in=heads.values("user")))
