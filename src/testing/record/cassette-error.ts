// The error about a cassette.

/** A cassette that cannot be read, used or written. The message names the file and what to do. */
export class CassetteError extends Error {
  override readonly name = "CassetteError";
}
