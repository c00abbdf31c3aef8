import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import ts from "typescript";

/**
 * The folders, each above those that it may import: a file imports from its own folder and from lower floors. Folders
 * of one floor, an inner list, do not import one another.
 */
const FLOORS: readonly (string | readonly string[])[] = [
  "theme",
  "api",
  "format",
  "url",
  "components/inline",
  "components/page",
  ["components/blocks", "components/lists", "components/forms"],
  "charts",
  // What the screens of several nouns show.
  ["parts/stats", "parts/catalog", "parts/suggestions", "parts/events", "parts/span"],
  "parts/endpoints",
  "parts/deliveries",
  "parts/deliveries/bulk",
  "parts/attempts",
  // What the frame of both pages needs.
  "shell",
  // Parts of one noun's screens, from the bottom up.
  ["routes/endpoints/form", "routes/events/publish"],
  "routes/endpoints/actions",
  "routes/endpoints/transform",
  [
    "routes/attempts",
    "routes/audit",
    "routes/catalog",
    "routes/deadLetters",
    "routes/deliveries",
    "routes/dialects",
    "routes/endpoints/add",
    "routes/endpoints/list",
    "routes/endpoints/one",
    "routes/events",
    "routes/guide",
    "routes/jobs",
    "routes/keys",
    "routes/overview",
    "routes/settings",
    "routes/tenants",
  ],
  "routes",
  "app/session",
  "app/projects",
  "app/project/search",
  "app/project",
  ["app", "portal"],
];

type Graph = ReadonlyMap<string, readonly string[]>;

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
const RESOLUTION: ts.CompilerOptions = {
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  module: ts.ModuleKind.ESNext,
  paths: { "@/*": [join(SOURCE, "*")] },
};

/** What a file imports from the sources: types and lazily loaded modules too, style sheets not. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(SOURCE, file), "utf8"), true, true);
  return importedFiles
    .filter(({ fileName }) => /^(@\/|\.)/.test(fileName) && !/\.(css|svg)$/.test(fileName))
    .map(({ fileName }) => {
      const found = ts.resolveModuleName(fileName, join(SOURCE, file), RESOLUTION, ts.sys).resolvedModule;
      if (found === undefined) throw new Error(`${file} imports ${fileName}, which is nowhere`);
      return relative(SOURCE, found.resolvedFileName);
    });
}

function sources(): Graph {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  return new Map(files.filter((file) => /\.tsx?$/.test(file)).map((file) => [file, importsOf(file)]));
}

/** Imports that go up, or across: each as `from → to`. */
function misplaced(graph: Graph, floors: typeof FLOORS): string[] {
  const height = new Map(floors.flatMap((floor, at) => [floor].flat().map((folder) => [folder, at] as const)));
  const of = (file: string) => {
    const at = height.get(dirname(file));
    if (at === undefined) throw new Error(`${dirname(file)} has no floor: list it in FLOORS`);
    return at;
  };
  const wrong = [];
  for (const [file, imports] of graph) {
    if (dirname(file) === ".") continue;
    for (const other of imports) {
      if (dirname(file) !== dirname(other) && of(other) >= of(file)) wrong.push(`${file} → ${other}`);
    }
  }
  return wrong;
}

/** The files of a circle of imports, in its order; null when there is none. */
function circle(graph: Graph): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | null => {
    const at = path.indexOf(file);
    if (at >= 0) return path.slice(at);
    if (done.has(file)) return null;
    for (const other of graph.get(file) ?? []) {
      const found = visit(other, [...path, file]);
      if (found !== null) return found;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found !== null) return found;
  }
  return null;
}

describe("the sources", () => {
  const graph = sources();

  test("import from lower floors only", () => expect(misplaced(graph, FLOORS)).toEqual([]));

  test("have no circle of imports", () => expect(circle(graph)).toBeNull());

  test("are all of the folders that have a floor", () => {
    const folders = new Set([...graph.keys()].map((file) => dirname(file)));
    expect(FLOORS.flat().filter((folder) => !folders.has(folder))).toEqual([]);
  });
});

describe("the check sees", () => {
  const floors = ["low", ["left", "right"], "high"];

  test("an import that goes up", () =>
    expect(misplaced(new Map([["low/a.ts", ["high/b.ts"]]]), floors)).toEqual(["low/a.ts → high/b.ts"]));

  test("an import from beside", () =>
    expect(misplaced(new Map([["left/a.ts", ["right/b.ts"]]]), floors)).toEqual(["left/a.ts → right/b.ts"]));

  test("a folder without a floor", () =>
    expect(() => misplaced(new Map([["attic/a.ts", ["low/b.ts"]]]), floors)).toThrow("attic has no floor"));

  test("a circle, and not what leads to it", () => {
    const imports: [string, string[]][] = [["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]];
    expect(circle(new Map(imports))).toEqual(["b", "d"]);
  });
});
