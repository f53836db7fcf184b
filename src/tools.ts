// Functions of the host that the agent may call.

/** To be filled by the tools work. */
export interface Tool {
  readonly name: string;
}
