// All of this is convenience: each page works without it. No text becomes markup.
"use strict";
(() => {
  const root = new URL("../", document.currentScript.src);
  const tongue = document.documentElement.lang;
  const [copy, copied] = tongue === "sv" ? ["Kopiera", "Kopierat"] : ["Copy", "Copied"];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const add = (parent, name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    parent.append(made);
    return made;
  };
  const button = (parent, text, press) => {
    const made = add(parent, "button", text, { type: "button" });
    made.onclick = press;
    return made;
  };

  // Commands name the server that the page came from.
  for (const code of all("code[data-base]")) {
    if (root.protocol.startsWith("http")) code.textContent = code.textContent.replaceAll(code.dataset.base, root.href);
  }

  // A button copies.
  const told = add(document.body, "p", "", { "aria-live": "polite", class: "unseen" });
  const tools = (code) => {
    const next = code.parentElement.nextElementSibling;
    if (next && next.className === "tools") return next;
    const made = add(document.body, "p", "", { class: "tools" });
    code.parentElement.after(made);
    return made;
  };
  for (const code of navigator.clipboard ? all("pre > code") : []) {
    const made = button(tools(code), copy, async () => {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = made.textContent = copied;
      setTimeout(() => { told.textContent = ""; made.textContent = copy; }, 2000);
    });
  }

  // A menu that alone has a value leads to its page, with a server or without.
  // A field may be called as a property of its form, which is asked for none.
  const fields = all("form[data-paths] [name]");
  for (const form of all("form[data-paths]")) {
    form.onsubmit = () => {
      const [field, more] = fields.filter((each) => each.value);
      const path = !more && field?.selectedOptions?.[0].dataset.path;
      if (path) location.assign(path);
      return !path;
    };
  }

  // A host of files answers no form: say so, and keep what was filled in.
  const { before, getAttribute } = Element.prototype;
  const say = (form) => before.call(
    form, add(document.body, "p", getAttribute.call(form, "data-unasked"), { role: "status", class: "notice" }),
  );
  const given = new URLSearchParams(location.search);
  if (!document.querySelector(".chosen, [data-index]")) {
    const missed = fields.filter(({ name, value }) => given.get(name) && given.get(name) !== value);
    for (const field of missed) field.value = given.get(field.name);
    if (missed.length) say(missed[0].form);
  }

  // Search where no server has searched.
  const alike = { æ: "ae", œ: "oe", ß: "ss", þ: "th", đ: "d", ð: "d", ħ: "h", ı: "i", ł: "l", ŋ: "n", ø: "o", ŧ: "t" };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
    .replace(/[^\0-~]/g, (letter) => alike[letter] || letter).replace(/[\s\p{Pd}]+/gu, " ").trim();
  const rank = (name, wanted) => {
    const found = plain(name);
    if (found.startsWith(wanted)) return found === wanted ? 0 : 1;
    return found.includes(` ${wanted}`) ? 2 : wanted.split(" ").every((word) => found.includes(word)) ? 3 : 4;
  };
  const search = async (place, wanted) => {
    const { index, suffix, none, called } = place.dataset;
    const list = place.querySelector("ul");
    const near = (one, other) => one[0] - other[0];
    const best = (row) => [row[0], ...row[1]].map((name) => [rank(name, wanted), name, row]).sort(near)[0];
    const hits = (await (await fetch(index)).json()).map(best).filter((hit) => hit[0] < 4).sort(near);
    list.replaceChildren();
    list.hidden = !hits.length;
    if (!hits.length) add(place, "p", none, { role: "status" });
    for (const [, match, [name, , path, kind]] of hits.slice(0, 100)) {
      const item = add(list, "li", "");
      add(add(item, "a", "", { href: new URL(`./${path}${suffix}`, root).href }), "bdi", name);
      const notes = [kind, rank(name, wanted) < 4 ? "" : called.replace("{name}", () => match)];
      for (const note of notes.filter(Boolean)) item.append(" ", add(item, "small", note));
    }
  };
  const text = given.get("text") || "";
  for (const place of all("[data-index]")) {
    if (!plain(text) || text === place.dataset.text) continue;
    for (const field of all("input[name=text]")) field.value = text;
    search(place, plain(text)).catch(() => add(place, "p", place.dataset.failed, { role: "status" }));
  }

  // The editor of free queries.
  const editor = document.querySelector("textarea#query");
  if (!editor) return;
  const asked = given.get("query");
  if (asked && !document.querySelector("#answer, [role=alert]")) {
    editor.value = asked;
    say(editor.form);
  }
  editor.form.onsubmit = () => {
    if (encodeURIComponent(editor.value).length > 8000) editor.form.method = "post"; // no address is so long
  };
  editor.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
  };
  for (const place of all("[data-insert]")) {
    place.querySelector("h2").after(add(place, "p", place.dataset.insert));
    for (const code of all("code", place)) {
      const made = button(code.parentElement, "", () => {
        editor.focus();
        editor.setRangeText(`${code.textContent} `, editor.selectionStart, editor.selectionEnd, "end");
      });
      code.replaceWith(made);
      made.append(code);
    }
  }
  for (const place of all("[data-examples]")) {
    for (const code of all("pre > code", place)) {
      button(tools(code), place.dataset.examples, () => {
        editor.value = code.textContent;
        editor.focus();
      });
    }
  }
})();
