// ReDoc in the product's colours, light or dark, and without its vendor's logo.

// ReDoc shows a logo from another host and has no option against it. It sets the address both as
// a property and as an attribute.
const image = HTMLImageElement.prototype;
/** @type {PropertyDescriptor} */
const source = Object.getOwnPropertyDescriptor(image, "src") ?? {};

/** @param {string} address */
function isOurs(address) {
  return address.startsWith("data:") || new URL(address, location.href).origin === location.origin;
}
Object.defineProperty(image, "src", {
  set(address) {
    if (isOurs(address)) source.set?.call(this, address);
  },
});

/**
 * @param {string} name
 * @param {string} value
 */
image.setAttribute = function (name, value) {
  if (name !== "src" || isOurs(value)) Element.prototype.setAttribute.call(this, name, value);
};

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const typography = { fontFamily: font, headings: { fontFamily: font }, code: { wrap: true } };
const light = {
  colors: { primary: { main: "#1c4e9c" }, text: { primary: "#14213d" } },
  sidebar: { backgroundColor: "#f4f2ec", textColor: "#14213d" },
  rightPanel: { backgroundColor: "#14213d" },
  typography: {
    ...typography,
    code: { ...typography.code, color: "#ab1f2d", backgroundColor: "#f4f2ec" },
    links: { color: "#1c4e9c" },
  },
};
const dark = {
  colors: {
    primary: { main: "#9cc2ff" },
    text: { primary: "#eaeef7", secondary: "#a3b0ca" },
    border: { dark: "#2c3957", light: "#2c3957" },
    gray: { 50: "#1d2b4d", 100: "#2c3957" },
    success: { main: "#7fd6a2" },
    error: { main: "#ff9a9f" },
    warning: { main: "#fca311", contrastText: "#14213d" },
    responses: {
      success: { color: "#7fd6a2", backgroundColor: "#17332f", tabTextColor: "#7fd6a2" },
      error: { color: "#ff9a9f", backgroundColor: "#3a2033", tabTextColor: "#ff9a9f" },
    },
  },
  schema: {
    linesColor: "#44547c",
    nestedBackground: "#1a2642",
    requireLabelColor: "#ff9a9f",
    typeNameColor: "#a3b0ca",
    typeTitleColor: "#eaeef7",
    labelsTextSize: "0.9em",
  },
  sidebar: { backgroundColor: "#0c1322", textColor: "#eaeef7", activeTextColor: "#fca311" },
  rightPanel: { backgroundColor: "#0c1322" },
  typography: {
    ...typography,
    code: { ...typography.code, color: "#ffc9a0", backgroundColor: "#1d2b4d" },
    links: { color: "#9cc2ff", visited: "#9cc2ff", hover: "#fca311" },
  },
};
const scheme = matchMedia("(prefers-color-scheme: dark)");
const place = /** @type {HTMLElement} */ (document.getElementById("redoc"));
Redoc.init(
  place.dataset.document,
  {
    disableSearch: true,
    hideDownloadButton: true,
    hideSchemaPattern: true,
    nativeScrollbars: true,
    theme: scheme.matches ? dark : light,
  },
  place,
);
scheme.addEventListener("change", () => location.reload());
