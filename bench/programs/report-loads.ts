// Loader hooks that print the URL of each module that is loaded.
import { writeSync } from "node:fs";
import type { LoadHook } from "node:module";

export const load: LoadHook = (url, context, nextLoad) => {
  writeSync(1, `${url}\n`);
  return nextLoad(url, context);
};
