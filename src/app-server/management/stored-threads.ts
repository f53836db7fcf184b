// What is done with whole threads, beyond a single request. It is loaded when it is first asked for.
export { forkThread } from "./fork-thread.js";
export { listThreads } from "./list-threads.js";
export { readThread } from "./read-thread.js";
