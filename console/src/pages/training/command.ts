/** The commands that do the same as a form. */

import type { StartTrainingRequest } from "../../api/schema";
import { shellWord } from "../../parts/shellWord";

/** `sokhan train …`, with one option a line. */
export function trainCommand(request: StartTrainingRequest): string {
  const { preset, max_steps: maxSteps, ...others } = request.config ?? {};
  const options: [string, string | null | undefined][] = [
    ...(request.datasets ?? []).map((id): [string, string] => ["--dataset", id]),
    ["--recipe", request.recipe === "vits" ? null : request.recipe],
    ["--base", request.baseModel],
    ["--teacher", request.teacherModel],
    ["--asr", request.asrModel],
    ["--name", request.name],
    ["--preset", preset == null ? null : String(preset)],
    ["--max-steps", maxSteps == null ? null : String(maxSteps)],
    ...Object.entries(others).map(([key, value]): [string, string] => ["--set", `${key}=${value}`]),
  ];
  const written = options.flatMap(([option, value]) => (value ? [`${option} ${shellWord(value)}`] : []));
  return ["sokhan train", ...written].join(" ");
}
