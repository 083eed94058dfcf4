// Small comforts: every page works without them.
(function () {
  "use strict";

  // The CSRF token of the cookie, which a sign-in in another tab renews, else of the page's own form.
  function csrfToken() {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    if (cookie) return decodeURIComponent(cookie.slice("csrftoken=".length));
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
  });

  // The session ended while the page was open: load the page again, which leads to the sign-in form.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) window.location.reload();
  });

  // What must be corrected comes first: focus the summary, and let its links reach groups of options too.
  function showErrors(root) {
    const summary = root.querySelector("[data-error-summary]");
    if (!summary) return;
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && document.getElementById(link.hash.slice(1));
      if (!target) return;
      const control = target.matches("input, select, textarea")
        ? target
        : target.querySelector("input, select, textarea");
      if (!control) return;
      event.preventDefault();
      target.scrollIntoView({ block: "center" });
      control.focus({ preventScroll: true });
    });
  }
  showErrors(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) showErrors(event.target);
  });

  // Warn before leaving a form marked data-guard with unsaved changes.
  let unsaved = null;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) unsaved = form;
  });
  document.addEventListener("submit", (event) => {
    if (event.target === unsaved) unsaved = null;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved && unsaved.isConnected) event.preventDefault();
  });

  // What this tab sent was saved: its draft is over (draft.js).
  try {
    const sent = document.querySelector(".message-success") && sessionStorage.getItem("convite-sent");
    if (sent) {
      localStorage.removeItem(sent);
      sessionStorage.removeItem("convite-sent");
    }
  } catch {
    // the browser keeps nothing
  }

  // How much room is left in a text, once a fifth of it is: data-limit, and the sentences with "#" for the number.
  document.addEventListener("input", (event) => {
    const text = event.target;
    if (!text.dataset.limit) return;
    let count = text.parentElement.querySelector("[data-count]");
    if (!count) {
      count = document.createElement("div");
      count.className = "form-text";
      count.dataset.count = "";
      count.setAttribute("role", "status");
      text.after(count);
    }
    const left = text.dataset.limit - Array.from(text.value).length;
    const sentence = left < 0 ? text.dataset.limitOver : left < text.dataset.limit / 5 ? text.dataset.limitLeft : "";
    const number = Math.abs(left).toLocaleString(document.documentElement.lang);
    count.classList.toggle("invalid-feedback", left < 0);
    count.classList.toggle("d-block", left < 0);
    count.textContent = sentence.replace("#", number);
  });

  // Filters marked data-autosubmit answer as soon as they change; their button stays for the rest.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });

  // "/" looks for something from any page.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const box = document.querySelector("#id_q[type=search], #buscar");
    if (!box) return;
    event.preventDefault();
    if (box.offsetParent) box.focus();
    else box.form.requestSubmit();
  });

  // The person's menu closes with Escape and with a click elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement && document.activeElement.closest("details[data-menu][open]");
    closeMenus(null);
    if (menu) menu.querySelector("summary").focus();
  });
})();
