"""CompiledQuery: built once, run with other values."""

import pytest

from talk.constants import RoomType
from talk.models import Room
from talk.models.compiled import CompiledQuery
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db

NAME = Room._meta.get_field("name")
TYPE = Room._meta.get_field("type")


def rooms_by(name, type):
    found = Room.objects.filter(name=name, type=type, read_only=False)
    return found.order_by("pk").values_list("token", "read_only", "last_activity")


@pytest.fixture
def query():
    return CompiledQuery(rooms_by, name=(NAME, "\x01name"), type=(TYPE, 77))


def test_the_rows_are_those_of_the_queryset(query):
    RoomFactory.create_batch(2, name="Lounge")
    RoomFactory(name="Lounge", type=RoomType.PUBLIC)
    RoomFactory(name="Lounge", read_only=True)

    rows = query(name="Lounge", type=RoomType.GROUP)

    assert len(rows) == 2
    assert rows == list(rooms_by("Lounge", RoomType.GROUP))


def test_other_values_find_other_rows(query):
    lounge, kitchen = RoomFactory(name="Lounge"), RoomFactory(name="Kitchen")

    found = [query(name=name, type=2)[0][0] for name in ["Lounge", "Kitchen", "Lounge"]]

    assert found == [lounge.token, kitchen.token, lounge.token]


def test_nothing_found_is_an_empty_list(query):
    assert query(name="Lounge", type=2) == []


@pytest.mark.parametrize("name", ["'; DROP TABLE talk_room; --", "%s", "ü🎉", "\x01name", ""])
def test_a_value_is_never_part_of_the_sql(query, name):
    room = RoomFactory(name=name)

    assert [row[0] for row in query(name=name, type=2)] == [room.token]


def test_the_queryset_is_built_once():
    built = []

    def build(name):
        built.append(name)
        return Room.objects.filter(name=name).values_list("pk")

    query = CompiledQuery(build, name=(NAME, "\x01name"))
    query(name="Lounge")
    query(name="Kitchen")

    assert built == ["\x01name"]


def test_a_placeholder_may_be_made_when_it_is_needed():
    room = RoomFactory(name="Lounge")
    query = CompiledQuery(
        lambda name: Room.objects.filter(name=name).values_list("pk"),
        name=(NAME, lambda: "\x01name"),
    )

    assert query(name="Lounge") == [(room.pk,)]


def test_a_parameter_that_the_query_does_not_use_is_a_mistake():
    query = CompiledQuery(
        lambda name: Room.objects.filter(name="fixed").values_list("pk"), name=(NAME, "\x01name")
    )

    with pytest.raises(TypeError, match="name"):
        query(name="Lounge")
