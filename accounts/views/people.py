"""The people of an entity and their roles in it. Nothing here shows or changes another entity's."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.filters import PeopleFilter
from accounts.forms import InvitationForm, MembershipForm
from accounts.models import Entity, Membership, User
from accounts.notifications import send_welcome
from accounts.permissions import Permission, entity_or_404
from records.filters import filtered
from records.forms import attempt
from records.refusals import refuse


@require_safe
def panel(request):
    """The entities one works in; who works in one alone is taken to its board."""
    memberships = request.user.memberships.select_related("entity", "dependency").order_by("entity__name", "role")
    if len({membership.entity_id for membership in memberships}) == 1:
        return redirect("dashboard:board", memberships[0].entity.slug)
    return render(request, "accounts/panel.html", {"memberships": memberships})


@require_safe
def person_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.MANAGE_USERS)
    users = User.objects.filter(pk__in=entity.memberships.values("user")).prefetch_related(roles_in(entity))
    page, filters = filtered(request, PeopleFilter, users, entity=entity)
    return render(request, "accounts/people.html", {"page": page, "filters": filters})


@require_http_methods(["GET", "HEAD", "POST"])
def person_invite(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.MANAGE_USERS)
    form = InvitationForm(request.POST or None, entity=entity)
    valid = request.method == "POST" and form.is_valid()
    if valid and (
        membership := attempt(form, lambda: actions.invite(entity=entity, by=request.user, **form.cleaned_data))
    ):
        # The same answer whether or not the address had an account, so that nobody can find out.
        say_mailed(request, membership)
        return redirect("accounts:person_detail", entity.slug, membership.user_id)
    return render(request, "accounts/invitation_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def person_detail(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.MANAGE_USERS)
    user = person_or_404(entity, pk)
    form = MembershipForm(request.POST or None, entity=entity)
    valid = request.method == "POST" and form.is_valid()
    if valid and (
        membership := attempt(
            form, lambda: actions.add_membership(entity=entity, user=user, by=request.user, **form.cleaned_data)
        )
    ):
        messages.success(request, _("%(who)s tiene ahora este papel.") % {"who": membership})
        return redirect("accounts:person_detail", entity.slug, pk)
    return render(request, "accounts/person.html", {"person": user, "form": form})


@require_POST
def person_invite_again(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.MANAGE_USERS)
    membership = person_or_404(entity, pk).roles_here[0]
    send_welcome(membership)
    say_mailed(request, membership)
    return redirect("accounts:person_detail", entity.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_remove(request, entity_slug, pk, membership_pk):
    entity = entity_or_404(request, entity_slug, Permission.MANAGE_USERS)
    user = person_or_404(entity, pk)
    membership = get_object_or_404(entity.memberships.select_related("dependency"), user=user, pk=membership_pk)
    return remove(request, entity, user, [membership])


@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.MANAGE_USERS)
    user = person_or_404(entity, pk)
    return remove(request, entity, user, user.roles_here)


def remove(request, entity: Entity, user: User, memberships: list[Membership]):
    last = len(memberships) == len(user.roles_here)
    if request.method == "POST":
        try:
            actions.remove_memberships(entity=entity, memberships=memberships, by=request.user)
        except ValidationError as error:
            return refuse(request, error, reverse("accounts:person_detail", args=[entity.slug, user.pk]))
        if last:
            messages.success(
                request, _("%(name)s ya no entra a esta entidad.") % {"name": user.roles_here[0].name_here}
            )
            return redirect("accounts:person_list", entity.slug)
        messages.success(request, _("%(name)s ya no tiene ese papel.") % {"name": user.roles_here[0].name_here})
        return redirect("accounts:person_detail", entity.slug, user.pk)
    context = {"person": user, "memberships": memberships, "last": last}
    return render(request, "accounts/membership_remove.html", context)


def roles_in(entity: Entity) -> Prefetch:
    """For a QuerySet of User: sets `roles_here`, their memberships in this entity and no other."""
    memberships = entity.memberships.select_related("dependency", "user", "entity").order_by("role", "dependency__name")
    return Prefetch("memberships", memberships, to_attr="roles_here")


def person_or_404(entity: Entity, pk: int) -> User:
    """With `roles_here`; Http404 when the person has no role in the entity."""
    user = get_object_or_404(User.objects.prefetch_related(roles_in(entity)), pk=pk)
    if not user.roles_here:
        raise Http404
    return user


def say_mailed(request, membership: Membership) -> None:
    messages.success(
        request,
        _("El papel quedó dado. A %(email)s le llega un correo que dice cómo entrar.")
        % {"email": membership.user.email},
    )
