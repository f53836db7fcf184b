// Converts a turn's input to the protocol.
import type { InputPart } from "../../input/input.js";
import type { UserInput } from "../protocol/v2/UserInput.js";

export function toProtocolInput(parts: readonly InputPart[]): UserInput[] {
  return parts.map(toUserInput);
}

function toUserInput(part: InputPart): UserInput {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, text_elements: [] };
    case "imageUrl":
      return { ...part, type: "image" };
    case "localImage":
    case "skill":
    case "mention":
      return { ...part };
  }
}
