// Formats a report of the doctor for the terminal.
import { stripVTControlCharacters, styleText } from "node:util";
import type { DoctorCheck, DoctorReport, DoctorStatus } from "codex-sdk";

export interface FormatOptions {
  /** The width of the terminal in columns. */
  width: number;
  isColourful: boolean;
}

const marks: Record<DoctorStatus, { mark: string; colour: "green" | "yellow" | "red" | "gray" }> = {
  ok: { mark: "✓", colour: "green" },
  warning: { mark: "!", colour: "yellow" },
  failure: { mark: "✗", colour: "red" },
  skipped: { mark: "-", colour: "gray" },
};
const narrowest = 40;

export function formatReport(report: DoctorReport, options: FormatOptions): string {
  const width = Math.max(options.width, narrowest);
  const titleWidth = Math.max(...report.checks.map(({ title }) => title.length)) + 2;
  const lines = [`codex-sdk ${report.sdkVersion}, requires Codex ${report.codexVersion}`, ""];
  for (const check of report.checks) lines.push(...formatCheck(check, titleWidth, { ...options, width }));
  lines.push("", summary(report));
  return `${lines.join("\n")}\n`;
}

function formatCheck(check: DoctorCheck, titleWidth: number, { width, isColourful }: FormatOptions): string[] {
  const { mark, colour } = marks[check.status];
  const indent = " ".repeat(titleWidth + 2);
  const rows = wrap(check.detail, width - indent.length);
  if (check.fix !== undefined) rows.push(...wrap(`Fix: ${check.fix}`, width - indent.length));
  const shownMark = isColourful ? styleText(colour, mark) : mark;
  return rows.map((row, index) =>
    index === 0 ? `${shownMark} ${check.title.padEnd(titleWidth)}${row}` : indent + row,
  );
}

function summary({ checks }: DoctorReport): string {
  const count = (status: DoctorStatus) => checks.filter((check) => check.status === status).length;
  const plural = (status: DoctorStatus) => `${count(status)} ${status}${count(status) === 1 ? "" : "s"}`;
  return `${count("ok")} ok, ${plural("warning")}, ${plural("failure")}, ${count("skipped")} skipped`;
}

/** Breaks lines at spaces, and longer words, such as paths, at the width. Escape sequences in results are removed. */
function wrap(text: string, width: number): string[] {
  const words = printable(text)
    .split(" ")
    .flatMap((word) => pieces(word, width));
  const rows: string[] = [];
  for (const word of words) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}

function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < word.length; at += width) found.push(word.slice(at, at + width));
  return found;
}

function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
}
