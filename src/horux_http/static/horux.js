// What script adds to pages that work without it.
const $ = (where, from = document) => from.querySelector(where);
const $$ = (where, from = document) => [...from.querySelectorAll(where)];
const { body } = document;
const listen = (name, act) => document.addEventListener(name, act);
const parse = html => new DOMParser().parseFromString(html, "text/html");

function make(name, more, ...inside) {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
}

// Toasts leave after ten seconds, never while pointed at or focused.
const spoken = body.appendChild(make("p", { className: "sr", role: "status" }));
const say = text => { spoken.textContent = ""; requestAnimationFrame(() => { spoken.textContent = text; }); };
const leave = toast => setTimeout(() => (toast.matches(":hover, :focus-within") ? leave(toast) : toast.remove()), 10_000);
const keepToast = shown => leave($(".toasts").appendChild(shown));
const toast = text => keepToast(make("div", { className: "toast" }, make("span", {}, text)));

// Pieces of the page asked for alone; their drawings come last.
const HERE = ".months a, .tabs a, .pager a, thead a, .fig, .drawer a, [data-boost]";

function set(element, into, sync, more) {
  const all = { "hx-target": into, "hx-select": into, "hx-swap": "outerHTML show:none", "hx-sync": sync, ...more };
  for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
  htmx.process(element);
}
function prepare(root) {
  for (const link of $$(HERE, root)) {
    const near = link.origin === location.origin && (link.pathname === location.pathname || link.closest(".months, .tabs"));
    const same = link.hash && link.href.split("#")[0] === location.href.split("#")[0];
    if (near && !same && !link.matches("[data-file], [hx-get], [hx-boost], [aria-disabled]")) set(link, "#main", "#main:replace", { "hx-boost": "true" });
  }
  for (const form of $$("form.filters[data-apply]", root)) {
    set(form, form.dataset.apply || "#main", "this:replace", {
      "hx-get": form.getAttribute("action") || location.pathname, "hx-replace-url": "true",
      "hx-trigger": "change, submit, input changed delay:250ms from:find input[type=search]",
    });
  }
  for (const form of $$("form[data-drop]", root)) {
    set(form, "#main", "this:drop", { "hx-post": form.getAttribute("action"), "hx-encoding": "multipart/form-data", "hx-push-url": "true", "hx-disabled-elt": "find button" });
  }
  for (const each of $$(navigator.clipboard ? "[data-copy], [data-print]" : "[data-print]", root)) each.hidden = false;
}
function keepDrawings(html) {
  if (!$("body > svg")) body.insertAdjacentHTML("beforeend", "<svg hidden></svg>");
  for (const [symbol, id] of html.matchAll(/<symbol id="(i-[a-z-]+)".*?<\/symbol>/g)) {
    if (!document.getElementById(id)) $("body > svg").insertAdjacentHTML("beforeend", symbol);
  }
}

let last = null;
listen("htmx:configRequest", ({ detail: { verb, headers, formData } }) => {
  headers["X-Desk"] = body.dataset.desk;
  if (verb !== "get") { headers["X-CSRF-Token"] = body.dataset.csrf; return; }
  for (const name of new Set(formData.keys())) {
    const kept = formData.getAll(name).filter(Boolean);
    formData.delete(name);
    kept.forEach(value => formData.append(name, value));
  }
});
listen("htmx:beforeRequest", ({ detail }) => { last = detail.elt; });
listen("htmx:beforeSwap", ({ detail: { serverResponse } }) => {
  keepDrawings(serverResponse);
  $$(".toast", parse(serverResponse)).forEach(keepToast);
});
listen("htmx:responseError", ({ detail: { elt, requestConfig, pathInfo, xhr } }) => {
  if (elt.closest("[data-live]")) return;
  if (requestConfig.verb === "get") return location.assign(pathInfo.finalRequestPath);
  const why = $$("main h1, main h1 + p", parse(xhr.responseText)).map(each => each.textContent).join(". ");
  elt.after(make("p", { className: "panel panel--bad", role: "alert" }, why || "No se pudo cargar. Inténtalo otra vez."));
});
listen("htmx:sendError", ({ detail }) => {
  if (!detail.elt.closest("[data-live]")) toast("Sin conexión. Lo que ves sigue aquí; inténtalo otra vez.");
});
listen("htmx:afterSettle", ({ detail: { elt } }) => {
  prepare(elt.parentNode ?? document);
  if (elt.id === "main" && last.matches("a, [data-drop]")) arrive(last);
});
// A reader is told where it is; the focus goes to what was opened, or stays on the same link.
function arrive(link) {
  const opened = link.hash && document.getElementById(link.hash.slice(1));
  const same = $$("#main a").find(each => each.href === link.href && each.textContent === link.textContent);
  const goal = opened || (link.closest(".drawer") && $$("a.fig").find(each => each.href === figure)) || same || $("h1");
  if (!goal.matches("a")) goal.tabIndex = -1;
  goal.focus({ preventScroll: goal !== opened });
  say(document.title.replace(/ - Horux360$/, ""));
}
let figure = "";

