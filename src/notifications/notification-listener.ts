// Validates and wraps a listener of the host, so that its errors do not affect anything else.
import { describe, oneOf } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import { notificationTypes } from "./notifications.js";
import type { CodexNotification, NotificationOf, NotificationType } from "./notifications.js";

/** @throws InvalidInputError for an unknown type, or if `listener` is not a function. */
export function notificationListener<Type extends NotificationType>(
  type: Type,
  listener: (notification: NotificationOf<Type>) => unknown,
): (notification: CodexNotification) => void {
  const expected = oneOf(...Object.keys(notificationTypes))(type);
  if (expected !== undefined)
    throw new InvalidInputError(`codex.on: the type must be ${expected}, not ${describe(type)}.`);
  if (typeof listener !== "function") {
    throw new InvalidInputError(`codex.on: the listener must be a function, not ${describe(listener)}.`);
  }
  return (notification) => {
    if (!isOfType(notification, type)) return;
    try {
      const result = listener(notification);
      if (result instanceof Promise) result.catch((error: unknown) => warn(type, error));
    } catch (error) {
      warn(type, error);
    }
  };
}

function isOfType<Type extends NotificationType>(
  notification: CodexNotification,
  type: Type,
): notification is NotificationOf<Type> {
  return notification.type === type;
}

function warn(type: string, error: unknown): void {
  process.emitWarning(`A listener of codex.on("${type}") threw: ${String(error)}`, "CodexSdkWarning");
}
