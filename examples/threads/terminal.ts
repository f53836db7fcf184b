// Writes lines to the terminal: with colours and wrapped, or plain.
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

export class Terminal {
  /** All lines so far, without colours. */
  readonly lines: string[] = [];
  readonly #output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  get isTerminal(): boolean {
    return this.#output.isTTY;
  }

  get width(): number {
    return (this.isTerminal && this.#output.columns) || 100;
  }

  style(text: string, ...styles: Style[]): string {
    const hasColors = this.isTerminal && this.#output.hasColors();
    return hasColors && text !== "" ? styleText(styles, text) : text;
  }

  print(line = ""): void {
    this.lines.push(line.replaceAll(colors, ""));
    this.#output.write(`${line}\n`);
  }

  /** Prints growing text. `print` starts a new line. */
  write(text: string): void {
    this.#output.write(text);
  }
}

// oxlint-disable-next-line no-control-regex -- colours are control characters
const colors = /\u001B\[\d+m/g;
