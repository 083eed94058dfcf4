// The desk of a draft: what is written is saved as it is written, and its page follows. Without this, one button saves.
// What helps to write is in figures.js.
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
  // While two texts wait for the person's decision nothing goes by itself: an answer would take the buttons away under
  // their finger, and tell again of what was read before.
  desk.addEventListener("htmx:beforeRequest", (event) => {
    const text = textOf(event.target);
    if (text && text.querySelector("[data-conflict]")) event.preventDefault();
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
    const conflict = button.closest("[data-conflict]");
    const stored = conflict.querySelector("[data-theirs]");
    const theirs = stored ? stored.textContent.trim() : "";
    if (button.dataset.keep === "theirs") area(text).value = theirs;
    if (button.dataset.keep === "both") area(text).value = `${area(text).value}\n\n${theirs}`.trim();
    text.querySelector("input[type=hidden]").value = conflict.dataset.conflict;
    conflict.removeAttribute("data-conflict"); // decided: it may be sent
    area(text).focus();
    htmx.trigger(text, "save-now");
  });
})();
