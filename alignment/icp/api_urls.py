from django.urls import URLPattern, URLResolver

app_name = "icp-api"
urlpatterns: list[URLPattern | URLResolver] = []
