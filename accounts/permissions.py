"""What each role may do: one enum, one table, two questions (`may`, `require`).

Rights belong to an entity; a head's belong to what their dependency answers for. An outsider gets 404 (the row does not
exist for them), an insider without the right 403.
"""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import Dependency, Entity, Membership, Role, User
from records.audit import entity_id_of


class Permission(StrEnum):
    READ = "read"  # everything of the entity but the audit trail
    READ_AUDIT = "read_audit"
    MANAGE_USERS = "manage_users"
    EDIT_ENTITY = "edit_entity"
    EDIT_CATALOGUES = "edit_catalogues"  # dependencies and stakeholder groups
    EDIT_PLAN = "edit_plan"
    APPROVE_PLAN = "approve_plan"
    IMPORT_PLAN = "import_plan"
    REPORT_SESSION = "report_session"  # execution, attendance, metrics
    FOLLOW_COMMITMENT = "follow_commitment"
    WRITE_REPORT = "write_report"
    PUBLISH_REPORT = "publish_report"


P = Permission
RIGHTS: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({P.READ, P.READ_AUDIT, P.MANAGE_USERS, P.EDIT_ENTITY, P.EDIT_CATALOGUES}),
    # A planner makes the dependencies and groups that a spreadsheet names, or three people could not run an office.
    Role.PLANNER: frozenset(P) - {P.READ_AUDIT, P.MANAGE_USERS, P.EDIT_ENTITY},
    Role.HEAD: frozenset({P.READ, P.REPORT_SESSION, P.FOLLOW_COMMITMENT}),
    Role.CONTROL: frozenset({P.READ, P.READ_AUDIT}),
}


def memberships(user: User, entity_id: int | None) -> list[Membership]:
    """What `user` is in an entity, asked of the database once per request."""
    if not user.is_authenticated or entity_id is None:
        return []
    if not hasattr(user, "_memberships"):
        user._memberships = list(user.memberships.select_related("dependency"))
    return [membership for membership in user._memberships if membership.entity_id == entity_id]


def may(user: User, permission: Permission, target: models.Model) -> bool:
    """Whether `user` may do it to `target`: an entity (anything in it) or a row of one."""
    return any(
        permission in RIGHTS[membership.role]
        and (
            membership.role != Role.HEAD or permission == Permission.READ or _answers_for(target, membership.dependency)
        )
        for membership in memberships(user, entity_id_of(target))
    )


def _answers_for(target: models.Model, dependency: Dependency) -> bool:
    """Whether a head's right reaches this row: rows say so themselves (`answers_for`), the others are no head's."""
    answers_for = getattr(target, "answers_for", None)
    return answers_for is not None and answers_for(dependency)


def require(user: User, permission: Permission, target: models.Model) -> None:
    """Nothing when `user` may; Http404 for outsiders of the entity, PermissionDenied for the others."""
    if may(user, permission, target):
        return
    if not memberships(user, entity_id_of(target)):
        raise Http404
    raise PermissionDenied(_("Su papel en la entidad no le permite hacer esto."))


def entity_or_404(request, slug: str, permission: Permission = Permission.READ) -> Entity:
    """The entity of the address, which the page then wears, if this person may do `permission` in it."""
    entity = get_object_or_404(Entity, slug=slug)
    require(request.user, permission, entity)
    request.entity = entity
    return entity


def context(request) -> dict:
    """For templates: the staff page's `entity` and `can`, by permission ("can.edit_plan")."""
    if entity := getattr(request, "entity", None):
        return {"entity": entity, "can": {p.value: may(request.user, p, entity) for p in Permission}}
    return {}
