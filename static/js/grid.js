// The table of activities: keys move among its cells, what one types is saved cell by cell, and nothing typed is lost.
// Without this, each row opens as a form, and a block of cells is pasted in a page of its own.
(function () {
  "use strict";
  const table = document.querySelector("[data-sheet]");
  if (!table) return;
  const status = document.querySelector("[data-grid-status]");
  const dialog = document.querySelector("[data-stale-dialog]");
  const say = (text, isBad) => {
    status.textContent = text;
    status.classList.toggle("is-bad", Boolean(isBad));
  };
  const keys = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.column || "");
  const keyOf = (cell) => keys[cell.cellIndex];
  const textBox = (cell) => cell.firstElementChild;
  const textOf = (cell) => textBox(cell).textContent;
  const token = () => {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : document.querySelector("[name=csrfmiddlewaretoken]").value;
  };
  const lines = () => [...table.querySelectorAll("tbody > tr:not(.grid-section)")];
  const lineOf = (pk) => table.querySelector(`tr[data-pk="${pk}"]`);
  const cellOf = (line, key) => line.cells[keys.indexOf(key)];

  // --- The grid, and the one cell that the tab key reaches ---------------------------------------------------------
  table.setAttribute("role", "grid");
  let current = null;
  function dress(line) {
    line.querySelectorAll("td").forEach((cell) => {
      cell.tabIndex = -1;
    });
    line.querySelectorAll(".row-head a, .row-head input").forEach((control) => {
      control.tabIndex = -1;
    });
    const handle = line.querySelector("[data-handle]");
    if (handle) {
      handle.hidden = false;
      handle.draggable = true;
    }
  }
  lines().forEach(dress);
  const target = (cell) => (cell.matches("td") ? cell : cell.querySelector("a"));
  function stop(cell) {
    if (current) target(current).tabIndex = -1;
    current = cell;
    target(cell).tabIndex = 0;
  }
  function go(cell) {
    stop(cell);
    target(cell).focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td, th.row-head");
    if (cell && cell !== current && !cell.closest("thead")) stop(cell);
  });
  function near(cell, rows, columns) {
    const all = lines();
    const line = all[all.indexOf(cell.parentElement) + rows];
    return line && line.cells[cell.cellIndex + columns];
  }
  function move(rows, columns) {
    const cell = near(current, rows, columns);
    if (cell) go(cell);
    return Boolean(cell);
  }
  // Tab goes on in the next row, and leaves the table after the last one, or after Escape.
  let isLeaving = false;
  function tab(back) {
    if (move(0, back ? -1 : 1)) return true;
    const all = lines();
    const line = all[all.indexOf(current.parentElement) + (back ? -1 : 1)];
    if (!line) return false;
    go(line.cells[back ? line.cells.length - 1 : 0]);
    return true;
  }

  // --- Writing in a cell --------------------------------------------------------------------------------------------
  let editor = null; // { cell, control }
  function edit(cell, text) {
    const template = document.querySelector(`template[data-editor="${keyOf(cell)}"]`);
    if (!template || cell.matches(".is-saving")) return;
    stop(cell);
    const control = template.content.firstElementChild.cloneNode(true);
    const box = document.createElement("div");
    box.className = "cell-editor";
    box.append(control);
    const before = textOf(cell);
    if (control.matches("select")) {
      if (![...control.options].some((option) => option.value === before)) control.add(new Option(before, before));
      control.value = before;
      const asked = text && [...control.options].find((option) => option.text.toLowerCase().startsWith(text.toLowerCase()));
      if (asked) control.value = asked.value;
    } else control.value = text === undefined ? before : text;
    if (cell.hasAttribute("aria-describedby")) control.setAttribute("aria-describedby", cell.getAttribute("aria-describedby"));
    cell.classList.add("is-editing");
    cell.append(box);
    editor = { cell, control, before };
    control.focus({ preventScroll: true });
    if (control.select && text === undefined) control.select();
    if (keyOf(cell) === "groups") offerMore(control);
    if (keyOf(cell) === "spaces" && cell.parentElement.dataset.pk) box.append(scheduling(cell.parentElement.dataset.pk));
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  // The page that spreads spaces over the year, once what is written here is saved.
  function scheduling(pk) {
    const link = document.createElement("a");
    link.className = "cell-link";
    link.href = table.dataset.schedule.replace("/0/", `/${pk}/`);
    link.textContent = table.dataset.scheduleWords;
    link.tabIndex = -1;
    link.addEventListener("pointerdown", (event) => event.preventDefault());
    link.addEventListener("mousedown", (event) => event.preventDefault());
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      close(true);
      await send();
      location.assign(link.href);
    });
    return link;
  }
  // A list of names: what is proposed goes on from the names that are there.
  function offerMore(control) {
    const list = control.list;
    const names = [...list.options].map((option) => option.dataset.name || option.value);
    control.addEventListener("input", () => {
      const at = control.value.lastIndexOf(";");
      const before = at < 0 ? "" : `${control.value.slice(0, at + 1)} `;
      list.replaceChildren(...names.map((name) => {
        const option = new Option("", before + name);
        option.dataset.name = name;
        return option;
      }));
    });
  }
  function close(keep) {
    if (!editor) return;
    const { cell, control, before } = editor;
    editor = null;
    control.parentElement.remove();
    cell.classList.remove("is-editing");
    const text = control.value.trim();
    if (keep && text !== before) put(cell, text, before);
  }
  table.addEventListener("focusout", (event) => {
    if (editor && event.target === editor.control) close(true);
  });

  // --- Saving: a cell at a time, in turn; the rest waits in this browser ----------------------------------------------
  const store = `convite-grid:${table.dataset.person}:${location.pathname}`;
  const waiting = new Map(); // "pk key": { pk, key, text, was }; "new phase": the texts of an empty row
  function keep() {
    try {
      if (waiting.size) localStorage.setItem(store, JSON.stringify([...waiting]));
      else localStorage.removeItem(store);
    } catch {
      // the browser keeps nothing
    }
  }
  function mark(cell, state, told) {
    cell.classList.remove("is-saving", "is-saved", "is-refused", "is-stale", "is-unsent");
    if (state) cell.classList.add(`is-${state}`);
    cell.toggleAttribute("aria-invalid", state === "refused" || state === "stale");
    const old = cell.querySelector(".cell-told");
    if (old) old.remove();
    cell.removeAttribute("aria-describedby");
    if (!told) return;
    const note = Object.assign(document.createElement("span"), { className: "cell-told", textContent: told, id: `dicho-${cell.parentElement.dataset.pk || "nueva"}-${keyOf(cell)}` });
    cell.append(note);
    cell.setAttribute("aria-describedby", note.id);
  }
  const done = []; // what was written, to take it back
  function put(cell, text, was) {
    textBox(cell).textContent = text;
    const line = cell.parentElement;
    done.push({ line, key: keyOf(cell), text, was });
    if (line.dataset.pk) {
      const id = `${line.dataset.pk} ${keyOf(cell)}`;
      const earlier = waiting.get(id);
      waiting.set(id, { pk: line.dataset.pk, key: keyOf(cell), text, was: earlier ? earlier.was : was });
    } else waiting.set(`new ${line.closest("tbody").dataset.phase}`, { texts: textsOf(line) });
    mark(cell, "saving");
    keep();
    send();
  }
  const textsOf = (line) => Object.fromEntries([...line.cells].slice(1).map((cell) => [keyOf(cell), textOf(cell)]).filter(([, text]) => text));

  let sending = null;
  let later;
  function send() {
    if (!sending) sending = sendAll().finally(() => (sending = null));
    return sending;
  }
  async function sendAll() {
    const tried = new Set();
    for (;;) {
      const next = [...waiting].find(([, one]) => !tried.has(one) && !one.isHeld);
      if (!next) return;
      tried.add(next[1]);
      const [id, one] = next;
      if (!(await (one.texts ? sendNew(id, one) : sendCell(id, one)))) return;
    }
  }
  // The answer, or null when it did not come: then all of it waits.
  async function post(url, values) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "X-CSRFToken": token(), Accept: "application/json", "HX-Request": "true" },
        body: new URLSearchParams(values),
      });
      if ((answer.headers.get("Content-Type") || "").startsWith("application/json")) return await answer.json();
      if (answer.status === 401 || answer.status === 403 || answer.redirected) {
        say(table.dataset.signedOut, true);
        return null;
      }
      throw new Error(answer.status);
    } catch {
      say(table.dataset.unsent, true);
      clearTimeout(later);
      later = setTimeout(send, 10000);
      return null;
    }
  }
  const address = (pk, verb) => `${location.pathname}${pk}/${verb}/`;
  async function sendCell(id, one) {
    const line = lineOf(one.pk);
    const cell = line && cellOf(line, one.key);
    const answer = await post(address(one.pk, "celda"), { column: one.key, text: one.text, was: one.was });
    if (!answer) {
      if (cell) mark(cell, "unsent");
      return false;
    }
    const newer = waiting.get(id);
    if (newer !== one) {
      // Written again meanwhile, over what is stored now.
      if (newer && answer.state === "saved") newer.was = answer.texts[one.key];
      return true;
    }
    if (answer.state === "saved") {
      waiting.delete(id);
      keep();
      if (line) fill(line, answer, one.key);
      say(waiting.size ? table.dataset.saving : table.dataset.saved);
    } else if (answer.state === "stale") {
      one.isHeld = true;
      one.stored = answer.stored;
      if (cell) mark(cell, "stale", table.dataset.stale);
      if (cell) choose(id, one, cell);
    } else {
      one.isHeld = true;
      if (cell) mark(cell, "refused", answer.told);
      say(table.dataset.refused + answer.told, true);
    }
    return true;
  }
  // What the row says now; a cell that is being written, or waits, keeps its text.
  function fill(line, answer, saved) {
    line.dataset.revision = answer.revision;
    const box = line.querySelector("input[name=rows]");
    if (box) box.value = `${answer.pk}:${answer.revision}`;
    Object.entries(answer.texts).forEach(([key, text]) => {
      const cell = keys.includes(key) && cellOf(line, key);
      if (!cell || waiting.has(`${answer.pk} ${key}`)) return;
      if (textOf(cell) !== text) textBox(cell).textContent = text;
      if (key === saved || cell.matches(".is-saving")) mark(cell, "saved");
    });
    settle(line, answer.section);
  }
  // In the part of its phase; out of sight when that is on another page.
  function settle(line, section) {
    const from = line.closest("tbody");
    if (from.id === section) return;
    const body = document.getElementById(section);
    const hadFocus = line.contains(document.activeElement);
    if (body) body.insertBefore(line, body.querySelector("[data-blank]"));
    else line.remove();
    [from, body].forEach(count);
    if (hadFocus && body) go(current);
  }
  function count(body) {
    if (body) body.querySelector("[data-count]").textContent = body.querySelectorAll("tr[data-pk]").length;
  }
  async function sendNew(id, one) {
    const body = [...table.tBodies].find((other) => `new ${other.dataset.phase}` === id);
    const line = body && body.querySelector("[data-blank]");
    if (!one.texts.name) {
      if (line) [...line.querySelectorAll(".is-saving")].forEach((cell) => mark(cell, "unsent"));
      say(table.dataset.nameless);
      return true;
    }
    const phase = body && body.dataset.title ? { phase: body.dataset.title } : {};
    const answer = await post(table.dataset.new, { ...phase, ...one.texts });
    if (!answer) {
      if (line) [...line.querySelectorAll(".is-saving")].forEach((cell) => mark(cell, "unsent"));
      return false;
    }
    if (answer.state !== "saved") {
      one.isHeld = true;
      Object.entries(answer.told).forEach(([key, told]) => {
        if (line && keys.includes(key)) mark(cellOf(line, key), "refused", told);
      });
      say(table.dataset.refused + Object.values(answer.told).join(" "), true);
      return true;
    }
    const newer = waiting.get(id);
    waiting.delete(id);
    if (line) adopt(line, answer);
    if (newer !== one && newer && line) {
      // Written while the row was on its way: those cells are of the row that it became.
      Object.entries(newer.texts).forEach(([key, text]) => {
        if (text === (one.texts[key] || "")) return;
        waiting.set(`${answer.pk} ${key}`, { pk: String(answer.pk), key, text, was: answer.texts[key] });
        textBox(cellOf(line, key)).textContent = text;
        mark(cellOf(line, key), "saving");
      });
    }
    keep();
    say(table.dataset.saved);
    return true;
  }
  // The empty row becomes the activity, and another empty one stands below it.
  function adopt(line, answer) {
    const blank = line.cloneNode(true);
    blank.querySelectorAll("td").forEach((cell) => {
      mark(cell, "");
      cell.classList.remove("is-editing");
      cell.replaceChildren(document.createElement("div"));
    });
    line.after(blank);
    dress(blank);
    delete line.dataset.blank;
    line.classList.remove("grid-new");
    line.dataset.pk = answer.pk;
    const head = line.cells[0];
    const link = head.querySelector("a");
    link.href = answer.url;
    link.setAttribute("aria-label", answer.texts.name);
    const model = table.querySelector("tr[data-pk] .row-head input") || null;
    const box = model ? model.cloneNode(true) : Object.assign(document.createElement("input"), { type: "checkbox", name: "rows", className: "form-check-input" });
    box.setAttribute("form", "varias");
    box.checked = false;
    box.setAttribute("aria-label", answer.texts.name);
    const handle = Object.assign(document.createElement("span"), { className: "row-handle", textContent: "⠿", draggable: true });
    handle.dataset.handle = "";
    handle.setAttribute("aria-hidden", "true");
    head.prepend(box);
    head.append(handle);
    dress(line);
    if (current && line.contains(current)) stop(current);
    fill(line, answer, "");
    count(line.closest("tbody"));
  }
  function choose(id, one, cell) {
    dialog.querySelector("[data-stored]").textContent = one.stored || "∅";
    dialog.querySelector("[data-typed]").textContent = one.text || "∅";
    dialog.onclose = () => {
      const answer = dialog.returnValue;
      dialog.returnValue = "";
      if (answer === "typed") {
        const mine = { pk: one.pk, key: one.key, text: one.text, was: one.stored };
        waiting.set(id, mine);
        mark(cell, "saving");
        send();
      } else if (answer === "stored") {
        waiting.delete(id);
        textBox(cell).textContent = one.stored;
        mark(cell, "");
      }
      keep();
      go(cell);
    };
    if (!dialog.open) dialog.showModal();
  }

  function chooseAgain(cell) {
    const id = `${cell.parentElement.dataset.pk} ${keyOf(cell)}`;
    const held = waiting.get(id);
    if (!cell.matches(".is-stale") || !held || held.stored === undefined) return false;
    choose(id, held, cell);
    return true;
  }

  // What an earlier visit could not send.
  try {
    JSON.parse(localStorage.getItem(store) || "[]").forEach(([id, one]) => {
      const line = one.texts ? null : lineOf(one.pk);
      waiting.set(id, { ...one, isHeld: false });
      if (line && keys.includes(one.key)) {
        textBox(cellOf(line, one.key)).textContent = one.text;
        mark(cellOf(line, one.key), "unsent");
      }
      const body = one.texts && [...table.tBodies].find((other) => `new ${other.dataset.phase}` === id);
      const blank = body && body.querySelector("[data-blank]");
      if (blank) Object.entries(one.texts).forEach(([key, text]) => {
        if (keys.includes(key)) textBox(cellOf(blank, key)).textContent = text;
      });
    });
  } catch {
    // nothing kept
  }
  if (waiting.size) send();
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => {
    if (editor) close(true);
    if (waiting.size) event.preventDefault();
  });

  // --- Keys -----------------------------------------------------------------------------------------------------------
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener("keydown", (event) => {
    if (editor) writing(event);
    else if (event.target.closest("td, .row-head")) walking(event);
  });
  function writing(event) {
    const { cell, control } = editor;
    if (event.isComposing) return;
    if (event.key === "Escape") {
      close(false);
      go(cell);
    } else if (event.key === "Enter" && !(event.altKey && control.matches("textarea"))) {
      close(true);
      go(near(cell, event.shiftKey ? -1 : 1, 0) || cell);
    } else if (event.key === "Enter") {
      control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
    } else if (event.key === "Tab") {
      close(true);
      go(cell);
      if (!tab(event.shiftKey)) return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function walking(event) {
    const cell = event.target.closest("td, .row-head");
    const step = steps[event.key];
    const isHead = !cell.matches("td");
    if (step && event.altKey) {
      if (step[0]) shift(cell.parentElement, step[0]);
    } else if (step) {
      if (event.ctrlKey || event.metaKey) edge(cell, step);
      else move(...step);
    } else if (event.key === "Home" || event.key === "End") {
      const all = lines();
      const line = event.ctrlKey ? all[event.key === "Home" ? 0 : all.length - 1] : cell.parentElement;
      go(line.cells[event.key === "Home" ? 0 : line.cells.length - 1]);
    } else if (event.key === "PageDown" || event.key === "PageUp") {
      const all = lines();
      const at = all.indexOf(cell.parentElement) + (event.key === "PageDown" ? 10 : -10);
      go(all[Math.max(0, Math.min(all.length - 1, at))].cells[cell.cellIndex]);
    } else if (event.key === "Tab" && !isLeaving) {
      if (!tab(event.shiftKey)) return;
    } else if (event.key === "Escape") {
      takeBack(cell);
      isLeaving = true;
      setTimeout(() => (isLeaving = false), 4000);
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
      undo();
    } else if (isHead && event.key === " ") {
      const box = cell.querySelector("input");
      if (box) box.click();
    } else if (isHead || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "Enter" || event.key === "F2") chooseAgain(cell) || edit(cell);
    else if (event.key === "Dead" || event.key === "Process") {
      edit(cell, ""); // an accent: the letter that it is of comes to the field
      return;
    }
    else if (event.key === "Delete" || event.key === "Backspace") {
      if (textOf(cell)) put(cell, "", textOf(cell));
    } else if (event.key.length === 1) edit(cell, event.key);
    else return;
    event.preventDefault();
  }
  function undo() {
    const { line, key, text, was } = done.pop() || {};
    const cell = line && line.isConnected && cellOf(line, key);
    if (!cell || textOf(cell) !== text) return; // nothing, or somebody wrote there since
    go(cell);
    put(cell, was, text);
    done.pop();
  }
  // A text that was refused goes, and what is stored comes back.
  function takeBack(cell) {
    const id = `${cell.parentElement.dataset.pk} ${keyOf(cell)}`;
    const one = waiting.get(id);
    if (!one || !one.isHeld) return;
    waiting.delete(id);
    keep();
    textBox(cell).textContent = one.stored === undefined ? one.was : one.stored;
    mark(cell, "");
    say("");
  }
  function edge(cell, [rows, columns]) {
    const all = lines();
    const line = rows ? all[rows < 0 ? 0 : all.length - 1] : cell.parentElement;
    go(columns ? line.cells[columns < 0 ? 0 : line.cells.length - 1] : line.cells[cell.cellIndex]);
  }
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("tbody td");
    if (cell && !editor) edit(cell);
  });
  // The first touch of a cell goes to it, the second writes in it.
  table.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell || event.target.closest(".cell-editor")) return;
    if (event.pointerType === "touch" && cell === document.activeElement) {
      event.preventDefault();
      edit(cell);
    }
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell || event.target.closest(".cell-editor")) return;
    chooseAgain(cell);
  });

  // --- The clipboard --------------------------------------------------------------------------------------------------
  document.addEventListener("copy", (event) => {
    if (editor || !current || document.activeElement !== current || String(getSelection())) return;
    event.clipboardData.setData("text/plain", textOf(current));
    event.preventDefault();
  });
  document.addEventListener("paste", async (event) => {
    if (!current || document.activeElement !== current) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!text) return;
    event.preventDefault();
    const isOne = !/\t/.test(text) && (!/\n/.test(text) || /^"(?:[^"]|"")*"$/.test(text));
    if (isOne) {
      const plain = /^".*\n.*"$/s.test(text) ? text.slice(1, -1).replace(/""/g, '"') : text;
      if (plain !== textOf(current)) put(current, plain.trim(), textOf(current));
      return;
    }
    await send();
    const line = current.parentElement;
    const form = Object.assign(document.createElement("form"), { method: "post", action: table.dataset.paste, hidden: true });
    const values = {
      csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
      block: text,
      at: line.dataset.pk || `nueva:${line.closest("tbody").dataset.phase}`,
      column: keyOf(current),
      shown: keys.filter(Boolean).join("."),
      do: "look",
    };
    Object.entries(values).forEach(([name, value]) => {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    });
    document.body.append(form);
    form.submit();
  });

  // --- The order of rows ------------------------------------------------------------------------------------------------
  async function place(line, after, body) {
    const answer = await post(address(line.dataset.pk, "mover"), { phase: Number(body.dataset.phase) || "", after: after ? after.dataset.pk : body.dataset.before || "" });
    if (!answer) return;
    if (answer.state !== "saved") {
      say(table.dataset.refused + answer.told, true);
      return;
    }
    const from = line.closest("tbody");
    if (after) after.after(line);
    else body.rows[0].after(line);
    [from, body].forEach(count);
    fill(line, answer, "");
    if (current && line.contains(current)) go(current);
    say(table.dataset.moved);
  }
  let isMoving = false;
  async function shift(line, by) {
    if (!line.dataset.pk || isMoving) return;
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other || !other.dataset.pk) {
      say(table.dataset.edge);
      return;
    }
    const before = by < 0 ? other.previousElementSibling : other;
    isMoving = true;
    await place(line, before.dataset.pk ? before : null, line.closest("tbody"));
    isMoving = false;
  }
  let dragged = null;
  table.addEventListener("dragstart", (event) => {
    if (!event.target.closest || !event.target.closest("[data-handle]")) return;
    dragged = event.target.closest("tr");
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  table.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest("tbody tr:not([data-blank])");
    if (!over) return;
    event.preventDefault();
    table.querySelectorAll(".is-over").forEach((line) => line.classList.remove("is-over"));
    over.classList.add("is-over");
  });
  table.addEventListener("drop", (event) => {
    const over = dragged && event.target.closest("tbody tr:not([data-blank])");
    if (!over) return;
    event.preventDefault();
    if (over !== dragged) place(dragged, over.dataset.pk ? over : null, over.closest("tbody"));
  });
  table.addEventListener("dragend", () => {
    if (dragged) dragged.classList.remove("is-dragged");
    table.querySelectorAll(".is-over").forEach((line) => line.classList.remove("is-over"));
    dragged = null;
  });

  const first = table.dataset.at ? lineOf(table.dataset.at) : null;
  stop((first || lines()[0]).cells[keys.indexOf("name")]);
  if (first) go(current);
  else if (document.activeElement === document.body) go(current);
  table.dataset.ready = "";
})();
