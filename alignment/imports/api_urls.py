from django.urls import URLPattern, URLResolver

app_name = "imports-api"
urlpatterns: list[URLPattern | URLResolver] = []
