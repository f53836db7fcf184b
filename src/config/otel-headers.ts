// Headers of Codex's OpenTelemetry exporters. Codex reads `otel` only when it starts, from its arguments and files, so that
// headers can be kept out of argv only in OpenTelemetry's own variables.
import { UnsupportedError } from "../errors/errors.js";
import { endpointOf } from "./endpoint.js";
import { isTable, literalTree, mergeTrees } from "./config-tree.js";
import type { ConfigNode, ConfigTree } from "./config-tree.js";
import { inUrl } from "./credentials.js";

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
const variableOf: Readonly<Record<string, string>> = {
  exporter: "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
  trace_exporter: "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
  metrics_exporter: "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
};

export interface HiddenHeaders {
  /** Without headers, and without credentials in endpoints. */
  config: ConfigTree;
  /** For Codex's environment. The agent's commands must not get them. */
  variables: Record<string, string>;
}

/** @throws UnsupportedError for a credential that Codex accepts in its arguments only. */
export function hideOtelHeaders(config: ConfigTree): HiddenHeaders {
  const { otel } = config;
  if (!isTable(otel)) return { config, variables: {} };
  const variables: Record<string, string> = {};
  const exporters = Object.entries(otel).map(([key, exporter]) => {
    const variable = variableOf[key];
    return [key, variable === undefined ? exporter : hideInExporter(exporter, variable, variables)] as const;
  });
  return { config: Object.assign(mergeTrees(config), { otel: literalTree(Object.fromEntries(exporters)) }), variables };
}

function hideInExporter(exporter: ConfigNode, variable: string, variables: Record<string, string>): ConfigNode {
  if (!isTable(exporter)) return exporter;
  const entries = Object.entries(exporter).map(([protocol, table]): [string, ConfigNode] => {
    if (!isTable(table)) return [protocol, table];
    const { headers, ...rest } = withoutUserinfo(table);
    const given = isTable(headers) ? Object.entries(headers) : [];
    if (given.length > 0) variables[variable] = given.map(([name, value]) => `${name}=${encoded(value)}`).join(",");
    return [protocol, literalTree(rest)];
  });
  return literalTree(Object.fromEntries(entries));
}

function encoded(value: ConfigNode): string {
  return encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value));
}

/** `user:password@` in an endpoint is the header that it stands for. */
function withoutUserinfo(exporter: ConfigTree): ConfigTree {
  const { endpoint } = exporter;
  if (typeof endpoint !== "string" || inUrl(endpoint).length === 0) return exporter;
  const { base_url: plain, http_headers: headers = {} } = endpointOf(endpoint);
  const url = `${plain}${new URL(endpoint).search}`;
  if (inUrl(url).length > 0) {
    throw new UnsupportedError(
      "The `endpoint` of an exporter in `config.otel` has a credential in its path or query, which Codex accepts in its " +
        "arguments only, where every user of this machine can read it. Pass it as a header, or set it in config.toml.",
    );
  }
  return mergeTrees(literalTree({ headers }), exporter, literalTree({ endpoint: url }));
}
