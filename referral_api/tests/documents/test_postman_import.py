"""Postman imports openapi.json by its own converter: what it then sends is a good request."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from django.conf import settings

from referral_api.tests.support.contract import BASE, operation_at, operations
from referral_api.tests.support.people import Person

# Prints the requests that the converter makes, each as [method, path, query, headers].
CONVERT = """
import { readFileSync } from "node:fs";
import converter from "openapi-to-postmanv2";

const requests = (item) => (item.item ? item.item.flatMap(requests) : [item.request]);
const data = readFileSync("schemas/openapi.json", "utf8");
const options = { parametersResolution: process.argv[1] };
converter.convertV2({ type: "string", data }, options, (_, { output: [{ data: collection }] }) => {
  const made = requests(collection).map(({ method, url, header }) => {
    const sent = url.query.filter(({ disabled }) => !disabled);
    const query = sent.map(({ key, value }) => [key, value]);
    const headers = header.map(({ key, value }) => [key, value]);
    return [method.toLowerCase(), "/" + url.path.join("/"), query, headers];
  });
  console.log(JSON.stringify(made));
});
"""


@pytest.fixture(params=["Schema", "Example"])  # Postman's default, and its other way
def imported(request: pytest.FixtureRequest) -> list[Any]:
    node = shutil.which("node")
    if node is None or not (settings.BASE_DIR / "node_modules").is_dir():
        pytest.skip("needs `npm ci`; `make check` has it")
    ran = subprocess.run(
        [node, "--input-type=module", "--eval", CONVERT, request.param],
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return list(json.loads(ran.stdout))


def test_the_queries_of_an_imported_document_are_answered(
    imported: list[Any], alice: Person
) -> None:
    assert len(imported) == len(operations())
    for method, path, query, _headers in imported:
        if query:
            answer = alice.client.call(method, path.removeprefix(BASE), dict(query))
            assert answer.status_code == 200, query


def test_the_bodies_of_an_imported_document_have_their_type(imported: list[Any]) -> None:
    for method, path, _query, headers in imported:
        operation = operation_at(method, path.removeprefix(BASE))
        has_body = "requestBody" in operation.declared
        assert (["Content-Type", "application/json"] in headers) == has_body
