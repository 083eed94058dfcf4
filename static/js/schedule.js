// Proposed dates: the weekday follows the date that one types, and the button says how many are taken.
(function () {
  "use strict";

  function count() {
    const place = document.querySelector("[data-taken]");
    if (!place) return;
    const taken = document.querySelectorAll("#propuesta input[type=checkbox]:checked").length;
    place.textContent = taken ? `(${taken})` : "";
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches(".proposals input[type=date]")) {
      const name = event.target.closest("li").querySelector("[data-weekday]");
      const day = event.target.valueAsDate;
      if (name && day) {
        name.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" }).format(day);
      }
    }
    count();
  });
  document.addEventListener("htmx:afterSettle", count);
  count();
})();
