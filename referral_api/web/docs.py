"""The two pages that show the API's document: ReDoc and Swagger UI."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# Both build their styles while they run; their scripts stay our own files.
docs_styles = csp_update({"style-src": [UNSAFE_INLINE]})


@require_safe
@docs_styles
def redoc(request: HttpRequest) -> HttpResponse:
    context = {
        "reader": "redoc",
        "title": "ReDoc",
        "scripts": ["ninja/redoc.standalone.js", "web/redoc.js"],
        "styles": ["web/docs.css"],
    }
    return render(request, "web/docs.html", context)


@require_safe
@docs_styles
def swagger(request: HttpRequest) -> HttpResponse:
    context = {
        "reader": "swagger",
        "title": "Swagger UI",
        "scripts": ["ninja/swagger-ui-bundle.js", "web/swagger.js"],
        "styles": ["ninja/swagger-ui.css", "web/docs.css"],
    }
    return render(request, "web/docs.html", context)
