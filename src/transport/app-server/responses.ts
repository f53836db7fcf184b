// The answer that each method gets; the generated types name requests and answers but do not pair them.
import type { InitializeResponse } from "./protocol/InitializeResponse.js";
import type { LoginAccountResponse } from "./protocol/v2/LoginAccountResponse.js";
import type { ThreadBackgroundTerminalsListResponse } from "./protocol/v2/ThreadBackgroundTerminalsListResponse.js";
import type { ThreadListResponse } from "./protocol/v2/ThreadListResponse.js";
import type { ThreadReadResponse } from "./protocol/v2/ThreadReadResponse.js";
import type { ThreadResumeResponse } from "./protocol/v2/ThreadResumeResponse.js";
import type { ThreadStartResponse } from "./protocol/v2/ThreadStartResponse.js";
import type { TurnStartResponse } from "./protocol/v2/TurnStartResponse.js";
import type { TurnSteerResponse } from "./protocol/v2/TurnSteerResponse.js";

export interface Responses {
  initialize: InitializeResponse;
  "account/login/start": LoginAccountResponse;
  "thread/start": ThreadStartResponse;
  "thread/resume": ThreadResumeResponse;
  "thread/list": ThreadListResponse;
  "thread/read": ThreadReadResponse;
  "thread/backgroundTerminals/list": ThreadBackgroundTerminalsListResponse;
  "turn/start": TurnStartResponse;
  "turn/steer": TurnSteerResponse;
}
