// The versions of this package and of its Codex.
import manifest from "../../package.json" with { type: "json" };

/** The version of this package. */
export const version: string = manifest.version;
/** The version of Codex that this package is made for and tested with. */
export const codexVersion: string = manifest.dependencies["@openai/codex"];
