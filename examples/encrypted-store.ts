// Encrypts conversations before they are stored: AES-256-GCM, with the position of the bytes authenticated.
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Codex } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import type { Transform, TransformContext } from "codex-sdk/store";
import { ScriptedModel, say } from "codex-sdk/testing";

const nonceLength = 12;
const tagLength = 16;

/** Each call uses a new nonce. One key should encrypt at most 2^32 pieces. */
function aesGcm(key: Uint8Array): Transform {
  // Bytes that were moved to another thread, file or offset do not decrypt.
  const place = ({ threadId, file, at }: TransformContext) => Buffer.from(JSON.stringify([threadId, file, at]));
  return {
    encode(bytes, context) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(place(context));
      const encrypted = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
    },
    decode(bytes, context) {
      const nonce = bytes.subarray(0, nonceLength);
      const tag = bytes.subarray(nonceLength, nonceLength + tagLength);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(place(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
    },
  };
}

const directory = await mkdtemp(path.join(tmpdir(), "encrypted-store-"));
// In a service, the key comes from its key management.
const transform = aesGcm(randomBytes(32));

await using model = await ScriptedModel.start(() => say("Noted."));
const options = model.threadOptions({ workingDirectory: directory });

const codex = new Codex({ ...model.codexOptions(), store: fileStore(directory, { transform }) });
const thread = codex.startThread(options);
await thread.run("Remember the word zucchini.");
await codex.close();

const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
for (const file of files) {
  const bytes = await readFile(path.join(file.parentPath, file.name));
  assert.ok(!bytes.includes("zucchini"), `${file.name} contains the conversation`);
}

await using elsewhere = new Codex({ ...model.codexOptions(), store: fileStore(directory, { transform }) });
const { turns } = await elsewhere.readThread(thread.id ?? "");
assert.deepEqual(turns[0]?.input[0], { type: "text", text: "Remember the word zucchini." });
console.log(`${files.length} encrypted files, and the conversation is readable with the key.`);

await rm(directory, { recursive: true, force: true });
