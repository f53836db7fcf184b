// The screen: permanent lines, growing text, and in a terminal one status line below them.
import { isTerminal, paintFor, type Format, type Paint } from "./style.js";
import { clean, duration, truncate, widthOf, wrap } from "./text.js";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 80;
const escape = "\u001B[";
/** For growing text. */
const indent = "  ";

export interface LineOptions {
  formats?: readonly Format[];
  /** Printed before the first line. The following lines are indented by the same width. */
  indent?: string;
}

export class Screen {
  readonly paint: Paint;
  /** Whether lines can be redrawn. If not, all lines are permanent. */
  readonly isLive: boolean;
  readonly #output: NodeJS.WriteStream;
  /** The last line of growing text. */
  #growing = "";
  #status: { label: string; since: number } | undefined;
  /** The lines below the permanent ones. */
  #drawn: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #showCursor = () => this.#output.write(`${escape}?25h`);

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
    this.paint = paintFor(output);
    this.isLive = isTerminal(output) && process.env["TERM"] !== "dumb";
  }

  /** The width of a line in cells. Without a terminal, lines are not wrapped. */
  get width(): number {
    return isTerminal(this.#output)
      ? Math.max(20, Math.min(columnsOf(this.#output), 100) - 1)
      : Number.POSITIVE_INFINITY;
  }

  /** Prints permanent lines. */
  print(text = "", options: LineOptions = {}): void {
    this.#stay(text, options, wrap);
  }

  /** Prints permanent lines, cut to the width. */
  printCut(text: string, options: LineOptions = {}): void {
    this.#stay(text, options, (line, width) => [truncate(line, width)]);
  }

  /** Prints growing text: as it arrives, or line by line if lines cannot be redrawn. */
  write(text: string): void {
    const [last = "", ...before] = (this.#growing + clean(text)).split("\n").toReversed();
    const width = this.width - indent.length;
    const wrapped = wrap(last, width);
    this.#growing = wrapped.pop() ?? "";
    const done = [...before.toReversed().flatMap((line) => wrap(line, width)), ...wrapped];
    this.#draw(done.map((line) => (indent + line).trimEnd()));
  }

  /** The growing text is complete. */
  endText(): void {
    if (this.#growing === "") return;
    const line = indent + this.#growing;
    this.#growing = "";
    this.#draw([line]);
  }

  /** Sets the status with the time since now; removes it with `undefined`. */
  status(label: string | undefined, since = performance.now()): void {
    this.#status = label === undefined ? undefined : { label, since };
    if (!this.isLive) return;
    if (this.#status && !this.#timer) {
      this.#output.write(`${escape}?25l`);
      process.once("exit", this.#showCursor);
      this.#timer = setInterval(() => this.#draw([]), frameMs).unref();
    }
    this.#draw([]);
  }

  /** Leaves the cursor below everything. */
  close(): void {
    this.endText();
    this.status(undefined);
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.off("exit", this.#showCursor);
    this.#showCursor();
  }

  #stay(text: string, { formats = [], indent = "" }: LineOptions, fit: typeof wrap): void {
    this.endText();
    const indentWidth = widthOf(indent);
    const lines = text.split("\n").flatMap((line) => fit(line, this.width - indentWidth));
    const before = (index: number) => (index === 0 ? indent : " ".repeat(indentWidth));
    this.#draw(lines.map((line, index) => (before(index) + this.paint(line, ...formats)).trimEnd()));
  }

  /** Puts lines above the redrawn part, with one write to avoid flicker. */
  #draw(lines: readonly string[]): void {
    const staying = lines.map((line) => `${line}\n`).join("");
    if (!this.isLive) {
      if (staying !== "") this.#output.write(staying);
      return;
    }
    const below = [...(this.#growing === "" ? [] : [indent + this.#growing]), ...this.#statusLine()];
    if (staying === "" && below.length === 0 && this.#drawn.length === 0) return;
    this.#output.write(this.#erase() + staying + below.join("\n"));
    this.#drawn = below;
  }

  #statusLine(): string[] {
    if (!this.#status) return [];
    const elapsed = performance.now() - this.#status.since;
    const frame = frames[Math.floor(elapsed / frameMs) % frames.length] ?? "";
    const time = duration(Math.max(elapsed, 100));
    const label = truncate(this.#status.label, this.width - widthOf(time) - 5);
    return [`${this.paint(frame, "cyan")} ${label} ${this.paint(time, "dim")}`];
  }

  /** If the terminal was made narrower, the drawn lines take more rows. */
  #erase(): string {
    if (this.#drawn.length === 0) return "";
    const columns = columnsOf(this.#output);
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return `\r${rows > 1 ? `${escape}${rows - 1}A` : ""}${escape}J`;
  }
}

/** Some terminals report 0 columns. */
function columnsOf(output: NodeJS.WriteStream): number {
  return output.columns || 80;
}
