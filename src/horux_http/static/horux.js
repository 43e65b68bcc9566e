// What script adds to pages that work without it: keys, palette, row cursor, drops, copies, filters at once.
const $ = (where, from = document) => from.querySelector(where);
const $$ = (where, from = document) => [...from.querySelectorAll(where)];
const body = document.body;

const make = (name, more = {}, ...inside) => {
  const { dataset, ...rest } = more;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, dataset);
  made.append(...inside);
  return made;
};

// Saying, once and for who listens; toasts leave after ten seconds, and never while pointed at or focused.
const spoken = body.appendChild(make("p", { className: "sr", role: "status" }));
const say = text => { spoken.textContent = ""; requestAnimationFrame(() => { spoken.textContent = text; }); };
const toasts = $(".toasts") ?? body.appendChild(make("div", { className: "toasts", role: "status" }));

function leave(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leave(toast) : toast.remove()), 10_000);
}
const keepToast = shown => leave(toasts.appendChild(shown));
const toast = text => keepToast(make("div", { className: "toast" }, make("span", {}, text)));

// Times told as "hace 5 minutos".
const ago = new Intl.RelativeTimeFormat("es-MX", { numeric: "auto" });
function retime() {
  for (const time of $$("time[data-rel]")) {
    const minutes = Math.round((new Date(time.dateTime) - Date.now()) / 60_000);
    const [size, unit] = Math.abs(minutes) < 60 ? [1, "minute"] : Math.abs(minutes) < 1440 ? [60, "hour"] : [1440, "day"];
    if (!Number.isNaN(minutes)) time.textContent = ago.format(Math.trunc(minutes / size), unit);
  }
}

// Pieces of the page that are asked for alone. The drawings they use come at the end of the answer.
const MAIN = { "hx-target": "#main", "hx-select": "#main", "hx-swap": "outerHTML show:none", "hx-sync": "#main:replace" };
const HERE = ".months a, .tabs a, .pager a, thead a, .fig, .drawer a, [data-boost]";

function prepare(root = document) {
  if (!window.htmx) return;
  for (const link of $$(HERE, root)) {
    const to = link.href && new URL(link.href);
    const near = to && to.origin === location.origin && (to.pathname === location.pathname || link.closest(".months, .tabs"));
    if (!near || link.matches("[download], [hx-get], [hx-boost], [aria-disabled]") || (to.hash && to.href.split("#")[0] === location.href.split("#")[0])) continue;
    set(link, { ...MAIN, "hx-boost": "true" });
  }
  for (const form of $$("form.filters[data-apply]", root)) {
    const into = form.dataset.apply || "#main";
    set(form, {
      "hx-get": form.getAttribute("action") || location.pathname, "hx-target": into, "hx-select": into,
      "hx-swap": "outerHTML show:none", "hx-sync": "this:replace", "hx-replace-url": "true",
      "hx-trigger": "change, submit, input changed delay:250ms from:find input[type=search]",
    });
  }
  for (const hidden of $$("[data-copy][hidden], [data-print][hidden], [data-dialog][hidden]", root)) hidden.hidden = false;
  retime();
}
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  htmx.process(element);
}
function keepDrawings(html) {
  const sprite = $("body > svg[hidden]") ?? body.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  sprite.setAttribute("hidden", "");
  for (const [symbol, id] of html.matchAll(/<symbol id="(i-[a-z-]+)".*?<\/symbol>/g)) {
    if (!document.getElementById(id)) sprite.insertAdjacentHTML("beforeend", symbol);
  }
}

let last = null;
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") { detail.headers["X-CSRF-Token"] = body.dataset.csrf ?? ""; return; }
  for (const name of new Set(detail.formData.keys())) {
    const kept = detail.formData.getAll(name).filter(value => value !== "");
    detail.formData.delete(name);
    kept.forEach(value => detail.formData.append(name, value));
  }
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => { last = detail.elt; });
document.addEventListener("htmx:beforeSwap", ({ detail }) => keepDrawings(detail.serverResponse ?? ""));
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.elt.closest("[data-live]")) return;
  if (detail.requestConfig.verb === "get") location.assign(detail.pathInfo.finalRequestPath);
  else toast("No se pudo hacer. Recarga la página e inténtalo otra vez.");
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (!detail.elt.closest("[data-live]")) toast("Sin conexión. Lo que ves sigue aquí; inténtalo otra vez.");
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  prepare(detail.elt.parentNode ?? document);
  if (detail.elt.id === "main" && last?.tagName === "A") arrive(last);
});
// A reader is told where it is; the focus goes to what was opened, or stays on the same link.
function arrive(link) {
  const opened = link.hash && document.getElementById(link.hash.slice(1));
  const same = $$("a", $("#main")).find(each => each.href === link.href && each.textContent === link.textContent);
  const goal = opened || (link.closest(".drawer") && origin()) || same || $("h1");
  if (goal && !goal.matches("a, button, input")) goal.tabIndex = -1;
  goal?.focus({ preventScroll: goal !== opened });
  say(document.title.replace(/ - Horux360$/, ""));
}
let figure = "";
const origin = () => $$("a.fig").find(each => each.getAttribute("href") === figure);
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a.fig");
  if (link) figure = link.getAttribute("href");
});

