// Calls observers so that they cannot fail or delay a turn.
import { messageOf } from "../internal/message-of.js";

type Hooks<Target> = { [Name in keyof Target]?: Target[Name] };

/** Observers for which a warning was emitted. */
const warned = new WeakSet<object>();

/** Calls a hook. If it throws or rejects, emits a process warning. */
export function callHook<Target extends object, Result>(
  target: Target,
  hook: string,
  call: (target: Hooks<Target>) => Result,
): Result | undefined {
  try {
    const result = call(target);
    if (isThenable(result)) {
      void Promise.resolve(result).catch((error: unknown) => warn(target, hook, error));
      return undefined;
    }
    return result;
  } catch (error) {
    warn(target, hook, error);
    return undefined;
  }
}

/** Calls `work` exactly once inside all contexts, even if a context does not call it or calls it twice. */
export function runNested<Result>(
  contexts: readonly ((work: () => void) => void)[],
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Promise<Result> | undefined;
  const once = () => {
    result ??= start(work);
  };
  const nested = contexts.reduceRight<() => void>((inner, context) => () => context(inner), once);
  nested();
  once();
  return result ?? start(work);
}

async function start<Result>(work: () => Promise<Result>): Promise<Result> {
  return work();
}

function warn(target: object, hook: string, error: unknown): void {
  if (warned.has(target)) return;
  warned.add(target);
  const reason = messageOf(error);
  process.emitWarning(
    `An observer failed in \`${hook}\`: ${reason}. The turn is not affected. Later failures of this observer are not reported.`,
    { type: "CodexObserverWarning" },
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
