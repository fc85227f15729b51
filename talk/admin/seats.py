"""The people of a room, and who is there now, on the room's own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk import errors, participant
from talk.admin.generic import InlineFormSet, TabularInline
from talk.admin.names import attendee_id, attendee_name
from talk.admin.permissions import own_permissions_in_words
from talk.admin.presence import flags_in_words, presence_in_words
from talk.admin.refusals import about
from talk.admin.seat_form import NewSeatForm, SeatForm, take_away
from talk.constants import ParticipantType
from talk.models import Attendee, Room, Session

SHOWN_ROWS = 50
"""A form may have a thousand fields (``DATA_UPLOAD_MAX_NUMBER_FIELDS``), a room as many people."""


def is_open_to_people(room: Room) -> bool:
    """Whether somebody can be added to the room."""
    try:
        participant.require_open_to_people(room)
    except errors.TalkError:
        return False
    return True


class FirstRows(InlineFormSet):
    """Only so many rows as one form can carry; the lists of the other models have them all.

    People come and go while somebody reads the page: rows that are gone when it is saved are
    passed over, as nothing can be done about them.
    """

    @cached_property
    def forms(self) -> list[Any]:
        forms: list[Any] = super().forms
        return [form for form in forms if not form.instance._state.adding]

    def get_queryset(self) -> QuerySet[Any]:
        if not hasattr(self, "_queryset"):
            self._queryset = super().get_queryset()[:SHOWN_ROWS]
        return self._queryset


class SeatFormSet(FirstRows):
    """Writes what changed about people, and takes seats away."""

    initial_forms: list[SeatForm]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "room": self.instance}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            is_owner = form.instance.participant_type == ParticipantType.OWNER
            form.fields[DELETION_FIELD_NAME].disabled = is_owner
        for field in form.fields.values():
            # The heads of the columns name no person.
            words = {"field": field.label, "person": attendee_name(form.instance)}
            field.widget.attrs["aria-label"] = gettext("%(field)s of %(person)s") % words

    def save(self, commit: bool = True) -> list[Attendee]:
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        for form in self.initial_forms:
            attendee = form.instance
            attendee.room = self.instance
            if form in self.deleted_forms:
                with about(attendee_name(attendee)):
                    take_away(attendee)
                self.deleted_objects.append(attendee)
            elif form.has_changed():
                form.write()
                self.changed_objects.append((attendee, form.changed_data))
        return [attendee for attendee, _changes in self.changed_objects]


class NewSeatFormSet(InlineFormSet):
    """Gives seats to users."""

    extra_forms: list[NewSeatForm]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "room": self.instance}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def save(self, commit: bool = True) -> list[Attendee]:
        self.changed_objects, self.deleted_objects = [], []
        self.new_objects = []
        for form in self.extra_forms:
            if form.has_changed():
                form.write()
                self.new_objects.append(form.instance)
        return self.new_objects


class SeatInline(TabularInline):
    """Who is in the room: role, permissions, name; with a box to remove each."""

    model = Attendee
    form = SeatForm
    formset = SeatFormSet
    extra = 0
    ordering = ("pk",)
    show_change_link = True
    verbose_name_plural = _("people")
    readonly_fields = ("actor_type", "known_as", "last_joined_call", "permissions_in_words")

    def get_fields(self, request: HttpRequest, obj: Room | None = None) -> list[Any]:
        rooms = self.admin_site.get_model_admin(Room)
        may_change = self.has_change_permission(request, obj) and rooms.has_change_permission(
            request, obj
        )
        permissions = "permissions" if may_change else "permissions_in_words"
        fields = ["actor_type", "known_as", "participant_type", permissions]
        return [*fields, "display_name", "last_joined_call"]

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> list[str]:
        # Whoever sees the words must not be asked for the boxes.
        hidden = {"permissions"} - set(self.get_fields(request, obj))
        return [*self.readonly_fields, *hidden]

    def has_add_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        is_pair = obj is not None and obj.type in participant.FIXED_PAIRS
        return not is_pair and super().has_delete_permission(request, obj)

    @admin.display(description=_("id"))
    def known_as(self, attendee: Attendee) -> str:
        return attendee_id(attendee)

    @admin.display(description=_("own permissions"))
    def permissions_in_words(self, attendee: Attendee) -> str:
        return own_permissions_in_words(attendee)


class NewSeatInline(TabularInline):
    """Users to be added. Apart from the others, so that only these rows look up accounts."""

    model = Attendee
    form = NewSeatForm
    formset = NewSeatFormSet
    fields = ("user", "participant_type")
    raw_id_fields = ("user",)
    extra = 1
    can_delete = False
    verbose_name = _("person")
    verbose_name_plural = _("add people")

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Look users up while typing, if the site's own admin of users can do that."""
        model = get_user_model()
        if not self.admin_site.is_registered(model):
            return ()
        users = self.admin_site.get_model_admin(model)
        searchable = users.get_search_fields(request) and users.has_view_permission(request)
        return ("user",) if searchable else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendee]:
        return super().get_queryset(request).none()

    def has_add_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        is_open = obj is None or is_open_to_people(obj)
        return is_open and super().has_add_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False


class PresenceInline(TabularInline):
    """Who is there now, for reading."""

    model = Session
    formset = FirstRows
    template = "admin/talk/reading.html"
    empty = _("Nobody is here.")
    extra = 0
    can_delete = False
    ordering = ("-last_ping", "-pk")
    verbose_name_plural = _("sessions")
    fields = readonly_fields = ("person", "flags", "last_ping", "presence", "state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).select_related("attendee")

    def has_add_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False

    @admin.display(description=_("attendee"))
    def person(self, session: Session) -> str:
        return attendee_name(session.attendee)

    @admin.display(description=_("call"))
    def flags(self, session: Session) -> str:
        return flags_in_words(session)

    @admin.display(description=_("presence"))
    def presence(self, session: Session) -> str:
        return presence_in_words(session)
