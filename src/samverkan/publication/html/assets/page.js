// All of this is convenience: each page works without it. No text becomes markup.
"use strict";
(() => {
  const root = new URL("../", document.currentScript.src);
  const tongue = document.documentElement.lang;
  const [copy, copied, sift] = tongue === "sv" ? ["Kopiera", "Kopierat", "Sök i tabellen"]
    : ["Copy", "Copied", "Find in the table"];
  const first = (selector) => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const add = (parent, name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    parent.append(made);
    return made;
  };
  const tell = (parent, text) => add(parent, "p", text, { role: "status" });
  const button = (parent, text, press) => {
    const made = add(parent, "button", text, { type: "button" });
    made.onclick = press;
    return made;
  };

  // Commands name the server that the page came from.
  for (const code of all("code[data-base]")) {
    if (root.protocol.startsWith("http")) code.textContent = code.textContent.replaceAll(code.dataset.base, root.href);
  }

  // What was asked for is asked for in the other language, too, where no server says so.
  for (const way of all(".tongues a")) way.search ||= location.search;
  // Paper has the address with what was asked for.
  const own = first("[rel=canonical]");
  addEventListener("beforeprint", () => { if (own) own.href = own.href.split("?")[0] + location.search; });

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
  // The page of an option stands below that of its form, where nothing may have been renamed by a field.
  const { before, getAttribute } = Element.prototype;
  const wayOf = (one) => one?.dataset.path
    && getAttribute.call(one.form, "action").replace(/\.[^./]+\.html/, `/${one.parentElement.name}=${one.dataset.path}$&`);
  const fields = all("form[data-paths] [name]");
  const isBox = (field) => field.type === "checkbox";
  for (const form of all("form[data-paths]")) {
    form.onsubmit = () => {
      const [field, more] = fields.filter((each) => (isBox(each) ? each.checked : each.value));
      const path = !more && wayOf(field?.selectedOptions?.[0]);
      if (path) location.assign(path);
      return !path;
    };
  }

  // A host of files answers no form: say so, and keep what was filled in, or take away what it can't answer.
  const say = (form, place) => before.call(
    place, add(document.body, "p", getAttribute.call(form, "data-unasked"), { role: "status", class: "notice" }),
  );
  const unasked = async (form, lack, offer) => {
    const [suffix] = getAttribute.call(form, "action").match(/\.[^./]+\.html/);
    const found = await fetch(new URL(`sparql${suffix}`, root), { method: "HEAD" }).catch(() => null);
    if (!found?.headers.has("query-limits")) lack();
    else offer?.();
  };
  const given = new URLSearchParams(location.search);

  // A cell that says only that there is no value.
  const isGap = (cell) => cell.childNodes.length === 1 && cell.firstChild.localName === "small";

  // Choices of several menus together, where all rows are here and each option knows its own.
  const narrow = (place, missed) => {
    const list = first("[data-all]");
    const rows = all(".answer tbody tr");
    const menus = fields.filter((field) => field.options);
    const picked = menus.map((field) => field.selectedOptions[0]);
    if (rows.length !== +list?.dataset.all || missed.some((field) => !field.selectedOptions?.[0]?.dataset.rows)) return false;
    const name = (one) => one.textContent.replace(/ \(\d+\)$/, "");
    const with_ = (one) => one.dataset.rows.split(" ");
    const fits = (at, but) => picked.every((one) => one === but || !one.value || with_(one).includes(`${at}`));
    // What is chosen comes first in its cell; where that has it not, how the row has it.
    const lead = (cell, said, one) => {
      const links = all("a", cell);
      const own = links.find((link) => `${link.textContent} (`.startsWith(`${name(one)} (`));
      if (said) {
        if (isGap(cell)) cell.textContent = "";
        cell.prepend(add(cell, "small", `${one.parentElement.labels[0].textContent}:`), ` ${said}`, add(cell, "br", ""));
      } else if (own) {
        own.replaceWith(links[0].cloneNode(true));
        links[0].replaceWith(own);
      }
    };
    for (const one of picked) {
      const { cell, said = "{}" } = one.dataset;
      if (cell) rows.forEach((row, at) => lead(row.cells[cell], JSON.parse(said)[at], one));
    }
    const left = rows.filter((row, at) => fits(at) || row.remove());
    const { said, none, whole, clear, clearAll } = list.dataset;
    first(".answer p").textContent = left.length ? said.replace("{count}", left.length) : none;
    if (!left.length) first(".answer table").remove();
    const chosen = document.createElement("ul");
    chosen.className = "inline chosen";
    const way = (parent, text, href) => add(parent, "a", text, { href: href || location.pathname });
    picked.forEach((own, which) => {
      for (const one of own.parentElement.options) {
        const count = one.value && with_(one).filter((at) => fits(at, own)).length;
        if (one.value) one.textContent = `${name(one)} (${count})`;
        one.hidden = one.disabled = count === 0 && one !== own;
      }
      if (!own.value) return;
      const others = picked.filter((one) => one.value && one !== own);
      const rest = new URLSearchParams(given);
      rest.delete(menus[which].name);
      const item = add(chosen, "li", `${menus[which].labels[0].textContent}: `);
      add(item, "strong", name(own));
      item.append(" ");
      add(way(item, clear, others[1] ? `?${rest}` : wayOf(others[0])), "span", `: ${name(own)}`, { class: "unseen" });
    });
    way(add(chosen, "li", ""), clearAll);
    place.parentElement.before(chosen);
    first(".take").append(". ", whole);
    return true;
  };
  if (fields.length && !first("[data-index]")) {
    const { form } = fields[0];
    const place = fields[0].closest(".filter");
    const missed = first(".chosen") ? [] : fields.filter((field) => (isBox(field) ? !field.checked && given.getAll(field.name).includes(field.value)
      : given.get(field.name) && given.get(field.name) !== field.value));
    for (const field of missed) {
      if (isBox(field)) field.checked = true;
      else field.value = given.get(field.name);
    }
    const free = fields.filter((field) => !field.options);
    if (missed.length && !narrow(place, missed)) say(form, place);
    else if (free.length) unasked(form, () => {
      for (const field of free) field.closest("p, fieldset").hidden = true;
      if (free.length < fields.length) return;
      say(form, place);
      place.hidden = true;
    });
  }

  // Search where no server has searched.
  const alike = { æ: "ae", œ: "oe", ß: "ss", þ: "th", đ: "d", ð: "d", ħ: "h", ı: "i", ł: "l", ŋ: "n", ø: "o", ŧ: "t" };
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[^\0-~]/g, (letter) => alike[letter] || letter).replace(/[\s\p{Pd}]+/gu, " ").trim();
  // A word is looked for at the beginning of words, and inside of them if it isn't short.
  const begins = (text, words) => text.split(words).slice(0, -1).some((before) => !/[\p{L}\p{N}_]$/u.test(before));
  const stands = (text, word) => word.length > 3 || !word ? text.includes(word) : begins(text, word);
  const has = (text, wanted) => wanted.split(" ").every((word) => stands(text, word));
  // The search itself is loaded where one searches; where modules can't be loaded, no index can either.
  let loading;
  const searcher = () => loading ||= import(new URL("assets/search.js", root))
    .then((found) => found.default({ root, add, first, tell, plain, begins, stands, has }));
  const text = given.get("text") || "";
  for (const place of all("[data-index]")) {
    if (!plain(text) || text === place.dataset.text) continue;
    for (const field of all("input[name=text]")) field.value = text;
    searcher().then(({ search }) => search(place, text)).catch(() => tell(place, place.dataset.failed));
  }

  // Where nothing stands, what is called nearly so is named.
  // A page in another language that was asked for: what is said in that comes first.
  const suggest = async (place) => {
    const other = all("main > [data-suffix][lang]").find((each) => location.pathname.endsWith(each.dataset.suffix));
    if (other) {
      const { suffix, search: index, near } = other.dataset;
      Object.assign(place.dataset, { suffix, index, near });
      place.lang = other.lang;
      first("main").prepend(other, place);
    }
    const last = decodeURIComponent(location.pathname.split("/").pop().split(".")[0]);
    if (plain(last)) await (await searcher()).search(place, last);
  };
  for (const place of all("[data-missing='404']")) suggest(place).catch(() => {});

  // What is meant is suggested while one writes.
  for (const form of all("[data-names]")) {
    const list = add(form, "ul", "", { class: "suggested" });
    const field = form.querySelector("input");
    list.hidden = true;
    field.oninput = async () => {
      const wanted = field.value;
      const { find, show } = await searcher().catch(() => ({}));
      const hits = find && plain(wanted).length > 1 ? await find(form.dataset.names, wanted).catch(() => []) : [];
      if (wanted !== field.value) return;
      list.replaceChildren();
      for (const hit of hits.slice(0, 7)) add(show(list, hit, wanted, form.dataset.suffix), "small", ` ${hit.row.kind}`);
      list.hidden = !hits.length;
    };
    form.onkeydown = (event) => { if (event.key === "Escape") list.hidden = true; };
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) list.hidden = true; });
  }

  // A table is sorted by a click on a heading, and filtered by what one writes.
  const order = new Intl.Collator(tongue, { numeric: true });
  const said = (row, at) => row.cells[at].querySelector("time")?.dateTime || (isGap(row.cells[at]) ? "" : row.cells[at].textContent.trim());
  for (const table of all("main table:has(thead)")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 4) continue;
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const made = button(head, head.textContent, () => {
        const down = head.ariaSort === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.ariaSort = down ? "descending" : "ascending";
        rows.sort((one, other) => (!said(one, at) - !said(other, at)) || order.compare(said(one, at), said(other, at)) * (down ? -1 : 1));
        table.tBodies[0].append(...rows);
      });
      head.replaceChildren(made);
    });
    if (rows.length < 10) continue;
    const label = add(document.body, "label", sift, { class: "sift" });
    const field = add(label, "input", "", { type: "search" });
    field.oninput = () => {
      for (const row of rows) row.hidden = !has(plain(row.textContent), plain(field.value));
      told.textContent = rows.filter((row) => !row.hidden).length;
    };
    (table.closest(".scroll") || table).before(label);
  }

  // The editor of free queries.
  const editor = first("textarea#query");
  if (!editor) return;
  const offer = () => {
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
  };
  const asked = given.get("query");
  if (first("#answer, [role=alert]")) offer();
  else {
    if (asked && asked.trim() !== editor.value.trim()) first(".first")?.remove();
    editor.value = asked || editor.value;
    unasked(editor.form, () => {
      first("main > .lead").replaceWith(first("template").content);
      for (const part of all("[data-served]")) part.remove();
      editor.readOnly = true;
    }, offer);
  }
  editor.form.onsubmit = () => {
    // No address is so long.
    if (encodeURIComponent(editor.value).length > 8000) editor.form.method = "post";
  };
  editor.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
  };
})();
