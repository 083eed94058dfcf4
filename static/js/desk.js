// The desk of a draft: what is written is saved as it is written, and its page follows. Without this, one button saves.
(function () {
  "use strict";

  const desk = document.querySelector("[data-desk]");
  if (!desk) return;

  // --- Sheets: a section in the type of the paper, apart from that of the site -----------------------------------------
  function unfold(root) {
    root.querySelectorAll("template[shadowrootmode]").forEach((template) => {
      const host = template.parentElement;
      (host.shadowRoot || host.attachShadow({ mode: "open" })).replaceChildren(template.content);
      template.remove();
    });
  }
  unfold(desk);
  document.addEventListener("htmx:afterSwap", (event) => unfold(event.target));

  // On a phone the page of a section stands under its text, folded.
  const narrow = window.matchMedia("(width < 62rem)");
  function fold() {
    desk.querySelectorAll("[data-side]").forEach((side) => (side.open = !narrow.matches));
  }
  fold();
  narrow.addEventListener("change", fold);

  // --- What is saved, and what is not ----------------------------------------------------------------------------------
  const sent = new WeakMap(); // of a text: what its last request carried
  const saved = new WeakMap(); // and what its last good answer was about
  const RETRY = 8000; // milliseconds

  const textOf = (element) => element.closest && element.closest("[data-text]");
  const area = (text) => text.querySelector("textarea");
  function say(text, sentence) {
    let said = text.querySelector("[data-said]");
    if (!said) return; // a conflict or a mistake stands there, and is worth more
    said.textContent = sentence;
  }

  desk.querySelectorAll("[data-text]").forEach((text) => saved.set(text, area(text).value));
  desk.addEventListener("input", (event) => {
    const text = textOf(event.target);
    if (text) say(text, desk.dataset.waiting);
  });
  desk.addEventListener("htmx:configRequest", (event) => {
    const text = textOf(event.target);
    if (text && event.detail.verb === "post") sent.set(text, area(text).value);
  });
  desk.addEventListener("htmx:beforeSend", (event) => {
    const text = textOf(event.target);
    if (text) say(text, desk.dataset.saving);
  });

  function failed(text, sentence) {
    say(text, sentence);
    setTimeout(() => htmx.trigger(text, "save-now"), RETRY);
  }
  desk.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    // The session ended: the answer is the page of sign-in.
    if (xhr.responseURL && new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location.href).pathname) {
      event.detail.shouldSwap = false;
      const text = textOf(requestConfig.elt);
      if (text) failed(text, desk.dataset.signedOut);
    }
  });
  desk.addEventListener("htmx:afterSwap", (event) => {
    const text = textOf(event.target);
    if (!text) return;
    show(text);
    if (text.querySelector("[data-said]")) saved.set(text, sent.get(text));
    if (saved.get(text) !== area(text).value) say(text, desk.dataset.waiting);
  });
  desk.addEventListener("htmx:sendError", (event) => {
    const text = textOf(event.target);
    if (text) failed(text, desk.dataset.offline);
  });
  desk.addEventListener("htmx:responseError", (event) => {
    event.stopPropagation(); // nothing here loads the page again while there is text in it
    const text = textOf(event.target);
    if (!text) return;
    const status = event.detail.xhr.status;
    if (status >= 500) failed(text, desk.dataset.offline);
    else if (status === 403) failed(text, desk.dataset.signedOut);
    else say(text, desk.dataset.refused);
  });

  let leaving = false;
  desk.addEventListener("submit", () => (leaving = true));
  const cutoff = desk.querySelector("[name=cutoff]");
  window.addEventListener("beforeunload", (event) => {
    const waiting = [...desk.querySelectorAll("[data-text]")].filter((text) => saved.get(text) !== area(text).value);
    waiting.forEach((text) => htmx.trigger(text, "save-now"));
    if (!leaving && (waiting.length || cutoff.value !== cutoff.defaultValue)) event.preventDefault();
  });

  // --- Two people in one text: both are shown, and the person decides ----------------------------------------------------
  function show(root) {
    root.querySelectorAll("[data-script]").forEach((element) => (element.hidden = false));
  }
  show(desk);
  desk.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keep]");
    if (!button) return;
    const text = textOf(button);
    htmx.trigger(text, "htmx:abort"); // its answer would tell of what was read before the person decided
    const conflict = button.closest("[data-conflict]");
    const stored = conflict.querySelector("[data-theirs]");
    const theirs = stored ? stored.textContent.trim() : "";
    if (button.dataset.keep === "theirs") area(text).value = theirs;
    if (button.dataset.keep === "both") area(text).value = `${area(text).value}\n\n${theirs}`.trim();
    text.querySelector("input[type=hidden]").value = conflict.dataset.conflict;
    area(text).focus();
    htmx.trigger(text, "save-now");
  });

  // --- Figures by name, sentences, the text of the report before -------------------------------------------------------
  const figures = Object.entries(JSON.parse(document.getElementById("cifras").textContent));
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // Where the cursor is; what was typed can be undone, as if the person had typed this too.
  function insert(box, words, start = box.selectionStart, end = box.selectionEnd) {
    box.focus();
    box.setSelectionRange(start, end);
    if (document.execCommand("insertText", false, words)) return;
    box.setRangeText(words, start, end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const touched = new WeakSet(); // texts that had the cursor; of the others the end is meant
  desk.addEventListener("focusin", (event) => event.target.matches("textarea") && touched.add(event.target));
  function spaced(box, words) {
    if (!touched.has(box)) box.setSelectionRange(box.value.length, box.value.length);
    const before = box.value.slice(0, box.selectionStart);
    insert(box, (/\S$/.test(before) ? " " : "") + words);
  }

  function choice(name, value) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.insert = `{${name}}`;
    button.lang = "es";
    button.append(name, Object.assign(document.createElement("strong"), { textContent: value }));
    return button;
  }
  desk.addEventListener(
    "toggle",
    (event) => {
      const list = event.target.matches("[data-figures]") && event.target.querySelector("ul");
      if (!list || list.childElementCount) return;
      figures.forEach(([name, value]) => {
        const row = document.createElement("li");
        row.append(choice(name, value));
        list.append(row);
      });
    },
    true,
  );
  desk.addEventListener("click", (event) => {
    const text = textOf(event.target);
    if (!text) return;
    const button = event.target.closest("[data-insert], [data-insert-end]");
    if (!button) return;
    const box = area(text);
    if ("insert" in button.dataset) return spaced(box, button.dataset.insert);
    // Never over what is written: after it.
    const end = box.value.length;
    insert(box, (end ? "\n\n" : "") + button.closest("details").querySelector("pre").textContent, end, end);
  });

  // Typing "{" offers the figures: arrows choose, Enter or Tab inserts, Escape closes.
  const list = document.createElement("ul");
  list.className = "desk-choices-list";
  list.id = "cifras-que-hay";
  list.lang = "es";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", desk.dataset.choices);
  let box = null, from = 0, chosen = 0;

  function close() {
    if (!box) return;
    ["aria-controls", "aria-activedescendant", "aria-autocomplete"].forEach((name) => box.removeAttribute(name));
    list.remove();
    box = null;
  }
  function choose(index) {
    chosen = (index + list.children.length) % list.children.length;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === chosen));
    box.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }
  function take(option) {
    const into = box, end = box.selectionStart, start = from;
    const rest = into.value.slice(end).startsWith("}") ? 1 : 0;
    close();
    insert(into, option.dataset.figure, start, end + rest);
  }
  function offer(textarea) {
    const open = textarea.value.slice(0, textarea.selectionStart).match(/\{([^{}\n]{0,80})$/);
    const words = open && plain(open[1]).split(/\s+/);
    const found = open ? figures.filter(([name]) => words.every((word) => plain(name).includes(word))).slice(0, 12) : [];
    if (!found.length) return close();
    if (box !== textarea) close();
    box = textarea;
    from = textarea.selectionStart - open[0].length;
    list.replaceChildren(
      ...found.map(([name, value], at) => {
        const option = document.createElement("li");
        option.id = `cifra-${at}`;
        option.setAttribute("role", "option");
        option.dataset.figure = `{${name}}`;
        option.append(name, Object.assign(document.createElement("strong"), { textContent: value }));
        return option;
      }),
    );
    textarea.after(list);
    textarea.setAttribute("aria-autocomplete", "list");
    textarea.setAttribute("aria-controls", list.id);
    choose(0);
  }
  desk.addEventListener("input", (event) => event.target.matches("textarea") && offer(event.target));
  desk.addEventListener("keydown", (event) => {
    if (!box || event.target !== box || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the text keeps the cursor
    const option = event.target.closest("[data-figure]");
    if (option) take(option);
  });
  desk.addEventListener("focusout", (event) => event.target === box && close());
})();
