"""The demo site's own page."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.views.generic import TemplateView

from talk import embed
from talk.actor import Actor
from talk.models import Room


class Home(TemplateView):
    """What this is, and the visitor's rooms."""

    template_name = "project/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Room.objects.attended_by(Actor.of(self.request)).with_call_state()
        rooms = embed.prepare(self.request, mine.order_by("-last_activity", "token"))
        api = reverse("talk:rooms", kwargs={"ocs_version": 2}).removesuffix("/room")
        return super().get_context_data(
            rooms=rooms,
            api=self.request.build_absolute_uri(api),
            accounts=_demo_accounts(),
            **kwargs,
        )


def _demo_accounts() -> Any:
    """The people of the fixture, where it is loaded; never on a site that others can reach."""
    people = get_user_model().objects.filter(email__endswith="@demo.example", is_active=True)
    return people.order_by("username") if settings.DEBUG else people.none()
