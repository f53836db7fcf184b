// Passes secrets as variables of Codex's environment. Every user of the machine can read argv, so it has only their names.
import { UnsupportedError } from "../../errors/errors.js";

export class SecretEnvironment {
  /** For Codex's environment. The agent's commands must not inherit them. */
  readonly variables: Record<string, string> = {};
  /** For Codex's environment and the agent's commands. */
  readonly shared: Record<string, string> = {};
  readonly #environment: Readonly<Record<string, string>>;
  #count = 0;

  /** @param environment the environment of Codex without the secrets */
  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  get values(): string[] {
    return [...Object.values(this.variables), ...Object.values(this.shared)];
  }

  /** Stores `value` in a new variable. Returns the variable's name. */
  add(value: string): string {
    this.#count += 1;
    const name = `CODEX_SDK_SECRET_${this.#count}`;
    this.variables[name] = value;
    return name;
  }

  /**
   * Stores `value` in a variable that the agent's commands must have under this name.
   * @throws UnsupportedError if Codex's environment has another value there.
   */
  share(name: string, value: string): void {
    const known = this.variables[name] ?? this.#environment[name] ?? value;
    if (known !== value) {
      throw new UnsupportedError(
        `\`shell_environment_policy.set.${name}\` cannot be kept out of argv over \`transport: "exec"\`, because Codex's own ` +
          'environment has another value for it. Use `transport: "app-server"`, or change `env`.',
      );
    }
    this.shared[name] = value;
  }

  /**
   * Stores `value`, which is called `what` in errors, in a variable that must have this name.
   * @throws UnsupportedError if Codex's environment, or another secret, has another value there.
   */
  addAs(name: string, value: string, what: string): void {
    const known = this.variables[name] ?? this.#environment[name];
    if (known === undefined) this.variables[name] = value;
    else if (known !== value) {
      throw new UnsupportedError(
        `${what} cannot be kept out of argv over \`transport: "exec"\`, because Codex's own environment has another value for ` +
          `${name}. Change \`env\`, or use \`transport: "app-server"\`.`,
      );
    }
  }
}
