// Starts the chat for the current directory: `npx tsx examples/chat/serve.ts`, then open http://127.0.0.1:3000.
import { serve } from "@hono/node-server";
import { Codex } from "codex-sdk";
import { createCodexRoutes } from "codex-sdk/ui";
import { createApp } from "./app.js";
import { buildPage } from "./build-page.js";

const codex = new Codex();
const routes = createCodexRoutes({
  codex,
  // The server listens on loopback only. A server for several users must check here whose thread it is.
  authorize: ({ request }) => ["127.0.0.1:3000", "localhost:3000"].includes(request.headers.get("host") ?? ""),
  threadOptions: { workingDirectory: process.cwd(), sandboxMode: "workspace-write", planTool: true },
});
const server = serve({ fetch: createApp(routes, await buildPage()).fetch, hostname: "127.0.0.1", port: 3000 });
console.log("http://127.0.0.1:3000");
process.once("SIGINT", () => {
  server.close();
  void codex.close();
});
