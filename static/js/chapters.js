// Chapters of a plan. The editor's buttons write the marks, and what comes from a word processor is pasted with them; the
// list is ordered by dragging too. Without this file the same marks are typed, and the list has its buttons.
(function () {
  "use strict";

  const text = document.querySelector("textarea[data-marks]");
  const bar = document.querySelector("[data-marks-bar]");

  // Kept by the browser's own undo, and seen by whoever listens to typing.
  function insert(words) {
    text.focus();
    if (!document.execCommand("insertText", false, words)) {
      text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // Marks that stand at both ends of the selection; again, they go.
  function around(mark) {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const chosen = value.slice(start, end);
    const [, before, words, after] = chosen.match(/^(\s*)([^]*?)(\s*)$/);
    const marked = words.length > 2 * mark.length && words.startsWith(mark) && words.endsWith(mark);
    insert(before + (marked ? words.slice(mark.length, -mark.length) : mark + words + mark) + after);
    if (!chosen) text.setSelectionRange(start + mark.length, start + mark.length);
  }

  // Marks at the beginning of each line of the selection; again, they go.
  function lines(mark) {
    const { value } = text;
    const start = value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const stop = value.indexOf("\n", text.selectionEnd);
    text.setSelectionRange(start, stop < 0 ? value.length : stop);
    const chosen = value.slice(start, stop < 0 ? value.length : stop).split("\n");
    const bare = (line) => line.replace(/^\s*(?:#{1,6}|[-*+>]|\d+[.)])\s+/, "");
    const marked = (line, at) => (line.trim() ? mark(at) + bare(line) : line);
    const already = chosen.every((line, at) => line === marked(line, at));
    insert(chosen.map(already ? bare : marked).join("\n"));
  }

  const DO = {
    heading: () => lines(() => "## "),
    bold: () => around("**"),
    italic: () => around("*"),
    list: () => lines(() => "- "),
    numbers: () => lines((at) => `${at + 1}. `),
    quote: () => lines(() => "> "),
    link: (button) => {
      const words = text.value.slice(text.selectionStart, text.selectionEnd) || button.dataset.words;
      insert(`[${words}](https://)`);
      text.setSelectionRange(text.selectionEnd - 1, text.selectionEnd - 1);
    },
    table: ({ dataset: { words } }) => insert(`\n| ${words} 1 | ${words} 2 |\n|---|---|\n|  |  |\n`),
  };

  if (text && bar) {
    text.before(bar);
    bar.hidden = false;
    const buttons = [...bar.querySelectorAll("button")];
    buttons.forEach((button, at) => (button.tabIndex = at ? -1 : 0));
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) DO[button.dataset.mark](button);
    });
    // One stop for the tabulator; the arrows go along.
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = buttons.indexOf(document.activeElement);
      const next = buttons[(at + step + buttons.length) % buttons.length];
      buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
      next.focus();
    });
    text.addEventListener("keydown", (event) => {
      const mark = (event.ctrlKey || event.metaKey) && !event.altKey && { b: "bold", i: "italic" }[event.key.toLowerCase()];
      if (!mark) return;
      event.preventDefault();
      DO[mark]();
    });
    text.addEventListener("paste", (event) => {
      const html = event.clipboardData && event.clipboardData.getData("text/html");
      if (!html) return;
      // The page's policy refuses inline styles, even of a document that nobody shows: they are read as data.
      const named = html.replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle=/gi, " data-style="));
      const words = marks(new DOMParser().parseFromString(named, "text/html").body);
      if (!words) return;
      event.preventDefault();
      insert(words);
    });
  }

  // --- What a word processor puts in the clipboard, as marks ---------------------------------------------------------

  const BLOCKS = "p,div,h1,h2,h3,h4,h5,h6,ul,ol,li,table,blockquote,pre,section,article,header,footer,hr";
  const styleOf = (node) => node.dataset.style || "";
  const one = (words) => words.replace(/[\s ]+/g, " ");

  function inline(node) {
    if (node.nodeType === Node.TEXT_NODE) return one(node.textContent);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("style,script,head,title,meta,o\\:p:empty")) return "";
    if (node.matches("br")) return "\n";
    const words = [...node.childNodes].map(inline).join("");
    if (!words.trim()) return words;
    const wrapped = (mark) => words.replace(/^(\s*)([^]*?)(\s*)$/, `$1${mark}$2${mark}$3`);
    const style = styleOf(node);
    const isHeavy = /font-weight:\s*(bold|[6-9]00)/i.test(style);
    if (node.matches("a[href]") && /^(https?|mailto|tel):/i.test(node.getAttribute("href"))) {
      return `[${words.trim()}](${node.getAttribute("href").replace(/[\s()]/g, encodeURIComponent)})`;
    }
    // Google's clipboard is a <b> of no weight around everything.
    if ((node.matches("b,strong") && !/font-weight:\s*(normal|400)/i.test(style)) || (node.matches("span") && isHeavy)) {
      return node.querySelector(BLOCKS) ? words : wrapped("**");
    }
    if (node.matches("i,em") || (node.matches("span") && /font-style:\s*italic/i.test(style))) return wrapped("*");
    return words;
  }

  const OWN = /^\s*(?:[•·●▪■◦§o–—-]|[]|(\d+|[a-z])[.)])[\s ]+/i;

  function block(node, depth) {
    if (node.nodeType !== Node.ELEMENT_NODE) return one(node.textContent).trim();
    if (node.matches("style,script,meta,link,title")) return "";
    if (node.matches("h1,h2,h3,h4,h5,h6")) return `${"#".repeat(Math.min(3, +node.tagName[1]))} ${inline(node).trim().replace(/\*\*/g, "")}`;
    if (node.matches("ul,ol")) return list(node, depth);
    if (node.matches("table")) return table(node);
    if (node.matches("blockquote")) return marks(node).replace(/^/gm, "> ");
    // Word's own lists are paragraphs that carry their sign.
    if (node.matches("p") && /mso-list|MsoList/.test(styleOf(node) + node.className)) {
      const words = inline(node).replace(/\n/g, " ").trim();
      const sign = words.match(OWN);
      const level = +(styleOf(node).match(/level(\d)/) || [0, 1])[1] - 1;
      return `${"  ".repeat(level)}${sign && sign[1] > 0 ? `${sign[1]}.` : "-"} ${words.replace(OWN, "")}`;
    }
    if (node.querySelector(BLOCKS)) return marks(node, depth);
    return inline(node).trim();
  }

  function list(node, depth = 0) {
    let number = +node.getAttribute("start") || 1;
    return [...node.children]
      .map((item) => {
        if (item.matches("ul,ol")) return list(item, depth + 1);
        if (!item.matches("li")) return "";
        const sign = node.matches("ol") ? `${number++}.` : "-";
        const inner = [...item.childNodes].filter((child) => child.nodeType === Node.ELEMENT_NODE && child.matches("ul,ol"));
        const own = item.cloneNode(true);
        own.querySelectorAll("ul,ol").forEach((child) => child.remove());
        const words = inline(own).replace(/\s*\n\s*/g, " ").trim();
        return [`${"   ".repeat(depth)}${sign} ${words}`, ...inner.map((child) => list(child, depth + 1))].join("\n");
      })
      .filter(Boolean)
      .join("\n");
  }

  function table(node) {
    const rows = [...node.rows].map((row) => [...row.cells].map((cell) => inline(cell).replace(/\s*\n\s*/g, " ").replace(/\|/g, "/").trim()));
    const width = Math.max(...rows.map((row) => row.length), 0);
    if (width < 2) return rows.map((row) => row.join(" ")).join("\n\n");
    const line = (row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`;
    const [head, ...rest] = rows;
    return [line(head), `|${"---|".repeat(width)}`, ...rest.map(line)].join("\n");
  }

  const isItem = (words) => /^\s*(?:-|\d+\.) /.test(words);

  function marks(root, depth = 0) {
    const parts = [];
    let run = "";
    const flush = () => {
      if (run.trim()) parts.push(run.trim());
      run = "";
    };
    root.childNodes.forEach((node) => {
      const isBlock = node.nodeType === Node.ELEMENT_NODE && (node.matches(BLOCKS) || node.querySelector(BLOCKS));
      if (!isBlock) {
        if (node.nodeType !== Node.COMMENT_NODE) run += inline(node);
        return;
      }
      flush();
      const words = block(node, depth);
      if (words.trim()) parts.push(words);
    });
    flush();
    return parts.reduce((all, part, at) => all + (at ? (isItem(part) && isItem(parts[at - 1]) ? "\n" : "\n\n") : "") + part, "");
  }

  // --- The list: a row is dragged to its place ------------------------------------------------------------------------

  const order = document.querySelector("[data-order]");
  let dragged = null;
  const clear = () => order.querySelectorAll("li").forEach((row) => row.classList.remove("is-before", "is-after"));
  const rowAt = (event) => event.target.closest && event.target.closest("[data-order] > li");
  const isLower = (row, event) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

  if (order && order.children.length > 1) {
    [...order.children].forEach((row) => (row.draggable = true));
    order.addEventListener("dragstart", (event) => {
      dragged = rowAt(event);
      event.dataTransfer.effectAllowed = "move";
      dragged.classList.add("is-dragged");
    });
    order.addEventListener("dragover", (event) => {
      const row = rowAt(event);
      if (!dragged || !row) return;
      event.preventDefault();
      clear();
      row.classList.add(isLower(row, event) ? "is-after" : "is-before");
    });
    order.addEventListener("dragend", () => {
      if (dragged) dragged.classList.remove("is-dragged");
      dragged = null;
      clear();
    });
    order.addEventListener("drop", (event) => {
      const row = rowAt(event);
      if (!dragged || !row || row === dragged) return;
      event.preventDefault();
      const rest = [...order.children].filter((each) => each !== dragged);
      const form = dragged.querySelector("form.move");
      const place = Object.assign(document.createElement("input"), { type: "hidden", name: "to" });
      place.value = rest.indexOf(row) + (isLower(row, event) ? 1 : 0);
      form.append(place);
      form.submit();
    });
  }
})();
