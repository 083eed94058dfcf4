from django.urls import path

from sheets.views import execution, exports, imports, sources, undo

app_name = "sheets"
urlpatterns = [
    path("nuevo-plan/importar/", imports.import_new, name="import_new"),
    path("planes/<slug:plan_slug>/importar/", imports.import_upload, name="import_upload"),
    path("planes/<slug:plan_slug>/lo-hecho/", execution.execution_upload, name="execution_upload"),
    path("planes/<slug:plan_slug>/lo-hecho/hoja/", execution.execution_blank, name="execution_blank"),
    path("planes/<slug:plan_slug>/exportar/", exports.plan_export, name="plan_export"),
    path("planes/<slug:plan_slug>/exportar/formato/", exports.plan_format, name="plan_format"),
    path("planes/<slug:plan_slug>/exportar/<int:pk>/", exports.export_file, name="export_file"),
    path("importaciones/<int:pk>/", imports.import_detail, name="import_detail"),
    path("importaciones/<int:pk>/arreglar/", imports.import_mend, name="import_mend"),
    path("importaciones/<int:pk>/devuelta/", imports.import_returned, name="import_returned"),
    path("importaciones/<int:pk>/cancelar/", imports.import_cancel, name="import_cancel"),
    path("origenes/<int:pk>/deshacer/", undo.import_undo, name="import_undo"),
    path("origenes/<int:pk>/hoja/", sources.source_sheet, name="source_sheet"),
    path("origenes/<int:pk>/", sources.source_file, name="source_file"),
]
