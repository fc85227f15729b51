"""The people and groups of the site: who can be found (clients.md §4 and §9)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from talk import errors, host, invitation
from talk.api.answers import answers
from talk.api.envelope import Answer, OCSViewSet
from talk.api.parameters import Integer, IntegerList, Parameters, Text
from talk.api.shapes.directory import FOUND, GROUPS
from talk.constants import NAME_LENGTH, ActorType, ShareType
from talk.models import Attendee

MOST = 100
"""How many are found at once, whatever was asked for."""


class SearchQuery(Parameters):
    search = Text(max_length=NAME_LENGTH, default="")
    itemType = Text(default="")
    itemId = Text(default="")
    shareTypes = IntegerList(default=list)
    limit = Integer(min_value=1, default=10)


class DirectoryViewSet(OCSViewSet):
    """``/core/autocomplete/get``: whom the caller could add to a room."""

    @answers(FOUND, takes=SearchQuery)
    def search(self, request: Request) -> Answer:
        """Users, groups and addresses, by what somebody types; who is in the room already is not.

        ``shareTypes``: 0 users, 1 groups, 4 e-mail addresses; users if none is given.
        """
        query = SearchQuery.of(request)
        term, limit = query["search"].strip(), min(query["limit"], MOST)
        kinds = set(query["shareTypes"]) or {ShareType.USER}
        found: list[dict[str, str]] = []
        if ShareType.USER in kinds:
            found += self._users(term, limit, besides=self._present(query))
        if ShareType.GROUP in kinds:
            names = host.policy().search_groups(term, by=self._caller, limit=limit)
            found += [_entry(name, name, ActorType.GROUPS, "icon-group") for name in names]
        if ShareType.EMAIL in kinds and invitation.is_address(term):
            found.append(_entry(term, term, ActorType.EMAILS, "icon-mail"))
        return Answer(found[:limit])

    @property
    def _caller(self) -> Any:
        return self.actor.user

    def _users(self, term: str, limit: int, *, besides: set[str]) -> list[dict[str, str]]:
        policy, caller = host.policy(), self._caller
        people = policy.search_users(term, by=caller, limit=limit + len(besides) + 1)
        return [
            _entry(user_id, policy.display_name(user), ActorType.USERS, "icon-user")
            for user in people
            if (user_id := user.get_username()) not in besides and user.is_active
        ]

    def _present(self, query: dict[str, Any]) -> set[str]:
        """The caller, and the users in the room that is being filled, if they may know of it."""
        known = {self.actor.user_id}
        if query["itemType"] != "call":
            return known
        mine = Attendee.objects.of_actor(self.actor).filter(room__token=query["itemId"])
        there = Attendee.objects.users().filter(room__in=mine.values("room"))
        return known | set(there.values_list("actor_id", flat=True))


class GroupsViewSet(OCSViewSet):
    """``/cloud/users/{user}/groups``."""

    part_of_talk = False

    @answers(GROUPS, refuses=[errors.AccountNotFound])
    def list(self, request: Request, user_id: str) -> Answer:
        """The groups that the caller belongs to; of other people nobody is told."""
        if user_id != self.actor.user_id:
            raise errors.AccountNotFound
        return Answer({"groups": sorted(host.group_names(self.actor.user))})


def _entry(id: str, label: str, source: str, icon: str) -> dict[str, str]:
    return {
        "id": id,
        "label": label,
        "icon": icon,
        "source": source,
        "status": "",
        "subline": "",
        "shareWithDisplayNameUnique": "",
    }
