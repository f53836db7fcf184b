// Requests as bytes: requests that HTTP clients do not send, with every header unchanged.
import net from "node:net";

export interface RawResponse {
  status: number;
  head: string;
  body: string;
}

/** Sends bytes and reads until the server closes the connection, or the response is complete. */
export async function sendRaw(port: number, text: string): Promise<RawResponse> {
  const socket = net.connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    const done = () => {
      socket.destroy();
      const end = received.indexOf("\r\n\r\n");
      if (end === -1) return reject(new Error(`No response: ${JSON.stringify(received)}`));
      const head = received.slice(0, end);
      resolve({ status: Number(head.split(" ")[1]), head, body: received.slice(end + 4) });
    };
    socket.on("data", (data: string) => {
      received += data;
      const [head = "", body] = received.split("\r\n\r\n");
      const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
      if (body !== undefined && Buffer.byteLength(received.slice(head.length + 4)) >= length) done();
    });
    socket.on("close", done);
    socket.on("error", () => undefined);
    socket.write(text);
  });
}

/** The text of a request. Headers that are undefined are omitted. */
export function request(line: string, headers: Record<string, string | undefined> = {}, body?: string): string {
  const all = { ...headers, ...(body !== undefined && { "Content-Length": String(Buffer.byteLength(body)) }) };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[`${line} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n${body ?? ""}`;
}
