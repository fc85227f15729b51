"""Reads what translators write: a file of messages, without help of gettext's own tools."""

import ast
import re
from dataclasses import dataclass, field

FIELD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")')


@dataclass
class Message:
    """One entry: ``id`` as gettext keys it, and what each plural form says."""

    context: str = ""
    id: str = ""
    plural: str = ""
    texts: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self):
        return f"{self.context}\x04{self.id}" if self.context else self.id


def read(path):
    """The entries of a .po file but for its header, and those that are no longer in use."""
    entries = (_entry(block) for block in path.read_text(encoding="utf-8").split("\n\n"))
    return [entry for entry in entries if entry.id]


def _entry(block):
    fields = {}
    for line in block.splitlines():
        named = FIELD.fullmatch(line)
        if named:
            name = named[1]
            fields[name] = ast.literal_eval(named[2])
        elif line.startswith('"'):
            fields[name] += ast.literal_eval(line)
    return Message(
        context=fields.get("msgctxt", ""),
        id=fields.get("msgid", ""),
        plural=fields.get("msgid_plural", ""),
        texts=[text for name, text in fields.items() if name.startswith("msgstr")],
        is_fuzzy=re.search(r"^#,.*fuzzy", block, re.MULTILINE) is not None,
    )
