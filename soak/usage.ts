// Resources of the host process: memory, descriptors, listeners; and its descendants.
import { readdirSync, readFileSync } from "node:fs";

export interface HostUsage {
  rssMiB: number;
  /** Measured after a garbage collection if Node.js runs with --expose-gc. */
  heapMiB: number;
  descriptors: number;
  listeners: number;
}

const mebibyte = 1024 * 1024;

export function hostUsage(): HostUsage {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    rssMiB: Math.round(rss / mebibyte),
    heapMiB: Math.round(heapUsed / mebibyte),
    descriptors: readdirSync("/proc/self/fd").length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** The processes with `entry` (`NAME=value`) in their environment. */
export function processesWith(entry: string): { pid: number; commandLine: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(entry)) return [];
        const commandLine = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return [{ pid: Number(name), commandLine }];
      } catch {
        return []; // The process has exited.
      }
    });
}
