// A network between a program and a server on loopback, which can lose or delay bytes.
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface TcpProxy {
  port: number;
  /** What happens to bytes from now on. A connection that lost bytes does not recover. */
  mode: "pass" | "drop requests" | "drop responses" | "hold requests";
  /** Forwards the requests that were held. */
  deliver(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    const lost = { requests: false, responses: false };
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    client.on("data", (bytes) => {
      lost.requests ||= proxy.mode === "drop requests";
      if (lost.requests) return;
      if (proxy.mode === "hold requests") held.push(() => target.write(bytes));
      else target.write(bytes);
    });
    target.on("data", (bytes) => {
      lost.responses ||= proxy.mode === "drop responses" || proxy.mode === "hold requests";
      if (!lost.responses) client.write(bytes);
    });
    // The server does not detect that the client has disconnected while the network is cut.
    client.on("close", () => proxy.mode === "pass" && target.end());
    target.on("close", () => client.destroy());
  });
  const proxy: TcpProxy = {
    port: 0,
    mode: "pass",
    deliver: () => {
      for (const pass of held.splice(0)) pass();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address with a port.
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}
