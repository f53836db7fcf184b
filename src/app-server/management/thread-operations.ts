// Operations on saved threads that take more than one request. Loaded on first use.
export { forkThread } from "./fork-thread.js";
export { listThreads } from "./list-threads.js";
export { readThread } from "./read-thread.js";
