// Pairs the generated types of requests and responses by their names. The generated types do not contain the pairs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Responses whose names do not follow from the method or its parameters. */
const exceptions = {
  "account/gatewayOAuth/cancel": "GatewayOAuthCancelResponse",
  "account/logout": "LogoutAccountResponse",
  "account/securitySetup/read": "GetAccountSecuritySetupResponse",
  "account/workspaceMessages/read": "GetWorkspaceMessagesResponse",
  "accountSession/list": "AccountSessionsResponse",
  "config/batchWrite": "ConfigWriteResponse",
  "config/mcpServer/reload": "McpServerRefreshResponse",
  "config/value/write": "ConfigWriteResponse",
  "externalAgentConfig/import/readHistories": "ExternalAgentConfigImportHistoriesReadResponse",
};

/** Writes `ClientResponses.ts` to the folder: one property for each method, `unknown` if the response is not found. */
export function pairResponses(folder) {
  const requests = readFileSync(path.join(folder, "ClientRequest.ts"), "utf8");
  const imports = new Set();
  const properties = [];
  for (const [, method, params] of requests.matchAll(/"method": "([^"]+)", id: RequestId, params\??: (\w+)/g)) {
    const names = [exceptions[method], params.replace(/Params$/, "Response"), `${pascalCase(method)}Response`];
    const found = names.flatMap((name) => findType(folder, name))[0];
    if (found) imports.add(`import type { ${found.name} } from "${found.specifier}";`);
    properties.push(`  ${JSON.stringify(method)}: ${found?.name ?? "unknown"};`);
  }
  const lines = [
    ...[...imports].toSorted((a, b) => a.localeCompare(b, "en")),
    "",
    "export interface ClientResponses {",
    ...properties,
    "}",
    "",
  ];
  writeFileSync(path.join(folder, "ClientResponses.ts"), lines.join("\n"));
}

function findType(folder, name) {
  if (name === undefined || !name.endsWith("Response")) return [];
  for (const file of [`./v2/${name}`, `./${name}`]) {
    if (existsSync(path.join(folder, `${file}.ts`))) return [{ name, specifier: `${file}.js` }];
  }
  return [];
}

function pascalCase(method) {
  return method
    .split(/[/_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
