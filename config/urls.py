"""The site map: one include per app. Spanish has no prefix; English lives under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("cuenta/", include("allauth.account.urls")),
    path("panel/", include("accounts.urls")),
    path("", include("portal.urls")),
    prefix_default_language=False,
)
