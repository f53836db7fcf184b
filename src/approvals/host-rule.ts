// Which hosts a rule means.

/** A host by its name, or `*.example.com` for all below it. */
export function matchesHost(host: string, rules: readonly string[]): boolean {
  const name = normal(host);
  return rules.some((rule) => {
    const wanted = normal(rule);
    return wanted.startsWith("*.")
      ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1
      : name === wanted;
  });
}

function normal(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}
