// The form of an MCP server: creates fields from its schema, and the content from the entered values.

export interface FormField {
  name: string;
  kind: "text" | "number" | "integer" | "boolean" | "json";
  title: string;
  description: string;
  isRequired: boolean;
  choices: readonly string[] | undefined;
  initial: string;
}

type Schema = Record<string, unknown>;

/** The fields for the server's schema. Values that are not primitive are entered as JSON. */
export function fieldsOf(schema: Schema): FormField[] {
  const { properties, required } = schema;
  if (!isSchema(properties)) return [];
  const names: unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(properties)
    .slice(0, 100)
    .map(([name, property]): FormField => {
      const { type, title, description, enum: choices, default: initial } = isSchema(property) ? property : {};
      const kind = kindOf(type);
      const given = Array.isArray(choices) && choices.every((choice) => typeof choice === "string");
      return {
        name,
        kind,
        title: typeof title === "string" && title !== "" ? title : name,
        description: typeof description === "string" ? description : "",
        isRequired: names.includes(name),
        choices: given ? choices.slice(0, 500) : kind === "boolean" ? ["true", "false"] : undefined,
        initial: initial === undefined ? "" : typeof initial === "string" ? initial : JSON.stringify(initial),
      };
    });
}

export function emptyForm(fields: readonly FormField[]): ReadonlyMap<string, string> {
  return new Map(fields.map(({ name, initial }) => [name, initial]));
}

/** Omits empty fields. */
export function toContent(
  fields: readonly FormField[],
  values: ReadonlyMap<string, string>,
): { value: Record<string, unknown> } | { problem: string } {
  const entries: [string, unknown][] = [];
  for (const { name, kind, title, isRequired } of fields) {
    const text = values.get(name) ?? "";
    if (text === "") {
      if (isRequired) return { problem: `${title} is required.` };
      continue;
    }
    const value = parsed(kind, text);
    if (value === undefined) return { problem: `${title} must be ${expected[kind]}.` };
    entries.push([name, value]);
  }
  return { value: Object.fromEntries(entries) };
}

const expected = {
  text: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  json: "JSON",
};

function parsed(kind: FormField["kind"], text: string): unknown {
  if (kind === "text") return text;
  if (kind === "boolean") return text === "true";
  if (kind === "json") {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  }
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || (kind === "integer" && !Number.isInteger(number)))
    return undefined;
  return number;
}

function kindOf(type: unknown): FormField["kind"] {
  if (type === "string") return "text";
  return type === "number" || type === "integer" || type === "boolean" ? type : "json";
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
