// Which hosts a rule names.

/** A host by its name, or `*.example.com` for every host below it. */
export function matchesHost(host: string, rules: readonly string[]): boolean {
  const name = normalise(host);
  return rules.some((rule) => {
    const wanted = normalise(rule);
    return wanted.startsWith("*.")
      ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1
      : name === wanted;
  });
}

/** Whether the rule can match a host at all: not a URL, a port, or a wildcard elsewhere. */
export function isHostRule(rule: string): boolean {
  return /^(\*\.)?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*\.?$/u.test(rule) || /^\[?[0-9a-f:.]*:[0-9a-f:.]*\]?$/i.test(rule);
}

function normalise(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}
