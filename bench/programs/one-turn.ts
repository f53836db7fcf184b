// The shortest program: runs one turn, reports the answer, and exits on its own, as a user's program does.
import { openContender } from "../contenders/open.js";
import type { ContenderSetup } from "../contenders/contender.js";
import { setup } from "../harness/serve.js";

const contenderSetup = setup() as ContenderSetup;
const contender = await openContender(contenderSetup);
await contender.openThread().turn();
process.stdout.write("answered\n");
// Only the bare loop does not end its Codex on exit.
if (contenderSetup.subject === "bare") await contender.close();
