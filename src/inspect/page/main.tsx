// Starts the page: exchanges the one-time token of the link for a session, and removes it from the address bar.
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
    // The browser may have an earlier session. The next request fails if it does not.
    await write("/session", { token }).catch(() => undefined);
  }
  if (root) render(<App />, root);
}

void start();
