"""A host's URLs with one endpoint that answers the parameters it was sent."""

from django.urls import path

from talk.api.envelope import Answer, OCSViewSet
from talk.api.parameters import Boolean, Integer, Parameters, Text, TextList

ECHO = "/ocs/v2.php/echo"


class EchoBody(Parameters):
    number = Integer(min_value=-5, max_value=15, default=7)
    big = Integer(default=0)
    switch = Boolean(default=True)
    text = Text(default="")
    names = TextList(default=list)


class NeedyBody(Parameters):
    first = Text()
    second = Integer()


class Echo(OCSViewSet):
    public = frozenset({"echo", "need"})

    def echo(self, request):
        return Answer(EchoBody.of(request))

    def need(self, request):
        return Answer(NeedyBody.of(request))


def every_method(action):
    return dict.fromkeys(["get", "post", "put", "delete"], action)


urlpatterns = [
    path("ocs/v2.php/echo", Echo.as_view(every_method("echo"))),
    path("ocs/v2.php/need", Echo.as_view(every_method("need"))),
]


def reads_form(get_response):
    """A site's middleware that looks at the form before the view does."""

    def middleware(request):
        request.read_before = request.POST.dict()
        return get_response(request)

    return middleware


def reads_form_afterwards(get_response):
    """A site's middleware that looks at the form when the view is done."""

    def middleware(request):
        response = get_response(request)
        response["X-Form"] = request.POST.urlencode()
        return response

    return middleware
