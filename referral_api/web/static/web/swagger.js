// Swagger UI: in the browser's colours, and with both ways of logging in.

const scheme = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", scheme.matches);
scheme.addEventListener("change", paint);
paint();

/** @typedef {{ url: string, headers: Record<string, string> }} SwaggerRequest */

/**
 * Requests go to the service that this page came from, by whatever name it was reached.
 * @param {SwaggerRequest} request
 */
function toThisService(request) {
  const { pathname, search } = new URL(request.url, location.href);
  request.url = location.origin + pathname + search;
  return withPrefix(request);
}

/**
 * An API token is sent as `Token <key>`; a pasted key alone means the same.
 * @param {SwaggerRequest} request
 */
function withPrefix(request) {
  const given = request.headers.Authorization;
  if (given && !given.includes(" ")) request.headers.Authorization = `Token ${given}`;
  return request;
}

SwaggerUIBundle({
  url: document.getElementById("swagger")?.dataset.document,
  dom_id: "#swagger",
  deepLinking: true,
  persistAuthorization: false,
  requestInterceptor: toThisService,
  presets: [SwaggerUIBundle.presets.apis],
});
