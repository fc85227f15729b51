"""What each action can answer, said beside the action.

One declaration, three readers: the OpenAPI document is made of it, the fuzzer holds the server
to it, and every request of the test suite is checked against it::

    @answers(ROOM, takes=NameBody, refuses=[errors.WrongRoomType, errors.InvalidValue("value")])
    def rename(self, request, token): ...

What an action need not say, as it follows from the view: refusals of its ``rules``, of logging in,
of unreadable requests, and of the parameters that it ``takes``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rest_framework import serializers

from talk import errors
from talk.api.parameters import Boolean, Parameters

Shape = serializers.Field[Any, Any, Any, Any] | None
"""What the envelope carries: a serializer's instance, another field, or None for null."""

Refusal = errors.TalkError
Action = TypeVar("Action", bound=Callable[..., Any])

EMPTY_LIST: Shape = serializers.ListField(max_length=0)
NO_VALUE = errors.InvalidValue("value")
"""What most properties of a room say of a value that they cannot have."""

TALK_HASH = "X-Nextcloud-Talk-Hash"
MODIFIED_BEFORE = "X-Nextcloud-Talk-Modified-Before"


@dataclass(frozen=True)
class Answers:
    """Everything that one action can answer."""

    successes: Mapping[int, Shape]
    takes: type[Parameters] | None = None
    refuses: tuple[Refusal, ...] = ()
    headers: tuple[str, ...] = ()
    file: str = ""
    """The media type of the file that it answers without envelope, if it does."""

    signed: bool = False
    """Whether a server proves itself by a checksum; then nothing at the usual door is asked."""


def answers(
    shape: Shape = None,
    *,
    also: Mapping[int, Shape] | None = None,
    never_succeeds: bool = False,
    takes: type[Parameters] | None = None,
    refuses: Iterable[type[Refusal] | Refusal] = (),
    headers: Iterable[str] = (),
    file: str = "",
    signed: bool = False,
) -> Callable[[Action], Action]:
    """Declare what an action answers with 200, and with what else.

    :param also: further codes of success, with what they carry.
    :param never_succeeds: whatever is asked, this server has to refuse it.
    :param refuses: what the operation may raise; as an example where the reason is an argument.
    """
    successes = {} if never_succeeds else {200: shape, **(also or {})}
    declared = Answers(
        successes=successes,
        takes=takes,
        refuses=tuple(each() if isinstance(each, type) else each for each in refuses),
        headers=tuple(headers),
        file=file,
        signed=signed,
    )

    def declare(action: Action) -> Action:
        action.answers = declared  # type: ignore[attr-defined]  # functions take attributes
        return action

    return declare


def answers_of(view: Any, action: str) -> Answers:
    """What an action of a view (or of its class) declares.

    :raises AttributeError: nothing; every action has to.
    """
    declared: Answers = getattr(view, action).answers
    return declared


def refusals_of(view: Any, action: str) -> list[Refusal]:
    """Every refusal that an action can answer, in the order of the checks."""
    declared = answers_of(view, action)
    if declared.signed:
        return []
    found: list[Refusal] = [
        errors.MalformedRequest(),
        errors.RequestTooLarge(),
        errors.WrongCredentials(),
    ]
    if action not in view.public:
        found.append(errors.NotLoggedIn())
    if view.part_of_talk:
        found.append(errors.TalkForbidden())
    # In a room, it may be gone at any moment.
    rules = getattr(view, "rules", None)
    if rules is not None:
        found.append(errors.RoomNotFound())
        found.extend(rule.refusal() for rule in rules[action])
    found.extend(_of_parameters(declared.takes))
    found.extend(declared.refuses)
    return found


def _of_parameters(takes: type[Parameters] | None) -> list[Refusal]:
    """One per parameter that can be wrong; a boolean is whatever was sent."""
    if takes is None:
        return []
    return [
        errors.InvalidValue(name)
        for name, parameter in takes().fields.items()
        if not isinstance(parameter, Boolean)
    ]
