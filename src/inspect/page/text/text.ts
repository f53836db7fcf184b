// Sanitises text from agents and their commands.

/** Terminal escape sequences: CSI, OSC and DCS with their contents, and short ones. */
const sequences =
  // oxlint-disable-next-line no-control-regex
  /\u001B\[[0-?]*[ -/]*[@-~]|\u001B[\]P^_X][^\u0007\u001B]{0,4096}(?:\u0007|\u001B\\)?|\u001B[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
/** Invisible characters, and characters that change the text direction. */
const hidden = /[\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|\uDB40[\uDC00-\uDFFF]/g;
const lone = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Removes terminal escape sequences, and replaces invisible and direction-changing characters with visible ones. */
export function visible(text: string): string {
  return text
    .replaceAll(sequences, "")
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(controls, (character) => controlPicture(character.charCodeAt(0)))
    .replaceAll(hidden, (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}⟩`)
    .replaceAll(lone, "\uFFFD");
}

/** The text as one line, for headings. */
export function line(text: string, longest = 200): string {
  const shown = visible(text.slice(0, longest * 2))
    .replaceAll(/\s+/g, " ")
    .trim();
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}…`;
}

function controlPicture(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\uFFFD";
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function time(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
