from django.urls import path

from reports.views import points, reports

app_name = "reports"
urlpatterns = [
    path("informes/", reports.report_list, name="report_list"),
    path("informes/nuevo/", reports.report_create, name="report_create"),
    path("informes/<int:pk>/", reports.report_detail, name="report_detail"),
    path("informes/<int:pk>/textos/<slug:name>/", reports.text_save, name="text_save"),
    path("informes/<int:pk>/secciones/<slug:slug>/", reports.section_preview, name="section_preview"),
    path("informes/<int:pk>/secciones/<slug:slug>/agregar/", points.point_create, name="point_create"),
    path("informes/<int:pk>/puntos/<int:point>/", points.point_update, name="point_update"),
    path("informes/<int:pk>/puntos/<int:point>/quitar/", points.point_delete, name="point_delete"),
    path("informes/<int:pk>/anteriores/<int:earlier>/", points.outcome_update, name="outcome_update"),
    path("informes/<int:pk>/vista-previa/", reports.report_preview, name="report_preview"),
    path("informes/<int:pk>/firmar/", reports.report_sign, name="report_sign"),
    path("informes/<int:pk>/publicar/", reports.report_publish, name="report_publish"),
    path("informes/<int:pk>/avance/", reports.report_progress, name="report_progress"),
    path("informes/<int:pk>/cancelar/", reports.report_cancel, name="report_cancel"),
    path("informes/<int:pk>/pdf/", reports.report_pdf, name="report_pdf"),
    path("informes/<int:pk>/imagenes/<str:sha256>", reports.report_picture, name="report_picture"),
    path("informes/<int:pk>/cifras/", reports.report_figures, name="report_figures"),
    path("informes/<int:pk>/cifras/<slug:key>/", reports.report_figure, name="report_figure"),
    path("informes/<int:pk>/cifras/<slug:key>/<int:row>/", reports.report_row, name="report_row"),
    path("informes/<int:pk>/corregir/", reports.report_correct, name="report_correct"),
    path("informes/<int:pk>/eliminar/", reports.report_delete, name="report_delete"),
]
