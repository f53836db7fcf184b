// The form in which a request is recorded and compared.
import { createHash } from "node:crypto";
import type { JsonObject } from "../../internal/json.js";
import type { ModelRequest } from "../server/model-request.js";
import type { RecordedRequest } from "./cassette.js";
import { normaliseItem, normaliseText, comparableText } from "./normalise.js";
import type { Normaliser } from "./normalise.js";

/** A request with its complete conversation. */
export interface RequestShape extends Omit<RecordedRequest, "continues"> {
  /** Identifies the thread in this process. The ID is not recorded. */
  threadId: string;
}

/** @param basePath The path prefix of the endpoint, such as `/v1`. */
export function shapeOf(request: ModelRequest, normaliser: Normaliser, basePath: string): RequestShape {
  const isInstruction = ({ role }: JsonObject) => role === "developer" || role === "system";
  const comparable = (text: string) => comparableText(normaliseText(text, normaliser));
  return {
    threadId: request.threadId ?? "",
    method: request.method,
    path: request.path.startsWith(basePath) ? request.path.slice(basePath.length) : request.path,
    model: request.model,
    instructions: hash(comparable(request.instructions.replace(skills, "").replaceAll(/\s+/g, " ").trim())),
    tools: {
      hash: hash(comparable(JSON.stringify(request.tools))),
      names: request.tools.map(({ name, type }) => name ?? type),
    },
    input: request.input.filter((item) => !isInstruction(item)).map((item) => normaliseItem(item, normaliser)),
  };
}

/** Codex lists the skills that it has unpacked so far, so the list changes in the first second of a new CODEX_HOME. */
const skills = /<skills_instructions>[\s\S]*?<\/skills_instructions>/g;

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
