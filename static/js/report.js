// The report of a space: its photographs are shown, made smaller and kept until they are sent, and what has no signal waits
// in the outbox (outbox.js). Without this the form is sent as any other.
(function () {
  "use strict";

  const form = document.querySelector("form[data-report]");
  const outbox = window.outbox;
  if (!form || !outbox) return;

  const SIDE = 2560; // pixels: a printed page needs less
  const LIGHT = 1.5 * 1024 * 1024; // bytes: what weighs less goes as it is
  const MOST_BYTES = 25 * 1024 * 1024;
  const MOST_IN_ALL = 90 * 1024 * 1024; // LARGEST_UPLOAD of the site takes the rest of the form too
  const address = location.pathname + location.search;
  const key = `${outbox.person}:${address}`;
  let chosen = []; // files, as they are sent
  form.classList.add("with-outbox");

  // --- Photographs and files ------------------------------------------------------------------------------------------

  async function lighter(file) {
    if (!file.type.startsWith("image/") || !window.createImageBitmap) return file;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
      if (scale === 1 && file.size < LIGHT) return file;
      const canvas = drawn(image, scale);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
    } catch {
      return file; // the site says what is wrong with it
    }
  }

  function drawn(image, scale) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function item(file, box) {
    const line = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { textContent: file.name });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link" });
    button.append(box.dataset.remove, Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${file.name}` }));
    button.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== file);
      keepChosen();
      box.querySelector("input").focus();
    });
    line.append(name, button);
    if (file.type.startsWith("image/") && window.createImageBitmap) {
      createImageBitmap(file)
        .then((image) => {
          const small = drawn(image, 64 / Math.max(image.width, image.height));
          small.setAttribute("aria-hidden", "true");
          line.prepend(small);
        })
        .catch(() => null);
    }
    return line;
  }

  function showChosen(said = "") {
    const box = form.querySelector("[data-files]");
    const list = box.querySelector("[data-chosen]");
    list.replaceChildren(...chosen.map((file) => item(file, box)));
    list.hidden = !chosen.length;
    if (said) box.querySelector("[data-files-said]").textContent = said;
  }

  function keepChosen(said) {
    showChosen(said);
    (chosen.length ? outbox.put("chosen", key, chosen) : outbox.drop("chosen", key)).catch(() => null);
  }

  async function add(input) {
    const { dataset } = input.closest("[data-files]");
    const said = [];
    const files = [...input.files];
    input.value = "";
    for (const file of files) {
      const light = await lighter(file);
      const weight = chosen.reduce((sum, other) => sum + other.size, light.size);
      if (light.size > MOST_BYTES) said.push(`«${file.name}»: ${dataset.tooLarge}`);
      else if (chosen.length >= Number(dataset.most) || weight > MOST_IN_ALL) said.push(`«${file.name}»: ${dataset.tooMany}`);
      else chosen.push(light);
    }
    keepChosen(said.join(" ") || dataset.chosen.replace("#", chosen.length));
  }

  form.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) add(event.target);
  });

  // --- Sending --------------------------------------------------------------------------------------------------------

  const sending = document.querySelector("[data-sending]");

  function say(text, { login = "", isWaiting = false } = {}) {
    sending.hidden = !text;
    sending.classList.toggle("callout-late", isWaiting);
    sending.querySelector("[data-sending-said]").textContent = text;
    const link = sending.querySelector("a");
    link.hidden = !login;
    if (login) link.href = login;
  }

  function progress(percent) {
    const bar = sending.querySelector("progress");
    bar.hidden = percent === null || !chosen.length;
    if (percent !== null) bar.value = percent;
  }

  // The site's answer in place of the form: what was typed, and what is wrong with it.
  function showRefused(page) {
    const fresh = page.querySelector("form[data-report]");
    const isKept = fresh.querySelector("[data-files-waiting]");
    form.replaceChildren(...fresh.childNodes);
    document.querySelector(".messages").replaceWith(page.querySelector(".messages"));
    if (isKept) {
      chosen = [];
      keepChosen();
    } else {
      showChosen();
    }
    form.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // app.js leads to the errors
    if (!form.querySelector("[data-error-summary]")) form.scrollIntoView();
  }

  let isBusy = false;
  let isChanged = false; // since it was stored
  form.addEventListener("input", () => (isChanged = true));

  async function deliver(entry) {
    isBusy = true;
    isChanged = false;
    form.setAttribute("aria-busy", "true");
    say(outbox.words.sending);
    let result;
    try {
      result = await outbox.deliver(entry, progress);
    } finally {
      isBusy = false;
      form.removeAttribute("aria-busy");
      progress(null);
    }
    if (result.state === "saved") {
      say(outbox.words.saved);
      location.assign(result.url);
      return;
    }
    if (result.page) {
      say("");
      showRefused(result.page);
      return;
    }
    const next = `${outbox.words.login}?next=${encodeURIComponent(address)}`;
    say(result.said, { isWaiting: true, login: result.state === "signed-out" ? next : "" });
    form.dispatchEvent(new CustomEvent("outbox"));
    sending.scrollIntoView({ block: "center" });
  }

  form.addEventListener("submit", async (event) => {
    const by = event.submitter;
    if (by && by.name === "instead") return; // another page asks for the rest
    event.preventDefault();
    if (isBusy) return;
    const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    if (by && by.name) values.push([by.name, by.value]);
    chosen.forEach((file) => values.push(["files", file]));
    const title = document.querySelector("h1").textContent.trim().replace(/\s+/g, " ");
    const id = form.elements.sent_as.value;
    try {
      await deliver({ id, key, person: outbox.person, address, title, at: Date.now(), values });
    } catch {
      HTMLFormElement.prototype.submit.call(form); // this browser keeps nothing: as any other form
    }
  });

  // --- What waits of this page ----------------------------------------------------------------------------------------

  async function begin() {
    const waiting = (await outbox.mine()).filter((entry) => entry.address === address).pop();
    if (waiting && !(form.dataset.report === "new" && waiting.state === "waiting")) {
      const typed = waiting.values.filter(([, value]) => typeof value === "string");
      chosen = waiting.values.filter(([, value]) => typeof value !== "string").map(([, file]) => file);
      form.dispatchEvent(new CustomEvent("draft:put", { detail: typed }));
      form.elements.sent_as.value = waiting.id;
      showChosen();
      await deliver({ ...waiting, values: waiting.values });
      return;
    }
    // A kept page opens with the same token every time: of another new space it is another.
    if (form.dataset.report === "new" && crypto.randomUUID) form.elements.sent_as.value = crypto.randomUUID();
    chosen = (await outbox.get("chosen", key)) || [];
    if (chosen.length) showChosen();
  }

  async function again() {
    if (isBusy || !navigator.onLine) return;
    const waiting = (await outbox.mine()).find((entry) => entry.id === form.elements.sent_as.value && entry.state === "waiting");
    if (!waiting) return;
    if (isChanged) say(outbox.words.changed, { isWaiting: true });
    else await deliver(waiting);
  }

  window.addEventListener("online", again);
  setInterval(again, outbox.AGAIN);
  outbox.opened.then(begin).catch(() => null);
})();
