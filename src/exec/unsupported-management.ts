// Rejects the operations outside turns, which `codex exec` does not support.
import type { Management } from "../transport/management.js";
import { unsupported } from "./unsupported.js";

export const unsupportedManagement: Management = {
  threads: {
    list: rejecting("list threads"),
    read: rejecting("read threads"),
    fork: rejecting("fork threads"),
    rename: rejecting("rename threads"),
    archive: rejecting("archive threads"),
    unarchive: rejecting("unarchive threads"),
    delete: rejecting("delete threads"),
  },
  accounts: {
    read: rejecting("read the account"),
    login: rejecting("log in"),
    logout: rejecting("log out"),
  },
  listModels: rejecting("list models"),
  listen: () => {
    throw unsupported("receive notifications");
  },
  request: rejecting("send requests of Codex's protocol"),
};

function rejecting(what: string): () => Promise<never> {
  return () => Promise.reject(unsupported(what));
}
