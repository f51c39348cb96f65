import type { RunRow } from "./rows";

/** The rows of the table for a spreadsheet: raw numbers, names of the API. */
export function runsCsv(rows: readonly RunRow[]): (string | number | null)[][] {
  return [
    [
      "id",
      "name",
      "recipe",
      "state",
      "step",
      "epoch",
      "loss",
      "val_loss",
      "best_key",
      "best_value",
      "best_step",
      "samples_per_second",
      "seconds",
      "created_at",
      "finished_at",
      "base_model",
      "datasets",
    ],
    ...rows.map(({ run, loss, valLoss, best, throughput, time }) => [
      run.id,
      run.name,
      run.recipe,
      run.state,
      run.step,
      run.epoch,
      loss,
      valLoss,
      best?.key ?? null,
      best?.value ?? null,
      best?.step ?? null,
      throughput,
      time,
      run.createdAt,
      run.finishedAt ?? null,
      run.baseModel ?? null,
      run.datasets.join(" "),
    ]),
  ];
}
