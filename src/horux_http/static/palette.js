// The palette: over what /buscar answers; where the panel has no results of its own, over its table.
let palette = null;
let asking = null;
let by = {};

export function open(helpers, text = "") {
  if (palette) return;
  by = helpers;
  const { make, seek } = by;
  const field = make("input", { className: "input", type: "search", id: "paleta-q", autocomplete: "off", placeholder: seek()?.innerText.split("\n")[0].trim() ?? "" });
  const found = make("div");
  palette = document.body.appendChild(make("dialog", { className: "dialog palette" }, make("label", { className: "sr", htmlFor: "paleta-q" }, "Buscar"), field, found));
  palette.setAttribute("aria-label", "Ir a");
  const foot = palette.appendChild(make("footer"));
  for (const [keys, what] of [[["↑", "↓"], "elegir"], [["Enter"], "abrir"], [["Esc"], "cerrar"]]) {
    foot.append(make("span", {}, ...keys.flatMap(key => [make("kbd", {}, key), " "]), what));
  }
  let wait = 0;
  field.addEventListener("input", () => {
    const typed = field.value.trim();
    clearTimeout(wait);
    fill(found, typed);
    wait = setTimeout(() => ask(found, typed), 200);
  });
  palette.addEventListener("keydown", event => walk(event, field));
  palette.addEventListener("click", event => { if (event.target === palette) palette.close(); });
  palette.addEventListener("close", () => { palette.remove(); palette = null; asking?.abort(); });
  palette.showModal();
  field.value = text;
  field.dispatchEvent(new Event("input"));
}
const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
function fill(found, text, groups = []) {
  const { $, $$, make } = by;
  const links = $$(".side li a").filter(link => plain(link.textContent).includes(plain(text)));
  const go = links.map(link => {
    const copy = make("a", { href: link.href }, ...[...link.childNodes].map(node => node.cloneNode(true)));
    if (link.dataset.key) copy.append(make("span", {}, make("kbd", {}, "G"), " ", make("kbd", {}, link.dataset.key.toUpperCase())));
    return make("li", {}, copy);
  });
  found.replaceChildren(...groups, ...(go.length ? [make("h2", {}, "Ir a"), make("ul", {}, ...go)] : []));
  $("a", found)?.classList.add("on");
}
async function ask(found, text) {
  const { $, $$, make, seek } = by;
  asking?.abort();
  if (text.length < 2 || !seek()) return;
  asking = new AbortController();
  try {
    const to = new URL(seek().href);
    to.searchParams.set("q", text);
    const answer = await fetch(to, { headers: { Accept: "text/html" }, signal: asking.signal });
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    by.keepDrawings(html);
    const page = new DOMParser().parseFromString(html, "text/html");
    const own = [...($("[data-results]", page)?.children ?? [])];
    const rows = own.length ? [] : $$("main tbody tr", page).slice(0, 8).map(rowed).filter(Boolean);
    fill(found, text, own.length ? own : rows.length ? [make("h2", {}, "Encontrado"), make("ul", {}, ...rows)] : []);
    const count = $$("a", found).length;
    by.say(count ? `${count} resultados` : "Sin resultados");
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}
function rowed(row) {
  const { $, make } = by;
  const link = $("a[href]", row);
  return link && make("li", {}, make("a", { href: link.getAttribute("href") }, link.textContent, make("span", {}, $(".mono", row)?.textContent ?? "")));
}
function walk(event, field) {
  const { $, $$ } = by;
  const links = $$("a", palette);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + step;
    $("a.on", palette)?.classList.remove("on");
    (links[next] ?? field).focus();
    (links[next] ?? links[0])?.classList.add("on");
  } else if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    ($("a.on", palette) ?? links[0])?.click();
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.target !== field) field.focus();
}
