"""A member of staff in front of the admin: opens pages, fills forms in, chooses actions."""

from html.parser import HTMLParser

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse


class FilledForm(HTMLParser):
    """What a browser would send if nobody touched the form of a page."""

    def __init__(self, page):
        super().__init__()
        self.values = {}
        self._select = self._text = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name = None if "disabled" in attributes else attributes.get("name")
        if tag == "input" and name and attributes.get("type") != "submit":
            is_box = attributes.get("type") == "checkbox"
            if not is_box or "checked" in attributes:
                self._add(name, attributes.get("value", "on" if is_box else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in attributes:
            self._add(self._select, attributes["value"])
        elif tag == "textarea":
            self._text = name
            self.values[name] = ""

    def handle_data(self, data):
        if self._text:
            self.values[self._text] += data.lstrip("\r\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._text = None

    def _add(self, name, value):
        if name in self.values:
            self.values[name] = [*self.values[name], value]
        else:
            self.values[name] = [value]


class Staff(Client):
    """A client that is signed in to the admin."""

    def __init__(self, user):
        super().__init__()
        self.user = user
        self.force_login(user)

    def list(self, model, **query):
        return self.get(url_of(model, "changelist"), query)

    def rows(self, model, **query):
        """The objects in the list."""
        return list(self.list(model, **query).context["cl"].result_list)

    def open(self, instance):
        return self.get(url_of(type(instance), "change", instance.pk))

    def save(self, target, **changes):
        """Open the form of an object, or of a new one of a model, and save it with changes.

        A change to None unticks a box.
        """
        is_new = isinstance(target, type)
        url = url_of(target, "add") if is_new else url_of(type(target), "change", target.pk)
        values = FilledForm(self.get(url).content.decode()).values
        values.update(changes)
        return self.post(url, {name: value for name, value in values.items() if value is not None})

    def delete(self, instance):
        return self.post(url_of(type(instance), "delete", instance.pk), {"post": "yes"})

    def ask(self, action, *objects, **query):
        """Choose an action for these rows of the list."""
        return self.post(
            url_of(type(objects[0]), "changelist", query=query),
            {"action": action, "index": "0", "_selected_action": [each.pk for each in objects]},
        )

    def act(self, action, *objects):
        """Choose an action for these rows, and confirm; answers what is said then."""
        page = self.ask(action, *objects)
        values = FilledForm(page.content.decode()).values
        return said(self.post(url_of(type(objects[0]), "changelist"), values))


def url_of(model, page, *args, query=None):
    return reverse(f"admin:talk_{model._meta.model_name}_{page}", args=args, query=query or {})


def said(response):
    """The messages that the next page would show: level and text."""
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def errors_of(page):
    """What is wrong with the fields of the form, by name."""
    return {name: list(errors) for name, errors in page.context["adminform"].form.errors.items()}
