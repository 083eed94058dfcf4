from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("informes/", views.report_list, name="report_list"),
    path("informes/nuevo/", views.report_create, name="report_create"),
    path("informes/<int:pk>/", views.report_detail, name="report_detail"),
    path("informes/<int:pk>/textos/<slug:name>/", views.text_save, name="text_save"),
    path("informes/<int:pk>/secciones/<slug:slug>/", views.section_preview, name="section_preview"),
    path("informes/<int:pk>/vista-previa/", views.report_preview, name="report_preview"),
    path("informes/<int:pk>/firmar/", views.report_sign, name="report_sign"),
    path("informes/<int:pk>/publicar/", views.report_publish, name="report_publish"),
    path("informes/<int:pk>/avance/", views.report_progress, name="report_progress"),
    path("informes/<int:pk>/cancelar/", views.report_cancel, name="report_cancel"),
    path("informes/<int:pk>/pdf/", views.report_pdf, name="report_pdf"),
    path("informes/<int:pk>/cifras/", views.report_figures, name="report_figures"),
    path("informes/<int:pk>/cifras/<slug:key>/", views.report_figure, name="report_figure"),
    path("informes/<int:pk>/cifras/<slug:key>/<int:row>/", views.report_row, name="report_row"),
    path("informes/<int:pk>/corregir/", views.report_correct, name="report_correct"),
    path("informes/<int:pk>/eliminar/", views.report_delete, name="report_delete"),
]
