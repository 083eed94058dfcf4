"""Photographs that may be published, as reports freeze them: by the SHA-256 of the size that is printed."""

from __future__ import annotations

from collections import defaultdict

import msgspec
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from activities.models import Evidence, Session
from reports.scope import Scope

IN_A_SHEET = 2  # the first ones of a space that holds words stand beside them

# What a sheet of a space holds to read (`reports.spaces`).
WORDS = ~Q(topics="", contributions="", results="", achieved_incidence="", summary="")


class Photograph(msgspec.Struct, frozen=True, gc=False):
    file: str  # SHA-256
    width: int
    height: int
    alt: str
    caption: str


def public() -> QuerySet[Evidence]:
    """Those of a space that a report prints; of one that no worker has made smaller yet, what was kept."""
    rows = Evidence.objects.standing().public().photographs().exclude(session=None)
    return rows.annotate(shown=Coalesce("paper_file__sha256", "file__sha256"))


def of(sessions: QuerySet[Session]) -> dict[int, tuple[Photograph, ...]]:
    """By session, in the order in which they were sent: one query."""
    found = defaultdict(list)
    rows = public().filter(session__in=sessions.order_by().values("pk")).order_by("pk")
    for pk, *told in rows.values_list("session", "shown", "width", "height", "alt_text", "caption"):
        found[pk].append(Photograph(*told))
    return {pk: tuple(photographs) for pk, photographs in found.items()}


def beyond_sheets(scope: Scope, sessions: QuerySet[Session]) -> dict[int, tuple[Photograph, ...]]:
    """Those of each session that its sheet, when the document has it, does not show."""
    printed = {"realizados", "espacios"} & set(scope.sections)
    sheets = sessions.filter(WORDS, activity__outside_plan__in=[name == "espacios" for name in printed])
    spoken = set(sheets.order_by().values_list("pk", flat=True))
    found = {pk: photographs[IN_A_SHEET * (pk in spoken) :] for pk, photographs in of(sessions).items()}
    return {pk: photographs for pk, photographs in found.items() if photographs}
