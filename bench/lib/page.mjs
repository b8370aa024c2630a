/** The page of results, as a function of the JSON of two runs. */
import { duration } from "./numbers.mjs";

const table = (heads, lines) => [
  `| ${heads.join(" | ")} |`,
  `|${heads.map((_, i) => (i === 0 ? "---" : "--:")).join("|")}|`,
  ...lines.map((cells) => `| ${cells.join(" | ")} |`),
];
const ratio = (x) =>
  x < 0.01 ? x.toPrecision(1) : x < 0.1 ? x.toFixed(3) : x < 10 ? x.toFixed(2) : x.toFixed(0);

/** Where and how the numbers of a run were taken. */
const taken = (run) => {
  const peers = Object.entries(run.peers).map(([name, version]) => `${name} ${version}`);
  const load = [run.load, run.loadAfter].map((x) => x.toFixed(1)).join(" before, ");
  return [
    "```sh",
    // wherever it was written
    run.command,
    "```",
    "",
    `${run.date.slice(0, 16).replace("T", " ")} UTC, Node ${run.node}, ${run.cpu} (${run.cores} cores, Linux ${run.kernel}); load ${load} after. Sources at ${run.commit}. Rivals: ${peers.join(", ")}.`,
  ];
};

/** The row of a system that counts: a right one if there is any. */
const rowOf = ({ rows }, adapter) => {
  const own = rows.filter((row) => row.adapter === adapter);
  return own.find(({ ok, ns }) => ok && ns !== undefined) ?? own.find(({ ns }) => ns !== undefined) ?? own[0];
};

const programs = (run) => {
  const systems = [...new Set(run.cases.flatMap(({ rows }) => rows.map(({ adapter }) => adapter)))];
  const others = systems.filter((name) => name !== "cotangent-jit");
  const cell = (row) => {
    if (row === undefined || row.skip !== undefined) return "";
    if (row.fail !== undefined) return "fails";
    return row.ok ? duration(row.ns) : "wrong";
  };
  const times = run.cases.map((c) => [c.id, ...systems.map((name) => cell(rowOf(c, name)))]);
  const ratios = run.cases.flatMap((c) => {
    const ours = rowOf(c, "cotangent-jit");
    if (ours?.ok !== true) return [];
    const against = others.map((name) => {
      const row = rowOf(c, name);
      return row?.ok && row.ns !== undefined ? ratio(ours.ns / row.ns) : "";
    });
    return [[c.id, ...against, duration(ours.firstMs * 1e6)]];
  });
  return [
    "## Programs",
    "",
    ...taken(run),
    "",
    "One process for each system and workload. Every output is checked against the loops by hand in float64 before",
    "anything is timed; then rounds of about 60 ms, interleaved across systems. The median round counts. `hand` is",
    "JavaScript written for the case, `cotangent` the library without `jit`. A system runs in the preferred dtype of the",
    "case if it has it; empty: it has no way to state the case; wrong: outside the tolerance of the case.",
    "",
    ...table(["median time of a call", ...systems], times),
    "",
    "Times of `cotangent-jit` divided by those of the others (below 1: faster), and its first call, which traces,",
    "compiles and runs:",
    "",
    ...table(["cotangent-jit divided by", ...others, "first call"], ratios),
    "",
  ];
};

const arrays = (run) => {
  const lines = run.cases.flatMap(({ about, rows }) => {
    const [ours, ...rest] = rows;
    const rivals = rest.filter(({ ns, ok }) => ns !== undefined && ok).sort((x, y) => x.ns - y.ns);
    const named = rivals.map(({ system, ns }) => `${system} ${duration(ns)}`).join(", ");
    const to = (part) =>
      rivals.length === 0 ? "" : ratio(ours[part] / Math.min(...rivals.map((row) => row[part])));
    return [[about, duration(ours.ns), named, to("ns"), to("leastNs"), to("processorNs")]];
  });
  return [
    "## Functions of arrays",
    "",
    ...taken(run),
    "",
    `One process for each system and row, ${run.rounds} rounds in which each is called once, in turn (a call of more than half a`,
    "second three times). Every result is checked: factorisations by their residuals, transforms and convolutions",
    "against the sums that define them, sorts element by element. Eager functions of the library, not compiled ones.",
    "The last columns are our time divided by that of the best other library, below 1 if it is less: of medians, of",
    "least times, and of medians of processor time, in which the machine's other work does not count.",
    "",
    ...table(["median time", "cotangent", "others", "to the best", "least times", "processor times"], lines),
    "",
  ];
};

export const page = (ofPrograms, ofArrays) =>
  [
    "# Results",
    "",
    "Written by `node bench/report.mjs` from the JSON of two runs, which lies in `bench/results`; how to make both is said",
    "there and in [README.md](README.md). One thread everywhere. Machines are shared and noisy: read ratios within a",
    "row, not times between runs. What compiled programs consist of, which no noise touches, is counted in",
    "[test/compile/counts.md](../test/compile/counts.md).",
    "",
    ...programs(ofPrograms),
    ...arrays(ofArrays),
  ].join("\n");
