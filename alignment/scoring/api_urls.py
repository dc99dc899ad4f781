from django.urls import URLPattern, URLResolver

app_name = "scoring-api"
urlpatterns: list[URLPattern | URLResolver] = []
