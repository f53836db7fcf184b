import { Codex } from "codex-sdk";

const stop = new AbortController();
const turn = await new Codex().startThread().run("Hello", { signal: stop.signal });
turn.finalResponse satisfies string;
