"""Actions on dependencies, people, their roles and the entity. Refusals carry a message for the person."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notifications
from accounts.models import Dependency, Entity, Membership, Role, User
from records.audit import acting_as
from records.models import Mail, Notice
from records.uses import in_words, uses_of


class Invitation(NamedTuple):
    """What an entity wrote of a person, and when."""

    name: str
    position: str
    at: datetime | None


def lock_entity(entity: Entity) -> None:
    """Locks the entity's row until the transaction ends, so that rules over several of its rows are checked in turn."""
    # no_key: every audit entry refers to the entity by key, and a full lock would make all its saves wait.
    Entity.objects.select_for_update(no_key=True).get(pk=entity.pk)


@transaction.atomic
def save_dependency(*, dependency: Dependency, by: User, seen: int | None = None) -> Dependency:
    """Raises Stale when it changed since revision `seen`, ValidationError when it would be its own ancestor, or its
    name or code is taken."""
    lock_entity(dependency.entity)
    if dependency.pk:
        dependency.claim(seen)
    parent = dependency.parent
    if parent and parent.entity_id != dependency.entity_id:
        raise ValidationError({"parent": _("«%(name)s» no es de esta entidad.") % {"name": parent.name}})
    if parent and dependency.pk and parent.pk in dependency.subtree():
        raise ValidationError(
            {
                "parent": _("«%(parent)s» ya depende de «%(name)s»: se formaría un círculo. Elija otra.")
                % {"parent": parent.name, "name": dependency.name}
            }
        )
    dependency.validate_constraints()
    with acting_as(by):
        dependency.save()
    return dependency


@transaction.atomic
def delete_dependency(*, dependency: Dependency, by: User) -> None:
    """ValidationError while something refers to it: what does, and what to do instead."""
    if uses := uses_of(dependency):
        raise ValidationError(
            _(
                "«%(name)s» está en uso y no se puede eliminar. %(uses)s "
                "Si dejó de existir, escriba en «existe hasta» la fecha."
            )
            % {"name": dependency.name, "uses": in_words(uses)}
        )
    with acting_as(by):
        dependency.delete()


@transaction.atomic
def invite(
    *, entity: Entity, email: str, full_name: str, position: str, role: str, dependency: Dependency | None, by: User
) -> Membership:
    """Gives a role to the account of `email`, created if it does not exist, and mails how to enter.

    An existing account keeps its name and position, since another entity may have entered them; this one sees what it
    wrote itself until the person signs in. A command (`by` None) says by itself how to enter.
    """
    email = User.objects.normalize_email(email).lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        language = by.language if by else settings.LANGUAGE_CODE  # until they choose their own
        try:
            with transaction.atomic(), acting_as(by):
                user = User.objects.create_user(email, full_name=full_name, position=position, language=language)
        except IntegrityError:  # somebody else invited them at the same moment
            user = User.objects.get(email=email)
    invited = Invitation(full_name, position, timezone.now())
    membership = add_membership(entity=entity, user=user, role=role, dependency=dependency, by=by, invited=invited)
    if by:
        notifications.send_welcome(membership)
    return membership


@transaction.atomic
def add_membership(
    *,
    entity: Entity,
    user: User,
    role: str,
    dependency: Dependency | None,
    by: User | None,
    invited: Invitation | None = None,
) -> Membership:
    """Only a head has a dependency. ValidationError when the person already has the role."""
    if earlier := entity.memberships.filter(user=user).first():
        invited = Invitation(earlier.invited_name, earlier.invited_position, earlier.invited_at)
    membership = Membership(user=user, entity=entity, role=role, dependency=dependency)
    if invited:
        membership.invited_name, membership.invited_position, membership.invited_at = invited
    if dependency and dependency.entity_id != entity.pk:
        raise ValidationError({"dependency": _("«%(name)s» no es de esta entidad.") % {"name": dependency.name}})
    membership.validate_constraints()
    with acting_as(by):
        membership.save()
    if by:
        notifications.tell_role(membership)
    return membership


@transaction.atomic
def remove_memberships(*, entity: Entity, memberships: list[Membership], by: User) -> None:
    """ValidationError when `by` removes their own administration, or no active administrator would remain."""
    lock_entity(entity)
    removed_administrators = [membership for membership in memberships if membership.role == Role.ADMINISTRATOR]
    if any(membership.user_id == by.pk for membership in removed_administrators):
        raise ValidationError(
            _("Usted no puede quitarse la administración. Pídaselo a otra persona que administre la entidad.")
        )
    removed = {membership.pk for membership in memberships}
    administrators = entity.memberships.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if removed_administrators and not administrators.exclude(pk__in=removed).exists():
        raise ValidationError(
            _("Es la última persona que administra la entidad. Dé antes ese papel a otra y vuelva a intentarlo.")
        )
    with acting_as(by):
        for membership in entity.memberships.filter(pk__in=removed):  # one by one: each leaves an audit entry
            membership.delete()
    for user in {membership.user_id for membership in memberships}:
        if not entity.memberships.filter(user=user).exists():  # what is the entity's is no more theirs to read
            Notice.objects.filter(recipient=user, entity=entity).delete()
            Mail.objects.filter(recipient=user, entity=entity, state=Mail.State.WAITING).delete()


@transaction.atomic
def save_entity(*, entity: Entity, by: User, seen: int | None = None) -> Entity:
    """Raises Stale when it changed since revision `seen`."""
    entity.claim(seen)
    with acting_as(by):
        entity.save()
    return entity