// Rows: a cursor that is the focus on the row's link, and a choice that is its box.
let from = null;
const ROW = "table[data-rows] tbody tr";
const rows = () => $$(ROW).filter(row => row.offsetParent);
const current = () => document.activeElement.closest(ROW);
const chosen = () => rows().filter(row => row.classList.contains("on"));

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all.at(at < 0 ? Math.min(step, 0) : Math.min(Math.max(at + step, 0), all.length - 1));
  if (!row) return false;
  row.tabIndex = -1;
  ($("a", row) ?? row).focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}
function choose(row, on) {
  const box = $("input[type=checkbox]", row);
  if (box) box.checked = on;
  row.classList.toggle("on", on);
}
function pick(range) {
  const [all, row] = [rows(), current()];
  if (!row) return false;
  const [start, end] = [all.indexOf(from), all.indexOf(row)].sort((a, b) => a - b);
  if (!range || start < 0) choose(row, !row.classList.contains("on"));
  else all.slice(start, end + 1).forEach(each => choose(each, true));
  from = row;
  count();
  return true;
}
// In hundredths, each side of its own: issued is never summed with received.
function count() {
  const bar = $(".statusbar");
  const picked = chosen();
  $("[data-chosen]")?.remove();
  say(picked.length === 1 ? "1 renglón elegido" : `${picked.length} renglones elegidos`);
  if (!bar || !picked.length) return;
  const sums = new Map();
  for (const { dataset: { side, total } } of picked) {
    if (total) sums.set(side, (sums.get(side) ?? 0) + Math.round(total * 100));
  }
  const written = cents => (cents / 100).toLocaleString("es-MX", { minimumFractionDigits: 2 }).replace("-", "−");
  const parts = [...sums].flatMap(([side, cents]) => [` ${side} `, make("b", {}, written(cents))]);
  const told = make("span", {}, "Elegidos ", make("b", {}, picked.length), ...parts);
  told.dataset.chosen = "";
  bar.prepend(told);
}
function copyRows(event) {
  const picked = chosen();
  if (!picked.length || String(getSelection())) return;
  event.preventDefault();
  const cell = each => each.innerText.replace(/\s+/g, " ").trim().replace("−", "-").replace(/^—$/, "").replace(/^[=+@]/, "'$&");
  copy(picked.map(row => [...row.cells].filter(each => !$("input", each) && each.offsetParent).map(cell).join("\t")).join("\n"));
}
const copy = text => navigator.clipboard?.writeText(text).then(() => toast("Copiado."), () => toast("No se pudo copiar."));

// Keys of one letter: never in a field, nor when switched off.
let led = 0;
const press = goal => { goal?.click(); return Boolean(goal); };
const month = side => press($(`main [data-month=${side}], main .months [rel=${side}], main .acts [rel=${side}]`));
const KEYS = {
  "/": () => { const search = $("main input[type=search]"); search?.focus(); search?.select(); return search || press($("a.seek")); },
  "?": () => press($('a[href="/teclas"]')),
  j: () => move(1),
  k: () => move(-1),
  x: () => pick(false),
  X: () => pick(true),
  "[": () => month("prev"),
  "]": () => month("next"),
  e: () => press($('main :is([data-export], [data-file], a[href$=".xlsx"], a[href*="=xlsx"])')),
  c: () => press($("main [data-upload]") ?? $('.side a[href="/carga"]')),
  g: () => { led = Date.now(); return true; },
};
listen("keydown", event => {
  const { key, target } = event;
  const typing = target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (key.toLowerCase() === "k") { event.preventDefault(); openPalette(); }
    if (key === "c" && !typing) copyRows(event);
    return;
  }
  if (key === "Escape" && !$(":popover-open, dialog[open]") && press($(".drawer > header a"))) event.preventDefault();
  if (event.altKey || typing || body.dataset.keys === "no" || $("dialog[open]")) return;
  const after = Date.now() - led < 1_500;
  led = 0;
  const letter = key.length === 1 && !event.shiftKey ? key.toLowerCase() : key;
  const done = after ? press($(`.side [data-key="${CSS.escape(letter)}"]`)) : KEYS[letter]?.();
  if (done) event.preventDefault();
});

// A form is sent once. Who waits for it hears "sent": listening to "submit", htmx would stop it.
listen("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4_000);
  form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
});

