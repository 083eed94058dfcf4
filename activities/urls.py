from django.urls import path

from activities.views import activities, calendar, coverage, explain, metrics, order, schedule, sessions, several

app_name = "activities"
urlpatterns = [
    path("actividades/", activities.activity_list, name="activity_list"),
    path("actividades/nueva/", activities.activity_create, name="activity_create"),
    path("actividades/renumerar/", order.activity_renumber, name="activity_renumber"),
    path("actividades/varias/", several.activity_several, name="activity_several"),
    path("actividades/deshacer/", several.activity_undo, name="activity_undo"),
    path("actividades/<int:pk>/", activities.activity_detail, name="activity_detail"),
    path("actividades/<int:pk>/editar/", activities.activity_update, name="activity_update"),
    path("actividades/<int:pk>/duplicar/", activities.activity_duplicate, name="activity_duplicate"),
    path("actividades/<int:pk>/mover/", order.activity_move, name="activity_move"),
    path("actividades/<int:pk>/eliminar/", activities.activity_delete, name="activity_delete"),
    path("calendario/", calendar.calendar, name="calendar"),
    path("cobertura/", coverage.coverage, name="coverage"),
    path("cobertura/actividad/", coverage.coverage_live, name="coverage_live"),
    path("actividades/<int:pk>/programar/", schedule.activity_schedule, name="schedule"),
    path("actividades/<int:pk>/espacios/nuevo/", sessions.session_create, name="session_create"),
    path("actividades/<int:pk>/espacios/adicional/", sessions.session_extra, name="session_extra"),
    path("actividades/<int:pk>/metricas/nueva/", metrics.metric_create, name="metric_create"),
    path("actividades/espacios/<int:pk>/", sessions.session_detail, name="session_detail"),
    path("actividades/espacios/<int:pk>/reporte/", sessions.session_update, name="session_update"),
    path("actividades/espacios/<int:pk>/motivo/", explain.session_explain, name="session_explain"),
    path("actividades/espacios/<int:pk>/programacion/", sessions.session_plan, name="session_plan"),
    path("actividades/espacios/<int:pk>/eliminar/", sessions.session_delete, name="session_delete"),
    path("actividades/metricas/<int:pk>/", metrics.metric_update, name="metric_update"),
    path("actividades/metricas/<int:pk>/eliminar/", metrics.metric_delete, name="metric_delete"),
]
