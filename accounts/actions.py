"""Verbs about who: dependencies, people and their roles, the entity. What is refused says why, for the person."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Dependency, Entity, Membership, Role, User
from records.audit import acting_as
from records.uses import in_words, uses_of


def hold(entity: Entity) -> None:
    """Keeps the entity's row until the transaction ends: rules over several of its rows are then decided one by one.

    Not its key: every entry of the audit trail refers to it, and all saves of the entity would wait.
    """
    Entity.objects.select_for_update(no_key=True).get(pk=entity.pk)


@transaction.atomic
def save_dependency(*, dependency: Dependency, by: User) -> Dependency:
    """Creates or changes it. ValidationError when it would hang from itself, or its name or code is taken."""
    hold(dependency.entity)
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
    """Deletes one that nothing refers to; else ValidationError with what does, and what to do instead."""
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
    """Gives a role to whoever signs in with `email`, with a new account if there is none.

    An account that exists keeps its name and position: they may be another entity's.
    """
    email = User.objects.normalize_email(email).lower()
    with acting_as(by):
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, full_name=full_name, position=position
        )
    return add_membership(entity=entity, user=user, role=role, dependency=dependency, by=by)


@transaction.atomic
def add_membership(
    *, entity: Entity, user: User, role: str, dependency: Dependency | None, by: User | None
) -> Membership:
    """One more role for a person; a dependency for a head and for nobody else. ValidationError when they have it."""
    membership = Membership(user=user, entity=entity, role=role, dependency=dependency)
    if dependency and dependency.entity_id != entity.pk:
        raise ValidationError({"dependency": _("«%(name)s» no es de esta entidad.") % {"name": dependency.name}})
    membership.validate_constraints()
    with acting_as(by):
        membership.save()
    return membership


@transaction.atomic
def remove_memberships(*, entity: Entity, memberships: list[Membership], by: User) -> None:
    """Takes roles of the entity away; a person without any no longer enters it.

    ValidationError for one's own administration, and when the entity would be left without an administrator.
    """
    hold(entity)
    if any(one.role == Role.ADMINISTRATOR and one.user_id == by.pk for one in memberships):
        raise ValidationError(
            _("Usted no puede quitarse la administración. Pídaselo a otra persona que administre la entidad.")
        )
    removed = {one.pk for one in memberships}
    administrators = entity.memberships.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    left = [pk for pk in administrators.values_list("pk", flat=True) if pk not in removed]
    if not left and any(one.role == Role.ADMINISTRATOR for one in memberships):
        raise ValidationError(
            _("Es la última persona que administra la entidad. Dé antes ese papel a otra y vuelva a intentarlo.")
        )
    with acting_as(by):
        for membership in entity.memberships.filter(pk__in=removed):  # one by one: each leaves its trail
            membership.delete()


@transaction.atomic
def save_entity(*, entity: Entity, by: User) -> Entity:
    """Keeps the identity. A shield that was replaced stays in its file: reports published with it show it."""
    with acting_as(by):
        entity.save()
    return entity
