"""The hostile host's URLs: talk lives below a prefix, and whatever is left is a page."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import include, path


def page(request, slug):
    """The site's own pages answer everything that nothing else does."""
    return HttpResponse(f"page {slug}")


urlpatterns = [
    path("behind/", admin.site.urls),
    path("community/door/", LoginView.as_view(template_name="admin/login.html"), name="door"),
    path("community/", include("talk.urls")),
    path("<path:slug>", page),
]
