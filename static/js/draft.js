// Drafts: what is typed in a long form stays in this browser, under its person and its address, until it is saved, thrown
// away, two weeks old, or the person leaves. A draft that is found is offered, never put in by itself.
(function () {
  "use strict";

  const PREFIX = "convite-draft:";
  const SENT = "convite-sent"; // of this tab: the draft whose form was sent last; app.js ends it once it is saved
  const KEPT_FOR = 14 * 24 * 3600 * 1000; // milliseconds
  const MOST = 3; // drafts of one form: the offered one, and those begun before anybody answered the offer

  let store;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch {
    return; // the browser keeps nothing
  }

  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  function read(key) {
    try {
      const drafts = JSON.parse(store.getItem(key));
      return Array.isArray(drafts) ? drafts.filter((draft) => Date.now() - draft.at < KEPT_FOR) : [];
    } catch {
      return [];
    }
  }
  function write(key, drafts) {
    try {
      if (drafts.length) store.setItem(key, JSON.stringify(drafts.slice(0, MOST)));
      else store.removeItem(key);
    } catch {
      // full: the form itself still works
    }
  }

  keys().forEach((key) => write(key, read(key)));

  // Whoever signs out leaves nothing behind.
  const leaving = document.querySelector("form[data-forget-drafts]");
  if (leaving) {
    leaving.addEventListener("submit", () => {
      keys().filter((key) => key.startsWith(`${PREFIX}${leaving.dataset.forgetDrafts}:`)).forEach((key) => store.removeItem(key));
    });
  }

  const box = document.querySelector("[data-draft]");
  const form = box && box.closest("form");
  if (!form) return;
  const key = `${PREFIX}${box.dataset.draft}:${location.pathname}${location.search}`;

  const LEFT_OUT = ["csrfmiddlewaretoken", "published_differs", "sure", "clash", "sent_as", "waiting"];
  const isLeftOut = (name) => LEFT_OUT.includes(name) || name.startsWith("keep-"); // answered anew
  function typed() {
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !isLeftOut(name));
  }
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  // The revision that was read is of the page, not typed: alone it is no difference.
  const own = (values) => values.filter(([name]) => name !== "revision");

  const atFirst = own(typed());
  const known = read(key);
  let drafts = known.filter((draft) => !same(own(draft.values), atFirst));
  const isTyped = drafts.length < known.length; // the server gave back what was typed: it is still a draft

  let isInOutbox = false; // report.js keeps it from here on
  function keep() {
    if (isInOutbox) return;
    const values = typed();
    const current = isTyped || !same(own(values), atFirst) ? [{ at: Date.now(), values }] : [];
    write(key, [...current, ...drafts]);
  }
  let waiting;
  form.addEventListener("input", () => {
    isInOutbox = false;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 300);
  });
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    keep();
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("pagehide", () => {
    if (waiting) keep();
  });

  function offer() {
    box.hidden = !drafts.length;
    if (!drafts.length) return;
    const when = new Date(drafts[0].at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    box.querySelector("[data-draft-when]").textContent = when;
  }

  function isChanged(control) {
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    if (control.options) return [...control.options].some((option) => option.selected !== option.defaultSelected) && control.value;
    return control.value && control.value !== control.defaultValue;
  }

  // Its own revision comes with it: if somebody changed the row since then, saving says so and shows both.
  function put(values) {
    const left = [];
    const controls = [...form.elements].filter((control) => control.name && control.type !== "file" && !isLeftOut(control.name));
    controls.forEach((control) => {
      const of = values.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = of.includes(control.value);
      else if (control.multiple) [...control.options].forEach((option) => (option.selected = of.includes(option.value)));
      else if (of.length && control.type !== "submit") control.value = of[0];
    });
    values.forEach(([name, value]) => {
      if (value && !controls.some((control) => control.name === name)) left.push(value);
    });
    form.querySelectorAll("details.fold").forEach((fold) => {
      fold.open = fold.open || controls.some((control) => fold.contains(control) && isChanged(control));
    });
    form.dispatchEvent(new Event("change", { bubbles: true }));
    return left;
  }

  form.addEventListener("outbox", () => {
    isInOutbox = true;
    store.removeItem(key);
  });
  form.addEventListener("draft:put", (event) => {
    put(event.detail);
    drafts = [];
    offer();
  });

  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-do]");
    if (!button) return;
    const [draft, ...older] = drafts;
    drafts = older;
    if (button.dataset.draftDo === "put") {
      const left = put(draft.values);
      const list = box.parentElement.querySelector("[data-draft-left]");
      list.hidden = !left.length; // of another version of the form: shown, so that it can be copied
      list.append(Object.assign(document.createElement("pre"), { textContent: left.join("\n") }));
    }
    keep();
    offer();
    const first = form.querySelector("input:not([type=hidden]), select, textarea");
    if (box.hidden && first) first.focus();
  });
  offer();
})();
