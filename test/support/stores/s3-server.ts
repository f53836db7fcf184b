// A stand-in for S3 on loopback: objects in memory, conditional writes, lists, with the responses that S3 documents.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";

interface StoredObject {
  bytes: Buffer;
  etag: string;
  modifiedAt: Date;
}

export interface S3Server {
  client: S3Client;
  url: string;
  bucket: string;
  /** Faults of the requests that follow. */
  faults: S3Faults;
  close: () => Promise<void>;
}

export interface S3Faults {
  /** Treats conditional writes as unconditional ones, like some servers. */
  ignoresConditions: boolean;
  /** Applies this many writes, and then breaks the connection instead of answering. */
  lostAnswers: number;
  /** Answers this many conditional writes with 409, like S3 while another write of the key is in progress. */
  conflicts: number;
}

export async function startS3(): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const faults: S3Faults = { ignoresConditions: false, lostAnswers: 0, conflicts: 0 };
  const bucket = "threads";
  const server = createServer((request, response) => {
    void body(request).then((bytes) => answer({ request, response, bytes }, { objects, faults, bucket }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "fake", secretAccessKey: "fake" },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return {
    client,
    url: `http://127.0.0.1:${port}`,
    bucket,
    faults,
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  bytes: Buffer;
}

interface State {
  objects: Map<string, StoredObject>;
  faults: S3Faults;
  bucket: string;
}

function answer({ request, response, bytes }: Exchange, { objects, faults, bucket }: State): void {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const key = decodeURIComponent(url.pathname.slice(`/${bucket}/`.length));
  const found = objects.get(key);
  if (request.method === "PUT") {
    const isConditional = request.headers["if-none-match"] !== undefined || request.headers["if-match"] !== undefined;
    if (isConditional && !faults.ignoresConditions) {
      if (faults.conflicts > 0) {
        faults.conflicts -= 1;
        return fail(response, 409, "ConditionalRequestConflict");
      }
      const refusal = conditionFailure(request, found);
      if (refusal) return fail(response, ...refusal);
    }
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    objects.set(key, { bytes, etag, modifiedAt: new Date(Math.floor(Date.now() / 1_000) * 1_000) });
    if (faults.lostAnswers > 0) {
      faults.lostAnswers -= 1;
      response.destroy();
      return;
    }
    response.writeHead(200, { etag }).end();
  } else if (request.method === "GET" && url.searchParams.get("list-type") === "2") {
    send(response, list(objects, url.searchParams));
  } else if (request.method === "GET") {
    sendObject(request, response, found);
  } else if (request.method === "POST" && url.searchParams.has("delete")) {
    for (const [, name] of bytes.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(unescape(name ?? ""));
    send(response, "<DeleteResult></DeleteResult>");
  } else {
    fail(response, 405, "MethodNotAllowed");
  }
}

function conditionFailure(request: IncomingMessage, found: StoredObject | undefined): [number, string] | undefined {
  if (request.headers["if-none-match"] === "*" && found) return [412, "PreconditionFailed"];
  const match = request.headers["if-match"];
  if (match === undefined) return undefined;
  if (!found) return [404, "NoSuchKey"];
  return match === found.etag ? undefined : [412, "PreconditionFailed"];
}

function sendObject(request: IncomingMessage, response: ServerResponse, found: StoredObject | undefined): void {
  if (!found) return fail(response, 404, "NoSuchKey");
  const { bytes, etag, modifiedAt } = found;
  const headers = { etag, "last-modified": modifiedAt.toUTCString(), "accept-ranges": "bytes" };
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (!range) return void response.writeHead(200, { ...headers, "content-length": bytes.length }).end(bytes);
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
  if (start >= bytes.length) return fail(response, 416, "InvalidRange");
  const part = bytes.subarray(start, end + 1);
  const contentRange = `bytes ${start}-${end}/${bytes.length}`;
  response.writeHead(206, { ...headers, "content-range": contentRange, "content-length": part.length }).end(part);
}

const largestPage = 50;

function list(objects: Map<string, StoredObject>, query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const names = new Set<string>();
  for (const key of objects.keys()) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    names.add(end === -1 ? key : key.slice(0, end + 1));
  }
  const all = [...names].filter((name) => name > after).toSorted();
  const page = all.slice(0, largestPage);
  const isTruncated = all.length > page.length;
  const entries = page.map((name) => {
    const object = objects.get(name);
    return object
      ? `<Contents><Key>${escape(name)}</Key><LastModified>${object.modifiedAt.toISOString()}</LastModified><Size>${object.bytes.length}</Size></Contents>`
      : `<CommonPrefixes><Prefix>${escape(name)}</Prefix></CommonPrefixes>`;
  });
  const next = isTruncated ? `<NextContinuationToken>${escape(page.at(-1) ?? "")}</NextContinuationToken>` : "";
  return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${entries.join("")}</ListBucketResult>`;
}

function send(response: ServerResponse, xml: string): void {
  response.writeHead(200, { "content-type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function fail(response: ServerResponse, status: number, code: string): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml" }).end(xml);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
