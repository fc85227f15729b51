"""Whatever the API answers to a test, the action declares that it can (talk.api.answers)."""

import json

from rest_framework import serializers
from rest_framework.fields import _UnvalidatedField

from talk import errors
from talk.api.answers import answers_of, refusals_of
from talk.api.envelope import OCSViewSet, UnknownRoute
from talk.api.shapes.field import Either

SIMPLE = {
    serializers.BooleanField: bool,
    serializers.IntegerField: int,
    serializers.CharField: str,
}


def require_declared(response):
    """Fail if an answer is none that the action behind it says it can give."""
    view, action = _asked(response)
    if action is None or "json" not in response.headers.get("Content-Type", ""):
        return
    envelope = json.loads(response.content).get("ocs")
    if envelope is None:  # not even an envelope: forged
        return
    code, data = envelope["meta"]["statuscode"], envelope["data"]
    code = 200 if code == 100 else code
    name = f"{view.__name__}.{action}"
    successes = answers_of(view, action).successes
    if code in successes:
        wrong = list(differences(data, successes[code]))
        assert not wrong, f"{name} answers {code} otherwise than it declares: {wrong}"
    else:
        refusals = [errors.ServerError(), *refusals_of(view, action)]
        declared = [each for each in refusals if each.status == code]
        assert any(_looks_like(data, each.data) for each in declared), (
            f"{name} does not declare {code} with {data}"
        )


def differences(value, shape, path="data"):
    """Where a value is not what a field describes."""
    match shape:
        case None:
            right = value is None
        case _ if value is None:
            right = shape.allow_null
        case Either():
            right = any(not list(differences(value, form, path)) for form in shape.forms)
        case serializers.ListSerializer() | serializers.ListField():
            yield from _differences_in_list(value, shape, path)
            return
        case serializers.DictField():
            for key, each in value.items():
                yield from differences(each, shape.child, f"{path}.{key}")
            return
        case serializers.Serializer():
            yield from _differences_in_object(value, shape, path)
            return
        case _UnvalidatedField():  # anything
            return
        case serializers.ChoiceField():
            right = value in shape.choices and type(value) in {int, str}
        case _:
            kind = next(SIMPLE[each] for each in type(shape).__mro__ if each in SIMPLE)
            right = type(value) is kind
    if not right:
        yield f"{path} is {value!r}"


def _asked(response):
    """The view and the action that answered, if it was one of the API."""
    try:
        callback = response.resolver_match.func
    except Exception:  # a path that leads nowhere
        return None, None
    view = getattr(callback, "cls", object)
    if not issubclass(view, OCSViewSet) or view is UnknownRoute or view.__module__[:5] != "talk.":
        return None, None
    return view, callback.actions.get(response.request["REQUEST_METHOD"].lower())


def _looks_like(data, declared):
    if isinstance(data, dict) and isinstance(declared, dict):
        # Explanations are for people.
        if "error" in declared:
            return data.get("error") == declared["error"] and data.keys() <= {"error", "message"}
        return data.keys() == declared.keys()
    return data == declared


def _differences_in_list(value, shape, path):
    if not isinstance(value, list):
        yield f"{path} is {value!r}"
        return
    for number, each in enumerate(value):
        yield from differences(each, shape.child, f"{path}[{number}]")
    if getattr(shape, "max_length", None) == 0 and value:
        yield f"{path} is not empty"


def _differences_in_object(value, shape, path):
    if not isinstance(value, dict):
        yield f"{path} is {value!r}"
        return
    fields = shape.fields
    for key in value.keys() - fields.keys():
        yield f"{path}.{key} is unknown"
    for name, field in fields.items():
        if name in value:
            yield from differences(value[name], field, f"{path}.{name}")
        elif field.required:
            yield f"{path}.{name} is missing"
