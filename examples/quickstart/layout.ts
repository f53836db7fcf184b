// Prints headings, tables and diffs.
import type { Screen } from "./screen.js";
import { widthOf } from "./text.js";

export function printHeading(screen: Screen, title: string, prompt?: string): void {
  screen.print();
  screen.print(title, { formats: ["bold", "cyan"] });
  if (prompt !== undefined) screen.print(prompt, { formats: ["dim"], indent: "› " });
}

/** One row for each entry. Long values continue below themselves. */
export function printTable(screen: Screen, rows: Record<string, string>): void {
  const width = Math.max(...Object.keys(rows).map(widthOf));
  for (const [name, value] of Object.entries(rows)) {
    screen.print(value, { indent: `  ${screen.paint(name.padEnd(width), "dim")}  ` });
  }
}

export function printDiff(screen: Screen, diff: string): void {
  for (const line of diff.trimEnd().split("\n")) {
    if (/^(diff|index|---|\+\+\+) /.test(line)) screen.printCut(line, { formats: ["dim"], indent: "  " });
    else if (line.startsWith("+")) screen.printCut(line, { formats: ["green"], indent: "  " });
    else if (line.startsWith("-")) screen.printCut(line, { formats: ["red"], indent: "  " });
    else screen.printCut(line, { indent: "  " });
  }
}
