// `lean`: turns off features that add tools and instructions to every request.
import type { CodexConfigObject } from "../options/config-value.js";

/** Settings below those of `config`, which can replace them. */
export const leanConfig: CodexConfigObject = {
  "features.goals": false,
  "features.multi_agent": false,
  "features.plugins": false,
  "features.apps": false,
  "skills.bundled.enabled": false,
  "skills.include_instructions": false,
};
