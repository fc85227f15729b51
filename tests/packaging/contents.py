"""What the built wheel contains: everything of talk/, nothing else.

::

    python tests/packaging/contents.py dist/django_talk-….whl
"""

import sys
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent.parent
RUNTIME = {"django", "django-filter", "djangorestframework"}
NEEDED = {
    "talk/py.typed",
    "talk/migrations/0001_initial.py",
    "talk/templates/talk/csrf_failed.html",
}


def main(path):
    with ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        about = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(wheel.read(about).decode())
    info = about.removesuffix("METADATA")
    packed = {name for name in names if not name.startswith(info)}
    problems = [
        *(f"missing: {name}" for name in sorted((in_the_tree() | NEEDED) - packed)),
        *(f"should not be there: {name}" for name in sorted(packed - in_the_tree())),
        *(f"not compiled: {name}" for name in sorted(uncompiled(packed))),
        *metadata_problems(metadata),
    ]
    if f"{info}licenses/LICENSE" not in names:
        problems.append("missing: the licence")
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(packed)} files of talk/, and nothing else")


def in_the_tree():
    """Every file of the package that is not made by running it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "talk").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def uncompiled(packed):
    """Catalogues of translations that Django could not read."""
    return {name for name in packed if name.endswith(".po") and f"{name[:-3]}.mo" not in packed}


def metadata_problems(metadata):
    required = {
        requirement.split(";")[0].strip().split(">")[0]
        for requirement in metadata.get_all("Requires-Dist", [])
        if "extra ==" not in requirement
    }
    if required != RUNTIME:
        yield f"requires {sorted(required)} to run"
    if metadata["Name"] != "django-talk" or not metadata["Requires-Python"].startswith(">=3.11"):
        yield f"is called {metadata['Name']}, for Python {metadata['Requires-Python']}"
    if "# django-talk" not in metadata.get_payload():
        yield "has no README"


if __name__ == "__main__":
    main(sys.argv[1])
