from django.urls import path

from reports.views import chapters

app_name = "chapters"
urlpatterns = [
    path("secciones/", chapters.kind_list, name="kind_list"),
    path("secciones/<slug:word>/", chapters.chapter_list, name="chapter_list"),
    path("secciones/<slug:word>/agregar/", chapters.chapter_create, name="chapter_create"),
    path("secciones/<slug:word>/fabrica/", chapters.chapter_reset, name="chapter_reset"),
    path("secciones/<slug:word>/<slug:slug>/", chapters.chapter_update, name="chapter_update"),
    path("secciones/<slug:word>/<slug:slug>/incluir/", chapters.chapter_switch, name="chapter_switch"),
    path("secciones/<slug:word>/<slug:slug>/mover/", chapters.chapter_move, name="chapter_move"),
    path("secciones/<slug:word>/<slug:slug>/eliminar/", chapters.chapter_delete, name="chapter_delete"),
]
