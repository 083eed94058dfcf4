from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.board, name="board"),
    path("buscar/", views.search, name="search"),
    path("planes/<slug:plan_slug>/", views.plan_detail, name="plan_detail"),
]
