from django.urls import URLPattern, URLResolver, path

from . import views

app_name = "imports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.import_list, name="list"),
    path("new/", views.import_new, name="new"),
    path("sample/<slug:target>/", views.import_sample, name="sample"),
    path("<int:pk>/", views.import_detail, name="detail"),
    path("<int:pk>/discard/", views.import_discard, name="discard"),
    path("<int:pk>/delete-file/", views.import_delete_file, name="delete-file"),
    path("<int:pk>/preview/", views.import_preview, name="preview"),
    path("<int:pk>/problems.csv", views.import_problems, name="problems"),
]
