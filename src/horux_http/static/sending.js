// Files dropped anywhere on a page that takes them, whole folders too; sent with their progress.
export function takeDrops(by) {
  const { $, $$, make, say } = by;
  const taker = () => $("form[data-drop]");
  const field = () => taker() && $("input[type=file]:enabled", taker());

  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, event => {
      if (!field() || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      taker().classList.toggle("over", name === "dragover");
      if (name === "drop") gather(event.dataTransfer).then(files => files.length && send(taker(), files));
    });
  }
  document.addEventListener("submit", event => {
    if (!event.target.matches("[data-drop]") || !field()?.files.length) return;
    event.preventDefault();
    send(event.target);
  });

  function send(form, files) {
    const data = new FormData(form);
    if (files) {
      const { name, multiple } = field();
      data.delete(name);
      for (const file of multiple ? files : files.slice(0, 1)) data.append(name, file, file.name);
    }
    $("[data-sending]")?.remove();
    const bar = make("progress", { max: 100, value: 0, id: "avance" });
    const told = make("label", { className: "label", htmlFor: "avance" }, "Subiendo");
    const place = make("div", { dataset: { sending: "" } }, told, bar);
    form.after(place);
    const buttons = $$("button:enabled", form);
    buttons.forEach(each => { each.disabled = true; });
    const request = new XMLHttpRequest();
    const failed = text => {
      buttons.forEach(each => { each.disabled = false; });
      place.replaceChildren(make("div", { className: "panel panel--bad callout", role: "alert" }, make("p", {}, text)));
    };
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = (100 * loaded) / total;
      told.textContent = loaded < total ? `Subiendo, ${Math.floor(bar.value)}%` : "Subido. Leyendo los archivos";
    };
    request.onerror = () => failed("Se cortó la conexión. Cárgalos otra vez: lo que ya entró no se repite.");
    request.onload = () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if ($("body.shell #main", page)) show(page, request);
      else failed($$("main h1, main h1 + p", page).map(each => each.textContent).join(". ") || "No se pudo cargar. Inténtalo otra vez.");
    };
    say("Subiendo");
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf ?? "");
    request.send(data);
  }

  function show(page, request) {
    by.keepDrawings(request.responseText);
    if (request.status < 400) {
      // As htmx does it, which loads the page again on the way back.
      history.replaceState({ htmx: true }, "", location.href);
      history.pushState({ htmx: true }, "", request.responseURL);
    }
    document.title = page.title;
    $("#main").replaceWith($("#main", page));
    htmx.process($("#main"));
    by.prepare();
    $$(".toast", page).forEach(by.keepToast);
    by.arrive(make("a"));
  }
}

async function gather({ items }) {
  const files = [];
  const within = async entry => {
    if (entry.isFile) files.push(await new Promise(entry.file.bind(entry)));
    else for (const reader = entry.createReader(); ;) {
      const some = await new Promise(reader.readEntries.bind(reader));
      if (!some.length) return;
      for (const each of some) await within(each);
    }
  };
  // All are asked for first: after a pause the drop tells nothing more.
  const dropped = [...items].filter(({ kind }) => kind === "file").map(item => [item.webkitGetAsEntry(), item.getAsFile()]);
  for (const [entry, file] of dropped) await (entry ? within(entry) : files.push(file));
  return files;
}
