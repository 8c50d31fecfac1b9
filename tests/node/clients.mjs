// What clients in JavaScript make of a site that is served: node clients.mjs BASE. A line of JSON for each thing tried.

import jsonld from "jsonld";
import { Parser, Store } from "n3";
import { QueryEngine } from "@comunica/query-sparql";
import { QueryEngine as Traversal } from "@comunica/query-sparql-link-traversal";
import Validator from "rdf-validate-shacl";

const base = process.argv[2];
const address = (path) => new URL(path, base).href;
const SAM = "https://w3id.org/samverkan/def/";
const LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel";

async function text(path, accept) {
  const answer = await fetch(address(path), accept ? { headers: { accept } } : {});
  if (!answer.ok) throw new Error(`${path} gave ${answer.status}`);
  return answer.text();
}

const parsed = async (path, accept) => new Parser({ baseIRI: base }).parse(await text(path, accept));
const lines = (written) => new Set(written.trim().split("\n"));
const ids = (found, path) => [].concat(found[path] ?? []).map((each) => each["@id"] ?? each.id);

function equal(found, expected) {
  const [one, other] = [found, expected].map((each) => JSON.stringify(each instanceof Set ? [...each].sort() : each));
  if (one !== other) throw new Error(`${one.slice(0, 300)} is not ${other.slice(0, 300)}`);
}

async function bindings(engine, query, sources, context = {}) {
  return (await engine.queryBindings(query, { sources, ...context })).toArray();
}

const documents = ["agreement/solna", "organisation/solna", "person/p1", "collaboration/ki-region-stockholm"];
const agreements = `SELECT ?a { ?a a <${SAM}Agreement> }`;

const TRIED = [
  ["jsonld", "a document says the same as its N-Triples", async () => {
    for (const each of documents) {
      const read = JSON.parse(await text(`doc/${each}.jsonld`));
      equal(lines(await jsonld.toRDF(read, { format: "application/n-quads" })), lines(await text(`doc/${each}.nt`)));
    }
  }],
  ["jsonld", "loading a thing by its own address", async () => {
    const [found] = await jsonld.expand(address("id/agreement/solna"));
    equal(ids(found, `${SAM}party`).length, 2);
  }],
  ["jsonld", "compacting with the published context", async () => {
    const read = JSON.parse(await text("doc/agreement/solna.jsonld"));
    const compact = await jsonld.compact(await jsonld.expand(read), address("context.jsonld"));
    equal(Object.keys(compact).sort(), Object.keys(read).filter((key) => key !== "name").sort());
    equal(compact.signatureDate, read.signatureDate);
    equal(ids(compact, "party").sort(), ids(read, "party").sort());
  }],
  ["n3", "Turtle, TriG and N-Quads hold equally much", async () => {
    const sizes = [];
    for (const form of ["ttl", "trig", "nq"]) sizes.push((await parsed(`dump/dataset.${form}`)).length);
    equal(new Set(sizes).size, 1);
    if (sizes[0] < 1000) throw new Error(`only ${sizes[0]} statements`);
  }],
  ["@comunica/query-sparql", "asking the endpoint", async () => {
    const sources = [{ type: "sparql", value: address("sparql") }];
    equal((await bindings(new QueryEngine(), agreements, sources)).length, 6);
  }],
  ["@comunica/query-sparql", "asking the dump by its address", async () => {
    equal((await bindings(new QueryEngine(), agreements, [address("dump/dataset.ttl")])).length, 6);
  }],
  ["@comunica/query-sparql", "asking a document by the address of its thing", async () => {
    const query = `SELECT ?p { <${address("id/agreement/solna")}> <${SAM}party> ?p }`;
    equal((await bindings(new QueryEngine(), query, [address("id/agreement/solna")])).length, 2);
  }],
  ["@comunica/query-sparql-link-traversal", "following links from one thing to the next", async () => {
    const start = address("id/agreement/solna");
    const query = `SELECT ?k { <${start}> <${SAM}party> ?p . ?p <http://www.w3.org/ns/org#classification> ?k . ?k <${LABEL}> ?n }`;
    // What other sites have can't be reached from everywhere.
    const found = await bindings(new Traversal(), query, [start], { lenient: true });
    if (!found.some((each) => each.get("k").value.endsWith("/municipality"))) throw new Error("no kind was reached");
  }],
  ["rdf-validate-shacl", "the shapes as one graph find what our own engine finds", async () => {
    const shapes = new Store(await parsed("shapes-core", "text/turtle"));
    const data = new Store(await parsed("dump/dataset.ttl"));
    const report = await new Validator(shapes).validate(data);
    const ours = JSON.parse(await text("validation.json"));
    const severity = (each) => each.severity.value.split("#")[1].toLowerCase();
    const key = (focus, shape) => `${focus} ${shape}`;
    const theirs = report.results.filter((each) => severity(each) !== "info");
    equal(
      new Set(theirs.map((each) => key(each.focusNode.value, each.sourceShape.value))),
      new Set(ours.findings.filter((each) => each.check === "shacl" && each.severity !== "info").map((each) => key(each.focus, each.shape))),
    );
  }],
];

for (const [client, what, attempt] of TRIED) {
  let fault = null;
  try {
    await attempt();
  } catch (error) {
    fault = String(error).slice(0, 500);
  }
  console.log(JSON.stringify({ client, what, fault }));
}
