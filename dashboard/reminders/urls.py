from django.urls import path

from dashboard.reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.choice, name="choice"),
    path("no/<str:token>/", views.off, name="off"),
]