// Rows: a cursor that is the focus on the row's link, and a choice that is its box.
let from = null;
const table = () => $("table[data-rows]");
const rows = () => $$("tbody tr", table() ?? make("table")).filter(row => row.offsetParent);
const current = () => document.activeElement?.closest("table[data-rows] tbody tr");
const box = row => $("input[type=checkbox]", row);

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  const goal = row && ($("a", row) ?? row);
  if (goal === row && row) row.tabIndex = -1;
  goal?.focus();
  row?.scrollIntoView({ block: "nearest" });
}
function choose(row, on) {
  const own = box(row);
  if (own) own.checked = on;
  row.classList.toggle("on", on);
}
const chosen = () => rows().filter(row => row.classList.contains("on"));
function pick(range) {
  const [all, row] = [rows(), current()];
  if (!row) return;
  const start = range && from ? all.indexOf(from) : -1;
  if (start < 0) choose(row, !row.classList.contains("on"));
  else for (const each of all.slice(Math.min(start, all.indexOf(row)), Math.max(start, all.indexOf(row)) + 1)) choose(each, true);
  from = row;
  count();
}
// In hundredths, and never issued with received: each side of its own.
function count() {
  const bar = $(".statusbar");
  $("[data-chosen]", bar ?? body)?.remove();
  const picked = chosen();
  say(picked.length === 1 ? "1 renglón elegido" : `${picked.length} renglones elegidos`);
  if (!bar || !picked.length) return;
  const sums = new Map();
  for (const { dataset } of picked.filter(row => row.dataset.total)) {
    sums.set(dataset.side, (sums.get(dataset.side) ?? 0n) + BigInt(dataset.total.replace(".", "")));
  }
  const written = cents => (cents < 0n ? "−" : "") + String(cents < 0n ? -cents : cents).padStart(3, "0").replace(/(\d\d)$/, ".$1").replace(/\B(?=(\d{3})+\.)/g, ",");
  const parts = [...sums].flatMap(([side, cents]) => [` ${side} `, make("b", {}, written(cents))]);
  bar.prepend(make("span", { dataset: { chosen: "" } }, "Elegidos ", make("b", {}, String(picked.length)), ...parts));
}
function copyRows(event) {
  const picked = chosen();
  if (!picked.length || String(getSelection())) return;
  event.preventDefault();
  const cell = each => each.innerText.replace(/\s+/g, " ").trim().replace("−", "-").replace(/^—$/, "").replace(/^[=+@]/, "'$&");
  copy(picked.map(row => [...row.cells].filter(each => !$("input", each) && each.offsetParent).map(cell).join("\t")).join("\n"));
}
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = body.appendChild(make("textarea", { value: text, className: "sr" }));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast("Copiado.");
}

const seek = () => $(".top a.seek");

// Keys of one letter: never in a field, and never when they are switched off.
let led = 0;
let early = null; // what is typed while the palette comes
const press = goal => { goal?.click(); return Boolean(goal); };
const month = side => press($(`main [data-month=${side}], main .months [rel=${side}], main .acts [rel=${side}]`));
const KEYS = {
  "/": () => { const field = $("main input[type=search]"); field?.focus(); field?.select(); return field ? true : press(seek()); },
  "?": () => { location.assign("/teclas"); return true; },
  j: () => Boolean(table()) && (move(1), true),
  k: () => Boolean(table()) && (move(-1), true),
  x: () => Boolean(current()) && (pick(false), true),
  X: () => Boolean(current()) && (pick(true), true),
  "[": () => month("prev"),
  "]": () => month("next"),
  e: () => press($('main :is([data-export], a[download], a[href$=".xlsx"], a[href*="=xlsx"])')),
  c: () => press($("main [data-upload]") ?? $('.side a[href="/carga"]')),
  g: () => { led = Date.now(); return true; },
};
document.addEventListener("keydown", event => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (key.toLowerCase() === "k" && seek()) { event.preventDefault(); openPalette(); }
    if (key === "c" && !target.matches("input:not([type=checkbox]), textarea")) copyRows(event);
    return;
  }
  if (key === "Escape" && !$(":popover-open, dialog[open]") && press($(".drawer > header a"))) event.preventDefault();
  if (early !== null && key.length === 1) { early += key; event.preventDefault(); return; }
  const typing = target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.altKey || typing || body.dataset.keys === "no" || $("dialog[open]") || event.isComposing) return;
  const after = Date.now() - led < 1_500 && key.length === 1;
  led = 0;
  const act = after ? () => press($(`.side [data-key="${CSS.escape(key.toLowerCase())}"]`)) : KEYS[key] ?? KEYS[key.length === 1 && !event.shiftKey ? key.toLowerCase() : key];
  if (act?.()) event.preventDefault();
});

// A form is sent once. Who waits for it hears "sent": to listen to "submit" itself, htmx would stop the form.
document.addEventListener("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4_000);
  form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
});
addEventListener("pageshow", () => $$("form[data-sent]").forEach(form => delete form.dataset.sent));

document.addEventListener("click", event => {
  const pressed = event.target.closest("[data-copy], [data-print], [data-dialog]");
  if (!pressed) return;
  const { copy: text, dialog } = pressed.dataset;
  if (dialog && !$(dialog)) return;
  event.preventDefault();
  if (dialog) $(dialog).showModal();
  else if (text === undefined) print();
  else copy(text);
});
document.addEventListener("change", ({ target }) => {
  if (!target.matches("table[data-rows] input[type=checkbox]")) return;
  if (target.closest("thead")) rows().forEach(row => choose(row, target.checked));
  else { from = target.closest("tr"); choose(from, target.checked); }
  count();
});

// What few pages need is asked for when it is needed.
const BY = { $, $$, make, say, seek, keepDrawings, keepToast, prepare, arrive };
async function openPalette() {
  if (early !== null) return;
  early = "";
  const { open } = await import("./palette.js");
  open(BY, early);
  early = null;
}
if ($("form[data-drop]")) import("./sending.js").then(({ takeDrops }) => takeDrops(BY));

$$(".toast").forEach(leave);
setInterval(retime, 60_000);
prepare();
