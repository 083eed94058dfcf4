"""What each role may do: one enum, one table, and two checks (`may`, `require`).

Rights are per entity; a head's are limited to what their dependency answers for. Outsiders of the entity get 404, which
tells them nothing about its rows; insiders without the right get 403.
"""

from enum import StrEnum

from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Dependency, Entity, Membership, Role, User
from records.audit import entity_id_of
from records.refusals import NotAllowed


class Permission(StrEnum):
    READ = "read"  # everything of the entity but the audit trail
    READ_PERSONAL = "read_personal"  # evidence that names people: lists of who came, signatures
    READ_AUDIT = "read_audit"
    MANAGE_USERS = "manage_users"
    EDIT_ENTITY = "edit_entity"
    EDIT_CATALOGUES = "edit_catalogues"  # dependencies and stakeholder groups
    EDIT_PLAN = "edit_plan"
    APPROVE_PLAN = "approve_plan"  # send it to its signatories, register an approval, return, close
    REQUEST_CHANGE = "request_change"  # of what a plan promises; on a draft, propose activities
    DECIDE_CHANGE = "decide_change"
    IMPORT_PLAN = "import_plan"
    REPORT_SESSION = "report_session"  # execution, attendance, metrics; what a dependency tells of a month
    ACCEPT_RETURN = "accept_return"  # what a dependency told of a month; or send it back, or reopen it
    RECORD_COMMITMENT = "record_commitment"  # what was promised; changing it is of EDIT_PLAN
    FOLLOW_COMMITMENT = "follow_commitment"
    WRITE_REPORT = "write_report"
    SIGN_REPORT = "sign_report"  # or return it to who wrote it
    PUBLISH_REPORT = "publish_report"


P = Permission
RIGHTS: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {P.READ, P.READ_AUDIT, P.MANAGE_USERS, P.EDIT_ENTITY, P.EDIT_CATALOGUES, P.SIGN_REPORT}
    ),
    # Planners edit catalogues so that an import can create the dependencies and groups that its spreadsheet names.
    Role.PLANNER: frozenset(P) - {P.READ_AUDIT, P.MANAGE_USERS, P.EDIT_ENTITY},
    Role.HEAD: frozenset(
        {P.READ, P.READ_PERSONAL, P.REQUEST_CHANGE, P.REPORT_SESSION, P.RECORD_COMMITMENT, P.FOLLOW_COMMITMENT}
    ),
    Role.CONTROL: frozenset({P.READ, P.READ_PERSONAL, P.READ_AUDIT}),
}


def memberships(user: User, entity_id: int | None) -> list[Membership]:
    """The user's roles in an entity; cached on `user`, so one query per request."""
    if not user.is_authenticated or entity_id is None:
        return []
    if not hasattr(user, "_memberships"):
        user._memberships = list(user.memberships.select_related("dependency"))
    return [membership for membership in user._memberships if membership.entity_id == entity_id]


def keep_roles(user: User, rows: list[Membership]) -> None:
    """Those of the one entity that a request is about, when they were read with something else."""
    user._memberships = rows


def may(user: User, permission: Permission, target: models.Model) -> bool:
    """`target` is a row with `entity_id`, or the entity itself."""
    return any(
        permission in RIGHTS[membership.role]
        and (
            membership.role != Role.HEAD or permission == Permission.READ or _answers_for(target, membership.dependency)
        )
        for membership in memberships(user, entity_id_of(target))
    )


def _answers_for(target: models.Model, dependency: Dependency) -> bool:
    answers_for = getattr(target, "answers_for", None)
    # Models without the method are closed to heads.
    return answers_for is not None and answers_for(dependency)


def limited_to(user: User, permission: Permission, entity_id: int) -> set[int] | None:
    """The dependencies that a right reaches: those that the person directs and all below; None when it reaches all."""
    holding = [membership for membership in memberships(user, entity_id) if permission in RIGHTS[membership.role]]
    if any(membership.role != Role.HEAD for membership in holding):
        return None
    return set().union(*(membership.dependency.subtree() for membership in holding))


def require(user: User, permission: Permission, target: models.Model) -> None:
    """Raises Http404 for outsiders of the entity, PermissionDenied for members without the right."""
    if may(user, permission, target):
        return
    if not memberships(user, entity_id_of(target)):
        raise Http404
    raise NotAllowed


def entity_or_404(request, slug: str, permission: Permission = Permission.READ) -> Entity:
    """Checks `permission` as `require` does, and sets `request.entity`, whose colours and name the page shows."""
    entity = get_object_or_404(Entity, slug=slug)
    require(request.user, permission, entity)
    request.entity = entity
    return entity


def context(request) -> dict:
    """Context processor: `entity` and `can` ({permission: bool}, as in `can.edit_plan`), on staff pages only."""
    if entity := getattr(request, "entity", None):
        return {"entity": entity, "can": {p.value: may(request.user, p, entity) for p in Permission}}
    return {}
