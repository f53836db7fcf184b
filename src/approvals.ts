// What codex may ask its host during a turn, and the answers.

/** To be filled by the approvals work. */
export type ApprovalHandler = (request: unknown, context: unknown) => unknown;
export type UserInputHandler = (request: unknown, context: unknown) => unknown;
export type ElicitationHandler = (request: unknown, context: unknown) => unknown;
