// Flattens a configuration tree for the `config` of a request: Codex applies conflicting keys in an arbitrary order.
import { isTable } from "./config-tree.js";
import type { ConfigTree } from "./config-tree.js";

type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** `{ features: { a: true } }` becomes `{ "features.a": true }`, if the keys allow it. */
export function flatConfig(config: ConfigTree, prefix = ""): Record<string, Json> {
  const flat: Record<string, Json> = {};
  for (const [key, value] of Object.entries(config)) {
    const path = prefix + key;
    if (isTable(value) && hasBareKeys(value)) Object.assign(flat, flatConfig(value, `${path}.`));
    else flat[path] = value;
  }
  return flat;
}

function hasBareKeys(table: ConfigTree): boolean {
  const keys = Object.keys(table);
  return keys.length > 0 && keys.every((key) => /^[A-Za-z0-9_-]+$/.test(key));
}
