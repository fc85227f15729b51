"""What a site may do to a request before anybody else sees it."""


class ReadsForms:
    """Looks into every form, as audit logs and spam filters do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.audited = sorted(request.POST)
        return self.get_response(request)
