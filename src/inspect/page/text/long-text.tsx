// A text of any length: the part that was sent with its item, and the rest loaded in pieces.
import { useState } from "preact/hooks";
import type { Cut, TextView } from "../../api.js";
import { DiffView } from "./diff-view.js";
import { messageOf, read } from "../server/request.js";
import { count, visible } from "./text.js";

export interface TextSource {
  threadId: string;
  turnId: string;
  /** Empty for the prompt. */
  itemId: string;
}

const pieceLength = 65_536;

export interface LongTextProps {
  text: string;
  path: string;
  cuts: readonly Cut[];
  source: TextSource;
  kind?: "prose" | "code" | "diff";
}

export function LongText({ text, path, cuts, source, kind = "code" }: LongTextProps) {
  const cut = cuts.find((each) => each.path === path);
  const [piece, setPiece] = useState<{ from: number; text: string } | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const shown = piece ?? { from: cut?.from ?? 0, text };
  const length = cut?.length ?? text.length;
  const end = shown.from + shown.text.length;
  const load = async (from: number) => {
    const { threadId, turnId, itemId } = source;
    try {
      setError(undefined);
      const query = { turn: turnId, item: itemId, path, from: Math.max(0, from), count: pieceLength };
      setPiece(await read<TextView>(`/threads/${threadId}/text`, query));
    } catch (error) {
      setError(messageOf(error));
    }
  };
  return (
    <div class="long">
      <Body text={shown.text} kind={kind} />
      {cut && (
        <p class="pager">
          <span>
            Characters {count(shown.from)}–{count(end)} of {count(length)}
          </span>
          <button type="button" disabled={shown.from === 0} onClick={() => load(0)}>
            Beginning
          </button>
          <button type="button" disabled={shown.from === 0} onClick={() => load(shown.from - pieceLength)}>
            Earlier
          </button>
          <button type="button" disabled={end >= length} onClick={() => load(end)}>
            Later
          </button>
          <button type="button" disabled={end >= length} onClick={() => load(length - pieceLength)}>
            End
          </button>
        </p>
      )}
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Body({ text, kind }: { text: string; kind: "prose" | "code" | "diff" }) {
  if (kind === "diff") return <DiffView diff={text} />;
  if (kind === "prose") return <div class="prose">{visible(text)}</div>;
  return (
    <pre tabIndex={0} aria-label="Text">
      {visible(text)}
    </pre>
  );
}
