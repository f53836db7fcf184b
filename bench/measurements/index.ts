// All measurements, in the order in which they run.
import type { Measurement } from "../harness/measurement.js";
import { aiSdk } from "./ai-sdk.js";
import { firstTurn } from "./first-turn.js";
import { firstUpdate } from "./first-update.js";
import { httpGateway } from "./http-gateway.js";
import { importTime } from "./import.js";
import { lean } from "./lean.js";
import { lines } from "./lines.js";
import { longThread } from "./long-thread.js";
import { manyThreads } from "./many-threads.js";
import { profile } from "./profile.js";
import { restate } from "./restate.js";
import { settings } from "./settings.js";
import { telemetry } from "./telemetry.js";
import { store } from "./store/store.js";
import { translation } from "./translation.js";
import { warmTurn } from "./warm-turn.js";

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
