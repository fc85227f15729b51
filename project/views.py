"""The demo site's own page."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.views.generic import TemplateView

from talk.actor import Actor
from talk.models import Room
from talk.name import for_actor


class Home(TemplateView):
    """What this is, and the visitor's rooms."""

    template_name = "project/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = Actor.of(self.request)
        rooms = list(
            Room.objects.attended_by(actor).with_call_state().order_by("-last_activity", "token")
        )
        names = for_actor(rooms, actor, attended=[room.pk for room in rooms])
        api = reverse("talk:rooms", kwargs={"ocs_version": 2}).removesuffix("/room")
        return super().get_context_data(
            rooms=[(room, names[room.pk]) for room in rooms],
            api=self.request.build_absolute_uri(api),
            accounts=_demo_accounts(),
            **kwargs,
        )


def _demo_accounts() -> Any:
    """The people of the fixture, where it is loaded; never on a site that others can reach."""
    people = get_user_model().objects.filter(email__endswith="@demo.example", is_active=True)
    return people.order_by("username") if settings.DEBUG else people.none()
