import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";

const CORE = "node_modules/@mantine/core";
const OTHERS = ["modals", "notifications", "spotlight"].map((name) => `node_modules/@mantine/${name}/esm/**/*.mjs`);

/** What a pattern's first group finds. */
function found(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** The names in the braces of an import, as they are exported (`as` what they are called here). */
function namesIn(braces: string, side: "exported" | "here"): string[] {
  return braces.split(",").map(
    (name) =>
      name
        .trim()
        .split(" as ")
        .at(side === "here" ? -1 : 0) ?? "",
  );
}

/** The classes of all modules that a module imports, directly or not. */
function classesOf(file: string, seen: Set<string>): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const source = readFileSync(file, "utf8");
  const own = file.endsWith(".module.mjs") ? found(source, /"(m_[0-9a-f]+)"/g) : [];
  const imported = found(source, /from "(\.[^"]+)"/g).map((path) => join(dirname(file), path));
  return [...own, ...imported.flatMap((path) => classesOf(path, seen))];
}

/** The names that our sources, and the packages of Mantine beside it, import from its core. */
function usedParts(): Set<string> {
  const files = [...globSync("src/**/*.{ts,tsx}"), ...OTHERS.flatMap((pattern) => globSync(pattern))];
  const braces = files.flatMap((file) =>
    found(readFileSync(file, "utf8"), /import \{([^}]*)\} from "@mantine\/core"/g),
  );
  return new Set(braces.flatMap((names) => namesIn(names, "exported")));
}

test("every part of Mantine that is used has its styles", () => {
  const used = usedParts();
  const imports = found(readFileSync(join(CORE, "esm/index.mjs"), "utf8"), /(import \{[^}]*\} from "\.[^"]+")/g);
  const seen = new Set<string>();
  const classes = new Set(
    imports
      .filter((line) =>
        found(line, /\{([^}]*)\}/g).some((names) => namesIn(names, "here").some((name) => used.has(name))),
      )
      .flatMap((line) => found(line, /"(\.[^"]+)"/g))
      .flatMap((path) => classesOf(join(CORE, "esm", path), seen)),
  );
  const needed = globSync(join(CORE, "styles/*.css"))
    .filter((file) => !file.endsWith(".layer.css"))
    .filter((file) => found(readFileSync(file, "utf8"), /\.(m_[0-9a-f]+)/g).some((name) => classes.has(name)))
    .map((file) => basename(file));
  const imported = found(readFileSync("src/shell/mantineStyles.ts", "utf8"), /styles\/(\w+\.css)/g);
  expect(needed.length).toBeGreaterThan(20);
  expect(needed.filter((name) => !imported.includes(name))).toEqual([]);
});
