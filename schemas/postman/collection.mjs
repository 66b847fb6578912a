// Makes schemas/postman_collection.json: Postman's own converter reads the OpenAPI document, steps.mjs puts its requests
// into a chain with assertions. `--check` compares instead of writing.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import converter from "openapi-to-postmanv2";
import { DESCRIPTION, FOLDERS, VARIABLES } from "./steps.mjs";

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const COLLECTION = here("postman_collection.json");
const OPTIONS = {
  folderStrategy: "Tags",
  parametersResolution: "Example",
  includeAuthInfoInExample: false,
  enableOptionalParameters: false,
};

// The same name gives the same id, so that a change of the document is a small change here.
function idOf(name) {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

// → operation id → the converter's request
async function converted(text) {
  const convert = promisify(converter.convertV2.bind(converter));
  const answer = await convert({ type: "string", data: text }, OPTIONS);
  if (!answer.result) throw new Error(answer.reason);
  const requests = new Map();
  for (const item of answer.output[0].data.item.flatMap((folder) => folder.item)) {
    requests.set(`${item.request.method} /${item.request.url.path.join("/")}`, item);
  }
  const operations = Object.entries(JSON.parse(text).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, addressOf(method, path)]),
  );
  return new Map(operations.map(([operation, address]) => [operation, requests.get(address)]));
}

// Postman writes {session_id} as :session_id.
function addressOf(method, path) {
  return `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`;
}

// The lines of a function's body, for Postman to run.
function linesOf(script) {
  const lines = script.toString().split("\n").slice(1, -1);
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent));
}

function checks({ status, problem, check }) {
  const lines = [`pm.test("the status is ${status}", () => pm.response.to.have.status(${status}));`];
  if (status === 204) lines.push('pm.test("the body is empty", () => pm.expect(pm.response.text()).to.eql(""));');
  else lines.push("const body = pm.response.json();");
  if (problem) {
    lines.push(
      `pm.test("the problem is ${problem}", () => {`,
      `  pm.expect(body).to.include({ code: "${problem}", status: ${status} });`,
      '  pm.expect(pm.response.headers.get("Content-Type")).to.match(/^application\\/problem\\+json/);',
      "});",
    );
  }
  return check ? [...lines, ...linesOf(check)] : lines;
}

function authOf({ bearer, token }) {
  if (bearer) return { type: "bearer", bearer: [{ key: "token", value: `{{${bearer}}}`, type: "string" }] };
  if (!token) return { type: "noauth" };
  const parts = { key: "Authorization", value: `Token {{${token}}}`, in: "header" };
  return { type: "apikey", apikey: Object.entries(parts).map(([key, value]) => ({ key, value, type: "string" })) };
}

const script = (listen, exec) => ({ listen, script: { type: "text/javascript", exec } });

function itemOf(folder, step, source, isFirst) {
  if (!source) throw new Error(`The document has no operation ${step.operation}.`);
  const { description, header, method, url, body } = source.request;
  const query = Object.entries(step.query ?? {}).map(([key, value]) => ({ key, value }));
  const id = idOf(`${folder}/${step.name}`);
  const events = step.prepare ? [script("prerequest", linesOf(step.prepare))] : [];
  return {
    id,
    name: `${step.operation}: ${step.name}`,
    request: {
      description,
      method,
      header,
      auth: authOf(step),
      url: {
        raw: rawOf(url.path, step.query),
        host: url.host,
        path: url.path,
        query,
        ...(step.path && { variable: Object.entries(step.path).map(([key, value]) => ({ key, value })) }),
      },
      ...(step.body && { body: { ...body, raw: JSON.stringify(step.body, null, 2) } }),
    },
    // An operation's saved answers stand at its first request.
    response: isFirst ? source.response.map((saved) => savedAnswer(saved, id)) : [],
    event: [...events, script("test", checks(step))],
  };
}

function savedAnswer(saved, id) {
  const header = saved.header.filter(({ disabled }) => !disabled); // the converter leaves these empty
  return { ...saved, id: idOf(`${id}/${saved.name}`), name: saved.name.replaceAll("`", ""), header };
}

function rawOf(path, query) {
  return `{{baseUrl}}/${path.join("/")}${query ? `?${new URLSearchParams(query)}` : ""}`;
}

function collectionOf(document, requests) {
  const seen = new Set();
  const isFirst = (operation) => !seen.has(operation) && Boolean(seen.add(operation));
  const item = FOLDERS.map(({ name, steps }) => ({
    id: idOf(name),
    name,
    item: steps.map((step) => itemOf(name, step, requests.get(step.operation), isFirst(step.operation))),
  }));
  const missing = [...requests.keys()].filter((operation) => !seen.has(operation));
  if (missing.length) throw new Error(`No step calls ${missing.join(", ")}.`);
  return {
    info: {
      _postman_id: idOf(document.info.title),
      name: document.info.title,
      description: DESCRIPTION,
      version: document.info.version,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    item,
    variable: Object.entries(VARIABLES).map(([key, value]) => ({ key, value, type: "string" })),
  };
}

const text = readFileSync(here("openapi.json"), "utf8");
const collection = collectionOf(JSON.parse(text), await converted(text));
const made = `${JSON.stringify(collection, null, 2)}\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(COLLECTION, made);
} else if (readFileSync(COLLECTION, "utf8") !== made) {
  console.error("schemas/postman_collection.json is not what the OpenAPI document gives: run `npm run postman`.");
  process.exitCode = 1;
}
