"""What people are told about accounts, and administrators about mail."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from accounts.models import Membership, Role, User
from records import mail, notices

notices.register(
    "membership.given",
    notices.Kind(
        gettext_noop("Usted tiene ahora un papel en %(where)s: %(role)s"),
        template="",  # the welcome says more
        words=lambda params: {**params, "role": Role(params["role"]).label},
    ),
)
notices.register(
    "mail.given_up",
    notices.Kind(
        gettext_noop("No salió un correo para %(who)s: «%(subject)s»"),
        gettext_noop(
            "El servidor de correo no lo recibió en un día de intentos. Envíelo otra vez, o avise por otro medio."
        ),
        template="",  # mail does not work
    ),
)
notices.register(
    "mail.doubtful",
    notices.Kind(
        gettext_noop("No se sabe si llegó un correo a %(who)s: «%(subject)s»"),
        gettext_noop("El envío se interrumpió y no se repite solo, para que no llegue dos veces. Pregunte si llegó."),
        template="",
    ),
)
mail.tell_losses_by("accounts.notifications.tell_loss")


def password_link(user: User) -> str:
    """Absolute URL, in the person's language; valid once, for three days (PASSWORD_RESET_TIMEOUT)."""
    names = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    with translation.override(user.language):
        return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=names)


def tell_role(membership: Membership) -> None:
    entity, role = membership.entity, membership.role
    board = reverse("dashboard:board", args=[entity.slug])
    notices.tell([membership.user], "membership.given", entity=entity, url=board, where=entity.name, role=role)


def send_welcome(membership: Membership) -> None:
    """Mails how to enter: with a link to set a password to those who have none yet."""
    user, entity = membership.user, membership.entity
    new = not user.has_usable_password()
    panel = notices.absolute(notices.unprefixed(reverse("accounts:panel")), user.language)
    context = {"membership": membership, "new": new, "url": password_link(user) if new else panel}
    draft = mail.draft("welcome", to=user.email, recipient=user, entity=entity, language=user.language, context=context)
    mail.post([draft])


def tell_loss(lost: mail.Mail) -> None:
    """Tells the entity's administrators of a mail that did not arrive, or may not have."""
    if lost.entity:
        administrators = User.objects.with_role(lost.entity, Role.ADMINISTRATOR)
        url = reverse("accounts:person_list", args=[lost.entity.slug])
        kind = f"mail.{lost.state}"
        notices.tell(administrators, kind, entity=lost.entity, url=url, who=lost.to, subject=lost.subject)
