"""Sign-in, and who asks for a page: with the number of their new notices, in the query that fetches them."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        user = User.objects.with_unread_notices().filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None
