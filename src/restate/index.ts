// codex-sdk/restate: conversations as Restate virtual objects, whose turns survive their workers.
//
//   restate.serve({ services: [codexThread({ codex, thread: { workingDirectory } })], port: 9080 });
export { codexThread } from "./codex-thread.js";
export type * from "./types.js";
