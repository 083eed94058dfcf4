from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.board, name="board"),
    path("buscar/", views.search, name="search"),
    path("planes/<slug:plan_slug>/", views.plan_detail, name="plan_detail"),
    path("planes/<slug:plan_slug>/ejecucion/", views.execution, name="execution"),
    path("planes/<slug:plan_slug>/cifras/", views.figure, name="figure"),
    path("planes/<slug:plan_slug>/cifras/recordar/", views.remind, name="remind"),
]
