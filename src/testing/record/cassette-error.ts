/** Thrown if a cassette cannot be read, used or written. The message names the file and what to do next. */
export class CassetteError extends Error {
  override readonly name = "CassetteError";
}
