// The input of a turn: the parts that a caller passes, and the validated parts that a transport sends.

/**
 * A prompt, or its parts. Codex receives the images first, and all text parts as one text, joined by blank lines, over both
 * transports and as `@openai/codex-sdk` sends them.
 */
export type Input = string | readonly UserInput[];

export type UserInput = TextInput | LocalImageInput | ImageUrlInput | ImageDataInput | SkillInput | MentionInput;

export interface TextInput {
  type: "text";
  text: string;
}

/** An image in a file: PNG, JPEG, GIF or WebP. */
export interface LocalImageInput {
  type: "local_image";
  /** Relative paths are resolved against the host's working directory. */
  path: string;
  detail?: ImageDetail | undefined;
}

/** An image at a `data:` URL. Nothing is fetched. Download a remote image, and pass its bytes as `data`. */
export interface ImageUrlInput {
  type: "image";
  url: string;
  detail?: ImageDetail | undefined;
}

/** An image in memory. */
export interface ImageDataInput {
  type: "image";
  /** The image's bytes, or the same bytes in base64. */
  data: Uint8Array | string;
  mediaType: ImageMediaType;
  detail?: ImageDetail | undefined;
}

/** A skill for the agent to use. Codex ignores a skill that it does not know. */
export interface SkillInput {
  type: "skill";
  name: string;
  /** Path of its `SKILL.md`. */
  path: string;
}

/** Something mentioned in the prompt, such as an app (`app://…`) or a plugin (`plugin://…`). */
export interface MentionInput {
  type: "mention";
  name: string;
  path: string;
}

/**
 * The resolution at which the model sees an image. Codex does not support `low`.
 *
 * @defaultValue chosen by Codex
 */
export type ImageDetail = "auto" | "high" | "original";

export type ImageMediaType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** A validated part. Paths are absolute, and images in memory are `data:` URLs. */
export type InputPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "localImage"; readonly path: string; readonly detail?: ImageDetail }
  | { readonly type: "imageUrl"; readonly url: string; readonly detail?: ImageDetail }
  | { readonly type: "skill"; readonly name: string; readonly path: string }
  | { readonly type: "mention"; readonly name: string; readonly path: string };
