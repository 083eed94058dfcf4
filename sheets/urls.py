from django.urls import path

from sheets import views

app_name = "sheets"
urlpatterns = [
    path("nuevo-plan/importar/", views.import_new, name="import_new"),
    path("planes/<slug:plan_slug>/importar/", views.import_upload, name="import_upload"),
    path("planes/<slug:plan_slug>/exportar/", views.plan_export, name="plan_export"),
    path("planes/<slug:plan_slug>/exportar/<int:pk>/", views.export_file, name="export_file"),
    path("importaciones/<int:pk>/", views.import_detail, name="import_detail"),
    path("importaciones/<int:pk>/devuelta/", views.import_returned, name="import_returned"),
    path("importaciones/<int:pk>/cancelar/", views.import_cancel, name="import_cancel"),
    path("origenes/<int:pk>/", views.source_file, name="source_file"),
]
