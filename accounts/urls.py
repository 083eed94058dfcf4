from django.urls import path

from accounts.views import dependencies, entity, people

app_name = "accounts"
urlpatterns = [
    path("", people.panel, name="panel"),
    path("<slug:entity_slug>/dependencias/", dependencies.dependency_list, name="dependencies"),
    path("<slug:entity_slug>/dependencias/nueva/", dependencies.dependency_create, name="dependency_create"),
    path("<slug:entity_slug>/dependencias/<int:pk>/", dependencies.dependency_update, name="dependency_update"),
    path(
        "<slug:entity_slug>/dependencias/<int:pk>/eliminar/", dependencies.dependency_delete, name="dependency_delete"
    ),
    path("<slug:entity_slug>/usuarios/", people.people, name="users"),
    path("<slug:entity_slug>/usuarios/nuevo/", people.invite, name="invite"),
    path("<slug:entity_slug>/usuarios/<int:pk>/", people.person, name="person"),
    path("<slug:entity_slug>/usuarios/<int:pk>/correo/", people.invite_again, name="invite_again"),
    path("<slug:entity_slug>/usuarios/<int:pk>/retirar/", people.person_remove, name="person_remove"),
    path(
        "<slug:entity_slug>/usuarios/<int:pk>/papeles/<int:membership_pk>/quitar/",
        people.membership_remove,
        name="membership_remove",
    ),
    path("<slug:entity_slug>/entidad/", entity.identity, name="entity"),
    path("<slug:entity_slug>/auditoria/", entity.audit, name="audit"),
]
