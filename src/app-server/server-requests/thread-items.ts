// The items of a thread that have started and not completed. Approval requests refer to them.
import type { ThreadItem } from "../../events/items.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import { toThreadItem } from "../turn/to-item.js";

export class ThreadItems {
  readonly #cwd: string | undefined;
  readonly #open = new Map<string, ThreadItem>();

  constructor(cwd: string | undefined) {
    this.#cwd = cwd;
  }

  read({ method, params }: ServerNotification): void {
    if (method === "item/completed") this.#open.delete(params.item.id);
    if (method !== "item/started") return;
    const item = toThreadItem(params.item, this.#cwd);
    if (item) this.#open.set(item.id, item);
  }

  get(id: string): ThreadItem | undefined {
    return this.#open.get(id);
  }
}
