// Colours, if the terminal supports them and NO_COLOR is not set.
import { styleText } from "node:util";
import type { WriteStream } from "node:tty";

export type Format = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (text: string, ...formats: Format[]) => string;

export function paintFor(output: NodeJS.WriteStream): Paint {
  // Only terminals have `hasColors`; it reads NO_COLOR, FORCE_COLOR and TERM.
  const hasColors = isTerminal(output) ? output.hasColors() : process.env["CLICOLOR_FORCE"] === "1";
  return (text, ...formats) => (hasColors && text !== "" && formats.length > 0 ? styleText(formats, text) : text);
}

export function isTerminal(output: NodeJS.WriteStream): output is WriteStream {
  return output.isTTY;
}
