// Configuration as `--config` arguments.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { CodexError } from "../../src/errors/errors.js";
import { locateCodex } from "../../src/process/locate/locate.js";
import { toConfigArguments } from "../../src/config/toml.js";

test("nested objects become dotted paths, in order, then the raw overrides", () => {
  const config = {
    b: { c: { d: 1.5, e: "x\ny" }, f: true },
    a: [1, "two", { three: [false], "four five": 6 }],
    "tools.web_search": "live",
    left_out: undefined,
    empty: {},
  };
  expect(settings(config, ['model="gpt"', "x.y=1"])).toEqual([
    "b.c.d=1.5",
    'b.c.e="x\\ny"',
    "b.f=true",
    'a=[1, "two", {three = [false], "four five" = 6}]',
    'tools.web_search="live"',
    "empty={}",
    'model="gpt"',
    "x.y=1",
  ]);
  expect(toConfigArguments({ a: 1 })).toEqual(["--config", "a=1"]);
});

test("a quoted key is literal, and written in a table of its parent", () => {
  const config = { projects: { '"/srv/my.app"': { trust_level: "trusted" }, other: { trust_level: "untrusted" } } };
  expect(settings(config)).toEqual([
    'projects={"/srv/my.app" = {trust_level = "trusted"}, other = {trust_level = "untrusted"}}',
  ]);
  expect(settings({ mcp_servers: { a: { env: { "X=Y": "1" } } } })).toEqual(['mcp_servers.a.env={"X=Y" = "1"}']);
});

test("a key with slashes or inner blanks is an ordinary path segment", () => {
  expect(settings({ projects: { "/srv/my app": { trust_level: "trusted" } } })).toEqual([
    'projects./srv/my app.trust_level="trusted"',
  ]);
});

test("every value survives a round trip", () => {
  const key = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((key) => key !== "__proto__");
  const leaf = fc.oneof(
    // A NUL character is rejected.
    fc.string({ unit: "binary", maxLength: 8 }).filter((text) => !text.includes("\0")),
    fc.boolean(),
    fc.maxSafeInteger(),
    // The sign of a zero is not kept.
    fc.double(finite).map((number) => number + 0),
  );
  const value = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("node"), few), fc.dictionary(key, tie("node"), { maxKeys: 3 })),
  })).node;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), value), (config) => {
      expect(readBack(settings(quoteKeys(config)))).toEqual(config);
    }),
    { numRuns: 200 },
  );
});

const cyclic: Record<string, unknown> = {};
cyclic["again"] = { "dotted.key": [cyclic] };
const deep = JSON.parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`) as object;

test.each([
  [{ a: { b: null } }, "a.b"],
  [{ a: [1, undefined] }, "a[1]"],
  [{ a: Number.NaN }, "a"],
  [{ a: 1e300, b: 2 ** 63 }, "b"],
  [{ a: () => {} }, "a"],
  [{ a: { b: 10n } }, "a.b"],
  [{ a: Symbol("x") }, "a"],
  [{ a: new Date(0) }, "a"],
  [{ a: new Map() }, "a"],
  [{ a: { "": 1 } }, "a"],
  [{ a: [{ b: { "": 1 } }] }, "a[0].b"],
  [{ "": 1 }, "empty key"],
  [{ "a..b": 1 }, "a..b"],
  [{ "a=b": 1 }, "a=b"],
  [{ a: { b: "\ud800" } }, "a.b"],
  [{ a: { b: "x\0y" } }, "a.b"],
  [{ a: { '"b': 1 } }, "at a"],
  [{ a: { "b.": 1 } }, "at a"],
  [deep, "64 levels"],
  [cyclic, "again.dotted.key[0]"],
  [[1], "object"],
])("%o is rejected, and the message names the path", (config, place) => {
  let error: unknown;
  try {
    toConfigArguments(config);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: "invalid_input", message: expect.stringContaining(place) });
  expect(CodexError.isInstance(error)).toBe(true);
});

test("an object may appear in two places", () => {
  const shared = { x: 1 };
  expect(settings({ a: shared, b: [shared, shared] })).toEqual(["a.x=1", "b=[{x = 1}, {x = 1}]"]);
});

test.each(["", "=1", "novalue"])("the raw override %j is rejected", (override) => {
  expect(() => toConfigArguments({}, [override])).toThrow(expect.objectContaining({ code: "invalid_input" }));
});

test("the real Codex reads quoted keys as intended", async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), "codex-toml-"));
  const env = { "X.Y": "dotted", "A=B": "with =" };
  const quoted = { '"X.Y"': "dotted", "A=B": "with =" };
  const config = {
    mcp_servers: { plain: { command: "one", env: quoted }, "'dotted.name'": { command: 'say "two"', args: ["\t"] } },
  };
  const { executablePath } = locateCodex();
  const args = ["mcp", "list", "--json", ...toConfigArguments(config)];
  const { stdout } = await promisify(execFile)(executablePath, args, { env: { ...process.env, CODEX_HOME: home } });
  await rm(home, { recursive: true });
  const servers = JSON.parse(stdout).map((server: { name: string; transport: object }) => [
    server.name,
    server.transport,
  ]);
  expect(Object.fromEntries(servers)).toMatchObject({
    plain: { command: "one", env },
    "dotted.name": { command: 'say "two"', args: ["\t"] },
  });
});

test("nested keys with dots are paths, tables are merged, and later settings override earlier ones", () => {
  const config = {
    tools: { "web_search.context_size": "low", "web_search.mode": "live" },
    "features.a": true,
    features: { b: false, "c.d": 1 },
    "tools.web_search.mode": "cached",
  };
  expect(settings(config)).toEqual([
    'tools.web_search.context_size="low"',
    'tools.web_search.mode="cached"',
    "features.a=true",
    "features.b=false",
    "features.c.d=1",
  ]);
});

test("__proto__ is an ordinary key", () => {
  const config = JSON.parse('{"__proto__":{"polluted":1},"a.__proto__.polluted":2}') as object;
  expect(settings(config)).toEqual(["__proto__.polluted=1", "a.__proto__.polluted=2"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

function quoteKeys(value: unknown): object {
  if (Array.isArray(value)) return value.map((each) => (typeof each === "object" ? quoteKeys(each) : each)) as object;
  const entries = Object.entries(value as object).map(([key, child]) => {
    return [JSON.stringify(key), typeof child === "object" ? quoteKeys(child) : child];
  });
  return Object.fromEntries(entries) as object;
}

const few = { maxLength: 3 };
const finite = { noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 };

function settings(config: object, overrides?: readonly string[]): string[] {
  const args = toConfigArguments(config, overrides);
  return args.filter((_, index) => index % 2 === 1);
}

interface Table {
  [key: string]: unknown;
}

/** Read as Codex does: the path split at each dot, the value parsed as TOML. */
function readBack(settings: readonly string[]): Table {
  const result: Table = {};
  for (const setting of settings) {
    const at = setting.indexOf("=");
    const steps = setting.slice(0, at).split(".");
    let table = result;
    for (const step of steps.slice(0, -1)) {
      if (!Object.hasOwn(table, step)) table[step] = {};
      table = table[step] as Table;
    }
    table[steps.at(-1)!] = plain(parse(`value = ${setting.slice(at + 1)}`)["value"]);
  }
  return result;
}

/** Without the prototypes that the parser gives its tables. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
