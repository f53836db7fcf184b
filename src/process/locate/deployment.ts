// How this program was deployed: where Codex may be, and how to add it if it is missing.
import { existsSync } from "node:fs";
import path from "node:path";

export interface Deployment {
  /** The folder of a single-executable program, made by `bun build --compile`, `deno compile` or Node.js. */
  executableFolder?: string | undefined;
  /** Whether this is the `standalone` output of Next.js. */
  isNextStandalone?: boolean | undefined;
}

export function thisDeployment(): Deployment {
  return {
    executableFolder: isSingleExecutable() ? path.dirname(process.execPath) : undefined,
    isNextStandalone: process.env["__NEXT_PRIVATE_STANDALONE_CONFIG"] !== undefined,
  };
}

interface Runtimes {
  Bun?: { main?: unknown };
  Deno?: { build?: { standalone?: unknown } };
}

function isSingleExecutable(): boolean {
  const { Bun, Deno } = globalThis as Runtimes;
  if (Bun) return /[\\/](\$bunfs|~BUN)[\\/]/.test(String(Bun.main));
  if (Deno) return Deno.build?.standalone === true;
  const sea = process.getBuiltinModule("node:sea") as { isSea(): boolean } | undefined;
  return sea?.isSea() === true;
}

/** What to do if Codex was not found. `roots` are the platform packages that were found. */
export function remedyFor(deployment: Deployment, roots: readonly string[], fileName: string): string | undefined {
  const isPacked = roots.some((root) => /\.asar(\.unpacked)?[\\/]/.test(root));
  if (isPacked) {
    return `The package is inside an asar archive, from which the system cannot start programs. Unpack it: \`asarUnpack: ["**/node_modules/@openai/codex*/**"]\`.`;
  }
  if (deployment.isNextStandalone === true) {
    return (
      "Next.js copied only the files that it saw imported. Add codex to next.config: " +
      '`serverExternalPackages: ["codex-sdk"], outputFileTracingIncludes: { "/**": ["./node_modules/@openai/codex*/**/*"] }`, and build again.'
    );
  }
  if (deployment.executableFolder !== undefined) {
    const target = path.join(deployment.executableFolder, fileName);
    return `This program is a single executable, which does not contain Codex. Copy the codex executable to ${target}.`;
  }
  return undefined;
}

/** The path of Codex next to a single executable. */
export function besideExecutable({ executableFolder }: Deployment, fileName: string): string | undefined {
  return executableFolder === undefined ? undefined : path.join(executableFolder, fileName);
}

/** Codex's folder of helper programs, if it was copied as well. */
export function helpersBeside(file: string): string[] {
  const folder = path.join(path.dirname(file), "codex-path");
  return existsSync(folder) ? [folder] : [];
}
