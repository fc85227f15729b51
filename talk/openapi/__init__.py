"""The API's OpenAPI document, for sites that have drf-spectacular (extra ``openapi``)."""
