// The search where no server searches, and the suggestions while one writes. No text becomes markup.
export default ({ root, add, first, tell, plain, begins, stands, has }) => {
  const rank = (name, wanted) => {
    if (name.startsWith(wanted)) return name === wanted ? 0 : 1;
    return begins(name, wanted) ? 2 : has(name, wanted) ? 3 : 9;
  };
  // Two words that differ in one letter; the second may go on. A number is no slip for another one.
  const near = (one, other) => {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    const [rest, left] = [one.slice(at), other.slice(at)];
    return one.length > 3 && !/\d/.test(one) && [[rest.slice(1), left.slice(1)], [rest.slice(1), left], [rest, left.slice(1)],
      [(rest[1] || "") + (rest[0] || "") + rest.slice(2), left]].some(([begin, whole]) => whole.startsWith(begin));
  };
  const nearAll = (name, wanted) => wanted.split(" ")
    .every((word) => name.split(" ").some((other) => stands(other, word) || near(word, other)));
  const alternatives = (text, groups) => [text, ...groups.map((group) => group.map(plain)).flatMap((group) =>
    group.filter((word) => ` ${text} `.includes(` ${word} `)).flatMap((word) => group.filter((other) => other !== word)
      .map((other) => ` ${text} `.replaceAll(` ${word} `, ` ${other} `).trim())))];
  const common = (row) => !row.late && !row.term;
  // What has some of the words: a word weighs the more, the fewer have it, and twice in a name.
  const some = (rows, wanted) => {
    const most = new Map();
    const fields = [(row) => row.all, (row) => row.bare.join(" ")];
    for (const text of wanted) {
      const sums = new Map();
      for (const word of text.match(/[\p{L}\p{N}_]{3,}/gu) || []) {
        for (const field of fields) {
          const begun = rows.filter((row) => begins(field(row), word));
          const slip = (row) => wanted[0].includes(word) && nearAll(field(row), word);
          const having = begun.length ? begun : rows.filter(slip);
          for (const row of having) sums.set(row, (sums.get(row) || 0) + 1 / having.length);
        }
      }
      for (const [row, sum] of sums) most.set(row, Math.max(sum, most.get(row) || 0));
    }
    const weights = [...most].filter(([row]) => common(row)).map((pair) => pair[1]);
    const best = Math.max(...weights.length ? weights : most.values());
    return rows.filter((row) => most.get(row) >= best / 3).sort((one, other) => most.get(other) - most.get(one))
      .map((row) => ({ row, match: row.name, rank: 6 }));
  };
  const read = {};
  const slug = (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  // A row: a name, the last part of the path (slashes: of which name it is made), other names; a description.
  const row = (line, folder) => {
    const [called, said = ""] = line.split("\t\t");
    const [name, last, ...others] = called.split("\t");
    const names = [name, ...others];
    const end = last[0] === "/" ? slug(names[last.length - 1]) : last;
    return { name, names, said, term: folder === "def", path: folder ? `${folder}/${end}` : end, bare: names.map(plain),
      all: plain([...names, said, folder === "query" ? end : ""].join(" ")) };
  };
  const index = (address) => read[address] ||= fetch(address).then((found) => found.json()).then(
    ([kinds, groups, stops, folders, late]) => ({ groups, stops: stops.split(" "), rows: folders.flatMap(
      ([folder, kind, lines]) => lines.split("\n").map((line) =>
        ({ ...row(line, folder), kind: kinds[kind], place: kind, late: kind >= late }))) }));
  const find = async (address, text) => {
    const { groups, stops, rows } = await index(address);
    const whole = alternatives(plain(text), groups);
    const without = (words) => words.split(" ")
      .filter((word) => !stops.includes(word.replace(/[?!.,]/g, ""))).join(" ") || words;
    // Where a word stands for a longer phrase, the words of that do not count.
    const size = (words) => words.split(" ").length;
    const wanted = whole.filter((words) => size(words) <= size(whole[0])).map(without);
    const least = (one, other) => one.rank - other.rank;
    const hit = (row, texts) => texts.map((words) => {
      const best = row.bare.map((name, at) => ({ row, match: row.names[at], rank: rank(name, words) })).sort(least)[0];
      return best.rank === 9 && has(row.all, words) ? { ...best, rank: 4 } : best;
    }).sort(least)[0];
    const withAll = (texts) => rows.map((row) => hit(row, texts)).filter((one) => one.rank < 9);
    let found = withAll(whole);
    if (!found.length) found = withAll(wanted);
    if (!found.length) found = rows.filter((row) => row.bare.some((name) => wanted.some((words) => nearAll(name, words))))
      .map((row) => ({ row, match: row.name, rank: 5 }));
    // What has some of the words follows where nothing was found that many look for.
    const enough = found.length && (!wanted[0].includes(" ") || found.some(({ row }) => common(row)));
    const further = enough ? [] : some(rows, wanted).filter(({ row }) => common(row) || !found.length);
    // What is called just so first, then by kind; before that what the menu has, and a kind that is called so.
    const named = found.find(({ row }) => plain(row.kind) === wanted[0])?.row.kind;
    const sorted = ({ row, rank }) => [+(rank > 5), +row.term, +row.late,
      +!!(named && row.place && row.kind !== named), [0, 1, 1, 2, 2, 3, 4][rank], rank < 6 ? row.place : 0, rank];
    return [...found, ...further].map((hit) => [sorted(hit), hit])
      .sort(([one], [other]) => one.map((part, at) => part - other[at]).find(Boolean) || 0).map(([, hit]) => hit);
  };
  const show = (parent, { row, match }, text, suffix, called) => {
    const item = add(parent, "li", "");
    add(add(item, "a", "", { href: new URL(`./${row.path}${suffix}`, root).href }), "bdi", row.name);
    if (called && match !== row.name && !has(plain(row.name), plain(text))) {
      item.append(" ", add(item, "small", called.replace("{name}", () => match)));
    }
    if (called && row.said) item.append(" ", add(item, "small", row.said));
    return item;
  };
  const search = async (place, text) => {
    const { index: address, suffix, called, near: meant, none, one, many, like, some: partly, rest, more } = place.dataset;
    const found = await find(address, text);
    const hits = meant ? found.filter((hit) => hit.rank < 6).slice(0, 3) : found.slice(0, 100);
    place.replaceChildren();
    if (!meant) first("main > .lead")?.remove();
    if (meant && hits.length) add(place, "h2", meant);
    if (!meant) {
      const full = found.filter((hit) => hit.rank < 6).length || found.length;
      const all = full < found.length ? rest : hits[1] ? many : one;
      const told = hits.length ? { 5: like, 6: partly }[hits[0].rank] || all : none;
      tell(place, told.replace("{count}", full).replace("{text}", () => text));
    }
    const kinds = new Set(hits.map((hit) => hit.row.kind));
    for (const kind of kinds) {
      if (kind) add(place, "h3", kind);
      const own = hits.filter((one) => one.row.kind === kind);
      const shown = more && kinds.size > 1 && own.length > 7 ? 5 : own.length;
      const list = (parent, some) => {
        const made = add(parent, "ul", "");
        for (const hit of some) show(made, hit, text, suffix, called);
      };
      list(place, own.slice(0, shown));
      if (own.length === shown) continue;
      const folded = add(place, "details", "");
      add(folded, "summary", more.replace("{count}", own.length - shown));
      list(folded, own.slice(shown));
    }
  };
  return { find, show, search };
};
