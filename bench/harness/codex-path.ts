// The codex binary that npm installed.
import { locateCodex } from "../../src/process/locate/locate.js";

export function codexPath(): string {
  return locateCodex().executablePath;
}
