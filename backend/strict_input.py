"""How a request is read: what Ninja would pass over in a body or a query is refused."""

import codecs
import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.params.models import QueryModel
from ninja.parser import Parser
from pydantic import ConfigDict, create_model

from referral_api.errors import (
    FieldError,
    InvalidRequest,
    MalformedRequest,
    UnsupportedMediaType,
)
from referral_api.field_errors import pointer_to


class StrictParser(Parser):
    """Reads a body that says it is JSON, and is.

    Ninja answers 400 to whatever is raised here; `problems.refusal_of` looks behind it.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises UnsupportedMediaType, MalformedRequest, ValueError, RecursionError.

        A page of another site can send every type but this one without asking first (Fetch,
        "CORS-safelisted request-header"; OWASP ASVS 5.0 3.5.2).
        """
        if request.content_type != "application/json" or not is_utf8(request):
            raise UnsupportedMediaType
        text = request.body.decode("utf-8")  # RFC 8259 §8.1: no UTF-16, and no byte order mark
        return json.loads(text, object_pairs_hook=object_of, parse_constant=refuse_constant)

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Raises InvalidRequest for a parameter that is there twice."""
        message = _("This parameter can be given once.")
        errors = []
        for name, values in data.lists():
            if len(values) > 1 and name not in list_fields:
                errors.append(FieldError(pointer=pointer_to([name]), message=message))
        if errors:
            raise InvalidRequest(errors=errors)
        return super().parse_querydict(data, list_fields, request)


def is_utf8(request: HttpRequest) -> bool:
    """The type needs no charset (RFC 8259 §11), but many clients send one."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False


def object_of(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that is there twice has no one value (RFC 7493 §2.3)."""
    found = dict(members)
    if len(found) < len(members):
        raise MalformedRequest
    return found


def refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise MalformedRequest


class StrictQuery(QueryModel):
    """The query of an operation: an unknown parameter is an error, as an unknown field is."""

    model_config = ConfigDict(extra="forbid")
    __ninja_param_source__ = "query"  # type: ignore[assignment]  # Ninja's own say so too
    __ninja_flatten_map__: dict[str, tuple[str, ...]] = {}
    __ninja_flatten_map_reverse__: dict[tuple[str, ...], tuple[str, ...]] = {}

    @classmethod
    def resolve(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> Any:
        """Most operations take no query, and then most requests have none: that is quick to see."""
        if not cls.__ninja_flatten_map__ and not request.META["QUERY_STRING"]:
            return cls()
        return super().resolve(request, api, path_params)

    @classmethod
    def _map_data_paths(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Ninja drops here what it does not know."""
        known = super()._map_data_paths(data)
        unknown = data.keys() - cls.__ninja_flatten_map__.keys()
        return known | {name: data[name] for name in sorted(unknown)}


def make_query_strict(operation: Operation) -> None:
    """Also where the operation has no parameters, and Ninja does not look at the query."""
    query: type[QueryModel] = StrictQuery
    models = []
    for model in operation.models:
        if issubclass(model, QueryModel):
            query = create_model(model.__name__, __base__=(model, StrictQuery))
        else:
            models.append(model)
    operation.models = [*models, query]
