// Codex's own budget of a thread, in its configuration.

/** At which share of the limit Codex tells the model how much is left. */
const reminderShare = 0.2;

/** The value of `features.rollout_budget`. Codex counts cached tokens for less, so that its limit is never the lower one. */
export function rolloutBudget(tokens: number) {
  const limit = Math.max(1, Math.ceil(tokens));
  const reminder = Math.max(1, Math.floor(limit * reminderShare));
  return { enabled: true, limit_tokens: limit, reminder_at_remaining_tokens: [reminder] };
}

/** A thread that is loaded keeps its limit, so a higher one needs a thread that unloads at once. */
export const rolloutDefaults = { thread_unload_delay_secs: 0, suppress_unstable_features_warning: true };
