from django.urls import path, register_converter

from portal import survey_views, version_views, views
from portal.promises import views as promises
from reports import documents


class Kind:
    """A report's kind in the address, in Spanish: ".../informes/mensual/2026-10/v1/"."""

    regex = "[a-z]+"

    def to_python(self, word: str) -> str:
        """Raises ValueError for no kind's word: the address is not found."""
        for kind in documents.known().values():
            if kind.word == word:
                return kind.slug
        raise ValueError(word)

    def to_url(self, kind: str) -> str:
        return documents.known()[kind].word


register_converter(Kind, "kind")

PROMISES = "<slug:entity_slug>/compromisos/"  # no plan has that address
PLAN = "<slug:entity_slug>/<slug:plan_slug>/"
REPORT = f"{PLAN}informes/<kind:kind>/<slug:period>/v<int:version>/"
OF_DEPENDENCY = REPORT.replace("<kind:kind>/", "<kind:kind>/<int:dependency>/")

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("verificar/", views.verify, name="verify"),
    path("verificar/recalcular/", views.recalculate, name="recalculate"),
    path("e/<slug:code>/", survey_views.survey, name="survey"),
    path("e/<slug:code>/afiche/", survey_views.poster, name="survey_poster"),
    path("<slug:entity_slug>/", views.entity, name="entity"),
    path("<slug:entity_slug>/identidad/<slug:digest>.css", views.identity_css, name="identity_css"),
    path("<slug:entity_slug>/escudo/", views.shield, name="shield"),
    path(PROMISES, promises.promise_list, name="promise_list"),
    path(f"{PROMISES}datos.csv", promises.promise_file, name="promise_file"),
    path(f"{PROMISES}<int:pk>/", promises.promise, name="promise"),
    path(f"{PROMISES}<int:pk>/responder/", promises.promise_answer, name="promise_answer"),
    path(f"{PROMISES}<int:pk>/evidencias/<int:proof>/", promises.promise_proof, name="promise_proof"),
    path(PLAN, views.plan, name="plan"),
    path(f"{PLAN}versiones/", version_views.version_list, name="version_list"),
    path(f"{PLAN}versiones/comparar/", version_views.version_compare, name="version_compare"),
    path(f"{PLAN}versiones/<int:number>/", version_views.version_detail, name="version_detail"),
    *(
        path(place + rest, view, name=name)
        for place in (OF_DEPENDENCY, REPORT)
        for rest, view, name in (
            ("", views.report, "report"),
            ("pdf/", views.report_pdf, "report_pdf"),
            ("datos/<str:file>", views.report_data, "report_data"),
            ("imagenes/<str:sha256>", views.report_picture, "report_picture"),
            ("cifras/", views.report_figures, "report_figures"),
            ("cifras/<slug:key>/", views.report_figure, "report_figure"),
            ("cifras/<slug:key>/<int:row>/", views.report_row, "report_row"),
        )
    ),
]
