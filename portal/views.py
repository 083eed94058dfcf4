"""What the public sees."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Entity


@require_safe
@login_not_required
def home(request):
    """The entities of this installation."""
    return render(request, "portal/home.html", {"entities": Entity.objects.all()})


@require_safe
@login_not_required
def entity(request, entity_slug):
    """An entity and how to reach it."""
    return render(request, "portal/entity.html", {"entity": get_object_or_404(Entity, slug=entity_slug)})
