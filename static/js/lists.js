// Lists: filters leave the address without empty ones, and a head chooses all the rows of a page. Both work without it.
(function () {
  "use strict";

  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches(".filters-live")) return;
    const given = event.detail.formData;
    [...given.keys()].forEach((name) => {
      if (!given.get(name)) given.delete(name);
    });
  });

  document.addEventListener("change", (event) => {
    const name = event.target.dataset.pickAll;
    if (name) {
      event.target.closest("table").querySelectorAll(`input[name="${name}"]`).forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    document.querySelectorAll("[data-picked]").forEach((count) => {
      const picked = document.querySelectorAll(`input[name="${count.dataset.picked}"]:checked`).length;
      count.textContent = picked ? `(${picked})` : "";
    });
  });
})();