listen("click", event => {
  const pressed = event.target.closest("[data-copy], [data-print], [data-dialog], a.fig");
  if (!pressed) return;
  const { copy: text, dialog, print: prints } = pressed.dataset;
  if (pressed.matches("a.fig")) figure = pressed.href;
  else event.preventDefault();
  if (dialog) $(dialog).showModal();
  if (prints !== undefined) print();
  if (text) copy(text);
});
listen("change", ({ target }) => {
  if (!target.matches("table[data-rows] input[type=checkbox]")) return;
  from = target.closest(ROW);
  (from ? [from] : rows()).forEach(row => choose(row, target.checked));
  count();
});

// The palette: pages of the menu, and over them what the page behind the bar's search finds.
const palette = $("#paleta");
const [field, found, nothing] = ["input", "div", "p"].map(each => $(each, palette));
const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const links = () => $$("a", palette).filter(link => link.offsetParent);
let [wait, asking] = [0, new AbortController()];

function openPalette() {
  if (palette.open) return;
  palette.showModal();
  field.value = "";
  fill();
}
const group = (title, items) => (items.length ? [make("h2", {}, title), make("ul", {}, ...items.map(each => make("li", {}, each)))] : []);
function fill(groups = []) {
  const pages = $$(".side li a").filter(link => plain(link.textContent).includes(plain(field.value.trim())));
  found.replaceChildren(...groups, ...group("Ir a", pages.map(link => link.cloneNode(true))));
  nothing.hidden = Boolean(found.firstChild);
  $("a", nothing).search = new URLSearchParams({ q: field.value.trim() });
  links()[0].classList.add("on");
}
async function ask() {
  const to = new URL($("a.seek").href);
  to.searchParams.set("q", field.value.trim());
  asking = new AbortController();
  const headers = { Accept: "text/html", "X-Desk": body.dataset.desk };
  const answer = await fetch(to, { headers, signal: asking.signal }).catch(() => null);
  if (!answer?.ok || goes(answer.headers.get("HX-Redirect"))) return;
  const html = await answer.text();
  keepDrawings(html);
  const page = parse(html);
  const listed = $$("main tbody tr", page).slice(0, 8).flatMap(row => {
    const link = $("a", row);
    return link ? [make("a", { href: link.getAttribute("href") }, link.textContent, make("span", {}, $(".mono", row)?.textContent ?? ""))] : [];
  });
  fill($("[data-results]", page)?.children ?? group("Encontrado", listed));
  say(nothing.hidden ? `${links().length} resultados` : "Sin resultados");
}
// The session ended, or another company is looked at.
const goes = to => { if (to) location.assign(to); return Boolean(to); };
field.addEventListener("input", () => {
  asking.abort();
  clearTimeout(wait);
  fill();
  if (field.value.trim().length > 1) wait = setTimeout(ask, 200);
});
palette.addEventListener("close", () => asking.abort());
palette.addEventListener("click", ({ target }) => { if (target === palette) palette.close(); });
palette.addEventListener("keydown", event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const next = links().at(Math.max(links().indexOf(document.activeElement) + step, -1) % links().length);
    $("a.on", palette)?.classList.remove("on");
    next.classList.add("on");
    next.focus();
  } else if (event.key === "Enter" && event.target === field) press($("a.on", palette));
});

// Files dropped anywhere on a page that takes them.
for (const name of ["dragover", "dragleave", "drop"]) {
  listen(name, event => {
    const into = $("form[data-drop] input[type=file]:enabled");
    if (!into || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    into.form.classList.toggle("over", name === "dragover");
    if (name !== "drop") return;
    const held = new DataTransfer();
    for (const item of event.dataTransfer.items) {
      const file = !item.webkitGetAsEntry()?.isDirectory && item.getAsFile();
      if (file && (into.multiple || !held.items.length)) held.items.add(file);
    }
    into.files = held.files;
    if (held.items.length < event.dataTransfer.items.length) toast("Suelta archivos o un ZIP: no se toman carpetas.");
    if (held.items.length) into.form.requestSubmit();
  });
}
const [told, bar] = [make("span"), make("progress")];
const sending = make("label", { className: "label" }, told, bar);
listen("htmx:xhr:progress", ({ target, detail: { loaded, total } }) => {
  if (!total || !target.matches("[data-drop]")) return;
  target.after(sending);
  bar.value = loaded / total;
  told.textContent = loaded < total ? `Subiendo, ${Math.floor(100 * bar.value)}% ` : "Subido. Leyendo los archivos ";
});
listen("htmx:afterRequest", () => sending.remove());

$$(".toast").forEach(leave);
prepare(document);
