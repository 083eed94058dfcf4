// The outbox: reports that were saved on this phone while there was no signal, until the site has them; and the pages that
// open without signal. All of it is of one person, and goes when they sign out (docs/adr/0032).
(function () {
  "use strict";

  const { person, worker, board, ...words } = document.currentScript.dataset;
  const PAGES = `convite-${person}`;
  const MOST_PAGES = 6; // reports to come that are kept from one page
  const MOST_KEPT = 150; // pages and pieces; then it begins anew
  const FRESH = 600000; // milliseconds for which a report that a page leads to is not asked for again
  const AGAIN = 20000; // milliseconds between two tries
  const REPORT = /\/actividades\/espacios\/\d+\/reporte\/$/;
  const SPACE = /\/actividades\/espacios\/\d+\/$/;

  // --- What is stored: "waiting" (reports by their token) and "chosen" (files of a report that was not sent) ---------

  const opened = new Promise((resolve, reject) => {
    const request = window.indexedDB ? indexedDB.open("convite", 1) : null;
    if (!request) return reject(new Error("none"));
    request.onupgradeneeded = () => ["waiting", "chosen"].forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => {});

  async function stored(name, mode, act) {
    const transaction = (await opened).transaction(name, mode);
    const request = act(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
  const put = (name, key, value) => stored(name, "readwrite", (box) => box.put(value, key));
  const drop = (name, key) => stored(name, "readwrite", (box) => box.delete(key));
  const get = (name, key) => stored(name, "readonly", (box) => box.get(key));

  async function mine() {
    try {
      const all = await stored("waiting", "readonly", (box) => box.getAll());
      return all.filter((entry) => entry.person === person).sort((one, other) => one.at - other.at);
    } catch {
      return []; // this browser keeps nothing
    }
  }

  // --- Sending --------------------------------------------------------------------------------------------------------

  function token() {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
  }

  // Resolves to the answered request; to null when it got lost.
  function post(entry, progress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", entry.address);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("X-CSRFToken", token());
      if (progress) {
        request.upload.addEventListener("progress", (event) => {
          if (event.lengthComputable) progress((100 * event.loaded) / event.total);
        });
      }
      request.addEventListener("load", () => resolve(request));
      ["error", "abort", "timeout"].forEach((name) => request.addEventListener(name, () => resolve(null)));
      const data = new FormData();
      entry.values.forEach(([name, value]) => data.append(name, value));
      request.send(data);
    });
  }

  // What became of it: {state: "saved", url} · {state: "refused", page or said} · {state: "waiting" or "signed-out", said}
  async function send(entry, progress) {
    if (!navigator.onLine) return { state: "waiting", said: words.waiting };
    let answer = await post(entry, progress);
    if (answer && answer.status === 403) {
      // The token may have changed since: a page brings that of today.
      await fetch(entry.address, { headers: { "HX-Request": "true" } }).catch(() => null);
      answer = await post(entry, progress);
    }
    if (!answer) return { state: "waiting", said: words.waiting };
    const url = answer.getResponseHeader("HX-Redirect");
    if (url) return { state: "saved", url };
    if (answer.status >= 500) return { state: "waiting", said: words.down };
    if (answer.status === 401) return { state: "signed-out", said: words.signedOut };
    if (answer.status !== 200) return { state: "refused", said: `${words.refused} (${answer.status})` };
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    if (page.querySelector("form[data-report]")) return { state: "refused", page };
    if (page.querySelector("input[type=password]")) return { state: "signed-out", said: words.signedOut };
    const said = [...page.querySelectorAll(".message")].map((message) => message.textContent.trim());
    return { state: "refused", said: said.join(" ") || words.refused };
  }

  // Stores it before it is sent, so that nothing is lost on the way; its token makes it one, however often it arrives.
  async function deliver(entry, progress) {
    await put("waiting", entry.id, { ...entry, state: "waiting" });
    const result = await send(entry, progress);
    if (result.state === "saved") {
      await drop("waiting", entry.id);
      await drop("chosen", entry.key);
      localStorage.removeItem(`convite-draft:${entry.key}`);
    } else {
      await put("waiting", entry.id, { ...entry, state: result.state });
    }
    return result;
  }

  // --- What every page shows of it ------------------------------------------------------------------------------------

  const box = document.querySelector("[data-outbox]");
  const sent = [];

  function line(text, address, label, discards) {
    const item = document.createElement("li");
    item.append(`${text} `);
    if (address) item.append(Object.assign(document.createElement("a"), { href: address, textContent: label }));
    if (discards) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.discard });
      button.className = "btn btn-link";
      button.addEventListener("click", async () => {
        if (!window.confirm(words.sure)) return;
        await drop("waiting", discards.id);
        await drop("chosen", discards.key);
        show();
      });
      item.append(" ", button);
    }
    return item;
  }

  async function show() {
    if (!box) return;
    const here = location.pathname + location.search;
    const entries = (await mine()).filter((entry) => entry.address !== here);
    const list = box.querySelector("ul");
    list.replaceChildren(
      ...sent.map(({ title, url }) => line(`${words.sent} ${title}.`, url, words.see)),
      ...entries.map((entry) => {
        if (entry.state === "refused") return line(`${words.notSaved} ${entry.title}.`, entry.address, words.mend, entry);
        if (entry.state === "signed-out") return line(`${entry.title}. ${words.signedOut}`);
        return line(`${entry.title}. ${words.waiting}`);
      }),
    );
    box.hidden = !list.children.length;
  }

  // One tab at a time; the report that stands open is its own page's (report.js).
  async function sendAll() {
    const here = document.querySelector("form[data-report]") ? location.pathname + location.search : "";
    const go = async () => {
      for (const entry of await mine()) {
        if (entry.state === "refused" || entry.address === here || !navigator.onLine) continue;
        const result = await deliver(entry);
        if (result.state === "saved") sent.push({ title: entry.title, url: result.url });
      }
    };
    if (navigator.locks) await navigator.locks.request("convite-outbox", { ifAvailable: true }, (lock) => lock && go());
    else await go();
    await show();
  }

  // --- Pages that open without signal ---------------------------------------------------------------------------------

  async function keep(cache, address) {
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok && !answer.redirected) await cache.put(address, answer);
  }

  async function keepPages() {
    const cache = await caches.open(PAGES);
    if ((await cache.keys()).length > MOST_KEPT) {
      await caches.delete(PAGES);
      return keepPages();
    }
    const pieces = performance.getEntriesByType("resource").map((entry) => entry.name);
    const own = pieces.filter((name) => name.startsWith(location.origin) && /\.(css|js|woff2?|svg|png)(\?|$)/.test(name));
    for (const name of own) {
      if (!(await cache.match(name))) await cache.add(name).catch(() => null);
    }
    const isOpened = location.pathname === board || document.querySelector("form[data-report]");
    if (isOpened) await keep(cache, location.pathname);
    const links = [...document.querySelectorAll("main a[href]")].map((link) => new URL(link.href).pathname);
    for (const path of [...new Set(links.filter((link) => REPORT.test(link)))].slice(0, MOST_PAGES)) {
      const copy = await cache.match(path);
      const isFresh = copy && Date.now() - Date.parse(copy.headers.get("Date")) < FRESH;
      if (path !== location.pathname && !isFresh) await keep(cache, path);
    }
  }

  async function forgetOthers() {
    for (const name of await caches.keys()) {
      if (name.startsWith("convite-") && name !== PAGES) await caches.delete(name);
    }
  }

  async function openWithoutSignal() {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    await forgetOthers();
    await navigator.serviceWorker.register(worker);
    const isPhone = window.matchMedia("(pointer: coarse)").matches;
    const leadsToReports = location.pathname === board || SPACE.test(location.pathname) || document.querySelector("form[data-report]");
    if (isPhone && leadsToReports && navigator.onLine) await keepPages();
  }

  // --- Signing out ----------------------------------------------------------------------------------------------------

  async function forget() {
    for (const entry of await mine()) await drop("waiting", entry.id);
    const keys = await stored("chosen", "readonly", (chosen) => chosen.getAllKeys()).catch(() => []);
    for (const key of keys) if (key.startsWith(`${person}:`)) await drop("chosen", key);
    if (window.caches) for (const name of await caches.keys()) if (name.startsWith("convite-")) await caches.delete(name);
    if ("serviceWorker" in navigator) for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  }

  const leaving = document.querySelector("form[data-forget-drafts]");
  if (leaving) {
    leaving.addEventListener("submit", async (event) => {
      event.preventDefault();
      await forget().catch(() => null);
      leaving.submit();
    });
    mine().then((entries) => {
      const warning = document.querySelector("[data-unsent]");
      if (warning) warning.hidden = !entries.length;
    });
    return;
  }

  window.outbox = { person, words, opened, put, drop, get, mine, deliver, AGAIN };
  sendAll();
  window.addEventListener("online", sendAll);
  setInterval(async () => {
    if ((await mine()).some((entry) => entry.state !== "refused")) sendAll();
  }, AGAIN);
  window.addEventListener("load", () => openWithoutSignal().catch(() => null));
})();
