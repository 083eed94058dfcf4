from django.urls import path

from plans.views import approval, chapters, cutoffs, groups, plans, structure, versions

PLAN = "planes/<slug:plan_slug>/"

app_name = "plans"
urlpatterns = [
    path("grupos/", groups.group_list, name="group_list"),
    path("grupos/nuevo/", groups.group_create, name="group_create"),
    path("grupos/<int:pk>/", groups.group_update, name="group_update"),
    path("grupos/<int:pk>/eliminar/", groups.group_delete, name="group_delete"),
    path("cortes/", cutoffs.cutoff_list, name="cutoff_list"),
    path("planes/", plans.plan_list, name="plan_list"),
    path("nuevo-plan/", plans.plan_create, name="plan_create"),  # not below planes/: a plan may be called "Nuevo"
    path(PLAN + "editar/", plans.plan_update, name="plan_update"),
    path(PLAN + "eliminar/", plans.plan_delete, name="plan_delete"),
    path(PLAN + "aprobar/", approval.plan_approve, name="plan_approve"),
    path(PLAN + "registrar-aprobacion/", approval.plan_adopt, name="plan_adopt"),
    path(PLAN + "firmar/", approval.plan_sign, name="plan_sign"),
    path(PLAN + "reabrir/", approval.plan_reopen, name="plan_reopen"),
    path(PLAN + "cerrar/", approval.plan_close, name="plan_close"),
    path(PLAN + "archivar/", approval.plan_archive, name="plan_archive"),
    path(PLAN + "documento-de-aprobacion/", approval.approval_document, name="approval_document"),
    path(PLAN + "estructura/", structure.structure, name="structure"),
    *(
        route
        for part, folder in (("phase", "fases"), ("line", "lineas"))
        for route in (
            path(f"{PLAN}{folder}/nueva/", structure.part_create, {"part": part}, name=f"{part}_create"),
            path(f"{PLAN}{folder}/<int:pk>/", structure.part_update, {"part": part}, name=f"{part}_update"),
            path(f"{PLAN}{folder}/<int:pk>/eliminar/", structure.part_delete, {"part": part}, name=f"{part}_delete"),
            path(f"{PLAN}{folder}/<int:pk>/mover/", structure.part_move, {"part": part}, name=f"{part}_move"),
        )
    ),
    path(PLAN + "capitulos/", chapters.chapter_list, name="chapter_list"),
    path(PLAN + "capitulos/nuevo/", chapters.chapter_create, name="chapter_create"),
    path(PLAN + "capitulos/listas/", chapters.chapter_lists, name="chapter_lists"),
    path(PLAN + "capitulos/<int:pk>/", chapters.chapter_detail, name="chapter_detail"),
    path(PLAN + "capitulos/<int:pk>/editar/", chapters.chapter_update, name="chapter_update"),
    path(PLAN + "capitulos/<int:pk>/eliminar/", chapters.chapter_delete, name="chapter_delete"),
    path(PLAN + "capitulos/<int:pk>/mover/", chapters.chapter_move, name="chapter_move"),
    path(PLAN + "versiones/", versions.version_list, name="version_list"),
    path(PLAN + "versiones/comparar/", versions.version_compare, name="version_compare"),
    path(PLAN + "versiones/<int:number>/", versions.version_detail, name="version_detail"),
]
