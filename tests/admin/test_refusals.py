"""Refusals of operations in words for people."""

import pytest

from talk import errors
from talk.admin.refusals import Refused, about, explain


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (errors.WrongRoomType(), "this kind of room does not allow it"),
        (errors.OwnerCannotBeRemoved(), "owners keep their seat"),
        (errors.InvalidValue("value", "Too weak."), "Too weak."),
        (errors.InvalidValue("value"), "value cannot be had"),
        (errors.ConsentRequired(), "it was refused (consent)"),
        (errors.CallsDisabled(), "it was refused (403)"),
    ],
)
def test_refusal_is_explained(refusal, words):
    assert explain(refusal) == words


def test_refusal_names_whom_it_is_about():
    with pytest.raises(Refused) as refused, about("Ada"):
        raise errors.RoleUnchangeable

    assert explain(refused.value) == "Ada: this role cannot be changed in that way"
