const sdk = require("codex-sdk");
const testing = require("codex-sdk/testing");

const names = (exported) =>
  Object.keys(exported)
    .filter((name) => name !== "__esModule")
    .toSorted();
console.log(JSON.stringify({ sdk: names(sdk), testing: names(testing) }));
