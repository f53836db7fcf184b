// The server of the chat: the routes of codex-sdk under /api/codex, and the page.
import { Hono } from "hono";
import type { CodexRoutes } from "codex-sdk/ui";

export interface Page {
  html: string;
  script: string;
  style: string;
}

export function createApp(routes: CodexRoutes, page: Page): Hono {
  const app = new Hono();
  app.all("/api/codex/*", (context) => routes.handle(context.req.raw));
  app.get("/assets/chat.js", (context) => context.body(page.script, 200, { "content-type": "text/javascript" }));
  app.get("/assets/chat.css", (context) => context.body(page.style, 200, { "content-type": "text/css" }));
  app.get("/", (context) => context.html(page.html));
  return app;
}
