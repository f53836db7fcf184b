// What a turn is given: the user's parts, and the same parts checked and ready for a transport.

/** A prompt, or its parts in order. */
export type Input = string | readonly UserInput[];

export type UserInput = TextInput | LocalImageInput | ImageUrlInput | ImageDataInput | SkillInput | MentionInput;

export interface TextInput {
  type: "text";
  text: string;
}

/** An image in a file: PNG, JPEG, GIF or WebP. */
export interface LocalImageInput {
  type: "local_image";
  /** Relative paths start at the host's own working directory. */
  path: string;
  detail?: ImageDetail | undefined;
}

/** An image at a `data:` URL, or at an `http(s):` URL, which this process fetches before the turn. */
export interface ImageUrlInput {
  type: "image";
  url: string;
  detail?: ImageDetail | undefined;
}

/** An image in memory. */
export interface ImageDataInput {
  type: "image";
  /** Its bytes, or those in base64. */
  data: Uint8Array | string;
  mediaType: ImageMediaType;
  detail?: ImageDetail | undefined;
}

/** A skill that the agent shall use, one of those that codex knows: it passes over any other. */
export interface SkillInput {
  type: "skill";
  name: string;
  /** Path of its `SKILL.md`. */
  path: string;
}

/** Something the prompt speaks of, such as an app (`app://…`) or a plugin (`plugin://…`). */
export interface MentionInput {
  type: "mention";
  name: string;
  path: string;
}

/** How closely the model looks at an image. Default: codex's, which also has the last word. `low` is refused by this codex. */
export type ImageDetail = "auto" | "high" | "original";

export type ImageMediaType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** A part that was checked: paths are absolute, and images that are no files are `data:` URLs. */
export type InputPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "localImage"; readonly path: string; readonly detail?: ImageDetail }
  | { readonly type: "imageUrl"; readonly url: string; readonly detail?: ImageDetail }
  | { readonly type: "skill"; readonly name: string; readonly path: string }
  | { readonly type: "mention"; readonly name: string; readonly path: string };
