"""The envelope in XML (ocs.md §4)."""

from xml.etree import ElementTree

import pytest

from talk.api.envelope import Answer
from talk.api.renderers import XMLEnvelope
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

CALL = "/ocs/v2.php/apps/spreed/api/v4/call/{}?format=xml"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}?format=xml"
LEAVE = "/ocs/v{}.php/apps/spreed/api/v4/room/abcd1234/participants/active?format=xml"

PEERS = """\
<?xml version="1.0"?>
<ocs>
 <meta>
  <status>ok</status>
  <statuscode>200</statuscode>
  <message>OK</message>
 </meta>
 <data>
  <element>
   <actorType>users</actorType>
   <actorId>alice</actorId>
   <displayName>Alice &amp; Bob &lt;3</displayName>
   <token>abcd1234</token>
   <lastPing>{alice}</lastPing>
   <sessionId>a/b+c</sessionId>
  </element>
  <element>
   <actorType>guests</actorType>
   <actorId>0123456789abcdef0123456789abcdef01234567</actorId>
   <displayName></displayName>
   <token>abcd1234</token>
   <lastPing>{guest}</lastPing>
   <sessionId>d/e+f</sessionId>
  </element>
 </data>
</ocs>
"""

NOTHING_V1 = """\
<?xml version="1.0"?>
<ocs>
 <meta>
  <status>ok</status>
  <statuscode>100</statuscode>
  <message>OK</message>
  <totalitems></totalitems>
  <itemsperpage></itemsperpage>
 </meta>
 <data/>
</ocs>
"""


def rendered(data):
    """The document that an answer with this data becomes."""
    answer = Answer(data)
    answer.address(2)
    return XMLEnvelope().render(data, renderer_context={"response": answer}).decode()


def data_lines(data):
    """The lines of ``<data>``, without the indentation that they all share."""
    lines = rendered(data).splitlines()
    return [line[1:] for line in lines[lines.index(" </meta>") + 1 : -1]]


@pytest.mark.django_db
def test_peer_list_as_xml(sign_in):
    room = RoomFactory(public=True, token="abcd1234")
    alice = SessionFactory(
        calling=True,
        attendee=AttendeeFactory(
            room=room, user=UserFactory(username="alice"), display_name="Alice & Bob <3"
        ),
        session_id="a/b+c",
    )
    guest = SessionFactory(
        calling=True,
        attendee=AttendeeFactory(
            guest=True, room=room, actor_id="0123456789abcdef0123456789abcdef01234567"
        ),
        session_id="d/e+f",
        age=5,
    )

    response = sign_in(alice).get(CALL.format("abcd1234"))

    pings = {
        name: int(session.last_ping.timestamp())
        for name, session in {"alice": alice, "guest": guest}.items()
    }
    assert response.content.decode() == PEERS.format(**pings)
    assert response["Content-Type"] == "application/xml; charset=utf-8"


@pytest.mark.django_db
def test_empty_peer_list_as_xml(sign_in):
    attendee = AttendeeFactory()

    response = sign_in(attendee).get(CALL.format(attendee.room.token))

    assert response.content.decode().splitlines()[-2:] == [" <data/>", "</ocs>"]


@pytest.mark.django_db
def test_answer_of_v1_as_xml():
    response = TalkClient().delete(LEAVE.format(1))

    assert response.content.decode() == NOTHING_V1


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (None, ["<data/>"]),
        ([], ["<data/>"]),
        ({}, ["<data/>"]),
        ((), ["<data/>"]),
        ("", ["<data></data>"]),
        (True, ["<data>1</data>"]),
        (False, ["<data></data>"]),
        (0, ["<data>0</data>"]),
        (-7, ["<data>-7</data>"]),
        (1.5, ["<data>1.5</data>"]),
        ("a < b && c > d", ["<data>a &lt; b &amp;&amp; c &gt; d</data>"]),
        ("]]>", ["<data>]]&gt;</data>"]),
        ("\"é\" '☎'", ["<data>\"é\" '☎'</data>"]),
        ({"b": 1, "a": 2}, ["<data>", " <b>1</b>", " <a>2</a>", "</data>"]),
        (
            {"none": None, "text": "", "no": False, "list": [], "dict": {}},
            [
                "<data>",
                " <none/>",
                " <text></text>",
                " <no></no>",
                " <list/>",
                " <dict/>",
                "</data>",
            ],
        ),
        ([1, True], ["<data>", " <element>1</element>", " <element>1</element>", "</data>"]),
        (
            {0: "a", "1": "b"},
            ["<data>", " <element>a</element>", " <element>b</element>", "</data>"],
        ),
        (
            [{"a": [None]}],
            ["<data>", " <element>", "  <a>", "   <element/>", "  </a>", " </element>", "</data>"],
        ),
        ({"display-name": "x"}, ["<data>", " <display-name>x</display-name>", "</data>"]),
        ({"@id": 5, "a": 1}, ['<data id="5">', " <a>1</a>", "</data>"]),
        ({"@id": '<"&'}, ["<data id='&lt;\"&amp;'/>"]),
        ({"@attributes": {"a": 1, "b": True}}, ['<data a="1" b="1"/>']),
        ({"$comment": "note", "a": 1}, ["<data>", " <!-- note -->", " <a>1</a>", "</data>"]),
    ],
)
def test_value_as_xml(data, lines):
    assert data_lines(data) == lines


@pytest.mark.parametrize("key", ["", "a b", "<a>", "1a", "a&b", "-a", "a:b", "é", "a\x00", "!--"])
def test_key_that_is_no_name_becomes_an_element(key):
    document = ElementTree.fromstring(rendered({key: "x"}))

    assert [child.tag for child in document.find("data")] == ["element"]


@pytest.mark.parametrize("comment", ["--", "---", "a--", "-", "--->", "<!-- -->", "\x00\x1b"])
def test_comment_is_well_formed_whatever_it_says(comment):
    document = ElementTree.fromstring(rendered({"$comment": comment, "a": 1}))

    assert document.findtext("data/a") == "1"


@pytest.mark.parametrize("code_point", [*range(0x20), 0x7F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_character_that_xml_cannot_hold_is_left_out(code_point):
    kept = {0x09, 0x0A, 0x0D, 0x7F}
    text = f"a{chr(code_point)}b"

    document = ElementTree.fromstring(rendered({"text": text, "@id": text}))

    expected = text if code_point in kept else "ab"
    assert document.findtext("data/text") == expected
    assert document.find("data").get("id") == expected


@pytest.mark.django_db
def test_names_with_control_characters_leave_the_document_well_formed(sign_in):
    controls = "".join(map(chr, range(1, 0x20))) + "\ufffe\uffff"
    session = SessionFactory(
        calling=True, attendee__display_name=f"A{controls}B", attendee__room__name=f"C{controls}D"
    )
    client = sign_in(session)

    documents = [
        ElementTree.fromstring(client.get(path.format(session.room.token)).content)
        for path in (CALL, ROOM)
    ]

    assert documents[0].findtext("data/element/displayName") == "A\t\n\rB"
    assert documents[1].findtext("data/name") == "C\t\n\rD"


@pytest.mark.django_db
def test_refusal_as_xml():
    response = TalkClient().get(CALL.format("abcd1234"))

    document = ElementTree.fromstring(response.content)
    assert response.status_code == 404
    assert [child.tag for child in document] == ["meta", "data"]
    assert [(child.tag, child.text) for child in document.find("meta")] == [
        ("status", "failure"),
        ("statuscode", "404"),
        ("message", None),
    ]
