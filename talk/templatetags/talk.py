"""``{% load talk %}``: calls in any page of the host (docs/embedding.md).

Each tag takes a room or its token, shows nothing of a room that the visitor may not see, and
renders a template that a site may replace.
"""

from __future__ import annotations

from typing import Any

from django import template

from talk import embed
from talk.models import Room

register = template.Library()


@register.inclusion_tag("talk/call_element.html", takes_context=True)
def talk_call(context: Any, room: Room | str | None) -> dict[str, Any]:
    """{% talk_call room %}: the call itself, as an element of this page."""
    return embed.call_element(context.get("request"), room)


@register.inclusion_tag("talk/call_button.html", takes_context=True)
def talk_call_button(context: Any, room: Room | str | None, label: str = "") -> dict[str, Any]:
    """{% talk_call_button room %}: a button that leads to the room's call."""
    return embed.call_button(context.get("request"), room, label=label)


@register.inclusion_tag("talk/room_link.html", takes_context=True)
def talk_room_link(context: Any, room: Room | str | None) -> dict[str, Any]:
    """{% talk_room_link room %}: the room's name, as a link to its page."""
    return embed.room_link(context.get("request"), room)


@register.inclusion_tag("talk/incoming_calls.html", takes_context=True)
def talk_incoming_calls(context: Any, sound: bool = True) -> dict[str, Any]:
    """{% talk_incoming_calls %}: tell whoever is signed in when somebody calls."""
    return embed.incoming_calls(context.get("request"), sound=sound)
