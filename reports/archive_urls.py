from django.urls import path

from reports import archive_views

app_name = "archive"
urlpatterns = [
    path("informes/", archive_views.year_list, name="year_list"),
    path("informes/<int:pk>/", archive_views.year_file, name="year_file"),
]
