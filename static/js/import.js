// The grid of an imported sheet: arrows move among its cells, and what one is opens beside it. Without this, each cell is
// a link to the page that says so.
(function () {
  "use strict";
  const grid = document.querySelector("[data-grid]");
  const panel = document.getElementById("arreglo");
  if (!grid || !panel) return;
  const links = (row) => Array.from(row.cells, (cell) => cell.querySelector("a"));

  // One stop of the tab key for the whole grid.
  let current = grid.querySelector("a[aria-current]") || grid.querySelector("tbody a");
  grid.querySelectorAll("a").forEach((link) => {
    link.tabIndex = link === current ? 0 : -1;
  });
  function stop(link) {
    if (current) current.tabIndex = -1;
    current = link;
    current.tabIndex = 0;
  }
  grid.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (link) stop(link);
  });

  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const cell = event.target.closest("th, td");
    if (!step || !cell) return;
    event.preventDefault();
    let row = cell.parentElement.rowIndex + step[0];
    let column = cell.cellIndex + step[1];
    while (grid.rows[row] && grid.rows[row].cells[column]) {
      const link = links(grid.rows[row])[column];
      if (link) {
        link.focus();
        return;
      }
      row += step[0];
      column += step[1];
    }
  });

  if (window.location.hash === "#arreglo") {
    const field = panel.querySelector("[autofocus]");
    if (field) field.focus({ preventScroll: true });
  }

  grid.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    grid.querySelectorAll("a[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    window.htmx.ajax("GET", `${window.location.pathname}${grid.dataset.panel}&${link.dataset.part}`, {
      target: "#arreglo",
      swap: "innerHTML",
    }).then(() => {
      panel.scrollIntoView({ block: "nearest" });
      const field = panel.querySelector("[autofocus]") || panel;
      field.focus({ preventScroll: true });
    });
  });
})();
