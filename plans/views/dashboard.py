"""Mi tablero: what needs this person now, by what they are in the entity."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import entity_or_404, memberships
from plans.board import board_of


@require_safe
def dashboard(request, entity_slug):
    """The board of whoever asks, as of today."""
    entity = entity_or_404(request, entity_slug)
    roles = memberships(request.user, entity.pk)
    board = board_of(entity, roles, on=timezone.localdate(), page=request.GET.get("page"))
    return render(request, "plans/dashboard.html", {"board": board, "page": board.to_report, "roles": roles})
