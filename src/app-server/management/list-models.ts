// Reads all pages of the models that Codex offers.
import type { ListModelsOptions, Model } from "../../account/models.js";
import type { Connection } from "../connection/connection.js";
import type { Model as ProtocolModel } from "../protocol/v2/Model.js";
import type { ModelListResponse } from "../protocol/v2/ModelListResponse.js";

const mostPages = 100;

export async function listModels(connection: Connection, { includeHidden }: ListModelsOptions): Promise<Model[]> {
  const models: Model[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const { data, nextCursor }: ModelListResponse = await connection.request("model/list", {
      cursor,
      includeHidden: includeHidden ?? false,
    });
    models.push(...data.map(toModel));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return models;
}

function toModel(model: ProtocolModel): Model {
  return {
    id: model.model,
    displayName: model.displayName,
    description: model.description,
    isDefault: model.isDefault,
    hidden: model.hidden,
    efforts: model.supportedReasoningEfforts.map(({ reasoningEffort, description }) => ({
      effort: reasoningEffort,
      description,
    })),
    defaultEffort: model.defaultReasoningEffort,
    inputModalities: model.inputModalities,
    upgrade: model.upgrade,
  };
}
