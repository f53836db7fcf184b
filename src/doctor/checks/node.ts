// Whether the package supports this version of Node.js, Bun or Deno.
import { failure, ok } from "../report.js";
import type { Finding } from "../report.js";

export function checkNode(): Finding {
  const { bun, deno, node } = process.versions as Record<string, string | undefined>;
  const runtime = bun === undefined ? (deno === undefined ? `${node}` : `Deno ${deno}`) : `Bun ${bun}`;
  const platform = `${process.platform}-${process.arch}`;
  const [major = 0, minor = 0] = (node ?? "0.0").split(".").map(Number);
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (isSupported) return ok(`${runtime}, ${platform}`);
  return failure(`${runtime}, ${platform}. This version is not supported.`, "Use Node.js 20.19, 22.12, or later.");
}
