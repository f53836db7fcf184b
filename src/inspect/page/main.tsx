// Starts the page: the one-time token of the link becomes a session, and leaves the address bar.
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./app.css";
import "./cards.css";
import { App } from "./app.js";
import { write } from "./server/request.js";

const root = document.querySelector("#root");

async function start(): Promise<void> {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (token !== undefined) {
    history.replaceState(null, "", "/");
    // The browser may have a session from before: whether it has one, the next request tells.
    await write("/session", { token }).catch(() => undefined);
  }
  if (root) render(<App />, root);
}

void start();
