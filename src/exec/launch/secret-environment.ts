// Secrets as variables of codex's environment: argv, which everyone on the machine can read, only names them.
import { UnsupportedError } from "../../errors/errors.js";

export class SecretEnvironment {
  /** To be added to codex's environment, and to be kept from the agent's commands. */
  readonly variables: Record<string, string> = {};
  readonly #environment: Readonly<Record<string, string>>;
  #count = 0;

  /** @param environment what codex is started with otherwise */
  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  get values(): string[] {
    return Object.values(this.variables);
  }

  /** Keeps `value` in a variable of its own. Returns the variable's name. */
  keep(value: string): string {
    this.#count += 1;
    const name = `CODEX_SDK_SECRET_${this.#count}`;
    this.variables[name] = value;
    return name;
  }

  /**
   * Keeps `value` in a variable that must have this name.
   * @throws UnsupportedError when codex's environment, or another secret, has another value there.
   */
  keepAs(name: string, value: string): void {
    const known = this.variables[name] ?? this.#environment[name];
    if (known === undefined) this.variables[name] = value;
    else if (known !== value) {
      throw new UnsupportedError(
        `Over \`transport: "exec"\` an MCP server cannot get ${name} in its \`env\`, since codex has another value in that ` +
          'variable. Give the server another name for it, or use `transport: "app-server"`.',
      );
    }
  }
}
