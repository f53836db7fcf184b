// Determines which files a request gives access to.
import path from "node:path";
import { isJsonObject } from "../../internal/json.js";
import type { RequestedPermissions } from "../approval.js";

/** Access to a file, to a directory with its contents, or to what Codex describes in another way. */
export type RequestedAccess =
  | { access: string; path: string }
  | { access: string; pattern: string }
  | { access: string; special: string };

/** Every entry of the permissions except those that deny access. */
export function requestedAccess({ read, write, raw }: RequestedPermissions): RequestedAccess[] {
  const plain = [
    ...read.map((each) => ({ access: "read", path: each })),
    ...write.map((each) => ({ access: "write", path: each })),
  ];
  const fileSystem = isJsonObject(raw) ? raw["fileSystem"] : undefined;
  const entries: unknown = isJsonObject(fileSystem) ? fileSystem["entries"] : undefined;
  const others = (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) => toAccess(entry));
  return [...plain, ...others];
}

function toAccess(entry: unknown): RequestedAccess[] {
  const { access, path: where } = isJsonObject(entry) ? entry : { access: undefined, path: undefined };
  const mode = String(access);
  if (mode === "deny") return [];
  if (!isJsonObject(where)) return [{ access: mode, special: JSON.stringify(entry) }];
  if (where["type"] === "path") return [];
  if (where["type"] === "glob_pattern") return [{ access: mode, pattern: String(where["pattern"]) }];
  return [{ access: mode, special: JSON.stringify(where["value"] ?? where) }];
}

/** The directory in which a glob of Codex can match. */
export function baseOf(pattern: string): string {
  const segments = pattern.split("/");
  const first = segments.findIndex((segment) => /[*?[{]/.test(segment));
  return first === -1 ? pattern : segments.slice(0, first).join("/") || path.sep;
}
