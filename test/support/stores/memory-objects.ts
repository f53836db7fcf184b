// Objects in memory, shared by stores whose steps a test puts in any order, with faults and power failures.
import { StoreError } from "../../../src/index.js";
import type { ObjectStorage, TailStorage } from "../../../src/store/log/object-storage.js";

interface StoredObject {
  bytes: Buffer;
  changedAt: number;
  /** The length that survives a power failure; -1 if the object itself may be lost. */
  synced: number;
}

export class Disk {
  readonly objects = new Map<string, StoredObject>();
  time = 1_000_000;

  /** Keeps what was synced, and any part of the rest. */
  losePower(random: () => number): void {
    for (const [key, object] of this.objects) {
      if (object.synced === -1 && random() < 0.5) this.objects.delete(key);
      else if (object.synced >= 0) {
        const kept = object.synced + Math.floor(random() * (object.bytes.length - object.synced + 1));
        object.bytes = object.bytes.subarray(0, kept);
      }
    }
  }
}

/** What a machine sees of the disk. `step` is awaited before and after each change. */
export function memoryObjects(disk: Disk, step: () => Promise<void>): ObjectStorage {
  const { objects } = disk;
  // A folder is synced as a whole.
  const syncFolder = () => {
    for (const object of objects.values()) if (object.synced === -1) object.synced = object.bytes.length;
  };
  const tails: TailStorage = {
    canExtend: true,
    extend: async (key, at, bytes, { isDurable }) => {
      await step();
      const found = objects.get(key);
      if (!found && at > 0) return false;
      const object = found ?? { bytes: Buffer.alloc(0), changedAt: 0, synced: 0 };
      const gap = Buffer.alloc(Math.max(0, at - object.bytes.length));
      // Another process can read a part of what is being written.
      const half = Math.floor(bytes.length / 2);
      const before = object.bytes.subarray(0, at);
      object.bytes = Buffer.concat([before, gap, bytes.subarray(0, half)]);
      object.changedAt = disk.time;
      objects.set(key, object);
      await step();
      object.bytes = Buffer.concat([before, gap, bytes]);
      object.changedAt = disk.time;
      await step();
      if (isDurable) object.synced = object.bytes.length;
      await step();
      return true;
    },
    exists: async (key) => {
      await step();
      return objects.has(key);
    },
    sync: async (key) => {
      await step();
      const object = objects.get(key);
      if (object) object.synced = object.bytes.length;
      syncFolder();
    },
  };
  return {
    name: "memory",
    clockPrecisionMs: 0,
    tails,
    create: async (key, bytes, { isDurable }) => {
      await step();
      if (objects.has(key)) return undefined;
      const object = { bytes: Buffer.from(bytes), changedAt: disk.time, synced: -1 };
      objects.set(key, object);
      await step();
      if (isDurable) {
        object.synced = bytes.length;
        syncFolder();
      }
      await step();
      return object.changedAt;
    },
    replace: async (key, bytes) => {
      await step();
      objects.set(key, { bytes: Buffer.from(bytes), changedAt: disk.time, synced: bytes.length });
    },
    get: async (key, range) => {
      await step();
      const object = objects.get(key);
      return object && { bytes: object.bytes.subarray(range?.start, range?.end), createdAt: object.changedAt };
    },
    list: async (prefix, after = "") => {
      await step();
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
      return keys.map((key) => ({ key, createdAt: objects.get(key)?.changedAt ?? 0 }));
    },
    folders: async (prefix) => {
      await step();
      const below = [...objects.keys()].filter((key) => key.startsWith(prefix));
      return [...new Set(below.map((key) => key.slice(prefix.length).split("/")[0] ?? ""))].toSorted();
    },
    remove: async (keys) => {
      await step();
      for (const key of keys) objects.delete(key);
    },
    now: async () => {
      await step();
      return disk.time;
    },
    check: () => Promise.resolve(),
  };
}

/** The outcome of a call is not known to its caller. */
export class LostResponse extends StoreError {
  constructor() {
    super("The response was lost.");
  }
}
