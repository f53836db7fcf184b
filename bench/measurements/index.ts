// All measurements, in the order in which they run.
import type { Measurement } from "../harness/measurement.js";
import { aiSdk } from "./turns/ai-sdk.js";
import { firstTurn } from "./turns/first-turn.js";
import { firstUpdate } from "./turns/first-update.js";
import { httpGateway } from "./turns/http-gateway.js";
import { importTime } from "./code/import.js";
import { lean } from "./turns/lean.js";
import { lines } from "./code/lines.js";
import { longThread } from "./threads/long-thread.js";
import { manyThreads } from "./threads/many-threads.js";
import { profile } from "./threads/profile.js";
import { restate } from "./store/restate.js";
import { settings } from "./threads/settings.js";
import { telemetry } from "./turns/telemetry.js";
import { store } from "./store/store.js";
import { translation } from "./code/translation.js";
import { warmTurn } from "./turns/warm-turn.js";

export const measurements: readonly Measurement[] = [
  importTime,
  warmTurn,
  aiSdk,
  httpGateway,
  firstTurn,
  firstUpdate,
  manyThreads,
  longThread,
  translation,
  lean,
  telemetry,
  lines,
  profile,
  settings,
  store,
  restate,
];
