// Codex configuration as a tree: each key is one literal name, regardless of how it was written.
import { InvalidInputError } from "../errors/errors.js";

export type ConfigLeaf = string | number | boolean | ConfigNode[];
export type ConfigNode = ConfigLeaf | ConfigTree;
/** Tables do not have a prototype, so that `__proto__` is an ordinary key. */
export interface ConfigTree {
  [key: string]: ConfigNode;
}

const maxDepth = 64;
const accepted = "strings, finite numbers, booleans, and arrays and objects of these";

/**
 * Reads `config`. A key with dots is a path at every level, as in `codex -c`: `{ tools: { "web_search.mode": "live" } }`.
 * Quotes make a dot literal, as in TOML: `{ projects: { '"/srv/my.app"': { … } } }`. Later keys replace earlier ones;
 * tables merge.
 * @throws InvalidInputError that names the path of a value that Codex does not accept.
 */
export function toConfigTree(config: unknown, what = "config"): ConfigTree {
  if (!isTable(config)) {
    throw new InvalidInputError(`\`${what}\` must be an object of Codex settings. It is ${kindOf(config)}.`);
  }
  return toTable(config, { what, path: "", parents: [] });
}

interface ConfigPosition {
  what: string;
  path: string;
  parents: readonly object[];
}

function toTable(source: Record<string, unknown>, place: ConfigPosition): ConfigTree {
  const within = descend(source, place);
  const table = emptyTree();
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined) continue;
    const steps = splitKey(key, place);
    const path = place.path === "" ? key : `${place.path}.${key}`;
    mergeInto(table, nest(steps, toNode(value, { ...within, path })));
  }
  return table;
}

function toNode(value: unknown, place: ConfigPosition): ConfigNode {
  if (typeof value === "string") return checkedText(value, place);
  if (typeof value === "number") return checkedNumber(value, place);
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) {
    const within = descend(value, place);
    return Array.from(value, (item, index) => toNode(item, { ...within, path: `${place.path}[${index}]` }));
  }
  if (isTable(value)) return toTable(value, place);
  throw new InvalidInputError(`\`${place.what}\` at ${place.path} is ${kindOf(value)}. Codex accepts ${accepted}.`);
}

/** The segments of a key: `a."b.c".d` is `a`, `b.c`, `d`. */
function splitKey(key: string, place: ConfigPosition): string[] {
  const steps: string[] = [];
  const step = /(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^."'][^.]*))(\.|$)/y;
  while (step.lastIndex < key.length || key.endsWith(".", step.lastIndex)) {
    const found = step.exec(key);
    if (!found) break;
    const [, quoted, literal, bare, separator] = found;
    steps.push(quoted === undefined ? (literal ?? bare ?? "") : unescaped(quoted, key, place));
    if (separator === "") return steps;
  }
  throw keyError(key, place);
}

function unescaped(text: string, key: string, place: ConfigPosition): string {
  try {
    // TOML has the escapes of JSON.
    return String(JSON.parse(`"${text}"`));
  } catch {
    throw keyError(key, place);
  }
}

function keyError(key: string, place: ConfigPosition): InvalidInputError {
  const at = place.path === "" ? "" : ` at ${place.path}`;
  const found = key === "" ? "an empty key" : `the key ${JSON.stringify(key)}`;
  return new InvalidInputError(
    `\`${place.what}\`${at} has ${found}. A key is a name or a dotted path such as "tools.web_search". ` +
      `To use a dot literally, quote the name: '"my.name"'.`,
  );
}

/** A tree whose keys are the names in `value`, including dots. Null and undefined are omitted. */
export function literalTree(value: object): ConfigTree {
  const tree = emptyTree();
  for (const [key, child] of Object.entries(value)) {
    if (child !== null && child !== undefined) tree[key] = literalNode(child);
  }
  return tree;
}

function literalNode(value: unknown): ConfigNode {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(literalNode);
  // Any other value is a TOML date.
  return isTable(value) ? literalTree(value) : String(value);
}

function nest(steps: readonly string[], value: ConfigNode): ConfigTree {
  return steps.reduceRight<ConfigNode>(
    (inner, step) => Object.assign(emptyTree(), entry(step, inner)),
    value,
  ) as ConfigTree;
}

function entry(key: string, value: ConfigNode): ConfigTree {
  const table = emptyTree();
  table[key] = value;
  return table;
}

function emptyTree(): ConfigTree {
  return Object.create(null) as ConfigTree;
}

/** A new tree with all settings. Later trees take precedence. */
export function mergeTrees(...trees: readonly ConfigTree[]): ConfigTree {
  const result = emptyTree();
  for (const tree of trees) mergeInto(result, tree);
  return result;
}

function mergeInto(target: ConfigTree, source: ConfigTree): void {
  for (const [key, value] of Object.entries(source)) {
    const known = target[key];
    if (!isTable(value)) target[key] = value;
    else target[key] = mergeTrees(...(isTable(known) ? [known] : []), value);
  }
}

function descend(value: object, place: ConfigPosition): ConfigPosition {
  if (place.parents.includes(value)) {
    throw new InvalidInputError(`\`${place.what}\` at ${place.path} contains itself. Pass settings without cycles.`);
  }
  if (place.parents.length >= maxDepth) {
    throw new InvalidInputError(
      `\`${place.what}\` is nested more than ${maxDepth} levels deep. Codex does not accept that.`,
    );
  }
  return { ...place, parents: [...place.parents, value] };
}

function checkedText(value: string, { what, path }: ConfigPosition): string {
  if (/\p{Surrogate}/u.test(value)) {
    throw new InvalidInputError(`\`${what}\` at ${path} contains half of a surrogate pair. Pass valid Unicode text.`);
  }
  if (value.includes("\0")) {
    throw new InvalidInputError(`\`${what}\` at ${path} contains a NUL character. Remove it.`);
  }
  return value;
}

const tooLargeForToml = 2 ** 63;

function checkedNumber(value: number, { what, path }: ConfigPosition): number {
  if (!Number.isFinite(value)) {
    throw new InvalidInputError(`\`${what}\` at ${path} is ${value}. Codex accepts only finite numbers.`);
  }
  if (Number.isInteger(value) && Math.abs(value) >= tooLargeForToml) {
    throw new InvalidInputError(`\`${what}\` at ${path} is ${value}, which does not fit into 64 bits.`);
  }
  return value;
}

export function isTable(value: unknown): value is ConfigTree {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `a ${Object.prototype.toString.call(value).slice("[object ".length, -1)}`;
}
