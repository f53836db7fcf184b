import * as sdk from "codex-sdk";
import * as testing from "codex-sdk/testing";

console.log(JSON.stringify({ sdk: Object.keys(sdk).toSorted(), testing: Object.keys(testing).toSorted() }));
