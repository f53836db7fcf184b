// Codex's own token limit of a thread, in its configuration.

/** The shares of the limit at which Codex informs the model of the remaining tokens. */
const reminderShare = 0.2;

/** The value of `features.rollout_budget`. Codex weights cached tokens less, so its limit is never reached first. */
export function rolloutBudget(tokens: number) {
  const limit = Math.max(1, Math.ceil(tokens));
  const reminder = Math.max(1, Math.floor(limit * reminderShare));
  return { enabled: true, limit_tokens: limit, reminder_at_remaining_tokens: [reminder] };
}

/** A loaded thread keeps its limit. To change it, the thread must be unloaded, without the usual delay. */
export const rolloutDefaults = { thread_unload_delay_secs: 0, suppress_unstable_features_warning: true };
