// Where a text of a report is written: its figures by name, sentences that name them, the text of the report before.
(function () {
  "use strict";

  const desk = document.querySelector("[data-choices]");
  if (!desk) return;
  desk.querySelectorAll(".desk-help [data-script]").forEach((element) => (element.hidden = false));
  const textOf = (element) => element.closest && element.closest("[data-text]");
  const area = (text) => text.querySelector("textarea");

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
