// The codex binary installed by npm.
import { locateCodex } from "../../src/process/locate/locate.js";

export function codexPath(): string {
  return locateCodex().executablePath;
}
