// Finds credentials inside values that are not entirely secret: URLs, arguments, headers.

/** The value itself, and the part after `Bearer` or `Basic`. */
export function inHeader(value: string): string[] {
  const [, scheme, token] = /^(Bearer|Basic|Token)\s+(\S+)$/i.exec(value) ?? [];
  if (token === undefined) return [value];
  const decoded = scheme?.toLowerCase() === "basic" ? Buffer.from(token, "base64").toString("utf8") : "";
  return [value, token, ...(decoded.includes(":") ? [decoded.slice(decoded.indexOf(":") + 1)] : [])];
}

/** Userinfo, and parts of the path or the query that look like tokens. */
export function inUrl(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const url = new URL(text);
  const userinfo = url.password === "" ? [url.username] : [url.password, `${url.username}:${url.password}`];
  const query = [...url.searchParams.values()].filter(looksLikeCredential);
  const path = url.pathname.split("/").filter((segment) => segment.length >= 16 && looksLikeCredential(segment));
  return [...userinfo, ...query, ...path].flatMap((value) => [value, decoded(value)]).filter((value) => value !== "");
}

/** In the arguments of a program: URLs, headers, `NAME=value`, values of flags, and parts that look like tokens. */
export function inArguments(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const [, assigned] = /^-{0,2}[\w.-]+=([^]+)$/.exec(arg) ?? [];
    const [, header] = /^[\w-]+:\s*(?!\/\/)([^]+)$/.exec(arg) ?? [];
    const isFlagValue = /^--?[\w-]+$/.test(args[index - 1] ?? "") && !arg.startsWith("-");
    return inArgument(
      assigned ?? header ?? arg,
      assigned !== undefined || header !== undefined || isFlagValue ? 8 : 16,
    );
  });
}

function inArgument(value: string, minLength: number): string[] {
  const inner = inUrl(value);
  if (inner.length > 0 || value.includes("://")) return inner;
  if (/^(Bearer|Basic|Token)\s+\S+$/i.test(value)) return inHeader(value);
  return value.length >= minLength && looksLikeCredential(value) ? [value] : [];
}

/** Excludes dates, versions, paths, files and words. */
export function looksLikeCredential(value: string): boolean {
  if (value.length < 8 || /\s/.test(value)) return false;
  if (/^\d{4}-\d\d-\d\d/.test(value) || /^v?\d+([.-]\d+)*$/.test(value)) return false;
  if (/^[./~@]|^[A-Za-z]:\\|\.\w{1,4}$|:\/\//.test(value)) return false;
  return (/\d/.test(value) && /[A-Za-z]/.test(value)) || value.length >= 24;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
