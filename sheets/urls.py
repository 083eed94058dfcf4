from django.urls import path

from sheets import views

app_name = "sheets"
urlpatterns = [
    path("nuevo-plan/importar/", views.import_new, name="import_new"),
    path("nuevo-plan/importar/vista-previa/", views.import_preview, name="import_new_preview"),
    path("planes/<slug:plan_slug>/importar/", views.import_upload, name="import_upload"),
    path("planes/<slug:plan_slug>/importar/vista-previa/", views.import_preview, name="import_preview"),
]
