// Extracts the cause from Codex's stderr, without the banner before it and the backtrace after it.

/** The relevant sentence; empty if there is none. `logged` states whether log lines may contain the cause. */
export function causeIn(stderr: string, { logged = true } = {}): string {
  const lines = withoutBacktrace(stderr.split(/\r?\n/)).filter((line) => line.trim() !== "" && !isNoise(line));
  const printed = lines.filter((line) => !logLine.test(line));
  // Log lines are used only if there is nothing else.
  const chosen =
    printed.length > 0 || !logged ? printed : lines.filter((line) => errorLine.test(line)).map(withoutLogHead);
  return chosen
    .map((line) => line.replace(/^(Error|error): /, ""))
    .join("\n")
    .trim();
}

const noise = [
  /^Reading (prompt|additional input) from stdin\.\.\.$/,
  /^\s*WARN(ING)?\b/i,
  /^warning:/i,
  /^note: /i,
  /^\s*Usage: codex\b/,
  /^\s+codex exec \[OPTIONS\]/,
  // The message contains its own prefix.
  /Codex could not find bubblewrap on PATH/,
  /^For more information, try/,
];

/** The format of `tracing`: time, level, module. */
const logLine = /^\d{4}-\d\d-\d\dT\S+\s+(ERROR|WARN|INFO|DEBUG|TRACE)\b/;
const errorLine = /^\d{4}-\d\d-\d\dT\S+\s+ERROR\b/;

function isNoise(line: string): boolean {
  return noise.some((pattern) => pattern.test(line));
}

function withoutBacktrace(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => /^\s*(Stack backtrace|stack backtrace|Location):/.test(line));
  return start === -1 ? [...lines] : lines.slice(0, start);
}

function withoutLogHead(line: string): string {
  return line.replace(/^\S+\s+ERROR\s+([\w:]+: )?/, "");
}
