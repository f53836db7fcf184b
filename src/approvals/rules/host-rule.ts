// Rules for hosts.

/** A host name, or `*.example.com` for all its subdomains. */
export function matchesHost(host: string, rules: readonly string[]): boolean {
  const name = normalise(host);
  return rules.some((rule) => {
    const wanted = normalise(rule);
    return wanted.startsWith("*.")
      ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1
      : name === wanted;
  });
}

/** Whether the rule is a host name: not a URL, not with a port, and without other wildcards. */
export function isHostRule(rule: string): boolean {
  return /^(\*\.)?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*\.?$/u.test(rule) || /^\[?[0-9a-f:.]*:[0-9a-f:.]*\]?$/i.test(rule);
}

function normalise(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}
