// codex-sdk/restate: conversations as Restate virtual objects. Turns continue after the loss of a worker.
//
//   restate.serve({ services: [codexThread({ codex, thread: { workingDirectory } })], port: 9080 });
export { codexThread } from "./codex-thread.js";
export type * from "./types.js";
