// The files that a turn or a thread changed, and the current state of the working tree.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { ItemView as Item, WorkingTreeView } from "../../api.js";
import { messageOf, read } from "../server/request.js";
import { splitDiff } from "../text/diff.js";
import { DiffView } from "../text/diff-view.js";
import { line, plural } from "../text/text.js";
import { ItemView } from "./item-view.js";

const scopes = { turn: "the last turn", thread: "the thread", tree: "the working tree" };
type Scope = keyof typeof scopes;

interface ChangesProps {
  threadId: string;
  lastTurn: string | undefined;
  /** Changes with each new turn of the thread. */
  stamp: string;
}

export function Changes({ threadId, lastTurn, stamp }: ChangesProps) {
  const [scope, setScope] = useState<Scope>("turn");
  return (
    <div class="scroll pad" tabIndex={0} role="region" aria-label="Changes">
      <label class="scope">
        Changes of{" "}
        <select value={scope} onChange={({ currentTarget }) => setScope(currentTarget.value as Scope)}>
          {Object.entries(scopes).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {scope === "tree" ? (
        <WorkingTree threadId={threadId} stamp={stamp} />
      ) : (
        <Patches threadId={threadId} turnId={scope === "turn" ? lastTurn : undefined} stamp={stamp} />
      )}
    </div>
  );
}

function Patches({ threadId, turnId, stamp }: { threadId: string; turnId: string | undefined; stamp: string }) {
  const [items, setItems] = useState<(Item & { turnId: string })[] | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  useEffect(() => {
    const query = turnId === undefined ? undefined : { turn: turnId };
    read<{ items: (Item & { turnId: string })[] }>(`/threads/${encodeURIComponent(threadId)}/changes`, query).then(
      ({ items }) => {
        setItems(items);
        setError(undefined);
      },
      (error: unknown) => setError(messageOf(error)),
    );
  }, [threadId, turnId, stamp]);
  return (
    <>
      <Failure error={error} />
      {items?.length === 0 && <p class="meta">No file was changed.</p>}
      {items?.map((item) => (
        <ItemView key={`${item.turnId}-${item.item.id}`} {...item} threadId={threadId} />
      ))}
    </>
  );
}

/** The changes since the last commit, including those by others. */
function WorkingTree({ threadId, stamp }: { threadId: string; stamp: string }) {
  const [tree, setTree] = useState<WorkingTreeView | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const load = useCallback(() => {
    read<WorkingTreeView>(`/threads/${encodeURIComponent(threadId)}/working-tree`).then(
      (view) => {
        setTree(view);
        setError(undefined);
      },
      (error: unknown) => setError(messageOf(error)),
    );
  }, [threadId]);
  useEffect(load, [load, stamp]);
  const files = tree ? splitDiff(tree.diff) : [];
  return (
    <>
      <p class="meta">
        {tree && (
          <>
            {plural(files.length, "file")} in <code>{line(tree.root, 300)}</code> against{" "}
            {tree.base === null ? "an empty repository" : `commit ${tree.base.slice(0, 10)}`}.{" "}
          </>
        )}
        <button type="button" class="link" onClick={load}>
          Refresh
        </button>
      </p>
      <Failure error={error} />
      {!tree && error === undefined && <p class="meta">Loading…</p>}
      {tree?.isCut === true && <p class="error">The difference is too large to be shown in full.</p>}
      {files.map(({ name, diff, lineCount }, index) => (
        <FileDiff key={name} name={name} diff={diff} isOpenAtFirst={index < 20 && lineCount <= 1_000} />
      ))}
    </>
  );
}

interface FileDiffProps {
  name: string;
  diff: string;
  isOpenAtFirst: boolean;
}

/** Rendered only while it is open. */
function FileDiff({ name, diff, isOpenAtFirst }: FileDiffProps) {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  return (
    <details class="file-diff" open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        <code>{line(name, 400)}</code>
      </summary>
      {isOpen && <DiffView diff={diff} />}
    </details>
  );
}

function Failure({ error }: { error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="error" role="alert">
      {error}
    </p>
  );
}
