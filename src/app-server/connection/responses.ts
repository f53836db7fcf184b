// The answer that each method gets: pairs that are generated with the protocol's types.
export type { ClientResponses as Responses } from "../protocol/ClientResponses.js";
