// The shortest program: one turn, and a word when its answer is there. It ends by itself, as a user's would.
import { openContender } from "../contenders/open.js";
import type { ContenderSetup } from "../contenders/contender.js";
import { setup } from "../harness/serve.js";

const given = setup() as ContenderSetup;
const contender = await openContender(given);
await contender.openThread().turn();
process.stdout.write("answered\n");
// Nothing else would end the bare loop's codex.
if (given.subject === "bare") await contender.close();
