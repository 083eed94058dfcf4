"""The plan of an address, with its permission checked."""

from django.shortcuts import get_object_or_404

from accounts.permissions import Permission, entity_or_404
from plans.models import Plan


def plan_or_404(request, entity_slug: str, plan_slug: str, permission: Permission = Permission.READ) -> Plan:
    """With `plan.entity` loaded. Raises Http404 for outsiders, PermissionDenied for members without the right."""
    entity = entity_or_404(request, entity_slug, permission)
    plan = get_object_or_404(Plan, entity=entity, slug=plan_slug)
    plan.entity = entity
    return plan
