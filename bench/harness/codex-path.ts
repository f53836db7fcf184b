// The codex binary that npm installed.
import { locateCodex } from "../../src/transport/process/locate.js";

export function codexPath(): string {
  return locateCodex().executablePath;
}
