"""The map of addresses: one include per app. Spanish has no prefix; English is under /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import TemplateView

urlpatterns = []
if settings.DEBUG:  # for whoever develops; before the entities, whose names are addresses
    from display.gallery import gallery

    urlpatterns += [path("componentes/", gallery, name="gallery")]

urlpatterns += i18n_patterns(
    # Before allauth's own, which lets anybody take an address that is not theirs, and with it the roles given to it.
    path("cuenta/email/", TemplateView.as_view(template_name="account/email.html"), name="account_email"),
    path("cuenta/", include("allauth.account.urls")),
    path("panel/", include("accounts.urls")),
    path("panel/recordatorios/", include("dashboard.reminders.urls")),  # before the entities: a slug is reserved
    path("panel/<slug:entity_slug>/", include("dashboard.urls")),
    path("panel/<slug:entity_slug>/", include("plans.urls")),
    path("panel/<slug:entity_slug>/", include("sheets.urls")),
    path("panel/<slug:entity_slug>/", include("reports.archive_urls")),
    path("panel/<slug:entity_slug>/", include("reports.chapter_urls")),
    path("panel/<slug:entity_slug>/planes/<slug:plan_slug>/", include("activities.urls")),
    path("panel/<slug:entity_slug>/planes/<slug:plan_slug>/", include("commitments.urls")),
    path("panel/<slug:entity_slug>/planes/<slug:plan_slug>/", include("reports.urls")),
    path("", include("portal.urls")),
    prefix_default_language=False,
)
