"""What clients send that is not what it should be."""

LONE_SURROGATE = "\ud800"

NOT_INTEGERS = {
    "true": True,
    "false": False,
    "list": [],
    "list of one": [7],
    "object": {"flags": 7},
    "float": 7.0,
    "fraction": 7.5,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "empty": "",
    "blank": " ",
    "padded": " 7 ",
    "newline": "7\n",
    "words": "abc",
    "trailing letter": "7x",
    "decimal point": "7.0",
    "exponent": "1e0",
    "hexadecimal": "0x7",
    "underscore": "1_0",
    "arabic digit": "\u0667",
    "full-width digit": "\uff17",
    "superscript digit": "\u00b2",
    "NUL": "\x00",
    "digit and NUL": "7\x00",
    "lone surrogate": LONE_SURROGATE,
}
"""JSON values that are no integer."""

HUGE = {
    "more than 64 bits": 2**63,
    "less than 64 bits": -(2**63) - 1,
    "hundred digits": 10**100,
    "hundred digits as text": "9" * 100,
    "thousands of digits as text": "9" * 5000,
}
"""Integers that no database column holds."""

OUT_OF_FLAGS = HUGE | {
    "sixteen": 16,
    "minus one": -1,
    "sixteen as text": "16",
    "minus one as text": "-1",
    "32 bits": 2**31,
    "64 bits": 2**63 - 1,
}
"""Integers that are no flags of a call."""

BAD_FLAGS = NOT_INTEGERS | OUT_OF_FLAGS

NOT_LISTS_OF_TEXT = {
    "true": True,
    "false": False,
    "number": 1,
    "zero": 0,
    "float": 1.5,
    "text": "bob",
    "empty text": "",
    "object": {"a": "bob"},
    "list of lists": [["bob"]],
    "list of objects": [{"a": "bob"}],
    "list of booleans": [True],
    "list with null": [None],
    "NUL": ["bo\x00b"],
    "lone surrogate": [LONE_SURROGATE],
}
"""JSON values that are no list of strings."""

BOOLEANS = [
    (True, True),
    (1, True),
    ("1", True),
    ("true", True),
    ("yes", True),
    (-1, True),
    (0.5, True),
    ([0], True),
    ({"a": 0}, True),
    ("\x00", True),
    (LONE_SURROGATE, True),
    ("\u0660", True),
    (10**100, True),
    (False, False),
    (0, False),
    ("0", False),
    ("false", False),
    ("", False),
    ([], False),
    ({}, False),
    (None, False),
]
"""What counts as true, and what as false."""
