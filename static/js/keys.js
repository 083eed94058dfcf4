// Keys of a form marked data-keys: each presses or reaches what carries it. Only while the focus is in that form, and
// not while somebody writes.
(function () {
  "use strict";

  const form = document.querySelector("form[data-keys]");
  if (!form) return;
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input[type=text], textarea")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const reached = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!reached) return;
    event.preventDefault();
    if (reached.matches("input[type=text]")) reached.focus();
    else reached.click();
  });
})();
