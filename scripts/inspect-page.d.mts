/** Writes the inspector's page to a folder, `src/inspect/assets` by default, and resolves to the folder. */
export function buildInspectPage(folder?: string): Promise<string>;
