// Finds the recorded response for a request. Conversations are matched separately, so parallel threads do not affect each other.
import type { Cassette, RecordedInteraction } from "./cassette.js";
import { differenceBetween } from "./compare.js";
import type { ComparableRequest, CompareOptions } from "./compare.js";
import type { RequestShape } from "./request-shape.js";

interface Conversation {
  name: string;
  interactions: { request: ComparableRequest; response: RecordedInteraction["response"] }[];
  /** The number of replayed requests. */
  played: number;
}

export class CassettePlayer {
  readonly #conversations: Conversation[];
  /** The recorded conversation that each thread of this process replays. */
  readonly #claimed = new Map<string, Conversation>();
  readonly #options: CompareOptions;

  constructor(cassette: Cassette, options: CompareOptions) {
    this.#conversations = conversationsOf(cassette);
    this.#options = options;
  }

  /** @returns the recorded response, or the reason why no recording matches. */
  find(request: RequestShape): { response: RecordedInteraction["response"] } | { miss: string } {
    const own = this.#claimed.get(request.threadId);
    const candidates = own ? [own] : this.#conversations.filter((each) => !this.#isClaimed(each));
    for (const conversation of candidates) {
      const at = this.#matching(conversation, request);
      const found = at === undefined ? undefined : conversation.interactions[at];
      if (at === undefined || !found) continue;
      this.#claimed.set(request.threadId, conversation);
      conversation.played = Math.max(conversation.played, at + 1);
      return { response: found.response };
    }
    return { miss: this.#explain(candidates, request) };
  }

  /** Recorded requests that Codex has not sent. */
  unplayed(): string[] {
    return this.#conversations
      .filter(({ played, interactions }) => played < interactions.length)
      .map(({ name, played, interactions }) => `${name}: ${interactions.length - played} of ${interactions.length}`);
  }

  #isClaimed(conversation: Conversation): boolean {
    return [...this.#claimed.values()].includes(conversation);
  }

  /** The next request, or the previous one: Codex repeats a request whose response was interrupted. */
  #matching({ interactions, played }: Conversation, request: RequestShape): number | undefined {
    return [played, played - 1].find((at) => {
      const recorded = interactions[at];
      return recorded !== undefined && differenceBetween(recorded.request, request, this.#options) === undefined;
    });
  }

  #explain(candidates: readonly Conversation[], request: RequestShape): string {
    const differences = candidates.flatMap(({ name, interactions, played }) => {
      const next = interactions[played];
      const difference = next && differenceBetween(next.request, request, this.#options);
      return difference ? [{ ...difference, name, number: played + 1 }] : [];
    });
    const [nearest] = differences.toSorted((a, b) => b.equalItems - a.equalItems);
    if (!nearest) return this.#exhausted(candidates, request);
    return `Nearest: request ${nearest.number} of ${nearest.name}, equal up to input item ${nearest.equalItems}.\n${nearest.text}`;
  }

  #exhausted([conversation]: readonly Conversation[], { input }: RequestShape): string {
    const last = JSON.stringify(input.at(-1) ?? null).slice(0, longestShown);
    if (!conversation) return `All conversations of the cassette are replayed. Last input item of the request: ${last}`;
    const count = conversation.interactions.length;
    return `${conversation.name} ends after ${count} requests in the cassette. Last input item of the request: ${last}`;
  }
}

const longestShown = 300;

/** Each request with its complete input. */
function conversationsOf({ interactions }: Cassette): Conversation[] {
  const found = new Map<string, Conversation>();
  for (const { conversation: name, request, response } of interactions) {
    const conversation = found.get(name) ?? { name, interactions: [], played: 0 };
    found.set(name, conversation);
    const before = conversation.interactions.at(-1)?.request.input ?? [];
    const input = [...before.slice(0, request.continues), ...request.input];
    conversation.interactions.push({ request: { ...request, input }, response });
  }
  return [...found.values()];
}
