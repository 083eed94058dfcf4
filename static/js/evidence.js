// Files are sent one by one, each with its bar and its own answer; without this the form sends them all together.
(function () {
  "use strict";
  const form = document.querySelector("form[data-evidence]");
  if (!form) return;
  const list = form.querySelector("[data-sent]");
  const button = form.querySelector("button[type=submit]");

  function line(name) {
    const item = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0, ariaLabel: name });
    const said = document.createElement("span");
    said.textContent = form.dataset.waiting;
    item.append(`${name} · `, said, bar);
    list.append(item);
    return { bar, said };
  }

  function tell({ bar, said }, sentences) {
    bar.value = 100;
    bar.hidden = sentences.length > 0;
    said.toggleAttribute("data-refused", sentences.length > 0);
    said.textContent = sentences.join(" ") || form.dataset.done;
  }

  // Resolves once it was answered, to whether it entered.
  function send(values, shown) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const fail = () => {
        tell(shown, [form.dataset.lost]);
        resolve(false);
      };
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        shown.bar.value = (100 * event.loaded) / event.total;
        shown.said.textContent = `${Math.floor(shown.bar.value)} %`;
      });
      request.addEventListener("error", fail);
      request.addEventListener("load", () => {
        let answer;
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          fail();
          return;
        }
        document.getElementById("lista-evidencias").innerHTML = answer.rows;
        tell(shown, answer.refused);
        resolve(!answer.refused.length);
      });
      request.send(values);
    });
  }

  form.addEventListener("submit", async (event) => {
    const { files, url, kind } = form.elements;
    if (!files.files.length) return; // a link alone, or nothing: the page says it
    event.preventDefault();
    button.disabled = true;
    list.replaceChildren();
    const kept = new DataTransfer(); // what did not enter stays chosen
    const waiting = Array.from(files.files, (file) => [file, line(file.name)]);
    const of = (values) => {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      Object.entries(values).forEach(([name, value]) => data.append(name, value));
      return data;
    };
    for (const [file, shown] of waiting) {
      if (!(await send(of({ files: file, kind: kind.value }), shown))) kept.items.add(file);
    }
    if (url.value && (await send(of({ url: url.value }), line(url.value)))) url.value = "";
    files.files = kept.files;
    button.disabled = false;
  });
})();
