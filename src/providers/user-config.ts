// Reads the configuration files of Codex, if a decision of this SDK depends on them.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { literalTree, mergeTrees } from "../config/config-tree.js";
import type { ConfigTree } from "../config/config-tree.js";

const systemConfig = "/etc/codex/config.toml";

/** The configuration of CODEX_HOME takes precedence over that of the system. Missing and invalid files count as empty. */
export async function readUserConfig(codexHome: string): Promise<ConfigTree> {
  const files = process.platform === "win32" ? [] : [systemConfig];
  const trees = await Promise.all([...files, path.join(codexHome, "config.toml")].map(readConfig));
  return mergeTrees(...trees);
}

async function readConfig(file: string): Promise<ConfigTree> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.trim() === "") return mergeTrees();
  try {
    const { parse } = await import("smol-toml");
    return literalTree(parse(text));
  } catch {
    // Codex reports the problem.
    return mergeTrees();
  }
}
