// codex-sdk/store: stores conversations for several machines.
export type {
  Claim,
  ClaimedThread,
  ClaimOptions,
  FileRange,
  FileWrite,
  ManifestGoal,
  ManifestSettings,
  MarkValue,
  StoredFile,
  ThreadAppend,
  ThreadHead,
  ThreadHeadPage,
  ThreadHeadQuery,
  ThreadManifest,
  ThreadStore,
} from "../index.js";
export { fileStore } from "./file/file-store.js";
export type { FileStoreOptions } from "./file/file-store.js";
export type { Transform, TransformContext } from "./transform.js";
