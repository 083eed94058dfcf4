from django.urls import path

from accounts.views import dependencies, entity, own, people

app_name = "accounts"
urlpatterns = [
    path("", people.panel, name="panel"),
    # Before the entities' own addresses: their slugs are reserved.
    path("avisos/", own.notice_list, name="notice_list"),
    path("avisos/leidos/", own.notices_read, name="notices_read"),
    path("avisos/<int:pk>/", own.notice_open, name="notice_open"),
    path("servicio.js", own.service_worker, name="service_worker"),
    path("idioma/", own.language, name="language"),
    path("<slug:entity_slug>/dependencias/", dependencies.dependency_list, name="dependency_list"),
    path("<slug:entity_slug>/dependencias/nueva/", dependencies.dependency_create, name="dependency_create"),
    path("<slug:entity_slug>/dependencias/<int:pk>/", dependencies.dependency_update, name="dependency_update"),
    path(
        "<slug:entity_slug>/dependencias/<int:pk>/eliminar/", dependencies.dependency_delete, name="dependency_delete"
    ),
    path("<slug:entity_slug>/usuarios/", people.person_list, name="person_list"),
    path("<slug:entity_slug>/usuarios/nuevo/", people.person_invite, name="person_invite"),
    path("<slug:entity_slug>/usuarios/<int:pk>/", people.person_detail, name="person_detail"),
    path("<slug:entity_slug>/usuarios/<int:pk>/correo/", people.person_invite_again, name="person_invite_again"),
    path("<slug:entity_slug>/usuarios/<int:pk>/retirar/", people.person_remove, name="person_remove"),
    path(
        "<slug:entity_slug>/usuarios/<int:pk>/papeles/<int:membership_pk>/quitar/",
        people.membership_remove,
        name="membership_remove",
    ),
    path("<slug:entity_slug>/entidad/", entity.entity_update, name="entity_update"),
    path("<slug:entity_slug>/auditoria/", entity.audit_list, name="audit_list"),
]
