"""The forms of a seat: what may be changed about one, and how a user gets one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from talk import group, participant, permission
from talk.admin.names import attendee_name
from talk.admin.operations import OperationForm
from talk.admin.permissions import (
    PermissionsField,
    PermissionsWidget,
    own_permissions_in_words,
)
from talk.admin.refusals import about
from talk.constants import MODERATORS, ActorType, ParticipantType, PermissionMethod
from talk.models import Attendee, Room

ROLES_FROM = {
    ParticipantType.USER: [ParticipantType.MODERATOR],
    ParticipantType.MODERATOR: [ParticipantType.USER],
    ParticipantType.SELF_JOINED: [ParticipantType.USER, ParticipantType.MODERATOR],
    ParticipantType.GUEST: [ParticipantType.GUEST_MODERATOR],
    ParticipantType.GUEST_MODERATOR: [ParticipantType.GUEST],
}
"""What somebody can become: what promoting and demoting can do."""

NEW_ROLES = [ParticipantType.USER, ParticipantType.MODERATOR, ParticipantType.OWNER]


class NameInput(AdminTextInputWidget):
    """A box to write in, or plain text if there is nothing to write."""

    template_name = "admin/talk/settled.html"


class SeatForm(OperationForm):
    """Role, permissions and name of somebody who is in the room already."""

    permissions = PermissionsField(label=_("Own permissions"))

    class Meta:
        model = Attendee
        fields = ["participant_type", "permissions", "display_name"]
        widgets = {"display_name": NameInput}

    def __init__(self, *args: Any, room: Room | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attendee: Attendee = self.instance
        room = room or attendee.room
        role = ParticipantType(attendee.participant_type)
        roles = [role]
        if attendee.actor_type != ActorType.GROUPS:
            roles += ROLES_FROM.get(role, [])
        fixed = {
            "participant_type": len(roles) == 1,
            "permissions": (
                role in MODERATORS
                or attendee.actor_type == ActorType.GROUPS
                or room.type in participant.FIXED_PAIRS
            ),
            # Accounts and groups bring their own name, and would take it back.
            "display_name": attendee.actor_type in {ActorType.USERS, ActorType.GROUPS},
        }
        for name, is_fixed in fixed.items():
            if name in self.fields:
                self.fields[name].disabled = is_fixed
        self.offer("participant_type", roles)
        if "permissions" in self.fields and role in MODERATORS:
            widget = cast(PermissionsWidget, self.fields["permissions"].widget)
            widget.summary = own_permissions_in_words(attendee)

    def write(self) -> None:
        attendee: Attendee = self.instance
        was = ParticipantType(self.initial["participant_type"])
        values = {name: self.cleaned_data[name] for name in self.changed_data}
        with about(attendee_name(attendee)):
            role = ParticipantType(values.get("participant_type", was))
            if role != was:
                change_role(attendee, was, role)
            if "permissions" in values and role not in MODERATORS:
                permission.change(attendee, PermissionMethod.SET, values["permissions"])
            if "display_name" in values:
                participant.rename_guest(attendee, values["display_name"].strip())


class NewSeatForm(OperationForm):
    """A user of the site who is to get a seat."""

    class Meta:
        model = Attendee
        fields = ["user", "participant_type"]

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        if "user" in self.fields:
            self.fields["user"].required = True
        self.offer("participant_type", NEW_ROLES)

    def clean_user(self) -> Any:
        user = self.cleaned_data["user"]
        if not user.is_active:
            raise forms.ValidationError(_("This account is not active."))
        if self.room.pk and self.room.attendees.users().filter(actor_id=user.get_username()):
            raise forms.ValidationError(_("This user is in the room already."))
        return user

    def write(self) -> None:
        user = self.cleaned_data["user"]
        role = ParticipantType(self.cleaned_data["participant_type"])
        with about(user):
            self.instance = participant.add_user(self.room, user, participant_type=role)


def change_role(attendee: Attendee, was: ParticipantType, role: ParticipantType) -> None:
    """Promote or demote, or make a visitor a member."""
    if role in MODERATORS:
        participant.promote(attendee)
    elif was == ParticipantType.SELF_JOINED and attendee.user is not None:
        participant.add_user(attendee.room, attendee.user)
    else:
        participant.demote(attendee)


def take_away(attendee: Attendee) -> None:
    """Remove somebody, or a group with those who came with it."""
    if attendee.actor_type == ActorType.GROUPS:
        group.remove(attendee)
    else:
        participant.remove(attendee)
